/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/json_values.h"
#include "feed/lines.h"
#include "feed/record.h"

/* What the formats of one JSON object a line share: within room feed only. A line that is no object
 * is a bad row, and reading goes on with the next. */
struct json_lines;
typedef enum err json_lines_take_fn(struct json_lines *j, struct problem *problem);

struct json_lines {
	struct lines lines;
	struct json_values values; /* of the line in hand */
	struct str raw;            /* the line, trimmed */
	struct record record;      /* begun */
	json_lines_take_fn *take;
	struct feed_parser *p;
};

/* Makes p->state. take() gets every object, and ends with record_done(), record_skip() or with an
 * error of record: E_SYNTAX is a bad row that was counted. `what`: as of record_init(). */
MUST_CHECK enum err json_lines_begin(
	struct feed_parser *p, struct str what, json_lines_take_fn *take);
MUST_CHECK enum err json_lines_consume(struct feed_parser *p, struct str window, bool last,
	size_t *ret_used, struct problem *problem);
void json_lines_end(struct feed_parser *p);

/* The first line that holds an object: does it have all of these keys (dotted as in json_values;
 * empty ones are none)? */
bool json_lines_has(const struct feed_head *head, const struct str keys[], size_t count);
