/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/limits.h"
#include "base/problem.h"
#include "base/span.h"
#include "base/writer.h"

/* A pull reader of JSON (RFC 8259) without recursion. One value may follow another, with white
 * space between: JSON lines. Text must be UTF-8. */
enum json_kind {
	JSON_END, /* of the text */
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_KEY, /* of a member: its value comes next */
	JSON_OBJECT,
	JSON_OBJECT_END,
	JSON_ARRAY,
	JSON_ARRAY_END,
	JSON__COUNT
};

struct json_token {
	enum json_kind kind;
	struct str text; /* number as written; string or key without quotes and escapes. Borrowed
			    until the next token */
	bool in_place;   /* the text stands so in the input, and is borrowed for as long */
	uint64_t line;   /* from 1 */
	uint64_t offset;
	unsigned depth; /* objects and arrays around it; a container's own begin and end have the
			   same depth */
};

struct json {
	struct str text;
	size_t at;
	uint64_t line;
	unsigned depth;
	uint64_t objects; /* bit i: the container at depth i is an object */
	bool after_value; /* a comma or the container's end comes next */
	bool after_key;   /* the member's value comes next */
	bool after_comma; /* a container must not end here */
	struct writer unescaped;
};

/* Text is borrowed. */
void json_init(struct json *j, struct str text);
void json_release(struct json *j);

/* E_SYNTAX, E_LIMIT (depth) with `problem` filled; E_NOMEM. Nothing more may be asked after. */
MUST_CHECK enum err json_next(
	struct json *j, struct json_token *ret_token, struct problem *problem);

/* Skips what is left of the value that `token` began: nothing for scalars. */
MUST_CHECK enum err json_skip(
	struct json *j, const struct json_token *token, struct problem *problem);
