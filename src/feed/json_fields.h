/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "format/json.h"

/* Parts of a JSON document that is there as a whole: within room feed only. */

/* A scalar member that is wanted: number or string as it stands, "true", "false"; null is empty. */
struct json_field {
	struct str key;
	struct str *value;
};

/* A member that is a container; it must be read to its end: json_skip() at least. */
typedef enum err json_container_fn(void *context, struct str key, struct json *j,
	const struct json_token *begin, struct problem *problem);

struct json_fields {
	const struct json_field *list;
	size_t count;
	json_container_fn *container; /* NULL: they are passed over */
	void *context;
	struct arena *texts; /* where values are copied to */
};

/* All of an object, from its begin that was just read. Of a key that comes twice the last counts.
 */
MUST_CHECK enum err json_fields_read(
	struct json *j, const struct json_fields *fields, struct problem *problem);

/* Every element of an array whose begin was just read; fn reads containers to their end. */
typedef enum err json_element_fn(
	void *context, struct json *j, const struct json_token *element, struct problem *problem);
MUST_CHECK enum err json_each(
	struct json *j, json_element_fn *fn, void *context, struct problem *problem);

/* Where a value begins, to come back to it. */
struct json_place {
	size_t offset;
	uint64_t line; /* 0: nowhere */
};

/* Reads the text from there on; lines and offsets are those of the whole. */
void json_resume(struct json *j, struct str text, struct json_place place);

/* Takes the window into a text that is kept whole; PROBLEM_TOO_LARGE past LIMIT_DOCUMENT_BYTES. */
MUST_CHECK enum err json_document_take(
	struct writer *text, struct str window, size_t *ret_used, struct problem *problem);
