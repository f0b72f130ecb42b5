/* SPDX-License-Identifier: Apache-2.0 */
#include "model/plan.h"

#include <assert.h>

enum {
	CONCURRENT_DAYS = 7
};

static const struct str kinds[] = {
	[GOAL_ADDRESSES] = STR_INIT("addresses"),
	[GOAL_TOP_TEN] = STR_INIT("top-ten"),
	[GOAL_MACHINES] = STR_INIT("machines"),
	[GOAL_RANKING] = STR_INIT("ranking"),
};
static_assert(sizeof(kinds) / sizeof(kinds[0]) == GOAL__COUNT, "a name each");

static const struct str estimators[] = {
	[ESTIMATOR_DAILY] = STR_INIT("daily-mean"),
	[ESTIMATOR_HOURLY] = STR_INIT("hourly-mean"),
	[ESTIMATOR_WINDOW] = STR_INIT("window-count"),
	[ESTIMATOR_CONCURRENT] = STR_INIT("concurrent-hosts"),
	[ESTIMATOR_MACHINES] = STR_INIT("machines"),
	[ESTIMATOR_STATED] = STR_INIT("stated"),
};
static_assert(sizeof(estimators) / sizeof(estimators[0]) == ESTIMATOR__COUNT, "a name each");

static const struct str faults[] = {
	[PLAN_SOUND] = STR_INIT("sound"),
	[PLAN_NO_KEY] = STR_INIT("no-key"),
	[PLAN_PHASE_BACKWARDS] = STR_INIT("phase-backwards"),
	[PLAN_PHASES_OVERLAP] = STR_INIT("phases-overlap"),
	[PLAN_NO_BASELINE] = STR_INIT("no-baseline"),
	[PLAN_BASELINE_LATE] = STR_INIT("baseline-late"),
	[PLAN_NO_GOAL] = STR_INIT("no-goal"),
	[PLAN_GOAL_KEY] = STR_INIT("goal-key"),
	[PLAN_GOAL_SHARE] = STR_INIT("goal-share"),
	[PLAN_GOAL_WINDOW] = STR_INIT("goal-window"),
	[PLAN_GOAL_ESTIMATOR] = STR_INIT("goal-estimator"),
	[PLAN_GOAL_SERIES] = STR_INIT("goal-series"),
	[PLAN_WINDOW_CONCURRENT] = STR_INIT("window-concurrent"),
};
static_assert(sizeof(faults) / sizeof(faults[0]) == PLAN_FAULT__COUNT, "a name each");

static bool find(const struct str *names, size_t count, struct str name, size_t *ret)
{
	for (size_t i = 0; i < count; i++) {
		if (!str_equal(names[i], name))
			continue;
		*ret = i;
		return true;
	}
	return false;
}

struct str goal_kind_name(enum goal_kind kind)
{
	return kinds[kind];
}

bool goal_kind_parse(struct str name, enum goal_kind *ret_kind)
{
	size_t index;
	if (!find(kinds, GOAL__COUNT, name, &index))
		return false;
	*ret_kind = (enum goal_kind)index;
	return true;
}

struct str estimator_name(enum estimator estimator)
{
	return estimators[estimator];
}

bool estimator_parse(struct str name, enum estimator *ret_estimator)
{
	size_t index;
	if (!find(estimators, ESTIMATOR__COUNT, name, &index))
		return false;
	*ret_estimator = (enum estimator)index;
	return true;
}

struct str plan_fault_name(enum plan_fault fault)
{
	return faults[fault];
}

bool days_set(struct days d)
{
	return d.first.year != 0;
}

static int64_t day_number(struct date d)
{
	return date_instant(d).seconds / SECONDS_PER_DAY;
}

int64_t days_count(struct days d)
{
	if (!days_set(d) || day_number(d.last) < day_number(d.first))
		return 0;
	return day_number(d.last) - day_number(d.first) + 1;
}

bool days_contain(struct days d, struct date day)
{
	return days_count(d) > 0 && day_number(day) >= day_number(d.first) &&
	       day_number(day) <= day_number(d.last);
}

static bool date_equal(struct date a, struct date b)
{
	return a.year == b.year && a.month == b.month && a.day == b.day;
}

bool days_equal(struct days a, struct days b)
{
	return date_equal(a.first, b.first) && date_equal(a.last, b.last);
}

static bool backwards(struct days d)
{
	return days_set(d) && days_count(d) == 0;
}

static bool overlap(struct days earlier, struct days later)
{
	return days_set(earlier) && days_set(later) &&
	       day_number(earlier.last) >= day_number(later.first);
}

static enum plan_fault check_phases(const struct plan *p)
{
	struct days during = {p->campaign.begins, p->campaign.ends};
	if (backwards(p->before) || backwards(during) || backwards(p->after) ||
		backwards(p->baseline))
		return PLAN_PHASE_BACKWARDS;
	if (overlap(p->before, during) || overlap(during, p->after) || overlap(p->before, p->after))
		return PLAN_PHASES_OVERLAP;
	if (!days_set(p->baseline))
		return PLAN_NO_BASELINE;
	if (overlap(p->baseline, during))
		return PLAN_BASELINE_LATE;
	return PLAN_SOUND;
}

static bool estimates(enum estimator estimator, enum goal_kind kind)
{
	switch (kind) {
	case GOAL_ADDRESSES:
	case GOAL_TOP_TEN:
		return estimator != ESTIMATOR_MACHINES;
	case GOAL_MACHINES:
		return estimator == ESTIMATOR_MACHINES || estimator == ESTIMATOR_STATED;
	case GOAL_RANKING:
		return estimator == ESTIMATOR_STATED;
	case GOAL__COUNT:
		break;
	}
	return false;
}

static bool key_is_good(const struct plan *p, size_t index)
{
	if (!site_key_valid(p->goals[index].key))
		return false;
	for (size_t i = 0; i < index; i++)
		if (str_equal(p->goals[i].key, p->goals[index].key))
			return false;
	return true;
}

static bool window_is_good(const struct plan *p, const struct goal *g)
{
	if (g->estimator == ESTIMATOR_STATED)
		return days_set(g->end) && !backwards(g->end);
	return days_count(g->end) > 0 && days_count(g->end) == days_count(p->baseline);
}

static enum plan_fault check_goal(const struct plan *p, size_t index)
{
	const struct goal *g = &p->goals[index];
	if (!key_is_good(p, index))
		return PLAN_GOAL_KEY;
	if (!estimates(g->estimator, g->kind))
		return PLAN_GOAL_ESTIMATOR;
	if (g->kind != GOAL_RANKING && !(g->share > 0 && g->share <= 1))
		return PLAN_GOAL_SHARE;
	if (!window_is_good(p, g))
		return PLAN_GOAL_WINDOW;
	if (g->estimator == ESTIMATOR_STATED && g->series.size == 0)
		return PLAN_GOAL_SERIES;
	if (g->estimator == ESTIMATOR_CONCURRENT && days_count(g->end) > CONCURRENT_DAYS)
		return PLAN_WINDOW_CONCURRENT;
	return PLAN_SOUND;
}

enum plan_fault plan_check(const struct plan *plan, size_t *ret_goal)
{
	*ret_goal = plan->goal_count;
	if (!site_key_valid(plan->campaign.key))
		return PLAN_NO_KEY;
	enum plan_fault fault = check_phases(plan);
	if (fault != PLAN_SOUND)
		return fault;
	if (plan->goal_count == 0)
		return PLAN_NO_GOAL;
	for (size_t i = 0; i < plan->goal_count; i++) {
		fault = check_goal(plan, i);
		if (fault == PLAN_SOUND)
			continue;
		*ret_goal = i;
		return fault;
	}
	return PLAN_SOUND;
}
