/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "network/source.h"

/* Range CSV: start,end or a network, then an AS number with a name or a country. */

const char source_first_names[] =
	"start first ip_range_start start_ip ip_start ip_from range_start";
const char source_last_names[] = "end last ip_range_end end_ip ip_end ip_to range_end";
const char source_network_names[] = "network prefix cidr";
static const char asn_names[] = "asn as as_number autonomous_system_number";
static const char name_names[] =
	"name as_name org organization as_organization autonomous_system_organization description";
const char source_country_names[] = "country country_code cc country_iso_code";

struct columns {
	uint32_t count; /* of a row; what is not there has this number */
	uint32_t first, last, network;
	uint32_t length; /* of the prefix that begins at first */
	uint32_t asn, name, country;
	bool header;
};

static struct columns header_columns(const struct csv_row *row)
{
	return (struct columns){
		.count = row->count,
		.first = find_column(row, source_first_names),
		.last = find_column(row, source_last_names),
		.network = find_column(row, source_network_names),
		.length = row->count,
		.asn = find_column(row, asn_names),
		.name = find_column(row, name_names),
		.country = find_column(row, source_country_names),
		.header = true,
	};
}

static bool usable(const struct columns *c)
{
	bool where = c->network < c->count || (c->first < c->count && c->last < c->count);
	return where && (c->asn < c->count || c->country < c->count);
}

static struct str field(const struct csv_row *row, uint32_t column)
{
	return str_trim(csv_field(row, column));
}

/* Of several that announce the same – "13335_4808", a set "1,2" – the first. */
static struct str first_origin(struct str s, struct str *ret_others)
{
	return str_cut(str_cut(s, '_', ret_others), ',', ret_others);
}

/* Columns of a table without a header, by what stands behind its two ends. */
static bool bare_ranges(const struct csv_row *row, struct columns *c)
{
	enum family family;
	struct range range;
	enum problem_code code;
	uint32_t value;
	bool cidr = c->count == 5 && parse_network(field(row, 2), &family, &range, &code);
	uint32_t at = cidr ? 3 : 2;
	if (parse_country(field(row, 2), &value)) {
		/* The continent before the country (DB-IP), else names behind it (IP2Location). */
		c->country = c->count > 3 && parse_country(field(row, 3), &value) ? 3 : 2;
		return true;
	}
	if (c->count > 5 || !parse_asn(field(row, at), &value))
		return false;
	c->asn = at;
	/* iptoasn.com: number, country, name. */
	c->country = c->count == 5 && !cidr ? 3 : c->count;
	c->name = c->count > 3 ? c->count - 1 : c->count;
	return true;
}

/* CAIDA's prefixes to AS numbers: address, length, number. */
static bool bare_lengths(const struct csv_row *row, struct columns *c)
{
	struct ip ip;
	uint64_t length;
	uint32_t value;
	struct str rest;
	bool yes = c->count == 3 && ip_parse(field(row, 0), &ip) &&
		   str_to_u64(field(row, 1), 128, &length) &&
		   parse_asn(first_origin(field(row, 2), &rest), &value);
	if (!yes)
		return false;
	c->first = 0;
	c->length = 1;
	c->asn = 2;
	return true;
}

static bool bare_columns(const struct csv_row *row, struct columns *ret)
{
	enum family family;
	struct range range;
	enum problem_code code;
	bool about_last;
	const uint32_t none = row->count;
	struct columns c = {none, none, none, none, none, none, none, none, false};
	if (none < 3)
		return false;
	if (parse_span(field(row, 0), field(row, 1), &family, &range, &code, &about_last)) {
		c.first = 0;
		c.last = 1;
		if (!bare_ranges(row, &c))
			return false;
	} else if (!bare_lengths(row, &c)) {
		return false;
	}
	*ret = c;
	return true;
}

static bool find_columns(const struct csv_row *row, struct columns *ret)
{
	*ret = header_columns(row);
	return usable(ret) || bare_columns(row, ret);
}

bool ranges_recognise(const struct csv_row *first)
{
	struct columns columns;
	return find_columns(first, &columns);
}

/* --- names --- */

static size_t find_slot(const struct as_names *n, uint32_t asn)
{
	size_t at = (size_t)(uint32_t)(asn * UINT32_C(2654435769)) & (n->slot_count - 1);
	while (n->slots[at] && n->items[n->slots[at] - 1].asn != asn)
		at = (at + 1) & (n->slot_count - 1);
	return at;
}

static enum err grow(struct as_names *n)
{
	size_t slot_count = n->slot_count ? n->slot_count * 2 : 4096;
	uint32_t *slots = calloc(slot_count, sizeof(*slots));
	struct as_name *items = reallocarray(n->items, slot_count / 2, sizeof(*items));
	if (items)
		n->items = items;
	if (!slots || !items) {
		free(slots);
		return E_NOMEM;
	}
	free(n->slots);
	n->slots = slots;
	n->slot_count = slot_count;
	for (size_t i = 0; i < n->count; i++)
		n->slots[find_slot(n, n->items[i].asn)] = (uint32_t)i + 1;
	return E_OK;
}

enum err parser_as_name(struct parser *p, uint32_t asn, struct str name)
{
	struct as_names *n = &p->names;
	if (n->count + 1 > n->slot_count / 2)
		TRY(grow(n));
	size_t slot = find_slot(n, asn);
	if (!n->slots[slot]) {
		n->items[n->count++] = (struct as_name){.asn = asn};
		n->slots[slot] = (uint32_t)n->count;
	}
	struct as_name *item = &n->items[n->slots[slot] - 1];
	if (item->name.size > 0 || name.size == 0)
		return E_OK;
	item->name = arena_copy(&n->texts, name);
	return item->name.data ? E_OK : E_NOMEM;
}

static int compare_names(const void *a, const void *b)
{
	uint32_t x = ((const struct as_name *)a)->asn;
	uint32_t y = ((const struct as_name *)b)->asn;
	return x < y ? -1 : x > y;
}

void parser_write_names(struct parser *p)
{
	struct as_names *n = &p->names;
	if (n->count > 0)
		qsort(n->items, n->count, sizeof(*n->items), compare_names);
	for (size_t i = 0; i < n->count; i++)
		table_builder_name(&p->table, n->items[i]);
}

/* --- rows --- */

/* "192.0.2.0" and "24". */
static bool length_range(struct parser *p, const struct csv_row *row, const struct columns *c,
	enum family *ret_family, struct range *ret_range)
{
	enum problem_code code = PROBLEM_BAD_PREFIX;
	struct writer w;
	writer_init(&w, LIMIT_ROW_BYTES);
	writer_str(&w, field(row, c->first));
	writer_char(&w, '/');
	writer_str(&w, field(row, c->length));
	struct str network = writer_view_str(&w);
	bool good = w.err == E_OK && parse_network(network, ret_family, ret_range, &code);
	if (!good)
		parser_reject(p, row_place(row), code, STR("prefix"), network);
	writer_release(&w);
	return good;
}

static bool row_range(struct parser *p, const struct csv_row *row, const struct columns *c,
	enum family *ret_family, struct range *ret_range)
{
	enum problem_code code;
	bool about_last = false;
	if (c->network < c->count) {
		struct str network = field(row, c->network);
		if (parse_network(network, ret_family, ret_range, &code))
			return true;
		parser_reject(p, row_place(row), code, STR("prefix"), network);
		return false;
	}
	struct str first = field(row, c->first);
	if (c->length < c->count)
		return length_range(p, row, c, ret_family, ret_range);
	struct str last = field(row, c->last);
	if (parse_span(first, last, ret_family, ret_range, &code, &about_last))
		return true;
	parser_reject(p, row_place(row), code, about_last ? STR("end") : STR("start"),
		about_last ? last : first);
	return false;
}

static enum err accept_asn(struct parser *p, const struct csv_row *row, const struct columns *c,
	enum family family, struct range range)
{
	struct str others;
	struct str asn = first_origin(field(row, c->asn), &others);
	struct str name = c->name < c->count ? field(row, c->name) : STR("");
	if (!parse_asn(asn, &range.value)) {
		parser_reject(p, row_place(row), PROBLEM_BAD_ASN, STR("asn"), asn);
		return E_OK;
	}
	if (name.size > LIMIT_AS_NAME) {
		parser_reject_limit(
			p, row_place(row), PROBLEM_NAME_TOO_LONG, STR("name"), name, LIMIT_AS_NAME);
		return E_OK;
	}
	TRY(parser_as_name(p, range.value, name));
	return parser_accept(p, family, &range);
}

static enum err accept_country(struct parser *p, const struct csv_row *row, const struct columns *c,
	enum family family, struct range range)
{
	struct str country = field(row, c->country);
	/* Some publishers fill the space between with rows of no country. */
	static const struct str none[] = {
		STR_INIT(""), STR_INIT("-"), STR_INIT("ZZ"), STR_INIT("None"), STR_INIT("Unknown")};
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		if (str_equal(country, none[i]))
			return E_OK;
	if (!parse_country(country, &range.value)) {
		parser_reject(p, row_place(row), PROBLEM_BAD_COUNTRY, STR("country"), country);
		return E_OK;
	}
	return parser_accept(p, family, &range);
}

static enum err parse_row(struct parser *p, const struct csv_row *row, const struct columns *c)
{
	enum family family;
	struct range range;
	if (!parser_row_complete(p, row, c->count) || !row_range(p, row, c, &family, &range))
		return E_OK;
	return p->table.info.kind == NETWORK_ASN ? accept_asn(p, row, c, family, range)
						 : accept_country(p, row, c, family, range);
}

static enum err parse_rows(struct parser *p, struct csv *csv, const struct columns *c)
{
	bool header = c->header;
	for (;;) {
		struct csv_row row;
		enum err err = parser_row(p, csv, &row);
		if (err == E_TRUNCATED)
			return E_OK;
		TRY(err);
		if (header) {
			struct columns these = header_columns(&row);
			if (usable(&these)) {
				header = false;
				continue;
			}
		}
		TRY(parse_row(p, &row, c));
	}
}

enum err parse_ranges(struct parser *p, const struct csv_row *first)
{
	struct columns columns;
	struct csv csv;
	if (!find_columns(first, &columns))
		return E_UNKNOWN;
	bool countries = p->source->countries || columns.asn == columns.count;
	if (countries && columns.country == columns.count)
		return parser_refuse(p, E_UNKNOWN, PROBLEM_UNKNOWN_FORMAT,
			(struct str){(const char *)first->raw.data, first->raw.size}, 0);
	p->table.info.kind = countries ? NETWORK_COUNTRY : NETWORK_ASN;
	csv_init(&csv, p->separator);
	csv_window(&csv, p->text, true);
	enum err err = parse_rows(p, &csv, &columns);
	csv_release(&csv);
	if (err == E_OK)
		parser_write_names(p);
	return err;
}
