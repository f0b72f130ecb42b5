/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "base/problem.h"

/* Lists of hashes and indicators as others write them: lines, or a table whose header names what
 * stands in it (MISP's CSV export, ThreatFox's). docs/format/pack.md */

struct source_entry {
	struct str value; /* of a table the value, else the whole line, trimmed */
	struct str type;  /* of a table: "ip-dst|port"; of a line empty */
	struct str name;  /* of a table what the value belongs to; may be empty */
	bool compromised; /* of a table that says so: an innocent machine that was broken into */
	uint64_t line;
};

/* Borrowed until it returns. An error ends the reading. */
typedef enum err source_entry_fn(void *context, const struct source_entry *entry);
typedef void source_problem_fn(void *context, const struct problem *problem);

/* Every entry but comments (#, //), empty lines, and rows that a table says are not for detection.
 * E_NOMEM; E_LIMIT past LIMIT_PACK_BYTES. */
MUST_CHECK enum err source_each(struct str text, struct arena *arena, source_entry_fn *fn,
	source_problem_fn *on_problem, void *context);

/* What a list calls something, for people: at most 200 bytes of valid UTF-8 without control
 * characters; `fallback` where there is nothing. data NULL: no memory. */
struct str source_name(struct arena *arena, struct str name, struct str fallback);

/* Tells what is wrong with an entry. */
void source_tell(source_problem_fn *on_problem, void *context, uint64_t line,
	enum problem_code code, struct str field, struct str got);
