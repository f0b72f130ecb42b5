/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/json_elements.h"
#include "feed/json_keys.h"
#include "feed/json_values.h"
#include "feed/lines.h"
#include "feed/record.h"

/* What the formats whose rows are JSON objects share, be it one a line or all in one document:
 * within room feed only. An object that cannot be read is a bad row, and reading goes on with the
 * next. */
struct json_rows;
typedef enum err json_rows_take_fn(struct json_rows *j, struct problem *problem);

struct json_rows_format {
	struct str what; /* as of record_init() */
	/* Gets every object, and ends with record_done(), record_skip() or with an error of record:
	 * E_SYNTAX is a bad row that was counted. */
	json_rows_take_fn *take;
	const struct json_key_role *roles;
	size_t role_count;
};

/* How the objects stand in the input: a level of json_elements, in one document, or one of these.
 */
enum {
	JSON_ROWS_LINES = 0,
	JSON_ROWS_ARRAY = 1,
	JSON_ROWS_STREAM = 255 /* one after the other, each over as many lines as it likes */
};

struct json_rows {
	struct json_values values; /* of the object in hand */
	struct str raw;            /* its text, trimmed */
	struct record record;      /* begun */
	struct json_keys keys;
	const struct json_rows_format *format;
	void *context; /* the format's own, NULL at first */
	struct feed_parser *p;
	unsigned level; /* or JSON_ROWS_LINES, JSON_ROWS_STREAM */
	struct lines lines;
	struct json_elements elements;
};

/* Makes p->state. format: static. */
MUST_CHECK enum err json_rows_begin(
	struct feed_parser *p, const struct json_rows_format *format, unsigned level);
MUST_CHECK enum err json_rows_consume(struct feed_parser *p, struct str window, bool last,
	size_t *ret_used, struct problem *problem);
void json_rows_end(struct feed_parser *p);

/* The value as an extra; nothing where it is empty. */
MUST_CHECK enum err json_rows_extra(
	struct json_rows *j, struct json_key *key, const struct json_value *value);

/* "[…". */
bool json_rows_is_array(const struct feed_head *head);

/* LINES, ARRAY or STREAM, for formats whose rows come in all of these. */
unsigned json_rows_shape(const struct feed_head *head);

/* "{…", "[…", or a frame of STOMP. */
bool json_rows_plausible(const struct feed_head *head);

/* The first object that stands so: does it have all of these keys (dotted as in json_values)? */
bool json_rows_has(
	const struct feed_head *head, unsigned level, const struct str keys[], size_t count);

/* Does any object that stands so have this key? */
bool json_rows_any_has(const struct feed_head *head, unsigned level, struct str key);
