/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "report/document_parts.h"

/* --- values --- */

static void write_text(struct writer *w, struct str s)
{
	size_t before = w->size;
	writer_u32(w, 0);
	write_clean(w, s);
	if (w->err != E_OK)
		return;
	uint32_t size = htole32((uint32_t)(w->size - before - sizeof(uint32_t)));
	memcpy(w->data + before, &size, sizeof(size));
}

static void write_double(struct writer *w, double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof(bits));
	writer_u64(w, bits);
}

static void write_count(struct writer *w, size_t count)
{
	if (count > UINT32_MAX)
		writer_fail(w, E_LIMIT);
	writer_u32(w, (uint32_t)count);
}

/* --- tables --- */

static void write_number(struct writer *w, const struct cell *cell)
{
	writer_u8(w, (uint8_t)cell->decimals);
	write_double(w, cell->number.value);
	write_double(w, cell->number.low);
	write_double(w, cell->number.high);
}

static void write_date(struct writer *w, struct date d)
{
	writer_u16(w, (uint16_t)d.year);
	writer_u8(w, (uint8_t)d.month);
	writer_u8(w, (uint8_t)d.day);
}

static void write_cell(struct writer *w, const struct cell *cell)
{
	writer_u8(w, (uint8_t)cell->kind);
	switch (cell->kind) {
	case CELL_TEXT:
		write_text(w, cell->text);
		break;
	case CELL_COUNT:
	case CELL_SHARE:
		write_number(w, cell);
		break;
	case CELL_DATE:
		write_date(w, cell->date);
		break;
	case CELL_SMALL:
	case CELL_NOT_KNOWN:
	case CELL__COUNT:
		break;
	}
}

static void write_table(struct writer *w, const struct table *t)
{
	write_text(w, t->key);
	write_text(w, t->title);
	write_count(w, t->column_count);
	write_count(w, t->row_count);
	for (size_t i = 0; i < t->column_count; i++) {
		write_text(w, t->columns[i].key);
		write_text(w, t->columns[i].title);
		writer_u8(w, t->columns[i].interval);
		writer_u8(w, t->columns[i].numeric);
	}
	for (size_t row = 0; row < t->row_count; row++)
		for (size_t column = 0; column < t->column_count; column++)
			write_cell(w, table_cell(t, row, column));
}

/* --- charts --- */

static void write_mark(struct writer *w, const struct mark *m)
{
	writer_u8(w, (uint8_t)m->kind);
	writer_u8(w, (uint8_t)m->tone);
	writer_u8(w, (uint8_t)m->anchor);
	writer_u8(w, m->dashed);
	writer_u8(w, m->strong);
	writer_u8(w, m->faint);
	writer_u8(w, m->hollow);
	write_double(w, m->base);
	write_double(w, m->size);
	write_double(w, m->cover);
	write_text(w, m->text);
	write_count(w, m->count);
	for (size_t i = 0; i < m->count; i++) {
		write_double(w, m->points[i].x);
		write_double(w, m->points[i].y);
	}
}

static void write_chart(struct writer *w, const struct chart *c)
{
	write_double(w, c->width);
	write_double(w, c->height);
	write_text(w, c->title);
	write_text(w, c->description);
	write_text(w, c->id);
	write_count(w, c->count);
	for (size_t i = 0; i < c->count; i++)
		write_mark(w, &c->marks[i]);
}

static void write_charts(struct writer *w, const struct block *b)
{
	bool narrow = b->narrow.width > 0;
	write_chart(w, &b->chart);
	writer_u8(w, narrow);
	if (narrow)
		write_chart(w, &b->narrow);
}

/* --- all of it --- */

static void write_block(struct writer *w, const struct block *b)
{
	writer_u8(w, (uint8_t)b->kind);
	writer_u8(w, (uint8_t)b->tone);
	write_text(w, b->key);
	write_text(w, b->text);
	write_text(w, b->detail);
	switch (b->kind) {
	case BLOCK_LIST:
		write_count(w, b->item_count);
		for (size_t i = 0; i < b->item_count; i++)
			write_text(w, b->items[i]);
		break;
	case BLOCK_TABLE:
		write_table(w, &b->table);
		break;
	case BLOCK_CHART:
		write_charts(w, b);
		break;
	case BLOCK_SECTION:
	case BLOCK_PARAGRAPH:
	case BLOCK_VERDICT:
	case BLOCK__COUNT:
		break;
	}
}

/* What would not open is a mistake of whoever made the document: better told now than when a
 * published edition cannot be shown. */
static void check(struct writer *w, size_t base)
{
	struct arena arena;
	struct document opened;
	if (w->err != E_OK)
		return;
	arena_init(&arena, LIMIT_DOCUMENT_ARENA);
	enum err err =
		document_open((struct bytes){w->data + base, w->size - base}, &arena, &opened);
	if (err != E_OK)
		writer_fail(w, err == E_NOMEM ? E_NOMEM : E_USAGE);
	arena_release(&arena);
}

void document_freeze(struct writer *w, const struct document *d)
{
	size_t base = w->size;
	writer_u32(w, DOCUMENT_MAGIC);
	writer_u32(w, DOCUMENT_VERSION);
	writer_u64(w, 0);
	writer_u8(w, (uint8_t)d->lang);
	writer_u64(w, (uint64_t)d->made.seconds);
	write_text(w, d->title);
	write_text(w, d->subtitle);
	write_text(w, d->summary);
	write_text(w, d->author);
	write_count(w, d->block_count);
	for (size_t i = 0; i < d->block_count; i++)
		write_block(w, &d->blocks[i]);
	if (w->err != E_OK)
		return;
	size_t from = base + DOCUMENT_CHECKED_FROM;
	uint64_t checksum = htole64(XXH3_64bits(w->data + from, w->size - from));
	memcpy(w->data + base + 8, &checksum, sizeof(checksum));
	check(w, base);
}
