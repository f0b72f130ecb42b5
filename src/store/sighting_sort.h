/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "model/sighting.h"

/* Numbers keys 0, 1, 2 … in the order they first come. */
struct key {
	uint64_t time; /* bucket: from << 32 | last; 0 for summaries */
	uint64_t what; /* name << 16 | kind << 8 | precision */
};

struct key_table {
	struct key *keys;
	uint32_t *slots; /* id + 1; 0: empty */
	size_t count;
	unsigned bits; /* 2^bits slots, twice as many as keys or more */
};

void key_table_init(struct key_table *t);
void key_table_release(struct key_table *t);
void key_table_clear(struct key_table *t);
MUST_CHECK enum err key_table_id(struct key_table *t, struct key key, uint32_t *ret_id);

/* One sighting of a unit, as words so that every sorting pass is the same loop. */
enum {
	WORD_LOW,    /* of the unit's key */
	WORD_HIGH,   /* 0 for IPv4 */
	WORD_MAJOR,  /* summary × 2, + 1 for IPv6 */
	WORD_BUCKET, /* the same of the bucket */
	WORD_FIRST,
	WORD_LAST,
	WORD__COUNT
};

struct unit_row {
	uint32_t words[WORD__COUNT];
};

/* Ascending by (major, high, low), stable. The result is where it returns: rows or scratch. */
struct unit_row *unit_rows_sort(struct unit_row *rows, struct unit_row *scratch, size_t count);
