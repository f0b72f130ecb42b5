/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rules/yara_source.h"

/* What must be in a file for a rule to be true, read off its condition: "true ⇒ the header is this
 * and one of these literals occurs". A guard may be wider than the rule, never narrower; libyara
 * stays the judge. Method and proof: docs/design/prefilter.md. */

struct literal {
	struct bytes bytes; /* at least 2 */
	bool caseless;      /* ASCII letters of either case */
};

/* Bytes that stand at the beginning of the file. size 0: any header. */
struct header {
	uint8_t bytes[8], size;
};

enum {
	GUARD_HEADERS = 8,
	GUARD_LITERALS = 64 /* more are no guard */
};

struct guard {
	struct header headers[GUARD_HEADERS]; /* one of them; none: any */
	size_t header_count;
	uint64_t size_most; /* of the file; UINT64_MAX: any */
	bool needs_literal; /* false: literals say nothing, the rule runs wherever header and size
			       fit */
	const struct literal *literals; /* one of them occurs */
	size_t literal_count;           /* 0 with needs_literal: never true */
	double cost;                    /* how often it hits clean files; smaller is better */
};

/* How rare a literal is in clean files: expected hits a byte. Pure guess by bytes and length unless
 * a table of pairs counted on clean files is given (docs/design/prefilter.md). */
double literal_cost(const struct literal *literal);

/* Guards of all rules of one namespace, references followed. One guard a rule, in order. E_NOMEM.
 */
MUST_CHECK enum err guards_make(const struct yara_rule *const *rules, size_t count,
	struct arena *arena, struct guard *ret_guards);
