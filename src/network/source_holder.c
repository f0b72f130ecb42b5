/* SPDX-License-Identifier: Apache-2.0 */
#include "base/limits.h"
#include "network/source.h"

/* Holders: holder,asns and whatever else is known of them. Pools: prefix,pool. Both with a header;
 * columns without a meaning here (source, notes) are for people. */

struct columns {
	uint32_t count; /* of a row; what is not there has this number */
	uint32_t key, asns, title_vi, title_en, country, pool, subscribers, hotline;
	uint32_t prefix;
};

static struct columns find_columns(const struct csv_row *row)
{
	return (struct columns){
		.count = row->count,
		.key = find_column(row, "holder"),
		.asns = find_column(row, "asns"),
		.title_vi = find_column(row, "title_vi"),
		.title_en = find_column(row, "title_en"),
		.country = find_column(row, "country"),
		.pool = find_column(row, "pool"),
		.subscribers = find_column(row, "subscribers"),
		.hotline = find_column(row, "hotline"),
		.prefix = find_column(row, "prefix network cidr"),
	};
}

static bool is_holders(const struct columns *c)
{
	return c->key < c->count && c->asns < c->count;
}

static bool is_pools(const struct columns *c)
{
	return c->prefix < c->count && c->pool < c->count;
}

bool holders_recognise(const struct csv_row *first)
{
	struct columns c = find_columns(first);
	return is_holders(&c) || is_pools(&c);
}

static struct str field(const struct csv_row *row, uint32_t column)
{
	return column < row->count ? str_trim(csv_field(row, column)) : STR("");
}

/* A row in the making; a false result means that it was rejected. */
struct making {
	struct parser *p;
	const struct csv_row *row;
	const struct columns *columns;
	struct holder holder;
	char country[2];
	struct writer asns;
};

static bool bad(const struct making *m, enum problem_code code, struct str name, struct str got)
{
	parser_reject(m->p, row_place(m->row), code, name, got);
	return false;
}

static bool take_text(
	const struct making *m, uint32_t column, const char *name, struct str *ret_text)
{
	*ret_text = field(m->row, column);
	if (ret_text->size <= LIMIT_HOLDER_TEXT)
		return true;
	parser_reject_limit(m->p, row_place(m->row), PROBLEM_NAME_TOO_LONG, str_from(name),
		*ret_text, LIMIT_HOLDER_TEXT);
	return false;
}

static bool take_texts(struct making *m)
{
	const struct columns *c = m->columns;
	return take_text(m, c->key, "holder", &m->holder.key) &&
	       take_text(m, c->title_vi, "title_vi", &m->holder.title_vi) &&
	       take_text(m, c->title_en, "title_en", &m->holder.title_en) &&
	       take_text(m, c->hotline, "hotline", &m->holder.hotline);
}

static bool take_pool(const struct making *m, enum pool *ret_pool)
{
	struct str pool = field(m->row, m->columns->pool);
	*ret_pool = POOL_UNKNOWN;
	return pool.size == 0 || pool_parse(pool, ret_pool) ||
	       bad(m, PROBLEM_BAD_POOL, STR("pool"), pool);
}

/* The row's country, else --country, else none. */
static bool take_country(struct making *m)
{
	struct str country = field(m->row, m->columns->country);
	uint32_t value;
	if (country.size == 0)
		country = m->p->source->country;
	if (country.size == 0)
		return true;
	if (!parse_country(country, &value))
		return bad(m, PROBLEM_BAD_COUNTRY, STR("country"), country);
	m->country[0] = (char)(value & 0xff);
	m->country[1] = (char)(value >> 8);
	m->holder.country = (struct str){m->country, 2};
	return true;
}

static bool take_subscribers(struct making *m)
{
	struct str subscribers = field(m->row, m->columns->subscribers);
	return subscribers.size == 0 ||
	       str_to_u64(subscribers, UINT32_MAX, &m->holder.subscribers) ||
	       bad(m, PROBLEM_BAD_NUMBER, STR("subscribers"), subscribers);
}

static bool take_asns(struct making *m)
{
	struct str rest = field(m->row, m->columns->asns);
	while (rest.size > 0) {
		uint32_t asn;
		struct str one = str_trim(str_cut(rest, ' ', &rest));
		if (one.size == 0)
			continue;
		if (!parse_asn(one, &asn) || asn == 0)
			return bad(m, PROBLEM_BAD_ASN, STR("asns"), one);
		writer_u32(&m->asns, asn);
	}
	if (m->asns.size / sizeof(uint32_t) <= LIMIT_HOLDER_ASNS)
		return true;
	parser_reject_limit(m->p, row_place(m->row), PROBLEM_NAME_TOO_LONG, STR("asns"), STR(""),
		LIMIT_HOLDER_ASNS);
	return false;
}

static bool take_holder(struct making *m)
{
	if (!take_texts(m) || !take_pool(m, &m->holder.pool) || !take_country(m) ||
		!take_subscribers(m) || !take_asns(m))
		return false;
	return m->holder.key.size > 0 || bad(m, PROBLEM_NO_COLUMN, STR("holder"), STR(""));
}

/* The table is of one country as long as all of its holders are. */
static void note_country(struct parser *p, const char country[2])
{
	char *of = p->table.info.country;
	if (p->accepted == 0)
		memcpy(of, country, 2);
	else if (memcmp(of, country, 2) != 0)
		memset(of, 0, 2);
}

static enum err parse_holder(struct parser *p, const struct csv_row *row, const struct columns *c)
{
	struct making m = {.p = p, .row = row, .columns = c};
	writer_init(&m.asns, LIMIT_ROW_BYTES * 4);
	bool good = take_holder(&m);
	enum err err = m.asns.err;
	if (good && err == E_OK) {
		struct holder_row holder = {m.holder, m.asns.data, m.asns.size / sizeof(uint32_t)};
		note_country(p, m.country);
		table_builder_holder(&p->table, &holder);
		p->accepted++;
	}
	writer_release(&m.asns);
	return err;
}

static enum err parse_pool(struct parser *p, const struct csv_row *row, const struct columns *c)
{
	struct making m = {.p = p, .row = row, .columns = c};
	struct str prefix = field(row, c->prefix);
	enum pool pool;
	enum family family;
	struct range range;
	enum problem_code code;
	if (!parse_network(prefix, &family, &range, &code)) {
		parser_reject(p, row_place(row), code, STR("prefix"), prefix);
		return E_OK;
	}
	if (!take_pool(&m, &pool) || !take_country(&m))
		return E_OK;
	range.value = 1 + (uint32_t)pool;
	note_country(p, m.country);
	return parser_accept(p, family, &range);
}

static enum err parse_rows(struct parser *p, struct csv *csv)
{
	struct columns c = {0};
	for (;;) {
		struct csv_row row;
		enum err err = parser_row(p, csv, &row);
		if (err == E_TRUNCATED)
			return E_OK;
		TRY(err);
		if (c.count == 0) {
			c = holders_recognise(&row) ? find_columns(&row) : c;
			continue;
		}
		if (!parser_row_complete(p, &row, c.count))
			continue;
		TRY(is_holders(&c) ? parse_holder(p, &row, &c) : parse_pool(p, &row, &c));
	}
}

enum err parse_holders(struct parser *p)
{
	struct csv csv;
	p->table.info.kind = NETWORK_HOLDER;
	csv_init(&csv, p->separator);
	csv_window(&csv, p->text, true);
	enum err err = parse_rows(p, &csv);
	csv_release(&csv);
	return err;
}
