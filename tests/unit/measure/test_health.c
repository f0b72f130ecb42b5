/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "infection.h"
#include "measure/panel.h"
#include "near.h"

enum {
	DAYS = 84,
	INSIDE = 0,
	OUTSIDE = 1
};

/* A feed inside and outside the country, hour by hour; a day's distinct is a multiple of its mean.
 */
struct scene {
	uint32_t hours[2][DAYS * HOURS];
	uint32_t days[2][DAYS];
	struct count_series series[2];
	struct counts counts;
	struct arena arena;
};

static void fill_side(struct scene *s, int side, struct infection *i, double extra)
{
	for (size_t d = 0; d < DAYS; d++) {
		uint32_t *hours = s->hours[side] + d * HOURS;
		bool campaign = d >= 42 && d < 72;
		double sum = 0;
		infection_day(i, (unsigned)(d % 7), campaign ? extra : 0, hours);
		for (size_t h = 0; h < HOURS; h++)
			sum += hours[h];
		s->days[side][d] = (uint32_t)infection_binomial(&i->dice, sum / HOURS * 4, 0.9);
	}
}

static struct scene *scene_new(uint64_t seed, double inside, double outside, double extra)
{
	struct scene *s = test_calloc(1, sizeof(*s));
	struct infection in = {{seed}, inside, 0.008, 0.012};
	struct infection out = {{seed + 1}, outside, 0.008, 0.01};
	arena_init(&s->arena, 1 << 20);
	fill_side(s, INSIDE, &in, extra);
	fill_side(s, OUTSIDE, &out, 0);
	s->series[INSIDE] = (struct count_series){
		COUNT_FEED_INSIDE, STR("sinkhole"), {s->hours[INSIDE], s->days[INSIDE], 0, 0}, {0}};
	s->series[OUTSIDE] = (struct count_series){COUNT_FEED_OUTSIDE, STR("sinkhole"),
		{s->hours[OUTSIDE], s->days[OUTSIDE], 0, 0}, {0}};
	s->counts = (struct counts){.first = {2020, 9, 7},
		.days = DAYS,
		.series = s->series,
		.series_count = outside > 0 ? 2 : 1};
	return s;
}

static void scene_free(struct scene *s)
{
	arena_release(&s->arena);
	test_free(s);
}

static void scale(struct scene *s, int side, size_t from, size_t to, double factor)
{
	for (size_t d = from; d < to; d++) {
		s->days[side][d] = (uint32_t)(s->days[side][d] * factor);
		for (size_t h = 0; h < HOURS; h++)
			s->hours[side][d * HOURS + h] =
				(uint32_t)(s->hours[side][d * HOURS + h] * factor);
	}
}

static void scale_both(struct scene *s, size_t from, size_t to, double factor)
{
	scale(s, INSIDE, from, to, factor);
	scale(s, OUTSIDE, from, to, factor);
}

static struct health judge(struct scene *s)
{
	struct health h;
	assert_int_equal(health_judge(&s->counts, STR("sinkhole"), &s->arena, &h), E_OK);
	return h;
}

static void doubling_is_a_step(void **state)
{
	(void)state;
	struct scene *s = scene_new(1, 2000, 8000, 0);
	scale_both(s, 50, DAYS, 2);
	struct health h = judge(s);
	assert_int_equal(h.step_count, 1);
	assert_int_equal(h.steps[0].day, 50);
	assert_near(h.steps[0].ratio, 2, 0.25);
	assert_non_null(health_step_within(&h, 30, 84));
	assert_null(health_step_within(&h, 52, 84));
	assert_near(health_share(&h, 0, DAYS), 1, 0);
	scene_free(s);
}

static void outage_is_no_hour_without_bots(void **state)
{
	(void)state;
	struct scene *s = scene_new(2, 2000, 8000, 0);
	scale_both(s, 30, 33, 0);
	for (size_t side = 0; side < 2; side++)
		memset(s->hours[side] + 60 * HOURS + 2, 0, 5 * sizeof(uint32_t));
	struct health h = judge(s);
	assert_near(health_share(&h, 30, 33), 0, 0);
	assert_near(health_share(&h, 60, 61), 19.0 / 24, 1e-9);
	assert_int_equal(h.days[60], 0);
	assert_int_equal(h.step_count, 0);
	scene_free(s);
}

static void dip_of_three_days_is_odd(void **state)
{
	(void)state;
	struct scene *s = scene_new(3, 2000, 8000, 0);
	scale_both(s, 40, 43, 0.4);
	struct health h = judge(s);
	for (size_t d = 0; d < DAYS; d++)
		assert_int_equal(h.odd[d], d >= 40 && d < 43);
	assert_near(health_share(&h, 40, 43), 0, 0);
	assert_int_equal(h.step_count, 0);
	scene_free(s);
}

static void assert_odd(
	const struct scene *s, const struct health *h, const size_t *days, size_t count)
{
	size_t found = 0;
	for (size_t d = 0; d < s->counts.days; d++)
		found += h->odd[d];
	assert_int_equal(found, count);
	for (size_t i = 0; i < count; i++)
		assert_true(h->odd[days[i]]);
}

/* A list that took in nearly nothing for two days and came back by and by, as URLhaus did in
 * October 2020: beside the worst day the others look even until it is gone. */
static void trouble_comes_in_rows(void **state)
{
	(void)state;
	static const size_t days[] = {40, 41, 42, 44};
	static const double left[] = {0.79, 0.65, 0.87, 0.83};
	struct scene *s = scene_new(15, 2000, 8000, 0);
	for (size_t i = 0; i < 4; i++)
		scale_both(s, days[i], days[i] + 1, left[i]);
	struct health h = judge(s);
	assert_odd(s, &h, days, 4);
	assert_int_equal(h.step_count, 0);
	scene_free(s);
}

/* What happens three days before the end may be a dip or a step; four are a step. So at the
 * beginning. */
static void ends_are_left_out_when_in_doubt(void **state)
{
	(void)state;
	for (size_t days = 1; days <= 4; days++) {
		const size_t last[] = {DAYS - 1, DAYS - 2, DAYS - 3};
		const size_t first[] = {0, 1, 2};
		for (int end = 0; end < 2; end++) {
			struct scene *s = scene_new(16, 2000, 8000, 0);
			scale_both(s, end ? DAYS - days : 0, end ? DAYS : days, 0.7);
			struct health h = judge(s);
			if (days < 4 && h.step_count == 0)
				assert_odd(s, &h, end ? last : first, days);
			else
				assert_int_equal(h.step_count, 1);
			scene_free(s);
		}
	}
}

static void change_of_one_side_is_no_change_of_the_feed(void **state)
{
	(void)state;
	struct scene *s = scene_new(4, 2000, 8000, 0);
	scale(s, INSIDE, 50, DAYS, 0.5);
	assert_int_equal(judge(s).step_count, 0);
	scene_free(s);
	s = scene_new(4, 2000, 8000, 0);
	scale(s, OUTSIDE, 50, DAYS, 0.5);
	assert_int_equal(judge(s).step_count, 0);
	scene_free(s);
}

/* A feed of one country: only what comes overnight is taken for a change of the feed. */
static void without_an_outside(void **state)
{
	(void)state;
	struct scene *s = scene_new(5, 20000, 0, 0);
	scale(s, INSIDE, 50, DAYS, 0.5);
	assert_int_equal(judge(s).step_count, 1);
	scene_free(s);
	s = scene_new(5, 20000, 0, 0.0233);
	assert_int_equal(judge(s).step_count, 0);
	scene_free(s);
}

static void start_and_stop(void **state)
{
	(void)state;
	struct scene *s = scene_new(6, 2000, 8000, 0);
	scale_both(s, 0, 20, 0);
	scale_both(s, 70, DAYS, 0);
	struct health h = judge(s);
	assert_int_equal(h.first, 20);
	assert_int_equal(h.last, 69);
	assert_near(health_share(&h, 0, 20), 0, 0);
	assert_near(health_share(&h, 70, DAYS), 0, 0);
	assert_int_equal(h.step_count, 0);
	scene_free(s);
}

static void silence_hurts_nobody(void **state)
{
	(void)state;
	struct scene *s = scene_new(7, 2000, 8000, 0);
	scale_both(s, 0, DAYS, 0);
	struct health h = judge(s);
	assert_false(h.reports);
	assert_near(health_share(&h, 0, DAYS), 0, 0);
	assert_near(health_share(&h, 5, 5), 0, 0);
	s->counts.days = 0;
	h = judge(s);
	assert_false(h.reports);
	scene_free(s);
}

/* A feed of three reports a day has empty hours, which are no outage. */
static void sparse_feeds_are_alive(void **state)
{
	(void)state;
	struct scene *s = scene_new(8, 2000, 0, 0);
	struct dice dice = {8};
	for (size_t i = 0; i < DAYS * HOURS; i++)
		s->hours[INSIDE][i] = dice_chance(&dice, 0.125);
	for (size_t d = 0; d < DAYS; d++) {
		s->days[INSIDE][d] = 0;
		for (size_t h = 0; h < HOURS; h++)
			s->days[INSIDE][d] += s->hours[INSIDE][d * HOURS + h];
	}
	struct health h = judge(s);
	assert_near(health_share(&h, h.first, h.last + 1), 1, 0.02);
	assert_int_equal(h.step_count, 0);
	scene_free(s);
}

static void feed_of_days(void **state)
{
	(void)state;
	struct scene *s = scene_new(9, 2000, 8000, 0);
	s->series[INSIDE].v4.hours = s->series[OUTSIDE].v4.hours = NULL;
	scale_both(s, 50, DAYS, 2);
	scale_both(s, 20, 22, 0);
	struct health h = judge(s);
	assert_null(h.hours);
	assert_int_equal(h.step_count, 1);
	assert_near(health_share(&h, 0, 42), 40.0 / 42, 1e-9);
	scene_free(s);
}

/* By hand: flat, with a wave of three percent from day to day. */
static void flatten(struct scene *s, int side, uint32_t days, uint32_t hours)
{
	for (size_t d = 0; d < DAYS; d++) {
		uint32_t wave = 98 + (uint32_t)(d * 5 % 7) % 4;
		s->days[side][d] = days * wave / 100;
		for (size_t h = 0; h < HOURS; h++)
			s->hours[side][d * HOURS + h] = (hours + (uint32_t)h) * wave / 100;
	}
}

static void scale_uniques(struct scene *s, int side, size_t from, double factor)
{
	for (size_t d = from; d < DAYS; d++)
		s->days[side][d] = (uint32_t)(s->days[side][d] * factor);
}

static void scale_hours(struct scene *s, int side, size_t from, double factor)
{
	for (size_t i = from * HOURS; i < (size_t)DAYS * HOURS; i++)
		s->hours[side][i] = (uint32_t)(s->hours[side][i] * factor);
}

/* Whoever is in contact half of the day is seen that day by a feed that misses half of it, too:
 * with twice the coverage uniques rise a little, hourly means double. */
static void doubled_coverage_shows_in_hours(void **state)
{
	(void)state;
	struct scene *s = scene_new(12, 2000, 8000, 0);
	flatten(s, INSIDE, 2000, 500);
	flatten(s, OUTSIDE, 8000, 2000);
	assert_int_equal(judge(s).step_count, 0);
	scale_uniques(s, INSIDE, 50, 1.10);
	scale_uniques(s, OUTSIDE, 50, 1.06);
	assert_int_equal(judge(s).step_count, 0);
	scale_hours(s, INSIDE, 50, 2);
	scale_hours(s, OUTSIDE, 50, 2);
	struct health h = judge(s);
	assert_int_equal(h.step_count, 1);
	assert_int_equal(h.steps[0].day, 50);
	assert_near(h.steps[0].ratio, 2, 0.1);
	scene_free(s);
}

/* Half the coverage for a day takes a tenth of its uniques, and half of each hour. */
static void odd_days_show_in_hours(void **state)
{
	(void)state;
	static const size_t days[] = {50};
	struct scene *s = scene_new(17, 2000, 8000, 0);
	flatten(s, INSIDE, 2000, 500);
	flatten(s, OUTSIDE, 8000, 2000);
	for (size_t side = 0; side < 2; side++) {
		s->days[side][50] = s->days[side][50] * 93 / 100;
		for (size_t h = 0; h < HOURS; h++)
			s->hours[side][50 * HOURS + h] /= 2;
	}
	struct health h = judge(s);
	assert_odd(s, &h, days, 1);
	assert_near(health_share(&h, 50, 51), 0, 0);
	for (size_t i = 0; i < HOURS; i++)
		s->hours[OUTSIDE][50 * HOURS + i] *= 2;
	h = judge(s);
	assert_odd(s, &h, NULL, 0);
	scene_free(s);
}

/* In three weeks nobody can learn what a weekend takes, but it is no trouble; a bad Monday is. */
static void weekends_are_not_odd(void **state)
{
	(void)state;
	static const size_t days[] = {7};
	for (size_t count = 21; count <= DAYS; count += 21) {
		struct scene *s = scene_new(18, 2000, 8000, 0);
		flatten(s, INSIDE, 2000, 500);
		flatten(s, OUTSIDE, 8000, 2000);
		s->counts.days = count;
		for (size_t d = 5; d < DAYS; d += 7)
			scale_both(s, d, d + 2 < DAYS ? d + 2 : DAYS, 0.8);
		struct health h = judge(s);
		assert_odd(s, &h, NULL, 0);
		scale_both(s, 7, 8, 0.8);
		h = judge(s);
		assert_odd(s, &h, days, 1);
		scene_free(s);
	}
}

/* Hours say nothing of the feed either when one side stays, or when only one side has them. */
static void hours_of_one_side_are_no_step(void **state)
{
	(void)state;
	struct scene *s = scene_new(13, 2000, 8000, 0);
	flatten(s, INSIDE, 2000, 500);
	flatten(s, OUTSIDE, 8000, 2000);
	scale_hours(s, INSIDE, 50, 2);
	assert_int_equal(judge(s).step_count, 0);
	s->series[OUTSIDE].v4.hours = NULL;
	assert_int_equal(judge(s).step_count, 0);
	scene_free(s);
}

/* An outage of two hours a day takes nothing from the mean of the others. */
static void hours_down_are_no_step(void **state)
{
	(void)state;
	struct scene *s = scene_new(14, 2000, 8000, 0);
	flatten(s, INSIDE, 2000, 500);
	flatten(s, OUTSIDE, 8000, 2000);
	for (size_t d = 50; d < DAYS; d++)
		for (size_t side = 0; side < 2; side++)
			memset(s->hours[side] + d * HOURS + (d * 5) % 23, 0, 2 * sizeof(uint32_t));
	struct health h = judge(s);
	assert_near(health_share(&h, 50, DAYS), 22.0 / 24, 1e-9);
	assert_int_equal(h.step_count, 0);
	scene_free(s);
}

static struct plan plan(void)
{
	struct plan p = {
		.campaign = {.key = STR("x"), .begins = {2020, 10, 19}, .ends = {2020, 11, 17}},
		.baseline = {{2020, 10, 5}, {2020, 10, 18}},
		.goal_count = 1};
	p.goals[0] = (struct goal){.key = STR("all"), .end = {{2020, 11, 15}, {2020, 11, 28}}};
	return p;
}

static void panel_takes_steady_feeds(void **state)
{
	(void)state;
	struct scene *s = scene_new(10, 2000, 8000, 0);
	struct plan p = plan();
	struct panel panel;
	assert_int_equal(panel_choose(&s->counts, &p, &s->arena, &panel), E_OK);
	assert_int_equal(panel.members, 1);
	assert_non_null(panel.hours);
	scale_both(s, 60, DAYS, 1.5);
	assert_int_equal(panel_choose(&s->counts, &p, &s->arena, &panel), E_OK);
	assert_int_equal(panel.members, 0);
	assert_null(panel.hours);
	assert_true(panel_find(&panel, STR("sinkhole"))->changed);
	assert_null(panel_find(&panel, STR("other")));
	p.panel[0] = STR("sinkhole");
	p.panel_count = 1;
	assert_int_equal(panel_choose(&s->counts, &p, &s->arena, &panel), E_OK);
	assert_int_equal(panel.members, 1);
	scene_free(s);
}

/* A step before the baseline does not spoil the comparison, but the decline begins after it. */
static void early_step_shortens_the_past(void **state)
{
	(void)state;
	struct scene *s = scene_new(11, 2000, 8000, 0);
	struct plan p = plan();
	struct panel panel;
	scale_both(s, 0, 12, 3);
	assert_int_equal(panel_choose(&s->counts, &p, &s->arena, &panel), E_OK);
	assert_int_equal(panel.members, 1);
	assert_int_equal(panel.steady, 12);
	scene_free(s);
}

struct alarms {
	unsigned runs, steps, odd, missed;
};

static void count_alarms(
	struct alarms *a, uint64_t seed, double in, double out, double extra, double factor)
{
	struct scene *s = scene_new(seed * 104729, in, out, extra);
	scale_both(s, 50, DAYS, factor);
	struct health h = judge(s);
	size_t odd = 0;
	for (size_t d = 0; d < DAYS; d++)
		odd += h.odd[d];
	a->runs++;
	a->steps += h.step_count > 0;
	a->missed += health_step_within(&h, 47, 54) == NULL;
	a->odd += odd > 0;
	scene_free(s);
}

/* Twelve weeks, one feed: how often a step is seen where none is, and missed where one is. */
static void alarms_are_as_said(void **state)
{
	(void)state;
	static const struct {
		double in, out, extra;
		unsigned missed;
	} scenes[] = {
		{30, 300, 0, 8}, /* some 200 addresses a day: half of them is five errors */
		{500, 5000, 0, 2},
		{500, 5000, 0.0233, 2},
		{20000, 0, 0.0233, 2},
		{5000, 5000, 0.0233, 2},
	};
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		struct alarms quiet = {0};
		struct alarms halved = {0};
		for (uint64_t seed = 1; seed <= 60; seed++) {
			count_alarms(&quiet, seed, scenes[i].in, scenes[i].out, scenes[i].extra, 1);
			count_alarms(
				&halved, seed, scenes[i].in, scenes[i].out, scenes[i].extra, 0.5);
		}
		print_message("%5.0f inside %5.0f outside extra %.4f: false steps %u, odd %u; "
			      "halving missed %u of %u\n",
			scenes[i].in, scenes[i].out, scenes[i].extra, quiet.steps, quiet.odd,
			halved.missed, quiet.runs);
		assert_in_range(quiet.steps, 0, 2);
		assert_in_range(quiet.odd, 0, 2);
		assert_in_range(halved.missed, 0, scenes[i].missed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(doubling_is_a_step),
		cmocka_unit_test(outage_is_no_hour_without_bots),
		cmocka_unit_test(dip_of_three_days_is_odd),
		cmocka_unit_test(trouble_comes_in_rows),
		cmocka_unit_test(ends_are_left_out_when_in_doubt),
		cmocka_unit_test(change_of_one_side_is_no_change_of_the_feed),
		cmocka_unit_test(without_an_outside),
		cmocka_unit_test(start_and_stop),
		cmocka_unit_test(silence_hurts_nobody),
		cmocka_unit_test(sparse_feeds_are_alive),
		cmocka_unit_test(feed_of_days),
		cmocka_unit_test(doubled_coverage_shows_in_hours),
		cmocka_unit_test(odd_days_show_in_hours),
		cmocka_unit_test(weekends_are_not_odd),
		cmocka_unit_test(hours_of_one_side_are_no_step),
		cmocka_unit_test(hours_down_are_no_step),
		cmocka_unit_test(panel_takes_steady_feeds),
		cmocka_unit_test(early_step_shortens_the_past),
		cmocka_unit_test(alarms_are_as_said),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
