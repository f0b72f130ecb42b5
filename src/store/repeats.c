/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "store/cache.h"
#include "store/ingest.h"

struct search {
	struct store_ingest *in;
	struct column_coder *coder;
	struct batch *block;
	struct repeats found;
};

void repeats_release(struct repeats *r)
{
	free(r->earlier);
	*r = (struct repeats){0};
}

static enum err search_block(
	struct search *s, const struct segment *segment, size_t index, uint64_t *found)
{
	uint64_t here, newly;
	TRY(segment_read_block(segment, s->coder, index, SEGMENT_READ_IDENTITY, s->block));
	identity_mix(s->block->first, s->block->identity, s->block->rows, s->in->mixes);
	TRY(identity_set_mark(&s->in->seen, s->in->mixes, s->block->rows, &here, &newly));
	*found += here;
	s->found.count += newly;
	return E_OK;
}

static enum err search_segment(struct search *s, const struct segment *segment, uint64_t *found)
{
	for (size_t i = 0; i < segment->block_count; i++)
		if (segment->blocks[i].first <= s->in->last &&
			segment->blocks[i].last >= s->in->first)
			TRY(search_block(s, segment, i, found));
	return E_OK;
}

/* Segments come file by file: a file is named once. */
static enum err name_file(struct repeats *r, int64_t file)
{
	if (r->file_count > 0 && r->earlier[r->file_count - 1] == file)
		return E_OK;
	int64_t *grown = realloc(r->earlier, (r->file_count + 1) * sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	r->earlier = grown;
	r->earlier[r->file_count++] = file;
	return E_OK;
}

static enum err search_row(struct search *s, const struct segment_row *row)
{
	struct open_segment open;
	uint64_t found = 0;
	enum err err = segment_row_open(s->in->store, row, &open);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	err = search_segment(s, open.segment, &found);
	open_segment_close(&open);
	TRY(err);
	return found > 0 ? name_file(&s->found, row->file) : E_OK;
}

static enum err search_all(struct search *s)
{
	struct segment_list list;
	struct store_query query = {
		.time = {{s->in->first}, {(int64_t)s->in->last + 1}},
		.feed = {s->in->feed, s->in->feed_size},
	};
	if (s->in->kept == 0)
		return E_OK;
	TRY(segment_list_load(s->in->store, &query, &list));
	enum err err = E_OK;
	for (size_t i = 0; i < list.count && err == E_OK; i++)
		err = search_row(s, &list.rows[i]);
	segment_list_release(&list);
	return err;
}

enum err repeats_find(struct store_ingest *in, struct repeats *ret_repeats)
{
	struct search s = {.in = in, .coder = column_coder_new(), .block = batch_new()};
	enum err err = s.coder && s.block ? search_all(&s) : E_NOMEM;
	column_coder_free(s.coder);
	batch_free(s.block);
	if (err != E_OK)
		repeats_release(&s.found);
	else
		*ret_repeats = s.found;
	return err;
}
