/* SPDX-License-Identifier: Apache-2.0 */
/* Sheets of a document: words first, then a sheet a table. Text is always written as text: a cell
 * that begins with "=" stays what it is. */
#include <math.h>
#include <stdio.h>
#include <xlsxwriter.h>

#include "report/document_paper.h"
#include "report/document_parts.h"
#include "text/text.h"

enum {
	MEMORY = 64 << 20,
	TEXT_BYTES = 32000, /* Excel takes 32,767 characters a cell */
	NAME_UNITS = 31,    /* of UTF-16, in the name of a sheet */
	SUFFIX_UNITS = 5,
	DECIMALS = 7,
	WORDS_WIDTH = 76,
	WIDEST = 40,
	NARROWEST = 8,
	HEAD_ROW = 2, /* title, nothing, titles of columns */
	PAPER_A4 = 9,
	PATH_BYTES = 40
};

/* 1980-01-01, what archives say who know no time. */
static const time_t no_time = 315532800;

enum look {
	LOOK_TITLE,
	LOOK_SOFT,
	LOOK_SECTION,
	LOOK_TEXT,
	LOOK_LINK,
	LOOK_HEAD,
	LOOK_HEAD_NUMERIC,
	LOOK_CELL,
	LOOK_CELL_RIGHT,
	LOOK_DATE,
	LOOK_GOOD,
	LOOK_BAD,
	LOOK_UNSAID,
	LOOK_PLAIN,
	LOOK__COUNT
};

struct book {
	const struct document *document;
	struct arena arena;
	struct writer text;
	lxw_workbook *workbook;
	lxw_format *looks[LOOK__COUNT];
	lxw_format *counts[DECIMALS], *shares[DECIMALS];
	lxw_worksheet *words;
	lxw_worksheet **sheets; /* of tables, in the order of blocks */
	size_t sheet_count;
	lxw_row_t row; /* of the sheet of words */
	enum err err;
};

/* --- text --- */

/* As XML can hold it, at most `most` UTF-16 units long. */
static const char *cleaned(struct book *b, struct str text, size_t most)
{
	size_t units = 0;
	writer_clear(&b->text);
	while (text.size > 0) {
		size_t length = utf8_length(text);
		bool fine = length > 0 && ((unsigned char)text.data[0] >= 0x20);
		units += length == 4 ? 2 : 1;
		if (units > most)
			break;
		writer_str(&b->text, fine ? (struct str){text.data, length} : STR("\xEF\xBF\xBD"));
		length = length ? length : 1;
		text = (struct str){text.data + length, text.size - length};
	}
	const char *copy = arena_cstr(&b->arena, writer_view_str(&b->text));
	if (!copy)
		b->err = E_NOMEM;
	return copy ? copy : "";
}

static const char *cell_text(struct book *b, struct str text)
{
	return cleaned(b, text, TEXT_BYTES);
}

static const char *message(struct book *b, enum message name, const char *slot, struct str value)
{
	struct writer w;
	const struct text_arg arg = {str_from(slot), value};
	writer_init(&w, (size_t)2 * TEXT_BYTES);
	text_write(&w, b->document->lang, name, &arg, 1);
	const char *copy = cell_text(b, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

/* Characters, as wide as they stand in a cell. */
static size_t width_of(struct str text)
{
	size_t width = 0;
	for (size_t i = 0; i < text.size; i++)
		width += ((unsigned char)text.data[i] & 0xC0) != 0x80;
	return width;
}

/* The longest word: titles of columns are broken between words. */
static size_t width_of_word(struct str text)
{
	size_t longest = 0;
	while (text.size > 0) {
		size_t width = width_of(str_cut(text, ' ', &text));
		longest = width > longest ? width : longest;
	}
	return longest;
}

/* --- formats --- */

static lxw_format *new_format(struct book *b)
{
	lxw_format *f = workbook_add_format(b->workbook);
	if (!f)
		b->err = E_NOMEM;
	else
		format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	return f;
}

static const struct {
	double size;
	bool bold, wrap, right;
	lxw_color_t ink, ground;
} looks[LOOK__COUNT] = {
	[LOOK_TITLE] = {16, true, false, false, 0x07412F, 0},
	[LOOK_SOFT] = {10, false, true, false, 0x4C5F56, 0},
	[LOOK_SECTION] = {13, true, true, false, 0x07412F, 0},
	[LOOK_TEXT] = {11, false, true, false, 0x14211B, 0},
	[LOOK_LINK] = {11, false, true, false, 0x0B6B4F, 0},
	[LOOK_HEAD] = {11, true, true, false, 0x07412F, 0xE4F1EB},
	[LOOK_HEAD_NUMERIC] = {11, true, true, true, 0x07412F, 0xE4F1EB},
	[LOOK_CELL] = {11, false, true, false, 0x14211B, 0},
	[LOOK_CELL_RIGHT] = {11, false, false, true, 0x14211B, 0},
	[LOOK_DATE] = {11, false, false, true, 0x14211B, 0},
	[LOOK_GOOD] = {12, true, true, false, 0x0B6B4F, 0xE4F1EB},
	[LOOK_BAD] = {12, true, true, false, 0xB3261E, 0xFDF3F2},
	[LOOK_UNSAID] = {12, true, true, false, 0x6B5500, 0xFCF8EA},
	[LOOK_PLAIN] = {12, true, true, false, 0x14211B, 0xF1F6F3},
};

static void make_look(struct book *b, enum look look)
{
	lxw_format *f = b->looks[look] = new_format(b);
	if (!f)
		return;
	format_set_font_size(f, looks[look].size);
	format_set_font_color(f, looks[look].ink);
	if (looks[look].bold)
		format_set_bold(f);
	if (looks[look].wrap)
		format_set_text_wrap(f);
	if (looks[look].right)
		format_set_align(f, LXW_ALIGN_RIGHT);
	if (looks[look].ground)
		format_set_bg_color(f, looks[look].ground);
	if (look == LOOK_DATE)
		format_set_num_format(f, "dd/mm/yyyy");
	if (look == LOOK_LINK)
		format_set_underline(f, LXW_UNDERLINE_SINGLE);
	if (look == LOOK_HEAD || look == LOOK_HEAD_NUMERIC)
		format_set_bottom(f, LXW_BORDER_THIN);
}

/* With as many decimals as the cell shows. */
static lxw_format *number_format(struct book *b, const struct cell *cell)
{
	static const char *const counts[DECIMALS] = {"#,##0", "#,##0.0", "#,##0.00", "#,##0.000",
		"#,##0.0000", "#,##0.00000", "#,##0.000000"};
	static const char *const shares[DECIMALS] = {
		"0%", "0.0%", "0.00%", "0.000%", "0.0000%", "0.00000%", "0.000000%"};
	bool share = cell->kind == CELL_SHARE;
	unsigned decimals = cell->decimals < DECIMALS ? cell->decimals : DECIMALS - 1;
	lxw_format **f = share ? &b->shares[decimals] : &b->counts[decimals];
	if (*f)
		return *f;
	*f = new_format(b);
	if (*f) {
		format_set_num_format(*f, share ? shares[decimals] : counts[decimals]);
		format_set_font_color(*f, 0x14211B);
	}
	return *f;
}

/* --- what the library answers --- */

static void note(struct book *b, lxw_error error)
{
	if (error == LXW_NO_ERROR || b->err != E_OK)
		return;
	b->err = error == LXW_ERROR_MEMORY_MALLOC_FAILED ? E_NOMEM : E_IO;
}

static void put_text(struct book *b, lxw_worksheet *sheet, lxw_row_t row, size_t column,
	const char *text, enum look look)
{
	note(b, worksheet_write_string(sheet, row, (lxw_col_t)column, text, b->looks[look]));
}

/* Programs do not agree on who makes rows high enough for wrapped text, so we do: lines of such
 * words in a column of that width, rather one too many. */
static size_t lines_of(struct str text, enum look look, double width)
{
	static const double usual_size = 11;
	double characters = width * usual_size / looks[look].size;
	return (size_t)ceil((double)width_of(text) / characters);
}

static void set_height(
	struct book *b, lxw_worksheet *sheet, lxw_row_t row, enum look look, size_t lines)
{
	static const double line = 1.42, white = 2;
	if (lines > 0)
		note(b, worksheet_set_row(
				sheet, row, (double)lines * looks[look].size * line + white, NULL));
}

/* --- names of sheets --- */

static bool is_taken(struct book *b, const char *name)
{
	return workbook_validate_sheet_name(b->workbook, name) == LXW_ERROR_SHEETNAME_ALREADY_USED;
}

/* Without what a name may not have: []:*?/\ anywhere, an apostrophe around it. */
static const char *sheet_name(struct book *b, struct str title, size_t most)
{
	const char *clean = cleaned(b, title, most);
	char *name = arena_cstr(&b->arena, str_from(clean));
	if (!name)
		b->err = E_NOMEM;
	for (char *c = name; c && *c; c++)
		if (strchr("[]:*?/\\", *c) || (*c == '\'' && (c == name || !c[1])))
			*c = ' ';
	return name && *name ? name : text(b->document->lang, MESSAGE_PAPER_SHEET_TABLE).data;
}

/* The title, cut; with a number behind it where another has it already. */
static const char *free_name(struct book *b, struct str title)
{
	const char *name = sheet_name(b, title, NAME_UNITS);
	for (unsigned i = 2; b->err == E_OK && is_taken(b, name); i++) {
		struct writer w;
		writer_init(&w, TEXT_BYTES);
		writer_text(&w, sheet_name(b, title, NAME_UNITS - SUFFIX_UNITS));
		writer_char(&w, ' ');
		writer_decimal(&w, i);
		name = cell_text(b, writer_view_str(&w));
		writer_release(&w);
	}
	return name;
}

static lxw_worksheet *add_sheet(struct book *b, struct str title)
{
	lxw_worksheet *sheet = workbook_add_worksheet(b->workbook, free_name(b, title));
	if (!sheet) {
		b->err = b->err == E_OK ? E_NOMEM : b->err;
		return NULL;
	}
	worksheet_set_paper(sheet, PAPER_A4);
	worksheet_fit_to_pages(sheet, 1, 0);
	note(b, worksheet_set_footer(sheet, "&L&A&R&P/&N"));
	return sheet;
}

static void add_sheets(struct book *b)
{
	const struct document *d = b->document;
	b->words = add_sheet(b, text(d->lang, MESSAGE_PAPER_SHEET_WORDS));
	b->sheets = arena_alloc(&b->arena, d->block_count + 1, sizeof(lxw_worksheet *));
	if (!b->sheets)
		b->err = E_NOMEM;
	for (size_t i = 0; i < d->block_count && b->err == E_OK; i++)
		if (d->blocks[i].kind == BLOCK_TABLE)
			b->sheets[b->sheet_count++] = add_sheet(b, d->blocks[i].table.title);
}

/* --- the sheet of words --- */

static void say(struct book *b, struct str text, enum look look)
{
	if (text.size == 0)
		return;
	size_t lines = looks[look].wrap ? lines_of(text, look, WORDS_WIDTH) : 1;
	set_height(b, b->words, b->row, look, lines);
	put_text(b, b->words, b->row++, 0, cell_text(b, text), look);
}

static void say_verdict(struct book *b, const struct block *block)
{
	static const enum look by_tone[TONE__COUNT] = {[TONE_PLAIN] = LOOK_PLAIN,
		[TONE_GOOD] = LOOK_GOOD,
		[TONE_BAD] = LOOK_BAD,
		[TONE_UNSAID] = LOOK_UNSAID};
	b->row++;
	say(b, block->detail, LOOK_SOFT);
	say(b, block->text, by_tone[block->tone]);
}

static void say_items(struct book *b, const struct block *block)
{
	for (size_t i = 0; i < block->item_count; i++) {
		struct writer w;
		writer_init(&w, (size_t)2 * TEXT_BYTES);
		writer_text(&w, "– ");
		writer_str(&w, block->items[i]);
		say(b, writer_view_str(&w), LOOK_TEXT);
		writer_release(&w);
	}
}

/* 'Name of the sheet'!A1, apostrophes doubled. */
static void say_link(struct book *b, const lxw_worksheet *sheet, const struct table *table)
{
	struct writer w;
	if (!sheet)
		return;
	writer_init(&w, TEXT_BYTES);
	writer_text(&w, "internal:'");
	for (const char *c = sheet->name; *c; c++) {
		writer_text(&w, *c == '\'' ? "'" : "");
		writer_char(&w, *c);
	}
	writer_text(&w, "'!A1");
	const char *place = arena_cstr(&b->arena, writer_view_str(&w));
	writer_release(&w);
	const char *words = message(b, MESSAGE_PAPER_SEE_SHEET, "table", table->title);
	set_height(
		b, b->words, b->row, LOOK_LINK, lines_of(str_from(words), LOOK_LINK, WORDS_WIDTH));
	if (place)
		note(b, worksheet_write_url_opt(
				b->words, b->row++, 0, place, b->looks[LOOK_LINK], words, NULL));
	else
		b->err = E_NOMEM;
}

static void say_block(struct book *b, const struct block *block, const lxw_worksheet *sheet)
{
	switch (block->kind) {
	case BLOCK_SECTION:
		b->row++;
		say(b, block->text, LOOK_SECTION);
		break;
	case BLOCK_PARAGRAPH:
		say(b, block->text, LOOK_TEXT);
		break;
	case BLOCK_VERDICT:
		say_verdict(b, block);
		break;
	case BLOCK_LIST:
		say_items(b, block);
		break;
	case BLOCK_TABLE:
		say_link(b, sheet, &block->table);
		break;
	case BLOCK_CHART:
		say(b, block->chart.description, LOOK_TEXT);
		say(b, block->text, LOOK_SOFT);
		break;
	case BLOCK__COUNT:
		break;
	}
}

/* --- sheets of tables --- */

static void put_number(struct book *b, lxw_worksheet *sheet, lxw_row_t row, size_t column,
	const struct cell *cell, double number)
{
	if (isfinite(number))
		note(b, worksheet_write_number(
				sheet, row, (lxw_col_t)column, number, number_format(b, cell)));
}

static void put_date(
	struct book *b, lxw_worksheet *sheet, lxw_row_t row, size_t column, struct date date)
{
	lxw_datetime when = {.year = date.year, .month = date.month, .day = date.day};
	note(b, worksheet_write_datetime(
			sheet, row, (lxw_col_t)column, &when, b->looks[LOOK_DATE]));
}

static void put_cell(struct book *b, lxw_worksheet *sheet, lxw_row_t row, size_t at,
	const struct column *column, const struct cell *cell)
{
	struct writer w;
	switch (cell->kind) {
	case CELL_TEXT:
		put_text(b, sheet, row, at, cell_text(b, cell->text),
			column->numeric ? LOOK_CELL_RIGHT : LOOK_CELL);
		break;
	case CELL_COUNT:
	case CELL_SHARE:
		put_number(b, sheet, row, at, cell, cell->number.value);
		if (!column->interval || !cell_has_interval(cell))
			break;
		put_number(b, sheet, row, at + 1, cell, cell->number.low);
		put_number(b, sheet, row, at + 2, cell, cell->number.high);
		break;
	case CELL_DATE:
		put_date(b, sheet, row, at, cell->date);
		break;
	case CELL_SMALL:
		writer_init(&w, 40);
		cell_write_value(&w, b->document->lang, cell);
		put_text(b, sheet, row, at, cell_text(b, writer_view_str(&w)), LOOK_CELL_RIGHT);
		writer_release(&w);
		break;
	case CELL_NOT_KNOWN:
	case CELL__COUNT:
		break;
	}
}

static size_t columns_of(const struct column *column)
{
	return column->interval ? 3 : 1;
}

/* As wide as its widest cell, within bounds; titles wrap. */
static double width_of_column(struct book *b, const struct table *t, size_t column)
{
	size_t width = width_of_word(t->columns[column].title) + 3;
	for (size_t row = 0; row < t->row_count; row++) {
		writer_clear(&b->text);
		cell_write_value(&b->text, b->document->lang, table_cell(t, row, column));
		size_t here = width_of(writer_view_str(&b->text)) + 3;
		width = here > width ? here : width;
	}
	width = width < NARROWEST ? NARROWEST : width;
	return (double)(width > WIDEST ? WIDEST : width);
}

/* Returns how many lines it takes. */
static size_t put_title(struct book *b, lxw_worksheet *sheet, size_t at, double width,
	const char *title, bool numeric)
{
	enum look look = numeric ? LOOK_HEAD_NUMERIC : LOOK_HEAD;
	note(b, worksheet_set_column(sheet, (lxw_col_t)at, (lxw_col_t)at, width, NULL));
	put_text(b, sheet, HEAD_ROW, at, title, look);
	/* Words leave lines half full. */
	return lines_of(str_from(title), look, width * .88);
}

static size_t put_head(
	struct book *b, lxw_worksheet *sheet, size_t at, const struct column *column, double width)
{
	size_t lines = put_title(b, sheet, at, width, cell_text(b, column->title), column->numeric);
	if (!column->interval)
		return lines;
	const char *low = message(b, MESSAGE_PAPER_LOW, "column", column->title);
	const char *high = message(b, MESSAGE_PAPER_HIGH, "column", column->title);
	put_title(b, sheet, at + 1, width, low, column->numeric);
	return put_title(b, sheet, at + 2, width, high, column->numeric);
}

/* Below the figures, over a width that is read at once. */
static void put_source(
	struct book *b, lxw_worksheet *sheet, lxw_row_t row, struct str source, size_t columns)
{
	static const size_t across = 6;
	static const double width = 60;
	size_t last = (columns < across ? across : columns) - 1;
	last = last < across ? last : across;
	if (source.size == 0)
		return;
	note(b, worksheet_merge_range(sheet, row, 0, row, (lxw_col_t)last, cell_text(b, source),
			b->looks[LOOK_SOFT]));
	set_height(b, sheet, row, LOOK_SOFT, lines_of(source, LOOK_SOFT, width));
}

/* Returns how many lines it takes. */
static size_t put_row(struct book *b, lxw_worksheet *sheet, const struct table *t, size_t row,
	const double *widths)
{
	size_t at = 0, most = 1;
	for (size_t i = 0; i < t->column_count; at += columns_of(&t->columns[i++])) {
		const struct cell *cell = table_cell(t, row, i);
		put_cell(b, sheet, HEAD_ROW + 1 + (lxw_row_t)row, at, &t->columns[i], cell);
		size_t lines = cell->kind == CELL_TEXT && !t->columns[i].numeric
				       ? lines_of(cell->text, LOOK_CELL, widths[i])
				       : 1;
		most = lines > most ? lines : most;
	}
	return most;
}

/* Returns the row below the figures. */
static lxw_row_t put_rows(
	struct book *b, lxw_worksheet *sheet, const struct table *t, const double *widths)
{
	if (t->row_count == 0) {
		const struct str none = text(b->document->lang, MESSAGE_DOCUMENT_NO_ROWS);
		put_text(b, sheet, HEAD_ROW + 1, 0, cell_text(b, none), LOOK_CELL);
		return HEAD_ROW + 2;
	}
	for (size_t row = 0; row < t->row_count && b->err == E_OK; row++) {
		size_t lines = put_row(b, sheet, t, row, widths);
		if (lines > 1)
			set_height(b, sheet, HEAD_ROW + 1 + (lxw_row_t)row, LOOK_CELL, lines);
	}
	return HEAD_ROW + 1 + (lxw_row_t)t->row_count;
}

static void fill_sheet(struct book *b, lxw_worksheet *sheet, const struct block *block)
{
	const struct table *t = &block->table;
	size_t at = 0, lines = 1;
	double *widths = arena_alloc(&b->arena, t->column_count + 1, sizeof(*widths));
	if (!widths) {
		b->err = E_NOMEM;
		return;
	}
	put_text(b, sheet, 0, 0, cell_text(b, t->title), LOOK_TITLE);
	set_height(b, sheet, 0, LOOK_TITLE, 1);
	for (size_t i = 0; i < t->column_count; at += columns_of(&t->columns[i++])) {
		widths[i] = width_of_column(b, t, i);
		size_t here = put_head(b, sheet, at, &t->columns[i], widths[i]);
		lines = here > lines ? here : lines;
	}
	set_height(b, sheet, HEAD_ROW, LOOK_HEAD, lines);
	lxw_row_t below = put_rows(b, sheet, t, widths);
	put_source(b, sheet, below + 1, block->text, at);
	worksheet_freeze_panes(sheet, HEAD_ROW + 1, at > 1 ? 1 : 0);
	worksheet_set_landscape(sheet);
	note(b, worksheet_repeat_rows(sheet, HEAD_ROW, HEAD_ROW));
	if (t->row_count > 0)
		note(b, worksheet_autofilter(sheet, HEAD_ROW, 0, below - 1, (lxw_col_t)(at - 1)));
}

/* --- the whole --- */

static void set_properties(struct book *b)
{
	const struct document *d = b->document;
	char title[TEXT_BYTES / 100], subject[TEXT_BYTES / 100], author[TEXT_BYTES / 100];
	snprintf(title, sizeof(title), "%s", cleaned(b, d->title, 100));
	snprintf(subject, sizeof(subject), "%s", cleaned(b, d->subtitle, 100));
	snprintf(author, sizeof(author), "%s", cleaned(b, d->author, 100));
	lxw_doc_properties properties = {.title = title,
		.subject = subject,
		.author = author,
		.created = d->made.seconds ? (time_t)d->made.seconds : no_time};
	note(b, workbook_set_properties(b->workbook, &properties));
}

static void write_words(struct book *b)
{
	const struct document *d = b->document;
	size_t table = 0;
	note(b, worksheet_set_column(b->words, 0, 0, WORDS_WIDTH, NULL));
	say(b, d->title, LOOK_TITLE);
	say(b, d->subtitle, LOOK_SOFT);
	for (size_t i = 0; i < d->block_count && b->err == E_OK; i++) {
		const struct block *block = &d->blocks[i];
		bool has_sheet = block->kind == BLOCK_TABLE;
		say_block(b, block, has_sheet ? b->sheets[table] : NULL);
		table += has_sheet;
	}
}

static void write_tables(struct book *b)
{
	const struct document *d = b->document;
	size_t table = 0;
	for (size_t i = 0; i < d->block_count && b->err == E_OK; i++)
		if (d->blocks[i].kind == BLOCK_TABLE)
			fill_sheet(b, b->sheets[table++], &d->blocks[i]);
}

static enum err write_book(struct book *b, const char *path)
{
	b->workbook = workbook_new(path);
	if (!b->workbook)
		return E_NOMEM;
	for (enum look look = 0; look < LOOK__COUNT; look++)
		make_look(b, look);
	if (b->err == E_OK)
		set_properties(b);
	if (b->err == E_OK)
		add_sheets(b);
	if (b->err == E_OK)
		write_words(b);
	if (b->err == E_OK)
		write_tables(b);
	/* Frees it in any case. */
	note(b, workbook_close(b->workbook));
	return b->err;
}

static enum err take(FILE *file, struct writer *xlsx)
{
	static const size_t chunk = 64 << 10;
	size_t got = chunk;
	rewind(file);
	while (got == chunk && xlsx->err == E_OK) {
		uint8_t *room = writer_reserve(xlsx, chunk);
		got = room ? fread(room, 1, chunk, file) : 0;
		xlsx->size -= room ? chunk - got : 0;
	}
	return ferror(file) ? E_IO : writer_end(xlsx);
}

enum err document_write_xlsx(const struct document *d, struct writer *xlsx)
{
	char path[PATH_BYTES];
	struct book b = {.document = d};
	/* Without a name: nothing is left behind, whatever happens. */
	FILE *file = tmpfile();
	if (!file)
		return E_IO;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	arena_init(&b.arena, MEMORY);
	writer_init(&b.text, (size_t)4 * TEXT_BYTES);
	enum err err = write_book(&b, path);
	if (err == E_OK)
		err = take(file, xlsx);
	writer_release(&b.text);
	arena_release(&b.arena);
	fclose(file);
	return err;
}
