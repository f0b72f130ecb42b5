/* SPDX-License-Identifier: Apache-2.0 */
#include "format/xlsx_read.h"

#include "base/limits.h"
#include "format/archive.h"
#include "format/xlsx_parts.h"

enum {
	ARENA_BYTES = 1 << 20,
	MOST_ROWS = 1048576,
	LETTERS = 26
};

enum cell_type {
	CELL_PLAIN, /* a number, perhaps a day */
	CELL_SHARED,
	CELL_INLINE, /* also results of formulas that are texts */
	CELL_TRUE_OR_FALSE,
	CELL_FAILED,
	CELL_DAY
};

/* A cell whose text is not shared: where it lies in `texts`. */
struct place {
	size_t from;
	size_t size;
	bool shared;
};

struct reader {
	struct xlsx_book book;
	sheet_row_fn *fn;
	void *context;
	struct sheet_cell *cells;
	struct place *places;
	struct writer texts; /* of the row */
	struct writer value; /* of the cell */
	size_t count;
	uint64_t rows;
	uint64_t handed; /* bytes of texts */
	uint32_t row;    /* from 1 */
	int64_t column;  /* of the cell at hand, or of the one before */
	uint64_t style;
	enum cell_type type;
	bool cell, taking, phonetic;
};

static enum err refuse(struct reader *r, enum problem_code code, const char *got, uint64_t limit)
{
	struct writer address;
	writer_init(&address, 32);
	if (r->row > 0 && r->column >= 0)
		writer_sheet_address(&address, r->row, (uint32_t)r->column);
	problem_set(r->book.problem, code, writer_view_str(&address), str_from(got));
	r->book.problem->line = r->row;
	r->book.problem->limit = limit;
	writer_release(&address);
	return limit ? E_LIMIT : E_SYNTAX;
}

/* --- cells --- */

/* "BC12": its column; -1 where there is none. */
static int64_t column_of(struct str address)
{
	int64_t column = 0;
	size_t i = 0;
	for (; i < address.size && i < 4; i++) {
		char c = address.data[i];
		if (c < 'A' || c > 'Z')
			break;
		column = column * LETTERS + (c - 'A' + 1);
	}
	return i > 0 ? column - 1 : -1;
}

static enum cell_type type_of(struct str type)
{
	static const struct {
		struct str name;
		enum cell_type type;
	} types[] = {{STR_INIT("s"), CELL_SHARED}, {STR_INIT("inlineStr"), CELL_INLINE},
		{STR_INIT("str"), CELL_INLINE}, {STR_INIT("b"), CELL_TRUE_OR_FALSE},
		{STR_INIT("e"), CELL_FAILED}, {STR_INIT("d"), CELL_DAY}};
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (str_equal(type, types[i].name))
			return types[i].type;
	return CELL_PLAIN;
}

static enum err begin_cell(struct reader *r, const char **attributes)
{
	struct str address = xlsx_attribute(attributes, "r");
	int64_t column = address.size ? column_of(address) : r->column + 1;
	if (column <= r->column || r->row == 0)
		return refuse(r, PROBLEM_BAD_XML, "order of cells", 0);
	r->column = column;
	r->cell = true;
	r->type = type_of(xlsx_attribute(attributes, "t"));
	r->style = 0;
	(void)str_to_u64(xlsx_attribute(attributes, "s"), UINT32_MAX, &r->style);
	writer_clear(&r->value);
	return E_OK;
}

static enum err begin_row(struct reader *r, const char **attributes)
{
	uint64_t number = (uint64_t)r->row + 1;
	struct str given = xlsx_attribute(attributes, "r");
	if (given.size > 0 && (!str_to_u64(given, MOST_ROWS, &number) || number <= r->row))
		return refuse(r, PROBLEM_BAD_XML, "order of rows", 0);
	if (number > MOST_ROWS)
		return refuse(r, PROBLEM_TOO_MANY_ROWS, "", MOST_ROWS);
	r->row = (uint32_t)number;
	r->column = -1;
	r->count = 0;
	writer_clear(&r->texts);
	return E_OK;
}

static enum err on_start(void *context, struct str element, const char **attributes)
{
	struct reader *r = context;
	if (str_equal(element, STR("row")))
		return begin_row(r, attributes);
	if (str_equal(element, STR("c")))
		return begin_cell(r, attributes);
	if (str_equal(element, STR("rPh")))
		r->phonetic = true;
	if (str_equal(element, STR("v")) || str_equal(element, STR("t")))
		r->taking = r->cell && !r->phonetic;
	return E_OK;
}

static enum err on_text(void *context, struct str text)
{
	struct reader *r = context;
	if (!r->taking)
		return E_OK;
	writer_str(&r->value, text);
	return r->value.err == E_LIMIT ? refuse(r, PROBLEM_FIELD_TOO_LONG, "", LIMIT_SHEET_CELL)
				       : r->value.err;
}

/* Digits, a sign, a point, an exponent. */
static bool is_number(struct str text)
{
	for (size_t i = 0; i < text.size; i++)
		if (!strchr("0123456789+-.eE", text.data[i]) || !text.data[i])
			return false;
	return text.size > 0;
}

static bool style_is_day(const struct reader *r)
{
	return r->style < r->book.style_is_day.size && r->book.style_is_day.data[r->style];
}

/* A whole day of the long form: "2020-10-15T00:00:00". */
static struct str without_midnight(struct str text)
{
	size_t at = str_find(text, STR("T00:00:00"));
	return (struct str){text.data, at};
}

/* What the cell holds, into r->texts unless it is shared. */
static enum sheet_kind write_value(struct reader *r, struct str value)
{
	if (r->type == CELL_PLAIN && style_is_day(r)) {
		size_t before = r->texts.size;
		if (xlsx_day_write(&r->texts, value, r->book.from_1904))
			return SHEET_DAY;
		r->texts.size = before;
	}
	writer_str(&r->texts, r->type == CELL_DAY ? without_midnight(value) : value);
	switch (r->type) {
	case CELL_PLAIN:
		return is_number(value) ? SHEET_NUMBER : SHEET_TEXT;
	case CELL_TRUE_OR_FALSE:
		return SHEET_TRUTH;
	case CELL_FAILED:
		return SHEET_FAULT;
	case CELL_DAY:
		return SHEET_DAY;
	case CELL_SHARED:
	case CELL_INLINE:
		break;
	}
	return SHEET_TEXT;
}

static enum err keep_cell(struct reader *r, struct sheet_cell cell, struct place place)
{
	if (cell.column >= LIMIT_SHEET_COLUMNS)
		return refuse(r, PROBLEM_TOO_MANY_COLUMNS, "", LIMIT_SHEET_COLUMNS);
	if (cell.text.size > LIMIT_SHEET_CELL)
		return refuse(r, PROBLEM_FIELD_TOO_LONG, "", LIMIT_SHEET_CELL);
	r->handed += place.shared ? cell.text.size : place.size;
	if (r->handed > LIMIT_SHEET_UNPACKED || r->texts.err == E_LIMIT)
		return refuse(r, PROBLEM_TOO_LARGE, "", LIMIT_SHEET_UNPACKED);
	r->cells[r->count] = cell;
	r->places[r->count++] = place;
	return r->texts.err;
}

static enum err end_cell(struct reader *r)
{
	uint64_t index;
	struct str value = writer_view_str(&r->value);
	struct sheet_cell cell = {.column = (uint32_t)r->column};
	struct place place = {.from = r->texts.size};
	r->cell = false;
	if (r->type == CELL_SHARED) {
		if (!str_to_u64(str_trim(value), UINT32_MAX, &index))
			return value.size ? refuse(r, PROBLEM_BAD_XML, "shared text", 0) : E_OK;
		cell.text = xlsx_shared_text(&r->book, index);
		place.shared = true;
		return cell.text.size ? keep_cell(r, cell, place) : E_OK;
	}
	if (r->type != CELL_INLINE)
		value = str_trim(value);
	if (value.size == 0)
		return E_OK;
	cell.kind = write_value(r, value);
	place.size = r->texts.size - place.from;
	return place.size ? keep_cell(r, cell, place) : E_OK;
}

static enum err end_row(struct reader *r)
{
	if (r->count == 0)
		return E_OK;
	if (++r->rows > LIMIT_SHEET_ROWS)
		return refuse(r, PROBLEM_TOO_MANY_ROWS, "", LIMIT_SHEET_ROWS);
	for (size_t i = 0; i < r->count; i++)
		if (!r->places[i].shared)
			r->cells[i].text = (struct str){
				(const char *)r->texts.data + r->places[i].from, r->places[i].size};
	size_t count = r->count;
	r->count = 0;
	return r->fn(r->context, r->row, r->cells, count);
}

static enum err on_end(void *context, struct str element)
{
	struct reader *r = context;
	if (str_equal(element, STR("v")) || str_equal(element, STR("t")))
		r->taking = false;
	if (str_equal(element, STR("rPh")))
		r->phonetic = false;
	if (str_equal(element, STR("c")) && r->cell)
		return end_cell(r);
	return str_equal(element, STR("row")) ? end_row(r) : E_OK;
}

/* --- the sheet --- */

static enum err read_sheet(struct reader *r, struct str sheet)
{
	const struct xlsx_handler handler = {r, on_start, on_end, on_text};
	struct xlsx_book *b = &r->book;
	r->cells = arena_alloc(&b->arena, LIMIT_SHEET_COLUMNS, sizeof(*r->cells));
	r->places = arena_alloc(&b->arena, LIMIT_SHEET_COLUMNS, sizeof(*r->places));
	if (!r->cells || !r->places)
		return E_NOMEM;
	TRY(xlsx_book_read(b, sheet));
	enum err err = xlsx_part(b->file, b->sheet, &handler, &b->unpacked, b->problem);
	if (err != E_NOTFOUND || b->problem->code != PROBLEM_NONE)
		return err;
	problem_set(b->problem, PROBLEM_NO_SHEET, STR(""), sheet);
	return E_SYNTAX;
}

bool xlsx_recognised(struct bytes head)
{
	return head.size >= 4 && memcmp(head.data, "PK\x03\x04", 4) == 0;
}

enum err xlsx_read(struct bytes file, struct str sheet, sheet_row_fn *fn, void *context,
	struct problem *problem)
{
	struct reader r = {
		.book = {.file = file, .problem = problem}, .fn = fn, .context = context};
	*problem = (struct problem){.code = PROBLEM_NONE};
	if (file.size > LIMIT_SHEET_FILE) {
		problem_set(problem, PROBLEM_TOO_LARGE, STR(""), STR(""));
		problem->limit = LIMIT_SHEET_FILE;
		return E_LIMIT;
	}
	arena_init(&r.book.arena, ARENA_BYTES);
	writer_init(&r.texts, LIMIT_SHEET_UNPACKED);
	writer_init(&r.value, LIMIT_SHEET_CELL);
	enum err err = read_sheet(&r, sheet);
	writer_release(&r.texts);
	writer_release(&r.value);
	writer_release(&r.book.texts);
	writer_release(&r.book.text_ends);
	writer_release(&r.book.style_is_day);
	arena_release(&r.book.arena);
	return err;
}

enum err xlsx_warm_up(void)
{
	return archive_warm_up();
}
