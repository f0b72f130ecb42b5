/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/column_map.h"
#include "feed/record.h"

/* A row whose columns the operator named, be it of a table or a JSON object: within room feed only.
 */
struct mapped_row {
	const struct column_map *map;
	struct record *record;
	bool dated; /* the file says no time: all of it is of `day` */
	struct date day;
	struct str value[MAP__COUNT]; /* of the row in hand, trimmed; empty: there is none */
};

/* The kind is known, and the day where no column says a time; else `problem` says what to add. */
MUST_CHECK enum err mapped_row_begin(struct mapped_row *m, struct feed_parser *p,
	const struct feed_head *head, struct problem *problem);

/* All but the extras, into the record that was begun. */
MUST_CHECK enum err mapped_row_take(struct mapped_row *m);
MUST_CHECK enum err mapped_row_done(struct mapped_row *m, struct bytes raw);
