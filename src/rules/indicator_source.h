/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rules/pack.h"
#include "rules/source_lines.h"

/* Lists of addresses, domains and file names: one a line with or without a word about it behind
 * ";", "," or " #", MISP's CSV export, ThreatFox's. What was made harmless to click on (hxxp,
 * [.]) is made whole again. docs/format/pack.md */

struct pack_indicators {
	struct pack_indicator *list;
	size_t count, capacity; /* the caller makes the room: indicator_source_most() */
	uint64_t passed_over;   /* entries of tables that are no indicators */
};

/* At most so many indicators can come out of a text. */
size_t indicator_source_most(struct str text);

/* Appends what the text holds, as of `set`; one without a name is called `fallback`. Texts lie in
 * the arena. Bad lines are told and passed over. E_NOMEM, E_LIMIT (no room). */
MUST_CHECK enum err indicator_source_read(struct str text, uint32_t set, struct str fallback,
	struct arena *arena, source_problem_fn *on_problem, void *context,
	struct pack_indicators *indicators);

/* What a value is once it is made whole and lower case, addresses as they are always written.
 * False, with why in *ret_problem, where it is none. Texts lie in the arena. */
MUST_CHECK bool indicator_parse(struct str value, struct arena *arena,
	enum indicator_kind *ret_kind, struct str *ret_value, enum problem_code *ret_problem);
