/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "account_scene.h"
#include "office/invitation.h"
#include "office/session.h"

static const struct instant now = {T};

static int begin(void **state)
{
	static struct office_scene scene;
	assert_int_equal(account_scene_begin(&scene), 1);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	office_scene_end(*state);
	return 0;
}

/* --- mail addresses --- */

static void addresses_are_folded(void **state)
{
	char folded[MAIL_BYTES + 1];
	(void)state;
	assert_true(mail_fold(STR("Lan.Nguyen+Desk@Example.VN"), folded));
	assert_string_equal(folded, "lan.nguyen+desk@example.vn");
}

static void what_is_no_address_is_refused(void **state)
{
	static const char *const bad[] = {"", "@", "lan", "lan@", "@example.vn", "lan@example",
		"lan@example..vn", "lan@-example.vn", "lan@example.vn.", "l an@example.vn",
		"lan@exa mple.vn", "lan@@example.vn", "lan@example.vn\n", "<lan@example.vn>",
		"lan,hoa@example.vn", "\"lan\"@example.vn", "lan@[192.0.2.1]",
		"l\xc3\xa1n@example.vn", "lan@example.vn\r\nBcc: x@example.vn",
		"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa@example.vn"};
	char folded[MAIL_BYTES + 1];
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(mail_fold(str_from(bad[i]), folded));
	char longest[MAIL_BYTES + 2];
	memset(longest, 'a', sizeof(longest));
	memcpy(longest, "lan@", 4);
	memcpy(longest + MAIL_BYTES - 3, ".vn", 3);
	assert_true(mail_fold((struct str){longest, MAIL_BYTES}, folded));
	assert_false(mail_fold((struct str){longest, MAIL_BYTES + 1}, folded));
	assert_false(mail_fold((struct str){"lan@exa\0ple.vn", 14}, folded));
}

/* --- adding --- */

static enum err add(struct office_scene *scene, struct account account)
{
	int64_t id;
	return CHANGE(scene, account_add(&scene->office, &machine, &account, now, &id));
}

static void one_is_made_and_found(void **state)
{
	struct office_scene *scene = *state;
	struct account found;
	int64_t id = account_scene_add(scene, "Lan@Example.vn", ROLE_REPORTER, 1);
	assert_int_equal(
		account_find_mail(&scene->office, STR("LAN@example.vn"), &scene->arena, &found),
		E_OK);
	assert_int_equal(found.id, id);
	assert_true(str_equal(found.mail, STR("lan@example.vn")));
	assert_true(str_equal(found.name, STR("Nguyễn Thị Lan")));
	assert_int_equal(found.state, ACCOUNT_INVITED);
	assert_int_equal(found.org, 1);
	assert_false(found.second_factor);
	assert_int_equal(account_scene_logged(scene, "account.add"), 1);
}

static void bad_ones_are_refused(void **state)
{
	struct office_scene *scene = *state;
	const struct account fine = {.mail = STR_INIT("a@example.vn"),
		.name = STR_INIT("A"),
		.role = ROLE_REPORTER,
		.org = 1};
	struct account bad = fine;
	bad.name = STR("");
	assert_int_equal(add(scene, bad), E_SYNTAX);
	bad.name = STR("A\nB");
	assert_int_equal(add(scene, bad), E_SYNTAX);
	bad.name = STR("A\xff");
	assert_int_equal(add(scene, bad), E_SYNTAX);
	bad = fine;
	bad.org = 0;
	assert_int_equal(add(scene, bad), E_RANGE);
	bad.role = ROLE_AUDITOR;
	bad.org = 1;
	assert_int_equal(add(scene, bad), E_RANGE);
	bad = fine;
	bad.org = 99;
	assert_int_equal(add(scene, bad), E_NOTFOUND);
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM account"), 0);
	assert_int_equal(account_scene_logged(scene, "account.add"), 0);
	assert_int_equal(add(scene, fine), E_OK);
	bad = fine;
	bad.mail = STR("A@EXAMPLE.vn");
	assert_int_equal(add(scene, bad), E_EXISTS);
}

struct listed {
	size_t count;
	char last[64];
};

static enum err list(void *context, const struct account *account)
{
	struct listed *listed = context;
	listed->count++;
	snprintf(listed->last, sizeof(listed->last), "%.*s", (int)account->mail.size,
		account->mail.data);
	return E_OK;
}

static struct listed list_from(struct office_scene *scene, int64_t org, const char *after)
{
	struct listed listed = {0};
	const struct account_choice choice = {.org = org, .after = str_from(after), .limit = 2};
	assert_int_equal(account_each(&scene->office, &choice, list, &listed), E_OK);
	return listed;
}

static void lists_are_paged_by_mail(void **state)
{
	struct office_scene *scene = *state;
	account_scene_add(scene, "c@example.vn", ROLE_REPORTER, 1);
	account_scene_add(scene, "a@example.vn", ROLE_REPORTER, 1);
	account_scene_add(scene, "b@example.vn", ROLE_ISP, 1);
	account_scene_add(scene, "z@example.vn", ROLE_OPERATOR, 0);
	assert_int_equal(list_from(scene, 1, "").count, 2);
	assert_string_equal(list_from(scene, 1, "").last, "b@example.vn");
	assert_string_equal(list_from(scene, 1, "b@example.vn").last, "c@example.vn");
	assert_int_equal(list_from(scene, 0, "").count, 1);
	assert_string_equal(list_from(scene, -1, "b@example.vn").last, "z@example.vn");
	assert_int_equal(list_from(scene, 77, "").count, 0);
	struct listed listed = {0};
	const struct account_choice words = {.org = -1, .limit = 9, .words = STR_INIT("B@EXAMPLE")};
	assert_int_equal(account_each(&scene->office, &words, list, &listed), E_OK);
	assert_int_equal(listed.count, 1);
	assert_string_equal(listed.last, "b@example.vn");
}

/* Org 2 stands below org 1 today, org 3 beside it. */
static void lists_reach_below(void **state)
{
	struct office_scene *scene = *state;
	struct listed listed = {0};
	const struct account_choice below = {.org = 1, .limit = 9, .below = true};
	assert_int_equal(sql_execute(&scene->office.db,
				 "INSERT INTO org (code, kind) VALUES ('02', 0), ('03', 0);"
				 "INSERT INTO org_above (campaign, below, above, distance) VALUES"
				 " ('', 1, 1, 0), ('', 2, 2, 0), ('', 2, 1, 1), ('', 3, 3, 0),"
				 " ('vn-2026', 3, 1, 1)"),
		E_OK);
	account_scene_add(scene, "a@example.vn", ROLE_REPORTER, 2);
	account_scene_add(scene, "b@example.vn", ROLE_REPORTER, 1);
	account_scene_add(scene, "c@example.vn", ROLE_REPORTER, 3);
	account_scene_add(scene, "z@example.vn", ROLE_OPERATOR, 0);
	assert_int_equal(account_each(&scene->office, &below, list, &listed), E_OK);
	assert_int_equal(listed.count, 2);
	assert_string_equal(listed.last, "b@example.vn");
}

static void roles_give_no_more_than_they_are(void **state)
{
	(void)state;
	for (enum role given = 0; given < ROLE__COUNT; given++) {
		assert_true(role_gives(ROLE_OPERATOR, given));
		assert_false(role_gives(ROLE_REPORTER, given));
		assert_false(role_gives(ROLE_ISP, given));
		assert_false(role_gives(ROLE_AUDITOR, given));
	}
	assert_false(role_gives(ROLE_COORDINATOR, ROLE_OPERATOR));
	assert_false(role_gives(ROLE_COORDINATOR, ROLE_AUDITOR));
	assert_true(role_gives(ROLE_COORDINATOR, ROLE_COORDINATOR));
	assert_true(role_gives(ROLE_COORDINATOR, ROLE_REPORTER));
}

/* --- disabling --- */

static void who_is_disabled_is_out_at_once(void **state)
{
	struct office_scene *scene = *state;
	struct token session, device;
	struct session found;
	int64_t id = account_scene_active(scene, "a@example.vn", ROLE_REPORTER, 1);
	const struct session_origin origin = {{.key = 1}, STR("Firefox")};
	assert_int_equal(CHANGE(scene, session_begin(&scene->office, id, SESSION_IN, &origin, now,
					       &session)),
		E_OK);
	assert_int_equal(session_find(&scene->office, &session, now, &scene->arena, &found), E_OK);
	assert_int_equal(CHANGE(scene, account_disable(&scene->office, &machine, id, now)), E_OK);
	assert_int_equal(
		session_find(&scene->office, &session, now, &scene->arena, &found), E_NOTFOUND);
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM session"), 0);
	assert_int_equal(account_scene_find(scene, id).state, ACCOUNT_DISABLED);
	assert_int_equal(CHANGE(scene, invitation_make(&scene->office, &machine, id,
					       INVITATION_RESET, now, &device)),
		E_USAGE);
	assert_int_equal(CHANGE(scene, account_enable(&scene->office, &machine, id, now)), E_OK);
	assert_int_equal(account_scene_find(scene, id).state, ACCOUNT_ACTIVE);
	assert_int_equal(account_scene_logged(scene, "account.disable"), 1);
}

static void nobody_disables_themselves_or_nobody(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = account_scene_active(scene, "a@example.vn", ROLE_OPERATOR, 0);
	const struct actor self = {.account = id, .role = ROLE_OPERATOR};
	assert_int_equal(CHANGE(scene, account_disable(&scene->office, &self, id, now)), E_USAGE);
	assert_int_equal(
		CHANGE(scene, account_disable(&scene->office, &self, 99, now)), E_NOTFOUND);
	assert_int_equal(account_scene_find(scene, id).state, ACCOUNT_ACTIVE);
}

static void who_never_came_is_invited_again(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = account_scene_add(scene, "a@example.vn", ROLE_REPORTER, 1);
	assert_int_equal(CHANGE(scene, account_disable(&scene->office, &machine, id, now)), E_OK);
	assert_int_equal(CHANGE(scene, account_enable(&scene->office, &machine, id, now)), E_OK);
	assert_int_equal(account_scene_find(scene, id).state, ACCOUNT_INVITED);
}

/* --- several connections --- */

/* Another program that opens and closes: it must see that it is not the last. A mere fork would
 * bring SQLite's own notes on our locks along. */
static int count_accounts(const char *folder)
{
	struct office other;
	int64_t count = -1;
	if (office_open(&other, folder, true) != E_OK ||
		sql_ask(&other.db, "SELECT count(*) FROM account", -1, &count) != E_OK)
		return 100;
	office_close(&other);
	return (int)count;
}

static int64_t count_elsewhere(const char *folder)
{
	pid_t child = fork();
	assert_true(child >= 0);
	if (child == 0) {
		(void)execl("/proc/self/exe", "test", folder, (char *)NULL);
		_exit(101);
	}
	int status = 0;
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

static void one_connection_leaves_anothers_locks_alone(void **state)
{
	struct office_scene *scene = *state;
	struct office second;
	account_scene_add(scene, "a@example.vn", ROLE_REPORTER, 1);
	assert_int_equal(office_open(&second, scene->folder, true), E_OK);
	assert_int_equal(count_elsewhere(scene->folder), 1);
	account_scene_add(scene, "b@example.vn", ROLE_REPORTER, 1);
	assert_int_equal(count_elsewhere(scene->folder), 2);
	assert_int_equal(
		sql_ask(&second.db, "SELECT count(*) FROM account", -1, &(int64_t){0}), E_OK);
	office_close(&second);
	account_scene_add(scene, "c@example.vn", ROLE_REPORTER, 1);
	assert_int_equal(count_elsewhere(scene->folder), 3);
}

int main(int argc, char **argv)
{
	if (argc == 2)
		return count_accounts(argv[1]);
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_folded),
		cmocka_unit_test(what_is_no_address_is_refused),
		cmocka_unit_test(roles_give_no_more_than_they_are),
		cmocka_unit_test_setup_teardown(one_is_made_and_found, begin, end),
		cmocka_unit_test_setup_teardown(bad_ones_are_refused, begin, end),
		cmocka_unit_test_setup_teardown(lists_are_paged_by_mail, begin, end),
		cmocka_unit_test_setup_teardown(lists_reach_below, begin, end),
		cmocka_unit_test_setup_teardown(who_is_disabled_is_out_at_once, begin, end),
		cmocka_unit_test_setup_teardown(nobody_disables_themselves_or_nobody, begin, end),
		cmocka_unit_test_setup_teardown(who_never_came_is_invited_again, begin, end),
		cmocka_unit_test_setup_teardown(
			one_connection_leaves_anothers_locks_alone, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
