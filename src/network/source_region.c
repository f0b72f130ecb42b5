/* SPDX-License-Identifier: Apache-2.0 */
/* Ranges or prefixes → part of a country. Whoever makes such tables guesses; they are kept as they
 * are and shown as estimates. */
#include <stdlib.h>

#include "base/limits.h"
#include "network/source.h"

static const char region_names[] =
	"region province region_code province_code province63 province34 region_name province_name "
	"subdivision subdivision_code subdivision_1_iso_code subdivision_1_name iso_3166_2 state "
	"state_code stateprov state_prov state1 admin1 tinh tinh_thanh ma_tinh";

struct columns {
	uint32_t count; /* of a row; what is not there has this number */
	uint32_t first, last, network;
	uint32_t region, country;
	bool header;
};

static struct columns header_columns(const struct csv_row *row)
{
	return (struct columns){
		.count = row->count,
		.first = find_column(row, source_first_names),
		.last = find_column(row, source_last_names),
		.network = find_column(row, source_network_names),
		.region = find_column(row, region_names),
		.country = find_column(row, source_country_names),
		.header = true,
	};
}

static bool usable(const struct columns *c)
{
	bool where = c->network < c->count || (c->first < c->count && c->last < c->count);
	return where && c->region < c->count;
}

static struct str field(const struct csv_row *row, uint32_t column)
{
	return str_trim(csv_field(row, column));
}

/* Where ends are followed by the country, or by the continent and the country, and then by its part
 * (IP2Location's DB3 and larger, DB-IP's cities). */
static bool bare_cities(const struct csv_row *row, struct columns *ret)
{
	uint32_t value;
	const uint32_t none = row->count;
	if (none < 6 || !parse_country(field(row, 2), &value))
		return false;
	uint32_t country = parse_country(field(row, 3), &value) ? 3 : 2;
	*ret = (struct columns){.count = none,
		.first = 0,
		.last = 1,
		.network = none,
		.region = 4,
		.country = country};
	return true;
}

/* Without a header, only when regions are asked for: start, end, region or prefix, region. */
static bool bare_columns(const struct csv_row *row, struct columns *ret)
{
	enum family family;
	struct range range;
	enum problem_code code;
	bool about_last;
	const uint32_t none = row->count;
	bool ends = none >= 3 &&
		    parse_span(field(row, 0), field(row, 1), &family, &range, &code, &about_last);
	if (ends && none > 3)
		return bare_cities(row, ret);
	if (!ends && (none != 2 || !parse_network(field(row, 0), &family, &range, &code)))
		return false;
	*ret = (struct columns){.count = none,
		.first = ends ? 0 : none,
		.last = ends ? 1 : none,
		.network = ends ? none : 0,
		.region = none - 1,
		.country = none};
	return true;
}

static bool find_columns(
	const struct network_source *source, const struct csv_row *row, struct columns *ret)
{
	*ret = header_columns(row);
	return usable(ret) || (source->regions && bare_columns(row, ret));
}

bool regions_recognise(const struct network_source *source, const struct csv_row *first)
{
	struct columns columns;
	return find_columns(source, first, &columns);
}

/* --- rows --- */

void words_init(struct words *w)
{
	*w = (struct words){.count = 0};
	arena_init(&w->texts, (size_t)LIMIT_TABLE_REGIONS * (LIMIT_REGION_KEY + 64) + 65536);
}

void words_release(struct words *w)
{
	arena_release(&w->texts);
	free(w->list);
}

enum err words_number(struct parser *p, struct words *w, struct str said, uint32_t *ret_number)
{
	size_t i = 0;
	while (i < w->count && !str_equal(w->list[i], said))
		i++;
	*ret_number = (uint32_t)i + 1;
	if (i < w->count)
		return E_OK;
	if (i == LIMIT_TABLE_REGIONS)
		return parser_refuse(p, E_LIMIT, PROBLEM_TOO_MANY_NAMES, said, LIMIT_TABLE_REGIONS);
	struct str *list = reallocarray(w->list, i + 1, sizeof(*list));
	if (!list)
		return E_NOMEM;
	w->list = list;
	w->list[i] = arena_copy(&w->texts, said);
	if (!w->list[i].data)
		return E_NOMEM;
	w->count++;
	return E_OK;
}

struct reading {
	struct parser *p;
	struct columns columns;
	uint32_t country;
	struct words words;
};

static bool row_range(const struct reading *r, const struct csv_row *row, enum family *ret_family,
	struct range *ret_range)
{
	enum problem_code code;
	bool about_last = false;
	const struct columns *c = &r->columns;
	if (c->network < c->count) {
		struct str network = field(row, c->network);
		if (parse_network(network, ret_family, ret_range, &code))
			return true;
		parser_reject(r->p, row_place(row), code, STR("prefix"), network);
		return false;
	}
	struct str first = field(row, c->first);
	struct str last = field(row, c->last);
	if (parse_span(first, last, ret_family, ret_range, &code, &about_last))
		return true;
	parser_reject(r->p, row_place(row), code, about_last ? STR("end") : STR("start"),
		about_last ? last : first);
	return false;
}

bool words_fit(struct str s)
{
	for (size_t i = 0; i < s.size;) {
		size_t length = utf8_length((struct str){s.data + i, s.size - i});
		if (length == 0 || (unsigned char)s.data[i] < ' ')
			return false;
		i += length;
	}
	return true;
}

/* Rows of other countries, and rows that do not say where, are passed over. */
static bool concerns_us(const struct reading *r, const struct csv_row *row, struct str region)
{
	uint32_t value;
	const struct columns *c = &r->columns;
	if (region.size == 0 || str_equal(region, STR("-")) || str_equal(region, STR("0")))
		return false;
	return c->country == c->count ||
	       (parse_country(field(row, c->country), &value) && value == r->country);
}

static enum err accept_row(struct reading *r, const struct csv_row *row, struct str region)
{
	enum family family;
	struct range range;
	if (region.size > LIMIT_REGION_KEY) {
		parser_reject_limit(r->p, row_place(row), PROBLEM_NAME_TOO_LONG, STR("region"),
			region, LIMIT_REGION_KEY);
		return E_OK;
	}
	if (!words_fit(region)) {
		parser_reject(r->p, row_place(row), PROBLEM_BAD_UTF8, STR("region"), region);
		return E_OK;
	}
	if (!row_range(r, row, &family, &range))
		return E_OK;
	TRY(words_number(r->p, &r->words, region, &range.value));
	return parser_accept(r->p, family, &range);
}

static enum err parse_rows(struct reading *r, struct csv *csv)
{
	bool header = r->columns.header;
	for (;;) {
		struct csv_row row;
		enum err err = parser_row(r->p, csv, &row);
		if (err == E_TRUNCATED)
			return E_OK;
		TRY(err);
		if (header) {
			struct columns these = header_columns(&row);
			header = !usable(&these);
			if (!header)
				continue;
		}
		if (!parser_row_complete(r->p, &row, r->columns.count))
			continue;
		struct str region = field(&row, r->columns.region);
		if (concerns_us(r, &row, region))
			TRY(accept_row(r, &row, region));
	}
}

static enum err read_all(struct reading *r)
{
	struct csv csv;
	struct parser *p = r->p;
	csv_init(&csv, p->separator);
	csv_window(&csv, p->text, true);
	enum err err = parse_rows(r, &csv);
	csv_release(&csv);
	for (size_t i = 0; err == E_OK && i < r->words.count; i++)
		table_builder_name(&p->table, (struct as_name){(uint32_t)i + 1, r->words.list[i]});
	return err;
}

enum err parse_regions(struct parser *p, const struct csv_row *first)
{
	struct reading r = {.p = p};
	if (!find_columns(p->source, first, &r.columns))
		return E_UNKNOWN;
	if (!parser_country(p, &r.country))
		return parser_refuse(p, E_SYNTAX, PROBLEM_NO_COUNTRY, STR(""), 0);
	p->table.info.kind = NETWORK_REGION;
	p->table.info.country[0] = (char)(r.country & 0xff);
	p->table.info.country[1] = (char)(r.country >> 8);
	words_init(&r.words);
	enum err err = read_all(&r);
	words_release(&r.words);
	return err;
}
