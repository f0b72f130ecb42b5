/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/checked.h"
#include "base/cursor.h"
#include "base/limits.h"
#include "report/document_parts.h"

enum {
	MARK_BYTES = 39, /* what one takes at least */
	POINT_BYTES = 16,
	MOST_DECIMALS = 6,
	LAST_YEAR = 9999
};

/* One opening: what may still be asked of memory, whatever the file says of its sizes. */
struct reader {
	struct cursor c;
	struct arena *arena;
	size_t cells, marks;
};

/* --- values --- */

static void expect(struct reader *r, bool valid)
{
	if (!valid)
		cursor_fail(&r->c, E_SYNTAX);
}

static struct str read_text(struct reader *r)
{
	struct str s = cursor_string(&r->c, LIMIT_DOCUMENT_TEXT);
	expect(r, is_clean(s));
	return s;
}

static struct str read_title(struct reader *r)
{
	struct str s = read_text(r);
	expect(r, s.size > 0);
	return s;
}

/* a-z, 0-9 and `more`. */
static struct str read_key(struct reader *r, char more)
{
	struct str s = cursor_string(&r->c, LIMIT_DOCUMENT_KEY);
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		expect(r, (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == more);
	}
	return s;
}

static bool read_flag(struct reader *r)
{
	uint8_t flag = cursor_u8(&r->c);
	expect(r, flag <= 1);
	return flag == 1;
}

static unsigned read_choice(struct reader *r, unsigned count)
{
	unsigned choice = cursor_u8(&r->c);
	expect(r, choice < count);
	return choice < count ? choice : 0;
}

static double read_double(struct reader *r)
{
	uint64_t bits = cursor_u64(&r->c);
	double value;
	memcpy(&value, &bits, sizeof(value));
	return value;
}

/* A length of a drawing. */
static double read_length(struct reader *r)
{
	double length = read_double(r);
	expect(r, fabs(length) <= CHART_FARTHEST);
	return length;
}

/* Room for so many things, of which each takes at least so many bytes of the file. */
static void *room_for(struct reader *r, size_t count, size_t size, size_t bytes_each)
{
	if (r->c.err == E_OK && count > cursor_left(&r->c) / bytes_each)
		cursor_fail(&r->c, E_TRUNCATED);
	void *room = r->c.err == E_OK ? arena_alloc(r->arena, count + 1, size) : NULL;
	if (!room)
		cursor_fail(&r->c, E_NOMEM);
	return room;
}

/* --- tables --- */

static struct estimate read_estimate(struct reader *r)
{
	struct estimate e = {.value = read_double(r)};
	e.low = read_double(r);
	e.high = read_double(r);
	expect(r, !isinf(e.value) && !isinf(e.low) && !isinf(e.high));
	return e;
}

/* A day that exists: others would come back as another. */
static struct date read_date(struct reader *r)
{
	struct date d = {.year = cursor_u16(&r->c)};
	d.month = cursor_u8(&r->c);
	d.day = cursor_u8(&r->c);
	bool plausible = d.year >= 1 && d.year <= LAST_YEAR && d.month >= 1 && d.month <= 12 &&
			 d.day >= 1 && d.day <= 31;
	expect(r, plausible && instant_date(date_instant(d)).day == d.day);
	return d;
}

static struct cell read_cell(struct reader *r)
{
	struct cell cell = {.kind = (enum cell_kind)read_choice(r, CELL__COUNT)};
	cell.number = ESTIMATE_UNKNOWN;
	switch (cell.kind) {
	case CELL_TEXT:
		cell.text = read_text(r);
		break;
	case CELL_COUNT:
	case CELL_SHARE:
		cell.decimals = read_choice(r, MOST_DECIMALS + 1);
		cell.number = read_estimate(r);
		break;
	case CELL_DATE:
		cell.date = read_date(r);
		break;
	case CELL_SMALL:
	case CELL_NOT_KNOWN:
	case CELL__COUNT:
		break;
	}
	return cell;
}

static void read_columns(struct reader *r, struct table *t)
{
	struct column *columns = room_for(r, t->column_count, sizeof(*columns), 10);
	for (size_t i = 0; i < t->column_count && r->c.err == E_OK; i++) {
		columns[i].key = read_key(r, '_');
		columns[i].title = read_title(r);
		columns[i].interval = read_flag(r);
		columns[i].numeric = read_flag(r);
		expect(r, columns[i].key.size > 0);
		for (size_t before = 0; before < i; before++)
			expect(r, !str_equal(columns[before].key, columns[i].key));
	}
	t->columns = columns;
}

static void read_cells(struct reader *r, struct table *t)
{
	size_t count = 0;
	if (!checked_multiply(t->row_count, t->column_count, &count) || count > r->cells)
		cursor_fail(&r->c, E_LIMIT);
	struct cell *cells = room_for(r, count, sizeof(*cells), 1);
	for (size_t i = 0; i < count && r->c.err == E_OK; i++)
		cells[i] = read_cell(r);
	t->cells = cells;
	r->cells -= r->c.err == E_OK ? count : 0;
}

static struct table read_table(struct reader *r)
{
	struct table t = {.key = read_key(r, '-')};
	t.title = read_title(r);
	t.column_count = cursor_u32(&r->c);
	t.row_count = cursor_u32(&r->c);
	expect(r,
		t.key.size > 0 && t.column_count >= 1 && t.column_count <= LIMIT_DOCUMENT_COLUMNS);
	if (r->c.err == E_OK)
		read_columns(r, &t);
	if (r->c.err == E_OK)
		read_cells(r, &t);
	return t;
}

/* --- charts --- */

/* As many points as drawing it takes. */
static bool count_valid(const struct mark *m)
{
	switch (m->kind) {
	case MARK_TEXT:
		return m->count == 1;
	case MARK_BAR:
		return m->count == 2;
	case MARK_LINE:
	case MARK_AREA:
	case MARK_DOT:
	case MARK_SHAPE:
		return true;
	case MARK__COUNT:
		break;
	}
	return false;
}

static void read_points(struct reader *r, struct mark *m)
{
	m->count = cursor_u32(&r->c);
	expect(r, m->count <= LIMIT_DOCUMENT_POINTS && count_valid(m));
	struct point *points = room_for(r, m->count, sizeof(*points), POINT_BYTES);
	for (size_t i = 0; i < m->count && r->c.err == E_OK; i++) {
		points[i].x = read_double(r);
		points[i].y = read_double(r);
	}
	m->points = points;
}

static struct mark read_mark(struct reader *r)
{
	struct mark m = {.kind = (enum mark_kind)read_choice(r, MARK__COUNT)};
	m.tone = (enum chart_tone)read_choice(r, CHART_TONE__COUNT);
	m.anchor = (enum mark_anchor)read_choice(r, ANCHOR_END + 1);
	m.dashed = read_flag(r);
	m.strong = read_flag(r);
	m.faint = read_flag(r);
	m.hollow = read_flag(r);
	m.base = read_length(r);
	m.size = read_length(r);
	m.cover = read_length(r);
	m.text = read_text(r);
	expect(r, m.size >= 0 && m.cover >= 0 && m.cover <= 1);
	read_points(r, &m);
	return m;
}

static struct chart read_chart(struct reader *r)
{
	struct chart c = {.width = read_length(r)};
	c.height = read_length(r);
	c.title = read_title(r);
	c.description = read_text(r);
	c.id = read_key(r, '-');
	c.count = cursor_u32(&r->c);
	expect(r, c.width > 0 && c.height > 0);
	if (c.count > r->marks)
		cursor_fail(&r->c, E_LIMIT);
	struct mark *marks = room_for(r, c.count, sizeof(*marks), MARK_BYTES);
	for (size_t i = 0; i < c.count && r->c.err == E_OK; i++)
		marks[i] = read_mark(r);
	c.marks = marks;
	r->marks -= r->c.err == E_OK ? c.count : 0;
	return c;
}

/* --- blocks --- */

static void read_items(struct reader *r, struct block *b)
{
	b->item_count = cursor_u32(&r->c);
	expect(r, b->item_count <= LIMIT_DOCUMENT_BLOCKS);
	struct str *items = room_for(r, b->item_count, sizeof(*items), sizeof(uint32_t));
	for (size_t i = 0; i < b->item_count && r->c.err == E_OK; i++)
		items[i] = read_text(r);
	b->items = items;
}

static void read_charts(struct reader *r, struct block *b)
{
	b->chart = read_chart(r);
	if (read_flag(r))
		b->narrow = read_chart(r);
}

static void read_block(struct reader *r, struct block *b)
{
	b->kind = (enum block_kind)read_choice(r, BLOCK__COUNT);
	b->tone = (enum block_tone)read_choice(r, TONE__COUNT);
	b->key = read_key(r, '-');
	b->text = read_text(r);
	b->detail = read_text(r);
	switch (b->kind) {
	case BLOCK_SECTION:
		expect(r, b->key.size > 0 && b->text.size > 0);
		break;
	case BLOCK_LIST:
		read_items(r, b);
		break;
	case BLOCK_TABLE:
		b->table = read_table(r);
		break;
	case BLOCK_CHART:
		read_charts(r, b);
		break;
	case BLOCK_PARAGRAPH:
	case BLOCK_VERDICT:
	case BLOCK__COUNT:
		break;
	}
}

static void read_document(struct reader *r, struct document *d)
{
	d->lang = (enum lang)read_choice(r, LANG__COUNT);
	uint64_t made = cursor_u64(&r->c);
	expect(r, made <= UINT32_MAX);
	d->made.seconds = (int64_t)(made & UINT32_MAX);
	d->title = read_title(r);
	d->subtitle = read_text(r);
	d->summary = read_text(r);
	d->author = read_text(r);
	d->block_count = cursor_u32(&r->c);
	expect(r, d->block_count <= LIMIT_DOCUMENT_BLOCKS);
	struct block *blocks = room_for(r, d->block_count, sizeof(*blocks), 14);
	for (size_t i = 0; i < d->block_count && r->c.err == E_OK; i++)
		read_block(r, &blocks[i]);
	d->blocks = blocks;
}

/* --- what blocks have to be together --- */

static int compare_keys(const void *a, const void *b)
{
	const struct str *x = a;
	const struct str *y = b;
	return str_compare(*x, *y);
}

static enum err check_distinct(struct str *keys, size_t count)
{
	if (count > 1)
		qsort(keys, count, sizeof(*keys), compare_keys);
	for (size_t i = 1; i < count; i++)
		if (str_equal(keys[i - 1], keys[i]))
			return E_CORRUPT;
	return E_OK;
}

/* Tables have keys of their own among them, sections too: both are addresses. */
static enum err check_keys(struct arena *arena, const struct document *d)
{
	size_t tables = 0;
	size_t sections = 0;
	struct str *of_tables = arena_alloc(arena, d->block_count + 1, sizeof(*of_tables));
	struct str *of_sections = arena_alloc(arena, d->block_count + 1, sizeof(*of_sections));
	if (!of_tables || !of_sections)
		return E_NOMEM;
	for (size_t i = 0; i < d->block_count; i++) {
		const struct block *b = &d->blocks[i];
		if (b->kind == BLOCK_TABLE)
			of_tables[tables++] = b->table.key;
		if (b->kind == BLOCK_SECTION)
			of_sections[sections++] = b->key;
	}
	TRY(check_distinct(of_tables, tables));
	return check_distinct(of_sections, sections);
}

static enum err check_head(struct cursor *c, struct bytes file)
{
	uint32_t magic = cursor_u32(c);
	uint32_t version = cursor_u32(c);
	uint64_t checksum = cursor_u64(c);
	if (c->err != E_OK || magic != DOCUMENT_MAGIC || file.size > LIMIT_DOCUMENT_FILE)
		return E_CORRUPT;
	if (version != DOCUMENT_VERSION)
		return E_VERSION;
	size_t from = DOCUMENT_CHECKED_FROM;
	return checksum == XXH3_64bits(file.data + from, file.size - from) ? E_OK : E_CORRUPT;
}

enum err document_open(struct bytes bytes, struct arena *arena, struct document *ret_document)
{
	struct reader r = {
		.arena = arena, .cells = LIMIT_DOCUMENT_CELLS, .marks = LIMIT_DOCUMENT_MARKS};
	struct document d = {0};
	cursor_init(&r.c, bytes);
	TRY(check_head(&r.c, bytes));
	read_document(&r, &d);
	enum err err = cursor_end(&r.c);
	if (err == E_OK)
		err = check_keys(arena, &d);
	if (err != E_OK)
		return err == E_NOMEM ? E_NOMEM : E_CORRUPT;
	*ret_document = d;
	return E_OK;
}
