/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "store/cache.h"
#include "store/identity_set.h"

/* A walk over sightings as stored, file by file. A row that an earlier live file of the feed has
 * too belongs to that file; `earlier` holds what those files have, while one file is walked. */
struct walk {
	struct store *store;
	const struct store_query *query;
	const struct segment_list *list;
	struct identity_set earlier;
	struct column_coder *coder;
	struct batch *block;
	uint64_t mixes[BATCH_ROWS];
	bool repeated[BATCH_ROWS];
};

static struct walk *walk_new(struct store *s, const struct store_query *query)
{
	struct walk *w = calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	w->store = s;
	w->query = query;
	w->coder = column_coder_new();
	w->block = batch_new();
	return w;
}

static void walk_free(struct walk *w)
{
	if (!w)
		return;
	identity_set_release(&w->earlier);
	column_coder_free(w->coder);
	batch_free(w->block);
	free(w);
}

static enum err remember_segment(struct walk *w, const struct segment *segment)
{
	for (size_t i = 0; i < segment->block_count; i++) {
		TRY(segment_read_block(segment, w->coder, i, SEGMENT_READ_IDENTITY, w->block));
		identity_mix(w->block->first, w->block->identity, w->block->rows, w->mixes);
		TRY(identity_set_add(&w->earlier, w->mixes, w->block->rows, w->repeated));
	}
	return E_OK;
}

static enum err remember_row(struct walk *w, const struct segment_row *row)
{
	struct open_segment open;
	enum err err = segment_row_open(w->store, row, &open);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	err = remember_segment(w, open.segment);
	open_segment_close(&open);
	return err;
}

static enum err remember_file(struct walk *w, int64_t file)
{
	for (size_t i = 0; i < w->list->count; i++)
		if (w->list->rows[i].file == file)
			TRY(remember_row(w, &w->list->rows[i]));
	return E_OK;
}

/* Fills `earlier` for a file; it stays empty for most. */
static enum err remember_earlier(struct walk *w, int64_t file)
{
	struct sql q;
	enum err err = E_OK;
	identity_set_release(&w->earlier);
	sql_open(&q, &w->store->db, "SELECT earlier FROM repeat WHERE file = ?");
	sql_int(&q, file);
	while (err == E_OK && sql_row(&q))
		err = remember_file(w, sql_get(&q, 0));
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

static void find_repeated(struct walk *w)
{
	const struct batch *block = w->block;
	if (w->earlier.count == 0) {
		memset(w->repeated, 0, sizeof(w->repeated));
		return;
	}
	identity_mix(block->first, block->identity, block->rows, w->mixes);
	identity_set_find(&w->earlier, w->mixes, block->rows, w->repeated);
}

static bool wanted(const struct walk *w, size_t row)
{
	const struct store_query *query = w->query;
	const struct batch *block = w->block;
	if (w->repeated[row] || (query->kinds != 0 && !(query->kinds >> block->kind[row] & 1)))
		return false;
	return query->time.to.seconds == 0 || (block->last[row] >= query->time.from.seconds &&
						      block->first[row] < query->time.to.seconds);
}

typedef enum err walk_fn(void *context, struct str feed, const struct segment *segment,
	const struct walk *w, size_t row);

static enum err walk_segment(struct walk *w, const struct segment_row *row,
	const struct segment *segment, walk_fn *fn, void *context)
{
	for (size_t i = 0; i < segment->block_count; i++) {
		TRY(segment_read_block(segment, w->coder, i, SEGMENT_READ_ALL, w->block));
		find_repeated(w);
		for (size_t at = 0; at < w->block->rows; at++)
			if (wanted(w, at))
				TRY(fn(context, row->feed, segment, w, at));
	}
	return E_OK;
}

static enum err walk_row(struct walk *w, const struct segment_row *row, walk_fn *fn, void *context)
{
	struct open_segment open;
	enum err err = segment_row_open(w->store, row, &open);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	err = walk_segment(w, row, open.segment, fn, context);
	open_segment_close(&open);
	return err;
}

/* --- every sighting --- */

struct each_sighting {
	store_sighting_fn *fn;
	void *context;
};

static enum err hand_out(void *context, struct str feed, const struct segment *segment,
	const struct walk *w, size_t row)
{
	const struct each_sighting *each = context;
	struct sighting sighting = segment_sighting(segment, w->block, row);
	return each->fn(each->context, feed, &sighting);
}

static enum err walk_list(struct walk *w, walk_fn *fn, void *context)
{
	const struct segment_list *list = w->list;
	for (size_t i = 0; i < list->count; i++) {
		if (i == 0 || list->rows[i].file != list->rows[i - 1].file)
			TRY(remember_earlier(w, list->rows[i].file));
		TRY(walk_row(w, &list->rows[i], fn, context));
	}
	return E_OK;
}

enum err store_each_sighting(
	struct store *s, const struct store_query *query, store_sighting_fn *fn, void *context)
{
	struct segment_list list;
	struct each_sighting each = {fn, context};
	struct walk *w = walk_new(s, query);
	enum err err = w && w->coder && w->block ? segment_list_load(s, query, &list) : E_NOMEM;
	if (err == E_OK) {
		w->list = &list;
		err = walk_list(w, hand_out, &each);
		segment_list_release(&list);
	}
	walk_free(w);
	return err;
}

/* --- raw names --- */

enum {
	NAMES_MOST = 1 << 28
};

struct name_counts {
	struct text_table *names;
	uint64_t *counts;
	size_t capacity;
};

static enum err add_count(struct name_counts *n, struct str name, uint64_t count)
{
	uint32_t id;
	if (!text_table_add(n->names, name, &id))
		return E_NOMEM;
	if (id >= n->capacity) {
		size_t capacity = (size_t)id * 2 + 64;
		uint64_t *grown = realloc(n->counts, capacity * sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		memset(grown + n->capacity, 0, (capacity - n->capacity) * sizeof(*grown));
		n->counts = grown;
		n->capacity = capacity;
	}
	n->counts[id] += count;
	return E_OK;
}

static enum err count_row(void *context, struct str feed, const struct segment *segment,
	const struct walk *w, size_t row)
{
	(void)feed;
	return add_count(context, segment->names[w->block->name[row]], 1);
}

static enum err count_derived(struct name_counts *n, struct store *s, const struct segment_row *row)
{
	struct opened *opened;
	enum err err = derived_acquire(s, row, &opened);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	const struct derived *d = opened->derived;
	for (size_t i = 0; i < d->name_count && err == E_OK; i++)
		err = add_count(n, d->names[i], d->name_rows[i]);
	derived_release(opened);
	return err;
}

/* The derived files know how many rows each name has; only where rows repeat those of other files
 * are they looked at one by one. */
static enum err count_list(struct walk *w, struct name_counts *n)
{
	const struct segment_list *list = w->list;
	for (size_t i = 0; i < list->count; i++) {
		const struct segment_row *row = &list->rows[i];
		if (i == 0 || row->file != list->rows[i - 1].file)
			TRY(remember_earlier(w, row->file));
		if (w->earlier.count == 0)
			TRY(count_derived(n, w->store, row));
		else
			TRY(walk_row(w, row, count_row, n));
	}
	return E_OK;
}

static enum err count_names(struct walk *w, struct name_counts *n)
{
	struct segment_list list;
	if (!w || !w->coder || !w->block || !n->names)
		return E_NOMEM;
	TRY(segment_list_load(w->store, w->query, &list));
	w->list = &list;
	enum err err = count_list(w, n);
	segment_list_release(&list);
	return err;
}

enum err store_each_name(struct store *s, store_name_fn *fn, void *context)
{
	struct store_query everything = {.kinds = KIND_SET_ALL};
	struct name_counts n = {.names = text_table_new(NAMES_MOST)};
	struct walk *w = walk_new(s, &everything);
	enum err err = count_names(w, &n);
	for (size_t i = 0; err == E_OK && i < n.capacity && i < text_table_count(n.names); i++)
		fn(context, text_table_get(n.names, i), n.counts[i]);
	walk_free(w);
	text_table_free(n.names);
	free(n.counts);
	return err;
}
