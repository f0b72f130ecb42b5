/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/instant.h"

static void known_instants(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		int64_t seconds; /* date -u -d TEXT +%s */
	} cases[] = {
		{"1970-01-01 00:00:00", 0},
		{"2000-02-29T12:00:00Z", 951825600},
		{"2020-10-15 23:59:01", 1602806341},
		{"2020-10-16T06:59:01+07:00", 1602806341},
		{"2020-10-16 06:59:01.123456+07", 1602806341},
		{"2020-10-15T22:59:01-0100", 1602806341},
		{"2020-10-15 23:59:01.123456", 1602806341},
		{"2106-02-07 06:28:15", 4294967295},
	};
	struct instant t;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(instant_parse(str_from(cases[i].text), &t));
		assert_int_equal(t.seconds, cases[i].seconds);
	}
}

static void not_instants(void **state)
{
	(void)state;
	static const char *const bad[] = {"", "2020-10-15", "2020-02-30 00:00:00",
		"2021-02-29 00:00:00", "2020-13-01 00:00:00", "2020-10-15 24:00:00",
		"2020-10-15 23:60:00", "2020-10-15x00:00:00", "2020-10-15 00:00:00 ",
		"2020-10-15 00:00:00+7", "1969-12-31 23:59:59", "2106-02-07 06:28:16",
		"2020-1-15 00:00:00", "2020-10-15 00:00:00.", "2020-10-15 00:00:00+0760",
		"2020-10-15 00:00:00+7", "2020-10-15 00:00:00+15", "2020-10-15 00:00:00+1x"};
	struct instant t;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(instant_parse(str_from(bad[i]), &t));
}

static void every_day_of_400_years_comes_back(void **state)
{
	(void)state;
	for (int64_t day = 0; day < 146097; day++) {
		struct instant t = {day * SECONDS_PER_DAY};
		assert_int_equal(date_instant(instant_date(t)).seconds, t.seconds);
		assert_int_equal(date_weekday(instant_date(t)), (day + 3) % 7);
	}
}

static void dates_in_file_names(void **state)
{
	(void)state;
	struct date d;
	assert_true(date_find(STR("2020-10-15-event4_sinkhole-vn.csv"), &d));
	assert_int_equal(d.day, 15);
	assert_true(date_find(STR("vn-ipv4-2026-01-31.txt"), &d));
	assert_int_equal(d.year, 2026);
	assert_true(date_find(STR("list_20201231.txt"), &d));
	assert_int_equal(d.month, 12);
	assert_true(date_find(STR("list.2020_12_30.gz"), &d));
	assert_int_equal(d.day, 30);
	assert_false(date_find(STR("12020-10-15.csv"), &d));
	assert_false(date_find(STR("2020-13-15.csv"), &d));
	assert_false(date_find(STR("202010155"), &d));
	assert_false(date_find(STR(""), &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_instants),
		cmocka_unit_test(not_instants),
		cmocka_unit_test(every_day_of_400_years_comes_back),
		cmocka_unit_test(dates_in_file_names),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
