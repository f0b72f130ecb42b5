/* SPDX-License-Identifier: Apache-2.0 */
/* An engine as bytes: tables are read at once, libyara's shards when they are first due, so a scan
 * begins in milliseconds and holds what it uses. docs/design/prefilter.md */
#include <stdlib.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "match/engine_parts.h"

#define ENGINE_MAGIC STR("QSENGINE")
enum {
	ENGINE_FORM = 5,
	VERSION_MOST = 256
};

/* What it was made with and for: other versions cannot read it. */
static void put_build(struct writer *w)
{
	writer_u32(w, ENGINE_FORM);
	yara_build(w);
	writer_char(w, ' ');
	pattern_set_build(w);
}

/* --- writing --- */

static void put_numbers(struct writer *w, const uint32_t *numbers, size_t count)
{
	writer_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		writer_u32(w, numbers[i]);
}

static void put_range(struct writer *w, struct range r)
{
	writer_u32(w, r.first);
	writer_u32(w, r.count);
}

static void put_headers(struct writer *w, const struct header *headers, uint32_t count)
{
	writer_u32(w, count);
	for (uint32_t i = 0; i < count; i++) {
		writer_u8(w, headers[i].size);
		writer_bytes(w, (struct bytes){headers[i].bytes, HEADER_BYTES});
	}
}

static void put_rules(struct writer *w, const struct engine *e)
{
	writer_u32(w, e->rule_count);
	for (uint32_t i = 0; i < e->rule_count; i++) {
		const struct engine_rule *r = &e->rules[i];
		writer_string(w, r->name);
		writer_string(w, r->family);
		writer_u32(w, r->set);
		writer_u32(w, r->shard);
		writer_u32(w, r->silent);
		put_range(w, r->ways);
	}
}

static void put_ways(struct writer *w, const struct engine *e)
{
	writer_u32(w, e->way_count);
	for (uint32_t i = 0; i < e->way_count; i++) {
		const struct engine_way *way = &e->ways[i];
		put_headers(w, way->headers, way->header_count);
		writer_u64(w, way->size_least);
		writer_u64(w, way->size_most);
		writer_u8(w, (uint8_t)way->external);
		put_range(w, way->texts);
		put_range(w, way->clauses);
		writer_u8(w, way->free);
	}
}

static void put_tables(struct writer *w, const struct engine *e)
{
	writer_u8(w, e->plain);
	writer_u32(w, e->set_count);
	for (uint32_t i = 0; i < e->set_count; i++) {
		writer_string(w, e->sets[i].name);
		writer_string(w, e->sets[i].author);
		writer_u8(w, e->sets[i].ours);
	}
	put_numbers(w, e->atom_patterns, e->atom_pattern_count);
	writer_u32(w, e->atom_count);
	for (uint32_t i = 0; i < e->atom_count; i++)
		put_range(w, e->atoms[i]);
	writer_u32(w, e->clause_count);
	for (uint32_t i = 0; i < e->clause_count; i++) {
		writer_u32(w, e->clauses[i].least);
		put_range(w, e->clauses[i].atoms);
	}
	writer_u32(w, e->text_count);
	for (uint32_t i = 0; i < e->text_count; i++)
		writer_string(w, e->texts[i]);
	put_ways(w, e);
	put_rules(w, e);
	put_numbers(w, e->pattern_first, (size_t)e->pattern_count + 1);
	put_numbers(w, e->pattern_rules, e->pattern_first[e->pattern_count]);
	put_headers(w, e->headers, e->header_count);
	lists_save(&e->lists, w);
	network_save(&e->network, w);
}

/* A size into the place that was left for it. */
static void put_size(struct writer *w, size_t at, uint64_t size)
{
	if (w->err != E_OK)
		return;
	for (int i = 0; i < 8; i++)
		w->data[at + (size_t)i] = (uint8_t)(size >> (8 * i));
}

static enum err put_class(struct writer *w, const struct engine_class_part *part)
{
	put_numbers(w, part->open, part->open_count);
	size_t at = w->size;
	writer_u64(w, 0);
	TRY(pattern_set_save(part->patterns, w));
	put_size(w, at, w->size - at - 8);
	return E_OK;
}

/* What is known of all shards stands together: reading it touches none of them. */
static enum err put_shards(struct writer *w, const struct engine *e, size_t *places)
{
	writer_u32(w, e->shard_count);
	for (uint32_t i = 0; i < e->shard_count; i++) {
		put_numbers(w, e->shards[i].rules, e->shards[i].count);
		places[i] = w->size;
		writer_u64(w, 0);
	}
	for (uint32_t i = 0; i < e->shard_count; i++) {
		struct compiled *compiled;
		size_t at = w->size;
		TRY(engine_compiled(e, i, &compiled));
		TRY(compiled_save(compiled, w));
		put_size(w, places[i], w->size - at);
	}
	return E_OK;
}

enum err engine_save(const struct engine *e, struct writer *w)
{
	struct writer build;
	size_t *places = calloc((size_t)e->shard_count + 1, sizeof(*places));
	if (!places)
		return E_NOMEM;
	writer_init(&build, VERSION_MOST);
	put_build(&build);
	writer_str(w, ENGINE_MAGIC);
	writer_string(w, writer_view_str(&build));
	writer_release(&build);
	put_tables(w, e);
	enum err err = E_OK;
	for (int i = 0; i < CLASS__COUNT && err == E_OK; i++)
		err = put_class(w, &e->classes[i]);
	if (err == E_OK)
		err = put_shards(w, e, places);
	free(places);
	return err == E_OK ? writer_end(w) : err;
}

/* --- reading --- */

struct reading {
	struct cursor in;
	struct engine *engine;
};

static bool fine(const struct reading *r)
{
	return r->in.err == E_OK;
}

static void check(struct reading *r, bool right)
{
	if (!right)
		cursor_fail(&r->in, E_CORRUPT);
}

/* A count of things of at least `least` bytes each of what is left, and room for them. */
static void *take_table(struct reading *r, size_t least, size_t size, uint32_t *ret_count)
{
	uint32_t count = cursor_u32(&r->in);
	*ret_count = 0;
	check(r, count <= cursor_left(&r->in) / least);
	void *items = fine(r) ? arena_alloc(&r->engine->arena, (size_t)count + 1, size) : NULL;
	if (!items)
		cursor_fail(&r->in, E_NOMEM);
	else
		*ret_count = count;
	return items;
}

/* Numbers below `below`; NULL on failure. */
static uint32_t *take_numbers(struct reading *r, uint64_t below, uint32_t *ret_count)
{
	uint32_t *numbers = take_table(r, 4, sizeof(*numbers), ret_count);
	for (uint32_t i = 0; i < *ret_count; i++) {
		numbers[i] = cursor_u32(&r->in);
		check(r, numbers[i] < below);
	}
	return numbers;
}

static struct range take_range(struct reading *r, uint32_t within)
{
	struct range range;
	range.first = cursor_u32(&r->in);
	range.count = cursor_u32(&r->in);
	check(r, range.first <= within && range.count <= within - range.first);
	return fine(r) ? range : (struct range){0};
}

static void take_header(struct reading *r, struct header *h)
{
	h->size = cursor_u8(&r->in);
	struct bytes bytes = cursor_take(&r->in, HEADER_BYTES);
	check(r, h->size <= HEADER_BYTES);
	if (fine(r))
		memcpy(h->bytes, bytes.data, HEADER_BYTES);
}

static void take_atoms(struct reading *r)
{
	struct engine *e = r->engine;
	e->atom_patterns = take_numbers(r, UINT64_MAX, &e->atom_pattern_count);
	e->atoms = take_table(r, 8, sizeof(*e->atoms), &e->atom_count);
	for (uint32_t i = 0; i < e->atom_count; i++)
		e->atoms[i] = take_range(r, e->atom_pattern_count);
	e->clauses = take_table(r, 12, sizeof(*e->clauses), &e->clause_count);
	for (uint32_t i = 0; i < e->clause_count; i++) {
		e->clauses[i].least = cursor_u32(&r->in);
		e->clauses[i].atoms = take_range(r, e->atom_count);
	}
}

static void take_way(struct reading *r, struct engine_way *way)
{
	way->header_count = cursor_u32(&r->in);
	check(r, way->header_count <= GUARD_HEADERS);
	for (uint32_t i = 0; fine(r) && i < way->header_count; i++)
		take_header(r, &way->headers[i]);
	way->size_least = cursor_u64(&r->in);
	way->size_most = cursor_u64(&r->in);
	uint8_t external = cursor_u8(&r->in);
	check(r, external < EXTERNAL__COUNT);
	way->external = (enum external)external;
	way->texts = take_range(r, r->engine->text_count);
	way->clauses = take_range(r, r->engine->clause_count);
	way->free = cursor_u8(&r->in);
}

static void take_ways(struct reading *r)
{
	struct engine *e = r->engine;
	e->texts = take_table(r, 4, sizeof(*e->texts), &e->text_count);
	for (uint32_t i = 0; i < e->text_count; i++)
		e->texts[i] = cursor_string(&r->in, LIMIT_PACK_BYTES);
	e->ways = take_table(r, 38, sizeof(*e->ways), &e->way_count);
	for (uint32_t i = 0; fine(r) && i < e->way_count; i++)
		take_way(r, &e->ways[i]);
}

static void take_rules(struct reading *r)
{
	struct engine *e = r->engine;
	e->rules = take_table(r, 28, sizeof(*e->rules), &e->rule_count);
	for (uint32_t i = 0; fine(r) && i < e->rule_count; i++) {
		struct engine_rule *rule = &e->rules[i];
		rule->name = cursor_string(&r->in, LIMIT_PACK_BYTES);
		rule->family = cursor_string(&r->in, LIMIT_PACK_BYTES);
		rule->set = cursor_u32(&r->in);
		rule->shard = cursor_u32(&r->in);
		rule->silent = cursor_u32(&r->in);
		rule->ways = take_range(r, e->way_count);
		check(r, rule->set < e->set_count);
	}
}

static void take_sets(struct reading *r)
{
	struct engine *e = r->engine;
	e->plain = cursor_u8(&r->in);
	e->sets = take_table(r, 9, sizeof(*e->sets), &e->set_count);
	for (uint32_t i = 0; fine(r) && i < e->set_count; i++) {
		e->sets[i].name = cursor_string(&r->in, LIMIT_PACK_BYTES);
		e->sets[i].author = cursor_string(&r->in, LIMIT_PACK_BYTES);
		e->sets[i].ours = cursor_u8(&r->in);
	}
}

static void take_patterns(struct reading *r)
{
	struct engine *e = r->engine;
	uint32_t firsts, rules;
	uint32_t *first = take_numbers(r, UINT64_MAX, &firsts);
	e->pattern_rules = take_numbers(r, e->rule_count, &rules);
	check(r, firsts > 0 && first && first[firsts - 1] == rules);
	for (uint32_t i = 1; fine(r) && first && i < firsts; i++)
		check(r, first[i] >= first[i - 1]);
	e->pattern_first = first;
	e->pattern_count = fine(r) ? firsts - 1 : 0;
	for (uint32_t i = 0; fine(r) && i < e->atom_pattern_count; i++)
		check(r, e->atom_patterns[i] < e->pattern_count);
	e->headers = take_table(r, 1 + HEADER_BYTES, sizeof(*e->headers), &e->header_count);
	for (uint32_t i = 0; fine(r) && i < e->header_count; i++)
		take_header(r, &e->headers[i]);
}

static void take_lists(struct reading *r)
{
	lists_load(&r->in, r->engine->set_count, &r->engine->lists);
	network_load(&r->in, r->engine->set_count, &r->engine->network);
}

static struct bytes take_bytes(struct reading *r, uint64_t size)
{
	check(r, size <= cursor_left(&r->in));
	return cursor_take(&r->in, fine(r) ? size : 0);
}

static void take_class(struct reading *r, struct engine_class_part *part)
{
	part->open = take_numbers(r, r->engine->rule_count, &part->open_count);
	struct bytes saved = take_bytes(r, cursor_u64(&r->in));
	if (!fine(r))
		return;
	enum err err = pattern_set_load(saved, &part->patterns);
	if (err != E_OK)
		cursor_fail(&r->in, err);
}

static bool is_shard(const struct engine *e, uint32_t shard)
{
	return shard < e->shard_count || shard == NO_SHARD;
}

static void take_shards(struct reading *r)
{
	struct engine *e = r->engine;
	uint32_t count;
	e->shards = take_table(r, 12, sizeof(*e->shards), &count);
	for (uint32_t i = 0; fine(r) && i < count; i++) {
		e->shards[i].rules = take_numbers(r, e->rule_count, &e->shards[i].count);
		e->shards[i].saved.size = cursor_u64(&r->in);
		e->shard_count = i + 1;
	}
	for (uint32_t i = 0; fine(r) && i < count; i++)
		e->shards[i].saved = take_bytes(r, e->shards[i].saved.size);
	for (uint32_t i = 0; fine(r) && i < e->rule_count; i++)
		check(r, is_shard(e, e->rules[i].shard) && is_shard(e, e->rules[i].silent));
}

static void take_build(struct reading *r)
{
	struct writer build;
	struct bytes magic = cursor_take(&r->in, ENGINE_MAGIC.size);
	check(r, str_equal((struct str){(const char *)magic.data, magic.size}, ENGINE_MAGIC));
	struct str made = cursor_string(&r->in, VERSION_MOST);
	writer_init(&build, VERSION_MOST);
	put_build(&build);
	if (!str_equal(made, writer_view_str(&build)))
		cursor_fail(&r->in, E_VERSION);
	writer_release(&build);
}

static enum err take_all(struct reading *r)
{
	static void (*const parts[])(struct reading *) = {take_build, take_sets, take_atoms,
		take_ways, take_rules, take_patterns, take_lists};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && fine(r); i++)
		parts[i](r);
	for (int i = 0; fine(r) && i < CLASS__COUNT; i++)
		take_class(r, &r->engine->classes[i]);
	if (fine(r))
		take_shards(r);
	enum err err = cursor_end(&r->in);
	return err == E_SYNTAX || err == E_LIMIT || err == E_TRUNCATED ? E_CORRUPT : err;
}

enum err engine_load(struct bytes bytes, struct engine **ret_engine)
{
	struct reading r = {0};
	TRY(yara_begin());
	TRY(engine_empty(&r.engine));
	cursor_init(&r.in, bytes);
	enum err err = take_all(&r);
	if (err != E_OK)
		engine_free(r.engine);
	else
		*ret_engine = r.engine;
	return err;
}
