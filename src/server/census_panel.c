/* SPDX-License-Identifier: Apache-2.0 */
/* The second pass: with the feeds of the panel all that is measured. Sets of one botnet are cut
 * down to the country first, so that every union after that is of less. */
#include <stdlib.h>

#include "model/botnet.h"
#include "server/census_tiles.h"

/* The botnets that are asked for by name, then all others, then what is blocklisted. */
enum {
	GROUPS = 2 * PLAN_TOP + 2
};

/* Whose unions are asked for: groups of both lists, of one, of none. Each is united apart, so that
 * nothing is united twice. What is blocklisted is in no union. */
enum part {
	PART_BOTH,
	PART_FROZEN,
	PART_CURRENT,
	PART_OTHERS,
	PART__COUNT,
	PART_NONE = PART__COUNT
};

struct group {
	struct str botnet;
	enum part part;
	bool lasting;             /* of the ten whose durations are asked */
	struct census_line *line; /* NULL: of the others */
	struct unit_set *windows[WINDOW__COUNT];
};

/* Tallies: of each group, then these. */
enum series {
	SERIES_ALL = GROUPS,
	SERIES_FROZEN,
	SERIES_CURRENT,
	SERIES_HOLDERS,
	SERIES_REGIONS = SERIES_HOLDERS + CENSUS_HOLDERS
};

/* What is united of a tile at hand: an hour, or a day. */
struct panel_shard {
	struct census_cells cells; /* groups of the day at hand */
	struct census_bag group;   /* one in an hour */
	struct census_bag sum;     /* those of the unions, part after part */
	struct census_bag current; /* where the sum never is the current ten */
	struct unit_set *windows[GROUPS][WINDOW__COUNT];
	struct writer scratch;
};

/* The counts of one window. */
struct sums {
	uint64_t all[CENSUS__COUNT], frozen[CENSUS__COUNT], current[CENSUS__COUNT];
};

struct panel_pass {
	struct census_work *w;
	struct group groups[GROUPS];
	size_t group_count; /* without the last */
	struct group *others, *blocklisted;
	struct census_line *all, *frozen, *current; /* NULL: nobody asks */
	struct census_pile parts[PART__COUNT];
	struct census_line *holders[CENSUS_HOLDERS];
	struct census_durations *durations; /* NULL: there are no ten */
	struct census_tiles *tiles;
	struct panel_shard shards[CENSUS_SHARDS];
	bool has_part[PART__COUNT]; /* there are groups of it */
	bool hours_known;
	size_t day;
	bool in_window[WINDOW__COUNT]; /* the day is */
	enum census_window window;
};

static bool among(const struct str *names, size_t count, struct str name)
{
	for (size_t i = 0; i < count; i++)
		if (str_equal(names[i], name))
			return true;
	return false;
}

/* --- which groups and series there are --- */

static enum err add_botnet(struct panel_pass *p, struct str name)
{
	const struct plan *plan = p->w->question->plan;
	for (size_t i = 0; i < p->group_count; i++)
		if (str_equal(p->groups[i].botnet, name))
			return E_OK;
	struct group *g = &p->groups[p->group_count++];
	bool frozen = among(plan->top, plan->top_count, name);
	bool current = among(p->w->current, p->w->current_count, name);
	g->botnet = name;
	g->part = !frozen ? PART_CURRENT : current ? PART_BOTH : PART_FROZEN;
	g->lasting = plan->top_count > 0 ? frozen : current;
	p->has_part[g->part] = true;
	g->line = census_line_new(p->w, COUNT_BOTNET, name);
	return g->line ? E_OK : E_NOMEM;
}

static census_tile_fn count_tile;
static census_shard_fn close_shard;

static enum err begin_tiles(struct panel_pass *p)
{
	const struct census_tiles_question q = {
		.series = SERIES_REGIONS + census_regions_count(p->w),
		.cut = true,
		.tile = count_tile,
		.done = close_shard,
		.context = p,
	};
	TRY(census_tiles_new(p->w, &q, &p->tiles));
	for (size_t i = 0; i < CENSUS_SHARDS; i++)
		writer_init(&p->shards[i].scratch, UINT32_MAX);
	if (p->group_count == 0)
		return E_OK;
	return census_durations_new(
		p->w, p->group_count, census_tiles_shards(p->tiles), &p->durations);
}

static enum err begin(struct panel_pass *p)
{
	struct census_work *w = p->w;
	const struct plan *plan = w->question->plan;
	p->all = census_line_new(w, COUNT_ALL, STR(""));
	if (plan->top_count > 0)
		p->frozen = census_line_new(w, COUNT_TOP_FROZEN, STR(""));
	if (w->current_count > 0)
		p->current = census_line_new(w, COUNT_TOP_CURRENT, STR(""));
	if (!p->all || (plan->top_count > 0 && !p->frozen) || (w->current_count > 0 && !p->current))
		return E_NOMEM;
	for (size_t i = 0; i < plan->top_count; i++)
		TRY(add_botnet(p, plan->top[i]));
	for (size_t i = 0; i < w->current_count; i++)
		TRY(add_botnet(p, w->current[i]));
	TRY(begin_tiles(p));
	p->others = &p->groups[p->group_count++];
	p->others->part = PART_OTHERS;
	p->blocklisted = &p->groups[p->group_count];
	p->blocklisted->part = PART_NONE;
	for (size_t i = 0; i < w->holder_count; i++) {
		p->holders[i] = census_line_new(w, COUNT_HOLDER, w->holders[i].key);
		if (!p->holders[i])
			return E_NOMEM;
	}
	return E_OK;
}

static void release_shard(struct panel_shard *s)
{
	for (size_t i = 0; i < GROUPS; i++)
		for (int k = 0; k < WINDOW__COUNT; k++)
			unit_set_free(s->windows[i][k]);
	census_cells_release(&s->cells);
	census_bag_release(&s->group);
	census_bag_release(&s->sum);
	census_bag_release(&s->current);
	writer_release(&s->scratch);
}

static void release(struct panel_pass *p)
{
	for (size_t i = 0; i < GROUPS; i++) {
		unit_set_free(p->groups[i].windows[WINDOW_BASE]);
		unit_set_free(p->groups[i].windows[WINDOW_END]);
	}
	for (size_t i = 0; i < CENSUS_SHARDS; i++)
		release_shard(&p->shards[i]);
	census_tiles_free(p->tiles);
	for (int i = 0; i < PART__COUNT; i++)
		census_pile_release(&p->parts[i]);
	census_durations_free(p->durations);
}

/* --- a set comes --- */

/* Only where something is blocklisted is there a series of it. */
static enum err begin_blocklisted(struct panel_pass *p)
{
	struct group *g = p->blocklisted;
	if (!g)
		return E_USAGE;
	if (!g->line)
		g->line = census_line_new(p->w, COUNT_BLOCKLISTED, STR(""));
	return g->line ? E_OK : E_NOMEM;
}

/* NULL: of a feed outside the panel. */
static struct group *group_of(struct panel_pass *p, const struct store_set *set)
{
	bool mapped;
	struct census_work *w = p->w;
	const struct census_feed *feed = census_find_feed(w, set->feed);
	if (set->kind == KIND_BLOCKLISTED)
		return feed ? p->blocklisted : NULL;
	if (!feed || !feed->in_panel)
		return NULL;
	struct str name = names_resolve(w->names, set->name, &mapped);
	struct group *g = p->groups;
	while (g < p->others && !str_equal(g->botnet, name))
		g++;
	return g;
}

static enum err take_set(
	void *context, const struct store_set *set, const struct store_stored *stored)
{
	struct panel_pass *p = context;
	struct group *g = group_of(p, set);
	struct census_entry entry = {.hour = (uint32_t)census_hour(set), .stored = *stored};
	if (!g)
		return E_OK;
	if (g == p->blocklisted)
		TRY(begin_blocklisted(p));
	else if (entry.hour < HOURS)
		p->hours_known = true;
	if (g->line && entry.hour < HOURS)
		g->line->hours_known = true;
	entry.cell = (uint32_t)(g - p->groups);
	entry.order = (uint64_t)g->part << 32 | entry.cell;
	return census_tiles_add(p->tiles, &entry);
}

/* --- a tile --- */

struct panel_tile {
	struct panel_pass *pass;
	struct panel_shard *shard;
	size_t number; /* of the shard */
	const struct census_tile *tile;
	census_tally *tallies;
};

static uint64_t *cell_of(const struct panel_tile *t, size_t series, size_t slot)
{
	return &t->tallies[series][t->tile->family][slot];
}

/* The sum has grown by all parts before this one. */
static enum err pass_part(const struct panel_tile *t, enum part part, size_t slot)
{
	const bool *has = t->pass->has_part;
	uint64_t count;
	TRY(census_bag_count(&t->shard->sum, t->tile, &count));
	if (part == PART_BOTH && !has[PART_CURRENT])
		*cell_of(t, SERIES_CURRENT, slot) += count;
	if (part == PART_FROZEN)
		*cell_of(t, SERIES_FROZEN, slot) += count;
	if (part == PART_CURRENT && has[PART_CURRENT] && !has[PART_FROZEN])
		*cell_of(t, SERIES_CURRENT, slot) += count;
	if (part == PART_OTHERS)
		*cell_of(t, SERIES_ALL, slot) += count;
	return E_OK;
}

static enum err pass_parts(const struct panel_tile *t, enum part *from, enum part to, size_t slot)
{
	for (; *from < to && *from < PART__COUNT; (*from)++)
		TRY(pass_part(t, *from, slot));
	return E_OK;
}

/* Only where each list has groups that the other lacks. */
static bool counts_current(const struct panel_pass *p, enum part part)
{
	return p->has_part[PART_FROZEN] && p->has_part[PART_CURRENT] &&
	       (part == PART_BOTH || part == PART_CURRENT);
}

/* All parts are in the sum. */
static enum err close_sum(const struct panel_tile *t, enum part part, size_t slot)
{
	uint64_t count;
	struct panel_shard *s = t->shard;
	const struct census_work *w = t->pass->w;
	const size_t stride = sizeof(*t->tallies) / sizeof(uint64_t);
	TRY(pass_parts(t, &part, PART__COUNT, slot));
	TRY(census_bag_count(&s->current, t->tile, &count));
	*cell_of(t, SERIES_CURRENT, slot) += count;
	TRY(census_bag_divide(&s->sum, t->tile, w->holder_parts, w->holder_count,
		cell_of(t, SERIES_HOLDERS, slot), stride));
	if (w->regions)
		TRY(census_bag_divide(&s->sum, t->tile, census_regions_partition(w),
			census_regions_count(w), cell_of(t, SERIES_REGIONS, slot), stride));
	census_bag_clear(&s->sum);
	census_bag_clear(&s->current);
	return E_OK;
}

static const struct census_entry *entry_of(const struct panel_tile *t, size_t piece)
{
	return &t->tile->entries[t->tile->pieces[piece].entry];
}

/* What stands from `from` to `to` is one group's in one hour. A single page that counts as a whole
 * knows how many it has. */
static enum err count_group(const struct panel_tile *t, size_t from, size_t to)
{
	uint64_t count;
	const struct census_tile *tile = t->tile;
	const struct census_entry *entry = entry_of(t, from);
	if (to == from + 1 && tile->family == CENSUS_V4 && !tile->part) {
		count = tile->pieces[from].page.count;
	} else {
		for (size_t i = from; i < to; i++)
			TRY(census_bag_add(&t->shard->group, tile, &tile->pieces[i]));
		TRY(census_bag_count(&t->shard->group, tile, &count));
		census_bag_clear(&t->shard->group);
	}
	*cell_of(t, entry->cell, entry->hour) += count;
	return E_OK;
}

/* Into the group's day, and the unions of the hour. */
static enum err spread(const struct panel_tile *t, size_t piece)
{
	struct census_bag *day;
	const struct census_piece *what = &t->tile->pieces[piece];
	const struct census_entry *entry = entry_of(t, piece);
	enum part part = t->pass->groups[entry->cell].part;
	TRY(census_cells_find(&t->shard->cells, entry, &day));
	TRY(census_bag_add(day, t->tile, what));
	if (entry->hour == HOURS || part == PART_NONE)
		return E_OK;
	if (counts_current(t->pass, part))
		TRY(census_bag_add(&t->shard->current, t->tile, what));
	return census_bag_add(&t->shard->sum, t->tile, what);
}

static size_t group_end(const struct panel_tile *t, size_t from)
{
	size_t to = from + 1;
	while (to < t->tile->count && entry_of(t, to)->hour == entry_of(t, from)->hour &&
		entry_of(t, to)->cell == entry_of(t, from)->cell)
		to++;
	return to;
}

/* Returns in *at where the next hour begins. */
static enum err count_hour(const struct panel_tile *t, size_t *at)
{
	enum part part = PART_BOTH;
	uint32_t hour = entry_of(t, *at)->hour;
	for (size_t to; *at < t->tile->count && entry_of(t, *at)->hour == hour; *at = to) {
		to = group_end(t, *at);
		if (hour < HOURS) {
			TRY(pass_parts(
				t, &part, t->pass->groups[entry_of(t, *at)->cell].part, hour));
			TRY(count_group(t, *at, to));
		}
		for (size_t i = *at; i < to; i++)
			TRY(spread(t, i));
	}
	return hour < HOURS ? close_sum(t, part, hour) : E_OK;
}

/* A group's day is in the bag. */
static enum err close_group(const struct panel_tile *t, const struct census_slot *slot)
{
	struct panel_pass *p = t->pass;
	const struct group *g = &p->groups[slot->cell];
	uint64_t count;
	TRY(census_bag_count(slot->bag, t->tile, &count));
	*cell_of(t, slot->cell, HOURS) += count;
	if (g->lasting && t->tile->family == CENSUS_V4)
		TRY(census_durations_add(
			p->durations, t->number, slot->cell, &slot->bag->v4, t->tile->number));
	for (int k = 0; k < WINDOW__COUNT; k++)
		if (p->in_window[k])
			TRY(census_bag_gather(slot->bag, t->tile, &t->shard->scratch,
				&t->shard->windows[slot->cell][k]));
	return E_OK;
}

static enum err close_day(const struct panel_tile *t)
{
	enum part reached = PART_BOTH;
	struct panel_shard *s = t->shard;
	census_cells_sort(&s->cells);
	for (size_t i = 0; i < s->cells.count; i++) {
		const struct census_slot *slot = &s->cells.slots[i];
		enum part part = t->pass->groups[slot->cell].part;
		TRY(close_group(t, slot));
		TRY(pass_parts(t, &reached, part, HOURS));
		if (part == PART_NONE)
			continue;
		if (counts_current(t->pass, part))
			TRY(census_bag_unite(&s->current, t->tile, slot->bag));
		TRY(census_bag_unite(&s->sum, t->tile, slot->bag));
	}
	TRY(close_sum(t, reached, HOURS));
	census_cells_clear(&s->cells);
	return E_OK;
}

static enum err count_tile(
	void *context, size_t shard, const struct census_tile *tile, census_tally *tallies)
{
	struct panel_pass *p = context;
	const struct panel_tile t = {p, &p->shards[shard], shard, tile, tallies};
	for (size_t at = 0; at < tile->count;)
		TRY(count_hour(&t, &at));
	return close_day(&t);
}

static enum err close_shard(void *context, size_t shard)
{
	struct panel_pass *p = context;
	return p->durations ? census_durations_day(p->durations, shard, p->day) : E_OK;
}

/* --- a day --- */

static void put_day(const struct panel_pass *p, const census_tally *tallies)
{
	struct census_work *w = p->w;
	for (size_t i = 0; i <= p->group_count; i++)
		census_put_tally(p->groups[i].line, p->day, &tallies[i]);
	census_put_tally(p->all, p->day, &tallies[SERIES_ALL]);
	census_put_tally(p->frozen, p->day, &tallies[SERIES_FROZEN]);
	census_put_tally(p->current, p->day, &tallies[SERIES_CURRENT]);
	for (size_t i = 0; i < w->holder_count; i++)
		census_put_tally(p->holders[i], p->day, &tallies[SERIES_HOLDERS + i]);
	census_regions_put(w, p->day, &tallies[SERIES_REGIONS], &tallies[SERIES_ALL]);
}

static enum err count_day(struct panel_pass *p)
{
	struct store_held *held;
	const census_tally *tallies;
	struct store_query query = census_day_query(p->w, p->day);
	query.kinds |= 1 << KIND_BLOCKLISTED;
	for (int k = 0; k < WINDOW__COUNT; k++)
		p->in_window[k] = census_in_window(p->w, (enum census_window)k, p->day);
	TRY(store_hold_sets(p->w->store, &query, take_set, p, &held));
	enum err err = census_tiles_count(p->tiles, &tallies);
	if (err == E_OK)
		put_day(p, tallies);
	store_held_release(held);
	return err;
}

/* --- a window --- */

/* Takes what is in the set. */
static enum err join(struct panel_pass *p, const struct group *g, struct unit_set *units)
{
	if (g->part != PART_NONE)
		return census_pile_add(&p->parts[g->part], units);
	unit_set_clear(units);
	return E_OK;
}

/* The current ten: the only union that the others are not made from. */
static enum err count_current(const struct panel_pass *p, uint64_t counts[CENSUS__COUNT])
{
	const struct unit_set *both = census_pile_union(&p->parts[PART_BOTH]);
	const struct unit_set *alone = census_pile_union(&p->parts[PART_CURRENT]);
	struct unit_set *united = NULL;
	enum err err = E_OK;
	if (both && alone) {
		err = census_gather(&united, both, NULL);
		if (err == E_OK)
			err = unit_set_unite(united, alone);
	}
	if (err == E_OK)
		census_count(NULL, united ? united : both ? both : alone, counts);
	unit_set_free(united);
	return err;
}

/* All are in the pile of PART_BOTH afterwards. */
static enum err add_up(struct panel_pass *p, struct sums *sums)
{
	struct census_pile *all = &p->parts[PART_BOTH];
	for (int i = 0; i < PART__COUNT; i++)
		TRY(census_pile_unite(&p->parts[i]));
	TRY(count_current(p, sums->current));
	TRY(census_pile_move(all, &p->parts[PART_FROZEN]));
	TRY(census_pile_unite(all));
	census_count(NULL, census_pile_union(all), sums->frozen);
	TRY(census_pile_move(all, &p->parts[PART_CURRENT]));
	TRY(census_pile_move(all, &p->parts[PART_OTHERS]));
	TRY(census_pile_unite(all));
	census_count(NULL, census_pile_union(all), sums->all);
	return E_OK;
}

/* What a holder has of all. */
static void count_holder(const struct panel_pass *p, size_t i, uint64_t counts[CENSUS__COUNT])
{
	census_count(p->w->areas[i], census_pile_union(&p->parts[PART_BOTH]), counts);
}

static enum err take_span(void *context, const struct store_set *set)
{
	struct panel_pass *p = context;
	struct group *g = group_of(p, set);
	if (g == p->blocklisted)
		TRY(begin_blocklisted(p));
	return g ? census_gather(&g->windows[p->window], set->units, p->w->country) : E_OK;
}

static enum err join_shards(struct panel_pass *p)
{
	for (size_t i = 0; i < census_tiles_shards(p->tiles); i++)
		for (size_t n = 0; n <= p->group_count; n++)
			TRY(census_join(&p->groups[n].windows[p->window],
				&p->shards[i].windows[n][p->window]));
	return E_OK;
}

static enum err add_spans(struct panel_pass *p)
{
	struct store_query query = census_window_query(p->w, p->w->windows[p->window]);
	query.kinds |= 1 << KIND_BLOCKLISTED;
	TRY(store_each_set(p->w->store, &query, take_span, p));
	for (size_t i = 0; i <= p->group_count; i++)
		TRY(census_settle(p->groups[i].windows[p->window], p->w->country));
	return E_OK;
}

static void put_window(
	struct census_line *line, enum census_window window, const uint64_t counts[CENSUS__COUNT])
{
	for (int f = 0; line && f < CENSUS__COUNT; f++)
		line->windows[window][f] = counts[f];
}

static enum err close_window(struct panel_pass *p)
{
	struct sums sums;
	const enum census_window k = p->window;
	TRY(join_shards(p));
	TRY(add_spans(p));
	for (size_t i = 0; i <= p->group_count; i++) {
		struct group *g = &p->groups[i];
		if (g->line)
			census_count(NULL, g->windows[k], g->line->windows[k]);
		if (g->windows[k])
			TRY(join(p, g, g->windows[k]));
	}
	TRY(add_up(p, &sums));
	put_window(p->all, k, sums.all);
	put_window(p->frozen, k, sums.frozen);
	put_window(p->current, k, sums.current);
	for (size_t i = 0; i < p->w->holder_count; i++)
		count_holder(p, i, p->holders[i]->windows[k]);
	census_regions_window(p->w, k, census_pile_union(&p->parts[PART_BOTH]), sums.all);
	census_pile_empty(&p->parts[PART_BOTH]);
	return E_OK;
}

/* --- all of it --- */

/* An hour without a sighting is known when the panel knows hours at all. */
static void spread_hours_known(struct panel_pass *p)
{
	for (size_t i = 0; i < p->group_count; i++)
		if (p->groups[i].line)
			p->groups[i].line->hours_known = p->hours_known;
	struct census_line *const sums[] = {p->all, p->frozen, p->current};
	for (size_t i = 0; i < sizeof(sums) / sizeof(sums[0]); i++)
		if (sums[i])
			sums[i]->hours_known = p->hours_known;
	for (size_t i = 0; i < p->w->holder_count; i++)
		p->holders[i]->hours_known = p->hours_known;
	census_regions_hours_known(p->w, p->hours_known);
}

static enum err count(struct panel_pass *p)
{
	struct census_work *w = p->w;
	TRY(begin(p));
	for (; p->day < w->days; p->day++) {
		TRY(count_day(p));
		census_step(w);
	}
	for (int k = 0; k < WINDOW__COUNT; k++) {
		p->window = (enum census_window)k;
		if (days_set(w->windows[k]))
			TRY(close_window(p));
	}
	spread_hours_known(p);
	return p->durations ? census_durations_take(w, p->durations) : E_OK;
}

enum err census_count_panel(struct census_work *w)
{
	struct panel_pass *p = calloc(1, sizeof(*p));
	if (!p)
		return E_NOMEM;
	p->w = w;
	enum err err = count(p);
	release(p);
	free(p);
	return err;
}
