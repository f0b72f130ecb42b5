/* SPDX-License-Identifier: Apache-2.0 */
#include "network/image.h"

#include <assert.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/checked.h"
#include "base/cursor.h"
#include "network/table.h"

static const uint8_t map_sizes[PART__COUNT] = {
	[PART_INDEX] = 4,
	[PART_START] = 4,
	[PART_VALUE] = 4,
	[PART_INDEX6] = 4,
	[PART_HIGH6] = 8,
	[PART_LOW6] = 8,
	[PART_VALUE6] = 4,
};

static const uint8_t sizes[SECTION__COUNT - SECTION_ASNS] = {
	[SECTION_ASNS - SECTION_ASNS] = 4,
	[SECTION_AS_NAME - SECTION_ASNS] = 4,
	[SECTION_AS_HOLDER - SECTION_ASNS] = 4,
	[SECTION_HOLDERS - SECTION_ASNS] = HOLDER_SIZE,
	[SECTION_COUNTRIES - SECTION_ASNS] = COUNTRY_SIZE,
	[SECTION_COUNTRY_FIRST - SECTION_ASNS] = 4,
	[SECTION_COUNTRY_LAST - SECTION_ASNS] = 4,
	[SECTION_COUNTRY_BEFORE - SECTION_ASNS] = 4,
	[SECTION_COUNTRY_FIRST6 - SECTION_ASNS] = 8,
	[SECTION_COUNTRY_LAST6 - SECTION_ASNS] = 8,
	[SECTION_REGIONS - SECTION_ASNS] = REGION_SIZE,
	[SECTION_TEXT - SECTION_ASNS] = 1,
};

size_t image_element_size(enum image_section section)
{
	return section < SECTION_ASNS ? map_sizes[section % PART__COUNT]
				      : sizes[section - SECTION_ASNS];
}

static enum err read_directory(struct cursor *c, struct bytes image, struct network *n)
{
	for (int i = 0; i < SECTION__COUNT; i++) {
		uint64_t offset = cursor_u64(c);
		uint64_t count = cursor_u64(c);
		size_t size;
		if (c->err != E_OK || offset % 8 != 0 || offset > image.size ||
			!checked_multiply(
				count, image_element_size((enum image_section)i), &size) ||
			size > image.size - offset)
			return E_CORRUPT;
		n->at[i] = image.data + offset;
		n->count[i] = count;
	}
	return E_OK;
}

static bool index_fits(const struct network *n, enum image_section index, enum image_section starts)
{
	if (n->count[starts] == 0)
		return true;
	if (n->count[index] != INDEX_ENTRIES || n->count[starts] > UINT32_MAX)
		return false;
	uint32_t before = 0;
	for (size_t i = 0; i < INDEX_ENTRIES; i++) {
		uint32_t at = load_u32(n->at[index], i);
		if (at < before)
			return false;
		before = at;
	}
	return before == n->count[starts];
}

static bool map_fits(const struct network *n, enum image_map map)
{
	const size_t *count = &n->count[image_map_section(map, PART_INDEX)];
	return count[PART_VALUE] == count[PART_START] && count[PART_LOW6] == count[PART_HIGH6] &&
	       count[PART_VALUE6] == count[PART_HIGH6] &&
	       index_fits(
		       n, image_map_section(map, PART_INDEX), image_map_section(map, PART_START)) &&
	       index_fits(
		       n, image_map_section(map, PART_INDEX6), image_map_section(map, PART_HIGH6));
}

static bool countries_fit(const struct network *n)
{
	for (size_t i = 0; i < n->count[SECTION_COUNTRIES]; i++) {
		const uint8_t *record = n->at[SECTION_COUNTRIES] + i * COUNTRY_SIZE;
		uint64_t end4 = (uint64_t)load_u32(record + COUNTRY_V4, 0) +
				load_u32(record + COUNTRY_V4, 1);
		uint64_t end6 = (uint64_t)load_u32(record + COUNTRY_V6, 0) +
				load_u32(record + COUNTRY_V6, 1);
		if (end4 > n->count[SECTION_COUNTRY_FIRST] ||
			end6 > n->count[SECTION_COUNTRY_FIRST6])
			return false;
	}
	return true;
}

/* What the look-ups rely on. Values and offsets into TEXT are checked where they are used. */
static bool sections_fit(const struct network *n)
{
	for (int map = 0; map < MAP__COUNT; map++)
		if (!map_fits(n, (enum image_map)map))
			return false;
	const size_t *count = n->count;
	return count[SECTION_AS_NAME] == count[SECTION_ASNS] + 1 &&
	       count[SECTION_AS_HOLDER] == count[SECTION_ASNS] &&
	       count[SECTION_COUNTRY_LAST] == count[SECTION_COUNTRY_FIRST] &&
	       count[SECTION_COUNTRY_BEFORE] == count[SECTION_COUNTRY_FIRST] &&
	       count[SECTION_COUNTRY_LAST6] == count[SECTION_COUNTRY_FIRST6] && countries_fit(n);
}

static enum err check_header(struct cursor *c, struct bytes image)
{
	uint32_t magic = cursor_u32(c);
	uint32_t version = cursor_u32(c);
	uint64_t checksum = cursor_u64(c);
	if (c->err != E_OK || magic != IMAGE_MAGIC)
		return E_CORRUPT;
	if (version != IMAGE_VERSION)
		return E_VERSION;
	return checksum == XXH3_64bits(
				   image.data + IMAGE_CHECKED_FROM, image.size - IMAGE_CHECKED_FROM)
		       ? E_OK
		       : E_CORRUPT;
}

enum err network_open(struct bytes image, struct network **ret_network)
{
	struct cursor c;
	cursor_init(&c, image);
	TRY(check_header(&c, image));
	struct network *n = calloc(1, sizeof(*n));
	if (!n)
		return E_NOMEM;
	enum err err = read_directory(&c, image, n);
	if (err == E_OK && !sections_fit(n))
		err = E_CORRUPT;
	if (err != E_OK) {
		free(n);
		return err;
	}
	*ret_network = n;
	return E_OK;
}

void network_close(struct network *n)
{
	free(n);
}

/* The last of the stretches [low, high) that begins at or before the address; `low` − 1 when none
 * does, which is the last one of an earlier bucket of the index. */
size_t image_find_v4(const struct network *n, enum image_map map, uint32_t v4, uint32_t *ret_last)
{
	const uint8_t *index = n->at[image_map_section(map, PART_INDEX)];
	const uint8_t *starts = n->at[image_map_section(map, PART_START)];
	size_t count = n->count[image_map_section(map, PART_START)];
	size_t low = load_u32(index, v4 >> 16);
	size_t left = load_u32(index, (v4 >> 16) + 1) - low;
	while (left > 0) {
		size_t half = left / 2;
		bool after = load_u32(starts, low + half) <= v4;
		low = after ? low + half + 1 : low;
		left = after ? left - half - 1 : half;
	}
	if (ret_last)
		*ret_last = low < count ? load_u32(starts, low) - 1 : UINT32_MAX;
	return low > 0 ? low - 1 : 0;
}

size_t image_find_v6(const struct network *n, enum image_map map, uint64_t high, uint64_t low64)
{
	const uint8_t *index = n->at[image_map_section(map, PART_INDEX6)];
	const uint8_t *highs = n->at[image_map_section(map, PART_HIGH6)];
	const uint8_t *lows = n->at[image_map_section(map, PART_LOW6)];
	size_t low = load_u32(index, high >> 48);
	size_t left = load_u32(index, (high >> 48) + 1) - low;
	while (left > 0) {
		size_t half = left / 2;
		uint64_t start = load_u64(highs, low + half);
		bool after = start < high || (start == high && load_u64(lows, low + half) <= low64);
		low = after ? low + half + 1 : low;
		left = after ? left - half - 1 : half;
	}
	return low > 0 ? low - 1 : 0;
}

const uint8_t *image_country(const struct network *n, struct str country)
{
	uint32_t value = country_value(country);
	for (size_t i = 0; i < n->count[SECTION_COUNTRIES]; i++) {
		const uint8_t *record = n->at[SECTION_COUNTRIES] + i * COUNTRY_SIZE;
		if (value && load_u32(record, 0) == value)
			return record;
	}
	return NULL;
}
