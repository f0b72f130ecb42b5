/* SPDX-License-Identifier: Apache-2.0 */
/* docs/format/pack.md */
#include "rules/pack.h"

#include <zstd.h>

#include "base/cursor.h"
#include "base/limits.h"

enum {
	MAGIC = 0x50525351, /* "QSRP" */
	VERSION = 1,
	HEAD = 16, /* magic, version, size of the body unpacked */
	LEVEL = 12
};

size_t digest_size(enum digest_kind kind)
{
	switch (kind) {
	case DIGEST_MD5:
		return 16;
	case DIGEST_SHA1:
		return 20;
	case DIGEST_SHA256:
		return 32;
	case DIGEST__COUNT:
		break;
	}
	return 0;
}

const struct pack_page *pack_page(const struct pack *p, struct str family, enum lang lang)
{
	for (size_t i = 0; i < p->page_count; i++)
		if (p->pages[i].lang == lang && str_equal(p->pages[i].family, family))
			return &p->pages[i];
	return NULL;
}

/* --- writing --- */

static void write_set(struct writer *w, const struct pack_set *s)
{
	writer_string(w, s->name);
	writer_string(w, s->author);
	writer_string(w, s->licence);
	writer_string(w, s->source);
	writer_u8(w, s->ours);
	writer_u32(w, (uint32_t)s->file_count);
	for (size_t i = 0; i < s->file_count; i++) {
		writer_string(w, s->files[i].name);
		writer_string(w, s->files[i].text);
	}
}

static void write_data(struct writer *w, const struct pack *p)
{
	writer_u32(w, (uint32_t)p->hash_count);
	for (size_t i = 0; i < p->hash_count; i++) {
		const struct pack_hash *h = &p->hashes[i];
		writer_u8(w, (uint8_t)h->kind);
		writer_bytes(w, (struct bytes){h->digest, digest_size(h->kind)});
		writer_u64(w, h->size);
		writer_string(w, h->name);
		writer_u32(w, h->set);
	}
	writer_u32(w, (uint32_t)p->indicator_count);
	for (size_t i = 0; i < p->indicator_count; i++) {
		const struct pack_indicator *n = &p->indicators[i];
		writer_u8(w, (uint8_t)n->kind);
		writer_string(w, n->value);
		writer_string(w, n->name);
		writer_u32(w, n->set);
	}
	writer_u32(w, (uint32_t)p->page_count);
	for (size_t i = 0; i < p->page_count; i++) {
		writer_string(w, p->pages[i].family);
		writer_u8(w, (uint8_t)p->pages[i].lang);
		writer_string(w, p->pages[i].text);
	}
}

static void write_body(struct writer *w, const struct pack *p)
{
	writer_string(w, p->id);
	writer_u64(w, p->version);
	writer_u64(w, (uint64_t)p->made.seconds);
	writer_u64(w, (uint64_t)p->expires.seconds);
	writer_u32(w, (uint32_t)p->set_count);
	for (size_t i = 0; i < p->set_count; i++)
		write_set(w, &p->sets[i]);
	write_data(w, p);
}

static void write_packed(struct writer *w, struct bytes body)
{
	size_t room = ZSTD_compressBound(body.size), at = w->size;
	uint8_t *into = writer_reserve(w, room);
	if (!into)
		return;
	size_t size = ZSTD_compress(into, room, body.data, body.size, LEVEL);
	if (ZSTD_isError(size))
		writer_fail(w, E_NOMEM);
	else
		w->size = at + size;
}

void pack_write(struct writer *w, const struct pack *pack)
{
	struct writer body;
	writer_init(&body, LIMIT_PACK_BYTES);
	write_body(&body, pack);
	if (body.err != E_OK)
		writer_fail(w, body.err);
	writer_u32(w, MAGIC);
	writer_u32(w, VERSION);
	writer_u64(w, body.size);
	write_packed(w, writer_view(&body));
	writer_release(&body);
}

/* --- opening --- */

static bool plain_name(struct str s)
{
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
			    c == '-' || c == '_'))
			return false;
	}
	return s.size > 0 && s.size <= LIMIT_PACK_NAME;
}

/* Room for as many as are claimed, if their least size fits into what is left. */
static void *room_for(
	struct cursor *c, struct arena *arena, uint32_t count, size_t least, size_t size)
{
	if (c->err == E_OK && count > cursor_left(c) / least)
		cursor_fail(c, E_CORRUPT);
	if (c->err != E_OK)
		return NULL;
	void *items = arena_alloc(arena, (size_t)count + 1, size);
	if (!items)
		cursor_fail(c, E_NOMEM);
	return items;
}

static void read_files(struct cursor *c, struct arena *arena, struct pack_set *s)
{
	uint32_t count = cursor_u32(c);
	struct pack_file *files = room_for(c, arena, count, 8, sizeof(*files));
	for (uint32_t i = 0; files && i < count && c->err == E_OK; i++) {
		files[i].name = cursor_string(c, LIMIT_PACK_TEXT);
		files[i].text = cursor_string(c, LIMIT_PACK_BYTES);
	}
	s->files = files;
	s->file_count = count;
}

static void read_sets(struct cursor *c, struct arena *arena, struct pack *p)
{
	uint32_t count = cursor_u32(c);
	struct pack_set *sets = room_for(c, arena, count, 21, sizeof(*sets));
	for (uint32_t i = 0; sets && i < count && c->err == E_OK; i++) {
		struct pack_set *s = &sets[i];
		s->name = cursor_string(c, LIMIT_PACK_NAME);
		s->author = cursor_string(c, LIMIT_PACK_TEXT);
		s->licence = cursor_string(c, LIMIT_PACK_TEXT);
		s->source = cursor_string(c, LIMIT_PACK_TEXT);
		uint8_t ours = cursor_u8(c);
		s->ours = ours == 1;
		if (c->err == E_OK && (!plain_name(s->name) || ours > 1))
			cursor_fail(c, E_CORRUPT);
		read_files(c, arena, s);
	}
	p->sets = sets;
	p->set_count = count;
}

static int hash_order(const struct pack_hash *a, const struct pack_hash *b)
{
	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	return memcmp(a->digest, b->digest, digest_size(a->kind));
}

static void read_hash(struct cursor *c, const struct pack *p, struct pack_hash *h)
{
	uint8_t kind = cursor_u8(c);
	if (kind >= DIGEST__COUNT) {
		cursor_fail(c, E_CORRUPT);
		return;
	}
	h->kind = (enum digest_kind)kind;
	struct bytes digest = cursor_take(c, digest_size(h->kind));
	if (c->err == E_OK)
		memcpy(h->digest, digest.data, digest.size);
	h->size = cursor_u64(c);
	h->name = cursor_string(c, LIMIT_PACK_TEXT);
	h->set = cursor_u32(c);
	if (c->err == E_OK && h->set >= p->set_count)
		cursor_fail(c, E_CORRUPT);
}

static void read_hashes(struct cursor *c, struct arena *arena, struct pack *p)
{
	uint32_t count = cursor_u32(c);
	struct pack_hash *hashes = room_for(c, arena, count, 33, sizeof(*hashes));
	for (uint32_t i = 0; hashes && i < count && c->err == E_OK; i++) {
		read_hash(c, p, &hashes[i]);
		if (c->err == E_OK && i > 0 && hash_order(&hashes[i - 1], &hashes[i]) > 0)
			cursor_fail(c, E_CORRUPT);
	}
	p->hashes = hashes;
	p->hash_count = count;
}

static void read_indicators(struct cursor *c, struct arena *arena, struct pack *p)
{
	uint32_t count = cursor_u32(c);
	struct pack_indicator *list = room_for(c, arena, count, 13, sizeof(*list));
	for (uint32_t i = 0; list && i < count && c->err == E_OK; i++) {
		uint8_t kind = cursor_u8(c);
		list[i].kind = (enum indicator_kind)kind;
		list[i].value = cursor_string(c, LIMIT_PACK_TEXT);
		list[i].name = cursor_string(c, LIMIT_PACK_TEXT);
		list[i].set = cursor_u32(c);
		bool valid = kind < INDICATOR__COUNT && list[i].set < p->set_count &&
			     list[i].value.size > 0;
		if (c->err == E_OK && !valid)
			cursor_fail(c, E_CORRUPT);
	}
	p->indicators = list;
	p->indicator_count = count;
}

static void read_pages(struct cursor *c, struct arena *arena, struct pack *p)
{
	uint32_t count = cursor_u32(c);
	struct pack_page *pages = room_for(c, arena, count, 9, sizeof(*pages));
	for (uint32_t i = 0; pages && i < count && c->err == E_OK; i++) {
		pages[i].family = cursor_string(c, LIMIT_PACK_NAME);
		uint8_t lang = cursor_u8(c);
		pages[i].lang = (enum lang)lang;
		pages[i].text = cursor_string(c, LIMIT_SITE_BODY);
		if (c->err == E_OK && (!plain_name(pages[i].family) || lang >= LANG__COUNT))
			cursor_fail(c, E_CORRUPT);
	}
	p->pages = pages;
	p->page_count = count;
}

static enum err read_body(struct bytes body, struct arena *arena, struct pack *p)
{
	struct cursor c;
	cursor_init(&c, body);
	p->id = cursor_string(&c, LIMIT_PACK_NAME);
	p->version = cursor_u64(&c);
	p->made.seconds = (int64_t)cursor_u64(&c);
	p->expires.seconds = (int64_t)cursor_u64(&c);
	if (c.err == E_OK && (!plain_name(p->id) || p->version == 0 || p->made.seconds < 0 ||
				     p->expires.seconds < p->made.seconds))
		cursor_fail(&c, E_CORRUPT);
	read_sets(&c, arena, p);
	read_hashes(&c, arena, p);
	read_indicators(&c, arena, p);
	read_pages(&c, arena, p);
	enum err err = cursor_end(&c);
	return err == E_OK || err == E_NOMEM || err == E_LIMIT ? err : E_CORRUPT;
}

static enum err unpack_body(
	struct bytes packed, size_t size, struct arena *arena, struct bytes *ret_body)
{
	uint8_t *body = arena_alloc(arena, size + 1, 1);
	if (!body)
		return E_NOMEM;
	size_t got = ZSTD_decompress(body, size, packed.data, packed.size);
	if (ZSTD_isError(got) || got != size)
		return E_CORRUPT;
	*ret_body = (struct bytes){body, size};
	return E_OK;
}

enum err pack_open(struct bytes file, struct arena *arena, struct pack *ret_pack)
{
	struct cursor c;
	struct bytes body;
	struct pack pack = {0};
	cursor_init(&c, file);
	uint32_t magic = cursor_u32(&c), version = cursor_u32(&c);
	uint64_t size = cursor_u64(&c);
	if (c.err != E_OK || magic != MAGIC)
		return E_CORRUPT;
	if (version != VERSION)
		return E_VERSION;
	if (size > LIMIT_PACK_BYTES)
		return E_LIMIT;
	TRY(unpack_body(cursor_take(&c, cursor_left(&c)), (size_t)size, arena, &body));
	TRY(read_body(body, arena, &pack));
	*ret_pack = pack;
	return E_OK;
}
