/* SPDX-License-Identifier: Apache-2.0 */
#include "network/region_file.h"

#include "base/limits.h"
#include "format/csv.h"

enum column {
	COLUMN_KEY,
	COLUMN_NAME_VI,
	COLUMN_NAME_EN,
	COLUMN_SHORT,
	COLUMN_COLUMN,
	COLUMN_ROW,
	COLUMN_PART_OF, /* from here on: may be missing */
	COLUMN_ALSO,
	COLUMN__COUNT
};

static const struct str names[COLUMN__COUNT] = {
	[COLUMN_KEY] = STR_INIT("key"),
	[COLUMN_NAME_VI] = STR_INIT("name_vi"),
	[COLUMN_NAME_EN] = STR_INIT("name_en"),
	[COLUMN_SHORT] = STR_INIT("short"),
	[COLUMN_COLUMN] = STR_INIT("column"),
	[COLUMN_ROW] = STR_INIT("row"),
	[COLUMN_PART_OF] = STR_INIT("part_of"),
	[COLUMN_ALSO] = STR_INIT("also"),
};

struct reader {
	struct arena *arena;
	struct region *list;
	size_t count;
	uint64_t *lines; /* of each region */
	uint32_t at[COLUMN__COUNT], columns;
	struct problem *problem;
	enum err err;
};

static enum err refuse(struct reader *r, uint64_t line, enum problem_code code, struct str field,
	struct str got, uint64_t limit)
{
	*r->problem = (struct problem){.line = line, .limit = limit};
	problem_set(r->problem, code, field, got);
	return code == PROBLEM_TOO_LARGE ? E_LIMIT : E_SYNTAX;
}

static struct str field(const struct reader *r, const struct csv_row *row, enum column column)
{
	return r->at[column] < row->count ? str_trim(csv_field(row, r->at[column])) : STR("");
}

static enum err take_header(struct reader *r, const struct csv_row *row)
{
	r->columns = row->count;
	for (int c = 0; c < COLUMN__COUNT; c++) {
		r->at[c] = row->count;
		for (uint32_t i = 0; i < row->count; i++)
			if (str_equal_nocase(str_trim(csv_field(row, i)), names[c]))
				r->at[c] = i;
		if (c < COLUMN_PART_OF && r->at[c] == row->count)
			return refuse(r, row->line, PROBLEM_NO_COLUMN, names[c], STR(""), 0);
	}
	return E_OK;
}

static struct str keep(struct reader *r, struct str text)
{
	struct str copy = arena_copy(r->arena, text);
	if (!copy.data)
		r->err = E_NOMEM;
	return copy;
}

static enum err take_place(
	struct reader *r, const struct csv_row *row, enum column column, uint8_t *ret_place)
{
	uint64_t value;
	struct str got = field(r, row, column);
	if (!str_to_u64(got, REGION_GRID - 1, &value))
		return refuse(
			r, row->line, PROBLEM_BAD_NUMBER, names[column], got, REGION_GRID - 1);
	*ret_place = (uint8_t)value;
	return E_OK;
}

static enum err refuse_count(struct reader *r, const struct csv_row *row)
{
	struct writer w;
	writer_init(&w, 24);
	writer_decimal(&w, row->count);
	enum err err =
		refuse(r, row->line, PROBLEM_FIELD_COUNT, STR(""), writer_view_str(&w), r->columns);
	writer_release(&w);
	return err;
}

static enum err take_region(struct reader *r, const struct csv_row *row)
{
	if (row->count != r->columns)
		return refuse_count(r, row);
	if (r->count == LIMIT_REGIONS)
		return refuse(r, row->line, PROBLEM_TOO_LARGE, STR(""), STR(""), LIMIT_REGIONS);
	struct region *g = &r->list[r->count];
	TRY(take_place(r, row, COLUMN_COLUMN, &g->column));
	TRY(take_place(r, row, COLUMN_ROW, &g->row));
	g->key = keep(r, field(r, row, COLUMN_KEY));
	g->name[LANG_VI] = keep(r, field(r, row, COLUMN_NAME_VI));
	g->name[LANG_EN] = keep(r, field(r, row, COLUMN_NAME_EN));
	g->short_name = keep(r, field(r, row, COLUMN_SHORT));
	g->part_of = keep(r, field(r, row, COLUMN_PART_OF));
	g->also = keep(r, field(r, row, COLUMN_ALSO));
	r->lines[r->count++] = row->line;
	return r->err;
}

static bool is_filler(const struct csv_row *row)
{
	struct str raw = str_trim((struct str){(const char *)row->raw.data, row->raw.size});
	return raw.size == 0 || raw.data[0] == '#';
}

static enum err take_rows(struct reader *r, struct csv *csv)
{
	for (;;) {
		struct csv_row row;
		enum err err = csv_next(csv, &row, r->problem);
		if (err == E_TRUNCATED)
			return E_OK;
		TRY(err);
		if (is_filler(&row))
			continue;
		TRY(r->columns == 0 ? take_header(r, &row) : take_region(r, &row));
	}
}

/* The column that a fault is about, and what stands there. */
static enum err refuse_fault(struct reader *r, enum region_fault fault, size_t index)
{
	static const enum column columns[REGION_FAULT__COUNT] = {
		[REGION_NO_KEY] = COLUMN_KEY,
		[REGION_BAD_TEXT] = COLUMN_NAME_VI,
		[REGION_BAD_SHORT] = COLUMN_SHORT,
		[REGION_OFF_GRID] = COLUMN_COLUMN,
		[REGION_TWICE] = COLUMN_KEY,
		[REGION_SAME_SQUARE] = COLUMN_COLUMN,
		[REGION_PART_OF_NONE] = COLUMN_PART_OF,
	};
	static const enum problem_code codes[REGION_FAULT__COUNT] = {
		[REGION_NO_KEY] = PROBLEM_BAD_FIELD,
		[REGION_BAD_TEXT] = PROBLEM_BAD_FIELD,
		[REGION_BAD_SHORT] = PROBLEM_BAD_FIELD,
		[REGION_OFF_GRID] = PROBLEM_BAD_FIELD,
		[REGION_TWICE] = PROBLEM_REGION_TWICE,
		[REGION_SAME_SQUARE] = PROBLEM_SAME_SQUARE,
		[REGION_PART_OF_NONE] = PROBLEM_PART_OF_NONE,
	};
	const struct region *g = &r->list[index];
	struct str got = columns[fault] == COLUMN_PART_OF ? g->part_of
			 : columns[fault] == COLUMN_SHORT ? g->short_name
							  : g->key;
	return refuse(r, r->lines[index], codes[fault], names[columns[fault]], got, 0);
}

static enum err read_all(struct reader *r, struct str text)
{
	struct csv csv;
	size_t index;
	csv_init(&csv, ',');
	csv_window(&csv, text, true);
	enum err err = take_rows(r, &csv);
	csv_release(&csv);
	TRY(err);
	if (r->count == 0)
		return refuse(r, 0, PROBLEM_EMPTY_FILE, STR(""), STR(""), 0);
	enum region_fault fault = regions_check(r->list, r->count, &index);
	return fault == REGION_SOUND ? E_OK : refuse_fault(r, fault, index);
}

enum err region_file_parse(struct str text, struct arena *arena, const struct region **ret_list,
	size_t *ret_count, struct problem *problem)
{
	struct reader r = {.arena = arena, .problem = problem};
	*problem = (struct problem){0};
	if (text.size > LIMIT_REGION_FILE)
		return refuse(&r, 0, PROBLEM_TOO_LARGE, STR(""), STR(""), LIMIT_REGION_FILE);
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = (struct str){text.data + 3, text.size - 3};
	r.list = arena_alloc(arena, LIMIT_REGIONS, sizeof(*r.list));
	r.lines = arena_alloc(arena, LIMIT_REGIONS, sizeof(*r.lines));
	if (!r.list || !r.lines)
		return E_NOMEM;
	TRY(read_all(&r, text));
	*ret_list = r.list;
	*ret_count = r.count;
	return E_OK;
}
