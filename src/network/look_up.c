/* SPDX-License-Identifier: Apache-2.0 */
#include "network/image.h"
#include "network/network.h"

static struct str text_at(const struct network *n, uint64_t offset, uint64_t size)
{
	if (offset > n->count[SECTION_TEXT] || size > n->count[SECTION_TEXT] - offset)
		return STR("");
	return (struct str){(const char *)n->at[SECTION_TEXT] + offset, size};
}

/* Address of the value that the map has for the address, NULL for nothing known. */
static const uint8_t *find_value(const struct network *n, enum image_map map, struct ip ip)
{
	bool v4 = ip_is_v4(ip);
	enum image_section values = image_map_section(map, v4 ? PART_VALUE : PART_VALUE6);
	if (n->count[values] == 0)
		return NULL;
	size_t found = v4 ? image_find_v4(n, map, ip_v4(ip), NULL)
			  : image_find_v6(n, map, ip_high(ip), ip_low(ip));
	const uint8_t *value = n->at[values] + found * sizeof(uint32_t);
	return load_u32(value, 0) ? value : NULL;
}

/* The same, and how far it reaches: *last becomes no more than the last address that has it. */
static const uint8_t *find_run(
	const struct network *n, enum image_map map, uint32_t v4, uint32_t *last)
{
	uint32_t end;
	enum image_section values = image_map_section(map, PART_VALUE);
	if (n->count[values] == 0)
		return NULL;
	size_t found = image_find_v4(n, map, v4, &end);
	const uint8_t *value = n->at[values] + found * sizeof(uint32_t);
	*last = end < *last ? end : *last;
	return load_u32(value, 0) ? value : NULL;
}

static struct str as_name_at(const struct network *n, size_t position)
{
	uint32_t from = load_u32(n->at[SECTION_AS_NAME], position);
	uint32_t to = load_u32(n->at[SECTION_AS_NAME], position + 1);
	return from <= to ? text_at(n, from, to - from) : STR("");
}

static struct str country_at(const uint8_t *value)
{
	return (struct str){(const char *)value, load_u32(value, 0) ? 2 : 0};
}

static struct str holder_text(const struct network *n, const uint8_t *record, size_t index)
{
	return text_at(n, load_u32(record, 2 * index), load_u32(record, 2 * index + 1));
}

static struct holder holder_at(const struct network *n, size_t position)
{
	const uint8_t *record = n->at[SECTION_HOLDERS] + position * HOLDER_SIZE;
	uint32_t pool = load_u32(record + HOLDER_POOL, 0);
	return (struct holder){
		.key = holder_text(n, record, 0),
		.title_vi = holder_text(n, record, 1),
		.title_en = holder_text(n, record, 2),
		.hotline = holder_text(n, record, 3),
		.country = country_at(record + HOLDER_COUNTRY),
		.pool = pool < POOL__COUNT ? (enum pool)pool : POOL_UNKNOWN,
		.subscribers = load_u64(record + HOLDER_SUBSCRIBERS, 0),
	};
}

/* Of the AS at a position of ASNS; without a key where nobody holds it. */
static struct holder holder_of(const struct network *n, size_t as_position)
{
	uint32_t holder = load_u32(n->at[SECTION_AS_HOLDER], as_position);
	if (holder > 0 && holder <= n->count[SECTION_HOLDERS])
		return holder_at(n, holder - 1);
	return (struct holder){0};
}

size_t network_region_count(const struct network *n)
{
	return n->count[SECTION_REGIONS];
}

struct network_region network_region(const struct network *n, size_t index)
{
	struct network_region r = {STR(""), STR("")};
	if (index >= n->count[SECTION_REGIONS])
		return r;
	const uint8_t *record = n->at[SECTION_REGIONS] + index * REGION_SIZE;
	r.key = text_at(n, load_u32(record, 0), load_u32(record, 1));
	r.country = country_at(record + REGION_COUNTRY);
	return r;
}

/* By its prefix, else of the holder of its AS. */
static enum pool pool_of(const uint8_t *by_prefix, const struct holder *holder)
{
	if (by_prefix && load_u32(by_prefix, 0) <= POOL__COUNT)
		return (enum pool)(load_u32(by_prefix, 0) - 1);
	return holder->pool;
}

struct attribution network_look_up(const struct network *n, struct ip ip)
{
	struct attribution a = {0};
	const uint8_t *as = find_value(n, MAP_ASN, ip);
	const uint8_t *country = find_value(n, MAP_COUNTRY, ip);
	const uint8_t *region = find_value(n, MAP_REGION, ip);
	size_t position = as ? load_u32(as, 0) - 1 : n->count[SECTION_ASNS];
	if (position < n->count[SECTION_ASNS]) {
		a.asn = load_u32(n->at[SECTION_ASNS], position);
		a.as_name = as_name_at(n, position);
		a.holder = holder_of(n, position);
	}
	if (country)
		a.country = country_at(country);
	if (region)
		a.region = network_region(n, load_u32(region, 0) - 1).key;
	a.pool = pool_of(find_value(n, MAP_POOL, ip), &a.holder);
	return a;
}

enum pool network_pool_v4(const struct network *n, uint32_t v4, uint32_t *ret_last)
{
	struct holder holder = {0};
	*ret_last = UINT32_MAX;
	const uint8_t *as = find_run(n, MAP_ASN, v4, ret_last);
	const uint8_t *pool = find_run(n, MAP_POOL, v4, ret_last);
	if (as && load_u32(as, 0) <= n->count[SECTION_ASNS])
		holder = holder_of(n, load_u32(as, 0) - 1);
	return pool_of(pool, &holder);
}

static size_t as_position(const struct network *n, uint32_t asn)
{
	const uint8_t *asns = n->at[SECTION_ASNS];
	size_t count = n->count[SECTION_ASNS];
	size_t low = 0;
	for (size_t left = count; left > 0;) {
		size_t half = left / 2;
		bool after = load_u32(asns, low + half) < asn;
		low = after ? low + half + 1 : low;
		left = after ? left - half - 1 : half;
	}
	return low < count && load_u32(asns, low) == asn ? low : count;
}

struct str network_as_name(const struct network *n, uint32_t asn)
{
	size_t position = as_position(n, asn);
	return position < n->count[SECTION_ASNS] ? as_name_at(n, position) : STR("");
}

struct str network_asn_holder(const struct network *n, uint32_t asn)
{
	struct holder holder = {0};
	size_t position = as_position(n, asn);
	if (position < n->count[SECTION_ASNS])
		holder = holder_of(n, position);
	return holder.key.size > 0 ? holder.key : STR("");
}

struct holder network_holder(const struct network *n, struct str key)
{
	for (size_t i = 0; i < n->count[SECTION_HOLDERS]; i++) {
		struct holder holder = holder_at(n, i);
		if (str_equal(holder.key, key))
			return holder;
	}
	return (struct holder){0};
}
