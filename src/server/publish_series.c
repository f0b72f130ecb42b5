/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish_series.h"

#include "measure/ranking.h"
#include "server/attribution.h"
#include "server/botnet_names.h"
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
	struct unit_set *total;
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

static struct span window(const struct series_work *w)
{
	return (struct span){w->from, {w->from.seconds + (int64_t)SERIES_DAYS * SECONDS_PER_DAY}};
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

/* --- first, all days together: which botnets are the largest --- */

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
	*g = (struct series_group){.botnet = copy, .total = unit_set_new()};
	return g->total ? g : NULL;
}

/* What has no name is no botnet: false. */
static bool resolve(struct series_work *w, struct str raw, struct str *ret_botnet)
{
	bool mapped;
	*ret_botnet = names_resolve(w->names, raw, &mapped);
	return !str_equal(*ret_botnet, STR("unknown"));
}

static enum err take_total(void *context, const struct store_set *set)
{
	struct series_work *w = context;
	struct str botnet;
	const struct series_feed *feed = find_feed(w, set->feed);
	if (!feed)
		return E_OK;
	size_t day = day_of(w, set->bucket.from);
	if (set->precision != PRECISION_SPAN && day < SERIES_DAYS)
		w->known[day] = true;
	w->simulated = w->simulated || feed->simulated;
	if (!resolve(w, set->name, &botnet))
		return E_OK;
	struct series_group *g = make_group(w, botnet);
	return g ? unit_set_unite(g->total, set->units) : E_NOMEM;
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

static enum err rank(struct series_work *w)
{
	struct ranking_row *rows = arena_alloc(w->arena, w->group_count + 1, sizeof(*rows));
	if (!rows)
		return E_NOMEM;
	for (size_t i = 0; i < w->group_count; i++) {
		struct series_group *g = &w->groups[i];
		TRY(keep_country(w, g->total));
		rows[i] = (struct ranking_row){.key = g->botnet,
			.addresses = unit_set_count_v4(g->total),
			.nets6 = unit_set_count_v6(g->total)};
		unit_set_free(g->total);
		g->total = NULL;
	}
	ranking_sort(rows, w->group_count);
	for (size_t i = 0; i < w->group_count && i < TOP; i++)
		find_group(w, rows[i].key)->top = rows[i].addresses + rows[i].nets6 > 0;
	return E_OK;
}

/* --- then day by day, so that memory holds one day --- */

static enum err take_day(void *context, const struct store_set *set)
{
	struct series_work *w = context;
	struct str botnet;
	if (set->precision == PRECISION_SPAN || !find_feed(w, set->feed))
		return E_OK;
	TRY(unit_set_unite(w->all.day, set->units));
	if (!resolve(w, set->name, &botnet))
		return E_OK;
	const struct series_group *g = find_group(w, botnet);
	return g && g->top ? unit_set_unite(w->top.day, set->units) : E_OK;
}

static enum err close_day(struct series_work *w, struct figure *f, size_t day)
{
	TRY(keep_country(w, f->day));
	f->v4[day] = (int64_t)unit_set_count_v4(f->day);
	f->v6[day] = (int64_t)unit_set_count_v6(f->day);
	unit_set_clear(f->day);
	return E_OK;
}

static struct store_query question(struct span time)
{
	return (struct store_query){.time = time, .kinds = 1 << KIND_INFECTED};
}

static enum err count_days(struct series_work *w)
{
	for (size_t day = 0; day < SERIES_DAYS; day++) {
		int64_t from = w->from.seconds + (int64_t)day * SECONDS_PER_DAY;
		const struct store_query query =
			question((struct span){{from}, {from + SECONDS_PER_DAY}});
		w->top.v4[day] = w->top.v6[day] = SITE_NOT_KNOWN;
		w->all.v4[day] = w->all.v6[day] = SITE_NOT_KNOWN;
		if (!w->known[day])
			continue;
		TRY(store_each_set(w->store, &query, take_day, w));
		TRY(close_day(w, &w->top, day));
		TRY(close_day(w, &w->all, day));
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

static enum err count(struct series_work *w, struct date today)
{
	const struct store_query query = question(window(w));
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
	TRY(store_each_set(w->store, &query, take_total, w));
	TRY(store_each_past_count(w->store, take_past, w));
	TRY(rank(w));
	return count_days(w);
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
	for (size_t i = 0; i < w->group_count; i++)
		unit_set_free(w->groups[i].total);
	unit_set_free(w->top.day);
	unit_set_free(w->all.day);
	names_free(w->names);
	attribution_image_release(&w->image);
}

enum err series_compute(struct store *store, struct instant now, struct arena *arena,
	const struct site_series **ret_series, size_t *ret_count)
{
	struct date today = instant_date(now);
	struct series_work w = {.store = store, .arena = arena};
	w.from.seconds = date_instant(today).seconds - (int64_t)SERIES_DAYS * SECONDS_PER_DAY;
	enum err err = count(&w, today);
	if (err == E_OK)
		err = take_series(&w, ret_series, ret_count);
	release(&w);
	return err;
}
