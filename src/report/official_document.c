/* SPDX-License-Identifier: Apache-2.0 */
/* An official document as plain blocks. */
#include "report/official_parts.h"
#include "text/text.h"

enum {
	TEXT_BYTES = 64 << 10
};

/* Blocks in the making; `blocks` has room for all. */
struct gathering {
	const struct official *official;
	struct arena *arena;
	struct block *blocks;
	size_t count, tables;
	enum err err;
};

/* One a block, a list item a list of its own; an annex has a heading and a line. */
static size_t most_blocks(const struct official *o)
{
	size_t most = o->body_blocks.count;
	for (size_t i = 0; i < o->annex_count; i++)
		most += o->annexes[i].body.count + 2;
	return most;
}

static struct str kept(struct gathering *g, struct writer *w)
{
	struct str copy = {0};
	if (writer_end(w) == E_OK)
		copy = arena_copy(g->arena, writer_view_str(w));
	if (!copy.data)
		g->err = E_NOMEM;
	writer_release(w);
	return copy;
}

/* Keys belong to one table each: "rows", "rows-2". */
static struct str own_key(struct gathering *g, struct str key)
{
	bool taken = false;
	for (size_t i = 0; i < g->count; i++)
		taken |= g->blocks[i].kind == BLOCK_TABLE && str_equal(g->blocks[i].table.key, key);
	g->tables++;
	if (!taken)
		return key;
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	writer_str(&w, key);
	writer_char(&w, '-');
	writer_decimal(&w, g->tables);
	return kept(g, &w);
}

/* Anchors of headings are not written by offices. */
static struct str anchor(struct gathering *g)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	writer_text(&w, "s-");
	writer_decimal(&w, g->count);
	return kept(g, &w);
}

static void add_block(struct gathering *g, const struct official_block *from)
{
	struct block b = {.text = from->text};
	switch (from->kind) {
	case OFFICIAL_HEADING:
		b.kind = BLOCK_SECTION;
		b.key = anchor(g);
		break;
	case OFFICIAL_PARAGRAPH:
		b.kind = BLOCK_PARAGRAPH;
		break;
	case OFFICIAL_ITEM:
		b.kind = BLOCK_LIST;
		b.text = STR("");
		b.items = &from->text;
		b.item_count = 1;
		break;
	case OFFICIAL_TABLE:
		b.kind = BLOCK_TABLE;
		b.table = from->table;
		b.table.key = own_key(g, from->table.key);
		break;
	case OFFICIAL_BLOCK__COUNT:
		return;
	}
	g->blocks[g->count++] = b;
}

static void add_annex(struct gathering *g, size_t index)
{
	const struct official_annex *annex = &g->official->annexes[index];
	struct writer label;
	writer_init(&label, TEXT_BYTES);
	official_write_annex_label(&label, g->official, index);
	struct str text = kept(g, &label), key = anchor(g);
	g->blocks[g->count++] = (struct block){.kind = BLOCK_SECTION, .key = key, .text = text};
	g->blocks[g->count++] = (struct block){.kind = BLOCK_PARAGRAPH, .text = annex->title};
	for (size_t i = 0; i < annex->body.count; i++)
		add_block(g, &annex->body.blocks[i]);
}

/* Number, place and date, as far as there are any. */
static struct str subtitle(struct gathering *g)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	official_write_number(&w, g->official);
	writer_text(&w, " · ");
	official_write_place_date(&w, g->official);
	return kept(g, &w);
}

static struct str title(struct gathering *g)
{
	const struct official *o = g->official;
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	if (o->kind == OFFICIAL_LETTER)
		official_write_subject(&w, o);
	else
		writer_str(&w, o->title);
	if (o->kind != OFFICIAL_LETTER && o->subject.size > 0) {
		writer_text(&w, ". ");
		writer_str(&w, o->subject);
	}
	return kept(g, &w);
}

enum err official_as_document(
	const struct official *o, struct arena *arena, struct document *ret_document)
{
	struct gathering g = {.official = o, .arena = arena};
	g.blocks = arena_alloc(arena, most_blocks(o) + 1, sizeof(*g.blocks));
	if (!g.blocks)
		return E_NOMEM;
	for (size_t i = 0; i < o->body_blocks.count; i++)
		add_block(&g, &o->body_blocks.blocks[i]);
	for (size_t i = 0; i < o->annex_count; i++)
		add_annex(&g, i);
	struct document d = {.lang = o->lang,
		.title = title(&g),
		.subtitle = subtitle(&g),
		.summary = o->subject,
		.blocks = g.blocks,
		.block_count = g.count,
		.author = o->body,
		.made = o->made};
	if (g.err == E_OK)
		*ret_document = d;
	return g.err;
}
