/* SPDX-License-Identifier: Apache-2.0 */
/* CSV of nobody's format: the operator says which column is what (--map). */
#include <stdlib.h>

#include "feed/families.h"
#include "feed/mapped_row.h"
#include "format/csv.h"

enum {
	COLUMNS_MOST = 256, /* more than LIMIT_COLUMNS */
	NONE = -1
};

struct mapped {
	struct feed_parser *p;
	struct column_map map;
	struct csv csv;
	struct record record;
	struct mapped_row mapped;
	bool ready; /* the columns are known */
	uint32_t columns;
	int column[MAP__COUNT];
	uint32_t extra_count;
	uint8_t extra_column[COLUMNS_MOST];
	uint8_t extra_number[COLUMNS_MOST];
	const struct csv_row *row; /* in hand */
};

static bool is_comment(const struct csv_row *row)
{
	return row->raw.size > 0 && row->raw.data[0] == '#';
}

/* What Excel writes before the header: "sep=;". */
static bool is_separator_line(struct str line)
{
	line = str_trim(line);
	return line.size == 5 && str_starts(line, STR("sep="));
}

/* --- which columns? --- */

/* Names may stand in a comment; Zeek's begins with a word of its own. */
static uint32_t first_name(const struct csv_row *row)
{
	return row->count > 1 && str_equal(csv_field(row, 0), STR("#fields"));
}

static uint32_t name_count(const struct csv_row *row)
{
	return row->count - first_name(row);
}

static struct str name_at(const struct csv_row *row, uint32_t column)
{
	struct str name = str_trim(csv_field(row, column + first_name(row)));
	while (column == 0 && is_comment(row) && str_starts(name, STR("#")))
		name = str_trim((struct str){name.data + 1, name.size - 1});
	return name;
}

static int find_name(const struct csv_row *row, struct str name)
{
	for (uint32_t i = 0; i < name_count(row); i++)
		if (str_equal(name_at(row, i), name))
			return (int)i;
	for (uint32_t i = 0; i < name_count(row); i++)
		if (str_equal_nocase(name_at(row, i), name))
			return (int)i;
	return NONE;
}

static int find_column(const struct map_column *column, const struct csv_row *row)
{
	if (column->number > 0)
		return column->number <= row->count ? (int)column->number - 1 : NONE;
	return find_name(row, column->text);
}

static bool has_all(const struct column_map *map, const struct csv_row *row)
{
	for (int role = 0; role < MAP__COUNT; role++)
		if (map->columns[role].given && find_column(&map->columns[role], row) == NONE)
			return false;
	return true;
}

/* Nothing, or a comment that does not name the columns. */
static bool is_filler(const struct column_map *map, const struct csv_row *row)
{
	struct str raw = {(const char *)row->raw.data, row->raw.size};
	return raw.size == 0 || is_separator_line(raw) ||
	       (is_comment(row) && !(map->header && has_all(map, row)));
}

/* How well the first row fits when split so: its columns where all that are mapped are there. */
static uint32_t fitness(const struct column_map *map, const struct feed_head *head, char separator)
{
	struct csv csv;
	struct csv_row row = {.count = 0};
	struct problem problem;
	enum err err;
	csv_init(&csv, separator);
	csv_window(&csv, head->text, head->whole);
	do
		err = csv_next(&csv, &row, &problem);
	while (err == E_SYNTAX || (err == E_OK && is_filler(map, &row)));
	uint32_t fit = err == E_OK ? row.count : 0;
	if (fit > 0 && has_all(map, &row))
		fit += COLUMNS_MOST;
	csv_release(&csv);
	return fit;
}

static char find_separator(const struct column_map *map, const struct feed_head *head)
{
	static const char separators[] = {',', ';', '\t', '|'};
	char best = ',';
	uint32_t best_fit = 0;
	if (map->separator)
		return map->separator;
	struct str rest;
	struct str first = str_trim(str_cut(head->text, '\n', &rest));
	if (is_separator_line(first))
		return first.data[4];
	for (size_t i = 0; i < sizeof(separators); i++) {
		uint32_t fit = fitness(map, head, separators[i]);
		if (fit > best_fit) {
			best = separators[i];
			best_fit = fit;
		}
	}
	return best;
}

static enum err refuse_columns(const struct mapped *m, struct problem *problem,
	enum problem_code code, struct str field, struct str got, uint64_t limit)
{
	feed_problem(problem, code, field, got);
	problem->line = m->row->line;
	problem->limit = limit;
	return limit ? E_LIMIT : E_SYNTAX;
}

static enum err refuse_missing(
	const struct mapped *m, const struct map_column *column, struct problem *problem)
{
	struct writer w;
	writer_init(&w, LIMIT_ROW_BYTES * 2);
	for (uint32_t i = 0; i < name_count(m->row) && w.size < sizeof(problem->got); i++) {
		writer_text(&w, i ? ", " : "");
		if (m->map.header) {
			writer_str(&w, name_at(m->row, i));
		} else {
			writer_char(&w, '#');
			writer_decimal(&w, i + 1U);
		}
	}
	enum err err = refuse_columns(
		m, problem, PROBLEM_NO_MAPPED_COLUMN, column->text, writer_view_str(&w), 0);
	writer_release(&w);
	return err;
}

static enum err place_roles(struct mapped *m, struct problem *problem)
{
	for (int role = 0; role < MAP__COUNT; role++) {
		const struct map_column *column = &m->map.columns[role];
		m->column[role] = column->given ? find_column(column, m->row) : NONE;
		if (column->given && m->column[role] == NONE)
			return refuse_missing(m, column, problem);
	}
	return E_OK;
}

static bool is_mapped(const struct mapped *m, uint32_t column)
{
	for (int role = 0; role < MAP__COUNT; role++)
		if (m->column[role] == (int)column)
			return true;
	return false;
}

/* A column without a name of its own, or with one that another has, is called by its number. */
static enum err number_extra(struct mapped *m, uint32_t column, struct problem *problem)
{
	struct writer w;
	struct str name = m->map.header ? name_at(m->row, column) : STR("");
	if (field_private(name))
		return E_OK;
	if (name.size > LIMIT_COLUMN_NAME)
		return refuse_columns(
			m, problem, PROBLEM_NAME_TOO_LONG, name, STR(""), LIMIT_COLUMN_NAME);
	writer_init(&w, 64);
	if (name.size == 0 || find_name(m->row, name) != (int)column) {
		writer_text(&w, "column_");
		writer_decimal(&w, column + 1U);
		name = writer_view_str(&w);
	}
	m->extra_column[m->extra_count] = (uint8_t)column;
	bool good = record_column(&m->record, name, &m->extra_number[m->extra_count]);
	writer_release(&w);
	m->extra_count += good;
	return good ? E_OK : E_NOMEM;
}

static enum err take_columns(struct mapped *m, struct problem *problem)
{
	m->columns = name_count(m->row);
	if (m->columns > LIMIT_COLUMNS)
		return refuse_columns(
			m, problem, PROBLEM_TOO_MANY_COLUMNS, STR(""), STR(""), LIMIT_COLUMNS);
	TRY(place_roles(m, problem));
	for (uint32_t i = 0; i < m->columns; i++)
		if (!is_mapped(m, i))
			TRY(number_extra(m, i, problem));
	m->ready = true;
	return E_OK;
}

/* --- rows --- */

static struct str value(const struct mapped *m, enum map_role role)
{
	int column = m->column[role];
	return column == NONE ? STR("") : str_trim(csv_field(m->row, (uint32_t)column));
}

static enum err take_extras(struct mapped *m)
{
	for (uint32_t i = 0; i < m->extra_count; i++)
		TRY(record_extra_number(&m->record, m->extra_number[i],
			str_trim(csv_field(m->row, m->extra_column[i]))));
	return E_OK;
}

static enum err check_count(struct mapped *m)
{
	if (m->row->count == m->columns)
		return E_OK;
	return record_bad_count(&m->record, m->row->count, m->columns);
}

static enum err take_row(struct mapped *m)
{
	TRY(check_count(m));
	for (int role = 0; role < MAP__COUNT; role++)
		m->mapped.value[role] = value(m, (enum map_role)role);
	TRY(mapped_row_take(&m->mapped));
	TRY(take_extras(m));
	return mapped_row_done(&m->mapped, m->row->raw);
}

static enum err take(struct mapped *m, const struct csv_row *row, struct problem *problem)
{
	m->row = row;
	if (m->ready ? row->raw.size == 0 || is_comment(row) : is_filler(&m->map, row))
		return E_OK;
	if (!m->ready) {
		TRY(take_columns(m, problem));
		if (m->map.header)
			return E_OK;
	}
	record_begin(&m->record, row->line, row->offset, problem);
	enum err err = take_row(m);
	return err == E_SYNTAX ? E_OK : err;
}

/* --- the family --- */

static const struct feed_format formats[] = {
	{STR_INIT("mapped-csv"), STR_INIT("CSV, columns by --map"), NULL},
};

/* Only where the operator says so. */
static const struct feed_format *recognise(const struct feed_head *head)
{
	(void)head;
	return NULL;
}

/* Whether it is one shows when the columns are looked for. */
static bool plausible(const struct feed_head *head)
{
	(void)head;
	return true;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	struct column_map map;
	struct mapped_row row = {.map = &map};
	TRY(column_map_parse(p->options.map, &map, problem));
	TRY(mapped_row_begin(&row, p, head, problem));
	struct mapped *m = calloc(1, sizeof(*m));
	if (!m)
		return E_NOMEM;
	p->state = m;
	m->p = p;
	m->map = map;
	m->mapped = row;
	m->mapped.map = &m->map;
	m->mapped.record = &m->record;
	csv_init(&m->csv, find_separator(&m->map, head));
	record_init(&m->record, p, formats[0].name);
	return E_OK;
}

static enum err consume(struct feed_parser *p, struct str window, bool last, size_t *ret_used,
	struct problem *problem)
{
	struct mapped *m = p->state;
	struct csv_row row;
	enum err err = E_OK;
	csv_window(&m->csv, window, last);
	while (err == E_OK) {
		err = csv_next(&m->csv, &row, problem);
		if (err == E_SYNTAX && m->ready) {
			feed_reject(p, problem);
			err = E_OK;
		} else if (err == E_OK) {
			err = take(m, &row, problem);
		}
	}
	*ret_used = csv_used(&m->csv);
	return err == E_TRUNCATED ? E_OK : err;
}

static void end(struct feed_parser *p)
{
	struct mapped *m = p->state;
	csv_release(&m->csv);
	free(m);
	p->state = NULL;
}

const struct feed_family *mapped_csv_family(void)
{
	static const struct feed_family family = {
		.formats = formats,
		.format_count = 1,
		.recognise = recognise,
		.plausible = plausible,
		.begin = begin,
		.consume = consume,
		.end = end,
	};
	return &family;
}
