/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/unit_board.h"
#include "server/census_parts.h"

/* Within the counting: the sets of a day, looked at where they lie and counted tile by tile. A tile
 * is a part of the address space that can be counted alone: one /16 of IPv4, or all of IPv6. Sums
 * over tiles are the counts, so tiles are dealt out to the processors, and how many of those there
 * are changes nothing. docs/design/counting.md. */
enum {
	CENSUS_SHARDS = 16, /* processors that are made use of */
	SLOTS = HOURS + 1,  /* of a tally: the hours, then the day */
	TILE_V6 = 1 << 16,  /* the number after those of the /16s */
	TILES
};

/* A series' counts of the day at hand. */
typedef uint64_t census_tally[CENSUS__COUNT][SLOTS];

/* One stored set. Who gives it says whose it is: `cell` is a small number, and in each hour (HOURS:
 * it knows only its day) the cells of a tile come by `order`, one cell having one order. */
struct census_entry {
	uint64_t order;
	uint32_t cell;
	uint32_t hour;
	struct store_stored stored;
};

/* What an entry has in a tile. Of IPv6 the page's data are /64s, u64 each. */
struct census_piece {
	struct unit_page page;
	uint32_t tile;
	uint32_t entry;
};

enum census_reach {
	REACH_UNKNOWN,
	REACH_NONE,
	REACH_PART,
	REACH_ALL
};

/* Units of a tile. A zeroed one is empty. */
struct census_bag {
	struct unit_board v4;
	struct unit_set *v6;
};

struct census_tile {
	uint32_t number;
	enum census_family family;
	bool cut;                      /* only what is in the country counts */
	const struct area *country;    /* NULL: everywhere */
	enum census_reach reach;       /* of the country into a /16 */
	const struct unit_board *part; /* what is the country's, where it is a part */
	const struct census_entry *entries;
	const struct census_piece *pieces; /* by hour, then by order of the cell */
	size_t count;
};

/* --- bags (census_bag.c) --- */
MUST_CHECK enum err census_bag_add(
	struct census_bag *bag, const struct census_tile *tile, const struct census_piece *piece);

/* `other` has been counted. */
MUST_CHECK enum err census_bag_unite(
	struct census_bag *bag, const struct census_tile *tile, const struct census_bag *other);
MUST_CHECK enum err census_bag_count(
	struct census_bag *bag, const struct census_tile *tile, uint64_t *ret_count);

/* After counting: how many are in the country. */
uint64_t census_bag_inside(const struct census_bag *bag, const struct census_tile *tile);

/* After counting: into a set that comes into being when it is needed, to be settled. */
MUST_CHECK enum err census_bag_gather(const struct census_bag *bag, const struct census_tile *tile,
	struct writer *scratch, struct unit_set **set);

/* After counting: adds what each part has to every stride-th of `counts`. */
MUST_CHECK enum err census_bag_divide(const struct census_bag *bag, const struct census_tile *tile,
	const struct partition *partition, size_t parts, uint64_t *counts, size_t stride);
void census_bag_clear(struct census_bag *bag);
void census_bag_release(struct census_bag *bag);

/* The bags of a tile's cells, of one shard. A zeroed one is empty. */
struct census_slot {
	uint64_t order;
	uint32_t cell;
	struct census_bag *bag;
};

struct census_cells {
	struct census_slot *slots; /* those behind `count` are there to be used again */
	size_t count, made;
	uint32_t *slot_of; /* of a cell: 1 + where, 0: nowhere */
	size_t capacity;
};
MUST_CHECK enum err census_cells_find(
	struct census_cells *c, const struct census_entry *entry, struct census_bag **ret_bag);
void census_cells_sort(struct census_cells *c); /* by order; nothing is found any more */
void census_cells_clear(struct census_cells *c);
void census_cells_release(struct census_cells *c);

/* --- tiles (census_tiles.c) --- */
struct census_tiles;

/* Counts one tile for a shard, whose number it gets, beside the other shards; its tallies are
 * zeroed when a day begins. */
typedef enum err census_tile_fn(
	void *context, size_t shard, const struct census_tile *tile, census_tally *tallies);

/* Once a day and shard, after its last tile; NULL: there is nothing to do. */
typedef enum err census_shard_fn(void *context, size_t shard);

struct census_tiles_question {
	size_t series; /* tallies */
	bool cut;
	census_tile_fn *tile;
	census_shard_fn *done;
	void *context;
};
MUST_CHECK enum err census_tiles_new(struct census_work *w, const struct census_tiles_question *q,
	struct census_tiles **ret_tiles);
void census_tiles_free(struct census_tiles *t);
size_t census_tiles_shards(const struct census_tiles *t);

/* A set of the day at hand. */
MUST_CHECK enum err census_tiles_add(struct census_tiles *t, const struct census_entry *entry);

/* Counts the day's sets, which are held, and forgets them. Sums of all shards, borrowed until the
 * next day. */
MUST_CHECK enum err census_tiles_count(struct census_tiles *t, const census_tally **ret_tallies);
void census_put_tally(
	struct census_line *line, size_t day, const census_tally *tally); /* NULL: no line */

/* Of each region, and what is in none of them of all. */
void census_regions_put(
	struct census_work *w, size_t day, const census_tally *tallies, const census_tally *all);
