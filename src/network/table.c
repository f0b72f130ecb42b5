/* SPDX-License-Identifier: Apache-2.0 */
#include "network/table.h"

#include <assert.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"
#include "base/load.h"

enum {
	TABLE_MAGIC = 0x544e5351, /* "QSNT" */
	TABLE_VERSION = 1,
	CHECKED_FROM = 16, /* the checksum covers what follows it */
	V4_SIZE = 12,
	V6_SIZE = 36
};

static const struct str kind_names[] = {
	[NETWORK_ASN] = STR_INIT("asn"),
	[NETWORK_COUNTRY] = STR_INIT("country"),
	[NETWORK_PREFIX] = STR_INIT("prefix"),
	[NETWORK_HOLDER] = STR_INIT("holder"),
	[NETWORK_REGION] = STR_INIT("region"),
};

static_assert(sizeof(kind_names) / sizeof(kind_names[0]) == NETWORK__COUNT, "a name per kind");

struct str network_table_kind_name(enum network_table_kind kind)
{
	return kind_names[kind];
}

void table_builder_init(struct table_builder *b)
{
	*b = (struct table_builder){0};
	writer_init(&b->names, UINT32_MAX);
	writer_init(&b->holders, UINT32_MAX);
	writer_init(&b->ranges[FAMILY_V4], LIMIT_RANGES * V4_SIZE);
	writer_init(&b->ranges[FAMILY_V6], LIMIT_RANGES * V6_SIZE);
}

void table_builder_release(struct table_builder *b)
{
	writer_release(&b->names);
	writer_release(&b->holders);
	writer_release(&b->ranges[FAMILY_V4]);
	writer_release(&b->ranges[FAMILY_V6]);
}

void table_builder_name(struct table_builder *b, struct as_name name)
{
	writer_u32(&b->names, name.asn);
	writer_string(&b->names, name.name);
	b->name_count++;
}

void table_builder_holder(struct table_builder *b, const struct holder_row *row)
{
	writer_string(&b->holders, row->holder.key);
	writer_string(&b->holders, row->holder.title_vi);
	writer_string(&b->holders, row->holder.title_en);
	writer_string(&b->holders, row->holder.hotline);
	writer_u32(&b->holders, country_value(row->holder.country));
	writer_u32(&b->holders, row->holder.pool);
	writer_u64(&b->holders, row->holder.subscribers);
	writer_u32(&b->holders, (uint32_t)row->asn_count);
	writer_bytes(&b->holders, (struct bytes){row->asns, row->asn_count * sizeof(uint32_t)});
	b->holder_count++;
}

static void write_address(struct writer *w, enum family family, address a)
{
	if (family == FAMILY_V4) {
		writer_u32(w, (uint32_t)a);
		return;
	}
	writer_u64(w, (uint64_t)(a >> 64));
	writer_u64(w, (uint64_t)a);
}

void table_builder_range(struct table_builder *b, enum family family, const struct range *range)
{
	struct writer *w = &b->ranges[family];
	write_address(w, family, range->first);
	write_address(w, family, range->last);
	writer_u32(w, range->value);
	b->range_count[family]++;
}

static void write_section(struct writer *w, const struct writer *section)
{
	if (section->err != E_OK)
		writer_fail(w, section->err);
	writer_bytes(w, writer_view(section));
}

enum err table_builder_write(const struct table_builder *b, struct writer *w)
{
	size_t base = w->size;
	const struct network_table_info *info = &b->info;
	writer_u32(w, TABLE_MAGIC);
	writer_u32(w, TABLE_VERSION);
	writer_u64(w, 0);
	writer_u32(w, info->kind);
	writer_u32(w, country_value(country_code(info->country)));
	writer_u64(w, info->rejected);
	writer_u32(w, b->name_count);
	writer_u32(w, b->holder_count);
	writer_u32(w, b->range_count[FAMILY_V4]);
	writer_u32(w, b->range_count[FAMILY_V6]);
	write_section(w, &b->names);
	write_section(w, &b->holders);
	write_section(w, &b->ranges[FAMILY_V4]);
	write_section(w, &b->ranges[FAMILY_V6]);
	TRY(writer_end(w));
	uint64_t checksum =
		htole64(XXH3_64bits(w->data + base + CHECKED_FROM, w->size - base - CHECKED_FROM));
	memcpy(w->data + base + 8, &checksum, sizeof(checksum));
	return E_OK;
}

static struct as_name read_name(struct cursor *c)
{
	struct as_name name = {.asn = cursor_u32(c)};
	name.name = cursor_string(c, LIMIT_AS_NAME);
	return name;
}

static struct holder_row read_holder(struct cursor *c)
{
	struct holder_row row = {0};
	struct holder *h = &row.holder;
	h->key = cursor_string(c, LIMIT_HOLDER_TEXT);
	h->title_vi = cursor_string(c, LIMIT_HOLDER_TEXT);
	h->title_en = cursor_string(c, LIMIT_HOLDER_TEXT);
	h->hotline = cursor_string(c, LIMIT_HOLDER_TEXT);
	struct bytes country = cursor_take(c, sizeof(uint32_t));
	uint32_t pool = cursor_u32(c);
	h->subscribers = cursor_u64(c);
	row.asn_count = cursor_u32(c);
	if (row.asn_count > LIMIT_HOLDER_ASNS)
		cursor_fail(c, E_LIMIT);
	row.asns = cursor_take(c, row.asn_count * sizeof(uint32_t)).data;
	if (c->err != E_OK)
		return (struct holder_row){0};
	uint32_t value = load_u32(country.data, 0);
	if (h->key.size == 0 || pool >= POOL__COUNT || (value && !country_value_valid(value)))
		cursor_fail(c, E_CORRUPT);
	h->pool = pool < POOL__COUNT ? (enum pool)pool : POOL_UNKNOWN;
	h->country = (struct str){(const char *)country.data, value ? 2 : 0};
	return row;
}

bool table_next_name(struct table *t, struct as_name *ret_name)
{
	if (t->names_left == 0)
		return false;
	t->names_left--;
	*ret_name = read_name(&t->names);
	return true;
}

bool table_next_holder(struct table *t, struct holder_row *ret_row)
{
	if (t->holders_left == 0)
		return false;
	t->holders_left--;
	*ret_row = read_holder(&t->holders);
	return true;
}

struct range table_range(const struct table *t, enum family family, size_t index)
{
	const uint8_t *at = t->ranges[family] + index * (family == FAMILY_V4 ? V4_SIZE : V6_SIZE);
	if (family == FAMILY_V4)
		return (struct range){load_u32(at, 0), load_u32(at, 1), load_u32(at, 2), 0, 0};
	return (struct range){(address)load_u64(at, 0) << 64 | load_u64(at, 1),
		(address)load_u64(at, 2) << 64 | load_u64(at, 3), load_u32(at + 32, 0), 0, 0};
}

static bool value_fits(const struct table *t, uint32_t value)
{
	const struct network_table_info *info = &t->info;
	switch (info->kind) {
	case NETWORK_ASN:
		return true;
	case NETWORK_COUNTRY:
		return country_value_valid(value);
	case NETWORK_PREFIX:
		return value == country_value(country_code(info->country));
	case NETWORK_HOLDER:
		return value >= 1 && value <= POOL__COUNT;
	case NETWORK_REGION:
		return value >= 1 && value <= t->names_left;
	case NETWORK__COUNT:
		break;
	}
	return false;
}

static bool ranges_fit(const struct table *t, enum family family)
{
	for (size_t i = 0; i < t->range_count[family]; i++) {
		struct range range = table_range(t, family, i);
		if (range.first > range.last || !value_fits(t, range.value))
			return false;
	}
	return true;
}

static void read_header(struct cursor *c, struct table *t)
{
	uint32_t kind = cursor_u32(c);
	uint32_t country = cursor_u32(c);
	t->info.rejected = cursor_u64(c);
	t->names_left = cursor_u32(c);
	t->holders_left = cursor_u32(c);
	t->range_count[FAMILY_V4] = cursor_u32(c);
	t->range_count[FAMILY_V6] = cursor_u32(c);
	if (kind >= NETWORK__COUNT || (country && !country_value_valid(country)))
		cursor_fail(c, E_CORRUPT);
	if ((kind == NETWORK_PREFIX || kind == NETWORK_REGION) && !country)
		cursor_fail(c, E_CORRUPT);
	if (kind != NETWORK_ASN && kind != NETWORK_REGION && t->names_left)
		cursor_fail(c, E_CORRUPT);
	if (kind == NETWORK_REGION && t->names_left > LIMIT_TABLE_REGIONS)
		cursor_fail(c, E_LIMIT);
	if (kind != NETWORK_HOLDER && t->holders_left)
		cursor_fail(c, E_CORRUPT);
	t->info.kind = kind < NETWORK__COUNT ? (enum network_table_kind)kind : NETWORK_ASN;
	t->info.country[0] = (char)(country & 0xff);
	t->info.country[1] = (char)(country >> 8 & 0xff);
	t->info.has_v4 = t->range_count[FAMILY_V4] > 0;
	t->info.has_v6 = t->range_count[FAMILY_V6] > 0;
	t->info.rows =
		(uint64_t)t->holders_left + t->range_count[FAMILY_V4] + t->range_count[FAMILY_V6];
}

/* Walks the parts of variable size, so that iterating later cannot fail. */
static void walk(struct cursor *c, struct table *t)
{
	int64_t before = -1;
	t->names = *c;
	for (uint32_t i = 0; i < t->names_left && c->err == E_OK; i++) {
		struct as_name name = read_name(c);
		bool region = t->info.kind == NETWORK_REGION;
		if (name.asn <= before || (region && (name.asn != i + 1 || name.name.size == 0)))
			cursor_fail(c, E_CORRUPT);
		before = name.asn;
	}
	t->holders = *c;
	for (uint32_t i = 0; i < t->holders_left && c->err == E_OK; i++)
		(void)read_holder(c);
	t->ranges[FAMILY_V4] = cursor_take(c, (size_t)t->range_count[FAMILY_V4] * V4_SIZE).data;
	t->ranges[FAMILY_V6] = cursor_take(c, (size_t)t->range_count[FAMILY_V6] * V6_SIZE).data;
}

enum err table_open(struct bytes bytes, struct table *ret_table)
{
	struct table t = {0};
	struct cursor c;
	cursor_init(&c, bytes);
	uint32_t magic = cursor_u32(&c);
	uint32_t version = cursor_u32(&c);
	uint64_t checksum = cursor_u64(&c);
	if (c.err != E_OK || magic != TABLE_MAGIC)
		return E_CORRUPT;
	if (version != TABLE_VERSION)
		return E_VERSION;
	if (checksum != XXH3_64bits(bytes.data + CHECKED_FROM, bytes.size - CHECKED_FROM))
		return E_CORRUPT;
	read_header(&c, &t);
	walk(&c, &t);
	if (cursor_end(&c) != E_OK || t.info.rows == 0)
		return E_CORRUPT;
	if (!ranges_fit(&t, FAMILY_V4) || !ranges_fit(&t, FAMILY_V6))
		return E_CORRUPT;
	*ret_table = t;
	return E_OK;
}

enum err network_table_check(struct bytes table, struct network_table_info *ret_info)
{
	struct table t;
	TRY(table_open(table, &t));
	*ret_info = t.info;
	return E_OK;
}
