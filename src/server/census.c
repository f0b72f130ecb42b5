/* SPDX-License-Identifier: Apache-2.0 */
#include "server/census.h"

#include "base/limits.h"
#include "server/botnet_names.h"
#include "server/census_parts.h"

enum {
	FEEDS = 4096
};

/* --- days --- */

static int64_t day_number(struct date d)
{
	return date_instant(d).seconds / SECONDS_PER_DAY;
}

static void stretch(struct days d, int64_t *first, int64_t *last)
{
	if (days_count(d) == 0)
		return;
	*first = day_number(d.first) < *first ? day_number(d.first) : *first;
	*last = day_number(d.last) > *last ? day_number(d.last) : *last;
}

/* The end window that estimator 3 is counted over: that of the first goal which is measured so,
 * else of the first goal. */
static struct days end_window(const struct plan *plan)
{
	for (size_t i = 0; i < plan->goal_count; i++)
		if (plan->goals[i].estimator == ESTIMATOR_WINDOW)
			return plan->goals[i].end;
	return plan->goal_count > 0 ? plan->goals[0].end : (struct days){0};
}

/* From the first day that the plan speaks of to the last, as far as they are over. */
static bool choose_days(struct census_work *w)
{
	const struct plan *plan = w->question->plan;
	int64_t first = INT64_MAX;
	int64_t last = INT64_MIN;
	int64_t over = day_number(w->question->last);
	stretch((struct days){plan->campaign.begins, plan->campaign.ends}, &first, &last);
	stretch(plan->before, &first, &last);
	stretch(plan->after, &first, &last);
	stretch(plan->baseline, &first, &last);
	for (size_t i = 0; i < plan->goal_count; i++)
		stretch(plan->goals[i].end, &first, &last);
	last = last < over ? last : over;
	if (first > last)
		return false;
	w->from.seconds = first * SECONDS_PER_DAY;
	w->days = (size_t)(last - first + 1);
	return w->days <= LIMIT_PLAN_DAYS;
}

static struct days within(const struct census_work *w, struct days window)
{
	int64_t last = w->from.seconds / SECONDS_PER_DAY + (int64_t)w->days - 1;
	bool over = days_count(window) > 0 && day_number(window.last) <= last;
	return over ? window : (struct days){0};
}

bool census_in_window(const struct census_work *w, enum census_window window, size_t day)
{
	struct instant at = {w->from.seconds + (int64_t)day * SECONDS_PER_DAY};
	return days_contain(w->windows[window], instant_date(at));
}

/* --- questions to the store --- */

static struct store_query query_of(
	const struct census_work *w, int64_t from, int64_t days, unsigned precisions)
{
	return (struct store_query){
		.time = {{from}, {from + days * SECONDS_PER_DAY}},
		.kinds = CENSUS_KINDS,
		.as_of = w->question->as_of,
		.precisions = precisions,
	};
}

struct store_query census_day_query(const struct census_work *w, size_t day)
{
	int64_t from = w->from.seconds + (int64_t)day * SECONDS_PER_DAY;
	return query_of(w, from, 1, CENSUS_TIMED);
}

struct store_query census_window_query(const struct census_work *w, struct days window)
{
	return query_of(w, date_instant(window.first).seconds, days_count(window), CENSUS_SPANS);
}

size_t census_hour(const struct store_set *set)
{
	if (set->precision != PRECISION_HOUR)
		return HOURS;
	return (size_t)(set->bucket.from.seconds % SECONDS_PER_DAY / SECONDS_PER_HOUR);
}

enum err census_gather(
	struct unit_set **set, const struct unit_set *units, const struct area *within)
{
	if (!*set)
		*set = unit_set_new();
	if (!*set)
		return E_NOMEM;
	return within ? area_gather(within, *set, units) : unit_set_gather(*set, units);
}

enum err census_settle(struct unit_set *set, const struct area *within)
{
	if (!set)
		return E_OK;
	return within ? area_settle(within, set) : unit_set_settle(set);
}

enum err census_join(struct unit_set **set, struct unit_set **from)
{
	if (*set && *from) {
		TRY(census_settle(*from, NULL));
		TRY(unit_set_gather(*set, *from));
		unit_set_free(*from);
	} else if (*from) {
		*set = *from;
	}
	*from = NULL;
	return E_OK;
}

/* --- feeds --- */

static void take_feed(void *context, const struct feed_info *feed)
{
	struct census_work *w = context;
	if (w->question->public_only && !feed->public_stats)
		return;
	struct str name = arena_copy(w->arena, feed->name);
	if (!name.data || w->feed_count == FEEDS)
		w->err = name.data ? E_LIMIT : E_NOMEM;
	else if (w->err == E_OK)
		w->feeds[w->feed_count++] =
			(struct census_feed){.name = name, .simulated = feed->simulated};
}

/* Sets of one segment follow each other, so the feed asked for last is tried first. */
struct census_feed *census_find_feed(struct census_work *w, struct str name)
{
	for (size_t i = 0; i < w->feed_count; i++)
		if (str_equal(w->feeds[i].name, name))
			return &w->feeds[i];
	return NULL;
}

/* --- beginning and end --- */

static enum err choose_country(struct census_work *w)
{
	struct str country = w->question->plan->campaign.country;
	if (country.size == 0)
		return E_OK;
	enum err err = area_new_country(w->image.network, country, &w->country);
	return err == E_NOTFOUND ? E_OK : err;
}

static enum err open_tables(struct census_work *w)
{
	struct instant last = {w->from.seconds + ((int64_t)w->days - 1) * SECONDS_PER_DAY};
	w->feeds = arena_alloc(w->arena, FEEDS, sizeof(*w->feeds));
	w->lines = arena_alloc(w->arena, CENSUS_LINES, sizeof(struct census_line *));
	w->pair_keys = text_table_new(UINT32_MAX);
	if (!w->feeds || !w->lines || !w->pair_keys)
		return E_NOMEM;
	TRY(store_each_feed(w->store, take_feed, w));
	TRY(w->err);
	TRY(botnet_names_load(w->store, &w->names));
	TRY(attribution_image_init(&w->image, w->store, instant_date(last)));
	return choose_country(w);
}

enum err census_open(struct census_work *w, struct store *store, const struct census_question *q,
	struct arena *arena)
{
	*w = (struct census_work){.store = store, .arena = arena, .question = q};
	if (!choose_days(w))
		return E_RANGE;
	w->windows[WINDOW_BASE] = within(w, q->plan->baseline);
	w->windows[WINDOW_END] = within(w, end_window(q->plan));
	return open_tables(w);
}

void census_close(struct census_work *w)
{
	for (size_t i = 0; i < w->holder_count; i++)
		area_free(w->areas[i]);
	partition_free(w->holder_parts);
	census_pairs_release(w);
	census_regions_release(w);
	text_table_free(w->pair_keys);
	names_free(w->names);
	area_free(w->country);
	attribution_image_release(&w->image);
}

void census_step(struct census_work *w)
{
	if (w->question->progress)
		w->question->progress(w->question->context, ++w->steps, 2 * w->days);
}

/* What has been deleted cannot be counted again. */
static void take_past(void *context, const struct store_past_count *past)
{
	struct census_work *w = context;
	const struct census_feed *feed = census_find_feed(w, past->feed);
	int64_t to = w->from.seconds + (int64_t)w->days * SECONDS_PER_DAY;
	if (past->kind == KIND_INFECTED && feed && feed->in_panel &&
		past->period.from.seconds < to && past->period.to.seconds > w->from.seconds)
		w->retained = true;
}

static void choose_feeds(struct census_work *w, const struct panel *panel, struct census *census)
{
	for (size_t i = 0; i < w->feed_count; i++) {
		struct census_feed *f = &w->feeds[i];
		const struct panel_feed *found = panel_find(panel, f->name);
		f->in_panel = found && found->in;
		census->simulated = census->simulated || (f->in_panel && f->simulated);
	}
}

static enum err count(struct census_work *w, struct census *census)
{
	struct counts feeds;
	TRY(census_count_feeds(w));
	TRY(census_take_lines(w, &feeds));
	TRY(panel_choose(&feeds, w->question->plan, w->arena, &census->panel));
	choose_feeds(w, &census->panel, census);
	w->panel = &census->panel;
	TRY(census_rank(w, WINDOW_END, w->current, &w->current_count));
	TRY(census_choose_holders(w));
	census_pairs_release(w);
	TRY(census_regions_begin(w));
	TRY(census_count_panel(w));
	TRY(census_regions_describe(w, census));
	return store_each_past_count(w->store, take_past, w);
}

static enum err keep_durations(struct census_work *w, struct census *census)
{
	struct duration_result *kept = arena_alloc(w->arena, WINDOW__COUNT, sizeof(*kept));
	if (!kept)
		return E_NOMEM;
	memcpy(kept, w->durations, sizeof(w->durations));
	census->durations = kept;
	census->duration_count = w->duration_count;
	return E_OK;
}

enum err census_make(struct store *store, const struct census_question *question,
	struct arena *arena, struct census *ret_census)
{
	struct census_work w;
	struct census census = {0};
	enum err err = census_open(&w, store, question, arena);
	if (err == E_OK)
		err = count(&w, &census);
	if (err == E_OK)
		err = census_take_lines(&w, &census.counts);
	if (err == E_OK)
		err = keep_durations(&w, &census);
	census.holders = w.holders;
	census.holder_count = w.holder_count;
	census.retained = w.retained;
	census_close(&w);
	if (err == E_OK)
		*ret_census = census;
	return err;
}

static bool plan_names(const struct plan *plan, struct str feed)
{
	for (size_t i = 0; i < plan->panel_count; i++)
		if (str_equal(plan->panel[i], feed))
			return true;
	return plan->panel_count == 0;
}

static enum err take_window_set(void *context, const struct store_set *set)
{
	struct census_work *w = context;
	const struct census_feed *feed = census_find_feed(w, set->feed);
	return feed && feed->in_panel
		       ? census_pair_add(w, set, (size_t)(feed - w->feeds), WINDOW_BASE)
		       : E_OK;
}

static enum err count_window(struct census_work *w, struct str *ret_top, size_t *ret_count)
{
	struct store_query query = census_window_query(w, w->windows[WINDOW_BASE]);
	query.precisions = 0;
	for (size_t i = 0; i < w->feed_count; i++)
		w->feeds[i].in_panel = plan_names(w->question->plan, w->feeds[i].name);
	TRY(store_each_set(w->store, &query, take_window_set, w));
	TRY(census_pairs_settle(w));
	return census_rank(w, WINDOW_BASE, ret_top, ret_count);
}

enum err census_largest(struct store *store, const struct census_question *question,
	struct days window, struct arena *arena, struct str ret_top[PLAN_TOP], size_t *ret_count)
{
	struct census_work w;
	enum err err = census_open(&w, store, question, arena);
	if (err == E_OK) {
		w.windows[WINDOW_BASE] = within(&w, window);
		err = days_set(w.windows[WINDOW_BASE]) ? E_OK : E_RANGE;
	}
	if (err == E_OK)
		err = count_window(&w, ret_top, ret_count);
	census_close(&w);
	return err;
}
