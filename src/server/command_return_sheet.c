/* SPDX-License-Identifier: Apache-2.0 */
#include "server/command_return_sheet.h"

#include <stdio.h>
#include <xlsxwriter.h>

#include "base/limits.h"

enum {
	TITLE_ROW = 0, /* rows 1 … 5 have the codes beside them */
	HEAD_ROW = 5,
	TEXT_HEIGHT = 90,
	ROW_HEIGHT = 34,
	CHUNK = 64 << 10
};

/* 1980-01-01, what archives say who know no time. */
static const time_t no_time = 315532800;

struct book {
	const struct returns_template *t;
	struct arena *arena;
	lxw_workbook *workbook;
	lxw_worksheet *sheet;
	lxw_format *title, *plain, *head, *label, *open, *open_number;
	lxw_row_t row;
	enum err err;
};

static void note(struct book *b, lxw_error error)
{
	if (error != LXW_NO_ERROR && b->err == E_OK)
		b->err = E_IO;
}

static const char *terminated(struct book *b, struct str s)
{
	const char *copy = arena_cstr(b->arena, s);
	if (!copy && b->err == E_OK)
		b->err = E_NOMEM;
	return copy ? copy : "";
}

static void put(struct book *b, lxw_row_t row, lxw_col_t column, struct str s, lxw_format *look)
{
	note(b, worksheet_write_string(b->sheet, row, column, terminated(b, s), look));
}

static void code(struct book *b, lxw_row_t row, struct str s)
{
	put(b, row, RETURN_SHEET_CODE, s, NULL);
}

static void code_number(struct book *b, lxw_row_t row, int64_t number)
{
	struct writer w;
	writer_init(&w, 32);
	writer_decimal(&w, (uint64_t)number);
	code(b, row, writer_view_str(&w));
	writer_release(&w);
}

static lxw_format *make_look(struct book *b, bool bold, bool border, bool open)
{
	lxw_format *f = workbook_add_format(b->workbook);
	format_set_text_wrap(f);
	format_set_align(f, LXW_ALIGN_VERTICAL_TOP);
	if (bold)
		format_set_bold(f);
	if (border)
		format_set_border(f, LXW_BORDER_THIN);
	if (open) {
		format_set_unlocked(f);
		format_set_bg_color(f, 0xFFF8DC);
	}
	return f;
}

static void make_looks(struct book *b)
{
	b->title = make_look(b, true, false, false);
	format_set_font_size(b->title, 14);
	b->plain = make_look(b, false, false, false);
	b->head = make_look(b, true, true, false);
	b->label = make_look(b, false, true, false);
	b->open = make_look(b, false, true, true);
	b->open_number = make_look(b, false, true, true);
	format_set_num_format(b->open_number, "#,##0");
}

static void write_head(struct book *b)
{
	const struct returns_template *t = b->t;
	put(b, TITLE_ROW, 1, t->form->title[t->lang], b->title);
	put(b, TITLE_ROW + 1, 1, t->campaign_name, b->plain);
	put(b, TITLE_ROW + 2, 1, t->org_name, b->head);
	put(b, TITLE_ROW + 3, 1, text(t->lang, MESSAGE_RETURNS_SHEET_HINT), b->plain);
	code(b, TITLE_ROW, RETURN_SHEET_MARK);
	code(b, TITLE_ROW + 1, t->campaign);
	code(b, TITLE_ROW + 2, t->org);
	code_number(b, TITLE_ROW + 3, t->content->form);
	code_number(b, TITLE_ROW + 4, t->draft);
	put(b, HEAD_ROW, 0, text(t->lang, MESSAGE_RETURNS_COLUMN_NUMBER), b->head);
	put(b, HEAD_ROW, 1, text(t->lang, MESSAGE_RETURNS_COLUMN_LABEL), b->head);
	put(b, HEAD_ROW, 2, text(t->lang, MESSAGE_RETURNS_COLUMN_VALUE), b->head);
	put(b, HEAD_ROW, 3, text(t->lang, MESSAGE_RETURNS_COLUMN_NOTE), b->head);
	b->row = HEAD_ROW + 1;
}

/* Excel says at once what the desk would say later. */
static void check_number(struct book *b, const struct form_row *row)
{
	lxw_data_validation rule = {.validate = LXW_VALIDATION_TYPE_INTEGER,
		.criteria = LXW_VALIDATION_CRITERIA_BETWEEN,
		.ignore_blank = LXW_VALIDATION_ON,
		.minimum_number = (double)row->least,
		.maximum_number = (double)row->most};
	note(b, worksheet_data_validation_cell(b->sheet, b->row, RETURN_SHEET_VALUE, &rule));
}

static void write_value(struct book *b, const struct form_row *row, const struct answer *answer)
{
	uint64_t number;
	bool is_number = row->type == ROW_NUMBER;
	if (is_number)
		check_number(b, row);
	if (is_number && answer_number(answer, &number))
		note(b, worksheet_write_number(b->sheet, b->row, RETURN_SHEET_VALUE, (double)number,
				b->open_number));
	else if (answer->value.size > 0)
		put(b, b->row, RETURN_SHEET_VALUE, answer->value, b->open);
	else
		note(b, worksheet_write_blank(b->sheet, b->row, RETURN_SHEET_VALUE,
				is_number ? b->open_number : b->open));
}

static void write_number(struct book *b, size_t number)
{
	note(b, worksheet_write_number(b->sheet, b->row, 0, (double)number, b->label));
}

static void write_row(struct book *b, size_t index)
{
	const struct form_row *row = &b->t->form->rows[index];
	const struct answer *answer = &b->t->content->answers[index];
	note(b, worksheet_set_row(
			b->sheet, b->row, row->type == ROW_TEXT ? TEXT_HEIGHT : ROW_HEIGHT, NULL));
	write_number(b, index + 1);
	put(b, b->row, RETURN_SHEET_LABEL, row->label[b->t->lang], b->label);
	write_value(b, row, answer);
	if (!row->note)
		note(b, worksheet_write_blank(b->sheet, b->row, RETURN_SHEET_NOTE, b->label));
	else if (answer->note.size > 0)
		put(b, b->row, RETURN_SHEET_NOTE, answer->note, b->open);
	else
		note(b, worksheet_write_blank(b->sheet, b->row, RETURN_SHEET_NOTE, b->open));
	code(b, b->row, row->key);
	b->row++;
}

static void write_paper(struct book *b, struct str key, enum message label, struct str value)
{
	put(b, b->row, RETURN_SHEET_LABEL, text(b->t->lang, label), b->label);
	if (value.size > 0)
		put(b, b->row, RETURN_SHEET_VALUE, value, b->open);
	else
		note(b, worksheet_write_blank(b->sheet, b->row, RETURN_SHEET_VALUE, b->open));
	code(b, b->row, key);
	b->row++;
}

static void write_papers(struct book *b)
{
	const struct paper *paper = &b->t->content->paper;
	struct writer day;
	writer_init(&day, 32);
	if (paper->day.year > 0)
		writer_date(&day, paper->day);
	b->row++;
	put(b, b->row++, RETURN_SHEET_LABEL, text(b->t->lang, MESSAGE_RETURNS_PAPER), b->head);
	write_paper(b, RETURN_SHEET_NUMBER, MESSAGE_RETURNS_PAPER_NUMBER, paper->number);
	write_paper(b, RETURN_SHEET_SYMBOL, MESSAGE_RETURNS_PAPER_SYMBOL, paper->symbol);
	write_paper(b, RETURN_SHEET_DAY, MESSAGE_RETURNS_PAPER_DAY_ISO, writer_view_str(&day));
	write_paper(b, RETURN_SHEET_SIGNER, MESSAGE_RETURNS_PAPER_SIGNER, paper->signer);
	writer_release(&day);
}

static void shape(struct book *b)
{
	lxw_row_col_options hidden = {.hidden = LXW_TRUE};
	lxw_protection free_to = {.format_columns = LXW_TRUE, .format_rows = LXW_TRUE};
	note(b, worksheet_set_column(b->sheet, 0, 0, 6, NULL));
	note(b, worksheet_set_column(b->sheet, 1, 1, 60, NULL));
	note(b, worksheet_set_column(b->sheet, 2, 2, 30, NULL));
	note(b, worksheet_set_column(b->sheet, 3, 3, 30, NULL));
	note(b, worksheet_set_column_opt(b->sheet, 4, 4, 10, NULL, &hidden));
	worksheet_protect(b->sheet, NULL, &free_to);
	worksheet_set_landscape(b->sheet);
	worksheet_set_paper(b->sheet, 9);
	worksheet_fit_to_pages(b->sheet, 1, 0);
	worksheet_set_selection(
		b->sheet, HEAD_ROW + 1, RETURN_SHEET_VALUE, HEAD_ROW + 1, RETURN_SHEET_VALUE);
}

static enum err write_book(struct book *b, const char *path)
{
	lxw_doc_properties properties = {.created = no_time};
	b->workbook = workbook_new(path);
	if (!b->workbook)
		return E_NOMEM;
	make_looks(b);
	note(b, workbook_set_properties(b->workbook, &properties));
	b->sheet = workbook_add_worksheet(b->workbook, NULL);
	if (b->sheet) {
		write_head(b);
		for (size_t i = 0; i < b->t->form->row_count; i++)
			write_row(b, i);
		write_papers(b);
		shape(b);
	}
	/* Frees it in any case. */
	note(b, workbook_close(b->workbook));
	return b->sheet ? b->err : E_NOMEM;
}

static enum err take(FILE *file, struct writer *xlsx)
{
	size_t got = CHUNK;
	rewind(file);
	while (got == CHUNK && xlsx->err == E_OK) {
		uint8_t *room = writer_reserve(xlsx, CHUNK);
		got = room ? fread(room, 1, CHUNK, file) : 0;
		xlsx->size -= room ? CHUNK - got : 0;
	}
	return ferror(file) ? E_IO : writer_end(xlsx);
}

enum err returns_template_write(
	const struct returns_template *t, struct arena *arena, struct writer *xlsx)
{
	char path[64];
	struct book b = {.t = t, .arena = arena};
	/* Without a name: nothing is left behind, whatever happens. */
	FILE *file = tmpfile();
	if (!file)
		return E_IO;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	enum err err = write_book(&b, path);
	if (err == E_OK)
		err = take(file, xlsx);
	fclose(file);
	return err;
}
