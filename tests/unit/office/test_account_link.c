/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "account_scene.h"
#include "office/invitation.h"
#include "office/session.h"

enum {
	WEEK = 7 * SECONDS_PER_DAY
};

static const struct instant now = {T};
static const struct password_hash made_up = {
	"$argon2id$v=19$m=65536,t=3,p=1$c2FsdHNhbHRzYWx0$aGFzaA"};

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

static struct token invite(struct office_scene *scene, int64_t id, enum invitation_kind kind)
{
	struct token token;
	assert_int_equal(
		CHANGE(scene, invitation_make(&scene->office, &machine, id, kind, now, &token)),
		E_OK);
	return token;
}

static enum err accept_at(struct office_scene *scene, const struct token *token, int64_t when)
{
	int64_t id = 0;
	const struct acceptance acceptance = {STR("Trần Thị Hoa"), LANG_EN, made_up};
	return CHANGE(scene,
		invitation_accept(&scene->office, token, &acceptance, (struct instant){when}, &id));
}

static enum err open_at(struct office_scene *scene, const struct token *token, int64_t when)
{
	struct invitation found;
	return invitation_find(
		&scene->office, token, (struct instant){when}, &scene->arena, &found);
}

static void an_invitation_brings_somebody_in(void **state)
{
	struct office_scene *scene = *state;
	struct invitation found;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	struct token token = invite(scene, id, INVITATION_JOIN);
	assert_int_equal(invitation_find(&scene->office, &token, now, &scene->arena, &found), E_OK);
	assert_int_equal(found.kind, INVITATION_JOIN);
	assert_int_equal(found.account.id, id);
	assert_true(str_equal(found.account.mail, STR("lan@example.vn")));
	assert_int_equal(found.ends.seconds, T + WEEK);
	assert_int_equal(accept_at(scene, &token, T + 10), E_OK);
	struct account account = account_scene_find(scene, id);
	assert_int_equal(account.state, ACCOUNT_ACTIVE);
	assert_true(str_equal(account.name, STR("Trần Thị Hoa")));
	assert_int_equal(account.lang, LANG_EN);
	assert_int_equal(account.password.seconds, T + 10);
	assert_int_equal(account_scene_logged(scene, "account.invite"), 1);
	assert_int_equal(account_scene_logged(scene, "account.password"), 1);
}

static void it_works_once(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	struct token token = invite(scene, id, INVITATION_JOIN);
	assert_int_equal(accept_at(scene, &token, T), E_OK);
	assert_int_equal(open_at(scene, &token, T), E_NOTFOUND);
	assert_int_equal(accept_at(scene, &token, T), E_NOTFOUND);
}

static void looking_uses_nothing_up(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	struct token token = invite(scene, id, INVITATION_JOIN);
	for (int i = 0; i < 5; i++)
		assert_int_equal(open_at(scene, &token, T), E_OK);
	assert_int_equal(accept_at(scene, &token, T), E_OK);
}

static void it_expires(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	struct token token = invite(scene, id, INVITATION_JOIN);
	assert_int_equal(open_at(scene, &token, T + WEEK - 1), E_OK);
	assert_int_equal(open_at(scene, &token, T + WEEK), E_NOTFOUND);
	assert_int_equal(accept_at(scene, &token, T + WEEK), E_NOTFOUND);
	struct token other = invite(scene, id, INVITATION_JOIN);
	assert_int_equal(accept_at(scene, &other, T), E_OK);
	struct token reset = invite(scene, id, INVITATION_RESET);
	assert_int_equal(open_at(scene, &reset, T + SECONDS_PER_DAY - 1), E_OK);
	assert_int_equal(open_at(scene, &reset, T + SECONDS_PER_DAY), E_NOTFOUND);
}

static enum err keep_id(void *context, const struct invitation *invitation)
{
	int64_t *id = context;
	*id = invitation->id;
	return E_OK;
}

static void it_can_be_revoked_and_replaced(void **state)
{
	struct office_scene *scene = *state;
	int64_t open = 0, none = 0;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	struct token first = invite(scene, id, INVITATION_JOIN);
	struct token second = invite(scene, id, INVITATION_JOIN);
	assert_int_equal(open_at(scene, &first, T), E_NOTFOUND);
	assert_int_equal(open_at(scene, &second, T), E_OK);
	assert_int_equal(invitation_each(&scene->office, id, now, keep_id, &open), E_OK);
	assert_int_not_equal(open, 0);
	assert_int_equal(
		CHANGE(scene, invitation_revoke(&scene->office, &machine, open, now)), E_OK);
	assert_int_equal(accept_at(scene, &second, T), E_NOTFOUND);
	assert_int_equal(
		CHANGE(scene, invitation_revoke(&scene->office, &machine, open, now)), E_NOTFOUND);
	assert_int_equal(invitation_each(&scene->office, id, now, keep_id, &none), E_OK);
	assert_int_equal(none, 0);
}

static void who_is_disabled_accepts_nothing(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	struct token token = invite(scene, id, INVITATION_JOIN);
	assert_int_equal(CHANGE(scene, account_disable(&scene->office, &machine, id, now)), E_OK);
	assert_int_equal(CHANGE(scene, account_enable(&scene->office, &machine, id, now)), E_OK);
	assert_int_equal(accept_at(scene, &token, T), E_NOTFOUND);
}

static void a_reset_ends_sessions_and_keeps_the_name(void **state)
{
	struct office_scene *scene = *state;
	struct token session;
	struct session found;
	const struct session_origin origin = {{.key = 1}, STR("Firefox")};
	int64_t id = account_scene_active(scene, "lan@example.vn", ROLE_REPORTER, 1);
	assert_int_equal(CHANGE(scene, session_begin(&scene->office, id, SESSION_IN, &origin, now,
					       &session)),
		E_OK);
	struct token token = invite(scene, id, INVITATION_RESET);
	assert_int_equal(session_find(&scene->office, &session, now, &scene->arena, &found), E_OK);
	assert_int_equal(accept_at(scene, &token, T), E_OK);
	assert_int_equal(
		session_find(&scene->office, &session, now, &scene->arena, &found), E_NOTFOUND);
	assert_true(str_equal(account_scene_find(scene, id).name, STR("Nguyễn Thị Lan")));
}

static void kinds_are_not_mixed_up(void **state)
{
	struct office_scene *scene = *state;
	struct token token;
	int64_t invited = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	int64_t active = account_scene_active(scene, "hoa@example.vn", ROLE_REPORTER, 1);
	assert_int_equal(CHANGE(scene, invitation_make(&scene->office, &machine, invited,
					       INVITATION_RESET, now, &token)),
		E_USAGE);
	assert_int_equal(CHANGE(scene, invitation_make(&scene->office, &machine, active,
					       INVITATION_JOIN, now, &token)),
		E_USAGE);
	assert_int_equal(CHANGE(scene, invitation_make(&scene->office, &machine, 99,
					       INVITATION_JOIN, now, &token)),
		E_NOTFOUND);
}

static void another_token_opens_nothing(void **state)
{
	struct office_scene *scene = *state;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	struct token token = invite(scene, id, INVITATION_JOIN);
	token.bytes[31] ^= 1;
	assert_int_equal(open_at(scene, &token, T), E_NOTFOUND);
}

static void the_database_holds_no_token(void **state)
{
	struct office_scene *scene = *state;
	struct sql q;
	int64_t id = account_scene_add(scene, "lan@example.vn", ROLE_REPORTER, 1);
	struct token token = invite(scene, id, INVITATION_JOIN);
	sql_open(&q, &scene->office.db, "SELECT count(*) FROM invitation WHERE hash = ?");
	sql_blob(&q, (struct bytes){token.bytes, sizeof(token.bytes)});
	assert_true(sql_row(&q));
	assert_int_equal(sql_get(&q, 0), 0);
	assert_int_equal(sql_close(&q), E_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(an_invitation_brings_somebody_in, begin, end),
		cmocka_unit_test_setup_teardown(it_works_once, begin, end),
		cmocka_unit_test_setup_teardown(looking_uses_nothing_up, begin, end),
		cmocka_unit_test_setup_teardown(it_expires, begin, end),
		cmocka_unit_test_setup_teardown(it_can_be_revoked_and_replaced, begin, end),
		cmocka_unit_test_setup_teardown(who_is_disabled_accepts_nothing, begin, end),
		cmocka_unit_test_setup_teardown(
			a_reset_ends_sessions_and_keeps_the_name, begin, end),
		cmocka_unit_test_setup_teardown(kinds_are_not_mixed_up, begin, end),
		cmocka_unit_test_setup_teardown(another_token_opens_nothing, begin, end),
		cmocka_unit_test_setup_teardown(the_database_holds_no_token, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
