/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/plan.h"

static struct plan sound(void)
{
	struct plan p = {
		.campaign = {.key = STR("vn-2020"),
			.begins = {2020, 9, 16},
			.ends = {2020, 10, 31}},
		.before = {{2020, 6, 1}, {2020, 9, 15}},
		.after = {{2020, 11, 1}, {2021, 2, 28}},
		.baseline = {{2020, 8, 17}, {2020, 9, 15}},
		.goal_count = 2,
	};
	p.goals[0] = (struct goal){.key = STR("half"),
		.kind = GOAL_ADDRESSES,
		.estimator = ESTIMATOR_HOURLY,
		.share = 0.5,
		.end = {{2020, 11, 1}, {2020, 11, 30}}};
	p.goals[1] = (struct goal){.key = STR("table"),
		.kind = GOAL_RANKING,
		.estimator = ESTIMATOR_STATED,
		.end = {{2020, 11, 1}, {2020, 12, 31}},
		.series = STR("vendor")};
	return p;
}

static void assert_fault(const struct plan *p, enum plan_fault fault, size_t goal)
{
	size_t about;
	assert_int_equal(plan_check(p, &about), fault);
	assert_int_equal(about, goal);
}

static void a_sound_plan(void **state)
{
	(void)state;
	struct plan p = sound();
	assert_fault(&p, PLAN_SOUND, 2);
}

static void phases_are_in_order(void **state)
{
	(void)state;
	struct plan p = sound();
	p.before.last = (struct date){2020, 5, 1};
	assert_fault(&p, PLAN_PHASE_BACKWARDS, 2);
	p = sound();
	p.before.last = p.campaign.begins;
	assert_fault(&p, PLAN_PHASES_OVERLAP, 2);
	p = sound();
	p.baseline = (struct days){0};
	assert_fault(&p, PLAN_NO_BASELINE, 2);
	p = sound();
	p.baseline.last = (struct date){2020, 9, 16};
	assert_fault(&p, PLAN_BASELINE_LATE, 2);
	p = sound();
	p.campaign.key = STR("Not A Key");
	assert_fault(&p, PLAN_NO_KEY, 2);
	p = sound();
	p.goal_count = 0;
	assert_fault(&p, PLAN_NO_GOAL, 0);
}

static void goals_can_be_measured(void **state)
{
	(void)state;
	struct plan p = sound();
	p.goals[1].key = STR("half");
	assert_fault(&p, PLAN_GOAL_KEY, 1);
	p = sound();
	p.goals[0].share = 50;
	assert_fault(&p, PLAN_GOAL_SHARE, 0);
	p = sound();
	p.goals[0].end.last = (struct date){2020, 11, 29};
	assert_fault(&p, PLAN_GOAL_WINDOW, 0);
	p = sound();
	p.goals[0].estimator = ESTIMATOR_MACHINES;
	assert_fault(&p, PLAN_GOAL_ESTIMATOR, 0);
	p = sound();
	p.goals[1].series = STR("");
	assert_fault(&p, PLAN_GOAL_SERIES, 1);
	p = sound();
	p.goals[0].estimator = ESTIMATOR_CONCURRENT;
	assert_fault(&p, PLAN_WINDOW_CONCURRENT, 0);
}

static void windows_of_days(void **state)
{
	(void)state;
	struct days d = {{2020, 2, 28}, {2020, 3, 1}};
	assert_int_equal(days_count(d), 3);
	assert_true(days_contain(d, (struct date){2020, 2, 29}));
	assert_false(days_contain(d, (struct date){2020, 3, 2}));
	assert_int_equal(days_count((struct days){0}), 0);
	assert_int_equal(days_count((struct days){{2020, 3, 1}, {2020, 2, 1}}), 0);
	assert_false(days_contain((struct days){0}, (struct date){2020, 2, 29}));
	assert_true(days_equal(d, d));
}

static void names_come_back(void **state)
{
	(void)state;
	for (int i = 0; i < GOAL__COUNT; i++) {
		enum goal_kind kind;
		assert_true(goal_kind_parse(goal_kind_name((enum goal_kind)i), &kind));
		assert_int_equal(kind, i);
	}
	for (int i = 0; i < ESTIMATOR__COUNT; i++) {
		enum estimator estimator;
		assert_true(estimator_parse(estimator_name((enum estimator)i), &estimator));
		assert_int_equal(estimator, i);
	}
	enum goal_kind kind;
	assert_false(goal_kind_parse(STR(""), &kind));
	for (int i = 0; i < PLAN_FAULT__COUNT; i++)
		assert_true(plan_fault_name((enum plan_fault)i).size > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_plan),
		cmocka_unit_test(phases_are_in_order),
		cmocka_unit_test(goals_can_be_measured),
		cmocka_unit_test(windows_of_days),
		cmocka_unit_test(names_come_back),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
