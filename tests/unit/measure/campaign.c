/* SPDX-License-Identifier: Apache-2.0 */
#include "campaign.h"

#include "infection.h"
#include "near.h"

enum {
	FEED_LEVEL = 5000,
	FALL_DAYS = 25
};

static uint32_t wavering(struct dice *dice, double level)
{
	return (uint32_t)fmax(level * (1 + 0.01 * infection_normal(dice)) + 0.5, 0);
}

size_t campaign_add(struct campaign_scene *s, enum count_scope scope, const char *key, double level)
{
	size_t i = s->counts.series_count++;
	struct campaign_series *v = &s->values[i];
	struct dice dice = {i + 1};
	for (size_t d = 0; d < CAMPAIGN_DAYS; d++) {
		double of_day = level * (1 + 0.005 * infection_normal(&dice));
		v->days[d] = wavering(&dice, 2 * of_day);
		for (size_t h = 0; h < HOURS; h++)
			v->hours[d * HOURS + h] =
				wavering(&dice, h < 12 ? of_day * 0.8 : of_day * 1.2);
	}
	s->series[i] = (struct count_series){.scope = scope,
		.key = str_from(key),
		.v4 = {v->hours, v->days, (uint64_t)(level * 5), (uint64_t)(level * 5)}};
	return i;
}

static struct plan plan(void)
{
	struct plan p = {
		.campaign = {.key = STR("vn-2020"),
			.country = STR("VN"),
			.begins = {2020, 10, 19},
			.ends = {2020, 11, 17}},
		.baseline = {{2020, 10, 5}, {2020, 10, 18}},
		.goal_count = 1,
	};
	p.goals[0] = (struct goal){.key = STR("all"),
		.kind = GOAL_ADDRESSES,
		.estimator = ESTIMATOR_HOURLY,
		.share = 0.5,
		.end = {{2020, 11, 15}, {2020, 11, 28}}};
	return p;
}

struct campaign_scene *campaign_new(void)
{
	struct campaign_scene *s = test_calloc(1, sizeof(*s));
	arena_init(&s->arena, 1 << 24);
	s->plan = plan();
	s->counts = (struct counts){.first = {2020, 9, 7},
		.days = CAMPAIGN_DAYS,
		.base = s->plan.baseline,
		.end = s->plan.goals[0].end,
		.series = s->series,
		.as_of = 17};
	s->input = (struct evaluation_input){.plan = &s->plan,
		.counts = &s->counts,
		.now = date_instant((struct date){2020, 12, 1}),
		.seed = 1};
	campaign_add(s, COUNT_ALL, "", 1000);
	campaign_add(s, COUNT_FEED_INSIDE, "a", 800);
	campaign_add(s, COUNT_FEED_OUTSIDE, "a", FEED_LEVEL);
	campaign_add(s, COUNT_FEED_INSIDE, "b", 600);
	campaign_add(s, COUNT_FEED_OUTSIDE, "b", FEED_LEVEL);
	return s;
}

void campaign_free(struct campaign_scene *s)
{
	arena_release(&s->arena);
	test_free(s);
}

void campaign_scale(struct campaign_scene *s, size_t series, size_t from, size_t to, double factor)
{
	struct campaign_series *v = &s->values[series];
	for (size_t d = from; d < to; d++) {
		v->days[d] = (uint32_t)(v->days[d] * factor);
		for (size_t h = 0; h < HOURS; h++)
			v->hours[d * HOURS + h] = (uint32_t)(v->hours[d * HOURS + h] * factor);
	}
}

void campaign_fall(struct campaign_scene *s, size_t series, double left)
{
	for (size_t d = CAMPAIGN_BEGINS; d < CAMPAIGN_DAYS; d++) {
		double gone = fmin((double)(d - CAMPAIGN_BEGINS + 1) / FALL_DAYS, 1);
		campaign_scale(s, series, d, d + 1, pow(left, gone));
	}
	s->series[series].v4.end = (uint64_t)((double)s->series[series].v4.end * left);
}

void campaign_evaluate(struct campaign_scene *s)
{
	assert_int_equal(evaluate(&s->input, &s->arena, &s->e), E_OK);
}

bool campaign_reason(const struct reasons *r, enum reason reason)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].reason == reason)
			return true;
	return false;
}
