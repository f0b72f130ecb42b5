/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dice.h"
#include "measure/churn.h"
#include "measure/coverage.h"
#include "measure/decay.h"
#include "measure/differences.h"
#include "measure/growth.h"
#include "measure/machines.h"
#include "measure/remediation.h"
#include "near.h"

/* docs/design/measurement/working.py, decay(). */
static void decay_of_five_weeks(void **state)
{
	(void)state;
	static const double a[] = {1000, 970, 955, 910, 905};
	struct decay d = decay_fit(a, 5);
	assert_estimate(d.gamma, 0.0263492143, 0.0160364107, 0.0366620178, 1e-9);
	assert_near(d.error, 0.0032405271, 1e-9);
	assert_near(d.half_life, 26.3061802849, 1e-8);
	assert_near(d.r2, 0.9565944661, 1e-9);
	assert_near(d.a, 6.9063268753, 1e-9);
}

/* measurement.md: 0.009 a week is 37 % a year; −50 % in 60 days needs 0.081 a week. */
static void decay_in_words(void **state)
{
	(void)state;
	assert_near(1 - exp(-0.009 * 52), 0.37, 0.005);
	assert_near(decay_needed(0.5, 60.0 / 7), 0.0809, 1e-4);
	assert_true(isnan(decay_needed(1, 5)) && isnan(decay_needed(0.5, 0)));
}

static void decay_of_nothing(void **state)
{
	(void)state;
	static const double a[] = {100, 0, NAN, 200, -5};
	assert_unknown(decay_fit(NULL, 0).gamma);
	assert_unknown(decay_fit(a, 3).gamma);
	struct decay d = decay_fit(a, 5);
	assert_int_equal(d.weeks, 2);
	assert_near(d.gamma.value, -log(2) / 3, 1e-12);
	assert_true(isnan(d.error) && isnan(d.half_life) && isnan(d.gamma.low));
}

static void growth_finds_its_own_curve(void **state)
{
	(void)state;
	struct arena arena;
	struct growth truth = {5e5, 0.4, 12, 0.03, 25, 0, 0, false};
	struct growth g;
	double a[80];
	truth.h = truth.k / (1 + exp(-truth.r * (truth.t - truth.t0)));
	for (size_t i = 0; i < 80; i++)
		a[i] = growth_at(&truth, (double)i);
	a[7] = a[40] = NAN;
	arena_init(&arena, 1 << 20);
	assert_int_equal(growth_fit(a, 80, &arena, &g), E_OK);
	assert_true(g.converged);
	assert_near(g.t, 25, 0);
	assert_near(g.gamma, 0.03, 1e-3);
	assert_near(g.t0, 12, 0.05);
	assert_near(g.r, 0.4, 0.01);
	assert_near(g.h / truth.h, 1, 0.03);
	arena_release(&arena);
}

static void growth_in_noise(void **state)
{
	(void)state;
	struct arena arena;
	struct growth truth = {1000, 0.8, 6, 0.05, 14, 0, 0, false};
	struct growth g;
	struct dice dice = {3};
	double a[60];
	truth.h = truth.k / (1 + exp(-truth.r * (truth.t - truth.t0)));
	for (size_t i = 0; i < 60; i++)
		a[i] = growth_at(&truth, (double)i) * (1 + 0.05 * (dice_unit(&dice) - 0.5));
	arena_init(&arena, 1 << 20);
	assert_int_equal(growth_fit(a, 60, &arena, &g), E_OK);
	assert_near(g.gamma, 0.05, 0.005);
	assert_near(g.k, 1000, 50);
	arena_release(&arena);
}

static void growth_refuses(void **state)
{
	(void)state;
	struct arena arena;
	struct growth g;
	double a[40] = {0};
	arena_init(&arena, 1 << 20);
	assert_int_equal(growth_fit(a, 40, &arena, &g), E_RANGE);
	a[0] = 1;
	assert_int_equal(growth_fit(a, 9, &arena, &g), E_RANGE);
	assert_int_equal(growth_fit(NULL, 0, &arena, &g), E_RANGE);
	for (size_t i = 0; i < 40; i++)
		a[i] = 4294967295.0;
	assert_int_equal(growth_fit(a, 40, &arena, &g), E_OK);
	assert_true(isfinite(g.squares));
	arena_release(&arena);
	arena_init(&arena, 8);
	assert_int_equal(growth_fit(a, 40, &arena, &g), E_NOMEM);
	arena_release(&arena);
}

/* working.py, churn(): leases of 1, 3 and 7 days, a window of a week, 1000 addresses. */
static void churn_of_three_leases(void **state)
{
	(void)state;
	static const double hours[] = {24, 72, 168};
	struct estimate e = churn_from_active(1000, hours, 3, 168, 1);
	assert_near(e.value, 308.333333, 1e-5);
	assert_true(e.low >= 125 - 1e-9 && e.low < e.value);
	assert_true(e.high <= 500 + 1e-9 && e.high > e.value);
	assert_near(churn_from_leases(1000, hours, 3, 168, 1).value, 343.75, 1e-9);
	struct estimate again = churn_from_active(1000, hours, 3, 168, 1);
	assert_estimate(again, e.value, e.low, e.high, 0);
}

static void churn_needs_leases(void **state)
{
	(void)state;
	static const double hours[] = {24};
	assert_unknown(churn_from_active(1000, NULL, 0, 168, 1));
	assert_unknown(churn_from_active(1000, hours, 1, 0, 1));
	assert_unknown(churn_from_active(1000, hours, 1, NAN, 1));
	static const double wrong[] = {24, -24};
	assert_unknown(churn_from_active(1000, wrong, 2, 168, 1));
	static const double nan[] = {NAN};
	assert_unknown(churn_from_leases(1000, nan, 1, 168, 1));
	assert_near(churn_from_active(0, hours, 1, 168, 1).value, 0, 0);
}

/* 28.3 is the textbook's (10 marked, 15 caught, 5 of them marked). */
static void chapman_of_the_textbook(void **state)
{
	(void)state;
	assert_near(coverage_chapman(10, 15, 5).value, 28.3333333, 1e-6);
	assert_estimate(
		coverage_chapman(200, 150, 30), 978.0645161, 736.0004307, 1299.7413558, 1e-6);
	assert_estimate(coverage_chapman(50, 50, 50), 50, 50, 50, 1e-9);
}

static void chapman_refuses(void **state)
{
	(void)state;
	assert_unknown(coverage_chapman(0, 0, 0));
	assert_unknown(coverage_chapman(100, 100, 0));
	assert_unknown(coverage_chapman(10, 100, 11));
	struct estimate e = coverage_chapman(UINT32_MAX, UINT32_MAX, 1);
	assert_true(isfinite(e.high) && e.low >= 2.0 * UINT32_MAX - 1);
}

/* R. G. Newcombe, Statistics in Medicine 17 (1998), table II, method 10. */
static void newcombe_table(void **state)
{
	(void)state;
	static const struct {
		struct group a, b;
		double low, high;
	} table[] = {
		{{56, 70}, {48, 80}, 0.0524, 0.3339},
		{{9, 10}, {3, 10}, 0.1705, 0.8090},
		{{6, 7}, {2, 7}, 0.0582, 0.8062},
		{{5, 56}, {0, 29}, -0.0381, 0.1926},
		{{0, 10}, {0, 20}, -0.1611, 0.2775},
		{{0, 10}, {0, 10}, -0.2775, 0.2775},
		{{10, 10}, {0, 20}, 0.6791, 1},
		{{10, 10}, {0, 10}, 0.6075, 1},
	};
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct estimate e = remediation_difference(table[i].a, table[i].b);
		assert_near(e.low, table[i].low, 0.00006);
		assert_near(e.high, table[i].high, 0.00006);
	}
}

static void remediation_refuses(void **state)
{
	(void)state;
	assert_unknown(remediation_share((struct group){0, 0}));
	assert_unknown(remediation_share((struct group){5, 4}));
	assert_unknown(remediation_difference((struct group){1, 2}, (struct group){0, 0}));
	assert_near(remediation_share((struct group){UINT32_MAX, UINT32_MAX}).low, 1, 1e-8);
}

/* working.py, differences(). */
static void differences_of_six_holders(void **state)
{
	(void)state;
	static const double a[] = {100, 98, 96, 999, 60, 58, 200, 196, 192, 999, 110, 108, 50, 49,
		48, 999, 33, 31, 80, 79, 78, 999, 70, 69, 300, 291, 288, 999, 260, 255, 40, 40, 39,
		999, 36, 36};
	static const bool treated[] = {true, true, true, false, false, false};
	struct differences d = differences_fit(a, treated, 6, 6, 3, 4);
	assert_near(d.delta, -0.4136019545, 1e-9);
	assert_near(d.error, 0.0428518692, 1e-9);
	assert_near(d.df, 2.1019264803, 1e-8);
	assert_near(d.effect.value, 0.3387358879, 1e-9);
	assert_true(d.effect.low > 0 && d.effect.low < 0.3387 && d.effect.high > 0.3388);
	assert_int_equal(d.treated, 3);
	assert_true(d.apart.low < 0 && d.apart.high > 0);
}

static void differences_need_two_of_each(void **state)
{
	(void)state;
	static const double a[] = {10, 5, 10, 6, 10, 9, NAN, 9, 10, 0};
	static const bool treated[] = {true, true, false, false, false};
	struct differences d = differences_fit(a, treated, 5, 2, 1, 1);
	assert_unknown(d.effect);
	assert_int_equal(d.treated, 2);
	assert_int_equal(d.controls, 1);
	assert_unknown(differences_fit(NULL, NULL, 0, 2, 1, 1).effect);
}

static struct machine_report report(const char *unit, int day, uint64_t machines, uint64_t infected)
{
	return (struct machine_report){.unit = str_from(unit),
		.week = {2020, 10, day},
		.machines = machines,
		.infected = infected};
}

static void machines_like_with_like(void **state)
{
	(void)state;
	struct machine_report r[22];
	struct machines base;
	struct machines end;
	struct estimate reduction;
	struct arena arena;
	static const char *const units[] = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
	for (size_t i = 0; i < 10; i++) {
		r[2 * i] = report(units[i], 5, 100, 10 + i);
		r[2 * i + 1] = report(units[i], 26, 100, 5);
	}
	r[20] = report("only before", 5, 1000000, 0);
	r[21] = report("liar", 26, 5, 6);
	arena_init(&arena, 1 << 20);
	struct days early = {{2020, 10, 1}, {2020, 10, 10}};
	struct days late = {{2020, 10, 20}, {2020, 10, 29}};
	assert_int_equal(
		machines_reduction(r, 22, early, late, 1, &arena, &base, &end, &reduction), E_OK);
	assert_int_equal(base.units, 10);
	assert_near(base.rate.value, 0.145, 1e-12);
	assert_near(end.rate.value, 0.05, 1e-12);
	assert_near(reduction.value, 1 - 50.0 / 145, 1e-12);
	assert_true(reduction.low < reduction.value && reduction.value < reduction.high);
	assert_true(reduction.low > 0.55 && reduction.high < 0.75);
	assert_int_equal(machines_rate(r, 22, early, 1, &arena, &base), E_OK);
	assert_int_equal(base.machines, 1001000);
	arena_release(&arena);
}

static void machines_of_few_units_have_no_interval(void **state)
{
	(void)state;
	struct machine_report r[] = {report("a", 5, 10, 1), report("a", 6, 10, 2)};
	struct machines m;
	struct arena arena;
	struct days days = {{2020, 10, 1}, {2020, 10, 10}};
	arena_init(&arena, 1 << 16);
	assert_int_equal(machines_rate(r, 2, days, 1, &arena, &m), E_OK);
	assert_int_equal(m.units, 1);
	assert_near(m.rate.value, 0.15, 1e-12);
	assert_false(estimate_has_interval(m.rate));
	assert_int_equal(machines_rate(NULL, 0, days, 1, &arena, &m), E_OK);
	assert_unknown(m.rate);
	arena_release(&arena);
}

/* 40 units whose own rates scatter from 0 to 20 %: over 300 seeds the interval must hold 10 % in
 * 95 % of them; 0.93 … 0.97 leaves two standard errors. */
static void machines_interval_covers(void **state)
{
	(void)state;
	unsigned held = 0;
	char names[40][3];
	struct arena arena;
	struct days days = {{2020, 10, 1}, {2020, 10, 10}};
	for (int u = 0; u < 40; u++) {
		names[u][0] = (char)('a' + u / 10);
		names[u][1] = (char)('0' + u % 10);
		names[u][2] = '\0';
	}
	arena_init(&arena, 1 << 20);
	for (uint64_t seed = 1; seed <= 300; seed++) {
		struct machine_report r[40];
		struct machines m;
		struct dice dice = {seed};
		for (int u = 0; u < 40; u++) {
			double rate = 0.2 * dice_unit(&dice);
			uint64_t infected = 0;
			for (int i = 0; i < 50; i++)
				infected += dice_chance(&dice, rate);
			r[u] = report(names[u], 5, 50, infected);
		}
		assert_int_equal(machines_rate(r, 40, days, seed, &arena, &m), E_OK);
		held += m.rate.low <= 0.1 && m.rate.high >= 0.1;
		arena_clear(&arena);
	}
	print_message("machines: interval held in %u of 300\n", held);
	assert_in_range(held, 272, 297);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(decay_of_five_weeks),
		cmocka_unit_test(decay_in_words),
		cmocka_unit_test(decay_of_nothing),
		cmocka_unit_test(growth_finds_its_own_curve),
		cmocka_unit_test(growth_in_noise),
		cmocka_unit_test(growth_refuses),
		cmocka_unit_test(churn_of_three_leases),
		cmocka_unit_test(churn_needs_leases),
		cmocka_unit_test(chapman_of_the_textbook),
		cmocka_unit_test(chapman_refuses),
		cmocka_unit_test(newcombe_table),
		cmocka_unit_test(remediation_refuses),
		cmocka_unit_test(differences_of_six_holders),
		cmocka_unit_test(differences_need_two_of_each),
		cmocka_unit_test(machines_like_with_like),
		cmocka_unit_test(machines_of_few_units_have_no_interval),
		cmocka_unit_test(machines_interval_covers),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
