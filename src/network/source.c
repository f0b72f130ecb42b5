/* SPDX-License-Identifier: Apache-2.0 */
#include "network/source.h"

#include <stdlib.h>

#include "base/limits.h"
#include "network/mmdb.h"

enum {
	LOOK_AT_ROWS = 20 /* a broken first row does not hide what a file is */
};

struct str decimal(struct digits *d, uint64_t value)
{
	size_t at = sizeof(d->text);
	do
		d->text[--at] = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	return (struct str){d->text + at, sizeof(d->text) - at};
}

void parser_reject_limit(struct parser *p, struct place place, enum problem_code code,
	struct str field, struct str got, uint64_t limit)
{
	struct problem problem = {.line = place.line, .offset = place.offset, .limit = limit};
	problem_set(&problem, code, field, got);
	p->table.info.rejected++;
	p->on_problem(p->context, &problem);
}

void parser_reject(struct parser *p, struct place place, enum problem_code code, struct str field,
	struct str got)
{
	parser_reject_limit(p, place, code, field, got, 0);
}

bool parser_row_complete(struct parser *p, const struct csv_row *row, uint32_t columns)
{
	struct digits digits;
	if (row->count == columns)
		return true;
	parser_reject_limit(p, row_place(row), PROBLEM_FIELD_COUNT, STR(""),
		decimal(&digits, row->count), columns);
	return false;
}

enum err parser_refuse(
	struct parser *p, enum err err, enum problem_code code, struct str got, uint64_t limit)
{
	*p->problem = (struct problem){.limit = limit};
	problem_set(p->problem, code, STR(""), got);
	return err;
}

enum err parser_accept(struct parser *p, enum family family, const struct range *range)
{
	if (p->table.range_count[family] >= LIMIT_RANGES)
		return parser_refuse(p, E_LIMIT, PROBLEM_TOO_LARGE, STR(""), LIMIT_RANGES);
	table_builder_range(&p->table, family, range);
	p->accepted++;
	return E_OK;
}

bool parser_country(const struct parser *p, uint32_t *ret_value)
{
	return p->source->country.size > 0 && parse_country(p->source->country, ret_value);
}

static bool is_filler(struct str line)
{
	line = str_trim(line);
	return line.size == 0 || line.data[0] == '#' || line.data[0] == ';';
}

enum err parser_row(struct parser *p, struct csv *csv, struct csv_row *ret_row)
{
	for (;;) {
		struct problem problem = {0};
		enum err err = csv_next(csv, ret_row, &problem);
		if (err == E_SYNTAX) {
			p->table.info.rejected++;
			p->on_problem(p->context, &problem);
			continue;
		}
		TRY(err);
		struct str raw = {(const char *)ret_row->raw.data, ret_row->raw.size};
		if (!is_filler(raw))
			return E_OK;
	}
}

uint32_t find_column(const struct csv_row *header, const char *names)
{
	for (uint32_t i = 0; i < header->count; i++) {
		struct str rest = str_from(names);
		struct str field = str_trim(csv_field(header, i));
		while (rest.size > 0)
			if (str_equal_nocase(str_cut(rest, ' ', &rest), field))
				return i;
	}
	return header->count;
}

static bool is_network(struct str line)
{
	enum family family;
	struct range range;
	enum problem_code code;
	struct str rest;
	line = str_trim(str_cut(line, '#', &rest));
	return parse_network(line, &family, &range, &code);
}

/* Tabs where the first row has one before any comma: names behind it have commas. */
static char find_separator(struct str text)
{
	struct str rest;
	struct str line = STR("");
	while (text.size > 0 && is_filler(line))
		line = str_cut(text, '\n', &text);
	struct str first = str_cut(line, '\t', &rest);
	return first.size < line.size && !memchr(first.data, ',', first.size) ? '\t' : ',';
}

/* What a file is, by the first of its rows that is of some shape. */
static enum err recognise(struct parser *p, struct csv *csv)
{
	struct str seen = STR("");
	for (int i = 0; i < LOOK_AT_ROWS; i++) {
		struct csv_row row;
		struct problem problem;
		enum err err = csv_next(csv, &row, &problem);
		if (err == E_SYNTAX)
			continue;
		if (err == E_TRUNCATED)
			break;
		TRY(err);
		struct str raw = {(const char *)row.raw.data, row.raw.size};
		if (is_filler(raw)) {
			i--;
			continue;
		}
		seen = seen.size ? seen : raw;
		if (delegated_recognise(raw) && !p->source->regions)
			return parse_delegated(p);
		if (holders_recognise(&row) && !p->source->regions)
			return parse_holders(p);
		if (ranges_recognise(&row) && !p->source->regions)
			return parse_ranges(p, &row);
		if (regions_recognise(p->source, &row))
			return parse_regions(p, &row);
		if (is_network(raw) && !p->source->regions)
			return parse_list(p);
	}
	if (seen.size == 0)
		return parser_refuse(p, E_SYNTAX, PROBLEM_EMPTY_FILE, STR(""), 0);
	return parser_refuse(p, E_UNKNOWN, PROBLEM_UNKNOWN_FORMAT, seen, 0);
}

static enum err judge(struct parser *p)
{
	uint64_t bad = p->table.info.rejected;
	uint64_t rows = p->accepted + bad;
	bool too_many = rows >= 100 && bad * 100 > rows * LIMIT_BAD_ROWS_PERCENT;
	if (p->accepted > 0 && !too_many)
		return E_OK;
	struct digits digits;
	return parser_refuse(
		p, E_SYNTAX, PROBLEM_TOO_MANY_BAD, decimal(&digits, bad), LIMIT_BAD_ROWS_PERCENT);
}

static void fill_info(const struct parser *p, struct network_table_info *ret_info)
{
	*ret_info = p->table.info;
	ret_info->rows = p->accepted;
	ret_info->built = (struct instant){(int64_t)p->built};
	ret_info->has_v4 = p->table.range_count[FAMILY_V4] > 0;
	ret_info->has_v6 = p->table.range_count[FAMILY_V6] > 0;
}

static enum err parse_rows_of_text(struct parser *p)
{
	struct csv csv;
	if (str_starts(p->text, STR("\xef\xbb\xbf")))
		p->text = (struct str){p->text.data + 3, p->text.size - 3};
	p->separator = find_separator(p->text);
	csv_init(&csv, p->separator);
	csv_window(&csv, p->text, true);
	enum err err = recognise(p, &csv);
	csv_release(&csv);
	return err;
}

static enum err parse(struct parser *p, struct writer *table, struct network_table_info *ret_info)
{
	TRY(mmdb_recognise(str_bytes(p->text)) ? parse_mmdb(p) : parse_rows_of_text(p));
	TRY(judge(p));
	TRY(table_builder_write(&p->table, table));
	fill_info(p, ret_info);
	return E_OK;
}

enum err network_table_parse(const struct network_source *source, struct bytes text,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct writer *table, struct network_table_info *ret_info, struct problem *problem)
{
	struct parser p = {.source = source,
		.text = {(const char *)text.data, text.size},
		.on_problem = on_problem,
		.context = context,
		.problem = problem};
	table_builder_init(&p.table);
	arena_init(&p.names.texts, SIZE_MAX);
	enum err err = parse(&p, table, ret_info);
	arena_release(&p.names.texts);
	free(p.names.items);
	free(p.names.slots);
	table_builder_release(&p.table);
	return err;
}
