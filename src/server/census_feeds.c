/* SPDX-License-Identifier: Apache-2.0 */
/* The first pass: what each feed saw, hour by hour and day by day, inside the country and outside,
 * whatever the botnet. On the way the windows are united by feed and botnet, which tells the
 * largest botnets and holders. */
#include "server/census_parts.h"

struct feeds_pass {
	struct census_work *w;
	size_t day;
};

static enum err begin_feed(struct census_work *w, struct census_feed *f)
{
	if (f->inside)
		return E_OK;
	f->inside = census_line_new(w, COUNT_FEED_INSIDE, f->name);
	f->outside = census_line_new(w, COUNT_FEED_OUTSIDE, f->name);
	return f->inside && f->outside ? E_OK : E_NOMEM;
}

static enum err take_set(void *context, const struct store_set *set)
{
	const struct feeds_pass *p = context;
	struct census_work *w = p->w;
	struct census_feed *f = census_find_feed(w, set->feed);
	size_t hour = census_hour(set);
	if (!f)
		return E_OK;
	TRY(begin_feed(w, f));
	f->hours_known = f->hours_known || hour < HOURS;
	TRY(census_unite(hour < HOURS ? &f->hours[hour] : &f->day, set->units));
	for (int k = 0; k < WINDOW__COUNT; k++)
		if (census_in_window(w, (enum census_window)k, p->day))
			TRY(census_pair_add(w, set, (size_t)(f - w->feeds), (enum census_window)k));
	return E_OK;
}

/* Of all and of those inside; the others are outside. */
static void count_sides(const struct census_work *w, const struct unit_set *set,
	uint64_t inside[CENSUS__COUNT], uint64_t outside[CENSUS__COUNT])
{
	census_count(NULL, set, outside);
	census_count(w->country, set, inside);
	for (int f = 0; f < CENSUS__COUNT; f++)
		outside[f] -= inside[f];
}

static enum err close_hour(struct census_work *w, struct census_feed *f, size_t day, size_t hour)
{
	uint64_t inside[CENSUS__COUNT];
	uint64_t outside[CENSUS__COUNT];
	if (!f->hours[hour])
		return E_OK;
	count_sides(w, f->hours[hour], inside, outside);
	census_put_hour(f->inside, day, hour, inside);
	census_put_hour(f->outside, day, hour, outside);
	TRY(census_unite(&f->day, f->hours[hour]));
	unit_set_clear(f->hours[hour]);
	return E_OK;
}

static enum err close_day(struct census_work *w, struct census_feed *f, size_t day)
{
	uint64_t inside[CENSUS__COUNT];
	uint64_t outside[CENSUS__COUNT];
	for (size_t hour = 0; hour < HOURS; hour++)
		TRY(close_hour(w, f, day, hour));
	if (!f->day)
		return E_OK;
	count_sides(w, f->day, inside, outside);
	census_put_day(f->inside, day, inside);
	census_put_day(f->outside, day, outside);
	unit_set_clear(f->day);
	return E_OK;
}

/* A feed's windows are the unions of its botnets'. */
static enum err close_windows(struct census_work *w, size_t feed, enum census_window window)
{
	struct census_feed *f = &w->feeds[feed];
	struct unit_set *all = NULL;
	enum err err = E_OK;
	for (size_t i = 0; err == E_OK && i < w->pair_count; i++)
		if (w->pairs[i].feed == feed && w->pairs[i].units[window])
			err = census_unite(&all, w->pairs[i].units[window]);
	if (err == E_OK)
		err = all ? begin_feed(w, f) : E_OK;
	if (err == E_OK && all)
		count_sides(w, all, f->inside->windows[window], f->outside->windows[window]);
	unit_set_free(all);
	return err;
}

static enum err close_feeds(struct census_work *w)
{
	for (size_t i = 0; i < w->feed_count; i++) {
		struct census_feed *f = &w->feeds[i];
		TRY(close_windows(w, i, WINDOW_BASE));
		TRY(close_windows(w, i, WINDOW_END));
		if (f->inside)
			f->inside->hours_known = f->outside->hours_known = f->hours_known;
	}
	return E_OK;
}

enum err census_count_feeds(struct census_work *w)
{
	struct feeds_pass p = {.w = w};
	for (; p.day < w->days; p.day++) {
		const struct store_query query = census_day_query(w, p.day);
		TRY(store_each_set(w->store, &query, take_set, &p));
		for (size_t i = 0; i < w->feed_count; i++)
			TRY(close_day(w, &w->feeds[i], p.day));
		census_step(w);
	}
	TRY(census_pair_spans(w, WINDOW_BASE));
	TRY(census_pair_spans(w, WINDOW_END));
	return close_feeds(w);
}
