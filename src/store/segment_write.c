/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "os/file.h"
#include "store/segment.h"

enum {
	FLUSH_FROM = 1 << 20,     /* bytes written to the file at once */
	PENDING_MOST = 256 << 20, /* one block and a directory fit many times over */
	BLOCKS_AT_FIRST = 96      /* a full segment has 64 blocks unless extras are large */
};

const struct frame_kind segment_frame_kind = {"QSSEGMT\n", 1};

struct segment_writer {
	int folder;
	struct file_new file; /* open while `begun` */
	bool begun;
	struct writer pending; /* not yet in the file */
	uint64_t offset;       /* of the end of `pending` in the file */
	struct segment_block *blocks;
	size_t block_count;
	size_t block_capacity;
	struct segment_facts facts;
	struct column_coder *coder;
	uint64_t values[BATCH_ROWS];
};

struct segment_writer *segment_writer_new(int folder)
{
	struct segment_writer *sw = calloc(1, sizeof(*sw));
	if (!sw)
		return NULL;
	sw->folder = folder;
	writer_init(&sw->pending, PENDING_MOST);
	sw->coder = column_coder_new();
	if (!sw->coder) {
		segment_writer_free(sw);
		return NULL;
	}
	return sw;
}

void segment_writer_free(struct segment_writer *sw)
{
	if (!sw)
		return;
	if (sw->begun)
		file_new_abort(&sw->file);
	writer_release(&sw->pending);
	column_coder_free(sw->coder);
	free(sw->blocks);
	free(sw);
}

static enum err begin(struct segment_writer *sw)
{
	TRY(file_new_begin(sw->folder, &sw->file));
	sw->begun = true;
	sw->block_count = 0;
	sw->facts = (struct segment_facts){.first = UINT32_MAX};
	writer_clear(&sw->pending);
	frame_write_header(&segment_frame_kind, &sw->pending);
	sw->offset = sw->pending.size;
	return writer_end(&sw->pending);
}

static enum err flush(struct segment_writer *sw)
{
	TRY(writer_end(&sw->pending));
	TRY(file_write(sw->file.fd, writer_view(&sw->pending)));
	file_new_write_behind(&sw->file);
	writer_clear(&sw->pending);
	return E_OK;
}

static enum column_hint hint_of(enum segment_column column)
{
	if (column == SEGMENT_FIRST)
		return COLUMN_ASCENDS;
	return column == SEGMENT_IDENTITY ? COLUMN_RANDOM : COLUMN_ANY;
}

static void write_columns(struct segment_writer *sw, const struct batch *block)
{
	uint32_t extras = block->extras_end[block->rows - 1];
	for (int i = 0; i < SEGMENT_COLUMN__COUNT; i++) {
		enum segment_column column = (enum segment_column)i;
		segment_load_column(block, column, sw->values);
		column_write(sw->coder, &sw->pending, sw->values, block->rows, hint_of(column));
	}
	column_write_bytes(sw->coder, &sw->pending, (struct bytes){block->extras.data, extras});
}

static struct segment_block describe(const struct batch *block)
{
	struct segment_block d = {.rows = block->rows, .first = UINT32_MAX};
	for (size_t i = 0; i < block->rows; i++) {
		d.first = block->first[i] < d.first ? block->first[i] : d.first;
		d.last = block->last[i] > d.last ? block->last[i] : d.last;
	}
	return d;
}

static enum err remember(struct segment_writer *sw, const struct segment_block *block)
{
	if (sw->block_count == sw->block_capacity) {
		size_t capacity = sw->block_capacity ? sw->block_capacity * 2 : BLOCKS_AT_FIRST;
		struct segment_block *grown = realloc(sw->blocks, capacity * sizeof(*sw->blocks));
		if (!grown)
			return E_NOMEM;
		sw->blocks = grown;
		sw->block_capacity = capacity;
	}
	sw->blocks[sw->block_count++] = *block;
	struct segment_facts *facts = &sw->facts;
	facts->rows += block->rows;
	facts->first = block->first < facts->first ? block->first : facts->first;
	facts->last = block->last > facts->last ? block->last : facts->last;
	return E_OK;
}

enum err segment_writer_add(struct segment_writer *sw, const struct batch *block)
{
	if (block->rows == 0)
		return E_OK;
	if (!sw->begun)
		TRY(begin(sw));
	size_t start = sw->pending.size;
	write_columns(sw, block);
	TRY(writer_end(&sw->pending));
	struct bytes written = {sw->pending.data + start, sw->pending.size - start};
	struct segment_block d = describe(block);
	d.offset = sw->offset - FRAME_HEADER_SIZE;
	d.size = (uint32_t)written.size;
	d.checksum = checksum_of(written);
	TRY(remember(sw, &d));
	sw->offset += written.size;
	return sw->pending.size >= FLUSH_FROM ? flush(sw) : E_OK;
}

static void write_texts(struct writer *w, const struct text_table *texts)
{
	size_t count = text_table_count(texts);
	writer_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++)
		writer_string(w, text_table_get(texts, i));
}

static void write_directory(struct segment_writer *sw, struct str feed,
	const struct text_table *names, const struct text_table *columns)
{
	struct writer *w = &sw->pending;
	writer_string(w, feed);
	writer_u32(w, sw->facts.rows);
	writer_u32(w, sw->facts.first);
	writer_u32(w, sw->facts.last);
	write_texts(w, names);
	write_texts(w, columns);
	writer_u32(w, (uint32_t)sw->block_count);
	for (size_t i = 0; i < sw->block_count; i++) {
		const struct segment_block *block = &sw->blocks[i];
		writer_u32(w, block->size);
		writer_u32(w, block->rows);
		writer_u32(w, block->first);
		writer_u32(w, block->last);
		writer_u64(w, block->checksum);
	}
}

static enum err finish(struct segment_writer *sw, struct str feed, const struct text_table *names,
	const struct text_table *columns)
{
	struct writer *w = &sw->pending;
	TRY(flush(sw));
	write_directory(sw, feed, names, columns);
	TRY(writer_end(w));
	size_t size = w->size;
	struct bytes directory = {w->data, size};
	sw->facts.checksum = checksum_of(directory);
	/* Room first: the tail is made from the directory while it is appended behind it. */
	if (!writer_reserve(w, FRAME_TAIL_SIZE))
		return w->err;
	w->size = size;
	directory.data = w->data;
	frame_write_tail(&segment_frame_kind, w, sw->offset, directory);
	sw->facts.bytes = sw->offset + w->size;
	return flush(sw);
}

enum err segment_writer_close(struct segment_writer *sw, struct str feed,
	const struct text_table *names, const struct text_table *columns,
	struct segment_facts *ret_facts, struct file_new *ret_file)
{
	if (!sw->begun)
		return E_USAGE;
	enum err err = finish(sw, feed, names, columns);
	sw->begun = false;
	if (err != E_OK) {
		file_new_abort(&sw->file);
		return err;
	}
	*ret_facts = sw->facts;
	*ret_file = sw->file;
	return E_OK;
}
