/* SPDX-License-Identifier: Apache-2.0 */
#include "match/engine_lists.h"

#include <stdlib.h>

#include "base/glob.h"
#include "base/limits.h"
#include "match/rows.h"

enum {
	HASH_TAIL = 20, /* behind the digest: size, set, where the name is and how long */
	FILE_ROW = 20   /* set, where text and name are and how long */
};

/* --- rows --- */

static uint64_t get_u64(const uint8_t *p)
{
	return row_u32(p) | (uint64_t)row_u32(p + 4) << 32;
}

static size_t hash_row(enum digest_kind kind)
{
	return digest_size(kind) + HASH_TAIL;
}

/* --- making --- */

struct making_lists {
	const struct pack *pack;
	struct writer out, names;
};

static void put_text(struct making_lists *m, struct str text)
{
	writer_u32(&m->out, (uint32_t)m->names.size);
	writer_u32(&m->out, (uint32_t)text.size);
	writer_str(&m->names, text);
}

/* What was written, in the arena; the writer is emptied. */
static enum err keep(struct writer *w, struct arena *arena, struct bytes *ret)
{
	TRY(writer_end(w));
	uint8_t *copy = arena_alloc(arena, w->size + 1, 1);
	if (!copy)
		return E_NOMEM;
	if (w->size > 0)
		memcpy(copy, w->data, w->size);
	*ret = (struct bytes){copy, w->size};
	writer_clear(w);
	return E_OK;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = get_u64(a), y = get_u64(b);
	return x < y ? -1 : x > y;
}

/* The pack's hashes stand by kind and digest already. */
static enum err make_hashes(
	struct making_lists *m, enum digest_kind kind, struct arena *arena, struct engine_lists *l)
{
	for (size_t i = 0; i < m->pack->hash_count; i++) {
		const struct pack_hash *h = &m->pack->hashes[i];
		if (h->kind != kind || h->set >= m->pack->set_count)
			continue;
		writer_bytes(&m->out, (struct bytes){h->digest, digest_size(kind)});
		writer_u64(&m->out, h->size);
		writer_u32(&m->out, h->set);
		put_text(m, h->name);
	}
	TRY(keep(&m->out, arena, &l->rows[kind]));
	for (size_t i = 0; i < m->pack->hash_count; i++)
		if (m->pack->hashes[i].kind == kind)
			writer_u64(&m->out, m->pack->hashes[i].size);
	if (m->out.size > 0 && m->out.err == E_OK)
		qsort(m->out.data, m->out.size / 8, 8, by_number);
	return keep(&m->out, arena, &l->sizes[kind]);
}

static bool is_pattern(struct str text)
{
	return memchr(text.data, '*', text.size) || memchr(text.data, '?', text.size);
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
}

static int compare_nocase(struct str a, struct str b)
{
	for (size_t i = 0; i < a.size && i < b.size; i++)
		if (lower(a.data[i]) != lower(b.data[i]))
			return lower(a.data[i]) < lower(b.data[i]) ? -1 : 1;
	return a.size < b.size ? -1 : a.size > b.size;
}

static int by_value(const void *a, const void *b)
{
	const struct pack_indicator *const *x = a, *const *y = b;
	return compare_nocase((*x)->value, (*y)->value);
}

static enum err make_files(
	struct making_lists *m, bool patterns, struct arena *arena, struct bytes *ret)
{
	const struct pack_indicator **list = arena_alloc(
		arena, m->pack->indicator_count + 1, sizeof(const struct pack_indicator *));
	size_t count = 0;
	if (!list)
		return E_NOMEM;
	for (size_t i = 0; i < m->pack->indicator_count; i++) {
		const struct pack_indicator *one = &m->pack->indicators[i];
		if (one->kind == INDICATOR_FILE && one->set < m->pack->set_count &&
			one->value.size > 0 && is_pattern(one->value) == patterns)
			list[count++] = one;
	}
	qsort(list, count, sizeof(const struct pack_indicator *), by_value);
	for (size_t i = 0; i < count; i++) {
		writer_u32(&m->out, list[i]->set);
		put_text(m, list[i]->value);
		put_text(m, list[i]->name.size > 0 ? list[i]->name : list[i]->value);
	}
	return keep(&m->out, arena, ret);
}

static enum err make_all(struct making_lists *m, struct arena *arena, struct engine_lists *l)
{
	for (int kind = 0; kind < DIGEST__COUNT; kind++)
		TRY(make_hashes(m, (enum digest_kind)kind, arena, l));
	TRY(make_files(m, true, arena, &l->patterns));
	TRY(make_files(m, false, arena, &l->files));
	return keep(&m->names, arena, &l->names);
}

enum err lists_make(const struct pack *pack, struct arena *arena, struct engine_lists *ret_lists)
{
	struct making_lists m = {.pack = pack};
	writer_init(&m.out, LIMIT_PACK_BYTES);
	writer_init(&m.names, LIMIT_PACK_BYTES);
	enum err err = make_all(&m, arena, ret_lists);
	writer_release(&m.out);
	writer_release(&m.names);
	return err;
}

/* --- kept --- */

void lists_save(const struct engine_lists *l, struct writer *w)
{
	for (int kind = 0; kind < DIGEST__COUNT; kind++) {
		rows_save(w, l->rows[kind]);
		rows_save(w, l->sizes[kind]);
	}
	rows_save(w, l->patterns);
	rows_save(w, l->files);
	rows_save(w, l->names);
}

static void check_files(
	struct cursor *in, const struct engine_lists *l, struct bytes rows, uint32_t set_count)
{
	for (size_t at = 0; in->err == E_OK && at < rows.size; at += FILE_ROW) {
		if (row_u32(rows.data + at) >= set_count)
			cursor_fail(in, E_CORRUPT);
		row_check_text(in, l->names, rows.data + at + 4);
		row_check_text(in, l->names, rows.data + at + 12);
	}
}

static void check_hashes(
	struct cursor *in, const struct engine_lists *l, enum digest_kind kind, uint32_t set_count)
{
	size_t row = hash_row(kind);
	for (size_t at = 0; in->err == E_OK && at < l->rows[kind].size; at += row) {
		const uint8_t *tail = l->rows[kind].data + at + digest_size(kind);
		if (row_u32(tail + 8) >= set_count)
			cursor_fail(in, E_CORRUPT);
		row_check_text(in, l->names, tail + 12);
	}
}

void lists_load(struct cursor *in, uint32_t set_count, struct engine_lists *l)
{
	for (int kind = 0; kind < DIGEST__COUNT; kind++) {
		l->rows[kind] = rows_load(in, hash_row((enum digest_kind)kind));
		l->sizes[kind] = rows_load(in, 8);
	}
	l->patterns = rows_load(in, FILE_ROW);
	l->files = rows_load(in, FILE_ROW);
	l->names = rows_load(in, 1);
	for (int kind = 0; kind < DIGEST__COUNT; kind++)
		check_hashes(in, l, (enum digest_kind)kind, set_count);
	check_files(in, l, l->patterns, set_count);
	check_files(in, l, l->files, set_count);
}

/* --- looking up --- */

size_t lists_hash_count(const struct engine_lists *l)
{
	size_t count = 0;
	for (int kind = 0; kind < DIGEST__COUNT; kind++)
		count += l->rows[kind].size / hash_row((enum digest_kind)kind);
	return count;
}

bool lists_ask(const struct engine_lists *l, enum digest_kind kind, uint64_t size)
{
	struct bytes sizes = l->sizes[kind];
	uint8_t wanted[8];
	if (sizes.size == 0)
		return false;
	if (get_u64(sizes.data) == 0) /* of some the size is not known */
		return true;
	for (int i = 0; i < 8; i++)
		wanted[i] = (uint8_t)(size >> (8 * i));
	return bsearch(wanted, sizes.data, sizes.size / 8, 8, by_number) != NULL;
}

void lists_find_digest(const struct engine_lists *l, enum digest_kind kind, const uint8_t *digest,
	uint64_t size, listed_fn *fn, void *context)
{
	size_t row = hash_row(kind), width = digest_size(kind);
	size_t low = 0, high = l->rows[kind].size / row;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (memcmp(l->rows[kind].data + middle * row, digest, width) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t at = low * row; at < l->rows[kind].size; at += row) {
		const uint8_t *tail = l->rows[kind].data + at + width;
		if (memcmp(tail - width, digest, width) != 0)
			return;
		if (get_u64(tail) == 0 || get_u64(tail) == size)
			fn(context, row_text(l->names, tail + 12), row_u32(tail + 8));
	}
}

static bool is_path(struct str text)
{
	return memchr(text.data, '/', text.size) != NULL;
}

/* Rows of the very text; those that stand for a path only where it is written the same. */
static void find_plain(
	const struct engine_lists *l, struct str text, bool path, listed_fn *fn, void *context)
{
	size_t low = 0, high = l->files.size / FILE_ROW;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_nocase(
			    row_text(l->names, l->files.data + middle * FILE_ROW + 4), text) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	for (size_t at = low * FILE_ROW; at < l->files.size; at += FILE_ROW) {
		const uint8_t *row = l->files.data + at;
		struct str value = row_text(l->names, row + 4);
		if (compare_nocase(value, text) != 0)
			return;
		if (is_path(value) == path && (!path || str_equal(value, text)))
			fn(context, row_text(l->names, row + 12), row_u32(row));
	}
}

void lists_find_file(const struct engine_lists *l, struct str name, struct str path, listed_fn *fn,
	void *context)
{
	if (name.size > 0)
		find_plain(l, name, false, fn, context);
	if (path.size > 0)
		find_plain(l, path, true, fn, context);
	for (size_t at = 0; at < l->patterns.size; at += FILE_ROW) {
		const uint8_t *row = l->patterns.data + at;
		struct str value = row_text(l->names, row + 4);
		bool whole = is_path(value);
		if ((whole ? path.size : name.size) > 0 &&
			glob_fits(value, whole ? path : name, !whole))
			fn(context, row_text(l->names, row + 12), row_u32(row));
	}
}
