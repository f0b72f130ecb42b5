/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/lines.h"
#include "feed/record.h"

/* Lists of rows with commas whose columns are named in a comment, or in the first line below the
 * comments: one line a row, spaces beside commas, quotes or none. Within room feed only. */
enum {
	COMMENTED_COLUMNS = 64,
	COMMENTED_ROLES = 16,
	COMMENTED_KIND_OF_ROW = -1 /* take() says it with record_kind() */
};

struct commented_role {
	struct str name; /* of the column; ASCII letters compare without case */
	uint8_t role;    /* 1 … COMMENTED_ROLES - 1; columns nobody named are extras */
};

struct commented_csv;

struct commented_format {
	struct str what; /* record_init() */
	int kind;
	char comment;    /* what begins a comment */
	char separator;  /* 0: a comma. Beside any other, quotes are text */
	struct str lead; /* what may stand before the names of the columns: "Format:" */
	const struct commented_role *roles;
	size_t role_count;
	uint8_t first_role;  /* of the header's first column: tells the header from a row */
	uint8_t other_first; /* the same in another form of the list; 0: there is none */
	struct str nulls[2]; /* values that mean nothing, besides the empty one */
	/* One row, already record_begin()s: ends with commented_done(), record_skip() or an error
	 * of record. */
	enum err (*take)(struct commented_csv *c);
};

struct commented_csv {
	const struct commented_format *format;
	struct feed_parser *p;
	struct record record;
	struct lines lines;
	struct str raw; /* the line in hand, trimmed */
	uint32_t columns;
	struct str names[COMMENTED_COLUMNS];
	struct str fields[COMMENTED_COLUMNS]; /* of the row in hand */
	int column[COMMENTED_ROLES];          /* -1: the file has none */
	bool extra[COMMENTED_COLUMNS];
	bool has_header;
};

/* Whether the head has a header with all of these columns, and which else. */
struct commented_header {
	uint32_t count;
	struct str names[COMMENTED_COLUMNS];
};
bool commented_find_header(const struct feed_head *head, const struct commented_format *format,
	struct commented_header *ret_header);
bool commented_has(const struct commented_header *h, struct str name);

/* Fields of one line, without their quotes and the spaces around them: all are counted, the first
 * `most` kept. separator: as above. False: a quote that does not close. */
bool commented_split(
	struct str line, char separator, struct str *fields, uint32_t most, uint32_t *ret_count);

MUST_CHECK enum err commented_begin(
	struct feed_parser *p, const struct commented_format *format, struct problem *problem);
MUST_CHECK enum err commented_consume(struct feed_parser *p, struct str window, bool last,
	size_t *ret_used, struct problem *problem);
void commented_end(struct feed_parser *p);

/* The row's value, "" where it has none, and what the file calls the column. */
struct str commented_get(const struct commented_csv *c, uint8_t role);
struct str commented_name(const struct commented_csv *c, uint8_t role);

/* Kept as an extra. */
MUST_CHECK enum err commented_keep(struct commented_csv *c, uint8_t role);

/* Extras nobody named, and the row is whole. */
MUST_CHECK enum err commented_done(struct commented_csv *c, struct str time, struct str source);
