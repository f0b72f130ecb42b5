/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch_test.h"

#include "fetch/schedule.h"

static void test_forms(void **state)
{
	static const struct {
		struct str from, to;
		int64_t every;
		int32_t at;
	} good[] = {
		{STR_INIT("1m"), STR_INIT("1m"), 60, -1},
		{STR_INIT("90m"), STR_INIT("90m"), 5400, -1},
		{STR_INIT("60m"), STR_INIT("1h"), 3600, -1},
		{STR_INIT("24h"), STR_INIT("1d"), 86400, -1},
		{STR_INIT("1d at 06:30"), STR_INIT("1d at 06:30"), 86400, 23400},
		{STR_INIT("1d 06:30"), STR_INIT("1d at 06:30"), 86400, 23400},
		{STR_INIT("1d@00:00"), STR_INIT("1d at 00:00"), 86400, 0},
		{STR_INIT("24h at 23:59"), STR_INIT("1d at 23:59"), 86400, 86340},
		{STR_INIT("7d at 12:00"), STR_INIT("7d at 12:00"), 7 * 86400, 43200},
		{STR_INIT("31d"), STR_INIT("31d"), 31 * 86400, -1},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct schedule s;
		struct writer w;
		assert_true(schedule_parse(good[i].from, &s));
		assert_int_equal(s.every, good[i].every);
		assert_int_equal(s.at_set, good[i].at >= 0);
		if (s.at_set)
			assert_int_equal(s.at, good[i].at);
		writer_init(&w, 64);
		schedule_write(&w, &s);
		assert_str(writer_view_str(&w), good[i].to);
		writer_release(&w);
	}
}

static void test_bad_forms(void **state)
{
	static const char *const bad[] = {"", "1", "h", "0m", "0d", "-1h", "1s", "1w", "1 h", " 1h",
		"1h ", "32d", "99999999999d", "1h at 06:30", "25h at 06:30", "1d at", "1d at ",
		"1d at 6:30", "1d at 24:00", "1d at 06:60", "1d at 06-30", "1d at at 06:30",
		"1d@at 06:30", "1d@", "1d  06:30", "1d at 06:300", "1.5h"};
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct schedule s;
		if (schedule_parse(str_from(bad[i]), &s))
			fail_msg("taken: “%s”", bad[i]);
	}
}

static struct instant at(const char *text)
{
	struct instant t;
	assert_true(instant_parse(str_from(text), &t));
	return t;
}

static void check_next(const char *every, const char *last, int32_t offset, const char *next)
{
	struct schedule s;
	assert_true(schedule_parse(str_from(every), &s));
	assert_int_equal(schedule_next(&s, at(last), offset).seconds, at(next).seconds);
}

static void test_next(void **state)
{
	const int32_t vietnam = 7 * 3600, west = -5 * 3600;
	(void)state;
	check_next("1h", "2026-11-23 04:05:06", vietnam, "2026-11-23 05:05:06");
	/* 06:30 in Hà Nội is 23:30 of the day before in UTC. */
	check_next("1d at 06:30", "2026-11-23 04:00:00", vietnam, "2026-11-23 23:30:00");
	check_next("1d at 06:30", "2026-11-22 23:29:59", vietnam, "2026-11-22 23:30:00");
	check_next("1d at 06:30", "2026-11-22 23:30:00", vietnam, "2026-11-23 23:30:00");
	check_next("1d at 06:30", "2026-11-22 23:30:01", vietnam, "2026-11-23 23:30:00");
	check_next("1d at 06:30", "2026-11-23 11:29:00", west, "2026-11-23 11:30:00");
	check_next("1d at 00:00", "2026-11-23 00:00:00", 0, "2026-11-24 00:00:00");
	check_next("1d at 00:00", "2026-12-31 23:59:59", 0, "2027-01-01 00:00:00");
	check_next("2d at 06:30", "2026-11-23 07:00:00", 0, "2026-11-25 06:30:00");
	check_next("7d at 06:30", "2026-11-23 06:00:00", 0, "2026-11-29 06:30:00");
}

static void test_next_is_later(void **state)
{
	(void)state;
	struct schedule s;
	assert_true(schedule_parse(STR("1d at 06:30"), &s));
	for (int64_t t = 0; t < 4 * SECONDS_PER_DAY; t += 601)
		for (int32_t offset = -12 * 3600; offset <= 14 * 3600; offset += 1800) {
			int64_t next = schedule_next(&s, (struct instant){t}, offset).seconds;
			assert_true(next > t && next <= t + SECONDS_PER_DAY);
			assert_int_equal((next + offset + SECONDS_PER_DAY) % SECONDS_PER_DAY, s.at);
		}
}

static void test_patience(void **state)
{
	(void)state;
	assert_int_equal(fetch_patience(1, 0, 0), 60);
	assert_int_equal(fetch_patience(2, 0, 0), 120);
	assert_int_equal(fetch_patience(5, 0, 0), 960);
	assert_int_equal(fetch_patience(100, 0, 0), 6 * 3600);
	assert_int_equal(fetch_patience(UINT64_MAX, 0, 0), 6 * 3600);
	assert_in_range(fetch_patience(1, 255, 0), 61, 75);
	/* What a server asks for counts, within a day. */
	assert_int_equal(fetch_patience(1, 0, 7200), 7200);
	assert_int_equal(fetch_patience(9, 0, 10), 15360);
	assert_int_equal(fetch_patience(1, 0, INT64_MAX), SECONDS_PER_DAY);
	assert_int_equal(fetch_patience(1, 0, -5), 60);
	for (uint64_t i = 1; i < 20; i++)
		assert_true(fetch_patience(i, 0, 0) <= fetch_patience(i + 1, 0, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_bad_forms),
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_next_is_later),
		cmocka_unit_test(test_patience),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
