/* SPDX-License-Identifier: Apache-2.0 */
#include "report/document_parts.h"
#include "text/text.h"

enum {
	ATTRIBUTE_BYTES = 64 << 10,
	LONG_TABLE = 12,  /* rows; what is longer unfolds, so that a page can be surveyed */
	NARROW_TABLE = 2, /* columns that fit a phone; what has more may have to be scrolled */
	WIDE_TABLE = 7    /* columns that need smaller letters to fit a page */
};

/* One writing of a document. */
struct sheet {
	struct html *h;
	const struct document *d;
	const struct document_places *places;
	bool in_section;
	size_t drawn; /* charts so far */
};

/* --- pieces --- */

static void attribute_of(struct html *h, const char *name, const struct str *parts, size_t count)
{
	struct writer w;
	writer_init(&w, ATTRIBUTE_BYTES);
	for (size_t i = 0; i < count; i++)
		writer_str(&w, parts[i]);
	if (w.err != E_OK)
		writer_fail(h->out, w.err);
	html_attribute(h, name, writer_view_str(&w));
	writer_release(&w);
}

#define ATTRIBUTE_OF(h, name, ...)                                                                 \
	attribute_of(h, name, (const struct str[]){__VA_ARGS__},                                   \
		sizeof((const struct str[]){__VA_ARGS__}) / sizeof(struct str))

static void paragraph(struct html *h, const char *css_class, struct str text)
{
	if (text.size > 0)
		html_leaf(h, "p", css_class, text);
}

/* Of a table or chart: below the section's, or beside other sections where it is in none. */
static const char *heading_level(const struct sheet *s)
{
	return s->in_section ? "h3" : "h2";
}

/* --- cells and rows --- */

/* The same words as cell_write(), the interval set off. */
static void write_cell_text(struct sheet *s, const struct cell *cell)
{
	struct writer w;
	writer_init(&w, ATTRIBUTE_BYTES);
	cell_write_value(&w, s->d->lang, cell);
	html_text(s->h, writer_view_str(&w));
	if (cell_has_interval(cell)) {
		writer_clear(&w);
		cell_write_interval(&w, s->d->lang, cell);
		html_text(s->h, STR(" "));
		html_leaf(s->h, "span", "interval", writer_view_str(&w));
	}
	if (w.err != E_OK)
		writer_fail(s->h->out, w.err);
	writer_release(&w);
}

/* Of what a row is: the first column of words, since ranks stand in front of names. */
static size_t naming_column(const struct table *t)
{
	for (size_t i = 0; i < t->column_count; i++)
		if (!t->columns[i].numeric)
			return i;
	return 0;
}

static void write_row(struct sheet *s, const struct table *t, size_t row)
{
	size_t naming = naming_column(t);
	html_open(s->h, "tr");
	for (size_t i = 0; i < t->column_count; i++) {
		const char *element = i == naming ? "th" : "td";
		html_open_class(s->h, element, t->columns[i].numeric ? "count" : NULL);
		if (i == naming)
			html_attribute(s->h, "scope", STR("row"));
		write_cell_text(s, table_cell(t, row, i));
		html_close(s->h, element);
	}
	html_close(s->h, "tr");
}

static void write_head(struct sheet *s, const struct table *t)
{
	html_open(s->h, "thead");
	html_open(s->h, "tr");
	for (size_t i = 0; i < t->column_count; i++) {
		html_open_class(s->h, "th", t->columns[i].numeric ? "count" : NULL);
		html_attribute(s->h, "scope", STR("col"));
		html_text(s->h, t->columns[i].title);
		html_close(s->h, "th");
	}
	html_close(s->h, "tr");
	html_close(s->h, "thead");
}

/* --- tables --- */

/* "Bảng: Nguồn dữ liệu": a section may have the same name. */
static void name_place(struct sheet *s, const struct table *t)
{
	struct writer w;
	const struct text_arg title = {STR("title"), t->title};
	writer_init(&w, ATTRIBUTE_BYTES);
	text_write(&w, s->d->lang, MESSAGE_DOCUMENT_TABLE, &title, 1);
	if (w.err != E_OK)
		writer_fail(s->h->out, w.err);
	html_attribute(s->h, "aria-label", writer_view_str(&w));
	writer_release(&w);
}

/* A line that is wider than its place is scrolled by keyboard too. */
static void open_place(struct sheet *s, const struct table *t)
{
	html_open_class(s->h, "div", "table");
	if (t->column_count <= NARROW_TABLE)
		return;
	html_attribute(s->h, "tabindex", STR("0"));
	html_attribute(s->h, "role", STR("region"));
	name_place(s, t);
}

static void write_grid(struct sheet *s, const struct table *t, bool said)
{
	open_place(s, t);
	html_open_class(s->h, "table", t->column_count >= WIDE_TABLE ? "many" : NULL);
	html_leaf(s->h, "caption", said ? "unseen" : NULL, t->title);
	write_head(s, t);
	html_open(s->h, "tbody");
	for (size_t row = 0; row < t->row_count; row++)
		write_row(s, t, row);
	html_close(s->h, "tbody");
	html_close(s->h, "table");
	html_close(s->h, "div");
}

static void write_download(
	struct sheet *s, const struct table *t, struct str name, struct str suffix)
{
	html_open(s->h, "a");
	ATTRIBUTE_OF(s->h, "href", s->places->before, t->key, suffix);
	ATTRIBUTE_OF(s->h, "aria-label", name, STR(": "), t->title);
	html_text(s->h, name);
	html_close(s->h, "a");
}

static void write_downloads(struct sheet *s, const struct table *t)
{
	if (s->places->before.size == 0)
		return;
	html_open_class(s->h, "p", "downloads");
	write_download(s, t, STR("CSV"), STR(".csv"));
	html_text(s->h, STR(" "));
	write_download(s, t, STR("JSON"), STR(".json"));
	html_close(s->h, "p");
}

/* What a table holds; `said`: its title stands right above. */
static void write_table(struct sheet *s, const struct block *b, bool said)
{
	if (b->table.row_count > 0)
		write_grid(s, &b->table, said);
	else
		paragraph(s->h, NULL, text(s->d->lang, MESSAGE_DOCUMENT_NO_ROWS));
	paragraph(s->h, "meta", b->text);
	write_downloads(s, &b->table);
}

static void write_unfolding(struct sheet *s, const struct block *b, bool said, struct str summary)
{
	html_open_class(s->h, "details", "unfold");
	html_leaf(s->h, "summary", NULL, summary);
	html_open(s->h, "div");
	write_table(s, b, said);
	html_close(s->h, "div");
	html_close(s->h, "details");
}

/* "Bảng số liệu (87 dòng)" */
static void write_long_table(struct sheet *s, const struct block *b)
{
	struct writer number, w;
	writer_init(&number, ATTRIBUTE_BYTES);
	writer_init(&w, ATTRIBUTE_BYTES);
	text_number(&number, s->d->lang, b->table.row_count);
	const struct text_arg rows = {STR("rows"), writer_view_str(&number)};
	text_write(&w, s->d->lang, MESSAGE_DOCUMENT_ROWS, &rows, 1);
	if (number.err != E_OK || w.err != E_OK)
		writer_fail(s->h->out, E_NOMEM);
	write_unfolding(s, b, true, writer_view_str(&w));
	writer_release(&number);
	writer_release(&w);
}

static void write_table_block(struct sheet *s, const struct block *b)
{
	html_open_class(s->h, "div", "figure");
	html_open(s->h, heading_level(s));
	ATTRIBUTE_OF(s->h, "id", STR("table-"), b->table.key);
	html_text(s->h, b->table.title);
	html_close(s->h, heading_level(s));
	if (b->table.row_count > LONG_TABLE)
		write_long_table(s, b);
	else
		write_table(s, b, true);
	html_close(s->h, "div");
}

/* --- charts --- */

/* The table with its figures, wherever it stands; NULL: none. */
static const struct block *table_of_chart(const struct document *d, struct str key)
{
	for (size_t i = 0; key.size > 0 && i < d->block_count; i++)
		if (d->blocks[i].kind == BLOCK_TABLE && str_equal(d->blocks[i].table.key, key))
			return &d->blocks[i];
	return NULL;
}

/* The first chart with that key shows the table. */
static const struct block *chart_of_table(const struct document *d, struct str key)
{
	for (size_t i = 0; i < d->block_count; i++)
		if (d->blocks[i].kind == BLOCK_CHART && str_equal(d->blocks[i].key, key))
			return &d->blocks[i];
	return NULL;
}

/* Both drawings say the same, so their names would be the same too. */
static void write_drawing(
	struct sheet *s, const struct chart *chart, const char *css_class, struct str suffix)
{
	struct writer id;
	struct chart named = *chart;
	writer_init(&id, ATTRIBUTE_BYTES);
	writer_decimal(&id, s->drawn);
	writer_str(&id, suffix);
	if (id.err != E_OK)
		writer_fail(s->h->out, id.err);
	named.id = writer_view_str(&id);
	html_open_class(s->h, "div", css_class);
	chart_write_svg(s->h, &named);
	html_close(s->h, "div");
	writer_release(&id);
}

static void write_figure(struct sheet *s, const struct block *b)
{
	bool narrow = b->narrow.width > 0;
	s->drawn++;
	html_open(s->h, "figure");
	write_drawing(s, &b->chart, narrow ? "drawing-wide" : "drawing", STR("-wide"));
	if (narrow)
		write_drawing(s, &b->narrow, "drawing-narrow", STR("-narrow"));
	if (b->text.size > 0)
		html_leaf(s->h, "figcaption", NULL, b->text);
	html_close(s->h, "figure");
}

static void write_chart_block(struct sheet *s, const struct block *b)
{
	const struct block *table = table_of_chart(s->d, b->key);
	html_open_class(s->h, "div", "figure");
	html_leaf(s->h, heading_level(s), NULL, b->chart.title);
	write_figure(s, b);
	if (table && chart_of_table(s->d, b->key) == b)
		write_unfolding(s, table, str_equal(table->table.title, b->chart.title),
			text(s->d->lang, MESSAGE_DOCUMENT_AS_TABLE));
	html_close(s->h, "div");
}

/* --- words --- */

/* The sign says by its shape what the colour says; the words say it too, so it has none. */
static struct str sign(enum block_tone tone)
{
#define SIGN(paths)                                                                                \
	STR("<svg viewBox=\"0 0 24 24\" aria-hidden=\"true\" focusable=\"false\">" paths "</svg>")
	switch (tone) {
	case TONE_GOOD:
		return SIGN("<path d=\"M5 12.8l4.6 4.6L19 7.2\"/>");
	case TONE_BAD:
		return SIGN("<path d=\"M6.5 6.5l11 11m0-11l-11 11\"/>");
	case TONE_UNSAID:
		return SIGN(
			"<path d=\"M8.4 9a3.6 3.6 0 1 1 5.5 3c-1.3.8-1.9 1.4-1.9 2.7m0 3.4v.1\"/>");
	case TONE_PLAIN:
	case TONE__COUNT:
		break;
	}
	return STR("");
#undef SIGN
}

static const char *verdict_class(enum block_tone tone)
{
	switch (tone) {
	case TONE_GOOD:
		return "judged good";
	case TONE_BAD:
		return "judged bad";
	case TONE_UNSAID:
		return "judged unsaid";
	case TONE_PLAIN:
	case TONE__COUNT:
		break;
	}
	return "judged";
}

static void write_verdict(struct sheet *s, const struct block *b)
{
	html_open_class(s->h, "div", verdict_class(b->tone));
	html_asset(s->h, sign(b->tone));
	html_open(s->h, "div");
	paragraph(s->h, NULL, b->detail);
	html_open(s->h, "p");
	html_leaf(s->h, "strong", NULL, b->text);
	html_close(s->h, "p");
	html_close(s->h, "div");
	html_close(s->h, "div");
}

static const char *paragraph_class(enum block_tone tone)
{
	switch (tone) {
	case TONE_GOOD:
		return "notice";
	case TONE_BAD:
		return "notice seen";
	case TONE_UNSAID:
		return "notice caution";
	case TONE_PLAIN:
	case TONE__COUNT:
		break;
	}
	return NULL;
}

static void write_list(struct sheet *s, const struct block *b)
{
	paragraph(s->h, NULL, b->text);
	if (b->item_count == 0)
		return;
	html_open(s->h, "ul");
	for (size_t i = 0; i < b->item_count; i++)
		html_leaf(s->h, "li", NULL, b->items[i]);
	html_close(s->h, "ul");
}

static void end_section(struct sheet *s)
{
	if (s->in_section)
		html_close(s->h, "section");
	s->in_section = false;
}

static void begin_section(struct sheet *s, const struct block *b)
{
	end_section(s);
	s->in_section = true;
	html_open(s->h, "section");
	html_attribute(s->h, "aria-labelledby", b->key);
	html_open_class(s->h, "h2", "section");
	html_attribute(s->h, "id", b->key);
	html_text(s->h, b->text);
	html_close(s->h, "h2");
	paragraph(s->h, NULL, b->detail);
}

/* --- all of it --- */

static void write_block(struct sheet *s, const struct block *b)
{
	switch (b->kind) {
	case BLOCK_SECTION:
		begin_section(s, b);
		break;
	case BLOCK_PARAGRAPH:
		paragraph(s->h, paragraph_class(b->tone), b->text);
		break;
	case BLOCK_VERDICT:
		write_verdict(s, b);
		break;
	case BLOCK_LIST:
		write_list(s, b);
		break;
	case BLOCK_TABLE:
		if (!chart_of_table(s->d, b->table.key))
			write_table_block(s, b);
		break;
	case BLOCK_CHART:
		write_chart_block(s, b);
		break;
	case BLOCK__COUNT:
		break;
	}
}

void document_write_html(
	struct html *h, const struct document *d, const struct document_places *places)
{
	struct sheet s = {.h = h, .d = d, .places = places};
	html_open_class(h, "div", "document");
	for (size_t i = 0; i < d->block_count; i++)
		write_block(&s, &d->blocks[i]);
	end_section(&s);
	html_close(h, "div");
}
