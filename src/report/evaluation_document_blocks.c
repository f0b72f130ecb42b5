/* SPDX-License-Identifier: Apache-2.0 */
#include "report/evaluation_document_parts.h"

enum {
	WIDE = 720,
	NARROW = 340
};

/* After a failure, or past the last: the spare one behind them, which nobody reads. */
static struct block *add(struct composer *c, enum block_kind kind)
{
	if (c->err == E_OK && c->count == DOCUMENT_BLOCKS)
		c->err = E_LIMIT;
	struct block *b = &c->blocks[c->err == E_OK ? c->count++ : DOCUMENT_BLOCKS];
	*b = (struct block){.kind = kind, .tone = TONE_PLAIN};
	return b;
}

void add_section(struct composer *c, struct str key, enum message title)
{
	struct block *b = add(c, BLOCK_SECTION);
	b->key = key;
	b->text = words(c, title);
}

void add_paragraph(struct composer *c, struct str text)
{
	if (text.size > 0)
		add(c, BLOCK_PARAGRAPH)->text = text;
}

void add_words(struct composer *c, enum message message)
{
	add_paragraph(c, words(c, message));
}

void add_verdict(struct composer *c, enum block_tone tone, struct str text, struct str detail)
{
	struct block *b = add(c, BLOCK_VERDICT);
	b->tone = tone;
	b->text = text;
	b->detail = detail;
}

/* --- lists --- */

bool items_begin(struct composer *c, struct items *items)
{
	*items = (struct items){arena_alloc(c->arena, DOCUMENT_ITEMS, sizeof(*items->list)), 0};
	if (!items->list && c->err == E_OK)
		c->err = E_NOMEM;
	return items->list != NULL;
}

void items_add(struct items *items, struct str text)
{
	for (size_t i = 0; i < items->count; i++)
		if (str_equal(items->list[i], text))
			return;
	if (items->count < DOCUMENT_ITEMS && text.size > 0)
		items->list[items->count++] = text;
}

void items_end(struct composer *c, const struct items *items)
{
	if (items->count == 0)
		return;
	struct block *b = add(c, BLOCK_LIST);
	b->items = items->list;
	b->item_count = items->count;
}

/* What keeps an answer from being given, in contrast to what must be known beside it. */
static bool prevents(enum reason reason)
{
	return reason_forbids(reason) || reason == REASON_TOO_FEW_WEEKS ||
	       reason == REASON_NO_CONTROLS;
}

static void add_one(struct composer *c, struct items *items, const struct because *because)
{
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	reason_write(&w, c->lang, because);
	items_add(items, keep(c, &w));
}

void items_add_reasons(struct composer *c, struct items *items, const struct reasons *reasons)
{
	for (size_t i = 0; i < reasons->count; i++)
		add_one(c, items, &reasons->list[i]);
}

void add_reasons(struct composer *c, const struct reasons *reasons, bool answered)
{
	struct items why;
	struct items beside;
	if (!items_begin(c, &why) || !items_begin(c, &beside))
		return;
	for (size_t i = 0; i < reasons->count; i++) {
		bool prevented = !answered && prevents(reasons->list[i].reason);
		add_one(c, prevented ? &why : &beside, &reasons->list[i]);
	}
	if (why.count > 0)
		add_words(c, MESSAGE_REPORT_WHY);
	items_end(c, &why);
	if (beside.count > 0)
		add_words(c, MESSAGE_REPORT_BESIDE);
	items_end(c, &beside);
}

/* --- charts --- */

static enum err build(struct composer *c, const struct drawing *d, bool narrow, struct chart *ret)
{
	struct series_look look = {
		.lang = c->lang, .width = narrow ? NARROW : WIDE, .title = d->title};
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	writer_text(&w, "chart-");
	writer_str(&w, d->key);
	writer_text(&w, narrow ? "-narrow" : "");
	look.id = keep(c, &w);
	return d->build(c->arena, d->what, &look, ret);
}

void add_chart(struct composer *c, const struct drawing *d)
{
	struct chart wide;
	struct chart narrow;
	if (c->err != E_OK)
		return;
	enum err err = build(c, d, false, &wide);
	if (err == E_OK)
		err = build(c, d, true, &narrow);
	if (err != E_OK) {
		c->err = err == E_NOTFOUND ? c->err : err;
		return;
	}
	struct block *b = add(c, BLOCK_CHART);
	b->key = d->key;
	b->text = d->caption;
	b->chart = wide;
	b->narrow = narrow;
}

/* --- tables --- */

bool sheet_begin(struct composer *c, struct sheet *s, struct str key, struct str title,
	const struct column_words *columns, size_t column_count, size_t rows)
{
	*s = (struct sheet){.c = c, .key = key, .title = title, .column_count = column_count};
	s->capacity = rows * column_count;
	s->columns = arena_alloc(c->arena, column_count, sizeof(*s->columns));
	s->cells = arena_alloc(c->arena, s->capacity + 1, sizeof(*s->cells));
	if (c->err == E_OK && (!s->columns || !s->cells))
		c->err = E_NOMEM;
	if (c->err != E_OK)
		return false;
	for (size_t i = 0; i < column_count; i++)
		s->columns[i] = (struct column){.key = columns[i].key,
			.title = words(c, columns[i].title),
			.interval = columns[i].interval,
			.numeric = columns[i].numeric};
	return true;
}

void sheet_add(struct sheet *s, struct cell cell)
{
	if (s->count < s->capacity)
		s->cells[s->count++] = cell;
	else if (s->c->err == E_OK)
		s->c->err = E_LIMIT;
}

void sheet_end(struct sheet *s, struct str text)
{
	struct block *b = add(s->c, BLOCK_TABLE);
	b->key = s->key;
	b->text = text;
	b->table = (struct table){.key = s->key,
		.title = s->title,
		.columns = s->columns,
		.column_count = s->column_count,
		.cells = s->cells,
		.row_count = s->count / s->column_count};
}
