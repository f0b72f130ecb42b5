/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "account_scene.h"

enum {
	LONGEST = 256 /* LIMIT_PASSWORD_BYTES */
};

static const struct instant now = {T};

static int begin(void **state)
{
	static struct office_scene scene;
	account_scene_begin(&scene);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	office_scene_end(*state);
	return 0;
}

static enum password_fault judge(const char *password)
{
	return password_judge(
		str_from(password), STR("lan.nguyen@example.vn"), STR("Nguyễn Thị Lan"));
}

static void good_ones_need_no_digits_and_signs(void **state)
{
	static const char *const good[] = {"con mèo trèo cây cau", "correct horse battery",
		"Tr0ub4dor&3xyz", "ngày mai trời nắng", "            ba dấu cách",
		"8261940375518264", "xkqzjwvpmtrb"};
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_int_equal(judge(good[i]), PASSWORD_FINE);
}

static void length_is_in_characters(void **state)
{
	char longest[LONGEST + 2];
	(void)state;
	assert_int_equal(judge(""), PASSWORD_SHORT);
	assert_int_equal(judge("xkqzjwvpmtr"), PASSWORD_SHORT);
	assert_int_equal(judge("ắằẳẵặấầẩẫậế"), PASSWORD_SHORT);
	assert_int_equal(judge("ắằẳẵặấầẩẫậếề"), PASSWORD_FINE);
	for (size_t i = 0; i < sizeof(longest); i++)
		longest[i] = (char)('a' + i * i % 23);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(judge(longest), PASSWORD_LONG);
	longest[sizeof(longest) - 2] = '\0';
	assert_int_equal(judge(longest), PASSWORD_FINE);
}

static void what_is_tried_first_is_refused(void **state)
{
	static const char *const bad[] = {"Password123!", "passwordpassword", "PASSWORD2020!!",
		"matkhau12345", "qwertyuiop12", "123456789012", "0912345678901", "1q2w3e4r1q2w",
		"iloveyou1234", "aaaaaaaaaaaa", "abababababab", "haihaihaihai", "Admin@123456",
		"vietnam@2020", "quetsach2026"};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(judge(bad[i]), PASSWORD_COMMON);
}

static void what_names_the_person_is_refused(void **state)
{
	static const char *const bad[] = {"lan.nguyen@example.vn", "Lan.Nguyen@Example.VN",
		"Nguyễn Thị Lan", "lan.nguyen12", "Lan.Nguyen2026!!!", "1lan.nguyen!"};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(judge(bad[i]), PASSWORD_PERSONAL);
	assert_int_equal(judge("my lan.nguyen sleeps at noon"), PASSWORD_FINE);
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	assert_int_equal(judge("con m\xe8o tr\xe8o c\xe2y cau"), PASSWORD_TEXT);
	assert_int_equal(judge("con mèo\ntrèo cây"), PASSWORD_TEXT);
	assert_int_equal(
		password_judge((struct str){"abcdefghijk\0mnop", 16}, STR("a@b.vn"), STR("A")),
		PASSWORD_TEXT);
}

/* --- proving --- */

static int64_t with_password(struct office_scene *scene, const char *password)
{
	struct password_hash hash;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	assert_int_equal(password_hash(str_from(password), &hash), E_OK);
	assert_int_equal(
		CHANGE(scene, account_set_password(&scene->office, &machine, id, &hash, 0, now)),
		E_OK);
	return id;
}

static enum err prove(struct office_scene *scene, const char *mail, const char *password)
{
	int64_t id = 0;
	bool rehash = true;
	enum err err =
		account_prove(&scene->office, str_from(mail), str_from(password), &id, &rehash);
	assert_int_equal(id, err == E_OK ? 1 : 0);
	assert_int_equal(rehash, err != E_OK);
	return err;
}

static void the_right_one_alone_opens(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = with_password(scene, "con mèo trèo cây cau");
	assert_int_equal(prove(scene, "LAN@example.vn", "con mèo trèo cây cau"), E_OK);
	assert_int_equal(prove(scene, "lan@example.vn", "con mèo trèo cây Cau"), E_DENIED);
	assert_int_equal(prove(scene, "lan@example.vn", ""), E_DENIED);
	assert_int_equal(prove(scene, "hoa@example.vn", "con mèo trèo cây cau"), E_DENIED);
	assert_int_equal(prove(scene, "no address", "con mèo trèo cây cau"), E_DENIED);
	assert_int_equal(
		account_prove_again(&scene->office, id, STR("con mèo trèo cây cau")), E_OK);
	assert_int_equal(
		account_prove_again(&scene->office, 99, STR("con mèo trèo cây cau")), E_DENIED);
	assert_int_equal(CHANGE(scene, account_disable(&scene->office, &machine, id, now)), E_OK);
	assert_int_equal(prove(scene, "lan@example.vn", "con mèo trèo cây cau"), E_DENIED);
}

/* "è" in one character, and as "e" with a grave behind. */
static void keyboards_may_differ(void **state)
{
	struct office_scene *scene = *state;
	with_password(scene, "con m\xc3\xa8o tr\xc3\xa8o c\xc3\xa2y cau");
	assert_int_equal(
		prove(scene, "lan@example.vn", "con me\xcc\x80o tre\xcc\x80o ca\xcc\x82y cau"),
		E_OK);
}

static void one_too_long_opens_nothing(void **state)
{
	struct office_scene *scene = *state;
	char typed[LONGEST + 2];
	for (size_t i = 0; i < sizeof(typed); i++)
		typed[i] = (char)('a' + i * i % 23);
	typed[sizeof(typed) - 2] = '\0';
	with_password(scene, typed);
	assert_int_equal(prove(scene, "lan@example.vn", typed), E_OK);
	typed[sizeof(typed) - 2] = 'x';
	typed[sizeof(typed) - 1] = '\0';
	assert_int_equal(prove(scene, "lan@example.vn", typed), E_DENIED);
}

static void the_stored_one_is_no_password(void **state)
{
	struct office_scene *scene = *state;
	with_password(scene, "con mèo trèo cây cau");
	assert_int_equal(
		account_scene_ask(scene, "SELECT password GLOB '$argon2id$v=19$m=65536,t=3,*'"
					 " FROM account"),
		1);
	assert_int_equal(
		account_scene_ask(scene,
			"SELECT count(*) FROM audit WHERE detail <> '' AND what <> 'account.add'"),
		0);
}

static void weaker_hashes_are_made_anew(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = 0, account = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	bool rehash = false;
	/* "con mèo trèo cây cau" with 8 MiB and two passes, by libsodium 1.0.18. */
	const struct password_hash old = {"$argon2id$v=19$m=8192,t=2,p=1$bc6OgDnr7wLBgKqruz1TjA$"
					  "BRSvM7yFJWlEk3dl7S1sjGpzs7xm6rFeET1fhsR117A"};
	assert_int_equal(CHANGE(scene, account_set_password(
					       &scene->office, &machine, account, &old, 0, now)),
		E_OK);
	assert_int_equal(account_prove(&scene->office, STR("lan@example.vn"),
				 STR("con mèo trèo cây cau"), &id, &rehash),
		E_OK);
	assert_true(rehash);
	struct password_hash fresh;
	assert_int_equal(password_hash(STR("con mèo trèo cây cau"), &fresh), E_OK);
	assert_int_equal(CHANGE(scene, account_rehash(&scene->office, id, &fresh)), E_OK);
	assert_int_equal(prove(scene, "lan@example.vn", "con mèo trèo cây cau"), E_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_ones_need_no_digits_and_signs),
		cmocka_unit_test(length_is_in_characters),
		cmocka_unit_test(what_is_tried_first_is_refused),
		cmocka_unit_test(what_names_the_person_is_refused),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test_setup_teardown(the_right_one_alone_opens, begin, end),
		cmocka_unit_test_setup_teardown(keyboards_may_differ, begin, end),
		cmocka_unit_test_setup_teardown(one_too_long_opens_nothing, begin, end),
		cmocka_unit_test_setup_teardown(the_stored_one_is_no_password, begin, end),
		cmocka_unit_test_setup_teardown(weaker_hashes_are_made_anew, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
