/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/source_lines.h"

#include "base/limits.h"
#include "format/csv.h"

enum {
	NAME_BYTES = 200,
	HEADER_LINES =
		200, /* a header stands before them; ThreatFox's behind ten lines of comment */
	HEADER_COLUMNS = 64
};

/* Columns of a table, UINT32_MAX: it has none. */
struct columns {
	uint32_t value, type, name, detect, compromised;
};

struct reading {
	struct arena *arena;
	source_entry_fn *fn;
	source_problem_fn *on_problem;
	void *context;
	struct columns columns;
	uint64_t line; /* of the line before the text that is left */
};

void source_tell(source_problem_fn *on_problem, void *context, uint64_t line,
	enum problem_code code, struct str field, struct str got)
{
	struct problem problem = {0};
	problem_set(&problem, code, field, got);
	problem.line = line;
	on_problem(context, &problem);
}

struct str source_name(struct arena *arena, struct str name, struct str fallback)
{
	name = str_trim(name);
	char *kept = arena_alloc(arena, NAME_BYTES + 1, 1);
	size_t size = 0;
	if (!kept)
		return (struct str){NULL, 0};
	while (name.size > 0) {
		size_t length = utf8_length(name), step = length ? length : 1;
		if (size + step > NAME_BYTES)
			break;
		bool shown = length > 1 ||
			     (length == 1 && (uint8_t)*name.data >= ' ' && *name.data != 0x7f);
		if (shown)
			memcpy(kept + size, name.data, step);
		else
			kept[size] = length ? ' ' : '?';
		size += shown ? step : 1;
		name = (struct str){name.data + step, name.size - step};
	}
	struct str clean = str_trim((struct str){kept, size});
	return clean.size > 0 ? clean : fallback;
}

/* --- tables --- */

static struct str unquoted(struct str field)
{
	field = str_trim(field);
	if (field.size >= 2 && field.data[0] == '"' && field.data[field.size - 1] == '"')
		return (struct str){field.data + 1, field.size - 2};
	return field;
}

static void take_column(struct columns *c, struct str name, uint32_t at)
{
	if (str_equal(name, STR("value")) || str_equal(name, STR("ioc_value")))
		c->value = at;
	else if (str_equal(name, STR("type")) || str_equal(name, STR("ioc_type")))
		c->type = at;
	else if (str_equal(name, STR("comment")) || str_equal(name, STR("malware_printable")))
		c->name = at;
	else if (str_equal(name, STR("to_ids")))
		c->detect = at;
	else if (str_equal(name, STR("is_compromised")))
		c->compromised = at;
}

static bool read_header(struct str line, struct columns *ret_columns)
{
	struct columns c = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
	while (line.size > 0 && (line.data[0] == '#' || line.data[0] == ' '))
		line = (struct str){line.data + 1, line.size - 1};
	for (uint32_t at = 0; line.size > 0 && at < HEADER_COLUMNS; at++)
		take_column(&c, unquoted(str_cut(line, ',', &line)), at);
	if (c.value == UINT32_MAX || c.type == UINT32_MAX)
		return false;
	*ret_columns = c;
	return true;
}

static bool is_comment(struct str line)
{
	return line.size == 0 || line.data[0] == '#' || str_starts(line, STR("//"));
}

/* Moves *text behind the header where the text is a table. */
static bool find_header(struct reading *r, struct str *text)
{
	struct str rest = *text;
	for (uint64_t line = 1; rest.size > 0 && line < HEADER_LINES; line++) {
		struct str first = str_trim(str_cut(rest, '\n', &rest));
		if (read_header(first, &r->columns)) {
			*text = rest;
			r->line = line;
			return true;
		}
		if (!is_comment(first))
			return false;
	}
	return false;
}

/* ThreatFox writes a space behind each comma: with it a quote is text. */
static struct str without_spaces(struct arena *arena, struct str text)
{
	char *kept = arena_alloc(arena, text.size + 1, 1);
	size_t size = 0;
	if (!kept)
		return (struct str){NULL, 0};
	for (size_t i = 0; i < text.size; i++) {
		bool between = i > 1 && i + 1 < text.size && text.data[i] == ' ' &&
			       text.data[i - 1] == ',' && text.data[i - 2] == '"' &&
			       text.data[i + 1] == '"';
		if (!between)
			kept[size++] = text.data[i];
	}
	return (struct str){kept, size};
}

static struct str field_of(const struct csv_row *row, uint32_t column)
{
	return column < row->count ? str_trim(csv_field(row, column)) : STR("");
}

static bool says_yes(struct str field)
{
	return str_equal(field, STR("1")) || str_equal_nocase(field, STR("true")) ||
	       str_equal_nocase(field, STR("yes"));
}

/* So ThreatFox writes what it does not know. */
static struct str known(struct str field)
{
	return str_equal_nocase(field, STR("none")) ? STR("") : field;
}

static enum err take_row(struct reading *r, const struct csv_row *row)
{
	struct str first = field_of(row, 0), detect = field_of(row, r->columns.detect);
	struct source_entry entry = {
		.value = field_of(row, r->columns.value),
		.type = field_of(row, r->columns.type),
		.name = known(field_of(row, r->columns.name)),
		.compromised = says_yes(field_of(row, r->columns.compromised)),
		.line = r->line + row->line,
	};
	if (row->count == 1 && is_comment(first))
		return E_OK;
	if (first.size > 0 && first.data[0] == '#')
		return E_OK;
	if (str_equal(detect, STR("0")) || str_equal_nocase(detect, STR("false")))
		return E_OK;
	if (entry.value.size == 0 || entry.type.size == 0) {
		source_tell(r->on_problem, r->context, entry.line, PROBLEM_NO_FIELD,
			entry.value.size ? STR("type") : STR("value"), STR(""));
		return E_OK;
	}
	return r->fn(r->context, &entry);
}

static enum err take_rows(struct reading *r, struct csv *csv)
{
	struct csv_row row;
	for (;;) {
		struct problem problem = {0};
		enum err err = csv_next(csv, &row, &problem);
		if (err == E_TRUNCATED)
			return E_OK;
		if (err == E_SYNTAX) {
			problem.line += r->line;
			r->on_problem(r->context, &problem);
			continue;
		}
		TRY(err);
		TRY(take_row(r, &row));
	}
}

static enum err each_row(struct reading *r, struct str text)
{
	struct csv csv;
	struct str table = without_spaces(r->arena, text);
	if (!table.data)
		return E_NOMEM;
	csv_init(&csv, ',');
	csv_window(&csv, table, true);
	enum err err = take_rows(r, &csv);
	csv_release(&csv);
	return err;
}

/* --- lines --- */

static enum err each_line(struct reading *r, struct str text)
{
	struct source_entry entry = {.type = STR(""), .name = STR("")};
	while (text.size > 0) {
		entry.value = str_trim(str_cut(text, '\n', &text));
		entry.line++;
		if (!is_comment(entry.value))
			TRY(r->fn(r->context, &entry));
	}
	return E_OK;
}

enum err source_each(struct str text, struct arena *arena, source_entry_fn *fn,
	source_problem_fn *on_problem, void *context)
{
	struct reading r = {.arena = arena, .fn = fn, .on_problem = on_problem, .context = context};
	if (text.size > LIMIT_PACK_BYTES)
		return E_LIMIT;
	if (str_starts(text, STR("\xEF\xBB\xBF")))
		text = (struct str){text.data + 3, text.size - 3};
	return find_header(&r, &text) ? each_row(&r, text) : each_line(&r, text);
}
