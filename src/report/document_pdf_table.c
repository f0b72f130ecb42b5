/* SPDX-License-Identifier: Apache-2.0 */
/* Tables on paper: columns as wide as what they hold, rows that are never cut. */
#include <math.h>
#include <pango/pangocairo.h>

#include "report/document_paper_parts.h"
#include "report/document_parts.h"
#include "text/text.h"

enum {
	CELL_BYTES = 16 << 10,
	SIZES = 6
};

/* Until the columns fit; below the last words are broken. */
static const double sizes[SIZES] = {9.5, 9, 8.5, 8, 7.25, 6.5};
static const double measured_size = 10;
static const double pad = 5; /* left and right of a cell */
static const double cell_leading = 1.42;
static const double interval_size = .86;
/* Of a column that words alone may ask for: longer ones are broken. */
static const double word_most = 130;
/* A row as high as this stands for itself. */
static const double row_high = 50;
/* Below this size the table rather lies across. */
static const double size_upright = 8;

struct grid {
	struct paper *paper;
	const struct table *table;
	struct writer text;
	double *least, *natural; /* widths of columns at measured_size, without pads */
	double *width;           /* with pads */
	const struct frame *frame;
	double room; /* between its margins */
	double size;
	double total;
	struct piece_tag tag;
};

/* --- what cells say --- */

static struct str value_text(struct grid *g, const struct cell *cell)
{
	writer_clear(&g->text);
	cell_write_value(&g->text, g->paper->document->lang, cell);
	return writer_view_str(&g->text);
}

static struct str interval_text(struct grid *g, const struct cell *cell)
{
	writer_clear(&g->text);
	cell_write_interval(&g->text, g->paper->document->lang, cell);
	return writer_view_str(&g->text);
}

/* --- widths --- */

/* The longest word when `narrow`, else the whole in one line. */
static double measure(struct grid *g, struct str text, bool bold, bool narrow)
{
	const struct lettering how = {.size = measured_size, .bold = bold};
	PangoRectangle logical;
	PangoLayout *layout = g->paper->picture->layout;
	picture_lay_out(layout, &how, text);
	pango_layout_set_width(layout, narrow ? 0 : -1);
	pango_layout_set_wrap(layout, PANGO_WRAP_WORD);
	pango_layout_get_extents(layout, NULL, &logical);
	return (double)logical.width / PANGO_SCALE;
}

static void widen(double *width, double to)
{
	*width = fmax(*width, to);
}

static void measure_title(struct grid *g, size_t column)
{
	/* Titles may take two or three lines. */
	static const double part = .56;
	struct str title = g->table->columns[column].title;
	double longest = measure(g, title, true, true);
	widen(&g->least[column], longest);
	widen(&g->natural[column], fmax(longest, part * measure(g, title, true, false)));
}

static void measure_cell(struct grid *g, size_t row, size_t column)
{
	const struct cell *cell = table_cell(g->table, row, column);
	struct str text = value_text(g, cell);
	double whole = measure(g, text, false, false);
	widen(&g->natural[column], whole);
	widen(&g->least[column],
		cell->kind != CELL_TEXT ? whole : fmin(word_most, measure(g, text, false, true)));
	if (!cell_has_interval(cell))
		return;
	whole = interval_size * measure(g, interval_text(g, cell), false, false);
	widen(&g->natural[column], whole);
	widen(&g->least[column], whole);
}

static double sum_at(const struct grid *g, const double *widths, double size)
{
	double sum = 0;
	for (size_t i = 0; i < g->table->column_count; i++)
		sum += widths[i] * size / measured_size + 2 * pad;
	return sum;
}

static void choose_size(struct grid *g, bool across)
{
	g->frame = paper_frame(across);
	g->room = g->frame->right - g->frame->left;
	for (size_t i = 0; i < SIZES; i++) {
		g->size = sizes[i];
		if (sum_at(g, g->least, g->size) <= g->room)
			return;
	}
}

/* Every column what it needs; what is left over goes to those with much to say, or widens all: to
 * the margin, where it is not far. */
static void share_out(struct grid *g)
{
	static const double growth = 1.7;
	double scale = g->size / measured_size;
	double least = sum_at(g, g->least, g->size), natural = sum_at(g, g->natural, g->size);
	double roomy = natural > .45 * g->room ? g->room : growth * natural;
	g->total = 0;
	for (size_t i = 0; i < g->table->column_count; i++) {
		double narrow = g->least[i] * scale + 2 * pad;
		double wide = g->natural[i] * scale + 2 * pad;
		if (least >= g->room)
			g->width[i] = narrow * g->room / least;
		else if (natural <= g->room)
			g->width[i] = wide * roomy / natural;
		else
			g->width[i] =
				narrow + (wide - narrow) * (g->room - least) / (natural - least);
		g->total += g->width[i];
	}
}

static bool is_across(const struct grid *g)
{
	return g->frame == paper_frame(true);
}

/* --- rows --- */

static struct words lay_out(struct grid *g, size_t column, struct str text, double size, bool bold)
{
	/* A hair wider: rounding must not break what was measured to fit. */
	const struct lettering how = {
		.size = size, .bold = bold, .width = g->width[column] - 2 * pad + .5};
	struct words w = {.layout = paper_layout(g->paper, &how, text),
		.size = size,
		.leading = size * cell_leading,
		.colour = PAPER_INK};
	if (!w.layout)
		return w;
	if (bold)
		paper_balance(w.layout);
	w.to = text.size > 0 ? pango_layout_get_line_count(w.layout) : 0;
	return w;
}

static void set_to_side(const struct grid *g, size_t column, double left, struct words *w)
{
	bool numeric = g->table->columns[column].numeric;
	w->anchor = numeric ? ANCHOR_END : ANCHOR_START;
	w->x = numeric ? left + g->width[column] - pad : left + pad;
}

/* Leaves are the cells. */
static struct piece_tags row_tags(struct grid *g)
{
	return (struct piece_tags){
		.level = {[TAG_GROUP] = g->tag, [TAG_PART] = paper_tag(g->paper, "TR")}};
}

static void add_head(struct grid *g)
{
	static const double above = 5, below = 4;
	const struct table *t = g->table;
	struct piece *piece = paper_add(g->paper, PIECE_HEAD, t->column_count);
	if (!piece)
		return;
	double left = 0, highest = 0;
	for (size_t i = 0; i < t->column_count; i++) {
		struct words *w = &piece->words[i];
		*w = lay_out(g, i, t->columns[i].title, g->size, true);
		w->tag = "TH";
		w->colour = PAPER_DEEP;
		set_to_side(g, i, left, w);
		left += g->width[i];
		highest = fmax(highest, words_height(w));
	}
	piece->left = g->frame->left;
	piece->across = is_across(g);
	for (size_t i = 0; i < t->column_count; i++)
		piece->words[i].y = above + highest - words_height(&piece->words[i]);
	piece->before = 4;
	piece->height = above + highest + below;
	piece->width = g->total;
	piece->with_next = true;
	piece->tags = row_tags(g);
}

/* Value above, interval below it. */
static double set_cell(struct grid *g, size_t row, size_t column, double left, struct words *w)
{
	const struct cell *cell = table_cell(g->table, row, column);
	w[0] = lay_out(g, column, value_text(g, cell), g->size, false);
	w[0].tag = "TD";
	set_to_side(g, column, left, &w[0]);
	if (!cell_has_interval(cell))
		return words_height(&w[0]);
	w[1] = lay_out(g, column, interval_text(g, cell), g->size * interval_size, false);
	w[1].colour = PAPER_SOFT;
	w[1].y = words_height(&w[0]);
	set_to_side(g, column, left, &w[1]);
	return w[1].y + words_height(&w[1]);
}

/* What of these words lies between two heights, as a piece of its own that begins at `white`. */
static struct words cut_words(struct words w, double from, double to, double white)
{
	int first = w.from + (int)fmax(0, ceil((from - w.y) / w.leading - .01));
	int last = w.from + (int)fmax(0, ceil((to - w.y) / w.leading - .01));
	double y = w.y + (first - w.from) * w.leading - from + white;
	w.from = first < w.to ? first : w.to;
	w.to = last < w.to ? last : w.to;
	w.y = y;
	return w;
}

static void add_slice(struct grid *g, const struct piece *row, double from, double to)
{
	static const double white = 4;
	struct piece *piece = paper_add(g->paper, PIECE_ROW, row->word_count);
	if (!piece)
		return;
	struct words *words = piece->words;
	*piece = *row;
	piece->words = words;
	for (size_t i = 0; i < row->word_count; i++)
		if (row->words[i].layout)
			words[i] = cut_words(row->words[i], from, to, white);
	piece->height = fmin(to, row->height) - from + 2 * white;
}

static void add_row(struct grid *g, size_t row, size_t head)
{
	size_t columns = g->table->column_count;
	struct piece whole = {.kind = PIECE_ROW,
		.left = g->frame->left,
		.width = g->total,
		.across = is_across(g),
		.tags = row_tags(g),
		.head = head,
		.word_count = 2 * columns,
		.words = arena_alloc(&g->paper->arena, 2 * columns, sizeof(*whole.words))};
	if (!whole.words) {
		g->paper->err = E_NOMEM;
		return;
	}
	double left = 0;
	for (size_t i = 0; i < columns; i++) {
		whole.height = fmax(whole.height, set_cell(g, row, i, left, &whole.words[2 * i]));
		left += g->width[i];
	}
	/* Two rows at least under the titles, two before what follows the table; of high ones one
	 * is enough. */
	bool low = whole.height < row_high;
	whole.with_next = low && (row == 0 || row + 2 == g->table->row_count);
	/* Higher than most of a page: it is cut all the same. */
	double line = g->size * cell_leading;
	double step = line * floor(.8 * (g->frame->bottom - g->frame->top) / line);
	for (int i = 0; i * step < whole.height; i++)
		add_slice(g, &whole, i * step, (i + 1) * step);
}

static void add_note(struct grid *g, struct str note)
{
	const struct words w = paper_words(g->paper, STYLE_NOTE, g->room, note);
	if (note.size == 0)
		return;
	if (g->paper->err == E_OK)
		g->paper->pieces[g->paper->piece_count - 1].with_next = true;
	paper_add_lines(g->paper, &w,
		&(struct lines){
			.before = 4, .across = is_across(g), .tags = paper_leaf(g->paper, "P")});
}

static bool set_up(struct grid *g)
{
	size_t columns = g->table->column_count;
	g->least = arena_alloc(&g->paper->arena, columns, sizeof(double));
	g->natural = arena_alloc(&g->paper->arena, columns, sizeof(double));
	g->width = arena_alloc(&g->paper->arena, columns, sizeof(double));
	if (g->least && g->natural && g->width)
		return true;
	g->paper->err = E_NOMEM;
	return false;
}

static void choose_widths(struct grid *g)
{
	const struct table *t = g->table;
	for (size_t column = 0; column < t->column_count; column++) {
		measure_title(g, column);
		for (size_t row = 0; row < t->row_count; row++)
			measure_cell(g, row, column);
	}
	choose_size(g, false);
	if (g->size < size_upright || sum_at(g, g->least, g->size) > g->room)
		choose_size(g, true);
	share_out(g);
}

static void add_title(struct grid *g)
{
	struct paper *p = g->paper;
	const struct words w = paper_words(p, STYLE_TABLE_TITLE, g->room, g->table->title);
	if (g->table->title.size > 0)
		paper_add_lines(p, &w,
			&(struct lines){.before = 13,
				.with_next = true,
				.across = is_across(g),
				.tags = paper_leaf(p, "H3")});
}

static void flow_rows(struct grid *g)
{
	const struct table *t = g->table;
	size_t head = g->paper->piece_count;
	add_head(g);
	for (size_t row = 0; row < t->row_count && g->paper->err == E_OK; row++)
		add_row(g, row, head);
	if (t->row_count == 0)
		add_note(g, text(g->paper->document->lang, MESSAGE_DOCUMENT_NO_ROWS));
}

void paper_flow_table(struct paper *p, const struct block *b)
{
	struct grid g = {.paper = p, .table = &b->table, .tag = paper_tag(p, "Table")};
	size_t start = p->piece_count;
	if (b->table.column_count == 0 || !set_up(&g))
		return;
	writer_init(&g.text, CELL_BYTES);
	choose_widths(&g);
	add_title(&g);
	flow_rows(&g);
	writer_release(&g.text);
	add_note(&g, b->text);
	if (p->err == E_OK && is_across(&g))
		paper_lead_across(p, start);
}
