/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/field.h"
#include "feed/lines.h"
#include "feed/parser.h"

/* What the lists of addresses, one a line, share: within room feed only. */
struct list {
	struct feed_parser *p;
	enum err (*take)(struct list *l, struct str line, struct problem *problem);
	void *context; /* the format's own, NULL at first */
	struct hash_key row_key;
	struct lines lines;
	struct str raw; /* the line in hand, trimmed */
	bool dated;     /* first … last are the list's day */
	uint32_t first;
	uint32_t last;
};

/* take() gets every line but comments and empty ones, trimmed, and ends with list_add(),
 * list_bad(), by counting the row as skipped, or with nothing where the line is no row. may_wait:
 * the day may still come from a line. The kind is "blocklisted" unless the operator says another.
 */
MUST_CHECK enum err list_begin(struct feed_parser *p, const struct feed_head *head, bool may_wait,
	enum err (*take)(struct list *l, struct str line, struct problem *problem),
	struct problem *problem);
MUST_CHECK enum err list_consume(struct feed_parser *p, struct str window, bool last,
	size_t *ret_used, struct problem *problem);
void list_end(struct feed_parser *p);

/* The row in hand. */
MUST_CHECK enum err list_add(struct list *l, struct prefix prefix, uint16_t port);

/* One of several rows of a line. */
MUST_CHECK enum err list_add_part(struct list *l, struct prefix prefix);
void list_bad(struct list *l, enum problem_code code, struct str field, struct str got);

/* An extra of the row that list_add() will add next. */
MUST_CHECK enum err list_extra(struct list *l, struct str column, struct str value);

/* The list is of this instant's day. PROBLEM_FUTURE_TIME past now and a day. */
MUST_CHECK enum err list_set_day(struct list *l, struct instant t, struct problem *problem);

/* "# …", "; …", "! …", "// …". */
bool list_is_comment(struct str line);

/* Lines of the head by what they hold. */
struct list_census {
	size_t comments;
	size_t fitting; /* by the format's own test */
	size_t others;
};
struct list_census list_count(const struct feed_head *head, bool (*fits)(struct str line));

/* It does not begin like a page, a document, JSON or a binary. */
bool list_plausible(const struct feed_head *head);

/* "1.2.3.4", "1.2.3.0/24", or so misspelt: digits and the signs of addresses only. */
bool list_looks_like_address(struct str s);

/* The day in a list's comments, in the words lists use: "! Updated: Thu, 15 Oct 2020 00:10:57 UTC".
 */
bool list_comment_date(struct str comment, struct instant *ret_instant);
