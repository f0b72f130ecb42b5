/* SPDX-License-Identifier: Apache-2.0 */
/* An official document as a page: the letter's order and words, tables with heads and names. */
#include "report/document_parts.h"
#include "report/official_parts.h"
#include "text/text.h"

enum {
	LINE_BYTES = 64 << 10
};

/* One writing; headings one below another. */
struct letter {
	struct html *h;
	const struct official *o;
	const char *title, *heading;
	struct writer line;
	bool in_list;
};

static struct str line(struct letter *l)
{
	if (l->line.err != E_OK)
		writer_fail(l->h->out, l->line.err);
	return writer_view_str(&l->line);
}

static void leaf(struct letter *l, const char *element, const char *css_class, struct str text)
{
	if (text.size > 0)
		html_leaf(l->h, element, css_class, text);
}

/* --- above --- */

static void write_issuer(struct letter *l)
{
	const struct official *o = l->o;
	html_open_class(l->h, "div", "official-issuer");
	leaf(l, "p", "capitals", o->superior);
	leaf(l, "p", "capitals strong ruled", o->body);
	writer_clear(&l->line);
	official_write_number(&l->line, o);
	leaf(l, "p", NULL, line(l));
	writer_clear(&l->line);
	if (o->kind == OFFICIAL_LETTER && o->subject.size > 0)
		official_write_subject(&l->line, o);
	leaf(l, l->title, "official-subject", line(l));
	html_close(l->h, "div");
}

static void write_nation(struct letter *l)
{
	const struct official *o = l->o;
	html_open_class(l->h, "div", "official-nation");
	leaf(l, "p", "capitals strong", o->country);
	leaf(l, "p", "strong ruled", o->motto);
	writer_clear(&l->line);
	official_write_place_date(&l->line, o);
	leaf(l, "p", "slanted", line(l));
	html_close(l->h, "div");
}

static void write_title(struct letter *l)
{
	const struct official *o = l->o;
	if (o->kind == OFFICIAL_LETTER || o->title.size == 0)
		return;
	html_open_class(l->h, "div", "official-title");
	html_leaf(l->h, l->title, "capitals", o->title);
	leaf(l, "p", "strong ruled", o->subject);
	html_close(l->h, "div");
}

static void write_recipients(struct letter *l)
{
	const struct official *o = l->o;
	if (o->recipient_count == 0)
		return;
	html_open_class(l->h, "div", "official-to");
	html_leaf(l->h, "p", NULL, text(o->lang, MESSAGE_OFFICIAL_TO));
	html_open(l->h, "ul");
	for (size_t i = 0; i < o->recipient_count; i++)
		html_leaf(l->h, "li", NULL, o->recipients[i]);
	html_close(l->h, "ul");
	html_close(l->h, "div");
}

/* --- within --- */

static const char *cell_class(const struct table *t, size_t column)
{
	if (str_equal(t->columns[column].key, STR("stt")))
		return "middle";
	return t->columns[column].numeric ? "count" : NULL;
}

/* The first column of words says what a row is about. */
static size_t naming_column(const struct table *t)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (!t->columns[i].numeric)
			return i;
	return 0;
}

static void write_cell(struct letter *l, const struct table *t, size_t row, size_t column)
{
	bool naming = column == naming_column(t);
	const char *element = naming ? "th" : "td";
	html_open_class(l->h, element, cell_class(t, column));
	if (naming)
		html_attribute(l->h, "scope", STR("row"));
	writer_clear(&l->line);
	cell_write(&l->line, l->o->lang, table_cell(t, row, column));
	html_text(l->h, line(l));
	html_close(l->h, element);
}

static void write_table_head(struct letter *l, const struct table *t)
{
	html_open(l->h, "thead");
	html_open(l->h, "tr");
	for (size_t i = 0; i < t->column_count; i++) {
		html_open_class(l->h, "th", cell_class(t, i));
		html_attribute(l->h, "scope", STR("col"));
		html_text(l->h, t->columns[i].title);
		html_close(l->h, "th");
	}
	html_close(l->h, "tr");
	html_close(l->h, "thead");
}

static void write_rows(struct letter *l, const struct official_block *b)
{
	const struct table *t = &b->table;
	html_open(l->h, "tbody");
	for (size_t row = 0; row < t->row_count; row++) {
		html_open_class(l->h, "tr", b->total && row + 1 == t->row_count ? "total" : NULL);
		for (size_t i = 0; i < t->column_count; i++)
			write_cell(l, t, row, i);
		html_close(l->h, "tr");
	}
	html_close(l->h, "tbody");
}

static void write_table(struct letter *l, const struct official_block *b)
{
	html_open_class(l->h, "div", "table");
	html_attribute(l->h, "tabindex", STR("0"));
	html_attribute(l->h, "role", STR("region"));
	html_attribute(l->h, "aria-label", b->table.title);
	html_open(l->h, "table");
	html_leaf(l->h, "caption", NULL, b->table.title);
	write_table_head(l, &b->table);
	write_rows(l, b);
	html_close(l->h, "table");
	html_close(l->h, "div");
	leaf(l, "p", "official-note", b->text);
}

/* Items that follow each other are one list. */
static void keep_list(struct letter *l, bool wanted)
{
	if (wanted && !l->in_list)
		html_open_class(l->h, "ul", "official-items");
	if (!wanted && l->in_list)
		html_close(l->h, "ul");
	l->in_list = wanted;
}

static void write_block(struct letter *l, const struct official_block *b)
{
	keep_list(l, b->kind == OFFICIAL_ITEM);
	switch (b->kind) {
	case OFFICIAL_HEADING:
		html_leaf(l->h, l->heading, NULL, b->text);
		break;
	case OFFICIAL_PARAGRAPH:
		html_leaf(l->h, "p", "official-text", b->text);
		break;
	case OFFICIAL_ITEM:
		html_leaf(l->h, "li", NULL, b->text);
		break;
	case OFFICIAL_TABLE:
		write_table(l, b);
		break;
	case OFFICIAL_BLOCK__COUNT:
		break;
	}
}

static void write_blocks(struct letter *l, const struct official_blocks *blocks)
{
	for (size_t i = 0; i < blocks->count; i++)
		write_block(l, &blocks->blocks[i]);
	keep_list(l, false);
}

/* --- below --- */

static void write_copies(struct letter *l)
{
	const struct official *o = l->o;
	html_open_class(l->h, "div", "official-copies");
	if (o->copy_count > 0) {
		html_leaf(l->h, "p", "strong slanted", text(o->lang, MESSAGE_OFFICIAL_COPIES));
		html_open(l->h, "ul");
		for (size_t i = 0; i < o->copy_count; i++)
			html_leaf(l->h, "li", NULL, o->copies[i]);
		html_close(l->h, "ul");
	}
	html_close(l->h, "div");
}

static void write_signature(struct letter *l)
{
	const struct official *o = l->o;
	html_open_class(l->h, "div", "official-signature");
	for (size_t i = 0; i < o->signing_count; i++) {
		writer_clear(&l->line);
		official_write_signing(&l->line, o, i);
		leaf(l, "p", "capitals strong", line(l));
	}
	leaf(l, "p", "capitals strong", o->position);
	if (o->signer.size == 0)
		leaf(l, "p", "slanted official-sign-here", o->sign_here);
	leaf(l, "p", "strong official-signer", o->signer);
	html_close(l->h, "div");
}

static void write_foot(struct letter *l)
{
	if (!official_has_foot(l->o))
		return;
	html_open_class(l->h, "div", "official-foot");
	write_copies(l);
	write_signature(l);
	html_close(l->h, "div");
}

static void write_annex(struct letter *l, size_t index)
{
	const struct official_annex *annex = &l->o->annexes[index];
	html_open_class(l->h, "section", "official-annex");
	html_open_class(l->h, "div", "official-title");
	writer_clear(&l->line);
	official_write_annex_label(&l->line, l->o, index);
	html_leaf(l->h, l->title[1] == '1' ? "h2" : l->title, NULL, line(l));
	leaf(l, "p", "capitals strong", annex->title);
	writer_clear(&l->line);
	official_write_annex_origin(&l->line, l->o);
	leaf(l, "p", "slanted", line(l));
	html_close(l->h, "div");
	write_blocks(l, &annex->body);
	html_close(l->h, "section");
}

/* --- the whole --- */

static void write_letter(
	struct html *h, const struct official *o, const char *title, const char *heading)
{
	struct letter l = {.h = h, .o = o, .title = title, .heading = heading};
	writer_init(&l.line, LINE_BYTES);
	html_open_class(h, "article", "official");
	html_attribute(h, "lang", lang_code(o->lang));
	html_open_class(h, "div", "official-head");
	write_issuer(&l);
	write_nation(&l);
	html_close(h, "div");
	write_title(&l);
	write_recipients(&l);
	write_blocks(&l, &o->body_blocks);
	write_foot(&l);
	for (size_t i = 0; i < o->annex_count; i++)
		write_annex(&l, i);
	html_close(h, "article");
	writer_release(&l.line);
}

void official_write_html(struct html *h, const struct official *o)
{
	write_letter(h, o, "h2", "h3");
}

/* Nothing is fetched and nothing runs, whoever sends the file on. */
static void write_head(struct html *h, const struct official *o)
{
	struct bytes style = official_style();
	html_open(h, "head");
	html_void(h, "meta");
	html_attribute(h, "charset", STR("utf-8"));
	html_void(h, "meta");
	html_attribute(h, "http-equiv", STR("Content-Security-Policy"));
	html_attribute(h, "content", STR("default-src 'none'; style-src 'unsafe-inline'"));
	html_void(h, "meta");
	html_attribute(h, "name", STR("viewport"));
	html_attribute(h, "content", STR("width=device-width, initial-scale=1"));
	html_leaf(h, "title", NULL, o->subject.size > 0 ? o->subject : o->title);
	html_open(h, "style");
	html_asset(h, (struct str){(const char *)style.data, style.size});
	html_close(h, "style");
	html_close(h, "head");
}

void official_write_page(struct writer *w, const struct official *o)
{
	struct html h;
	html_init_document(&h, w);
	html_open(&h, "html");
	html_attribute(&h, "lang", lang_code(o->lang));
	write_head(&h, o);
	html_open_class(&h, "body", "official-page");
	html_open(&h, "main");
	html_open_class(&h, "div", "wrap");
	write_letter(&h, o, "h1", "h2");
	html_close(&h, "div");
	html_close(&h, "main");
	html_close(&h, "body");
	html_close(&h, "html");
	writer_char(w, '\n');
	enum err err = html_end(&h);
	if (err != E_OK)
		writer_fail(w, err);
}
