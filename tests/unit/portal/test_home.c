/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "portal/home.h"

static const struct campaign october = {
	.key = STR_INIT("trial"), .begins = {2020, 10, 1}, .ends = {2020, 10, 31}};

static void a_campaign_has_three_phases(void **state)
{
	(void)state;
	static const struct {
		struct date today;
		enum campaign_phase phase;
		uint64_t days;
	} cases[] = {
		{{2020, 9, 1}, CAMPAIGN_BEFORE, 30},
		{{2020, 9, 30}, CAMPAIGN_BEFORE, 1},
		{{2020, 10, 1}, CAMPAIGN_DURING, 31},
		{{2020, 10, 30}, CAMPAIGN_DURING, 2},
		{{2020, 10, 31}, CAMPAIGN_DURING, 1},
		{{2020, 11, 1}, CAMPAIGN_AFTER, 0},
		{{2024, 2, 29}, CAMPAIGN_AFTER, 0},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint64_t days = 0;
		assert_int_equal(campaign_phase(&october, cases[i].today, &days), cases[i].phase);
		assert_int_equal(days, cases[i].days);
	}
}

static void without_a_campaign_nothing_is_counted(void **state)
{
	(void)state;
	static const struct campaign none = {.key = STR_INIT("")};
	uint64_t days = 7;
	assert_int_equal(campaign_phase(&none, (struct date){2020, 10, 1}, &days), CAMPAIGN_NONE);
	assert_int_equal(days, 7);
}

static void the_latest_day_is_the_last_known(void **state)
{
	(void)state;
	static const int64_t known[] = {5, SITE_NOT_KNOWN, 0, SITE_NOT_KNOWN};
	static const int64_t unknown[] = {SITE_NOT_KNOWN, SITE_NOT_KNOWN};
	struct site_series s = {.days = 4, .v4 = known};
	assert_int_equal(series_latest(&s), 2);
	s.days = 2;
	assert_int_equal(series_latest(&s), 0);
	s.v4 = unknown;
	assert_int_equal(series_latest(&s), 2);
	s.days = 0;
	assert_int_equal(series_latest(&s), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_campaign_has_three_phases),
		cmocka_unit_test(without_a_campaign_nothing_is_counted),
		cmocka_unit_test(the_latest_day_is_the_last_known),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
