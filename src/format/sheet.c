/* SPDX-License-Identifier: Apache-2.0 */
#include "format/sheet.h"

#include "base/arena.h"
#include "base/limits.h"
#include "format/csv.h"

enum {
	MOST_ROWS = 1048576, /* rows a spreadsheet can have */
	LETTERS = 26
};

const struct sheet_cell *sheet_cell_at(
	const struct sheet_cell *cells, size_t count, uint32_t column)
{
	for (size_t i = 0; i < count && cells[i].column <= column; i++)
		if (cells[i].column == column)
			return &cells[i];
	return NULL;
}

void writer_sheet_address(struct writer *w, uint32_t row, uint32_t column)
{
	char letters[8];
	size_t size = 0;
	for (uint64_t left = (uint64_t)column + 1; left > 0; left = (left - 1) / LETTERS)
		letters[size++] = (char)('A' + (left - 1) % LETTERS);
	while (size > 0)
		writer_char(w, letters[--size]);
	writer_decimal(w, row);
}

/* --- CSV --- */

struct csv_reader {
	sheet_row_fn *fn;
	void *context;
	struct problem *problem;
	struct sheet_cell *cells;
	uint64_t rows;
};

static enum err refuse(
	struct problem *problem, enum problem_code code, uint64_t line, uint64_t limit)
{
	problem_set(problem, code, STR(""), STR(""));
	problem->line = line;
	problem->limit = limit;
	return code == PROBLEM_BAD_UTF8 ? E_SYNTAX : E_LIMIT;
}

/* What the first line has most of. */
static char find_separator(struct str text)
{
	static const char candidates[] = {',', ';', '\t'};
	size_t counts[sizeof(candidates)] = {0};
	size_t best = 0;
	for (size_t i = 0; i < text.size && text.data[i] != '\n'; i++)
		for (size_t k = 0; k < sizeof(candidates); k++)
			counts[k] += text.data[i] == candidates[k];
	for (size_t k = 1; k < sizeof(candidates); k++)
		best = counts[k] > counts[best] ? k : best;
	return candidates[best];
}

static bool valid_utf8(struct str s)
{
	while (s.size > 0) {
		size_t length = utf8_length(s);
		if (length == 0)
			return false;
		s = (struct str){s.data + length, s.size - length};
	}
	return true;
}

static enum err take_row(struct csv_reader *r, const struct csv_row *row)
{
	size_t count = 0;
	for (uint32_t i = 0; i < row->count; i++) {
		struct str text = str_trim(csv_field(row, i));
		if (text.size == 0)
			continue;
		if (i >= LIMIT_SHEET_COLUMNS)
			return refuse(r->problem, PROBLEM_TOO_MANY_COLUMNS, row->line,
				LIMIT_SHEET_COLUMNS);
		if (text.size > LIMIT_SHEET_CELL)
			return refuse(
				r->problem, PROBLEM_ROW_TOO_LONG, row->line, LIMIT_SHEET_CELL);
		if (!valid_utf8(text))
			return refuse(r->problem, PROBLEM_BAD_UTF8, row->line, 0);
		r->cells[count++] = (struct sheet_cell){i, SHEET_TEXT, text};
	}
	if (count == 0)
		return E_OK;
	if (++r->rows > LIMIT_SHEET_ROWS || row->line > MOST_ROWS)
		return refuse(r->problem, PROBLEM_TOO_MANY_ROWS, row->line, LIMIT_SHEET_ROWS);
	return r->fn(r->context, (uint32_t)row->line, r->cells, count);
}

static enum err read_rows(struct csv_reader *r, struct csv *csv)
{
	for (;;) {
		struct csv_row row;
		enum err err = csv_next(csv, &row, r->problem);
		if (err == E_TRUNCATED)
			return E_OK;
		TRY(err);
		TRY(take_row(r, &row));
	}
}

/* A cell a column, all there can be. */
static struct sheet_cell *new_cells(struct arena *arena)
{
	return arena_alloc(arena, LIMIT_SHEET_COLUMNS, sizeof(struct sheet_cell));
}

enum err sheet_read_csv(struct str text, sheet_row_fn *fn, void *context, struct problem *problem)
{
	struct csv csv;
	struct arena arena;
	struct csv_reader reader = {.fn = fn, .context = context, .problem = problem};
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = (struct str){text.data + 3, text.size - 3};
	arena_init(&arena, 1 << 20);
	reader.cells = new_cells(&arena);
	csv_init(&csv, find_separator(text));
	csv_window(&csv, text, true);
	enum err err = reader.cells ? read_rows(&reader, &csv) : E_NOMEM;
	csv_release(&csv);
	arena_release(&arena);
	return err;
}

/* --- as bytes --- */

void sheet_row_write(
	struct writer *w, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	writer_u32(w, number);
	writer_u32(w, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		writer_u32(w, cells[i].column);
		writer_u8(w, (uint8_t)cells[i].kind);
		writer_string(w, cells[i].text);
	}
}

static enum err read_cell(
	struct cursor *c, const struct sheet_cell *before, struct sheet_cell *cell)
{
	uint32_t column = cursor_u32(c);
	uint8_t kind = cursor_u8(c);
	struct str text = cursor_string(c, LIMIT_SHEET_CELL);
	if (c->err != E_OK)
		return c->err;
	if (column >= LIMIT_SHEET_COLUMNS || (before && column <= before->column) ||
		kind >= SHEET_KIND__COUNT || text.size == 0 || !valid_utf8(text))
		return E_SYNTAX;
	*cell = (struct sheet_cell){column, (enum sheet_kind)kind, text};
	return E_OK;
}

enum err sheet_row_read(
	struct cursor *c, struct sheet_cell *cells, uint32_t *ret_number, size_t *ret_count)
{
	uint32_t number = cursor_u32(c);
	uint32_t count = cursor_u32(c);
	if (c->err != E_OK)
		return c->err;
	if (number == 0 || number > MOST_ROWS || count == 0 || count > LIMIT_SHEET_COLUMNS)
		return E_SYNTAX;
	for (uint32_t i = 0; i < count; i++)
		TRY(read_cell(c, i ? &cells[i - 1] : NULL, &cells[i]));
	*ret_number = number;
	*ret_count = count;
	return E_OK;
}
