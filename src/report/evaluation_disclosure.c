/* SPDX-License-Identifier: Apache-2.0 */
#include "report/evaluation_disclosure.h"

#include <math.h>

/* --- counts --- */

bool count_is_small(enum audience audience, double count)
{
	return audience == AUDIENCE_PUBLIC && count > 0 && count < SMALL_CELL;
}

enum openness count_openness(enum audience audience, double count)
{
	return count_is_small(audience, count) ? SMALL : OPEN;
}

enum openness openness_of_both(struct window_openness windows)
{
	return windows.base == OPEN && windows.end == OPEN ? OPEN : CLOSED;
}

/* Index of the smallest open count, `count` where none is left. */
static size_t smallest_open(const double *counts, size_t count, const enum openness *openness)
{
	size_t found = count;
	for (size_t i = 0; i < count; i++) {
		if (openness[i] != OPEN || !(counts[i] > 0))
			continue;
		if (found == count || counts[i] < counts[found])
			found = i;
	}
	return found;
}

void choose_open(
	enum audience audience, const double *counts, size_t count, enum openness *ret_openness)
{
	double together = 0;
	for (size_t i = 0; i < count; i++) {
		ret_openness[i] = count_openness(audience, counts[i]);
		together += ret_openness[i] == SMALL ? counts[i] : 0;
	}
	while (together > 0 && together < SMALL_CELL) {
		size_t next = smallest_open(counts, count, ret_openness);
		if (next == count)
			return;
		ret_openness[next] = CLOSED;
		together += counts[next];
	}
}

/* --- goals, and what the campaign caused --- */

static bool is_counted(const struct goal *goal)
{
	return (goal->kind == GOAL_ADDRESSES || goal->kind == GOAL_TOP_TEN) &&
	       goal->estimator != ESTIMATOR_STATED;
}

static bool same_count(const struct goal *a, const struct goal *b)
{
	return a->estimator == b->estimator && a->nets6 == b->nets6;
}

/* Of ten botnets; a goal about all has what is left of it. */
static enum openness top_window(
	enum audience audience, const struct evaluation *e, const struct goal_result *g, bool end)
{
	for (size_t i = 0; i < e->goal_count; i++) {
		const struct goal_result *all = &e->goals[i];
		if (all->goal->kind != GOAL_ADDRESSES || !same_count(all->goal, g->goal))
			continue;
		double left = end ? all->end.x.value - g->end.x.value
				  : all->base.x.value - g->base.x.value;
		if (count_is_small(audience, left))
			return CLOSED;
	}
	return OPEN;
}

static enum openness goal_window(
	enum audience audience, const struct evaluation *e, const struct goal_result *g, bool end)
{
	double value = end ? g->end.x.value : g->base.x.value;
	if (!is_counted(g->goal))
		return OPEN;
	if (count_is_small(audience, value))
		return SMALL;
	return g->goal->kind == GOAL_TOP_TEN ? top_window(audience, e, g, end) : OPEN;
}

struct window_openness goal_openness(
	enum audience audience, const struct evaluation *e, const struct goal_result *g)
{
	return (struct window_openness){
		goal_window(audience, e, g, false), goal_window(audience, e, g, true)};
}

enum openness attribution_openness(enum audience audience, const struct evaluation *e)
{
	const struct attribution_result *a = &e->attribution;
	double end = a->counterfactual.value * (1 - a->net_effect.value);
	if (count_is_small(audience, a->counterfactual.value) || count_is_small(audience, end))
		return CLOSED;
	for (size_t i = 0; i < e->goal_count; i++)
		if (e->goals[i].goal == a->goal &&
			goal_openness(audience, e, &e->goals[i]).end != OPEN)
			return CLOSED;
	return OPEN;
}

/* --- ten botnets --- */

/* One list in one window. */
struct top {
	const struct botnet_result *list;
	size_t count;
	bool end;
	struct window_openness *open;
};

static double count_at(const struct top *t, size_t index)
{
	return t->end ? t->list[index].end.value : t->list[index].base.value;
}

static enum openness *open_at(const struct top *t, size_t index)
{
	return t->end ? &t->open[index].end : &t->open[index].base;
}

static size_t find_botnet(const struct top *t, struct str name)
{
	size_t i = 0;
	while (i < t->count && !str_equal(t->list[i].name, name))
		i++;
	return i;
}

static double withheld_of(const struct top *t)
{
	double together = 0;
	for (size_t i = 0; i < t->count; i++)
		together += *open_at(t, i) != OPEN ? count_at(t, i) : 0;
	return together;
}

static size_t smallest_of(const struct top *t)
{
	size_t found = t->count;
	for (size_t i = 0; i < t->count; i++)
		if (*open_at(t, i) == OPEN && count_at(t, i) > 0 &&
			(found == t->count || count_at(t, i) < count_at(t, found)))
			found = i;
	return found;
}

/* As choose_open() does, in both lists alike; true where more had to be closed. */
static bool close_more(const struct top *t, const struct top *other)
{
	bool closed = false;
	double together;
	while ((together = withheld_of(t)) > 0 && together < SMALL_CELL) {
		size_t next = smallest_of(t);
		if (next == t->count)
			return closed;
		*open_at(t, next) = CLOSED;
		size_t twin = find_botnet(other, t->list[next].name);
		if (twin < other->count && *open_at(other, twin) == OPEN)
			*open_at(other, twin) = CLOSED;
		closed = true;
	}
	return closed;
}

/* How much of what is withheld is in one list alone. */
static double withheld_alone(const struct top *t, const struct top *other, size_t *count)
{
	double together = 0;
	for (size_t i = 0; i < t->count; i++)
		if (*open_at(t, i) != OPEN && find_botnet(other, t->list[i].name) == other->count) {
			together += count_at(t, i);
			++*count;
		}
	return together;
}

static enum openness sum_openness(enum audience audience, const struct top *t, double sum)
{
	double together = withheld_of(t);
	bool keeps = !(together > 0) || together >= SMALL_CELL;
	return keeps && !count_is_small(audience, sum) ? OPEN : CLOSED;
}

static void open_window(
	enum audience audience, const struct evaluation *e, struct top_openness *o, bool end)
{
	const struct top frozen = {e->top_frozen, e->top_frozen_count, end, o->frozen};
	const struct top current = {e->top_current, e->top_current_count, end, o->current};
	const struct top *lists[] = {&frozen, &current};
	enum openness sums[2];
	size_t alone = 0;
	for (int k = 0; k < 2; k++)
		for (size_t i = 0; i < lists[k]->count; i++)
			*open_at(lists[k], i) = count_openness(audience, count_at(lists[k], i));
	while (close_more(&frozen, &current) || close_more(&current, &frozen)) {
	}
	sums[0] = sum_openness(
		audience, &frozen, end ? e->frozen_sum.end.value : e->frozen_sum.base.value);
	sums[1] = sum_openness(
		audience, &current, end ? e->current_sum.end.value : e->current_sum.base.value);
	/* Two sums less each other must not leave few either. */
	double left = withheld_alone(&frozen, &current, &alone) +
		      withheld_alone(&current, &frozen, &alone);
	if (sums[0] == OPEN && (alone == 1 || (left > 0 && left < SMALL_CELL)))
		sums[1] = CLOSED;
	*(end ? &o->frozen_sum.end : &o->frozen_sum.base) = sums[0];
	*(end ? &o->current_sum.end : &o->current_sum.base) = sums[1];
}

struct top_openness top_openness(enum audience audience, const struct evaluation *e)
{
	struct top_openness o = {0};
	open_window(audience, e, &o, false);
	open_window(audience, e, &o, true);
	return o;
}

/* --- weeks --- */

enum {
	WEEK = 7
};

struct weighing {
	enum audience audience;
	const struct evaluation *e;
	double *counts;
	enum openness *open;
	struct week_openness *weeks;
};

static bool week_within(struct date monday, struct days days)
{
	int64_t first = date_instant(monday).seconds;
	int64_t last = first + (WEEK - 1) * (int64_t)SECONDS_PER_DAY;
	return days_set(days) && first >= date_instant(days.first).seconds &&
	       last <= date_instant(days.last).seconds;
}

/* The mean of a window less the other weeks of it leaves one: such weeks are lines of a total. */
static void close_within(struct weighing *w, struct days days, bool top)
{
	size_t from = 0;
	size_t to;
	const struct evaluation *e = w->e;
	while (from < e->week_count && !week_within(e->weeks[from].monday, days))
		from++;
	for (to = from; to < e->week_count && week_within(e->weeks[to].monday, days); to++)
		w->counts[to] = top ? e->weeks[to].top.value : e->weeks[to].all.value;
	choose_open(w->audience, w->counts + from, to - from, w->open + from);
	for (size_t i = from; i < to; i++) {
		enum openness *open = top ? &w->weeks[i].top : &w->weeks[i].all;
		if (*open == OPEN)
			*open = w->open[i];
	}
}

/* All less the ten leave the others. */
static enum openness top_of_week(enum audience audience, const struct week_result *w)
{
	if (count_is_small(audience, w->top.value))
		return SMALL;
	return count_is_small(audience, w->all.value - w->top.value) ? CLOSED : OPEN;
}

enum err weeks_openness(enum audience audience, const struct evaluation *e, struct arena *arena,
	struct week_openness **ret_weeks)
{
	struct weighing w = {audience, e, arena_alloc(arena, e->week_count + 1, sizeof(double)),
		arena_alloc(arena, e->week_count + 1, sizeof(enum openness)),
		arena_alloc(arena, e->week_count + 1, sizeof(struct week_openness))};
	if (!w.counts || !w.open || !w.weeks)
		return E_NOMEM;
	for (size_t i = 0; i < e->week_count; i++)
		w.weeks[i] = (struct week_openness){
			.all = count_openness(audience, e->weeks[i].all.value),
			.top = top_of_week(audience, &e->weeks[i]),
			.expected = count_openness(audience, e->weeks[i].expected),
			.blocklisted = count_openness(audience, e->weeks[i].blocklisted)};
	for (size_t i = 0; i < e->goal_count; i++)
		for (int top = 0; top < 2; top++) {
			close_within(&w, e->goals[i].base.days, top);
			close_within(&w, e->goals[i].end.days, top);
		}
	*ret_weeks = w.weeks;
	return E_OK;
}

/* --- machines that reported --- */

/* Infected less cleaned is what is left: that may be few. */
static enum openness cleaned_openness(enum audience audience, const struct tool_result *t)
{
	if (count_is_small(audience, (double)t->cleaned))
		return SMALL;
	bool left = t->infected > t->cleaned &&
		    count_is_small(audience, (double)(t->infected - t->cleaned));
	return left ? CLOSED : OPEN;
}

struct tool_openness tool_openness(enum audience audience, const struct tool_result *t)
{
	struct tool_openness o = {.runs = count_openness(audience, (double)t->runs),
		.machines = count_openness(audience, (double)t->machines),
		.infected = count_openness(audience, (double)t->infected),
		.cleaned = cleaned_openness(audience, t)};
	o.rate = openness_of_both((struct window_openness){o.machines, o.infected});
	return o;
}

/* --- durations --- */

struct duration_openness duration_openness(enum audience audience, const struct duration_result *d)
{
	double episodes = (double)d->episodes;
	double stay = episodes * d->after_14.value;
	bool few = count_is_small(audience, episodes);
	bool few_ended =
		d->episodes > d->open && count_is_small(audience, (double)(d->episodes - d->open));
	struct duration_openness o = {.episodes = few ? SMALL : OPEN,
		.open = count_openness(audience, (double)d->open),
		.unclear = count_openness(audience, (double)d->unclear),
		.median = few ? CLOSED : OPEN,
		.after_14 = few ? CLOSED : OPEN};
	/* What is left of all, and how many a share of them is. */
	if (few_ended && o.open == OPEN)
		o.open = CLOSED;
	if (count_is_small(audience, stay) || count_is_small(audience, episodes - stay))
		o.after_14 = CLOSED;
	return o;
}
