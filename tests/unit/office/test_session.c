/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "account_scene.h"
#include "office/session.h"

enum {
	IDLE = 1800,
	WHOLE = 43200,
	WAITING = 600,
	MOST = 20
};

static const struct session_origin firefox = {{.key = 0xc0000201}, STR_INIT("Firefox 140")};

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

static struct token start_at(struct office_scene *scene, enum session_stage stage, int64_t when)
{
	struct token token;
	assert_int_equal(CHANGE(scene, session_begin(&scene->office, 1, stage, &firefox,
					       (struct instant){when}, &token)),
		E_OK);
	return token;
}

static enum err find_at(struct office_scene *scene, const struct token *token, int64_t when,
	struct session *ret_session)
{
	return session_find(
		&scene->office, token, (struct instant){when}, &scene->arena, ret_session);
}

/* --- tokens --- */

static void tokens_come_back_from_text(void **state)
{
	struct token token, again;
	struct writer w;
	(void)state;
	token_make(&token);
	writer_init(&w, 100);
	token_write(&w, &token);
	assert_int_equal(w.size, TOKEN_TEXT);
	assert_true(token_parse(writer_view_str(&w), &again));
	assert_memory_equal(&token, &again, sizeof(token));
	w.data[5] = '+';
	assert_false(token_parse(writer_view_str(&w), &again));
	assert_false(token_parse((struct str){(const char *)w.data, 42}, &again));
	assert_false(token_parse(STR(""), &again));
	/* The last letter holds four bits: two of its own must be zero. */
	assert_false(token_parse(STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB"), &again));
	assert_false(token_parse(STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\xF7"
				     "A"),
		&again));
	assert_true(token_parse(STR("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"), &again));
	writer_release(&w);
}

static void a_form_belongs_to_its_token(void **state)
{
	struct token token, other;
	struct writer form, text;
	(void)state;
	token_make(&token);
	token_make(&other);
	writer_init(&form, 100);
	writer_init(&text, 100);
	token_form_write(&form, &token);
	token_write(&text, &token);
	assert_true(token_form_right(&token, writer_view_str(&form)));
	assert_false(token_form_right(&other, writer_view_str(&form)));
	assert_false(token_form_right(&token, writer_view_str(&text)));
	assert_false(token_form_right(&token, STR("")));
	writer_release(&form);
	writer_release(&text);
}

/* --- sessions --- */

static void one_is_found_by_its_token_alone(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token token = start_at(scene, SESSION_IN, T);
	assert_int_equal(find_at(scene, &token, T + 5, &found), E_OK);
	assert_int_equal(found.account.id, 1);
	assert_int_equal(found.stage, SESSION_IN);
	assert_true(str_equal(found.unit, STR("192.0.2.1")));
	assert_true(str_equal(found.agent, STR("Firefox 140")));
	struct actor actor = session_actor(&found);
	assert_true(str_equal(actor.mail, STR("lan@example.vn")));
	assert_int_equal(actor.org, 1);
	assert_int_equal(actor.role, ROLE_REPORTER);
	assert_int_equal(account_scene_find(scene, 1).seen.seconds, T);
	assert_int_equal(account_scene_logged(scene, "session.begin"), 1);
	token.bytes[0] ^= 1;
	assert_int_equal(find_at(scene, &token, T, &found), E_NOTFOUND);
}

static void finding_goes_by_an_index(void **state)
{
	struct office_scene *scene = *state;
	struct sql q;
	sql_open(&q, &scene->office.db,
		"EXPLAIN QUERY PLAN SELECT * FROM session AS s JOIN account ON account.id ="
		" s.account WHERE s.hash = x'00' AND s.ends > 1 AND s.seen > 1"
		" AND account.state = 1");
	while (sql_row(&q))
		assert_true(str_starts(sql_get_str(&q, 3), STR("SEARCH")));
	assert_int_equal(sql_close(&q), E_OK);
}

static void it_ends_when_idle(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token token = start_at(scene, SESSION_IN, T);
	assert_int_equal(find_at(scene, &token, T + IDLE - 1, &found), E_OK);
	assert_int_equal(find_at(scene, &token, T + IDLE, &found), E_NOTFOUND);
}

static void it_ends_after_a_day_of_work(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token token = start_at(scene, SESSION_IN, T);
	for (int64_t at = T; at < T + WHOLE; at += 600) {
		assert_int_equal(find_at(scene, &token, at, &found), E_OK);
		assert_int_equal(
			CHANGE(scene, session_see(&scene->office, found.id, (struct instant){at})),
			E_OK);
	}
	assert_int_equal(find_at(scene, &token, T + WHOLE - 1, &found), E_OK);
	assert_int_equal(find_at(scene, &token, T + WHOLE, &found), E_NOTFOUND);
}

static void reading_writes_once_a_minute(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token token = start_at(scene, SESSION_IN, T);
	assert_int_equal(find_at(scene, &token, T + 59, &found), E_OK);
	assert_false(session_unseen(&found, (struct instant){T + 59}));
	assert_true(session_unseen(&found, (struct instant){T + 60}));
}

static void one_that_waits_for_a_code_is_short(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token token = start_at(scene, SESSION_FACTOR, T);
	assert_int_equal(find_at(scene, &token, T + WAITING - 1, &found), E_OK);
	assert_int_equal(found.stage, SESSION_FACTOR);
	assert_int_equal(find_at(scene, &token, T + WAITING, &found), E_NOTFOUND);
	assert_int_equal(account_scene_logged(scene, "session.begin"), 0);
}

static void coming_further_changes_the_token(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token raised;
	struct token token = start_at(scene, SESSION_FACTOR, T);
	assert_int_equal(find_at(scene, &token, T + 60, &found), E_OK);
	assert_int_equal(CHANGE(scene, session_raise(&scene->office, &found, SESSION_IN,
					       (struct instant){T + 60}, &raised)),
		E_OK);
	assert_int_equal(find_at(scene, &token, T + 61, &found), E_NOTFOUND);
	assert_int_equal(find_at(scene, &raised, T + 61, &found), E_OK);
	assert_int_equal(found.stage, SESSION_IN);
	assert_int_equal(found.ends.seconds, T + WHOLE);
	assert_true(str_equal(found.agent, STR("Firefox 140")));
	assert_int_equal(account_scene_logged(scene, "session.begin"), 1);
	/* One that has ended in between is not brought back. */
	struct session gone = found;
	assert_int_equal(CHANGE(scene, session_end_others(&scene->office, &machine, 1, 0,
					       (struct instant){T})),
		E_OK);
	assert_int_equal(CHANGE(scene, session_raise(&scene->office, &gone, SESSION_IN,
					       (struct instant){T}, &raised)),
		E_NOTFOUND);
}

struct seen {
	size_t count;
	int64_t ids[64];
};

static enum err see(void *context, const struct session *session)
{
	struct seen *seen = context;
	seen->ids[seen->count++] = session->id;
	return E_OK;
}

static struct seen list_at(struct office_scene *scene, int64_t when)
{
	struct seen seen = {0};
	assert_int_equal(session_each(&scene->office, 1, (struct instant){when}, see, &seen), E_OK);
	return seen;
}

static void they_are_listed_and_ended(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token first = start_at(scene, SESSION_IN, T);
	struct token second = start_at(scene, SESSION_IN, T + 10);
	struct seen seen = list_at(scene, T + 20);
	assert_int_equal(seen.count, 2);
	assert_int_equal(find_at(scene, &second, T + 20, &found), E_OK);
	assert_int_equal(seen.ids[0], found.id);
	assert_int_equal(CHANGE(scene, session_end(&scene->office, &machine, 2, seen.ids[1],
					       (struct instant){T})),
		E_NOTFOUND);
	assert_int_equal(CHANGE(scene, session_end(&scene->office, &machine, 1, seen.ids[1],
					       (struct instant){T})),
		E_OK);
	assert_int_equal(find_at(scene, &first, T + 20, &found), E_NOTFOUND);
	assert_int_equal(find_at(scene, &second, T + 20, &found), E_OK);
	start_at(scene, SESSION_IN, T + 30);
	assert_int_equal(CHANGE(scene, session_end_others(&scene->office, &machine, 1, found.id,
					       (struct instant){T})),
		E_OK);
	assert_int_equal(list_at(scene, T + 40).count, 1);
	assert_int_equal(find_at(scene, &second, T + 40, &found), E_OK);
}

static void another_password_ends_the_others(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	const struct password_hash hash = {"$argon2id$made up"};
	struct token here = start_at(scene, SESSION_IN, T);
	struct token elsewhere = start_at(scene, SESSION_IN, T);
	assert_int_equal(find_at(scene, &here, T, &found), E_OK);
	assert_int_equal(CHANGE(scene, account_set_password(&scene->office, &machine, 1, &hash,
					       found.id, (struct instant){T})),
		E_OK);
	assert_int_equal(find_at(scene, &here, T, &found), E_OK);
	assert_int_equal(find_at(scene, &elsewhere, T, &found), E_NOTFOUND);
}

static void there_are_never_too_many(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token first = start_at(scene, SESSION_IN, T);
	for (int i = 1; i < MOST; i++)
		start_at(scene, SESSION_IN, T + i);
	assert_int_equal(find_at(scene, &first, T + 50, &found), E_OK);
	start_at(scene, SESSION_IN, T + 50);
	assert_int_equal(find_at(scene, &first, T + 50, &found), E_NOTFOUND);
	assert_int_equal(list_at(scene, T + 50).count, MOST);
}

static void hostile_browsers_are_cut(void **state)
{
	struct office_scene *scene = *state;
	struct session found;
	struct token token;
	char agent[1000];
	memset(agent, 'x', sizeof(agent));
	memcpy(agent, "\x1b[2J\xff\0<b>\xc3\xa9", 12);
	const struct session_origin origin = {{.key = 1}, {agent, sizeof(agent)}};
	assert_int_equal(CHANGE(scene, session_begin(&scene->office, 1, SESSION_IN, &origin,
					       (struct instant){T}, &token)),
		E_OK);
	assert_int_equal(find_at(scene, &token, T, &found), E_OK);
	assert_int_equal(found.agent.size, 200);
	assert_true(str_starts(found.agent, STR("[2J<b>é")));
}

static void what_has_ended_is_forgotten(void **state)
{
	struct office_scene *scene = *state;
	start_at(scene, SESSION_IN, T);
	start_at(scene, SESSION_FACTOR, T + 1700);
	assert_int_equal(
		CHANGE(scene, session_sweep(&scene->office, (struct instant){T + IDLE + 1})), E_OK);
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM session"), 1);
	assert_int_equal(
		CHANGE(scene, session_sweep(&scene->office, (struct instant){T + WHOLE})), E_OK);
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM session"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_come_back_from_text),
		cmocka_unit_test(a_form_belongs_to_its_token),
		cmocka_unit_test_setup_teardown(one_is_found_by_its_token_alone, begin, end),
		cmocka_unit_test_setup_teardown(finding_goes_by_an_index, begin, end),
		cmocka_unit_test_setup_teardown(it_ends_when_idle, begin, end),
		cmocka_unit_test_setup_teardown(it_ends_after_a_day_of_work, begin, end),
		cmocka_unit_test_setup_teardown(reading_writes_once_a_minute, begin, end),
		cmocka_unit_test_setup_teardown(one_that_waits_for_a_code_is_short, begin, end),
		cmocka_unit_test_setup_teardown(coming_further_changes_the_token, begin, end),
		cmocka_unit_test_setup_teardown(they_are_listed_and_ended, begin, end),
		cmocka_unit_test_setup_teardown(another_password_ends_the_others, begin, end),
		cmocka_unit_test_setup_teardown(there_are_never_too_many, begin, end),
		cmocka_unit_test_setup_teardown(hostile_browsers_are_cut, begin, end),
		cmocka_unit_test_setup_teardown(what_has_ended_is_forgotten, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
