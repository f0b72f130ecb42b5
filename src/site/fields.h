/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"

/* Within the room: the "name: value" lines in front of the text files. */

/* What a kind of file may say. */
struct field_name {
	struct str name;
	bool required;
};

struct field {
	struct str name;
	struct str value;
	uint64_t line; /* 0: not there */
};

/* Where the reader stands. */
struct fields_text {
	struct str rest;
	uint64_t line; /* of the line read last */
};

/* Takes the lines off the front: up to an empty line where `blank_ends`, else all. Values are text
 * of one line, see site_line_valid(). E_SYNTAX fills problem; E_NOMEM. */
MUST_CHECK enum err fields_read(struct fields_text *text, bool blank_ends,
	const struct field_name *names, size_t count, struct arena *arena, struct field *fields,
	struct problem *problem);

/* Fills problem and returns E_SYNTAX. */
MUST_CHECK enum err fields_refuse(
	struct problem *problem, enum problem_code code, const struct field *field, struct str got);

/* E_SYNTAX, with the field and its value, unless valid. */
MUST_CHECK enum err fields_expect(struct problem *problem, const struct field *field, bool valid);
