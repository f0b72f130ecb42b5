/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/cache.h"

/* Within the room: small segments of one feed and UTC day have, besides their own derived files,
 * one together: what a segment with the rows of all of them, in order of file and number, would
 * have. It is asked in their place when a question is about every one of them, so that what it
 * answers is the same with and without it. docs/design/store.md. */
struct join {
	int64_t id;
	uint64_t mark;   /* of its segments' checksums: the file names it as its segment */
	size_t segments; /* it was made of; complete: all are in the list */
	size_t here;     /* in the list */
	uint64_t rows;
	uint32_t first; /* second of those here, and last */
	uint32_t last;
	bool tried; /* by a question, and answered */
	bool answered;
};

/* Finds the joins of which a list holds all segments; row.join names them. */
MUST_CHECK enum err joins_link(struct segment_list *list);

/* The file, from cache or disk. E_NOTFOUND, E_CORRUPT: ask the segments. */
MUST_CHECK enum err joined_acquire(
	struct store *s, const struct join *join, struct opened **ret_opened);

/* The file's bytes, from the segments that are here: rows[i] for i in members. E_NOTFOUND: one was
 * let go. */
struct join_members {
	const struct segment_list *list;
	const size_t *rows; /* indexes, ascending */
	size_t count;
};
MUST_CHECK enum err join_make(
	struct store *s, const struct join_members *members, struct writer *w);

/* Calls fn for each join of a list with its members. */
typedef enum err join_fn(
	void *context, const struct join *join, const struct join_members *members);
MUST_CHECK enum err joins_each(const struct segment_list *list, join_fn *fn, void *context);

/* Is one of that number in the catalogue now? False also where that cannot be told. */
bool joins_known(struct store *s, int64_t id);

/* Within a transaction: forgets the joins of which segments are gone or in another one. Their files
 * are strays once that is committed. */
MUST_CHECK enum err joins_forget_broken(struct store *s);
