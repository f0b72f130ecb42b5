/* SPDX-License-Identifier: Apache-2.0 */
/* CSV of nobody's format: the operator says which column is what (--map). */
#include <stdlib.h>

#include "feed/column_map.h"
#include "feed/families.h"
#include "feed/record.h"
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
	bool ready; /* the columns are known */
	bool dated; /* the file says no time: all of it is of `day` */
	struct date day;
	uint32_t columns;
	int column[MAP__COUNT];
	struct str names[MAP__COUNT]; /* for problems: as the file has them */
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
		if (!column->given)
			continue;
		if (m->column[role] == NONE)
			return refuse_missing(m, column, problem);
		m->names[role] = column->text;
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

/* The day of one column and the time of day of another. */
static enum err read_clock(struct mapped *m, struct time_read *ret)
{
	struct writer w;
	enum err err = E_OK;
	writer_init(&w, LIMIT_ROW_BYTES * 2);
	writer_str(&w, value(m, MAP_TIME));
	writer_char(&w, ' ');
	writer_str(&w, value(m, MAP_CLOCK));
	struct str both = writer_view_str(&w);
	if (w.err != E_OK || !time_format_read(&m->map.time, both, ret))
		err = record_bad(&m->record, PROBLEM_BAD_TIME, m->names[MAP_CLOCK], both, 0);
	writer_release(&w);
	return err;
}

static enum err read_time(struct mapped *m, enum map_role role, struct time_read *ret)
{
	if (role == MAP_TIME && value(m, MAP_CLOCK).size > 0)
		return read_clock(m, ret);
	if (time_format_read(&m->map.time, value(m, role), ret))
		return E_OK;
	return record_bad(&m->record, PROBLEM_BAD_TIME, m->names[role], value(m, role), 0);
}

static enum err take_span(struct mapped *m)
{
	struct time_read first;
	struct time_read last;
	TRY(read_time(m, MAP_FIRST, &first));
	TRY(read_time(m, MAP_LAST, &last));
	return record_span(
		&m->record, m->names[MAP_LAST], value(m, MAP_LAST), first.first, last.last);
}

static enum err take_time(struct mapped *m)
{
	struct time_read t;
	struct record *r = &m->record;
	struct str name = m->names[MAP_TIME];
	if (value(m, MAP_FIRST).size > 0 && value(m, MAP_LAST).size > 0)
		return take_span(m);
	if (m->dated)
		return record_day(r, STR("observed"), m->day);
	if (m->column[MAP_TIME] == NONE)
		return E_OK;
	TRY(read_time(m, MAP_TIME, &t));
	if (t.day)
		return record_day(r, name, instant_date((struct instant){t.first}));
	if (t.first == t.last)
		return record_second(r, name, value(m, MAP_TIME), t.first);
	return record_span(r, name, value(m, MAP_TIME), t.first, t.last);
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

/* DShield writes all digits: "014.225.001.002". Not taken for octal where every part has three. */
static struct str unpadded(struct str s, char *text)
{
	size_t size = 0;
	bool zero = false;
	for (size_t i = 0; i < s.size && s.size == 15; i++) {
		if ((i % 4 == 3) != (s.data[i] == '.'))
			return s;
		bool begins = i % 4 == 0 || (i % 4 == 1 && s.data[i - 1] == '0');
		if (begins && s.data[i] == '0')
			zero = true;
		else
			text[size++] = s.data[i];
	}
	return zero ? (struct str){text, size} : s;
}

/* Only what blocks may name a range. */
static enum err take_row(struct mapped *m)
{
	struct record *r = &m->record;
	bool ranges = m->p->options.kind == KIND_BLOCKLISTED;
	char defanged[FIELD_DEFANGED_MOST];
	char text[16];
	TRY(check_count(m));
	TRY(take_time(m));
	struct str address = field_refang(value(m, MAP_ADDRESS), defanged);
	address = unpadded(address, text);
	TRY(record_source(r, m->names[MAP_ADDRESS], address, ranges));
	TRY(record_port(r, m->names[MAP_PORT], value(m, MAP_PORT)));
	TRY(record_destination_port(
		r, m->names[MAP_DESTINATION_PORT], value(m, MAP_DESTINATION_PORT)));
	TRY(record_destination(r, m->names[MAP_DESTINATION], value(m, MAP_DESTINATION)));
	TRY(record_protocol(r, m->names[MAP_PROTOCOL], value(m, MAP_PROTOCOL)));
	TRY(record_name(r, m->names[MAP_BOTNET], value(m, MAP_BOTNET)));
	record_machine(r, value(m, MAP_MACHINE));
	record_identity(r, value(m, MAP_IDENTITY));
	TRY(take_extras(m));
	return record_done(r, m->row->raw,
		m->names[m->column[MAP_TIME] == NONE ? MAP_FIRST : MAP_TIME],
		m->names[MAP_ADDRESS]);
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

/* As some programs of Windows export: every other byte is zero. */
static enum err check_text(const struct feed_head *head, struct problem *problem)
{
	if (str_starts(head->text, STR("\xFF\xFE")) || str_starts(head->text, STR("\xFE\xFF"))) {
		feed_problem(problem, PROBLEM_UNKNOWN_FORMAT, STR(""), STR("UTF-16 text"));
		return E_UNKNOWN;
	}
	return E_OK;
}

static enum err begin(struct feed_parser *p, const struct feed_head *head, struct problem *problem)
{
	struct column_map map;
	TRY(column_map_parse(p->options.map, &map, problem));
	TRY(check_text(head, problem));
	TRY(feed_decide_kind(p, NONE, problem));
	struct date day = p->options.observed;
	bool dated = !map.columns[MAP_TIME].given && !map.columns[MAP_FIRST].given;
	if (dated && !p->options.observed_set && !date_find(head->file_name, &day))
		return feed_refuse(problem, PROBLEM_NO_DATE, STR(""), STR(""));
	struct mapped *m = calloc(1, sizeof(*m));
	if (!m)
		return E_NOMEM;
	p->state = m;
	m->p = p;
	m->map = map;
	m->dated = dated;
	m->day = day;
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
