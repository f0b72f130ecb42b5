/* SPDX-License-Identifier: Apache-2.0 */
/* Counting at its edges; every number of random rows is held against SQLite by
 * tests/flow/test_evaluate.py. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "../store/scene.h"
#include "base/dice.h"
#include "measure/durations.h"
#include "server/census.h"

enum {
	FIRST = 1600041600, /* 2020-09-14T00:00:00Z */
	DAYS = 6
};

static struct date on(int day)
{
	return instant_date((struct instant){FIRST + (int64_t)day * SECONDS_PER_DAY});
}

static uint32_t at(uint32_t day, uint32_t hour)
{
	return FIRST + day * SECONDS_PER_DAY + hour * SECONDS_PER_HOUR;
}

/* Baseline: the first two days; end: the last two. */
static struct plan plan_of(void)
{
	struct plan plan = {
		.campaign = {.key = STR("c"), .country = STR("VN"), .begins = on(2), .ends = on(3)},
		.baseline = {on(0), on(1)},
		.goal_count = 1};
	plan.goals[0] = (struct goal){.key = STR("g"),
		.kind = GOAL_ADDRESSES,
		.estimator = ESTIMATOR_WINDOW,
		.share = 0.5,
		.end = {on(4), on(5)}};
	return plan;
}

struct counting {
	struct arena arena;
	struct plan plan;
	unsigned processors;
	struct census census;
	enum err err;
};

static void count_until(struct counting *c, struct scene *scene, struct date last)
{
	struct instant when;
	struct census_question question = {
		.plan = &c->plan, .last = last, .processors = c->processors};
	arena_init(&c->arena, 64 << 20);
	assert_int_equal(store_change(scene->store, &question.as_of, &when), E_OK);
	c->err = census_make(scene->store, &question, &c->arena, &c->census);
}

static const struct count_series *series(
	const struct counting *c, enum count_scope scope, const char *key)
{
	const struct count_series *s = counts_find(&c->census.counts, scope, str_from(key));
	assert_non_null(s);
	return s;
}

static int begin(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	scene_begin(scene);
	*state = scene;
	return 0;
}

static int end(void **state)
{
	scene_end(*state);
	free(*state);
	return 0;
}

/* Hours, days and windows; /64s apart; without tables everything is inside. */
static void counts_by_hand(void **state)
{
	struct counting c = {.plan = plan_of()};
	const struct row rows[] = {
		{.at = at(0, 0), .ip = "10.0.0.1", .name = "a"},
		{.at = at(0, 0), .ip = "10.0.0.1", .name = "b"},
		{.at = at(0, 23), .ip = "10.0.0.1", .name = "a"},
		{.at = at(0, 23), .ip = "10.0.0.2", .name = "a"},
		{.at = at(0, 23), .ip = "2001:db8::1", .name = "a"},
		{.at = at(0, 23), .ip = "2001:db8::2", .name = "a"},
		{.at = at(1, 5), .ip = "10.0.0.2", .name = ""},
		{.at = at(4, 5), .ip = "10.0.0.9", .name = "b"},
		{.at = at(5, 5), .ip = "10.0.0.9", .name = "b"},
		{.at = at(5, 5), .ip = "10.0.0.9", .name = "b", .kind = KIND_C2},
		{.at = at(6, 0), .ip = "10.0.0.77", .name = "b"},
		{.at = FIRST - 1, .ip = "10.0.0.78", .name = "b"},
	};
	c.plan.panel[c.plan.panel_count++] = STR("feed");
	c.plan.top[c.plan.top_count++] = STR("a");
	scene_ingest(*state, "feed", 1, rows, sizeof(rows) / sizeof(rows[0]));
	count_until(&c, *state, on(40));
	assert_int_equal(c.err, E_OK);
	assert_int_equal(c.census.counts.days, DAYS);
	const struct count_series *all = series(&c, COUNT_ALL, "");
	const uint32_t days[] = {2, 1, 0, 0, 1, 1};
	assert_memory_equal(all->v4.days, days, sizeof(days));
	assert_int_equal(all->v4.hours[0], 1);
	assert_int_equal(all->v4.hours[23], 2);
	assert_int_equal(all->v6.hours[23], 1);
	assert_int_equal(all->v4.base, 2);
	assert_int_equal(all->v6.base, 1);
	assert_int_equal(all->v4.end, 1);
	assert_int_equal(series(&c, COUNT_BOTNET, "a")->v4.base, 2);
	assert_int_equal(series(&c, COUNT_BOTNET, "b")->v4.base, 1);
	assert_int_equal(series(&c, COUNT_TOP_FROZEN, "")->v4.base, 2);
	assert_int_equal(series(&c, COUNT_TOP_CURRENT, "")->v4.base, 1);
	assert_int_equal(series(&c, COUNT_TOP_CURRENT, "")->v4.end, 1);
	assert_int_equal(series(&c, COUNT_FEED_INSIDE, "feed")->v4.days[0], 2);
	assert_int_equal(series(&c, COUNT_FEED_OUTSIDE, "feed")->v4.days[0], 0);
	assert_null(counts_find(&c.census.counts, COUNT_BLOCKLISTED, STR("")));
	assert_false(c.census.simulated);
	assert_false(c.census.retained);
	arena_release(&c.arena);
}

/* Nothing is counted of a day that is not over; a window that is not over is no window. */
static void days_to_come(void **state)
{
	struct counting c = {.plan = plan_of()};
	const struct row row = {.at = at(0, 0), .ip = "10.0.0.1", .name = "a"};
	c.plan.panel[c.plan.panel_count++] = STR("feed");
	scene_ingest(*state, "feed", 1, &row, 1);
	count_until(&c, *state, on(4));
	assert_int_equal(c.err, E_OK);
	assert_int_equal(c.census.counts.days, 5);
	assert_true(days_set(c.census.counts.base));
	assert_false(days_set(c.census.counts.end));
	assert_null(counts_find(&c.census.counts, COUNT_TOP_CURRENT, STR("")));
	arena_release(&c.arena);
	count_until(&c, *state, on(-1));
	assert_int_equal(c.err, E_RANGE);
	arena_release(&c.arena);
}

/* A list knows no hours, a span no day; what another feed says stays out. */
static void precisions_stay_apart(void **state)
{
	struct counting c = {.plan = plan_of()};
	const struct row listed[] = {
		{.at = at(0, 0), .ip = "10.0.0.1", .name = "a", .precision = PRECISION_DAY},
		{.at = at(1, 1),
			.ip = "10.0.0.2",
			.name = "a",
			.precision = PRECISION_SPAN,
			.last = at(4, 1)},
		{.at = at(2, 1),
			.ip = "10.0.0.3",
			.name = "a",
			.precision = PRECISION_SPAN,
			.last = at(3, 1)},
		{.at = at(3, 0),
			.ip = "10.0.0.4",
			.name = "a",
			.precision = PRECISION_DAY,
			.kind = KIND_BLOCKLISTED},
	};
	const struct row seen = {.at = at(0, 0), .ip = "10.0.0.8", .name = "a"};
	c.plan.panel[c.plan.panel_count++] = STR("feed");
	scene_ingest(*state, "feed", 1, listed, 4);
	scene_ingest(*state, "other", 2, &seen, 1);
	count_until(&c, *state, on(40));
	assert_int_equal(c.err, E_OK);
	const struct count_series *all = series(&c, COUNT_ALL, "");
	const uint32_t days[DAYS] = {1};
	assert_null(all->v4.hours);
	assert_memory_equal(all->v4.days, days, sizeof(days));
	assert_int_equal(all->v4.base, 2);
	assert_int_equal(all->v4.end, 1);
	assert_null(series(&c, COUNT_FEED_INSIDE, "feed")->v4.hours);
	assert_int_equal(series(&c, COUNT_FEED_INSIDE, "feed")->v4.base, 2);
	assert_non_null(series(&c, COUNT_FEED_INSIDE, "other")->v4.hours);
	assert_int_equal(series(&c, COUNT_BLOCKLISTED, "")->v4.days[3], 1);
	assert_int_equal(series(&c, COUNT_BLOCKLISTED, "")->v4.end, 0);
	arena_release(&c.arena);
}

/* What was counted before cannot be counted again once retention has taken it. */
static void retention_is_told(void **state)
{
	struct scene *scene = *state;
	struct counting c = {.plan = plan_of()};
	struct store_retained retained;
	const struct row rows[] = {{.at = at(0, 0), .ip = "10.0.0.1", .name = "a"},
		{.at = at(5, 0), .ip = "10.0.0.1", .name = "a"}};
	c.plan.panel[c.plan.panel_count++] = STR("feed");
	scene_ingest(scene, "feed", 1, &rows[0], 1);
	scene_ingest(scene, "feed", 2, &rows[1], 1);
	struct census_question before = {.plan = &c.plan, .last = on(40)};
	struct instant when;
	assert_int_equal(store_change(scene->store, &before.as_of, &when), E_OK);
	assert_int_equal(
		store_retain(scene->store, (struct instant){at(3, 0)}, false, &retained), E_OK);
	assert_int_equal(retained.segments, 1);
	count_until(&c, scene, on(40));
	assert_int_equal(c.err, E_OK);
	assert_true(c.census.retained);
	arena_release(&c.arena);
	arena_init(&c.arena, 64 << 20);
	assert_int_equal(census_make(scene->store, &before, &c.arena, &c.census), E_NOTFOUND);
	arena_release(&c.arena);
}

static void ten_are_frozen(void **state)
{
	struct counting c = {.plan = plan_of()};
	struct row rows[78];
	char ips[78][16], names[12][3];
	struct str top[PLAN_TOP];
	size_t count = 0;
	struct census_question question = {.plan = &c.plan, .last = on(40)};
	struct instant when;
	for (size_t k = 0; k < 12; k++) {
		snprintf(names[k], sizeof(names[k]), "%c", (int)('a' + k));
		for (size_t i = 0; i <= k; i++, count++) {
			snprintf(ips[count], sizeof(ips[count]), "10.0.%zu.%zu", k, i);
			rows[count] = (struct row){
				.at = at(1, 3), .ip = ips[count], .name = k == 11 ? "" : names[k]};
		}
	}
	scene_ingest(*state, "feed", 1, rows, count);
	scene_ingest(*state, "other", 2, rows, 3);
	arena_init(&c.arena, 64 << 20);
	assert_int_equal(
		store_change(((struct scene *)*state)->store, &question.as_of, &when), E_OK);
	assert_int_equal(census_largest(((struct scene *)*state)->store, &question, c.plan.baseline,
				 &c.arena, top, &count),
		E_OK);
	assert_int_equal(count, PLAN_TOP);
	/* What has no name is the largest, and no botnet; equal to k is 'a' + k. */
	for (size_t i = 0; i < PLAN_TOP; i++)
		assert_true(str_equal(top[i], str_from(names[10 - i])));
	question.last = on(0);
	assert_int_equal(census_largest(((struct scene *)*state)->store, &question, c.plan.baseline,
				 &c.arena, top, &count),
		E_RANGE);
	arena_release(&c.arena);
}

/* --- processors --- */

enum {
	ROWS = 4000,
	NETS = 40, /* /16s, and /64s */
	NAMES = 5
};

static const char *const NAMED[NAMES] = {"a", "b", "c", "d", ""};

/* Few addresses, so that much repeats; of two /16s many. */
static void throw_rows(struct row *rows, char (*ips)[40], uint64_t seed)
{
	struct dice dice = {seed};
	for (size_t i = 0; i < ROWS; i++) {
		unsigned net = (unsigned)dice_below(&dice, NETS);
		unsigned host = (unsigned)dice_below(&dice, net < 2 ? 2000 : 3);
		if (dice_chance(&dice, 0.2))
			snprintf(ips[i], sizeof(ips[i]), "2001:db8:%x:%x::1", net, host % 4);
		else
			snprintf(ips[i], sizeof(ips[i]), "10.%u.%u.%u", net, host >> 8, host & 255);
		rows[i] = (struct row){
			.at = FIRST + (uint32_t)dice_below(&dice, DAYS * SECONDS_PER_DAY),
			.ip = ips[i],
			.name = NAMED[dice_below(&dice, NAMES)],
			.kind = dice_chance(&dice, 0.9) ? KIND_INFECTED : KIND_BLOCKLISTED,
			.precision = dice_chance(&dice, 0.9) ? PRECISION_SECOND : PRECISION_DAY};
	}
}

static void same_values(const struct count_values *a, const struct count_values *b)
{
	assert_int_equal(a->hours != NULL, b->hours != NULL);
	if (a->hours)
		assert_memory_equal(a->hours, b->hours, DAYS * HOURS * sizeof(*a->hours));
	assert_memory_equal(a->days, b->days, DAYS * sizeof(*a->days));
	assert_int_equal(a->base, b->base);
	assert_int_equal(a->end, b->end);
}

static void same_counts(const struct counting *a, const struct counting *b)
{
	const struct counts *x = &a->census.counts, *y = &b->census.counts;
	assert_int_equal(x->series_count, y->series_count);
	for (size_t i = 0; i < x->series_count; i++) {
		assert_int_equal(x->series[i].scope, y->series[i].scope);
		same_values(&x->series[i].v4, &y->series[i].v4);
		same_values(&x->series[i].v6, &y->series[i].v6);
	}
	assert_int_equal(a->census.duration_count, b->census.duration_count);
	for (size_t i = 0; i < a->census.duration_count; i++) {
		assert_int_equal(a->census.durations[i].episodes, b->census.durations[i].episodes);
		assert_int_equal(a->census.durations[i].open, b->census.durations[i].open);
	}
}

/* How many processors count is no matter. */
static void processors_change_nothing(void **state)
{
	static struct row rows[ROWS];
	static char ips[ROWS][40];
	static const char *const feeds[] = {"feed", "other"};
	struct counting one = {.plan = plan_of(), .processors = 1};
	one.plan.panel[one.plan.panel_count++] = STR("feed");
	one.plan.panel[one.plan.panel_count++] = STR("other");
	one.plan.top[one.plan.top_count++] = STR("b");
	one.plan.top[one.plan.top_count++] = STR("nobody");
	for (uint8_t i = 0; i < 2; i++) {
		throw_rows(rows, ips, i + 1);
		scene_ingest(*state, feeds[i], (uint8_t)(i + 1), rows, ROWS);
	}
	count_until(&one, *state, on(40));
	assert_int_equal(one.err, E_OK);
	assert_true(series(&one, COUNT_ALL, "")->v6.days[0] > 10);
	assert_true(series(&one, COUNT_BLOCKLISTED, "")->v4.days[0] > 10);
	for (unsigned processors = 2; processors < 20; processors += 5) {
		struct counting many = {.plan = one.plan, .processors = processors};
		count_until(&many, *state, on(40));
		assert_int_equal(many.err, E_OK);
		same_counts(&one, &many);
		arena_release(&many.arena);
	}
	arena_release(&one.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(counts_by_hand, begin, end),
		cmocka_unit_test_setup_teardown(days_to_come, begin, end),
		cmocka_unit_test_setup_teardown(precisions_stay_apart, begin, end),
		cmocka_unit_test_setup_teardown(retention_is_told, begin, end),
		cmocka_unit_test_setup_teardown(ten_are_frozen, begin, end),
		cmocka_unit_test_setup_teardown(processors_change_nothing, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
