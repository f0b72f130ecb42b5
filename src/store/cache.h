/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "store/catalogue.h"
#include "store/derived.h"
#include "store/segment.h"

/* Within the room: the segments a question is about, and their files opened. */
struct segment_row {
	int64_t id;
	int64_t file;
	struct str feed;
	uint64_t checksum;
	uint64_t bytes;
	uint32_t rows;
	uint32_t first;
	uint32_t last;
	int64_t joined;     /* its join, 0: none */
	uint64_t joined_of; /* segments of that join */
	size_t join;        /* index + 1 into joins where the list holds all of it, else 0 */
};

struct join; /* join.h */

struct segment_list {
	struct arena memory;
	struct segment_row *rows; /* by file, then in the file's order */
	size_t count;
	size_t capacity;
	struct join *joins; /* complete ones; linked by segment_list_load() and _all() */
	size_t join_count;
};

/* Those of the files that were live at query->as_of and that overlap its time. */
MUST_CHECK enum err segment_list_load(
	struct store *s, const struct store_query *query, struct segment_list *ret_list);

/* Every segment the catalogue names. */
MUST_CHECK enum err segment_list_load_all(struct store *s, struct segment_list *ret_list);
/* Those of live files that end before that moment. */
MUST_CHECK enum err segment_list_load_expired(
	struct store *s, struct instant before, struct segment_list *ret_list);

/* Those of live files that have no more than `rows`, lie within a day or so and begin before that
 * moment: by feed, day, file, number. */
MUST_CHECK enum err segment_list_load_small(
	struct store *s, uint32_t rows, struct instant before, struct segment_list *ret_list);
void segment_list_release(struct segment_list *list);

/* A segment's file, mapped. */
struct open_segment {
	struct mapping mapping;
	struct segment *segment;
};

/* E_NOTFOUND only when the catalogue has let go of it in the meantime (retention ran): its
 * sightings are no more. Anything else wrong with the file is E_CORRUPT. */
MUST_CHECK enum err segment_row_open(
	struct store *s, const struct segment_row *row, struct open_segment *ret_open);
void open_segment_close(struct open_segment *o);

/* A derived file, mapped or made anew in memory (and on disk, where s may write). Shared between
 * the cache and its users. */
struct opened {
	int64_t id; /* negative: of a join */
	unsigned users;
	struct mapping mapping;
	struct writer made;
	struct derived *derived;
};

MUST_CHECK enum err derived_acquire(
	struct store *s, const struct segment_row *row, struct opened **ret_opened);
void derived_release(struct opened *o);
void cache_clear(struct store *s);

/* The derived file's bytes, computed from the segment. */
MUST_CHECK enum err derived_make(const struct segment *segment, struct writer *w);
