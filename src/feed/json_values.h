/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "feed/parser.h"
#include "format/json.h"

/* One JSON object as a flat list: {"a":{"b":1},"c":["x"]} is a.b = 1, c.0 = x, in the order of the
 * text. Within room feed only. */
struct json_value {
	struct str key;
	enum json_kind kind; /* NULL, FALSE, TRUE, NUMBER, STRING */
	bool in_place;       /* the text lies in what was read */
	struct str text;     /* as in struct json_token; "true" and "false"; empty for null */
};

enum {
	JSON_VALUES_MOST = 1024
};

struct json_values {
	struct arena texts;
	struct writer key; /* of the container in hand */
	size_t count;
	struct json_value list[JSON_VALUES_MOST];
};

/* One large value: allocate it. */
void json_values_init(struct json_values *v);
void json_values_release(struct json_values *v);

/* Takes the place of what was there; `object` is borrowed. Empty objects and arrays are nothing; a
 * key twice is there twice. E_SYNTAX with `problem` (code and got, no place): not one whole object,
 * or more follows; E_LIMIT: too deep, too many values; E_NOMEM. */
MUST_CHECK enum err json_values_read(
	struct json_values *v, struct str object, struct problem *problem);

/* One more object, after the others, its keys below `above`. On an error none of its values are
 * there. */
MUST_CHECK enum err json_values_add(
	struct json_values *v, struct str above, struct str object, struct problem *problem);

/* Where anything lies below `prefix` ("a."): that alone stays, its keys without the prefix. */
void json_values_unwrap(struct json_values *v, struct str prefix);

/* The last of that key, as most readers of JSON have it; NULL: none. */
const struct json_value *json_values_find(const struct json_values *v, struct str key);

/* The text of a number or string; empty for all else. */
struct str json_values_text(const struct json_values *v, struct str key);
