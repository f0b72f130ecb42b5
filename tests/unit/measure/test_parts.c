/* SPDX-License-Identifier: Apache-2.0 */
/* Regions, tools and stated figures of an evaluation: numbers worked out by working.py. */
#include "campaign.h"
#include "near.h"

/* A series that is the same in every hour: its means are known without arithmetic. */
static size_t add_flat(struct campaign_scene *s, const char *key, uint32_t level, uint64_t window)
{
	size_t i = campaign_add(s, COUNT_REGION, key, level);
	for (size_t d = 0; d < CAMPAIGN_DAYS; d++) {
		s->values[i].days[d] = level;
		for (size_t h = 0; h < HOURS; h++)
			s->values[i].hours[d * HOURS + h] = level;
	}
	s->series[i].v4.base = s->series[i].v4.end = window;
	return i;
}

static void regions_by_rate(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	static const struct region_facts facts[] = {
		{STR_INIT("01"), 4000}, {STR_INIT("48"), 500}, {STR_INIT("79"), 8000}};
	s->input.regions = facts;
	s->input.region_count = 3;
	add_flat(s, "01", 40, 300);
	size_t da_nang = add_flat(s, "48", 12, 100);
	add_flat(s, "79", 64, 900);
	add_flat(s, "96", 3, 9);
	add_flat(s, "", 5, 20);
	campaign_scale(s, da_nang, CAMPAIGN_BEGINS, CAMPAIGN_DAYS, 0.5);
	campaign_evaluate(s);
	const struct region_result *r = s->e.regions;
	assert_int_equal(s->e.region_count, 4);
	assert_true(str_equal(r[0].key, STR("48")) && str_equal(r[1].key, STR("01")));
	assert_true(str_equal(r[2].key, STR("79")) && str_equal(r[3].key, STR("96")));
	assert_near(r[0].base.value, 12, 1e-9);
	assert_near(r[0].end.value, 6, 1e-9);
	assert_near(r[0].rate_base.value, 24, 1e-9);
	assert_near(r[0].rate_end.value, 12, 1e-9);
	assert_near(r[0].reduction.value, 0.5, 1e-9);
	assert_near(r[1].rate_end.value, 10, 1e-9);
	assert_near(r[2].rate_end.value, 8, 1e-9);
	assert_int_equal(r[2].announced, 8000);
	assert_unknown(r[3].rate_end);
	assert_true(r[3].small && !r[0].small);
	assert_near(s->e.no_region.end.value, 5, 1e-9);
	assert_int_equal(s->e.no_region.key.size, 0);
	campaign_free(s);
}

static void no_regions_at_all(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	campaign_evaluate(s);
	assert_int_equal(s->e.region_count, 0);
	assert_unknown(s->e.no_region.end);
	assert_unknown(s->e.no_region.reduction);
	assert_int_equal(s->e.tool_count, 0);
	assert_int_equal(s->e.stated_count, 0);
	campaign_free(s);
}

/* /64s are set against no number of IPv4 addresses. */
static void regions_of_v6_have_no_rate(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	static const struct region_facts facts[] = {{STR_INIT("01"), 4000}};
	s->input.regions = facts;
	s->input.region_count = 1;
	size_t i = add_flat(s, "01", 40, 300);
	s->series[i].v6 = s->series[i].v4;
	s->plan.goals[0].nets6 = true;
	campaign_evaluate(s);
	assert_near(s->e.regions[0].end.value, 40, 1e-9);
	assert_unknown(s->e.regions[0].rate_end);
	campaign_free(s);
}

enum {
	UNITS = 12,
	REPORTS = 2 * UNITS + 3
};

static void fill_reports(struct machine_report r[REPORTS])
{
	static const char *const units[UNITS] = {
		"a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l"};
	for (uint64_t i = 0; i < UNITS; i++) {
		struct str unit = str_from(units[i]);
		r[2 * i] = (struct machine_report){
			unit, {2020, 10, 5}, 100 + i, 20 + i % 3, STR("maker"), 150, 10};
		r[2 * i + 1] = (struct machine_report){
			unit, {2020, 11, 16}, 100, 5 + i % 2, STR("maker"), 120, 4};
	}
	/* A liar, and a week long before the campaign: neither takes part. */
	r[2 * UNITS] = (struct machine_report){STR("m"), {2020, 10, 5}, 5, 6, STR("maker"), 9, 0};
	r[2 * UNITS + 1] =
		(struct machine_report){STR("a"), {2019, 1, 7}, 1000, 900, STR("maker"), 1000, 0};
	r[2 * UNITS + 2] =
		(struct machine_report){STR("a"), {2020, 11, 16}, 40, 2, STR("other"), 41, 2};
}

static void tools_apart(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	struct machine_report r[REPORTS];
	fill_reports(r);
	s->input.reports = r;
	s->input.report_count = REPORTS;
	campaign_evaluate(s);
	assert_int_equal(s->e.tool_count, 2);
	const struct tool_result *t = s->e.tools;
	assert_true(str_equal(t[0].tool, STR("maker")) && str_equal(t[1].tool, STR("other")));
	assert_int_equal(t[0].runs, 3240);
	assert_int_equal(t[0].machines, 2466);
	assert_int_equal(t[0].infected, 318);
	assert_int_equal(t[0].cleaned, 168);
	assert_near(t[0].rate.value, 318.0 / 2466, 1e-12);
	/* A ratio's linearised cluster error, by working.py; the bootstrap comes near it. */
	assert_near(t[0].rate.low, 0.126259, 0.0005);
	assert_near(t[0].rate.high, 0.131649, 0.0005);
	assert_int_equal(t[0].weeks.first.month, 10);
	assert_int_equal(t[0].weeks.last.day, 16);
	assert_near(t[1].rate.value, 0.05, 1e-12);
	assert_false(estimate_has_interval(t[1].rate));
	campaign_free(s);
}

/* A goal is about the reports of one tool: the one it names, or our own. */
static void a_goal_names_its_tool(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	struct machine_report r[REPORTS];
	fill_reports(r);
	s->input.reports = r;
	s->input.report_count = REPORTS;
	s->plan.goals[0].kind = GOAL_MACHINES;
	s->plan.goals[0].estimator = ESTIMATOR_MACHINES;
	campaign_evaluate(s);
	assert_true(campaign_reason(&s->e.goals[0].reasons, REASON_NO_REPORTS));
	s->plan.goals[0].series = STR("maker");
	campaign_evaluate(s);
	assert_false(campaign_reason(&s->e.goals[0].reasons, REASON_NO_REPORTS));
	assert_near(s->e.goals[0].base.x.value, 252.0 / 1266, 1e-12);
	assert_near(s->e.goals[0].end.x.value, 66.0 / 1200, 1e-12);
	assert_near(s->e.goals[0].reduction.value, 0.72369047619, 1e-9);
	assert_int_equal(s->e.goals[0].verdict, VERDICT_MET);
	campaign_free(s);
}

static void stated_figures_by_series_and_day(void **state)
{
	(void)state;
	struct campaign_scene *s = campaign_new();
	static const struct stated_figure figures[] = {
		{STR_INIT("table"), {2020, 11, 1}, {{0, 0, 0}, {0, 0, 0}}, 9},
		{STR_INIT("ncsc"), {2020, 12, 1}, {{0, 0, 0}, {0, 0, 0}}, 1},
		{STR_INIT("table"), {2020, 9, 1}, {{0, 0, 0}, {0, 0, 0}}, 3},
	};
	s->input.stated = figures;
	s->input.stated_count = 3;
	campaign_evaluate(s);
	assert_int_equal(s->e.stated_count, 3);
	assert_near(s->e.stated[0].value, 1, 0);
	assert_near(s->e.stated[1].value, 3, 0);
	assert_near(s->e.stated[2].value, 9, 0);
	campaign_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(regions_by_rate),
		cmocka_unit_test(no_regions_at_all),
		cmocka_unit_test(regions_of_v6_have_no_rate),
		cmocka_unit_test(tools_apart),
		cmocka_unit_test(a_goal_names_its_tool),
		cmocka_unit_test(stated_figures_by_series_and_day),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
