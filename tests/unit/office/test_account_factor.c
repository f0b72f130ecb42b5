/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "account_scene.h"
#include "office/second_factor.h"

static int begin(void **state)
{
	static struct office_scene scene;
	account_scene_begin(&scene);
	assert_int_equal(account_scene_active(&scene, "lan@example.vn", ROLE_REPORTER, 1), 1);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	office_scene_end(*state);
	return 0;
}

/* RFC 6238, Appendix B, SHA-1; six digits of its eight. */
static void codes_are_those_of_the_standard(void **state)
{
	static const struct {
		uint64_t seconds;
		const char *code;
	} known[] = {{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"},
		{1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
	struct factor_secret secret;
	char code[FACTOR_DIGITS + 1];
	(void)state;
	memcpy(secret.bytes, "12345678901234567890", sizeof(secret.bytes));
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		factor_code(&secret, known[i].seconds / FACTOR_STEP, code);
		assert_string_equal(code, known[i].code);
	}
}

static void telephones_are_told_by_an_address(void **state)
{
	struct factor_secret secret;
	struct writer w;
	(void)state;
	memcpy(secret.bytes, "12345678901234567890", sizeof(secret.bytes));
	writer_init(&w, 1000);
	factor_write_uri(&w, &secret, STR("Quét Sạch"), STR("lan+a@example.vn"));
	assert_true(str_equal(writer_view_str(&w),
		STR("otpauth://totp/Qu%C3%A9t%20S%E1%BA%A1ch:lan%2Ba%40example.vn"
		    "?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Qu%C3%A9t%20S%E1%BA%A1ch")));
	writer_clear(&w);
	factor_write_secret(&w, &secret);
	assert_true(str_equal(writer_view_str(&w), STR("GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ")));
	writer_release(&w);
}

static void code_at(
	int64_t when, char ret_code[FACTOR_DIGITS + 1], const struct factor_secret *secret)
{
	factor_code(secret, (uint64_t)when / FACTOR_STEP, ret_code);
}

static enum err confirm(
	struct office_scene *scene, const char *code, int64_t when, struct recovery_codes *codes)
{
	const struct actor self = {.account = 1, .role = ROLE_REPORTER, .org = 1};
	return CHANGE(scene, factor_confirm(&scene->office, &self, 1, str_from(code), 0,
				     (struct instant){when}, codes));
}

static struct factor_secret enrol(struct office_scene *scene, struct recovery_codes *codes)
{
	struct factor_secret secret;
	char code[FACTOR_DIGITS + 1];
	assert_int_equal(CHANGE(scene, factor_begin(&scene->office, 1, (struct instant){T})), E_OK);
	assert_int_equal(factor_pending(&scene->office, 1, &secret), E_OK);
	code_at(T, code, &secret);
	assert_int_equal(confirm(scene, code, T, codes), E_OK);
	return secret;
}

static enum err check(struct office_scene *scene, const char *code, int64_t when)
{
	return CHANGE(
		scene, factor_check(&scene->office, 1, str_from(code), (struct instant){when}));
}

static void it_is_on_after_the_first_code(void **state)
{
	struct office_scene *scene = *state;
	struct factor_state found;
	struct factor_secret secret;
	struct recovery_codes codes;
	assert_int_equal(factor_state(&scene->office, 1, &found), E_OK);
	assert_false(found.on || found.pending);
	assert_int_equal(confirm(scene, "123456", T, &codes), E_NOTFOUND);
	assert_int_equal(CHANGE(scene, factor_begin(&scene->office, 1, (struct instant){T})), E_OK);
	assert_int_equal(factor_state(&scene->office, 1, &found), E_OK);
	assert_true(found.pending && !found.on);
	assert_false(account_scene_find(scene, 1).second_factor);
	assert_int_equal(factor_pending(&scene->office, 1, &secret), E_OK);
	char code[FACTOR_DIGITS + 1];
	code_at(T, code, &secret);
	code[0] = code[0] == '9' ? '0' : (char)(code[0] + 1);
	assert_int_equal(confirm(scene, code, T, &codes), E_DENIED);
	secret = enrol(scene, &codes);
	assert_int_equal(factor_state(&scene->office, 1, &found), E_OK);
	assert_true(found.on && !found.pending);
	assert_int_equal(found.recovery_left, RECOVERY_CODES);
	assert_true(account_scene_find(scene, 1).second_factor);
	assert_int_equal(factor_pending(&scene->office, 1, &secret), E_NOTFOUND);
	assert_int_equal(account_scene_logged(scene, "factor.on"), 1);
}

static void a_code_works_once_and_a_step_around(void **state)
{
	struct office_scene *scene = *state;
	struct recovery_codes codes;
	struct factor_secret secret = enrol(scene, &codes);
	char code[FACTOR_DIGITS + 1], spaced[16];
	code_at(T, code, &secret);
	assert_int_equal(check(scene, code, T), E_DENIED); /* it was used to begin */
	code_at(T + 90, code, &secret);
	assert_int_equal(check(scene, code, T + 30), E_DENIED);
	assert_int_equal(check(scene, code, T + 60), E_OK);
	assert_int_equal(check(scene, code, T + 60), E_DENIED);
	assert_int_equal(check(scene, code, T + 90), E_DENIED);
	code_at(T + 60, code, &secret);
	assert_int_equal(check(scene, code, T + 60), E_DENIED); /* older than the last used */
	code_at(T + 300, code, &secret);
	assert_int_equal(check(scene, code, T + 360), E_DENIED);
	snprintf(spaced, sizeof(spaced), " %.3s %s ", code, code + 3);
	assert_int_equal(check(scene, spaced, T + 330), E_OK);
}

static void what_is_no_code_is_refused(void **state)
{
	struct office_scene *scene = *state;
	struct recovery_codes codes;
	enrol(scene, &codes);
	assert_int_equal(check(scene, "", T + 60), E_DENIED);
	assert_int_equal(check(scene, "12345", T + 60), E_DENIED);
	assert_int_equal(check(scene, "1234567", T + 60), E_DENIED);
	assert_int_equal(check(scene, "12345a", T + 60), E_DENIED);
	assert_int_equal(
		CHANGE(scene, factor_check(&scene->office, 2, STR("123456"), (struct instant){T})),
		E_DENIED);
}

static enum err recover(struct office_scene *scene, const char *code)
{
	return CHANGE(
		scene, factor_recover(&scene->office, 1, str_from(code), (struct instant){T}));
}

static void codes_on_paper_work_once_each(void **state)
{
	struct office_scene *scene = *state;
	struct recovery_codes codes, fresh;
	struct factor_state found;
	enrol(scene, &codes);
	assert_int_equal(recover(scene, codes.text[3]), E_OK);
	assert_int_equal(recover(scene, codes.text[3]), E_DENIED);
	char typed[RECOVERY_TEXT + 1];
	size_t size = 0;
	for (const char *c = codes.text[9]; *c; c++)
		if (*c != '-')
			typed[size++] = (char)(*c >= 'A' ? *c + 'a' - 'A' : *c);
	typed[size] = '\0';
	assert_int_equal(recover(scene, typed), E_OK);
	assert_int_equal(recover(scene, ""), E_DENIED);
	assert_int_equal(recover(scene, "2222-2222-2222-2222"), E_DENIED);
	assert_int_equal(recover(scene, "2222-2222-2222-22221"), E_DENIED);
	assert_int_equal(factor_state(&scene->office, 1, &found), E_OK);
	assert_int_equal(found.recovery_left, RECOVERY_CODES - 2);
	assert_int_equal(CHANGE(scene, factor_new_codes(&scene->office, &machine, 1,
					       (struct instant){T}, &fresh)),
		E_OK);
	assert_int_equal(recover(scene, codes.text[0]), E_DENIED);
	assert_int_equal(recover(scene, fresh.text[0]), E_OK);
	assert_int_equal(account_scene_logged(scene, "factor.recovery"), 3);
}

static void codes_on_paper_are_all_different(void **state)
{
	struct office_scene *scene = *state;
	struct recovery_codes codes;
	enrol(scene, &codes);
	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		assert_int_equal(strlen(codes.text[i]), RECOVERY_TEXT);
		for (size_t k = 0; k < i; k++)
			assert_string_not_equal(codes.text[i], codes.text[k]);
	}
}

static void one_in_use_stays_until_the_next_is_confirmed(void **state)
{
	struct office_scene *scene = *state;
	struct recovery_codes codes;
	struct factor_secret old = enrol(scene, &codes), fresh;
	char code[FACTOR_DIGITS + 1];
	assert_int_equal(CHANGE(scene, factor_begin(&scene->office, 1, (struct instant){T})), E_OK);
	code_at(T + 60, code, &old);
	assert_int_equal(check(scene, code, T + 60), E_OK);
	assert_int_equal(factor_pending(&scene->office, 1, &fresh), E_OK);
	code_at(T + 90, code, &fresh);
	assert_int_equal(check(scene, code, T + 90), E_DENIED);
	assert_int_equal(confirm(scene, code, T + 90, &codes), E_OK);
	code_at(T + 150, code, &fresh);
	assert_int_equal(check(scene, code, T + 150), E_OK);
	code_at(T + 210, code, &old);
	assert_int_equal(check(scene, code, T + 210), E_DENIED);
}

static void it_can_be_taken_off(void **state)
{
	struct office_scene *scene = *state;
	struct recovery_codes codes;
	struct factor_state found;
	enrol(scene, &codes);
	assert_int_equal(
		CHANGE(scene, factor_remove(&scene->office, &machine, 1, (struct instant){T})),
		E_OK);
	assert_int_equal(factor_state(&scene->office, 1, &found), E_OK);
	assert_false(found.on);
	assert_int_equal(recover(scene, codes.text[0]), E_DENIED);
	assert_int_equal(account_scene_logged(scene, "factor.off"), 1);
}

/* --- where the secret lies --- */

static void the_database_alone_is_not_enough(void **state)
{
	struct office_scene *scene = *state;
	struct recovery_codes codes;
	struct factor_secret secret = enrol(scene, &codes);
	struct stat found;
	struct sql q;
	char key[128];
	snprintf(key, sizeof(key), "%s/office/second-factor.key", scene->folder);
	assert_int_equal(stat(key, &found), 0);
	assert_int_equal(found.st_mode & 0777, 0600);
	assert_int_equal(found.st_size, 32);
	sql_open(&q, &scene->office.db,
		"SELECT instr(secret, ?), length(secret) FROM second_factor");
	sql_blob(&q, (struct bytes){secret.bytes, sizeof(secret.bytes)});
	assert_true(sql_row(&q));
	assert_int_equal(sql_get(&q, 0), 0);
	assert_int_equal(sql_get(&q, 1), 68);
	assert_int_equal(sql_close(&q), E_OK);
	assert_int_equal(unlink(key), 0);
	char code[FACTOR_DIGITS + 1];
	code_at(T + 60, code, &secret);
	assert_int_not_equal(check(scene, code, T + 60), E_OK);
	assert_int_equal(recover(scene, codes.text[0]), E_OK);
}

static void nobodys_secret_serves_another(void **state)
{
	struct office_scene *scene = *state;
	struct recovery_codes codes;
	struct factor_secret secret = enrol(scene, &codes);
	char code[FACTOR_DIGITS + 1];
	int64_t other = account_scene_active(scene, "hoa@example.vn", ROLE_REPORTER, 1);
	assert_int_equal(other, 2);
	assert_int_equal(
		sql_execute(&scene->office.db, "INSERT INTO second_factor (account, secret, made)"
					       " SELECT 2, secret, made FROM second_factor"),
		E_OK);
	code_at(T + 60, code, &secret);
	assert_int_equal(CHANGE(scene, factor_check(&scene->office, other, str_from(code),
					       (struct instant){T + 60})),
		E_CORRUPT);
}

static void who_needs_one_is_a_setting(void **state)
{
	struct office_scene *scene = *state;
	const struct instant now = {T};
	bool required = false;
	for (enum role role = 0; role < ROLE__COUNT; role++) {
		assert_int_equal(factor_required(&scene->office, role, &required), E_OK);
		assert_int_equal(required, role == ROLE_OPERATOR || role == ROLE_COORDINATOR);
	}
	assert_int_equal(
		CHANGE(scene, factor_require(&scene->office, &machine, ROLE_REPORTER, true, now)),
		E_OK);
	assert_int_equal(CHANGE(scene, factor_require(&scene->office, &machine, ROLE_COORDINATOR,
					       false, now)),
		E_OK);
	assert_int_equal(factor_required(&scene->office, ROLE_REPORTER, &required), E_OK);
	assert_true(required);
	assert_int_equal(factor_required(&scene->office, ROLE_COORDINATOR, &required), E_OK);
	assert_false(required);
	assert_int_equal(account_scene_logged(scene, "factor.require"), 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(codes_are_those_of_the_standard),
		cmocka_unit_test(telephones_are_told_by_an_address),
		cmocka_unit_test_setup_teardown(it_is_on_after_the_first_code, begin, end),
		cmocka_unit_test_setup_teardown(a_code_works_once_and_a_step_around, begin, end),
		cmocka_unit_test_setup_teardown(what_is_no_code_is_refused, begin, end),
		cmocka_unit_test_setup_teardown(codes_on_paper_work_once_each, begin, end),
		cmocka_unit_test_setup_teardown(codes_on_paper_are_all_different, begin, end),
		cmocka_unit_test_setup_teardown(
			one_in_use_stays_until_the_next_is_confirmed, begin, end),
		cmocka_unit_test_setup_teardown(it_can_be_taken_off, begin, end),
		cmocka_unit_test_setup_teardown(the_database_alone_is_not_enough, begin, end),
		cmocka_unit_test_setup_teardown(nobodys_secret_serves_another, begin, end),
		cmocka_unit_test_setup_teardown(who_needs_one_is_a_setting, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
