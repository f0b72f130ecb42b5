/* SPDX-License-Identifier: Apache-2.0 */
#include "report/plain_sheet.h"

#include <stdio.h>
#include <xlsxwriter.h>

#include "base/arena.h"

enum {
	ARENA_BYTES = 512 << 20,
	TEXT_BYTES = 32767, /* Excel takes as many characters a cell */
	PATH_BYTES = 40,
	WIDEST = 50,
	NARROWEST = 10
};

/* 1980-01-01, what archives say who know no time. */
static const time_t no_time = 315532800;

static enum err taken(lxw_error error)
{
	if (error == LXW_NO_ERROR)
		return E_OK;
	return error == LXW_ERROR_MEMORY_MALLOC_FAILED ? E_NOMEM : E_IO;
}

static size_t width_of(struct str text)
{
	size_t width = 0;
	for (size_t i = 0; i < text.size; i++)
		width += ((unsigned char)text.data[i] & 0xC0) != 0x80;
	return width;
}

static void set_width(lxw_worksheet *sheet, const struct plain_sheet *s, size_t column)
{
	size_t width = width_of(s->columns[column]);
	for (size_t row = 0; row < s->row_count; row++) {
		size_t here = width_of(s->cells[row * s->column_count + column]);
		width = here > width ? here : width;
	}
	width = width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
	(void)worksheet_set_column(
		sheet, (lxw_col_t)column, (lxw_col_t)column, (double)width + 2, NULL);
}

static enum err write_cell(lxw_worksheet *sheet, struct arena *arena, size_t row, size_t column,
	struct str text, lxw_format *format)
{
	if (text.size == 0)
		return E_OK;
	if (text.size > TEXT_BYTES)
		return E_LIMIT;
	const char *copy = arena_cstr(arena, text);
	if (!copy)
		return E_NOMEM;
	return taken(
		worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, copy, format));
}

static enum err write_cells(
	lxw_worksheet *sheet, struct arena *arena, const struct plain_sheet *s, lxw_format *head)
{
	for (size_t column = 0; column < s->column_count; column++) {
		TRY(write_cell(sheet, arena, 0, column, s->columns[column], head));
		set_width(sheet, s, column);
	}
	for (size_t i = 0; i < s->row_count * s->column_count; i++)
		TRY(write_cell(sheet, arena, i / s->column_count + 1, i % s->column_count,
			s->cells[i], NULL));
	worksheet_freeze_panes(sheet, 1, 0);
	return E_OK;
}

static enum err write_book(lxw_workbook *book, struct arena *arena, const struct plain_sheet *s)
{
	lxw_doc_properties properties = {.created = no_time};
	const char *name = arena_cstr(arena, s->name);
	lxw_worksheet *sheet = name ? workbook_add_worksheet(book, name) : NULL;
	lxw_format *head = workbook_add_format(book);
	if (!sheet || !head)
		return E_NOMEM;
	format_set_bold(head);
	TRY(taken(workbook_set_properties(book, &properties)));
	return write_cells(sheet, arena, s, head);
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

enum err plain_sheet_write_xlsx(const struct plain_sheet *sheet, struct writer *xlsx)
{
	char path[PATH_BYTES];
	struct arena arena;
	/* Without a name: nothing is left behind, whatever happens. */
	FILE *file = tmpfile();
	if (!file)
		return E_IO;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fileno(file));
	arena_init(&arena, ARENA_BYTES);
	lxw_workbook *book = workbook_new(path);
	enum err err = book ? write_book(book, &arena, sheet) : E_NOMEM;
	enum err closed = book ? taken(workbook_close(book)) : E_OK; /* frees it in any case */
	err = err == E_OK ? closed : err;
	if (err == E_OK)
		err = take(file, xlsx);
	arena_release(&arena);
	fclose(file);
	return err;
}
