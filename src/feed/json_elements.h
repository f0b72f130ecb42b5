/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/problem.h"
#include "base/span.h"

/* One JSON document taken apart while it streams: the objects that stand `level` containers deep,
 * one at a time; what stands around them is passed over. {"a":[{…},{…}]}: level 2. Within room feed
 * only. It only counts brackets and strings: each object is read for good by json_values. */
enum {
	JSON_ELEMENTS_NAME = 32
};

struct json_elements {
	unsigned level;
	unsigned depth; /* containers open */
	bool in_string;
	bool escaped;
	bool inside;   /* an object of that level has begun, at `begin` of the window */
	bool too_long; /* that one is passed over */
	size_t begin;
	size_t at;     /* looked at so far, of the window */
	uint64_t line; /* from 1, at `at` */
	uint64_t element_line;
	char name[JSON_ELEMENTS_NAME]; /* the last string outside objects of that level, cut, … */
	size_t name_size;              /* … as it stands: the key of what the object lies in */
};

void json_elements_init(struct json_elements *e, unsigned level);

/* E_OK: an object, borrowed from the window. E_LIMIT: one longer than LIMIT_ROW_BYTES was passed
 * over; ask again. E_TRUNCATED: the window holds no further whole one. E_SYNTAX: a bracket closes
 * what was never opened. */
MUST_CHECK enum err json_elements_next(
	struct json_elements *e, struct str window, struct str *ret_object);

/* Bytes of the window that are done with; the next window begins there. */
size_t json_elements_used(struct json_elements *e);

/* At the end of the input: everything that was opened is closed. */
bool json_elements_whole(const struct json_elements *e);
