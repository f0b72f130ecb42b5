/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rules/yara_source.h"

/* What must be so for a rule to be true, read off its condition: one of some ways, each a header, a
 * size, a name and patterns that occur. A guard may be wider than the rule, never narrower; libyara
 * stays the judge. docs/design/prefilter.md */

/* Something to look for in bytes. */
struct pattern {
	enum pattern_kind {
		PATTERN_LITERAL,    /* these bytes */
		PATTERN_DIFFERENCE, /* bytes each of which is one of the file's xor the next */
		PATTERN_EXPRESSION, /* Hyperscan's, in ASCII; a dot is any byte */
		PATTERN__COUNT
	} kind;
	struct bytes bytes; /* of literals and differences LITERAL_LEAST … LITERAL_MOST */
	bool caseless;      /* LITERAL: ASCII letters of either case */
};

enum {
	LITERAL_LEAST = 2,
	LITERAL_MOST = 40, /* longer ones are cut to their rarest part */
	HEADER_BYTES = 8,
	GUARD_HEADERS = 8,
	GUARD_WAYS = 24,
	GUARD_CLAUSES = 6,
	GUARD_PATTERNS = 2048 /* more are no clause */
};

/* Bytes that a file begins with. */
struct header {
	uint8_t bytes[HEADER_BYTES], size;
};

/* One of the patterns occurs: what a string of a rule comes to. */
struct atom {
	uint32_t count;
	const struct pattern *list;
	double cost; /* expected hits a byte of clean files */
};

/* At least `least` of the atoms occur. */
struct clause {
	uint32_t count, least;
	const struct atom *atoms;
};

/* What the scanner is told of a file, besides its bytes. */
enum external {
	EXTERNAL_NAME,
	EXTERNAL_PATH,
	EXTERNAL_EXTENSION,
	EXTERNAL_TYPE, /* always empty: no rule may rest on somebody's guess of the type */
	EXTERNAL_OWNER,
	EXTERNAL__COUNT
};
struct str external_name(enum external external); /* "filename" … as rules call it */

/* One way in which a rule can be true. */
struct guard_way {
	struct header headers[GUARD_HEADERS]; /* one of them; none: any */
	uint32_t header_count;
	uint64_t size_least, size_most;
	enum external external; /* one of these texts is in it, in either case; none: any */
	uint32_t text_count;
	const struct str *texts;
	struct clause clauses[GUARD_CLAUSES]; /* all of them */
	uint32_t clause_count;
	/* No string has a say in this way: with none of them looked for it is what it is. */
	bool free;
};

struct guard {
	const struct guard_way *ways; /* none: never true */
	uint32_t count;
	double chance; /* that the patterns of one of them are in a clean file of a megabyte */
};

/* How often bytes are expected behind one another in clean files: 0 … 1. */
double byte_share(uint8_t b);
double pair_share(uint8_t before, uint8_t b);
double literal_cost(struct bytes bytes, bool caseless);

/* Whether an expression can be looked for. */
struct pattern_judge {
	void *context;
	bool (*accepts)(void *context, struct bytes expression);
};

/* Guards of the rules of one namespace in the order they stand in, one a rule; a rule may refer to
 * those before it. judge NULL: no expressions. E_NOMEM. */
MUST_CHECK enum err guards_make(const struct yara_rule *const *rules, size_t count,
	const struct pattern_judge *judge, struct arena *arena, struct guard *ret_guards);
