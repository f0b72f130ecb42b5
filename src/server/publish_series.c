/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish_series.h"

#include "measure/ranking.h"
#include "server/attribution.h"
#include "server/botnet_names.h"
#include "server/day_counts.h"
#include "store/site_content.h"

enum {
	GROUPS = 65536,
	FEEDS = 4096,
	TOP = 10
};

struct series_feed {
	struct str name;
	bool simulated;
};

struct series_group {
	struct str botnet;
	struct unit_set *day;   /* of the day at hand */
	struct unit_set *total; /* of all days */
	bool top;
};

/* One of the two figures. */
struct figure {
	struct unit_set *day; /* of the day at hand */
	int64_t *v4;
	int64_t *v6;
};

struct series_work {
	struct store *store;
	struct arena *arena;
	struct day_counts *days;
	struct attribution_image image;
	struct names *names;
	struct str country; /* empty: any */
	struct series_feed *feeds;
	size_t feed_count;
	struct series_group *groups;
	size_t group_count;
	struct instant from; /* first second of the first day */
	bool known[SERIES_DAYS];
	bool simulated;
	struct figure top, all;
	enum err err; /* of callbacks that cannot return one */
};

/* --- feeds and days --- */

static void take_feed(void *context, const struct feed_info *feed)
{
	struct series_work *w = context;
	if (!feed->public_stats || w->err != E_OK)
		return;
	struct str name = arena_copy(w->arena, feed->name);
	if (!name.data || w->feed_count == FEEDS)
		w->err = name.data ? E_LIMIT : E_NOMEM;
	else
		w->feeds[w->feed_count++] = (struct series_feed){name, feed->simulated};
}

static const struct series_feed *find_feed(const struct series_work *w, struct str name)
{
	for (size_t i = 0; i < w->feed_count; i++)
		if (str_equal(w->feeds[i].name, name))
			return &w->feeds[i];
	return NULL;
}

/* The day a moment is of; SERIES_DAYS: none of them. */
static size_t day_of(const struct series_work *w, struct instant t)
{
	int64_t since = t.seconds - w->from.seconds;
	return since >= 0 && since < (int64_t)SERIES_DAYS * SECONDS_PER_DAY
		       ? (size_t)(since / SECONDS_PER_DAY)
		       : SERIES_DAYS;
}

/* What has been deleted cannot be counted again. */
static void take_past(void *context, const struct store_past_count *past)
{
	struct series_work *w = context;
	int64_t length = past->period.to.seconds - past->period.from.seconds;
	size_t day = day_of(w, past->period.from);
	if (past->kind == KIND_INFECTED && length <= SECONDS_PER_DAY && day < SERIES_DAYS &&
		find_feed(w, past->feed))
		w->known[day] = false;
}

/* --- first by botnet: all figures, and which botnets are the largest --- */

static struct series_group *find_group(struct series_work *w, struct str botnet)
{
	for (size_t i = 0; i < w->group_count; i++)
		if (str_equal(w->groups[i].botnet, botnet))
			return &w->groups[i];
	return NULL;
}

static struct series_group *make_group(struct series_work *w, struct str botnet)
{
	struct series_group *g = find_group(w, botnet);
	if (g)
		return g;
	struct str copy = arena_copy(w->arena, botnet);
	if (w->group_count == GROUPS || !copy.data)
		return NULL;
	g = &w->groups[w->group_count++];
	*g = (struct series_group){.botnet = copy, .day = unit_set_new(), .total = unit_set_new()};
	return g->day && g->total ? g : NULL;
}

/* What has no name is counted, but is no botnet. */
static bool is_botnet(const struct series_group *g)
{
	return !str_equal(g->botnet, STR("unknown"));
}

static enum err take_units(
	struct series_work *w, struct str name, bool simulated, const struct unit_set *units)
{
	bool mapped;
	w->simulated = w->simulated || simulated;
	struct series_group *g = make_group(w, names_resolve(w->names, name, &mapped));
	return g ? unit_set_unite(g->day, units) : E_NOMEM;
}

static enum err take_day(
	void *context, struct str name, bool simulated, const struct unit_set *units)
{
	return take_units(context, name, simulated, units);
}

static enum err take_span(void *context, const struct store_set *set)
{
	struct series_work *w = context;
	const struct series_feed *feed = find_feed(w, set->feed);
	return feed ? take_units(w, set->name, feed->simulated, set->units) : E_OK;
}

/* A country that no table knows cannot be told from others. */
static enum err choose_country(struct series_work *w, struct unit_set *empty)
{
	w->country = store_country(w->store);
	if (w->country.size == 0)
		return E_OK;
	enum err err = network_keep_country(w->image.network, w->country, empty);
	if (err == E_NOTFOUND)
		w->country = STR("");
	return err == E_NOTFOUND ? E_OK : err;
}

static enum err keep_country(struct series_work *w, struct unit_set *units)
{
	return w->country.size > 0 ? network_keep_country(w->image.network, w->country, units)
				   : E_OK;
}

/* A small set joins a smaller one first: the hours their day, the day all days. */
static enum err close_groups(struct series_work *w, struct unit_set *day)
{
	for (size_t i = 0; i < w->group_count; i++) {
		struct series_group *g = &w->groups[i];
		if (day)
			TRY(unit_set_unite(day, g->day));
		TRY(unit_set_unite(g->total, g->day));
		unit_set_clear(g->day);
	}
	return E_OK;
}

/* Somebody was seen, here or elsewhere: then nobody here is a figure too. */
static bool is_empty(const struct unit_set *units)
{
	return unit_set_count_v4(units) + unit_set_count_v6(units) == 0;
}

static enum err close_day(struct series_work *w, struct figure *f, size_t day)
{
	TRY(keep_country(w, f->day));
	f->v4[day] = (int64_t)unit_set_count_v4(f->day);
	f->v6[day] = (int64_t)unit_set_count_v6(f->day);
	unit_set_clear(f->day);
	return E_OK;
}

/* Day by day, so that memory holds one day and the totals. */
static enum err count_all(struct series_work *w)
{
	for (size_t day = 0; day < SERIES_DAYS; day++) {
		TRY(day_counts_each(w->days, day, take_day, w));
		TRY(close_groups(w, w->all.day));
		w->known[day] = !is_empty(w->all.day);
		TRY(close_day(w, &w->all, day));
	}
	const struct store_query query = {
		.time = {w->from, {w->from.seconds + (int64_t)SERIES_DAYS * SECONDS_PER_DAY}},
		.kinds = 1 << KIND_INFECTED,
		.precisions = 1 << PRECISION_SPAN,
	};
	TRY(store_each_set(w->store, &query, take_span, w));
	return close_groups(w, NULL);
}

static enum err rank(struct series_work *w)
{
	size_t count = 0;
	struct ranking_row *rows = arena_alloc(w->arena, w->group_count + 1, sizeof(*rows));
	if (!rows)
		return E_NOMEM;
	for (size_t i = 0; i < w->group_count; i++) {
		struct series_group *g = &w->groups[i];
		TRY(keep_country(w, g->total));
		if (is_botnet(g) && !is_empty(g->total))
			rows[count++] = (struct ranking_row){.key = g->botnet,
				.addresses = unit_set_count_v4(g->total),
				.nets6 = unit_set_count_v6(g->total)};
		unit_set_clear(g->total);
	}
	ranking_sort(rows, count);
	for (size_t i = 0; i < count && i < TOP; i++)
		find_group(w, rows[i].key)->top = true;
	return E_OK;
}

/* --- then the largest once more --- */

static bool is_top(void *context, struct str name)
{
	bool mapped;
	struct series_work *w = context;
	const struct series_group *g = find_group(w, names_resolve(w->names, name, &mapped));
	return g && g->top;
}

static enum err count_top(struct series_work *w)
{
	for (size_t day = 0; day < SERIES_DAYS; day++) {
		if (!w->known[day]) {
			w->top.v4[day] = w->top.v6[day] = SITE_NOT_KNOWN;
			w->all.v4[day] = w->all.v6[day] = SITE_NOT_KNOWN;
			continue;
		}
		TRY(day_counts_each_of(w->days, day, is_top, take_day, w));
		for (size_t i = 0; i < w->group_count; i++) {
			TRY(unit_set_unite(w->top.day, w->groups[i].day));
			unit_set_clear(w->groups[i].day);
		}
		TRY(close_day(w, &w->top, day));
	}
	return E_OK;
}

static enum err prepare_figure(struct series_work *w, struct figure *f)
{
	f->day = unit_set_new();
	f->v4 = arena_alloc(w->arena, SERIES_DAYS, sizeof(*f->v4));
	f->v6 = arena_alloc(w->arena, SERIES_DAYS, sizeof(*f->v6));
	return f->day && f->v4 && f->v6 ? E_OK : E_NOMEM;
}

static enum err count(struct series_work *w, struct date today, bool anew)
{
	w->feeds = arena_alloc(w->arena, FEEDS, sizeof(*w->feeds));
	w->groups = arena_alloc(w->arena, GROUPS, sizeof(*w->groups));
	if (!w->feeds || !w->groups)
		return E_NOMEM;
	TRY(prepare_figure(w, &w->top));
	TRY(prepare_figure(w, &w->all));
	TRY(store_each_feed(w->store, take_feed, w));
	TRY(w->err);
	TRY(botnet_names_load(w->store, &w->names));
	TRY(attribution_image_init(&w->image, w->store, today));
	TRY(choose_country(w, w->all.day));
	TRY(day_counts_new(w->store, w->from, SERIES_DAYS, anew, &w->days));
	TRY(count_all(w));
	TRY(store_each_past_count(w->store, take_past, w));
	TRY(rank(w));
	return count_top(w);
}

/* --- what comes of it --- */

/* From the first day that is known; the days after it that are not are shown as such. */
static struct site_series series_of(
	const struct series_work *w, struct str key, const struct figure *f, uint64_t as_of)
{
	size_t first = 0;
	while (first < SERIES_DAYS && !w->known[first])
		first++;
	int64_t at = w->from.seconds + (int64_t)first * SECONDS_PER_DAY;
	return (struct site_series){
		.key = key,
		.first = instant_date((struct instant){at}),
		.days = SERIES_DAYS - first,
		.v4 = f->v4 + first,
		.v6 = f->v6 + first,
		.as_of = as_of,
		.simulated = w->simulated,
	};
}

static enum err take_series(
	struct series_work *w, const struct site_series **ret_series, size_t *ret_count)
{
	uint64_t as_of;
	struct site_series *series = arena_alloc(w->arena, 2, sizeof(*series));
	if (!series)
		return E_NOMEM;
	TRY(store_sightings_change(w->store, &as_of));
	series[0] = series_of(w, STR("top10-daily"), &w->top, as_of);
	series[1] = series_of(w, STR("all-daily"), &w->all, as_of);
	*ret_series = series;
	*ret_count = series[0].days > 0 ? 2 : 0;
	return E_OK;
}

static void release(struct series_work *w)
{
	for (size_t i = 0; i < w->group_count; i++) {
		unit_set_free(w->groups[i].day);
		unit_set_free(w->groups[i].total);
	}
	unit_set_free(w->top.day);
	unit_set_free(w->all.day);
	names_free(w->names);
	day_counts_free(w->days);
	attribution_image_release(&w->image);
}

enum err series_compute(struct store *store, struct instant now, bool anew, struct arena *arena,
	const struct site_series **ret_series, size_t *ret_count)
{
	struct date today = instant_date(now);
	struct series_work w = {.store = store, .arena = arena};
	w.from.seconds = date_instant(today).seconds - (int64_t)SERIES_DAYS * SECONDS_PER_DAY;
	enum err err = count(&w, today, anew);
	if (err == E_OK)
		err = take_series(&w, ret_series, ret_count);
	release(&w);
	return err;
}
