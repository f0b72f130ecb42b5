/* SPDX-License-Identifier: Apache-2.0 */
/* An engine as bytes: tables are read at once, libyara's shards when they are first due, so a scan
 * begins in milliseconds and holds what it uses. docs/design/prefilter.md */
#include <stdlib.h>

#include "base/cursor.h"
#include "base/limits.h"
#include "match/engine_parts.h"

#define ENGINE_MAGIC STR("QSENGINE")
enum {
	ENGINE_FORM = 1,
	VERSION_MOST = 256
};

/* --- writing --- */

static void put_numbers(struct writer *w, const uint32_t *numbers, size_t count)
{
	writer_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		writer_u32(w, numbers[i]);
}

static void put_header(struct writer *w, const struct header *h)
{
	writer_u8(w, h->size);
	writer_bytes(w, (struct bytes){h->bytes, HEADER_BYTES});
}

static void put_rule(struct writer *w, const struct engine_rule *r)
{
	writer_string(w, r->name);
	writer_string(w, r->family);
	writer_u32(w, r->set);
	writer_u32(w, r->shard);
	writer_u8(w, r->literals);
	writer_u64(w, r->size_most);
	writer_u32(w, r->header_count);
	for (uint32_t i = 0; i < r->header_count; i++)
		put_header(w, &r->headers[i]);
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
	writer_u32(w, e->rule_count);
	for (uint32_t i = 0; i < e->rule_count; i++)
		put_rule(w, &e->rules[i]);
	writer_u32(w, e->header_count);
	for (uint32_t i = 0; i < e->header_count; i++)
		put_header(w, &e->headers[i]);
}

/* The size goes in front of what `bytes` has written since `at`. */
static void put_size(struct writer *w, size_t at)
{
	if (w->err != E_OK)
		return;
	uint64_t size = w->size - at - 8;
	for (int i = 0; i < 8; i++)
		w->data[at + (size_t)i] = (uint8_t)(size >> (8 * i));
}

static enum err put_class(struct writer *w, const struct engine_class_part *part)
{
	size_t waits = part->literal_count ? part->first[part->literal_count] : 0;
	put_numbers(w, part->first, part->literal_count ? part->literal_count + 1 : 0);
	put_numbers(w, part->rules, waits);
	put_numbers(w, part->open, part->open_count);
	size_t at = w->size;
	writer_u64(w, 0);
	TRY(literal_set_save(part->literals, w));
	put_size(w, at);
	return E_OK;
}

static enum err put_shard(struct writer *w, const struct engine *e, uint32_t shard)
{
	struct compiled *compiled;
	put_numbers(w, e->shards[shard].rules, e->shards[shard].count);
	TRY(engine_compiled(e, shard, &compiled));
	size_t at = w->size;
	writer_u64(w, 0);
	TRY(compiled_save(compiled, w));
	put_size(w, at);
	return E_OK;
}

enum err engine_save(const struct engine *e, struct writer *w)
{
	writer_str(w, ENGINE_MAGIC);
	writer_u32(w, ENGINE_FORM);
	writer_string(w, yara_build());
	writer_string(w, literal_set_build());
	put_tables(w, e);
	for (int i = 0; i < CLASS__COUNT; i++)
		TRY(put_class(w, &e->classes[i]));
	writer_u32(w, e->shard_count);
	for (uint32_t i = 0; i < e->shard_count; i++)
		TRY(put_shard(w, e, i));
	return writer_end(w);
}

/* --- reading --- */

struct reading {
	struct cursor in;
	struct engine *engine;
	enum err err;
};

/* Room for `count` things that take at least `least` bytes each of what is left. */
static void *room(struct reading *r, uint32_t count, size_t least, size_t size)
{
	void *items = NULL;
	if (count > cursor_left(&r->in) / least)
		cursor_fail(&r->in, E_CORRUPT);
	else
		items = arena_alloc(&r->engine->arena, (size_t)count + 1, size);
	if (!items)
		cursor_fail(&r->in, E_NOMEM);
	return items;
}

/* Numbers below `below`; NULL on failure. */
static uint32_t *take_numbers(struct reading *r, uint64_t below, uint32_t *ret_count)
{
	uint32_t count = cursor_u32(&r->in);
	uint32_t *numbers = room(r, count, 4, sizeof(*numbers));
	*ret_count = numbers ? count : 0;
	for (uint32_t i = 0; i < *ret_count; i++) {
		numbers[i] = cursor_u32(&r->in);
		if (numbers[i] >= below)
			cursor_fail(&r->in, E_CORRUPT);
	}
	return numbers;
}

static void take_header(struct reading *r, struct header *h)
{
	h->size = cursor_u8(&r->in);
	struct bytes bytes = cursor_take(&r->in, HEADER_BYTES);
	if (h->size > HEADER_BYTES || bytes.size != HEADER_BYTES)
		cursor_fail(&r->in, E_CORRUPT);
	else
		memcpy(h->bytes, bytes.data, HEADER_BYTES);
}

static void take_rule(struct reading *r, struct engine_rule *rule)
{
	rule->name = cursor_string(&r->in, LIMIT_PACK_BYTES);
	rule->family = cursor_string(&r->in, LIMIT_PACK_BYTES);
	rule->set = cursor_u32(&r->in);
	rule->shard = cursor_u32(&r->in);
	rule->literals = cursor_u8(&r->in);
	rule->size_most = cursor_u64(&r->in);
	rule->header_count = cursor_u32(&r->in);
	if (rule->set >= r->engine->set_count || rule->header_count > GUARD_HEADERS) {
		cursor_fail(&r->in, E_CORRUPT);
		return;
	}
	for (uint32_t i = 0; i < rule->header_count; i++)
		take_header(r, &rule->headers[i]);
}

static void take_sets(struct reading *r)
{
	struct engine *e = r->engine;
	uint32_t count = cursor_u32(&r->in);
	e->sets = room(r, count, 9, sizeof(*e->sets));
	for (uint32_t i = 0; e->sets && i < count; i++) {
		e->sets[i].name = cursor_string(&r->in, LIMIT_PACK_BYTES);
		e->sets[i].author = cursor_string(&r->in, LIMIT_PACK_BYTES);
		e->sets[i].ours = cursor_u8(&r->in);
		e->set_count = i + 1;
	}
}

static void take_tables(struct reading *r)
{
	struct engine *e = r->engine;
	e->plain = cursor_u8(&r->in);
	take_sets(r);
	uint32_t count = cursor_u32(&r->in);
	e->rules = room(r, count, 20, sizeof(*e->rules));
	for (uint32_t i = 0; e->rules && r->in.err == E_OK && i < count; i++) {
		take_rule(r, &e->rules[i]);
		e->rule_count = i + 1;
	}
	count = cursor_u32(&r->in);
	e->headers = room(r, count, 1 + HEADER_BYTES, sizeof(*e->headers));
	for (uint32_t i = 0; e->headers && r->in.err == E_OK && i < count; i++) {
		take_header(r, &e->headers[i]);
		e->header_count = i + 1;
	}
}

static struct bytes take_sized(struct reading *r)
{
	uint64_t size = cursor_u64(&r->in);
	if (size > cursor_left(&r->in))
		cursor_fail(&r->in, E_CORRUPT);
	return cursor_take(&r->in, size);
}

static void take_class(struct reading *r, struct engine_class_part *part)
{
	uint32_t firsts, waits;
	part->first = take_numbers(r, UINT64_MAX, &firsts);
	part->rules = take_numbers(r, r->engine->rule_count, &waits);
	part->open = take_numbers(r, r->engine->rule_count, &part->open_count);
	part->literal_count = firsts ? firsts - 1 : 0;
	for (uint32_t i = 0; r->in.err == E_OK && i < firsts; i++)
		if (part->first[i] > waits || (i > 0 && part->first[i] < part->first[i - 1]))
			cursor_fail(&r->in, E_CORRUPT);
	struct bytes saved = take_sized(r);
	if (r->in.err != E_OK)
		return;
	enum err err = literal_set_load(saved, &part->literals);
	if (err != E_OK)
		cursor_fail(&r->in, err);
}

static void take_shards(struct reading *r)
{
	struct engine *e = r->engine;
	uint32_t count = cursor_u32(&r->in);
	e->shards = room(r, count, 12, sizeof(*e->shards));
	for (uint32_t i = 0; e->shards && r->in.err == E_OK && i < count; i++) {
		e->shards[i].rules = take_numbers(r, e->rule_count, &e->shards[i].count);
		e->shards[i].saved = take_sized(r);
		e->shard_count = i + 1;
	}
	for (uint32_t i = 0; r->in.err == E_OK && i < e->rule_count; i++)
		if (e->rules[i].shard > 0 && e->rules[i].shard >= e->shard_count)
			cursor_fail(&r->in, E_CORRUPT);
}

static void take_builds(struct reading *r)
{
	struct bytes magic = cursor_take(&r->in, ENGINE_MAGIC.size);
	if (!str_equal((struct str){(const char *)magic.data, magic.size}, ENGINE_MAGIC))
		cursor_fail(&r->in, E_CORRUPT);
	else if (cursor_u32(&r->in) != ENGINE_FORM ||
		 !str_equal(cursor_string(&r->in, VERSION_MOST), yara_build()) ||
		 !str_equal(cursor_string(&r->in, VERSION_MOST), literal_set_build()))
		cursor_fail(&r->in, E_VERSION);
}

static enum err take_all(struct reading *r)
{
	take_builds(r);
	if (r->in.err == E_OK)
		take_tables(r);
	for (int i = 0; r->in.err == E_OK && i < CLASS__COUNT; i++)
		take_class(r, &r->engine->classes[i]);
	if (r->in.err == E_OK)
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
