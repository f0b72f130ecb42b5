/* SPDX-License-Identifier: Apache-2.0 */
/* Tables of official documents: a black grid, titles in the middle and again on every page. */
#include <math.h>
#include <pango/pangocairo.h>

#include "report/document_parts.h"
#include "report/official_sheet.h"
#include "text/text.h"

enum {
	CELL_BYTES = 64 << 10,
	SIZES = 5,
	HEAD_LINES = 9,
	WHOLE_ROWS = 6 /* of a table that is not broken over pages */
};

/* Until the columns fit; below the last words are broken. */
static const double sizes[SIZES] = {13, 12, 11, 10, 9};
static const double measured_size = 10;
static const double pad = 5;
static const double white = 3; /* above and below the words of a cell */
/* Of a column that words alone may ask for. */
static const double word_most = 120;
/* Names as short as this are rather set smaller than broken. */
static const double name_most = 112;
/* One long note must not squeeze what stands beside it. */
static const double whole_most = 190;

struct ruled_table {
	struct sheet *sheet;
	const struct table *table;
	bool total;
	struct writer text;
	double *least, *natural; /* at measured_size, without pads */
	double *edge;            /* column_count + 1, from the left margin */
	double size;
	struct piece_tag tag;
};

static double room(void)
{
	return sheet_right - sheet_left;
}

static struct str cell_text(struct ruled_table *t, size_t row, size_t column)
{
	writer_clear(&t->text);
	cell_write(&t->text, t->sheet->official->lang, table_cell(t->table, row, column));
	return writer_view_str(&t->text);
}

static bool is_last(const struct ruled_table *t, size_t row)
{
	return row + 1 == t->table->row_count;
}

/* --- widths --- */

static void measure_title(struct ruled_table *t, size_t column)
{
	static const double part = .3, most = 70; /* titles take some lines */
	static const struct hand hand = {.size = 10, .bold = true};
	struct str title = t->table->columns[column].title;
	double word = sheet_measure(t->sheet, &hand, title, true);
	double whole = sheet_measure(t->sheet, &hand, title, false);
	t->least[column] = fmax(t->least[column], word);
	t->natural[column] =
		fmax(t->natural[column], fmax(word, fmin(whole, fmax(most, part * whole))));
}

static void measure_cell(struct ruled_table *t, size_t row, size_t column)
{
	const struct hand hand = {.size = measured_size, .bold = t->total && is_last(t, row)};
	const struct cell *cell = table_cell(t->table, row, column);
	struct str text = cell_text(t, row, column);
	double whole = sheet_measure(t->sheet, &hand, text, false);
	bool breaks = cell->kind == CELL_TEXT && whole > name_most;
	double word = breaks ? fmin(word_most, sheet_measure(t->sheet, &hand, text, true)) : whole;
	t->natural[column] = fmax(t->natural[column], fmax(word, fmin(whole, whole_most)));
	t->least[column] = fmax(t->least[column], word);
}

static double sum_at(const struct ruled_table *t, const double *widths, double size)
{
	double sum = 0;
	for (size_t i = 0; i < t->table->column_count; i++)
		sum += widths[i] * size / measured_size + 2 * pad;
	return sum;
}

/* What is left over is for words, where there are any. */
static double part_of_rest(const struct ruled_table *t, size_t column)
{
	double words = 0, all = 0;
	for (size_t i = 0; i < t->table->column_count; i++) {
		all += t->natural[i];
		words += t->table->columns[i].numeric ? 0 : t->natural[i];
	}
	if (words > 0)
		return t->table->columns[column].numeric ? 0 : t->natural[column] / words;
	return all > 0 ? t->natural[column] / all : 0;
}

/* Every column what it needs; the grid reaches from margin to margin. */
static void share_out(struct ruled_table *t)
{
	double scale = t->size / measured_size;
	double least = sum_at(t, t->least, t->size), natural = sum_at(t, t->natural, t->size);
	double at = 0;
	for (size_t i = 0; i < t->table->column_count; i++) {
		double narrow = t->least[i] * scale + 2 * pad;
		double wide = t->natural[i] * scale + 2 * pad;
		t->edge[i] = at;
		if (least >= room())
			at += narrow * room() / least;
		else if (natural <= room())
			at += wide + part_of_rest(t, i) * (room() - natural);
		else
			at += narrow + (wide - narrow) * (room() - least) / (natural - least);
	}
	t->edge[t->table->column_count] = at;
}

static void choose_widths(struct ruled_table *t)
{
	for (size_t column = 0; column < t->table->column_count; column++) {
		measure_title(t, column);
		for (size_t row = 0; row < t->table->row_count; row++)
			measure_cell(t, row, column);
	}
	for (size_t i = 0; i < SIZES; i++) {
		t->size = sizes[i];
		if (sum_at(t, t->least, t->size) <= room())
			break;
	}
	share_out(t);
}

/* --- rows --- */

static enum mark_anchor anchor_of(const struct ruled_table *t, size_t column)
{
	const struct column *c = &t->table->columns[column];
	if (str_equal(c->key, STR("stt")))
		return ANCHOR_MIDDLE;
	return c->numeric ? ANCHOR_END : ANCHOR_START;
}

static struct script_words lay_out(
	struct ruled_table *t, size_t column, struct hand hand, struct str text)
{
	double left = t->edge[column], right = t->edge[column + 1];
	hand.size = t->size;
	/* A hair wider: rounding must not break what was measured to fit. */
	hand.width = right - left - 2 * pad + .5;
	struct script_words w = sheet_words(t->sheet, &hand, text);
	w.x = hand.anchor == ANCHOR_END      ? right - pad
	      : hand.anchor == ANCHOR_MIDDLE ? (left + right) / 2
					     : left + pad;
	return w;
}

/* Verticals, the line below, and above the titles one more. */
static void set_grid(const struct ruled_table *t, struct slip *slip, bool above)
{
	size_t columns = t->table->column_count;
	double right = t->edge[columns];
	for (size_t i = 0; i <= columns; i++)
		slip->rules[i] = (struct rule){t->edge[i], 0, t->edge[i], slip->height};
	slip->rules[columns + 1] = (struct rule){0, slip->height, right, slip->height};
	slip->rules[columns + 2] = (struct rule){0, 0, right, 0};
	slip->rule_count = columns + 2 + above;
}

static void set_in_middle(struct slip *slip, double highest)
{
	for (size_t i = 0; i < slip->word_count; i++)
		slip->words[i].y = white + (highest - script_words_height(&slip->words[i])) / 2;
}

static struct piece_tags row_tags(struct ruled_table *t)
{
	return (struct piece_tags){
		.level = {[TAG_GROUP] = t->tag, [TAG_PART] = sheet_tag(t->sheet, "TR")}};
}

static void add_head(struct ruled_table *t, double before)
{
	static const struct hand hand = {
		.bold = true, .anchor = ANCHOR_MIDDLE, .most_lines = HEAD_LINES};
	size_t columns = t->table->column_count;
	struct slip *slip = official_sheet_add(t->sheet, columns, columns + 3);
	if (!slip)
		return;
	double highest = 0;
	for (size_t i = 0; i < columns; i++) {
		slip->words[i] = lay_out(t, i, hand, t->table->columns[i].title);
		slip->words[i].tag = "TH";
		highest = fmax(highest, script_words_height(&slip->words[i]));
	}
	set_in_middle(slip, highest);
	slip->before = before;
	slip->height = highest + 2 * white;
	slip->with_next = true;
	slip->tags = row_tags(t);
	set_grid(t, slip, true);
}

/* What of these words lies between two heights, as a slip of its own. */
static struct script_words cut_words(struct script_words w, double from, double to)
{
	int first = w.from + (int)fmax(0, ceil((from - w.y) / w.leading - .01));
	int last = w.from + (int)fmax(0, ceil((to - w.y) / w.leading - .01));
	double y = w.y + (first - w.from) * w.leading - from + white;
	w.from = first < w.to ? first : w.to;
	w.to = last < w.to ? last : w.to;
	w.y = y;
	return w;
}

static void add_slice(struct ruled_table *t, const struct slip *row, double from, double to)
{
	size_t columns = t->table->column_count;
	struct slip *slip = official_sheet_add(t->sheet, columns, columns + 3);
	if (!slip)
		return;
	for (size_t i = 0; i < columns; i++)
		slip->words[i] = cut_words(row->words[i], from, to);
	slip->height = fmin(to, row->height) - from + 2 * white;
	slip->with_next = row->with_next;
	slip->tags = row->tags;
	slip->head = row->head;
	set_grid(t, slip, false);
}

/* A row as one slip; higher than most of a page it is cut all the same. */
static void place_row(struct ruled_table *t, struct slip *row)
{
	double line = row->words[0].leading;
	double most = line * floor(.7 * (sheet_bottom - sheet_top) / line);
	if (row->height <= most)
		for (size_t i = 0; i < row->word_count; i++)
			row->words[i].y = (row->height - script_words_height(&row->words[i])) / 2;
	for (int i = 0; i == 0 || i * most < row->height; i++)
		add_slice(t, row, i * most, (i + 1) * most);
}

static void add_row(struct ruled_table *t, size_t row, size_t head)
{
	size_t columns = t->table->column_count;
	struct slip whole = {.head = head,
		.word_count = columns,
		.tags = row_tags(t),
		.words = arena_alloc(&t->sheet->arena, columns, sizeof(*whole.words))};
	if (!whole.words) {
		t->sheet->err = E_NOMEM;
		return;
	}
	/* Two rows at least under the titles, and a sum never alone. */
	size_t rows = t->table->row_count;
	whole.with_next = !is_last(t, row) && (row == 0 || row + 2 == rows || rows <= WHOLE_ROWS);
	for (size_t i = 0; i < columns; i++) {
		const struct hand hand = {
			.bold = t->total && is_last(t, row), .anchor = anchor_of(t, i)};
		whole.words[i] = lay_out(t, i, hand, cell_text(t, row, i));
		whole.words[i].tag = "TD";
		whole.height = fmax(whole.height, script_words_height(&whole.words[i]));
	}
	place_row(t, &whole);
}

/* --- around it --- */

static void add_title(struct ruled_table *t)
{
	const struct hand hand = {.size = SIZE_TEXT - 1,
		.bold = true,
		.width = room() - 40,
		.most_lines = HEAD_LINES,
		.anchor = ANCHOR_MIDDLE};
	const struct script_words w = sheet_words(t->sheet, &hand, t->table->title);
	sheet_add_lines(t->sheet, &w,
		&(struct setting){
			.before = 8, .x = room() / 2, .with_next = true, .tag = "Caption"});
}

static void add_note(struct ruled_table *t, struct str note)
{
	const struct hand hand = {
		.size = SIZE_NOTE, .italic = true, .justified = true, .width = room()};
	if (note.size == 0)
		return;
	if (t->sheet->err == E_OK)
		t->sheet->slips[t->sheet->slip_count - 1].with_next = true;
	const struct script_words w = sheet_words(t->sheet, &hand, note);
	sheet_add_lines(t->sheet, &w, &(struct setting){.before = 4, .tag = "P"});
}

static bool set_up(struct ruled_table *t)
{
	struct arena *arena = &t->sheet->arena;
	size_t columns = t->table->column_count;
	t->least = arena_alloc(arena, columns, sizeof(double));
	t->natural = arena_alloc(arena, columns, sizeof(double));
	t->edge = arena_alloc(arena, columns + 1, sizeof(double));
	if (t->least && t->natural && t->edge)
		return true;
	t->sheet->err = E_NOMEM;
	return false;
}

void sheet_flow_table(struct sheet *s, const struct official_block *b, bool named)
{
	struct ruled_table t = {.sheet = s, .table = &b->table, .total = b->total};
	if (b->table.column_count == 0 || !set_up(&t))
		return;
	writer_init(&t.text, CELL_BYTES);
	t.tag = sheet_tag(s, "Table");
	choose_widths(&t);
	if (!named && b->table.title.size > 0)
		add_title(&t);
	size_t head = s->slip_count;
	add_head(&t, named ? 8 : 4);
	for (size_t row = 0; row < b->table.row_count && s->err == E_OK; row++)
		add_row(&t, row, head);
	add_note(&t, b->table.row_count > 0 ? b->text
					    : text(s->official->lang, MESSAGE_DOCUMENT_NO_ROWS));
	writer_release(&t.text);
}
