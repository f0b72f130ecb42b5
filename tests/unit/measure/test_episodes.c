/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/episodes.h"
#include "measure/survival.h"
#include "near.h"

enum {
	DAY = SECONDS_PER_DAY
};

static void runs_with_gaps_up_to_g(void **state)
{
	(void)state;
	static const struct instant times[] = {
		{0}, {DAY}, {2 * DAY}, {5 * DAY}, {7 * DAY}, {20 * DAY}};
	struct episode e[3];
	struct instant until = {21 * DAY};
	assert_int_equal(episodes_of(times, 6, 2 * DAY, until, e, 3), 3);
	assert_int_equal(e[0].last.seconds, 2 * DAY);
	assert_true(e[0].ended && e[1].ended && !e[2].ended);
	assert_int_equal(e[1].first.seconds, 5 * DAY);
	assert_int_equal(e[1].last.seconds, 7 * DAY);
	assert_int_equal(episodes_of(times, 6, 2 * DAY, until, e, 1), 3);
	assert_int_equal(episodes_of(times, 6, 0, until, e, 3), 6);
	assert_int_equal(episodes_of(times, 6, 100 * DAY, until, e, 3), 1);
	assert_int_equal(episodes_of(NULL, 0, DAY, until, NULL, 0), 0);
}

static void gap_is_the_95th_percentile(void **state)
{
	(void)state;
	double gaps[101];
	for (int i = 0; i <= 100; i++)
		gaps[i] = 100 - i;
	assert_near(episodes_gap(gaps, 101), 95, 1e-12);
	assert_true(isnan(episodes_gap(gaps, 0)));
}

/* E. J. Freireich et al., Blood 21 (1963), the patients under 6-MP, as every textbook has it:
 * 0.857 (0.0764), 0.807 (0.0869), 0.753 (0.0963), 0.690 (0.1068), 0.627 (0.1141), 0.538 (0.1282),
 * 0.448 (0.1346); median 23 weeks. Intervals: docs/design/measurement/working.py. */
static void kaplan_meier_of_the_textbook(void **state)
{
	(void)state;
	struct lifetime lives[] = {{35, false, 1}, {6, true, 1}, {6, true, 1}, {6, false, 1},
		{6, true, 1}, {7, true, 1}, {9, false, 1}, {10, true, 1}, {10, false, 1},
		{11, false, 1}, {13, true, 1}, {16, true, 1}, {17, false, 1}, {19, false, 1},
		{20, false, 1}, {22, true, 1}, {23, true, 1}, {25, false, 1}, {32, false, 1},
		{32, false, 1}, {34, false, 1}};
	static const struct {
		double time, surviving, error, low, high;
		size_t at_risk, ended;
	} table[] = {
		{6, 0.8571428571, 0.0763603548, 0.6197179553, 0.9515517476, 21, 3},
		{7, 0.8067226891, 0.0869352852, 0.5631465646, 0.9228090192, 17, 1},
		{10, 0.7529411765, 0.0963496530, 0.5031995108, 0.8893618352, 15, 1},
		{13, 0.6901960784, 0.1068147078, 0.4316102225, 0.8490659633, 12, 1},
		{16, 0.6274509804, 0.1140538653, 0.3675108560, 0.8049121895, 11, 1},
		{22, 0.5378151261, 0.1282337517, 0.2677789368, 0.7467907176, 7, 1},
		{23, 0.4481792717, 0.1345914568, 0.1880520060, 0.6801426285, 6, 1},
	};
	struct survival s;
	struct arena arena;
	arena_init(&arena, 1 << 16);
	assert_int_equal(survival_fit(lives, 21, &arena, &s), E_OK);
	assert_int_equal(s.count, 7);
	for (size_t i = 0; i < 7; i++) {
		assert_near(s.steps[i].time, table[i].time, 0);
		assert_int_equal(s.steps[i].at_risk, table[i].at_risk);
		assert_int_equal(s.steps[i].ended, table[i].ended);
		assert_near(s.steps[i].error, table[i].error, 1e-9);
		assert_estimate(s.steps[i].surviving, table[i].surviving, table[i].low,
			table[i].high, 1e-9);
	}
	assert_near(s.median.value, 23, 0);
	assert_near(s.median.low, 13, 0);
	assert_true(isnan(s.median.high));
	assert_near(survival_at(&s, 5).value, 1, 0);
	assert_near(survival_at(&s, 15).value, 0.6901960784, 1e-9);
	arena_release(&arena);
}

static void all_ended_none_ended_nobody(void **state)
{
	(void)state;
	struct lifetime ended[] = {{2, true, 1}, {1, true, 1}};
	struct lifetime going[] = {{2, false, 1}, {1, false, 1}};
	struct lifetime wrong[] = {{-1, true, 1}};
	struct lifetime nan[] = {{NAN, true, 1}};
	struct survival s;
	struct arena arena;
	arena_init(&arena, 1 << 16);
	assert_int_equal(survival_fit(ended, 2, &arena, &s), E_OK);
	assert_near(s.steps[1].surviving.value, 0, 0);
	assert_near(s.median.value, 1, 0);
	assert_int_equal(survival_fit(going, 2, &arena, &s), E_OK);
	assert_int_equal(s.count, 0);
	assert_true(isnan(s.median.value));
	assert_int_equal(survival_fit(NULL, 0, &arena, &s), E_OK);
	assert_int_equal(survival_fit(wrong, 1, &arena, &s), E_RANGE);
	assert_int_equal(survival_fit(nan, 1, &arena, &s), E_RANGE);
	arena_release(&arena);
}

/* 9/10 · 7/9 · 5/7 is one half, and its product in double precision lies above it. */
static void one_half_is_reached_in_spite_of_rounding(void **state)
{
	(void)state;
	struct lifetime lives[] = {{1, true, 1}, {2, true, 2}, {3, true, 2}, {9, true, 5}};
	struct arena arena;
	struct survival s;
	arena_init(&arena, 1 << 16);
	assert_int_equal(survival_fit(lives, 4, &arena, &s), E_OK);
	assert_near(s.median.value, 3, 0);
	arena_release(&arena);
}

/* Alike or one by one: the same curve. */
static void alike_counts_as_many(void **state)
{
	(void)state;
	struct lifetime single[] = {{3, true, 1}, {3, false, 1}, {5, true, 1}, {3, true, 1},
		{5, false, 1}, {3, false, 1}, {5, false, 1}};
	struct lifetime many[] = {
		{5, false, 2}, {3, false, 2}, {4, true, 0}, {5, true, 1}, {3, true, 2}};
	struct survival a, b;
	struct arena arena;
	arena_init(&arena, 1 << 16);
	assert_int_equal(survival_fit(single, 7, &arena, &a), E_OK);
	assert_int_equal(survival_fit(many, 5, &arena, &b), E_OK);
	assert_int_equal(a.count, 2);
	assert_int_equal(b.count, 2);
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(a.steps[i].at_risk, b.steps[i].at_risk);
		assert_int_equal(a.steps[i].ended, b.steps[i].ended);
		assert_near(a.steps[i].surviving.value, b.steps[i].surviving.value, 0);
		assert_near(a.steps[i].surviving.low, b.steps[i].surviving.low, 0);
	}
	assert_near(b.steps[1].surviving.value, 5.0 / 7 * 2 / 3, 1e-12);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(runs_with_gaps_up_to_g),
		cmocka_unit_test(gap_is_the_95th_percentile),
		cmocka_unit_test(kaplan_meier_of_the_textbook),
		cmocka_unit_test(all_ended_none_ended_nobody),
		cmocka_unit_test(one_half_is_reached_in_spite_of_rounding),
		cmocka_unit_test(alike_counts_as_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
