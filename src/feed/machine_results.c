/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/machine_results.h"

#include <stdlib.h>

#include "base/limits.h"
#include "format/csv.h"
#include "model/sighting.h"
#include "model/site.h"

enum column {
	COLUMN_TOOL,
	COLUMN_WEEK,
	COLUMN_REGION,   /* may be missing */
	COLUMN_PLATFORM, /* may be missing */
	COLUMN_RUNS,
	COLUMN_MACHINES,
	COLUMN_INFECTED,
	COLUMN_CLEANED,
	COLUMN__COUNT
};

/* The first is what problems call it. */
static const char *const names[COLUMN__COUNT] = {
	[COLUMN_TOOL] = "tool product scanner",
	[COLUMN_WEEK] = "week date iso_week week_start",
	[COLUMN_REGION] = "region province province_code tinh",
	[COLUMN_PLATFORM] = "platform os",
	[COLUMN_RUNS] = "scan_runs runs scans",
	[COLUMN_MACHINES] = "machines distinct_machines devices",
	[COLUMN_INFECTED] = "infected infected_machines",
	[COLUMN_CLEANED] = "cleaned cleaned_machines",
};

struct reader {
	struct csv csv;
	struct arena *arena;
	struct date today;
	void (*on_problem)(void *context, const struct problem *problem);
	void *context;
	struct problem *problem;
	uint32_t at[COLUMN__COUNT], columns;
	struct machine_result *list;
	size_t count, capacity;
	struct text_table *keys; /* rows told so far */
	uint64_t rejected;
};

static struct str column_name(enum column column)
{
	struct str rest;
	return str_cut(str_from(names[column]), ' ', &rest);
}

static enum err refuse(struct reader *r, enum problem_code code, struct str field, struct str got,
	uint64_t line, uint64_t limit)
{
	*r->problem = (struct problem){.line = line, .limit = limit};
	problem_set(r->problem, code, field, got);
	return code == PROBLEM_TOO_LARGE ? E_LIMIT : E_SYNTAX;
}

static bool reject(struct reader *r, const struct csv_row *row, enum problem_code code,
	struct str field, struct str got, uint64_t limit)
{
	struct problem problem = {.line = row->line, .offset = row->offset, .limit = limit};
	problem_set(&problem, code, field, got);
	r->rejected++;
	r->on_problem(r->context, &problem);
	return false;
}

static struct str field(const struct reader *r, const struct csv_row *row, enum column column)
{
	return r->at[column] < row->count ? str_trim(csv_field(row, r->at[column])) : STR("");
}

static bool is_called(struct str said, const char *list)
{
	for (struct str rest = str_from(list); rest.size > 0;)
		if (str_equal_nocase(str_cut(rest, ' ', &rest), said))
			return true;
	return false;
}

static enum err take_header(struct reader *r, const struct csv_row *row)
{
	r->columns = row->count;
	for (int c = 0; c < COLUMN__COUNT; c++) {
		r->at[c] = row->count;
		for (uint32_t i = 0; i < row->count && r->at[c] == row->count; i++)
			if (is_called(str_trim(csv_field(row, i)), names[c]))
				r->at[c] = i;
		bool needed = c != COLUMN_REGION && c != COLUMN_PLATFORM;
		if (needed && r->at[c] == row->count)
			return refuse(r, PROBLEM_NO_COLUMN, column_name((enum column)c), STR(""),
				row->line, 0);
	}
	return E_OK;
}

/* --- one row --- */

/* "Bkav Home" is written "bkav-home" in the catalogue of tools. NULL data without memory. */
static struct str as_key(struct reader *r, struct str said)
{
	char *key = arena_cstr(r->arena, said);
	for (size_t i = 0; key && i < said.size; i++) {
		char c = key[i];
		if (c >= 'A' && c <= 'Z')
			key[i] = (char)(c - 'A' + 'a');
		else if (c == ' ' || c == '_')
			key[i] = '-';
	}
	return (struct str){key, key ? said.size : 0};
}

static bool take_number(
	struct reader *r, const struct csv_row *row, enum column column, uint64_t *ret_value)
{
	struct str got = field(r, row, column);
	return str_to_u64(got, UINT32_MAX, ret_value) ||
	       reject(r, row, PROBLEM_BAD_NUMBER, column_name(column), got, UINT32_MAX);
}

static bool take_week(struct reader *r, const struct csv_row *row, struct machine_result *result)
{
	struct str got = field(r, row, COLUMN_WEEK);
	if (!week_parse(got, &result->week))
		return reject(r, row, PROBLEM_BAD_WEEK, STR("week"), got, 0);
	return date_instant(result->week).seconds <= date_instant(r->today).seconds ||
	       reject(r, row, PROBLEM_FUTURE_TIME, STR("week"), got, 0);
}

static enum column column_of(struct str fault)
{
	for (int c = 0; c < COLUMN__COUNT; c++)
		if (str_equal(column_name((enum column)c), fault))
			return (enum column)c;
	return COLUMN_TOOL;
}

static bool is_sound(struct reader *r, const struct csv_row *row, const struct machine_result *m)
{
	uint64_t limit;
	struct str fault = machine_result_fault(m, &limit);
	if (fault.size == 0)
		return true;
	enum problem_code code =
		column_of(fault) >= COLUMN_RUNS ? PROBLEM_MORE_THAN : PROBLEM_BAD_FIELD;
	return reject(r, row, code, fault, field(r, row, column_of(fault)), limit);
}

/* Whether this row is the first of its tool, week, region and platform. */
static enum err is_first(struct reader *r, const struct csv_row *row,
	const struct machine_result *m, bool *ret_first)
{
	uint32_t id;
	struct writer key;
	writer_init(&key, LIMIT_ROW_BYTES);
	writer_str(&key, m->tool);
	writer_text(&key, ", ");
	writer_date(&key, m->week);
	writer_text(&key, ", ");
	writer_str(&key, m->region);
	writer_text(&key, ", ");
	writer_str(&key, m->platform);
	size_t before = text_table_count(r->keys);
	bool added =
		writer_end(&key) == E_OK && text_table_add(r->keys, writer_view_str(&key), &id);
	*ret_first = added && text_table_count(r->keys) > before;
	if (added && !*ret_first)
		reject(r, row, PROBLEM_TWICE_ROW, STR(""), writer_view_str(&key), 0);
	writer_release(&key);
	return added ? E_OK : E_NOMEM;
}

static enum err keep(struct reader *r, const struct machine_result *m)
{
	if (r->count == LIMIT_RESULT_ROWS)
		return refuse(r, PROBLEM_TOO_LARGE, STR(""), STR(""), 0, LIMIT_RESULT_ROWS);
	if (r->count == r->capacity) {
		size_t capacity = r->capacity ? 2 * r->capacity : 1024;
		struct machine_result *list = arena_alloc(r->arena, capacity, sizeof(*list));
		if (!list)
			return E_NOMEM;
		if (r->count > 0)
			memcpy(list, r->list, r->count * sizeof(*list));
		r->list = list;
		r->capacity = capacity;
	}
	r->list[r->count++] = *m;
	return E_OK;
}

static enum err take_row(struct reader *r, const struct csv_row *row)
{
	bool first = false;
	struct machine_result m = {.tool = as_key(r, field(r, row, COLUMN_TOOL)),
		.region = arena_copy(r->arena, field(r, row, COLUMN_REGION)),
		.platform = as_key(r, field(r, row, COLUMN_PLATFORM))};
	if (!m.tool.data || !m.region.data || !m.platform.data)
		return E_NOMEM;
	if (!take_week(r, row, &m) || !take_number(r, row, COLUMN_RUNS, &m.runs) ||
		!take_number(r, row, COLUMN_MACHINES, &m.machines) ||
		!take_number(r, row, COLUMN_INFECTED, &m.infected) ||
		!take_number(r, row, COLUMN_CLEANED, &m.cleaned) || !is_sound(r, row, &m))
		return E_OK;
	TRY(is_first(r, row, &m, &first));
	return first ? keep(r, &m) : E_OK;
}

/* --- the file --- */

static bool is_filler(const struct csv_row *row)
{
	struct str raw = str_trim((struct str){(const char *)row->raw.data, row->raw.size});
	return raw.size == 0 || raw.data[0] == '#';
}

static enum err row_of_fields(struct reader *r, const struct csv_row *row)
{
	struct writer got;
	if (row->count == r->columns)
		return take_row(r, row);
	writer_init(&got, 24);
	writer_decimal(&got, row->count);
	reject(r, row, PROBLEM_FIELD_COUNT, STR(""), writer_view_str(&got), r->columns);
	writer_release(&got);
	return E_OK;
}

static enum err take_rows(struct reader *r)
{
	for (;;) {
		struct csv_row row;
		struct problem problem = {0};
		enum err err = csv_next(&r->csv, &row, &problem);
		if (err == E_TRUNCATED)
			return E_OK;
		if (err == E_SYNTAX) {
			r->rejected++;
			r->on_problem(r->context, &problem);
			continue;
		}
		TRY(err);
		if (is_filler(&row))
			continue;
		TRY(r->columns == 0 ? take_header(r, &row) : row_of_fields(r, &row));
	}
}

static enum err judge(struct reader *r)
{
	struct writer bad;
	uint64_t rows = r->count + r->rejected;
	if (rows == 0)
		return refuse(r, PROBLEM_EMPTY_FILE, STR(""), STR(""), 0, 0);
	if (r->count > 0 && (rows < 100 || r->rejected * 100 <= rows * LIMIT_BAD_ROWS_PERCENT))
		return E_OK;
	writer_init(&bad, 24);
	writer_decimal(&bad, r->rejected);
	enum err err = refuse(
		r, PROBLEM_TOO_MANY_BAD, STR(""), writer_view_str(&bad), 0, LIMIT_BAD_ROWS_PERCENT);
	writer_release(&bad);
	return err;
}

/* Semicolons where the header has them: spreadsheets of many countries write so. */
static char separator_of(struct str text)
{
	struct str rest;
	struct str line = str_cut(text, '\n', &rest);
	while (rest.size > 0 && (str_trim(line).size == 0 || line.data[0] == '#'))
		line = str_cut(rest, '\n', &rest);
	bool commas = str_find(line, STR(",")) < line.size;
	return !commas && str_find(line, STR(";")) < line.size ? ';' : ',';
}

enum err machine_results_parse(struct bytes text, struct date today,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct arena *arena, struct machine_results *ret_results, struct problem *problem)
{
	struct str all = {(const char *)text.data, text.size};
	struct reader r = {.arena = arena,
		.today = today,
		.on_problem = on_problem,
		.context = context,
		.problem = problem};
	if (text.size > LIMIT_RESULTS_FILE)
		return refuse(&r, PROBLEM_TOO_LARGE, STR(""), STR(""), 0, LIMIT_RESULTS_FILE);
	if (str_starts(all, STR("\xef\xbb\xbf")))
		all = (struct str){all.data + 3, all.size - 3};
	r.keys = text_table_new(LIMIT_RESULT_ROWS + 1);
	if (!r.keys)
		return E_NOMEM;
	csv_init(&r.csv, separator_of(all));
	csv_window(&r.csv, all, true);
	enum err err = take_rows(&r);
	csv_release(&r.csv);
	text_table_free(r.keys);
	if (err == E_OK)
		err = judge(&r);
	if (err == E_OK)
		*ret_results = (struct machine_results){r.list, r.count, r.rejected};
	return err;
}
