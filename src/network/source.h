/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "format/csv.h"
#include "network/table.h"

/* Names by AS number, each number once. */
struct as_names {
	struct arena texts;
	struct as_name *items;
	size_t count;
	uint32_t *slots; /* number + 1 of an item; 0 is empty */
	size_t slot_count;
};

/* One source file being parsed. */
struct parser {
	const struct network_source *source;
	struct str text;
	void (*on_problem)(void *context, const struct problem *problem);
	void *context;
	struct problem *problem; /* why the whole file is refused */
	struct table_builder table;
	struct as_names names;
	uint64_t accepted;
	char separator; /* of columns: a comma or a tab */
	uint64_t built; /* when the file says it was made, seconds since 1970; 0: it does not */
};

/* Numbers from 1 for words, in the order in which they come: regions. */
struct words {
	struct str *list;
	size_t count;
	struct arena texts;
};

void words_init(struct words *w);
void words_release(struct words *w);

/* UTF-8 without control characters. */
bool words_fit(struct str s);

/* E_LIMIT past LIMIT_TABLE_REGIONS: the file is refused. */
MUST_CHECK enum err words_number(
	struct parser *p, struct words *w, struct str said, uint32_t *ret_number);

/* The shapes, each in its file; they differ in how a row becomes part of the table. The text was
 * recognised as theirs: `first` is its first row that is neither empty nor a comment. */
MUST_CHECK enum err parse_list(struct parser *p);
bool ranges_recognise(const struct csv_row *first);
MUST_CHECK enum err parse_ranges(struct parser *p, const struct csv_row *first);
bool regions_recognise(const struct network_source *source, const struct csv_row *first);
MUST_CHECK enum err parse_regions(struct parser *p, const struct csv_row *first);
bool holders_recognise(const struct csv_row *first);
MUST_CHECK enum err parse_holders(struct parser *p);

/* Statistics of a registry, by a line of it. */
bool delegated_recognise(struct str line);
MUST_CHECK enum err parse_delegated(struct parser *p);

/* A MaxMind DB, by its bytes. */
MUST_CHECK enum err parse_mmdb(struct parser *p);

/* An AS's name; the first one told of a number stays. Then all of them into the table. */
MUST_CHECK enum err parser_as_name(struct parser *p, uint32_t asn, struct str name);
void parser_write_names(struct parser *p);

/* "1.2.3.0/24", "1.2.3.4", "1.2.3.0-1.2.3.255": false with the code of what is wrong. */
bool parse_network(struct str s, enum family *ret_family, struct range *ret_range,
	enum problem_code *ret_code);

/* Both ends textual or decimal. False with the code, and whether it is about the last. */
bool parse_span(struct str first, struct str last, enum family *ret_family, struct range *ret_range,
	enum problem_code *ret_code, bool *ret_about_last);

/* "45899" or "AS45899". */
bool parse_asn(struct str s, uint32_t *ret_asn);

/* Two letters of either case; country_value() of the capitals. */
bool parse_country(struct str s, uint32_t *ret_value);

/* Where a row stands, for problems. */
struct place {
	uint64_t line;
	uint64_t offset;
};

static inline struct place row_place(const struct csv_row *row)
{
	return (struct place){row->line, row->offset};
}

/* The row is bad: counted, told, left out. */
void parser_reject(struct parser *p, struct place place, enum problem_code code, struct str field,
	struct str got);
void parser_reject_limit(struct parser *p, struct place place, enum problem_code code,
	struct str field, struct str got, uint64_t limit);

/* False, and rejected, when the row has not that many fields. */
bool parser_row_complete(struct parser *p, const struct csv_row *row, uint32_t columns);

/* The whole file is refused. */
MUST_CHECK enum err parser_refuse(
	struct parser *p, enum err err, enum problem_code code, struct str got, uint64_t limit);

/* --country as country_value(); false where there is none. */
bool parser_country(const struct parser *p, uint32_t *ret_value);

/* A number as text, for problems. */
struct digits {
	char text[20];
};
struct str decimal(struct digits *d, uint64_t value);

/* E_LIMIT past LIMIT_RANGES. */
MUST_CHECK enum err parser_accept(struct parser *p, enum family family, const struct range *range);

/* The next row that is neither empty nor a comment; bad ones are rejected on the way. E_TRUNCATED
 * at the end. */
MUST_CHECK enum err parser_row(struct parser *p, struct csv *csv, struct csv_row *ret_row);

/* What columns are called (source_range.c). */
extern const char source_first_names[], source_last_names[], source_network_names[],
	source_country_names[];

/* Column with one of the names (separated by spaces) in a header, or its number of columns. */
uint32_t find_column(const struct csv_row *header, const char *names);
