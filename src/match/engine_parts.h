/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>

#include "match/engine.h"
#include "match/engine_lists.h"
#include "match/engine_network.h"
#include "match/engine_patterns.h"
#include "match/engine_yara.h"
#include "rules/guard.h"

/* Within the engine: what it is made of. Made by engine_build.c or engine_file.c, used by engine.c.
 */

/* By how a file begins, so that rules for others cost nothing. */
enum engine_class {
	CLASS_OTHER,
	CLASS_MZ,
	CLASS_ELF,
	CLASS_HEADED, /* a beginning that some rule asks for */
	CLASS__COUNT
};

enum {
	NO_SHARD = UINT32_MAX
};

struct engine_set {
	struct str name, author;
	bool ours;
};

/* Of a rule, a way, a clause, an atom: which of the next table are its own. */
struct range {
	uint32_t first, count;
};

struct engine_rule {
	struct str name, family;
	uint32_t set;
	uint32_t shard;  /* where it is decided; NO_SHARD: its strings never matter */
	uint32_t silent; /* shard in which it is tried without its strings; NO_SHARD: none */
	struct range ways;
};

struct engine_way {
	struct header headers[GUARD_HEADERS];
	uint32_t header_count;
	uint64_t size_least, size_most;
	enum external external;
	struct range texts;
	struct range clauses;
	bool free;
};

struct engine_clause {
	uint32_t least;
	struct range atoms;
};

struct engine_shard {
	struct compiled *compiled; /* NULL: not read from `saved` yet; engine_compiled() */
	struct bytes saved;
	const uint32_t *rules; /* whose hits in this shard count */
	uint32_t count;
};

struct engine_class_part {
	struct pattern_set *patterns;
	const uint32_t *open; /* rules with a way that asks for no pattern */
	uint32_t open_count;
};

struct engine {
	struct arena arena;
	pthread_mutex_t *reading; /* held while a shard is read */
	struct engine_set *sets;
	struct engine_rule *rules;
	struct engine_way *ways;
	struct str *texts;
	struct engine_clause *clauses;
	struct range *atoms; /* of numbers of patterns, in atom_patterns */
	uint32_t *atom_patterns;
	const uint32_t *pattern_first; /* pattern_count + 1: where a pattern's rules begin */
	const uint32_t *pattern_rules;
	struct engine_shard *shards;
	struct header *headers; /* that rules ask for, but MZ and ELF */
	struct engine_class_part classes[CLASS__COUNT];
	struct engine_lists lists;
	struct engine_network network;
	uint32_t set_count, rule_count, way_count, text_count, clause_count, atom_count;
	uint32_t atom_pattern_count, pattern_count, shard_count, header_count;
	bool plain;
};

/* Without anything in it. E_NOMEM. */
MUST_CHECK enum err engine_empty(struct engine **ret_engine);

/* A shard, read now where it has not been yet. E_NOMEM, E_CORRUPT. */
MUST_CHECK enum err engine_compiled(
	const struct engine *e, uint32_t shard, struct compiled **ret_compiled);

/* Where in atom_patterns those of a rule stand. */
struct range engine_rule_patterns(const struct engine *e, uint32_t rule);

/* What of a file says whether a way is open. */
struct engine_object {
	struct bytes content;
	struct str externals[EXTERNAL__COUNT];
};
bool way_allows(
	const struct engine *e, const struct engine_way *way, const struct engine_object *object);

/* Whether a file that begins like the class can take the way. */
bool way_in_class(const struct engine_way *way, enum engine_class class);
enum engine_class engine_class_of(const struct engine *e, struct bytes content);
