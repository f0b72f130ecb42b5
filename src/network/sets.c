/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "network/image.h"
#include "network/network.h"

enum {
	CHUNK = 4096
};

/* Stretches of one country, and how far a merge along them has come. */
struct country_stretches {
	const uint8_t *first, *last;
	size_t count;
	size_t at;
};

static struct country_stretches stretches_v4(const struct network *n, const uint8_t *record)
{
	size_t skip = load_u32(record + COUNTRY_V4, 0) * sizeof(uint32_t);
	return (struct country_stretches){n->at[SECTION_COUNTRY_FIRST] + skip,
		n->at[SECTION_COUNTRY_LAST] + skip, load_u32(record + COUNTRY_V4, 1), 0};
}

static struct country_stretches stretches_v6(const struct network *n, const uint8_t *record)
{
	size_t skip = load_u32(record + COUNTRY_V6, 0) * sizeof(uint64_t);
	return (struct country_stretches){n->at[SECTION_COUNTRY_FIRST6] + skip,
		n->at[SECTION_COUNTRY_LAST6] + skip, load_u32(record + COUNTRY_V6, 1), 0};
}

static enum err keep_v4(
	struct country_stretches s, const struct unit_set *set, struct unit_set *kept)
{
	uint32_t buffer[CHUNK];
	uint64_t position = 0;
	for (size_t count; (count = unit_set_read_v4(set, &position, buffer, CHUNK)) > 0;) {
		size_t inside = 0;
		for (size_t i = 0; i < count; i++) {
			while (s.at < s.count && load_u32(s.last, s.at) < buffer[i])
				s.at++;
			if (s.at == s.count)
				break;
			if (load_u32(s.first, s.at) <= buffer[i])
				buffer[inside++] = buffer[i];
		}
		TRY(unit_set_add_v4(kept, buffer, inside));
		if (s.at == s.count)
			break;
	}
	return E_OK;
}

static enum err keep_v6(
	struct country_stretches s, const struct unit_set *set, struct unit_set *kept)
{
	size_t count;
	const uint64_t *nets = unit_set_v6(set, &count);
	uint64_t buffer[CHUNK];
	size_t inside = 0;
	for (size_t i = 0; i < count; i++) {
		while (s.at < s.count && load_u64(s.last, s.at) < nets[i])
			s.at++;
		if (s.at == s.count)
			break;
		if (load_u64(s.first, s.at) <= nets[i])
			buffer[inside++] = nets[i];
		if (inside == CHUNK) {
			TRY(unit_set_add_v6(kept, buffer, inside));
			inside = 0;
		}
	}
	return unit_set_add_v6(kept, buffer, inside);
}

enum err network_keep_country(const struct network *n, struct str country, struct unit_set *set)
{
	const uint8_t *record = image_country(n, country);
	if (!record)
		return E_NOTFOUND;
	struct unit_set *kept = unit_set_new();
	if (!kept)
		return E_NOMEM;
	enum err err = keep_v4(stretches_v4(n, record), set, kept);
	if (err == E_OK)
		err = keep_v6(stretches_v6(n, record), set, kept);
	if (err == E_OK)
		err = unit_set_intersect(set, kept);
	unit_set_free(kept);
	return err;
}

/* Counts by position in ASNS, then one for addresses that have none. */
static void count_v4(const struct network *n, const struct unit_set *set, struct asn_count *counts)
{
	const size_t ases = n->count[SECTION_ASNS];
	const enum image_section values = image_map_section(MAP_ASN, PART_VALUE);
	uint32_t buffer[CHUNK];
	uint64_t position = 0;
	uint32_t last = 0;
	size_t as = n->count[values] ? SIZE_MAX : ases;
	for (size_t count; (count = unit_set_read_v4(set, &position, buffer, CHUNK)) > 0;) {
		for (size_t i = 0; i < count; i++) {
			if (n->count[values] > 0 && (as == SIZE_MAX || buffer[i] > last)) {
				size_t found = image_find_v4(n, MAP_ASN, buffer[i], &last);
				as = (size_t)load_u32(n->at[values], found) - 1;
				as = as < ases ? as : ases;
			}
			counts[as].v4++;
		}
	}
}

static void count_v6(const struct network *n, const struct unit_set *set, struct asn_count *counts)
{
	const size_t ases = n->count[SECTION_ASNS];
	const enum image_section values = image_map_section(MAP_ASN, PART_VALUE6);
	size_t count;
	const uint64_t *nets = unit_set_v6(set, &count);
	for (size_t i = 0; i < count; i++) {
		size_t as = ases;
		if (n->count[values] > 0) {
			size_t found = image_find_v6(n, MAP_ASN, nets[i], 0);
			as = (size_t)load_u32(n->at[values], found) - 1;
		}
		counts[as < ases ? as : ases].v6++;
	}
}

/* Leaves out the empty ones and puts "none" where number 0 stands: first. */
static size_t pack(const struct network *n, struct asn_count *counts)
{
	const size_t ases = n->count[SECTION_ASNS];
	struct asn_count none = counts[ases];
	size_t kept = 0;
	for (size_t i = 0; i < ases; i++) {
		if (counts[i].v4 + counts[i].v6 == 0)
			continue;
		counts[kept] = counts[i];
		counts[kept++].asn = load_u32(n->at[SECTION_ASNS], i);
	}
	if (none.v4 + none.v6 > 0) {
		memmove(counts + 1, counts, kept * sizeof(*counts));
		counts[0] = none;
		kept++;
	}
	return kept;
}

enum err network_count_asns(const struct network *n, const struct unit_set *set,
	struct asn_count **ret_counts, size_t *ret_count)
{
	struct asn_count *counts = calloc(n->count[SECTION_ASNS] + 1, sizeof(*counts));
	if (!counts)
		return E_NOMEM;
	count_v4(n, set, counts);
	count_v6(n, set, counts);
	*ret_count = pack(n, counts);
	*ret_counts = counts;
	return E_OK;
}

uint64_t network_country_size(const struct network *n, struct str country)
{
	const uint8_t *record = image_country(n, country);
	return record ? load_u64(record + COUNTRY_ADDRESSES, 0) : 0;
}

uint32_t network_country_address(const struct network *n, struct str country, uint64_t index)
{
	const uint8_t *record = image_country(n, country);
	if (!record || load_u32(record + COUNTRY_V4, 1) == 0)
		return 0;
	struct country_stretches s = stretches_v4(n, record);
	const uint8_t *before =
		n->at[SECTION_COUNTRY_BEFORE] + load_u32(record + COUNTRY_V4, 0) * sizeof(uint32_t);
	size_t low = 0;
	for (size_t left = s.count; left > 0;) {
		size_t half = left / 2;
		bool after = load_u32(before, low + half) <= index;
		low = after ? low + half + 1 : low;
		left = after ? left - half - 1 : half;
	}
	size_t found = low > 0 ? low - 1 : 0;
	return load_u32(s.first, found) + (uint32_t)(index - load_u32(before, found));
}
