/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/statistics.h"
#include "near.h"

/* E. S. Pearson, H. O. Hartley, Biometrika Tables for Statisticians, table 12 (0.975 and 0.995). */
static void student_quantiles_are_those_of_the_tables(void **state)
{
	(void)state;
	static const struct {
		double df, p, t;
	} table[] = {
		{1, 0.975, 12.706},
		{2, 0.975, 4.303},
		{3, 0.975, 3.182},
		{5, 0.975, 2.571},
		{10, 0.975, 2.228},
		{30, 0.975, 2.042},
		{120, 0.975, 1.980},
		{1, 0.995, 63.657},
		{4, 0.995, 4.604},
		{15, 0.995, 2.947},
		{60, 0.95, 1.671},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		assert_near(student_quantile(table[i].p, table[i].df), table[i].t, 0.0006);
		assert_near(student_quantile(1 - table[i].p, table[i].df), -table[i].t, 0.0006);
	}
}

/* One and two degrees of freedom have closed forms: ½ + atan(x)/π, ½ + x/(2√(2 + x²)). */
static void student_probability_in_closed_form(void **state)
{
	(void)state;
	for (int i = -100; i <= 100; i++) {
		double x = 0.5 * i;
		assert_near(student_probability(x, 1), 0.5 + atan(x) / M_PI, 1e-12);
		assert_near(student_probability(x, 2), 0.5 + x / (2 * sqrt(2 + x * x)), 1e-12);
	}
}

static void student_becomes_normal(void **state)
{
	(void)state;
	assert_near(student_quantile(0.975, 1e6), 1.9599663628, 1e-7);
	assert_near(student_quantile(0.975, 1e12), 1.9599639845, 1e-9);
	assert_near(student_probability(1, 9e6), 0.8413447461, 1e-7);
}

static void normal_quantiles(void **state)
{
	(void)state;
	assert_near(normal_quantile(0.975), 1.959963984540054, 1e-12);
	assert_near(normal_quantile(0.5), 0, 1e-12);
	assert_near(normal_quantile(1e-10), -6.361340902404056, 1e-9);
	assert_true(isnan(normal_quantile(0)) && isnan(normal_quantile(1)));
	assert_true(isnan(normal_quantile(NAN)) && isnan(normal_quantile(-1)));
}

static void student_refuses_nonsense(void **state)
{
	(void)state;
	assert_true(isnan(student_quantile(0, 5)) && isnan(student_quantile(1, 5)));
	assert_true(isnan(student_quantile(0.975, 0)) && isnan(student_quantile(NAN, 5)));
	assert_true(isnan(student_probability(NAN, 5)) && isnan(student_probability(1, -1)));
	assert_near(student_probability(INFINITY, 3), 1, 0);
	assert_near(student_probability(-INFINITY, 3), 0, 0);
}

static void samples(void **state)
{
	(void)state;
	double x[] = {4, 1, 3, 2, 100};
	assert_near(mean_of(x, 5), 22, 1e-12);
	assert_near(variance_of(x, 4), 5.0 / 3, 1e-12);
	assert_true(isnan(mean_of(NULL, 0)) && isnan(variance_of(x, 1)));
	assert_near(median_of(x, 5), 3, 0);
	assert_near(quantile_of(x, 5, 0.25), 2, 1e-12);
	assert_near(quantile_of(x, 5, 1), 100, 0);
	assert_true(isnan(quantile_of(x, 0, 0.5)) && isnan(quantile_of(x, 5, NAN)));
	/* |x − 3| = 1 2 0 1 97: median 1, as a standard deviation 1.4826. */
	assert_near(spread_of(x, 5), 1.4826022185, 1e-9);
	assert_true(isnan(spread_of(x, 0)));
}

/* B. L. Welch's formula by hand: (1 + 4)² / (1/4 + 16/9) = 25 / 2.0277… */
static void degrees_of_freedom_of_a_difference(void **state)
{
	(void)state;
	assert_near(welch_df(1, 4, 2, 9), 25 / (0.25 + 16.0 / 9), 1e-12);
	assert_near(welch_df(0, 4, 0, 9), 4, 0);
}

/* F. J. Anscombe, "Graphs in Statistical Analysis", 1973, first set: y = 3.00 + 0.500x, standard
 * error of the slope 0.118, r² = 0.667. */
static void line_of_anscombe(void **state)
{
	(void)state;
	static const double x[] = {10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5, NAN, 1};
	static const double y[] = {
		8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68, 1, NAN};
	struct line_fit f = line_fit(x, y, 13);
	assert_int_equal(f.count, 11);
	assert_near(f.slope, 0.50009, 1e-5);
	assert_near(f.intercept, 3.00009, 1e-5);
	assert_near(f.slope_error, 0.11791, 1e-5);
	assert_near(f.intercept_error, 1.12475, 1e-5);
	assert_near(f.r2, 0.66654, 1e-5);
	assert_near(f.residual, 1.23660, 1e-5);
}

static void line_of_too_little(void **state)
{
	(void)state;
	static const double x[] = {1, 1, 2};
	static const double y[] = {5, 7, 5};
	assert_true(isnan(line_fit(x, y, 0).slope));
	assert_true(isnan(line_fit(x, y, 1).slope));
	assert_true(isnan(line_fit(x, y, 2).slope));
	assert_true(isnan(line_fit(x + 1, y + 1, 2).slope_error));
	static const double flat[] = {3, 3, 3};
	assert_true(isnan(line_fit(x, flat, 3).r2));
	assert_near(line_fit(x, flat, 3).slope, 0, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(student_quantiles_are_those_of_the_tables),
		cmocka_unit_test(student_probability_in_closed_form),
		cmocka_unit_test(student_becomes_normal),
		cmocka_unit_test(normal_quantiles),
		cmocka_unit_test(student_refuses_nonsense),
		cmocka_unit_test(samples),
		cmocka_unit_test(degrees_of_freedom_of_a_difference),
		cmocka_unit_test(line_of_anscombe),
		cmocka_unit_test(line_of_too_little),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
