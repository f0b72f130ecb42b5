/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "account_scene.h"
#include "office/attempt.h"

/* Attackers and owners; time goes on as the test says. */
enum {
	DAY = 24 * 3600,
	LONGEST = 900
};

#define OWNER "lan@example.vn"

static int begin(void **state)
{
	static struct office_scene scene;
	account_scene_begin(&scene);
	/* Thousands of transactions. */
	assert_int_equal(sql_execute(&scene.office.db, "PRAGMA synchronous=OFF"), E_OK);
	assert_int_equal(account_scene_active(&scene, OWNER, ROLE_REPORTER, 1), 1);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	office_scene_end(*state);
	return 0;
}

static struct unit place(uint64_t number)
{
	return (struct unit){.key = number};
}

static struct attempt from(const char *mail, uint64_t number, const struct token *device)
{
	return (struct attempt){ATTEMPT_PASSWORD, str_from(mail), place(number), device};
}

static uint32_t take(struct office_scene *scene, const struct attempt *a, int64_t when)
{
	uint32_t wait = UINT32_MAX;
	assert_int_equal(
		CHANGE(scene, attempt_take(&scene->office, a, (struct instant){when}, &wait)),
		E_OK);
	return wait;
}

static void right(struct office_scene *scene, const struct attempt *a, int64_t when)
{
	assert_int_equal(
		CHANGE(scene, attempt_right(&scene->office, a, (struct instant){when})), E_OK);
}

static struct token know_device(struct office_scene *scene, int64_t when)
{
	struct token device;
	assert_int_equal(
		CHANGE(scene, device_add(&scene->office, 1, (struct instant){when}, &device)),
		E_OK);
	return device;
}

/* --- delays --- */

static void the_first_are_free_then_each_doubles(void **state)
{
	struct office_scene *scene = *state;
	const struct attempt a = from(OWNER, 1, NULL);
	int64_t at = T;
	for (int i = 0; i < 6; i++)
		assert_int_equal(take(scene, &a, at), 0);
	for (uint32_t wait = 1; wait < LONGEST; wait *= 2) {
		assert_int_equal(take(scene, &a, at), wait);
		assert_int_equal(take(scene, &a, at + wait - 1), 1);
		at += wait;
		assert_int_equal(take(scene, &a, at), 0);
	}
	for (int i = 0; i < 30; i++) {
		assert_int_equal(take(scene, &a, at), LONGEST);
		at += LONGEST;
		assert_int_equal(take(scene, &a, at), 0);
	}
	assert_int_equal(take(scene, &a, at + DAY), 0);
	assert_int_equal(take(scene, &a, at + DAY), 0);
}

static void a_thousand_at_once_are_not_a_thousand_guesses(void **state)
{
	struct office_scene *scene = *state;
	const struct attempt a = from(OWNER, 1, NULL);
	int guesses = 0;
	for (int i = 0; i < 1000; i++)
		guesses += take(scene, &a, T) == 0;
	/* Five are free, one more starts the clock. */
	assert_int_equal(guesses, 6);
}

static void who_is_right_starts_anew(void **state)
{
	struct office_scene *scene = *state;
	const struct attempt a = from(OWNER, 1, NULL);
	for (int round = 0; round < 20; round++) {
		for (int i = 0; i < 3; i++)
			assert_int_equal(take(scene, &a, T), 0);
		right(scene, &a, T);
	}
	/* What was mistyped is left with the place alone. */
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM attempt"), 2);
	assert_int_equal(account_scene_ask(scene, "SELECT max(failures) FROM attempt"), 40);
	assert_int_equal(account_scene_ask(scene, "SELECT min(failures) FROM attempt"), 0);
}

static void mail_is_folded_and_kinds_are_apart(void **state)
{
	struct office_scene *scene = *state;
	struct attempt a = from(OWNER, 1, NULL);
	const struct attempt shouted = from("LAN@EXAMPLE.VN", 1, NULL);
	for (int i = 0; i < 6; i++)
		assert_int_equal(take(scene, i % 2 ? &a : &shouted, T), 0);
	assert_int_equal(take(scene, &shouted, T), 1);
	a.kind = ATTEMPT_FACTOR;
	assert_int_equal(take(scene, &a, T), 0);
	a.kind = ATTEMPT_LINK;
	assert_int_equal(take(scene, &a, T), 0);
}

/* Whether there is such an account changes nothing. */
static void unknown_accounts_are_slowed_alike(void **state)
{
	struct office_scene *scene = *state;
	const struct attempt known = from(OWNER, 1, NULL);
	const struct attempt unknown = from("nobody@example.vn", 2, NULL);
	for (int64_t at = T; at < T + 2000; at += 7)
		assert_int_equal(take(scene, &known, at), take(scene, &unknown, at));
}

/* --- attackers and owners --- */

static int guess_all_day(struct office_scene *scene, const char *mail, uint64_t first,
	uint64_t places, int64_t every)
{
	int guesses = 0;
	for (int64_t at = T; at < T + DAY; at += every) {
		const struct attempt a =
			from(mail, first + (uint64_t)((at - T) / every) % places, NULL);
		guesses += take(scene, &a, at) == 0;
	}
	return guesses;
}

static void one_place_gets_a_hundred_guesses_a_day(void **state)
{
	struct office_scene *scene = *state;
	int guesses = guess_all_day(scene, OWNER, 1000, 1, 60);
	assert_in_range(guesses, 50, 120);
	/* The owner at home knows nothing of it. */
	const struct token device = know_device(scene, T);
	const struct attempt known = from(OWNER, 1, &device);
	assert_int_equal(take(scene, &known, T + DAY), 0);
}

static void many_places_get_little_more(void **state)
{
	struct office_scene *scene = *state;
	int guesses = guess_all_day(scene, OWNER, 1000, 2000, 60);
	assert_in_range(guesses, 50, 200);
}

static void under_attack_a_known_device_comes_in(void **state)
{
	struct office_scene *scene = *state;
	const struct token device = know_device(scene, T - DAY);
	const struct attempt owner = from(OWNER, 7, &device);
	const struct attempt stranger = from(OWNER, 8, NULL);
	for (int64_t at = T; at < T + 7200; at += 3) {
		const struct attempt attacker = from(OWNER, 1000 + (uint64_t)at % 500, NULL);
		(void)take(scene, &attacker, at);
		if (at % 600 == 0) {
			assert_int_equal(take(scene, &owner, at), 0);
			right(scene, &owner, at);
		}
	}
	assert_int_not_equal(take(scene, &stranger, T + 7200), 0);
	/* The same unit as an attacker's, too. */
	const struct attempt beside = from(OWNER, 1000 + (uint64_t)T % 500, &device);
	assert_int_equal(take(scene, &beside, T + 7200), 0);
}

static void others_of_the_place_come_in_by_their_devices(void **state)
{
	struct office_scene *scene = *state;
	const struct token device = know_device(scene, T);
	const struct attempt owner = from(OWNER, 1, &device);
	char mail[64];
	for (int i = 0; i < 300; i++) {
		snprintf(mail, sizeof(mail), "p%d@example.vn", i);
		const struct attempt sprayed = from(mail, 1, NULL);
		(void)take(scene, &sprayed, T + i);
	}
	const struct attempt next = from("p1000@example.vn", 1, NULL);
	assert_int_not_equal(take(scene, &next, T + 300), 0);
	assert_int_equal(take(scene, &owner, T + 300), 0);
}

/* Coming in with an account of one's own buys no guesses at another's. */
static void ones_own_account_buys_nothing(void **state)
{
	struct office_scene *scene = *state;
	int guesses = 0;
	for (int64_t at = T; at < T + DAY; at += 60) {
		const struct attempt own = from("mine@example.vn", 5, NULL);
		const struct attempt guess = from(OWNER, 5, NULL);
		if (take(scene, &own, at) == 0)
			right(scene, &own, at);
		guesses += take(scene, &guess, at) == 0;
	}
	assert_in_range(guesses, 50, 120);
}

static void a_stolen_device_is_slowed(void **state)
{
	struct office_scene *scene = *state;
	const struct token device = know_device(scene, T);
	int guesses = 0;
	for (int64_t at = T; at < T + DAY; at += 60) {
		const struct attempt a = from(OWNER, (uint64_t)at, &device);
		guesses += take(scene, &a, at) == 0;
	}
	assert_in_range(guesses, 50, 130);
}

/* --- devices --- */

static bool known(
	struct office_scene *scene, const char *mail, const struct token *device, int64_t when)
{
	bool is = false;
	assert_int_equal(
		device_known(&scene->office, str_from(mail), device, (struct instant){when}, &is),
		E_OK);
	return is;
}

static void a_device_is_known_for_its_account(void **state)
{
	struct office_scene *scene = *state;
	struct token device = know_device(scene, T);
	account_scene_active(scene, "hoa@example.vn", ROLE_REPORTER, 1);
	assert_true(known(scene, "Lan@example.vn", &device, T));
	assert_false(known(scene, "hoa@example.vn", &device, T));
	assert_true(known(scene, OWNER, &device, T + 179 * DAY));
	assert_false(known(scene, OWNER, &device, T + 180 * DAY));
	for (int i = 0; i < 9; i++)
		know_device(scene, T + 1 + i);
	assert_true(known(scene, OWNER, &device, T + 20));
	know_device(scene, T + 20);
	assert_false(known(scene, OWNER, &device, T + 20));
	device.bytes[0] ^= 1;
	assert_false(known(scene, OWNER, &device, T));
}

static void what_is_old_is_forgotten(void **state)
{
	struct office_scene *scene = *state;
	const struct attempt a = from(OWNER, 1, NULL);
	assert_int_equal(take(scene, &a, T), 0);
	know_device(scene, T);
	assert_int_equal(
		CHANGE(scene, attempt_sweep(&scene->office, (struct instant){T + 3601})), E_OK);
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM attempt"), 2);
	assert_int_equal(
		CHANGE(scene, attempt_sweep(&scene->office, (struct instant){T + 181 * DAY})),
		E_OK);
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM attempt"), 0);
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM device"), 0);
}

static void there_are_never_too_many(void **state)
{
	struct office_scene *scene = *state;
	const struct attempt a = from(OWNER, 1, NULL);
	for (int i = 0; i < 10; i++)
		(void)take(scene, &a, T + i);
	assert_int_equal(
		sql_execute(&scene->office.db,
			"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
			" WHERE i < 100500) INSERT INTO attempt (key, failures, last,"
			" until, forget) SELECT CAST(i AS BLOB), 1, 0, 0, 9999999999 FROM n"),
		E_OK);
	assert_int_equal(
		CHANGE(scene, attempt_sweep(&scene->office, (struct instant){T + 10})), E_OK);
	assert_int_equal(account_scene_ask(scene, "SELECT count(*) FROM attempt"), 100000);
	assert_int_equal(account_scene_ask(scene, "SELECT max(failures) FROM attempt") > 5, 1);
}

static void nothing_says_who_was_tried(void **state)
{
	struct office_scene *scene = *state;
	const struct attempt a = from("secret@example.vn", 1, NULL);
	assert_int_equal(take(scene, &a, T), 0);
	assert_int_equal(
		account_scene_ask(scene, "SELECT count(*) FROM attempt WHERE length(key) <> 32"
					 " OR instr(key, 'secret') > 0"),
		0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_first_are_free_then_each_doubles, begin, end),
		cmocka_unit_test_setup_teardown(
			a_thousand_at_once_are_not_a_thousand_guesses, begin, end),
		cmocka_unit_test_setup_teardown(who_is_right_starts_anew, begin, end),
		cmocka_unit_test_setup_teardown(mail_is_folded_and_kinds_are_apart, begin, end),
		cmocka_unit_test_setup_teardown(unknown_accounts_are_slowed_alike, begin, end),
		cmocka_unit_test_setup_teardown(one_place_gets_a_hundred_guesses_a_day, begin, end),
		cmocka_unit_test_setup_teardown(many_places_get_little_more, begin, end),
		cmocka_unit_test_setup_teardown(under_attack_a_known_device_comes_in, begin, end),
		cmocka_unit_test_setup_teardown(
			others_of_the_place_come_in_by_their_devices, begin, end),
		cmocka_unit_test_setup_teardown(ones_own_account_buys_nothing, begin, end),
		cmocka_unit_test_setup_teardown(a_stolen_device_is_slowed, begin, end),
		cmocka_unit_test_setup_teardown(a_device_is_known_for_its_account, begin, end),
		cmocka_unit_test_setup_teardown(what_is_old_is_forgotten, begin, end),
		cmocka_unit_test_setup_teardown(there_are_never_too_many, begin, end),
		cmocka_unit_test_setup_teardown(nothing_says_who_was_tried, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
