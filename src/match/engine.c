/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine is, and what a file's beginning, size and name say. */
#include "match/engine.h"

#include <stdlib.h>

#include "match/engine_parts.h"

enum {
	ARENA = 2000 << 20
};

enum err engine_empty(struct engine **ret_engine)
{
	struct engine *e = calloc(1, sizeof(*e));
	if (!e)
		return E_NOMEM;
	arena_init(&e->arena, ARENA);
	e->reading = calloc(1, sizeof(*e->reading));
	if (!e->reading || pthread_mutex_init(e->reading, NULL) != 0) {
		free(e->reading);
		free(e);
		return E_NOMEM;
	}
	*ret_engine = e;
	return E_OK;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	pthread_mutex_destroy(e->reading);
	free(e->reading);
	for (uint32_t i = 0; i < e->shard_count; i++)
		compiled_free(e->shards[i].compiled);
	for (int i = 0; i < CLASS__COUNT; i++)
		pattern_set_free(e->classes[i].patterns);
	arena_release(&e->arena);
	free(e);
}

enum err engine_compiled(const struct engine *e, uint32_t shard, struct compiled **ret_compiled)
{
	struct engine_shard *s = &e->shards[shard];
	enum err err = E_OK;
	pthread_mutex_lock(e->reading);
	if (!s->compiled)
		err = compiled_load(s->saved, &s->compiled);
	pthread_mutex_unlock(e->reading);
	*ret_compiled = s->compiled;
	return err;
}

/* Whether a rule is ever touched but by what it asks for. */
static bool is_guarded(const struct engine *e, const struct engine_rule *r)
{
	for (uint32_t i = 0; i < r->ways.count; i++) {
		const struct engine_way *w = &e->ways[r->ways.first + i];
		if (w->clauses.count == 0 && w->header_count == 0 && w->texts.count == 0)
			return false;
	}
	return true;
}

struct engine_facts engine_facts(const struct engine *e)
{
	struct engine_facts facts = {.rules = e->rule_count,
		.shards = e->shard_count,
		.literals = e->pattern_count,
		.hashes = lists_hash_count(&e->lists)};
	for (uint32_t i = 0; i < e->rule_count; i++)
		facts.guarded += is_guarded(e, &e->rules[i]);
	return facts;
}

/* Ways, clauses and atoms stand in the order they were made in. */
struct range engine_rule_patterns(const struct engine *e, uint32_t rule)
{
	struct range ways = e->rules[rule].ways, patterns = {0};
	for (uint32_t i = 0; i < ways.count; i++) {
		struct range clauses = e->ways[ways.first + i].clauses;
		for (uint32_t k = 0; k < clauses.count; k++) {
			struct range atoms = e->clauses[clauses.first + k].atoms;
			for (uint32_t n = 0; n < atoms.count; n++) {
				struct range one = e->atoms[atoms.first + n];
				if (patterns.count == 0)
					patterns.first = one.first;
				patterns.count = one.first + one.count - patterns.first;
			}
		}
	}
	return patterns;
}

/* --- what a file's beginning, size and name allow --- */

static bool begins_with(struct bytes content, const struct header *h)
{
	return content.size >= h->size && memcmp(content.data, h->bytes, h->size) == 0;
}

static char folded(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool contains_nocase(struct str text, struct str part)
{
	if (part.size == 0)
		return true;
	char first = folded(part.data[0]);
	for (size_t at = 0; at + part.size <= text.size; at++)
		if (folded(text.data[at]) == first &&
			str_equal_nocase((struct str){text.data + at, part.size}, part))
			return true;
	return false;
}

static bool texts_allow(
	const struct engine *e, const struct engine_way *w, const struct engine_object *object)
{
	for (uint32_t i = 0; i < w->texts.count; i++)
		if (contains_nocase(object->externals[w->external], e->texts[w->texts.first + i]))
			return true;
	return w->texts.count == 0;
}

bool way_allows(
	const struct engine *e, const struct engine_way *w, const struct engine_object *object)
{
	uint64_t size = object->content.size;
	bool begins = w->header_count == 0;
	for (uint32_t i = 0; i < w->header_count && !begins; i++)
		begins = begins_with(object->content, &w->headers[i]);
	return begins && size >= w->size_least && size <= w->size_most && texts_allow(e, w, object);
}

static const struct header mz = {"MZ", 2}, elf = {"\x7f"
						  "ELF",
						   4};

enum engine_class engine_class_of(const struct engine *e, struct bytes content)
{
	if (begins_with(content, &mz))
		return CLASS_MZ;
	if (begins_with(content, &elf))
		return CLASS_ELF;
	for (uint32_t i = 0; i < e->header_count; i++)
		if (begins_with(content, &e->headers[i]))
			return CLASS_HEADED;
	return CLASS_OTHER;
}

/* Whether a file that begins with `h` can be of the class. */
static bool header_in_class(const struct header *h, enum engine_class class)
{
	const struct header *known = class == CLASS_MZ ? &mz : &elf;
	uint8_t shorter = h->size < known->size ? h->size : known->size;
	switch (class) {
	case CLASS_MZ:
	case CLASS_ELF:
		return memcmp(h->bytes, known->bytes, shorter) == 0;
	case CLASS_HEADED:
		/* wholly MZ or ELF ones never get there */
		return !(h->size >= mz.size && memcmp(h->bytes, mz.bytes, mz.size) == 0) &&
		       !(h->size >= elf.size && memcmp(h->bytes, elf.bytes, elf.size) == 0);
	case CLASS_OTHER:
	case CLASS__COUNT:
		break;
	}
	return false;
}

bool way_in_class(const struct engine_way *w, enum engine_class class)
{
	for (uint32_t i = 0; i < w->header_count; i++)
		if (header_in_class(&w->headers[i], class))
			return true;
	return w->header_count == 0;
}

/* --- other machines --- */

struct listing {
	const struct engine *engine;
	struct rule_match *matches;
	size_t count, capacity;
};

static void on_listed(void *context, struct str name, uint32_t set)
{
	struct listing *l = context;
	const struct engine_set *s = &l->engine->sets[set];
	if (l->count < l->capacity)
		l->matches[l->count++] = (struct rule_match){
			.set = s->name, .rule = name, .author = s->author, .ours = s->ours};
}

size_t engine_match_address(const struct engine *e, struct ip ip, uint16_t port,
	struct rule_match *ret_matches, size_t capacity)
{
	struct listing l = {e, ret_matches, 0, capacity};
	network_find_address(&e->network, ip, port, on_listed, &l);
	return l.count;
}

size_t engine_match_domain(
	const struct engine *e, struct str name, struct rule_match *ret_matches, size_t capacity)
{
	struct listing l = {e, ret_matches, 0, capacity};
	network_find_domain(&e->network, name, on_listed, &l);
	return l.count;
}
