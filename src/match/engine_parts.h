/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>

#include "match/engine.h"
#include "match/engine_literals.h"
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

struct engine_set {
	struct str name, author;
	bool ours;
};

struct engine_rule {
	struct str name, family;
	uint32_t set, shard;
	bool literals; /* waits for one */
	uint64_t size_most;
	uint32_t header_count;
	struct header headers[GUARD_HEADERS];
};

struct engine_shard {
	struct compiled *compiled; /* NULL: not read from `saved` yet; engine_compiled() */
	struct bytes saved;
	const uint32_t *rules; /* whose hits in this shard count */
	uint32_t count;
};

struct engine_class_part {
	struct literal_set *literals;
	uint32_t literal_count;
	const uint32_t *first; /* literal_count + 1: where a literal's rules begin */
	const uint32_t *rules;
	const uint32_t *open; /* rules that wait for no literal */
	uint32_t open_count;
};

struct engine {
	struct arena arena;
	pthread_mutex_t *reading; /* held while a shard is read */
	bool plain;
	struct engine_set *sets;
	uint32_t set_count;
	struct engine_rule *rules;
	uint32_t rule_count;
	struct engine_shard *shards;
	uint32_t shard_count;
	struct header *headers; /* that rules ask for, but MZ and ELF */
	uint32_t header_count;
	struct engine_class_part classes[CLASS__COUNT];
};

/* Without anything in it. E_NOMEM. */
MUST_CHECK enum err engine_empty(struct engine **ret_engine);

/* A shard, read now where it has not been yet. E_NOMEM, E_CORRUPT. */
MUST_CHECK enum err engine_compiled(
	const struct engine *e, uint32_t shard, struct compiled **ret_compiled);

bool rule_allowed(const struct engine_rule *r, struct bytes content);
bool rule_in_class(const struct engine_rule *r, enum engine_class class);
enum engine_class engine_class_of(const struct engine *e, struct bytes content);
