/* SPDX-License-Identifier: Apache-2.0 */
/* The first pass: what each feed saw, hour by hour and day by day, inside the country and outside,
 * whatever the botnet. On the way the windows are united by feed and botnet, which tells the
 * largest botnets and holders. */
#include <stdlib.h>

#include "server/census_tiles.h"

/* Tallies: two for each feed. */
enum {
	SIDE_INSIDE,
	SIDE_OUTSIDE,
	SIDE__COUNT
};

/* What a pair had in a window, tiles of one shard. */
struct units {
	struct unit_set *of[WINDOW__COUNT];
};

struct feeds_shard {
	struct census_cells cells; /* pairs of the day at hand */
	struct census_bag sum;     /* of one feed */
	struct units *pairs;
	size_t pair_count;
	struct writer scratch;
};

struct feeds_pass {
	struct census_work *w;
	struct census_tiles *tiles;
	struct feeds_shard shards[CENSUS_SHARDS];
	size_t day;
	bool in_window[WINDOW__COUNT]; /* the day is */
};

static enum err begin_feed(struct census_work *w, struct census_feed *f)
{
	if (f->inside)
		return E_OK;
	f->inside = census_line_new(w, COUNT_FEED_INSIDE, f->name);
	f->outside = census_line_new(w, COUNT_FEED_OUTSIDE, f->name);
	return f->inside && f->outside ? E_OK : E_NOMEM;
}

/* By feed, so that a feed's pairs follow each other. */
static uint64_t order_of(size_t feed, size_t pair)
{
	return (uint64_t)feed << 32 | pair;
}

static enum err take_set(
	void *context, const struct store_set *set, const struct store_stored *stored)
{
	const struct feeds_pass *p = context;
	struct census_work *w = p->w;
	struct census_feed *f = census_find_feed(w, set->feed);
	struct census_entry entry = {.hour = (uint32_t)census_hour(set), .stored = *stored};
	if (!f)
		return E_OK;
	TRY(begin_feed(w, f));
	f->hours_known = f->hours_known || entry.hour < HOURS;
	TRY(census_pair_find(w, set->name, (size_t)(f - w->feeds), &entry.cell));
	entry.order = order_of((size_t)(f - w->feeds), entry.cell);
	return census_tiles_add(p->tiles, &entry);
}

/* --- one tile --- */

struct feeds_tile {
	const struct feeds_pass *pass;
	struct feeds_shard *shard;
	const struct census_tile *tile;
	census_tally *tallies;
};

/* Those inside, and the others, which are outside. */
static enum err count_sum(const struct feeds_tile *t, uint64_t order, size_t slot)
{
	uint64_t all;
	size_t feed = (size_t)(order >> 32);
	enum census_family f = t->tile->family;
	TRY(census_bag_count(&t->shard->sum, t->tile, &all));
	uint64_t inside = census_bag_inside(&t->shard->sum, t->tile);
	t->tallies[feed * SIDE__COUNT + SIDE_INSIDE][f][slot] += inside;
	t->tallies[feed * SIDE__COUNT + SIDE_OUTSIDE][f][slot] += all - inside;
	census_bag_clear(&t->shard->sum);
	return E_OK;
}

static const struct census_entry *entry_of(const struct feeds_tile *t, size_t piece)
{
	return &t->tile->entries[t->tile->pieces[piece].entry];
}

static enum err take_piece(const struct feeds_tile *t, size_t i)
{
	struct census_bag *bag;
	const struct census_entry *entry = entry_of(t, i);
	TRY(census_cells_find(&t->shard->cells, entry, &bag));
	TRY(census_bag_add(bag, t->tile, &t->tile->pieces[i]));
	if (entry->hour == HOURS)
		return E_OK;
	TRY(census_bag_add(&t->shard->sum, t->tile, &t->tile->pieces[i]));
	bool more = i + 1 < t->tile->count && entry_of(t, i + 1)->hour == entry->hour &&
		    entry_of(t, i + 1)->order >> 32 == entry->order >> 32;
	return more ? E_OK : count_sum(t, entry->order, entry->hour);
}

static enum err keep_units(const struct feeds_tile *t, const struct census_slot *slot)
{
	for (int k = 0; k < WINDOW__COUNT; k++)
		if (t->pass->in_window[k])
			TRY(census_bag_gather(slot->bag, t->tile, &t->shard->scratch,
				&t->shard->pairs[slot->cell].of[k]));
	return E_OK;
}

static enum err close_day(const struct feeds_tile *t)
{
	uint64_t count;
	struct census_cells *c = &t->shard->cells;
	census_cells_sort(c);
	for (size_t i = 0; i < c->count; i++) {
		const struct census_slot *slot = &c->slots[i];
		TRY(census_bag_count(slot->bag, t->tile, &count));
		TRY(census_bag_unite(&t->shard->sum, t->tile, slot->bag));
		TRY(keep_units(t, slot));
		if (i + 1 == c->count || c->slots[i + 1].order >> 32 != slot->order >> 32)
			TRY(count_sum(t, slot->order, HOURS));
	}
	census_cells_clear(c);
	return E_OK;
}

static enum err count_tile(
	void *context, size_t shard, const struct census_tile *tile, census_tally *tallies)
{
	struct feeds_pass *p = context;
	const struct feeds_tile t = {p, &p->shards[shard], tile, tallies};
	for (size_t i = 0; i < tile->count; i++)
		TRY(take_piece(&t, i));
	return close_day(&t);
}

/* --- days --- */

/* Pairs that have come up by now. */
static enum err make_room(struct feeds_shard *s, size_t count)
{
	if (count <= s->pair_count)
		return E_OK;
	struct units *grown = reallocarray(s->pairs, count, sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	memset(grown + s->pair_count, 0, (count - s->pair_count) * sizeof(*grown));
	s->pairs = grown;
	s->pair_count = count;
	return E_OK;
}

static enum err count_held(struct feeds_pass *p)
{
	const census_tally *tallies;
	struct census_work *w = p->w;
	for (size_t i = 0; i < census_tiles_shards(p->tiles); i++)
		TRY(make_room(&p->shards[i], w->pair_count));
	TRY(census_tiles_count(p->tiles, &tallies));
	for (size_t i = 0; i < w->feed_count; i++) {
		const struct census_feed *f = &w->feeds[i];
		census_put_tally(f->inside, p->day, &tallies[i * SIDE__COUNT + SIDE_INSIDE]);
		census_put_tally(f->outside, p->day, &tallies[i * SIDE__COUNT + SIDE_OUTSIDE]);
	}
	return E_OK;
}

static enum err count_day(struct feeds_pass *p)
{
	struct store_held *held;
	const struct store_query query = census_day_query(p->w, p->day);
	for (int k = 0; k < WINDOW__COUNT; k++)
		p->in_window[k] = census_in_window(p->w, (enum census_window)k, p->day);
	TRY(store_hold_sets(p->w->store, &query, take_set, p, &held));
	enum err err = count_held(p);
	store_held_release(held);
	return err;
}

/* Shards share nothing. */
static enum err join_pairs(struct feeds_pass *p)
{
	struct census_work *w = p->w;
	for (size_t i = 0; i < census_tiles_shards(p->tiles); i++)
		for (size_t n = 0; n < p->shards[i].pair_count * WINDOW__COUNT; n++) {
			struct unit_set **from =
				&p->shards[i].pairs[n / WINDOW__COUNT].of[n % WINDOW__COUNT];
			struct unit_set **to =
				&w->pairs[n / WINDOW__COUNT].units[n % WINDOW__COUNT];
			TRY(census_join(to, from));
		}
	return E_OK;
}

static void release(struct feeds_pass *p)
{
	for (size_t i = 0; i < CENSUS_SHARDS; i++) {
		struct feeds_shard *s = &p->shards[i];
		for (size_t n = 0; n < s->pair_count; n++)
			for (int k = 0; k < WINDOW__COUNT; k++)
				unit_set_free(s->pairs[n].of[k]);
		free(s->pairs);
		census_cells_release(&s->cells);
		census_bag_release(&s->sum);
		writer_release(&s->scratch);
	}
	census_tiles_free(p->tiles);
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

static enum err count_days(struct feeds_pass *p)
{
	struct census_work *w = p->w;
	const struct census_tiles_question q = {
		.series = w->feed_count * SIDE__COUNT, .tile = count_tile, .context = p};
	TRY(census_tiles_new(w, &q, &p->tiles));
	for (; p->day < w->days; p->day++) {
		TRY(count_day(p));
		census_step(w);
	}
	TRY(join_pairs(p));
	TRY(census_pair_spans(w, WINDOW_BASE));
	TRY(census_pair_spans(w, WINDOW_END));
	TRY(census_pairs_settle(w));
	return close_feeds(w);
}

enum err census_count_feeds(struct census_work *w)
{
	struct feeds_pass *p = calloc(1, sizeof(*p));
	if (!p)
		return E_NOMEM;
	p->w = w;
	for (size_t i = 0; i < CENSUS_SHARDS; i++)
		writer_init(&p->shards[i].scratch, UINT32_MAX);
	enum err err = count_days(p);
	release(p);
	free(p);
	return err;
}
