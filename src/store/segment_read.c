/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "store/segment.h"

enum {
	BLOCK_ENTRY_SIZE = 24,
	TEXT_SIZE_LEAST = 4
};

/* `count` strings; the count is believed only as far as bytes are there. */
static struct str *read_texts(
	struct cursor *c, struct arena *memory, size_t most, size_t limit, size_t *ret_count)
{
	size_t count = cursor_u32(c);
	if (count > most || count > cursor_left(c) / TEXT_SIZE_LEAST)
		cursor_fail(c, E_SYNTAX);
	if (c->err != E_OK)
		return NULL;
	struct str *texts = arena_alloc(memory, count, sizeof(*texts));
	if (!texts) {
		cursor_fail(c, E_NOMEM);
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		texts[i] = cursor_string(c, limit);
	*ret_count = count;
	return texts;
}

static void read_block_entry(
	struct cursor *c, const struct segment *s, uint64_t offset, struct segment_block *block)
{
	block->offset = offset;
	block->size = cursor_u32(c);
	block->rows = cursor_u32(c);
	block->first = cursor_u32(c);
	block->last = cursor_u32(c);
	block->checksum = cursor_u64(c);
	if (block->rows == 0 || block->rows > BATCH_ROWS || block->first < s->facts.first ||
		block->last > s->facts.last || block->first > block->last)
		cursor_fail(c, E_SYNTAX);
}

/* Blocks fill the body without a gap. */
static void read_blocks(struct cursor *c, struct segment *s)
{
	uint64_t offset = 0, rows = 0;
	size_t count = cursor_u32(c);
	if (count == 0 || count > cursor_left(c) / BLOCK_ENTRY_SIZE)
		cursor_fail(c, E_SYNTAX);
	if (c->err != E_OK)
		return;
	s->blocks = arena_alloc(&s->memory, count, sizeof(*s->blocks));
	if (!s->blocks) {
		cursor_fail(c, E_NOMEM);
		return;
	}
	for (size_t i = 0; i < count; i++) {
		read_block_entry(c, s, offset, &s->blocks[i]);
		offset += s->blocks[i].size;
		rows += s->blocks[i].rows;
	}
	if (offset != s->frame.body.size || rows != s->facts.rows)
		cursor_fail(c, E_SYNTAX);
	s->block_count = count;
}

static enum err read_directory(struct segment *s)
{
	struct cursor c;
	cursor_init(&c, s->frame.directory);
	s->feed = cursor_string(&c, LIMIT_FEED_NAME);
	s->facts.rows = cursor_u32(&c);
	s->facts.first = cursor_u32(&c);
	s->facts.last = cursor_u32(&c);
	if (s->facts.rows > SEGMENT_ROWS)
		cursor_fail(&c, E_SYNTAX);
	s->names =
		read_texts(&c, &s->memory, LIMIT_NAMES_PER_FILE, LIMIT_NAME_BYTES, &s->name_count);
	s->columns = read_texts(&c, &s->memory, LIMIT_COLUMNS, LIMIT_COLUMN_NAME, &s->column_count);
	read_blocks(&c, s);
	return cursor_end(&c);
}

enum err segment_open(struct bytes file, struct segment **ret_segment)
{
	struct frame frame;
	TRY(frame_open(&segment_frame_kind, file, &frame));
	struct segment *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	arena_init(&s->memory, SIZE_MAX);
	s->frame = frame;
	s->facts.bytes = file.size;
	s->facts.checksum = frame.checksum;
	enum err err = read_directory(s);
	if (err != E_OK) {
		segment_close(s);
		return err == E_NOMEM ? err : E_CORRUPT;
	}
	*ret_segment = s;
	return E_OK;
}

void segment_close(struct segment *s)
{
	if (!s)
		return;
	arena_release(&s->memory);
	free(s);
}

static uint64_t most_of(const struct segment *s, enum segment_column column)
{
	if (column == SEGMENT_NAME)
		return s->name_count > 0 ? s->name_count - 1 : 0;
	return segment_column_most(column);
}

static void read_columns(const struct segment *s, struct column_coder *coder, struct cursor *c,
	unsigned columns, struct batch *out)
{
	uint64_t values[BATCH_ROWS];
	for (int i = 0; i < SEGMENT_COLUMN__COUNT && c->err == E_OK; i++) {
		enum segment_column column = (enum segment_column)i;
		if (!(columns >> i & 1)) {
			column_skip(c);
			continue;
		}
		column_read(coder, c, values, out->rows, most_of(s, column));
		if (!segment_store_column(out, column, values))
			cursor_fail(c, E_SYNTAX);
	}
	if (c->err != E_OK || !(columns >> SEGMENT_EXTRAS_SIZE & 1))
		column_skip(c);
	else
		column_read_bytes(coder, c, out->extras_end[out->rows - 1], &out->extras);
}

enum err segment_read_block(const struct segment *s, struct column_coder *coder, size_t index,
	unsigned columns, struct batch *out)
{
	const struct segment_block *block = &s->blocks[index];
	struct bytes piece;
	struct cursor c;
	TRY(frame_piece(&s->frame, block->offset, block->size, block->checksum, &piece));
	batch_clear(out);
	out->rows = block->rows;
	cursor_init(&c, piece);
	read_columns(s, coder, &c, columns, out);
	enum err err = cursor_end(&c);
	if (err == E_OK && s->name_count == 0 && columns >> SEGMENT_NAME & 1)
		err = E_CORRUPT;
	return err == E_OK || err == E_NOMEM ? err : E_CORRUPT;
}

struct sighting segment_sighting(const struct segment *s, const struct batch *block, size_t row)
{
	uint32_t begin = row ? block->extras_end[row - 1] : 0;
	uint32_t size = block->extras_end[row] - begin;
	return (struct sighting){
		.at = {block->ip[row], block->prefix[row]},
		.time = {{block->first[row]}, {block->last[row]}},
		.precision = (enum precision)block->precision[row],
		.kind = (enum kind)block->kind[row],
		.protocol = block->protocol[row],
		.port = block->port[row],
		.dst_port = block->dst_port[row],
		.dst = block->dst[row],
		.name = s->names[block->name[row]],
		.machine = block->machine[row],
		.identity = block->identity[row],
		.extras = {size ? block->extras.data + begin : NULL, size},
	};
}
