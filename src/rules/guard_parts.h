/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "rules/guard.h"

/* Within the room: strings as atoms, and the arithmetic of guards. */

/* A string as an atom, before it is known how it is looked for. */
struct string_atom {
	bool known; /* by literals */
	struct atom literals;
	const struct yara_string *string; /* a tree of it may say more than its literals */
	double tree_cost;                 /* 1: it does not */
	struct settled *settled;
};

/* Found out once, when it is first needed. */
struct settled {
	bool done, known;
	struct atom atom;
};

/* E_NOMEM. */
MUST_CHECK enum err string_atom_make(
	const struct yara_string *string, struct arena *arena, struct string_atom *ret_atom);

/* How it is looked for. False: it cannot be. E_NOMEM in *err. */
bool string_atom_settle(const struct string_atom *from, const struct pattern_judge *judge,
	struct arena *arena, struct atom *ret_atom, enum err *err);

/* Chance that it occurs in a clean file of a megabyte. */
double cost_chance(double cost);

/* --- guards in the making --- */

/* At least `least` of the strings. */
struct need {
	uint32_t count, least;
	const struct string_atom *const *strings;
};

enum {
	WAY_NEEDS = 16
};

struct way {
	struct header headers[GUARD_HEADERS];
	uint32_t header_count;
	uint64_t size_least, size_most;
	enum external external;
	uint32_t text_count;
	const struct str *texts;
	struct need needs[WAY_NEEDS];
	uint32_t need_count;
	bool free;
};

struct ways {
	uint32_t count;
	const struct way *list;
};

/* Where they are made; err sticks. */
struct making {
	struct arena *arena;
	enum err err;
};

extern const struct way way_anything; /* free, without any need */

struct ways ways_one(struct making *m, const struct way *way);
struct ways ways_both(struct making *m, struct ways a, struct ways b);
struct ways ways_either(struct making *m, struct ways a, struct ways b);

/* The same with every way marked as one in which strings have a say. */
struct ways ways_bound(struct making *m, struct ways a);

/* `least` of `count` strings; those that are not known may be there. */
struct ways ways_of(
	struct making *m, const struct string_atom *const *strings, uint32_t count, uint64_t least);

/* The least that makes each way rare, settled. */
struct guard ways_settle(struct making *m, struct ways a, const struct pattern_judge *judge);

/* A rule's condition; c->err in m. */
struct condition_context {
	struct making *making;
	const struct yara_rule *rule;
	const struct string_atom *strings;     /* one a string of the rule */
	const struct yara_rule *const *before; /* rules it may refer to */
	const struct ways *ways;               /* theirs */
	size_t before_count;
};
struct ways condition_ways(const struct condition_context *context);
