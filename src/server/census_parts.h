/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/durations.h"
#include "measure/ranking.h"
#include "network/partition.h"
#include "server/attribution.h"
#include "server/census.h"
#include "server/region_choice.h"

/* Within the counting. */

enum census_window {
	WINDOW_BASE,
	WINDOW_END,
	WINDOW__COUNT
};

enum census_family {
	CENSUS_V4,
	CENSUS_V6,
	CENSUS__COUNT
};

enum {
	CENSUS_KINDS = 1 << KIND_INFECTED,
	CENSUS_TIMED = 1 << PRECISION_HOUR | 1 << PRECISION_DAY,
	CENSUS_SPANS = 1 << PRECISION_SPAN,
	CENSUS_LINES = 1 << 14
};

/* A series that is being filled. */
struct census_line {
	enum count_scope scope;
	struct str key;
	bool hours_known;
	uint32_t *hours[CENSUS__COUNT];
	uint32_t *days[CENSUS__COUNT];
	uint64_t windows[WINDOW__COUNT][CENSUS__COUNT];
};

/* Sets that wait to be united all at once. */
struct census_pile {
	struct unit_set **sets;
	size_t count, capacity;
};

struct census_feed {
	struct str name;
	bool simulated;
	bool in_panel;
	bool hours_known;
	struct census_line *inside, *outside; /* NULL: it has reported nobody */
};

/* Distinct units per feed and botnet of the two windows. */
struct census_pair {
	size_t feed;
	struct str botnet;
	struct unit_set *units[WINDOW__COUNT];
};

struct census_work {
	struct store *store;
	struct arena *arena;
	const struct census_question *question;
	struct instant from; /* first second of the first day */
	size_t days;
	struct days windows[WINDOW__COUNT]; /* not set: not counted */
	struct attribution_image image;
	struct area *country; /* NULL: everywhere */
	struct names *names;
	struct census_feed *feeds;
	size_t feed_count;
	struct text_table *pair_keys;
	struct census_pair *pairs;
	size_t pair_count;
	size_t pair_capacity;
	struct census_line **lines;
	size_t line_count;
	struct str current[PLAN_TOP]; /* the largest of the end window */
	size_t current_count;
	struct census_holder *holders;
	struct area *areas[CENSUS_HOLDERS];
	struct partition *holder_parts;
	size_t holder_count;
	const struct panel *panel; /* of the second pass */
	struct duration_result durations[WINDOW__COUNT];
	size_t duration_count;
	struct census_region_work *regions; /* NULL: none are known */
	bool retained;
	uint64_t steps; /* days counted so far, of both passes */
	enum err err;   /* of callbacks that cannot return one */
};

/* --- what all parts share (census.c) --- */
MUST_CHECK enum err census_open(struct census_work *w, struct store *store,
	const struct census_question *q, struct arena *arena);
void census_close(struct census_work *w);
struct store_query census_day_query(const struct census_work *w, size_t day);
struct store_query census_window_query(const struct census_work *w, struct days window);
bool census_in_window(const struct census_work *w, enum census_window window, size_t day);
void census_step(struct census_work *w);

/* NULL: a feed that was not there when the counting began. */
struct census_feed *census_find_feed(struct census_work *w, struct str name);

/* The hour of the day; HOURS for a set that knows only its day. */
size_t census_hour(const struct store_set *set);

/* Gathers units, those of the country where `within` is said; *set comes into being when it is
 * needed. census_settle() (NULL: nothing to do) before it is asked anything. */
MUST_CHECK enum err census_gather(
	struct unit_set **set, const struct unit_set *units, const struct area *within);
MUST_CHECK enum err census_settle(struct unit_set *set, const struct area *within);

/* Moves all that *from has into *set (either may be NULL), which is to be settled. */
MUST_CHECK enum err census_join(struct unit_set **set, struct unit_set **from);

/* --- unions of what is at hand (census_pile.c) --- */
/* Takes what is in the set; an empty one is left out. */
MUST_CHECK enum err census_pile_add(struct census_pile *pile, struct unit_set *set);

/* Moves all that `from` has. */
MUST_CHECK enum err census_pile_move(struct census_pile *pile, struct census_pile *from);

/* At most one set is left: the union. */
MUST_CHECK enum err census_pile_unite(struct census_pile *pile);

/* After uniting; NULL: nobody. */
const struct unit_set *census_pile_union(const struct census_pile *pile);
void census_pile_empty(struct census_pile *pile);
void census_pile_release(struct census_pile *pile);

/* --- series (census_line.c) --- */
struct census_line *census_line_new(struct census_work *w, enum count_scope scope, struct str key);

/* How many units of a set (NULL: none) lie in an area (NULL: everywhere). */
void census_count(
	const struct area *area, const struct unit_set *set, uint64_t ret_counts[CENSUS__COUNT]);
void census_put_hour(
	struct census_line *line, size_t day, size_t hour, const uint64_t counts[CENSUS__COUNT]);
void census_put_day(struct census_line *line, size_t day, const uint64_t counts[CENSUS__COUNT]);
MUST_CHECK enum err census_take_lines(struct census_work *w, struct counts *ret_counts);

/* --- the windows by feed and botnet (census_windows.c) --- */
MUST_CHECK enum err census_pair_find(
	struct census_work *w, struct str name, size_t feed, uint32_t *ret_pair);
MUST_CHECK enum err census_pair_add(
	struct census_work *w, const struct store_set *set, size_t feed, enum census_window window);
MUST_CHECK enum err census_pair_spans(struct census_work *w, enum census_window window);
MUST_CHECK enum err census_rank(struct census_work *w, enum census_window window,
	struct str ret_top[PLAN_TOP], size_t *ret_count);
MUST_CHECK enum err census_choose_holders(struct census_work *w);
MUST_CHECK enum err census_pairs_settle(struct census_work *w);
void census_pairs_release(struct census_work *w);

/* --- how long addresses stay (census_durations.c) --- */
struct census_durations;
MUST_CHECK enum err census_durations_new(
	const struct census_work *w, size_t botnets, size_t shards, struct census_durations **ret);
void census_durations_free(struct census_durations *c);

/* What one of the botnets had on a day in one /16 of the country. Days ascend, in each the /16s of
 * a shard. Shards are apart from each other and may be filled at the same time. */
MUST_CHECK enum err census_durations_add(struct census_durations *c, size_t shard, size_t botnet,
	const struct unit_board *board, uint32_t high);

/* After the last of a day. */
MUST_CHECK enum err census_durations_day(struct census_durations *c, size_t shard, size_t day);

/* After the last day: into w->durations. */
MUST_CHECK enum err census_durations_take(struct census_work *w, struct census_durations *c);

/* --- the two passes (census_feeds.c, census_panel.c) --- */
MUST_CHECK enum err census_count_feeds(struct census_work *w);
MUST_CHECK enum err census_count_panel(struct census_work *w);

/* --- regions (census_regions.c): of a union, whose counts are `all` --- */
MUST_CHECK enum err census_regions_begin(struct census_work *w);
void census_regions_release(struct census_work *w);
size_t census_regions_count(const struct census_work *w); /* 0: none are known */
const struct partition *census_regions_partition(const struct census_work *w);
void census_regions_window(struct census_work *w, enum census_window window,
	const struct unit_set *units, const uint64_t all[CENSUS__COUNT]);
void census_regions_hours_known(struct census_work *w, bool known);
MUST_CHECK enum err census_regions_describe(const struct census_work *w, struct census *census);
