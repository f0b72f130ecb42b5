/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/problem.h"
#include "rules/guard.h"
#include "rules/pack.h"

/* Within the engine: which rules there are, what each needs, and which are compiled together.
 * A rule stands in one shard; those it refers to, and its namespace's global ones, stand with it
 * there without being asked for. */

enum {
	PLAN_NO_SHARD = UINT32_MAX
};

struct planned_rule {
	const struct yara_rule *rule;
	const struct yara_file *file;
	struct str file_name;
	uint32_t set;    /* index in the pack */
	uint32_t shard;  /* where it is decided; PLAN_NO_SHARD: nowhere, its strings never matter */
	uint32_t silent; /* where it is tried without its strings; PLAN_NO_SHARD: nowhere */
	const uint32_t *with; /* rules that must be compiled before it, in order; not global ones */
	uint32_t with_count;
	uint64_t imports; /* of the file's, those the condition names: a module costs at every scan
			   */
	bool sound;       /* false: it does not compile, or something it stands on does not */
	struct guard guard;
};

/* Rules that are likely to be due together. */
struct plan_shard {
	const uint32_t *rules;
	uint32_t count;
};

struct rule_plan {
	struct planned_rule *rules; /* set by set, in order */
	uint32_t rule_count;
	struct plan_shard *shards;
	uint32_t shard_count;
};

typedef void plan_problem_fn(void *context, const struct problem *problem);

/* Splits all files. A file that is no YARA text is told, and its rules before the fault are taken;
 * a name that a set has already is told and left out. Texts are borrowed from the pack. E_NOMEM,
 * E_LIMIT. */
MUST_CHECK enum err rule_plan_make(const struct pack *pack, struct arena *arena,
	plan_problem_fn *on_problem, void *context, struct rule_plan *ret_plan);

/* Guards and shards of the sound rules. plain: no guards, one shard. */
MUST_CHECK enum err rule_plan_divide(
	struct rule_plan *plan, bool plain, const struct pattern_judge *judge, struct arena *arena);

/* Source text of some rules, as far as they are of a set and sound: imports, global rules, what
 * they stand on, themselves. False when nothing of the set is among them. scratch: rule_count
 * bytes. */
bool rule_plan_text(const struct rule_plan *plan, const uint32_t *rules, uint32_t count,
	uint32_t set, uint8_t *scratch, struct writer *w);
