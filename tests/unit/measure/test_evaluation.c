/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign.h"
#include "near.h"

static const struct goal_result *goal(const struct campaign_scene *s)
{
	return &s->e.goals[0];
}

static void assert_cannot(const struct campaign_scene *s, enum reason reason)
{
	assert_int_equal(goal(s)->verdict, VERDICT_CANNOT_BE_SAID);
	if (!campaign_reason(&goal(s)->reasons, reason))
		fail_msg("no reason %.*s", STR_ARG(reason_name(reason)));
}

static void a_goal_is_met(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.4);
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_int_equal(goal(s)->reasons.count, 0);
	assert_near(goal(s)->base.x.value, 1000, 5);
	assert_near(goal(s)->end.x.value, 400, 4);
	assert_near(goal(s)->reduction.value, 0.6, 0.01);
	assert_true(goal(s)->reduction.low > 0.58 && goal(s)->reduction.high < 0.62);
	assert_int_equal(goal(s)->base.hours, 14 * 24);
	assert_int_equal(goal(s)->base.alive_hours, 14 * 24);
	assert_int_equal(s->e.as_of, 17);
	campaign_free(s);
}

static void a_goal_is_not_met(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.7);
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_NOT_MET);
	campaign_free(s);
}

static void half_is_neither(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.5);
	campaign_evaluate(s);
	assert_cannot(s, REASON_INTERVAL_COVERS_GOAL);
	campaign_free(s);
}

/* What the campaign caused stands apart: a steady fall meets the goal and is nobody's merit. */
static void natural_decline_meets_goals_alone(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	for (size_t d = 0; d < CAMPAIGN_DAYS; d++)
		campaign_scale(s, 0, d, d + 1, exp(-0.02 * (double)d));
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	const struct attribution_result *a = &s->e.attribution;
	assert_int_equal(a->method, METHOD_DECLINE);
	assert_near(a->decline.value, 0.14, 0.01);
	assert_near(a->net_effect.value, 0, 0.03);
	assert_true(a->net_effect.low < 0 && a->net_effect.high > 0);
	assert_true(campaign_reason(&a->reasons, REASON_NO_CONTROLS));
	campaign_free(s);
}

static void an_effect_is_seen(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.7);
	campaign_evaluate(s);
	const struct attribution_result *a = &s->e.attribution;
	assert_int_equal(goal(s)->verdict, VERDICT_NOT_MET);
	assert_int_equal(a->method, METHOD_DECLINE);
	assert_near(a->net_effect.value, 0.3, 0.02);
	assert_true(a->net_effect.low > 0.2 && a->net_effect.high < 0.4);
	/* The three figures agree with each other. */
	assert_near(1 - goal(s)->end.x.value / a->counterfactual.value, a->net_effect.value, 1e-12);
	assert_near(1 - goal(s)->end.x.value / a->counterfactual.low, a->net_effect.low, 1e-12);
	campaign_free(s);
}

static void weeks_show_what_was_expected(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.7);
	campaign_evaluate(s);
	assert_int_equal(s->e.week_count, 12);
	assert_int_equal(s->e.weeks[0].monday.day, 7);
	assert_int_equal(s->e.weeks[0].alive_hours, 168);
	assert_true(isnan(s->e.weeks[5].expected));
	assert_near(s->e.weeks[6].expected, 1000, 15);
	assert_near(s->e.weeks[11].expected, 1000, 30);
	assert_near(s->e.weeks[11].all.value, 700, 10);
	assert_unknown(s->e.weeks[11].top);
	campaign_free(s);
}

/* A feed that begins on a Wednesday and is down for a day; a list that comes every second day. */
static void weeks_of_feeds_and_of_blocklists(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	size_t listed = campaign_add(s, COUNT_BLOCKLISTED, "", 50);
	for (size_t side = 3; side <= 4; side++) {
		campaign_scale(s, side, 0, 9, 0);
		campaign_scale(s, side, 30, 31, 0);
		campaign_scale(s, side, 77, CAMPAIGN_DAYS, 0);
	}
	for (size_t d = 0; d < CAMPAIGN_DAYS; d++)
		s->values[listed].days[d] = d < 7 || d % 2 ? 0 : 90 + (uint32_t)d;
	campaign_evaluate(s);
	assert_near(s->e.feeds[0].weeks[0], 1, 0);
	assert_near(s->e.feeds[0].weeks[11], 1, 0);
	assert_true(isnan(s->e.feeds[1].weeks[0]));
	assert_near(s->e.feeds[1].weeks[1], 5.0 / 7, 1e-12);
	assert_near(s->e.feeds[1].weeks[4], 6.0 / 7, 1e-12);
	assert_near(s->e.feeds[1].weeks[10], 1, 0);
	assert_true(isnan(s->e.feeds[1].weeks[11]));
	assert_true(isnan(s->e.weeks[0].blocklisted));
	assert_near(s->e.weeks[1].blocklisted, 100, 0);
	assert_near(s->e.weeks[2].blocklisted, 107, 0);
	campaign_free(s);
}

static void deadlines_ahead(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.4);
	s->input.now = (struct instant){date_instant((struct date){2020, 11, 29}).seconds - 1};
	campaign_evaluate(s);
	assert_cannot(s, REASON_DEADLINE_AHEAD);
	assert_int_equal(s->e.attribution.method, METHOD_NONE);
	assert_unknown(s->e.attribution.net_effect);
	s->input.now.seconds++;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	campaign_free(s);
}

static void windows_must_agree(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.4);
	s->plan.goals[0].end.first.day++;
	campaign_evaluate(s);
	assert_cannot(s, REASON_WINDOWS_DIFFER);
	s->plan.goals[0].end = (struct days){0};
	campaign_evaluate(s);
	assert_cannot(s, REASON_WINDOWS_NOT_STATED);
	campaign_free(s);
}

static void windows_must_be_counted(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	s->plan.baseline = (struct days){{2019, 10, 5}, {2019, 10, 18}};
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_BASE);
	s->plan.baseline = (struct days){{2020, 10, 5}, {2020, 10, 18}};
	s->plan.goals[0].end = (struct days){{2020, 11, 18}, {2020, 12, 1}};
	s->input.now = date_instant((struct date){2021, 1, 1});
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_END);
	campaign_free(s);
}

static void a_doubled_feed_leaves_the_panel(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_scale(s, 3, 60, CAMPAIGN_DAYS, 2);
	campaign_scale(s, 4, 60, CAMPAIGN_DAYS, 2);
	campaign_fall(s, 0, 0.4);
	campaign_evaluate(s);
	assert_int_equal(s->e.feed_count, 2);
	assert_true(s->e.feeds[0].in_panel);
	assert_false(s->e.feeds[1].in_panel);
	assert_int_equal(s->e.feeds[1].flags, FEED_FLAG_STEP);
	assert_int_equal(s->e.feeds[1].step.month, 11);
	assert_int_equal(s->e.feeds[1].step.day, 6);
	assert_near(s->e.feeds[1].step_ratio, 2, 0.05);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	campaign_free(s);
}

static void feeds_chosen_by_hand_are_told_about(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_scale(s, 3, 60, CAMPAIGN_DAYS, 2);
	campaign_scale(s, 4, 60, CAMPAIGN_DAYS, 2);
	campaign_fall(s, 0, 0.4);
	s->plan.panel[0] = STR("b");
	s->plan.panel_count = 1;
	campaign_evaluate(s);
	assert_cannot(s, REASON_FEED_CHANGED);
	assert_true(str_equal(goal(s)->reasons.list[0].about, STR("b")));
	assert_int_equal(s->e.attribution.method, METHOD_NONE);
	campaign_free(s);
}

static void silent_feeds_leave_no_panel(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	for (size_t i = 1; i < 5; i++)
		campaign_scale(s, i, CAMPAIGN_END, CAMPAIGN_DAYS, 0);
	campaign_scale(s, 0, CAMPAIGN_END, CAMPAIGN_DAYS, 0);
	campaign_evaluate(s);
	assert_cannot(s, REASON_PANEL_EMPTY);
	assert_cannot(s, REASON_FEED_DOWN);
	assert_true(s->e.feeds[0].flags & FEED_FLAG_STOPPED);
	assert_true(s->e.feeds[0].flags & FEED_FLAG_DOWN);
	assert_near(s->e.feeds[0].alive_end, 0, 0);
	campaign_free(s);
}

static void retention_takes_the_verdict_along(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.4);
	s->input.retained = true;
	campaign_evaluate(s);
	assert_cannot(s, REASON_RETAINED);
	assert_int_equal(s->e.attribution.method, METHOD_NONE);
	campaign_free(s);
}

static void simulated_is_said(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.4);
	s->input.simulated = true;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_true(campaign_reason(&goal(s)->reasons, REASON_SIMULATED));
	assert_true(s->e.simulated);
	campaign_free(s);
}

static void too_few_weeks_for_a_cause(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.4);
	s->plan.before = (struct days){{2020, 9, 28}, {2020, 10, 18}};
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_int_equal(s->e.attribution.method, METHOD_NONE);
	assert_true(campaign_reason(&s->e.attribution.reasons, REASON_TOO_FEW_WEEKS));
	campaign_free(s);
}

static void a_trend_tells_half_as_far_again(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.4);
	s->plan.campaign.begins = (struct date){2020, 10, 22};
	size_t ahead = (size_t)(date_instant(s->plan.goals[0].end.last).seconds -
				date_instant(s->plan.campaign.begins).seconds) /
			       SECONDS_PER_DAY +
		       1;
	size_t needed = ahead - 7;
	int64_t begins = date_instant(s->plan.campaign.begins).seconds;
	for (size_t more = 0; more < 2; more++) {
		int64_t first = begins - (int64_t)(needed - 1 + more) * SECONDS_PER_DAY;
		s->plan.before.first = instant_date((struct instant){first});
		campaign_evaluate(s);
		assert_int_equal(s->e.attribution.method, more ? METHOD_DECLINE : METHOD_NONE);
		assert_int_equal(
			campaign_reason(&s->e.attribution.reasons, REASON_TOO_FEW_WEEKS), !more);
	}
	campaign_free(s);
}

/* Days on which a feed of the panel was not there yet are not watched ones. */
static void what_was_not_watched_carries_no_trend(void **state)
{
	(void)state;
	for (size_t more = 0; more < 2; more++) {
		struct campaign_scene *s = campaign_new();
		campaign_fall(s, 0, 0.4);
		s->plan.campaign.begins = (struct date){2020, 10, 22};
		size_t silent = 45 - (30 + more); /* 38 days ahead need 31 */
		campaign_scale(s, 1, 0, silent, 0);
		campaign_scale(s, 2, 0, silent, 0);
		campaign_evaluate(s);
		assert_int_equal(s->e.attribution.method, more ? METHOD_DECLINE : METHOD_NONE);
		assert_int_equal(
			campaign_reason(&s->e.attribution.reasons, REASON_TOO_FEW_WEEKS), !more);
		campaign_free(s);
	}
}

static void top_ten_must_be_frozen(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	size_t top = campaign_add(s, COUNT_TOP_FROZEN, "", 500);
	size_t first = campaign_add(s, COUNT_BOTNET, "Mirai", 300);
	size_t second = campaign_add(s, COUNT_BOTNET, "Gozi", 250);
	campaign_add(s, COUNT_BOTNET, "Tofsee", 200);
	campaign_add(s, COUNT_BOTNET, "", 400);
	s->plan.goals[0].kind = GOAL_TOP_TEN;
	campaign_fall(s, top, 0.4);
	campaign_fall(s, first, 0.4);
	campaign_fall(s, second, 0.4);
	campaign_evaluate(s);
	assert_cannot(s, REASON_TOP_NOT_FROZEN);
	s->plan.top[0] = STR("Mirai");
	s->plan.top[1] = STR("Gozi");
	s->plan.top_count = 2;
	s->plan.frozen_as_of = 9;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_int_equal(s->e.top_frozen_count, 2);
	assert_near(s->e.top_frozen[0].reduction.value, 0.6, 0.01);
	/* The current ten hold what grew in their place. */
	assert_int_equal(s->e.top_current_count, 3);
	assert_true(str_equal(s->e.top_current[0].name, STR("Tofsee")));
	assert_near(s->e.frozen_sum.base.value, 550, 5);
	assert_near(s->e.frozen_sum.reduction.value, 0.6, 0.01);
	assert_near(s->e.current_sum.base.value, 750, 7);
	assert_near(s->e.current_sum.reduction.value, 1 - 420.0 / 750, 0.01);
	campaign_free(s);
}

static void every_estimator_of_addresses(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_fall(s, 0, 0.4);
	s->plan.goals[0].estimator = ESTIMATOR_DAILY;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_near(goal(s)->base.x.value, 2000, 20);
	assert_int_equal(goal(s)->base.hours, 0);
	s->plan.goals[0].estimator = ESTIMATOR_WINDOW;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_near(goal(s)->base.x.value, 5000, 0);
	assert_near(goal(s)->end.x.value, 2000, 0);
	s->plan.goals[0].estimator = ESTIMATOR_CONCURRENT;
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_LEASES);
	campaign_free(s);
}

static void window_counts_are_of_their_window_only(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	s->plan.goals[0].estimator = ESTIMATOR_WINDOW;
	s->counts.end.first.day--;
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_END);
	campaign_free(s);
}

/* Two holders of the same addresses: leases of a window's length halve, static ones do not. */
static void concurrent_hosts(void **state)
{
	(void)state;
	static const double day[] = {14 * 24, 14 * 24};
	static const double fixed[] = {1e9, 1e9};
	struct campaign_scene *s = campaign_new();
	struct holder_facts facts[] = {
		{.key = STR("dynamic"), .leases = day, .lease_count = 2},
		{.key = STR("static"), .leases = fixed, .lease_count = 2},
	};
	campaign_add(s, COUNT_HOLDER, "dynamic", 500);
	campaign_add(s, COUNT_HOLDER, "static", 500);
	s->input.holders = facts;
	s->input.holder_count = 2;
	s->plan.goals[0].estimator = ESTIMATOR_CONCURRENT;
	campaign_evaluate(s);
	assert_near(goal(s)->base.x.value, 5000 * 0.75, 1);
	assert_int_equal(goal(s)->verdict, VERDICT_NOT_MET);
	facts[0].lease_count = 0;
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_LEASES);
	campaign_free(s);
}

static void holders_by_rate(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	static const struct holder_facts facts[] = {
		{.key = STR("big"), .subscribers = 1000000},
		{.key = STR("bad"), .subscribers = 10000},
		{.key = STR("unknown"), .announced = 1000},
	};
	size_t big = campaign_add(s, COUNT_HOLDER, "big", 600);
	campaign_add(s, COUNT_HOLDER, "unknown", 200);
	campaign_add(s, COUNT_HOLDER, "nothing known", 100);
	campaign_add(s, COUNT_HOLDER, "bad", 300);
	size_t small = campaign_add(s, COUNT_HOLDER, "small", 1);
	campaign_fall(s, big, 0.5);
	s->series[small].v4.end = 9;
	s->input.holders = facts;
	s->input.holder_count = 3;
	campaign_evaluate(s);
	const struct holder_result *h = s->e.holders;
	assert_int_equal(s->e.holder_count, 5);
	assert_true(str_equal(h[0].key, STR("bad")) && h[0].rank == 1);
	assert_near(h[0].rate_end.value, 30, 0.5);
	assert_true(h[0].rate_end.low < 30.2 && h[0].rate_end.high > 29.8);
	assert_true(str_equal(h[1].key, STR("big")) && h[1].rank == 2);
	assert_near(h[1].rate_base.value, 0.6, 0.01);
	assert_near(h[1].reduction.value, 0.5, 0.02);
	assert_true(str_equal(h[2].key, STR("unknown")) && h[2].rank == 1 && h[2].per_announced);
	assert_int_equal(h[3].rank, 0);
	assert_unknown(h[3].rate_end);
	assert_true(str_equal(h[4].key, STR("small")) && h[4].small);
	assert_false(h[3].small);
	campaign_free(s);
}

static void controls_come_before_the_decline(void **state)
{
	(void)state;
	static const char *const names[] = {"t1", "t2", "t3", "t4", "c1", "c2", "c3", "c4"};
	struct holder_facts facts[8];
	struct campaign_scene *s = campaign_new();
	for (size_t i = 0; i < 8; i++) {
		size_t series = campaign_add(s, COUNT_HOLDER, names[i], 100 + 10 * (double)i);
		facts[i] = (struct holder_facts){.key = str_from(names[i]), .treated = i < 4};
		campaign_fall(s, series, i < 4 ? 0.54 : 0.9);
	}
	campaign_fall(s, 0, 0.7);
	s->input.holders = facts;
	s->input.holder_count = 8;
	campaign_evaluate(s);
	const struct attribution_result *a = &s->e.attribution;
	assert_int_equal(a->method, METHOD_DIFFERENCES);
	assert_near(a->net_effect.value, 0.4, 0.02);
	assert_true(a->net_effect.low > 0.35 && a->net_effect.high < 0.45);
	assert_true(estimate_known(a->decline));
	assert_false(campaign_reason(&a->reasons, REASON_NO_CONTROLS));
	assert_false(campaign_reason(&a->reasons, REASON_TRENDS_DIFFER));
	/* Treated holders that fell before already. */
	for (size_t i = 5; i < 9; i++)
		for (size_t d = 0; d < CAMPAIGN_DAYS; d++)
			campaign_scale(s, i, d, d + 1, exp(-0.01 * (double)d));
	campaign_evaluate(s);
	assert_true(campaign_reason(&s->e.attribution.reasons, REASON_TRENDS_DIFFER));
	campaign_free(s);
}

static void days_only_feeds(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	s->series[3].v4.hours = s->series[4].v4.hours = NULL;
	campaign_fall(s, 0, 0.4);
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_true(campaign_reason(&goal(s)->reasons, REASON_DAYS_ONLY));
	assert_int_equal(s->e.feeds[1].flags, FEED_FLAG_DAYS_ONLY);
	s->series[0].v4.hours = s->series[1].v4.hours = s->series[2].v4.hours = NULL;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_near(goal(s)->base.x.value, 2000, 20);
	assert_int_equal(goal(s)->base.hours, 0);
	campaign_free(s);
}

static void machines_that_reported(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	struct machine_report r[24];
	static const char *const units[] = {
		"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
	for (size_t i = 0; i < 12; i++) {
		struct str unit = str_from(units[i]);
		r[2 * i] = (struct machine_report){.unit = unit,
			.week = {2020, 10, 5},
			.machines = 100,
			.infected = 20 + i % 3};
		r[2 * i + 1] = (struct machine_report){.unit = unit,
			.week = {2020, 11, 16},
			.machines = 100,
			.infected = 5 + i % 2};
	}
	s->plan.goals[0].kind = GOAL_MACHINES;
	s->plan.goals[0].estimator = ESTIMATOR_MACHINES;
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_REPORTS);
	s->input.reports = r;
	s->input.report_count = 24;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	assert_near(goal(s)->base.x.value, 0.21, 1e-12);
	assert_near(goal(s)->end.x.value, 0.055, 1e-12);
	s->input.report_count = 8;
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_INTERVAL);
	assert_int_equal(s->e.attribution.method, METHOD_NONE);
	campaign_free(s);
}

/* The press figures of 2020 (data/published): base with its window, the rest without. */
static const struct stated_figure press[] = {
	{STR_INIT("ncsc"), {2020, 7, 15}, {{2020, 6, 16}, {2020, 7, 15}}, 2014512},
	{STR_INIT("ncsc"), {2020, 12, 15}, {{0, 0, 0}, {0, 0, 0}}, 1052479},
	{STR_INIT("ncsc"), {2021, 1, 15}, {{0, 0, 0}, {0, 0, 0}}, 1004706},
	{STR_INIT("ncsc"), {2021, 2, 15}, {{0, 0, 0}, {0, 0, 0}}, 917492},
};

static void state_goal(struct campaign_scene *s, struct days base, struct days end)
{
	s->plan.baseline = base;
	s->plan.goals[0].estimator = ESTIMATOR_STATED;
	s->plan.goals[0].series = STR("ncsc");
	s->plan.goals[0].end = end;
	s->input.stated = press;
	s->input.stated_count = 4;
	s->input.now = date_instant((struct date){2021, 4, 1});
	s->counts.days = 0;
	s->counts.series_count = 0;
	campaign_evaluate(s);
}

static void the_curve_of_2020(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	struct days june = {{2020, 6, 16}, {2020, 7, 15}};
	struct days december = {{2020, 12, 1}, {2020, 12, 31}};
	struct days january = {{2021, 1, 1}, {2021, 1, 31}};
	struct days february = {{2021, 2, 1}, {2021, 2, 28}};
	state_goal(s, june, december);
	assert_near(goal(s)->reduction.value, 0.4775513871349488, 1e-15);
	assert_cannot(s, REASON_WINDOWS_NOT_STATED);
	assert_int_equal(goal(s)->reasons.count, 1);
	assert_int_equal(goal(s)->base.days.first.day, 16);
	assert_int_equal(goal(s)->end.days.first.year, 0);
	state_goal(s, june, february);
	assert_near(goal(s)->reduction.value, 0.5445586822019427, 1e-15);
	assert_cannot(s, REASON_WINDOWS_NOT_STATED);
	state_goal(s, december, january);
	assert_near(goal(s)->reduction.value, 0.04539092941521874, 1e-15);
	assert_cannot(s, REASON_WINDOWS_NOT_STATED);
	campaign_free(s);
}

/* Windows alone do not make press figures a measurement: their feeds stay unknown. */
static void stated_figures_never_meet(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	struct stated_figure two[] = {press[0], press[1]};
	two[1].value = 1000;
	two[1].window = (struct days){{2020, 12, 1}, {2020, 12, 30}};
	struct days june = {{2020, 6, 16}, {2020, 7, 15}};
	struct days december = {{2020, 12, 1}, {2020, 12, 31}};
	state_goal(s, june, december);
	s->input.stated = two;
	s->input.stated_count = 2;
	campaign_evaluate(s);
	assert_cannot(s, REASON_PANEL_NOT_STATED);
	two[1].window.last.day++;
	campaign_evaluate(s);
	assert_cannot(s, REASON_WINDOWS_DIFFER);
	s->input.stated_count = 1;
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_SERIES);
	two[0].value = 0;
	s->input.stated_count = 2;
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_BASE);
	campaign_free(s);
}

static void out_of_the_table(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	struct stated_figure place[] = {
		{STR_INIT("vendor"), {2020, 10, 6}, {{0, 0, 0}, {0, 0, 0}}, 3},
		{STR_INIT("vendor"), {2020, 11, 20}, {{0, 0, 0}, {0, 0, 0}}, 7},
	};
	s->plan.goals[0].kind = GOAL_RANKING;
	s->plan.goals[0].estimator = ESTIMATOR_STATED;
	s->plan.goals[0].series = STR("vendor");
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_SERIES);
	s->input.stated = place;
	s->input.stated_count = 2;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_NOT_MET);
	assert_near(goal(s)->base.x.value, 3, 0);
	place[1].value = 0;
	campaign_evaluate(s);
	assert_int_equal(goal(s)->verdict, VERDICT_MET);
	campaign_free(s);
}

static void nothing_at_all(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	s->counts.series_count = 0;
	campaign_evaluate(s);
	assert_cannot(s, REASON_PANEL_EMPTY);
	assert_cannot(s, REASON_NO_BASE);
	s->counts.days = 0;
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_END);
	s->plan = (struct plan){0};
	campaign_evaluate(s);
	assert_int_equal(s->e.goal_count, 0);
	assert_int_equal(s->e.attribution.method, METHOD_NONE);
	campaign_free(s);
}

static void all_zero_and_all_full(void **state)
{
	(void)state;
	static const double factors[] = {0, 1e12};
	for (size_t f = 0; f < 2; f++) {
		struct campaign_scene *s = campaign_new();
		for (size_t d = 0; d < CAMPAIGN_DAYS; d++) {
			s->values[0].days[d] = factors[f] > 0 ? UINT32_MAX : 0;
			for (size_t h = 0; h < HOURS; h++)
				s->values[0].hours[d * HOURS + h] = factors[f] > 0 ? UINT32_MAX : 0;
		}
		campaign_evaluate(s);
		if (factors[f] > 0)
			assert_int_equal(goal(s)->verdict, VERDICT_NOT_MET);
		else
			assert_cannot(s, REASON_NO_BASE);
		campaign_free(s);
	}
}

static void one_week(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	s->counts.days = 7;
	s->plan.baseline = (struct days){{2020, 9, 7}, {2020, 9, 9}};
	s->plan.goals[0].end = (struct days){{2020, 9, 11}, {2020, 9, 13}};
	campaign_evaluate(s);
	assert_cannot(s, REASON_NO_INTERVAL);
	assert_int_equal(s->e.week_count, 1);
	campaign_free(s);
}

static void no_memory_is_said(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	for (size_t limit = 1; limit < 400000; limit *= 3) {
		struct arena small;
		arena_init(&small, limit);
		enum err err = evaluate(&s->input, &small, &s->e);
		assert_true(err == E_OK || err == E_NOMEM);
		arena_release(&small);
	}
	campaign_free(s);
}

static void everything_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < REASON__COUNT; i++)
		assert_true(reason_name((enum reason)i).size > 0);
	for (int i = 0; i < METHOD__COUNT; i++)
		assert_true(attribution_method_name((enum attribution_method)i).size > 0);
	assert_true(str_equal(verdict_name(VERDICT_CANNOT_BE_SAID), STR("cannot_be_said")));
	assert_true(str_equal(reason_name(REASON_WINDOWS_NOT_STATED), STR("windows_not_stated")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_goal_is_met),
		cmocka_unit_test(a_goal_is_not_met),
		cmocka_unit_test(half_is_neither),
		cmocka_unit_test(natural_decline_meets_goals_alone),
		cmocka_unit_test(an_effect_is_seen),
		cmocka_unit_test(weeks_show_what_was_expected),
		cmocka_unit_test(weeks_of_feeds_and_of_blocklists),
		cmocka_unit_test(deadlines_ahead),
		cmocka_unit_test(windows_must_agree),
		cmocka_unit_test(windows_must_be_counted),
		cmocka_unit_test(a_doubled_feed_leaves_the_panel),
		cmocka_unit_test(feeds_chosen_by_hand_are_told_about),
		cmocka_unit_test(silent_feeds_leave_no_panel),
		cmocka_unit_test(retention_takes_the_verdict_along),
		cmocka_unit_test(simulated_is_said),
		cmocka_unit_test(too_few_weeks_for_a_cause),
		cmocka_unit_test(a_trend_tells_half_as_far_again),
		cmocka_unit_test(what_was_not_watched_carries_no_trend),
		cmocka_unit_test(top_ten_must_be_frozen),
		cmocka_unit_test(every_estimator_of_addresses),
		cmocka_unit_test(window_counts_are_of_their_window_only),
		cmocka_unit_test(concurrent_hosts),
		cmocka_unit_test(holders_by_rate),
		cmocka_unit_test(controls_come_before_the_decline),
		cmocka_unit_test(days_only_feeds),
		cmocka_unit_test(machines_that_reported),
		cmocka_unit_test(the_curve_of_2020),
		cmocka_unit_test(stated_figures_never_meet),
		cmocka_unit_test(out_of_the_table),
		cmocka_unit_test(nothing_at_all),
		cmocka_unit_test(all_zero_and_all_full),
		cmocka_unit_test(one_week),
		cmocka_unit_test(no_memory_is_said),
		cmocka_unit_test(everything_has_a_name),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
