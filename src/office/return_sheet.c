/* SPDX-License-Identifier: Apache-2.0 */
#include "office/return_sheet.h"

static struct str text_at(const struct sheet_cell *cells, size_t count, uint32_t column)
{
	const struct sheet_cell *cell = sheet_cell_at(cells, count, column);
	return cell ? cell->text : STR("");
}

static enum err keep(struct return_sheet *s, struct str text, struct str *ret)
{
	*ret = arena_copy(s->arena, text);
	return ret->data ? E_OK : E_NOMEM;
}

static struct str *head_slot(struct return_sheet *s, uint32_t number)
{
	struct str *slots[] = {&s->mark, &s->campaign, &s->org, &s->form, &s->draft};
	return number >= 1 && number <= 5 ? slots[number - 1] : NULL;
}

/* A spreadsheet's 12.345 is a fraction, a person's 12.345 are thousands: a zero behind keeps them
 * apart. */
static enum err keep_fraction(struct return_sheet *s, struct str number, struct str *ret)
{
	struct writer w;
	writer_init(&w, 64 << 10);
	writer_str(&w, number);
	writer_char(&w, '0');
	enum err err = writer_end(&w);
	if (err == E_OK)
		err = keep(s, writer_view_str(&w), ret);
	writer_release(&w);
	return err;
}

static enum err keep_value(
	struct return_sheet *s, const struct sheet_cell *cell, struct return_sheet_line *line)
{
	line->value = STR("");
	line->kind = cell ? cell->kind : SHEET_TEXT;
	if (!cell)
		return E_OK;
	if (cell->kind == SHEET_NUMBER && memchr(cell->text.data, '.', cell->text.size))
		return keep_fraction(s, cell->text, &line->value);
	if (cell->kind == SHEET_DAY && cell->text.size > 10)
		return keep(s, (struct str){cell->text.data, 10}, &line->value);
	return keep(s, cell->text, &line->value);
}

enum err return_sheet_row(
	void *context, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	struct return_sheet *s = context;
	struct str code = text_at(cells, count, RETURN_SHEET_CODE);
	struct str *slot = head_slot(s, number);
	if (code.size == 0)
		return E_OK;
	if (slot)
		return keep(s, code, slot);
	if (s->count == RETURN_SHEET_LINES)
		return E_LIMIT;
	struct return_sheet_line *line = &s->lines[s->count];
	line->row = number;
	TRY(keep(s, code, &line->key));
	TRY(keep(s, text_at(cells, count, RETURN_SHEET_NOTE), &line->note));
	TRY(keep_value(s, sheet_cell_at(cells, count, RETURN_SHEET_VALUE), line));
	s->count++;
	return E_OK;
}

bool return_sheet_form(const struct return_sheet *sheet, int64_t *ret_form)
{
	uint64_t form;
	if (!str_equal(sheet->mark, RETURN_SHEET_MARK) ||
		!str_to_u64(sheet->form, INT32_MAX, &form))
		return false;
	*ret_form = (int64_t)form;
	return true;
}

bool return_sheet_draft(const struct return_sheet *sheet, int64_t *ret_draft)
{
	uint64_t draft;
	if (!str_to_u64(sheet->draft, INT64_MAX, &draft))
		return false;
	*ret_draft = (int64_t)draft;
	return true;
}

static void take_paper(const struct return_sheet_line *line, struct paper *paper)
{
	if (str_equal(line->key, RETURN_SHEET_NUMBER))
		paper->number = line->value;
	else if (str_equal(line->key, RETURN_SHEET_SYMBOL))
		paper->symbol = line->value;
	else if (str_equal(line->key, RETURN_SHEET_SIGNER))
		paper->signer = line->value;
	else if (str_equal(line->key, RETURN_SHEET_DAY) && !date_parse(line->value, &paper->day))
		paper->day = (struct date){0, 0, 0};
}

enum err return_sheet_content(const struct return_sheet *sheet, const struct return_form *form,
	struct return_content *ret_content, uint32_t *ret_rows)
{
	struct paper paper = {STR(""), STR(""), STR(""), {0, 0, 0}};
	struct answer *answers = arena_alloc(sheet->arena, form->row_count, sizeof(*answers));
	if (!answers)
		return E_NOMEM;
	for (size_t i = 0; i < form->row_count; i++) {
		answers[i] = (struct answer){STR(""), STR("")};
		ret_rows[i] = 0;
	}
	for (size_t i = 0; i < sheet->count; i++) {
		const struct return_sheet_line *line = &sheet->lines[i];
		size_t row = form_find(form, line->key);
		take_paper(line, &paper);
		if (row == form->row_count)
			continue;
		answers[row] = (struct answer){line->value, line->note};
		ret_rows[row] = line->row;
	}
	ret_content->answers = answers;
	ret_content->answer_count = form->row_count;
	ret_content->paper = paper;
	return E_OK;
}
