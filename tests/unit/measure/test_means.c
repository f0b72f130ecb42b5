/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "measure/counts.h"
#include "measure/daily.h"
#include "measure/hourly.h"
#include "measure/mean.h"
#include "measure/peak.h"
#include "measure/rate.h"
#include "measure/window.h"
#include "near.h"

/* Expected numbers: docs/design/measurement/working.py, mean_of_days(). */
static void mean_knows_trend_and_neighbours(void **state)
{
	(void)state;
	static const double days[] = {100, 104, 99, 103, 98, 102, 97};
	struct mean m = mean_of_days(days, 7);
	assert_near(m.error, 0.9959100033, 1e-9);
	assert_near(m.df, 5, 1e-12);
	assert_estimate(mean_estimate(m), 100.4285714, 97.8685033, 102.9886396, 1e-6);
}

static void days_that_hang_together_say_less(void **state)
{
	(void)state;
	double waves[28];
	double jumps[28];
	for (size_t i = 0; i < 28; i++) {
		waves[i] = 100 + (i / 7 % 2 ? 5 : -5);
		jumps[i] = 100 + (i % 2 ? 5 : -5);
	}
	assert_true(mean_of_days(waves, 28).error > 2 * mean_of_days(jumps, 28).error);
	assert_true(mean_of_days(waves, 28).df < 10);
}

static void a_weeks_rhythm_is_no_uncertainty(void **state)
{
	(void)state;
	double days[42];
	for (size_t i = 0; i < 42; i++)
		days[i] = (i % 7 < 5 ? 110 : 75) * (1 + 0.001 * (double)(i * 5 % 3));
	struct weekdays w = weekdays_of(days, 42);
	assert_near(w.factor[0], 1.1, 0.002);
	assert_near(w.factor[6], 0.75, 0.002);
	struct mean m = mean_of_days(days + 7, 7);
	double value = m.value;
	assert_true(m.error > 4);
	mean_free_of_weekdays(&m, days + 7, 7, &w, 7);
	assert_true(m.error < 0.2);
	assert_near(m.value, value, 0);
	assert_near(weekdays_of(days, 20).factor[6], 1, 0);
	assert_near(weekdays_of(NULL, 0).factor[0], 1, 0);
}

static void mean_of_little(void **state)
{
	(void)state;
	static const double few[] = {NAN, 3, 5, NAN, NAN};
	static const double same[] = {7, 7, 7, 7, 7, 7};
	assert_true(isnan(mean_of_days(few, 0).value));
	assert_near(mean_of_days(few, 5).value, 4, 0);
	assert_true(isnan(mean_of_days(few, 5).error));
	assert_false(estimate_has_interval(mean_estimate(mean_of_days(few, 5))));
	assert_estimate(mean_estimate(mean_of_days(same, 6)), 7, 7, 7, 1e-12);
}

/* ln ½ ± t(df)·√(0.02² + 0.01²), df by Welch = (5e-4)²/(16e-8/10 + 1e-8/20). */
static void reduction_has_the_error_of_both(void **state)
{
	(void)state;
	struct mean base = {1000, 10, 20};
	struct mean end = {500, 10, 10};
	double df = 25e-8 / (16e-8 / 10 + 1e-8 / 20);
	assert_near(df, 15.1515, 1e-4);
	double half = 2.12945 * sqrt(5e-4);
	assert_estimate(
		mean_reduction(end, base), 0.5, 1 - 0.5 * exp(half), 1 - 0.5 * exp(-half), 1e-5);
	assert_unknown(mean_reduction(end, (struct mean){0, 0, 5}));
	assert_unknown(mean_reduction((struct mean){NAN, NAN, NAN}, base));
	struct estimate all = mean_reduction((struct mean){0, 0, 5}, base);
	assert_near(all.value, 1, 0);
	assert_false(estimate_has_interval(all));
}

static void fill_day(uint32_t *hours, uint32_t night, uint32_t evening)
{
	for (size_t h = 0; h < HOURS; h++)
		hours[h] = h >= 11 && h < 17 ? evening : night;
}

static void dead_hours_are_not_hours_without_bots(void **state)
{
	(void)state;
	uint32_t hours[7 * HOURS];
	uint8_t alive[7 * HOURS];
	double day[7];
	for (size_t d = 0; d < 7; d++)
		fill_day(hours + d * HOURS, 100, 300);
	memset(alive, 1, sizeof(alive));
	assert_near(hourly_mean(hours, alive, 7), 150, 1e-9);
	/* A whole day and four nights go missing: the mean stays. */
	for (size_t d = 0; d < 4; d++)
		memset(alive + d * HOURS, 0, 11);
	memset(alive + 5 * HOURS, 0, HOURS);
	for (size_t i = 0; i < sizeof(alive); i++)
		hours[i] = alive[i] ? hours[i] : 0;
	assert_near(hourly_window(hours, alive, 7, day).value, 150, 1e-9);
	assert_near(day[0], 150, 1e-9);
	assert_true(isnan(day[5]));
}

static void hour_never_alive_makes_no_mean(void **state)
{
	(void)state;
	uint32_t hours[2 * HOURS] = {0};
	uint8_t alive[2 * HOURS];
	memset(alive, 1, sizeof(alive));
	alive[3] = alive[HOURS + 3] = 0;
	assert_true(isnan(hourly_mean(hours, alive, 2)));
	assert_true(isnan(hourly_mean(hours, alive, 0)));
	alive[3] = 1;
	assert_near(hourly_mean(hours, alive, 2), 0, 0);
}

static void largest_counts_do_not_overflow(void **state)
{
	(void)state;
	uint32_t hours[7 * HOURS];
	uint8_t alive[7 * HOURS];
	double day[7];
	memset(hours, 0xFF, sizeof(hours));
	memset(alive, 1, sizeof(alive));
	struct mean m = hourly_window(hours, alive, 7, day);
	assert_near(m.value, 4294967295.0, 1e-3);
	assert_near(daily_window(hours, alive, 7, day).value, 4294967295.0, 1e-3);
}

static void daily_leaves_out_dead_days(void **state)
{
	(void)state;
	static const uint32_t days[] = {10, 0, 20, 30, 0, 40};
	static const uint8_t alive[] = {1, 0, 1, 1, 1, 1};
	double day[6];
	assert_near(daily_window(days, alive, 6, day).value, 20, 1e-12);
	assert_true(isnan(day[1]));
}

static void window_counts_the_last_k_days(void **state)
{
	(void)state;
	static const int32_t seen[] = {10, 9, 6, 5, 11, -2147483647 - 1, 2147483647};
	assert_int_equal(window_count(seen, 7, 10, 5), 3);
	assert_int_equal(window_count(seen, 7, 10, 1), 1);
	assert_int_equal(window_count(seen, 7, 10, 0), 0);
	assert_int_equal(window_count(seen, 7, 10, UINT32_MAX), 5);
	assert_int_equal(window_count(NULL, 0, 10, 5), 0);
	struct mean m = window_mean(10000, (struct mean){500, 25, 9});
	assert_near(m.error, 500, 1e-9);
	assert_near(window_mean(10000, (struct mean){500, 1, 9}).error, 100, 1e-9);
}

static void rate_says_what_it_is_of(void **state)
{
	(void)state;
	bool announced;
	struct estimate a = {50, 40, 60};
	assert_estimate(rate_of(a, 10000, 99, &announced), 5, 4, 6, 1e-12);
	assert_false(announced);
	assert_estimate(rate_of(a, 0, 100000, &announced), 0.5, 0.4, 0.6, 1e-12);
	assert_true(announced);
	assert_unknown(rate_of(a, 0, 0, &announced));
	assert_false(announced);
}

static void peak_is_one(void **state)
{
	(void)state;
	double x[] = {2, NAN, 8, 4};
	peak_normalise(x, 4, x);
	assert_near(x[0], 0.25, 0);
	assert_true(isnan(x[1]));
	assert_near(x[2], 1, 0);
	double zero[] = {0, 0};
	peak_normalise(zero, 2, zero);
	assert_true(isnan(zero[0]));
	peak_normalise(NULL, 0, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(mean_knows_trend_and_neighbours),
		cmocka_unit_test(days_that_hang_together_say_less),
		cmocka_unit_test(a_weeks_rhythm_is_no_uncertainty),
		cmocka_unit_test(mean_of_little),
		cmocka_unit_test(reduction_has_the_error_of_both),
		cmocka_unit_test(dead_hours_are_not_hours_without_bots),
		cmocka_unit_test(hour_never_alive_makes_no_mean),
		cmocka_unit_test(largest_counts_do_not_overflow),
		cmocka_unit_test(daily_leaves_out_dead_days),
		cmocka_unit_test(window_counts_the_last_k_days),
		cmocka_unit_test(rate_says_what_it_is_of),
		cmocka_unit_test(peak_is_one),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
