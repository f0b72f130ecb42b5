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
	for (int k = 0; k < WINDOW__COUNT; k++)
		if (census_in_window(w, (enum census_window)k, p->day))
			TRY(census_pair_add(w, set, (size_t)(f - w->feeds), (enum census_window)k));
	if (hour < HOURS)
		return census_pile_add(&f->hours[hour], set->own);
	return census_gather(&f->day, set->units, NULL);
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

static enum err close_hour(const struct feeds_pass *p, struct census_feed *f, size_t hour)
{
	const struct census_work *w = p->w;
	uint64_t inside[CENSUS__COUNT];
	uint64_t outside[CENSUS__COUNT];
	struct census_pile *pile = &f->hours[hour];
	if (pile->count == 0)
		return E_OK;
	TRY(census_pile_unite(pile));
	count_sides(w, census_pile_union(pile), inside, outside);
	census_put_hour(f->inside, p->day, hour, inside);
	census_put_hour(f->outside, p->day, hour, outside);
	TRY(census_gather(&f->day, census_pile_union(pile), NULL));
	census_pile_empty(pile);
	return E_OK;
}

static enum err close_day(const struct feeds_pass *p, struct census_feed *f)
{
	const struct census_work *w = p->w;
	uint64_t inside[CENSUS__COUNT];
	uint64_t outside[CENSUS__COUNT];
	for (size_t hour = 0; hour < HOURS; hour++)
		TRY(close_hour(p, f, hour));
	if (!f->day)
		return E_OK;
	TRY(census_settle(f->day, NULL));
	count_sides(w, f->day, inside, outside);
	census_put_day(f->inside, p->day, inside);
	census_put_day(f->outside, p->day, outside);
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
			err = census_gather(&all, w->pairs[i].units[window], NULL);
	if (err == E_OK)
		err = census_settle(all, NULL);
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
			TRY(close_day(&p, &w->feeds[i]));
		census_step(w);
	}
	TRY(census_pair_spans(w, WINDOW_BASE));
	TRY(census_pair_spans(w, WINDOW_END));
	TRY(census_pairs_settle(w));
	return close_feeds(w);
}
