/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rules/yara_source.h"

/* What must be in a file for a rule to be true, read off its condition: "true ⇒ the file begins
 * with one of these headers, is no larger than this, and one of these literals occurs in it". A
 * guard may be wider than the rule, never narrower; libyara stays the judge.
 * docs/design/prefilter.md */

struct literal {
	struct bytes bytes; /* LITERAL_LEAST … LITERAL_MOST */
	bool caseless;      /* ASCII letters of either case */
};

enum {
	LITERAL_LEAST = 2,
	LITERAL_MOST = 24, /* longer ones are cut to their rarest part */
	HEADER_BYTES = 8,
	GUARD_HEADERS = 4,
	GUARD_LITERALS = 512 /* more are no guard */
};

/* Bytes that a file begins with. */
struct header {
	uint8_t bytes[HEADER_BYTES], size;
};

/* One of the literals occurs. */
struct literals {
	bool known;     /* false: they say nothing */
	uint32_t count; /* 0: nothing can be true */
	const struct literal *list;
	double cost; /* expected hits a byte of clean files */
};

struct guard {
	struct header headers[GUARD_HEADERS]; /* one of them; none: any */
	uint32_t header_count;
	uint64_t size_most; /* UINT64_MAX: any */
	struct literals literals;
};

/* How often a literal is expected at a byte of clean files: 0 … 1. */
double literal_cost(const struct literal *literal);

/* What must occur where a string matches. E_NOMEM. */
MUST_CHECK enum err string_literals(
	const struct yara_string *string, struct arena *arena, struct literals *ret_literals);

/* Guards of the rules of one namespace in the order they stand in, one a rule; a rule may refer to
 * those before it. E_NOMEM. */
MUST_CHECK enum err guards_make(const struct yara_rule *const *rules, size_t count,
	struct arena *arena, struct guard *ret_guards);
