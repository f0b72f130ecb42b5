/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/load.h"
#include "base/writer.h"
#include "network/network.h"
#include "network/range.h"

/* The compiled form: a header, then arrays ("sections") that are asked in place, each on a multiple
 * of 8 bytes: docs/format/network.md.
 *
 * A *map* says for every address of a family which value it has: START (IPv6: HIGH and LOW) holds
 * the first addresses, ascending from 0, of stretches of one VALUE; 0 is "nothing known". INDEX[h]
 * is the number of starts whose upper 16 bits are below h. */
enum image_map {
	MAP_ASN,     /* value: 1 + position in ASNS */
	MAP_COUNTRY, /* value: the code's two bytes */
	MAP_POOL,    /* value: 1 + enum pool */
	MAP_REGION,  /* value: 1 + position in REGIONS */
	MAP__COUNT
};

enum image_map_part {
	PART_INDEX,
	PART_START,
	PART_VALUE,
	PART_INDEX6,
	PART_HIGH6,
	PART_LOW6,
	PART_VALUE6,
	PART__COUNT
};

enum image_section {
	SECTION_MAPS,                            /* MAP × PART */
	SECTION_ASNS = MAP__COUNT * PART__COUNT, /* u32, ascending */
	SECTION_AS_NAME,        /* u32 offset in TEXT, one more than ASNS: a name ends where the
				   next begins */
	SECTION_AS_HOLDER,      /* u32: 1 + position in HOLDERS, 0 none */
	SECTION_HOLDERS,        /* HOLDER_SIZE each */
	SECTION_COUNTRIES,      /* COUNTRY_SIZE each, ascending by code */
	SECTION_COUNTRY_FIRST,  /* u32, per stretch of a country, ascending within it */
	SECTION_COUNTRY_LAST,   /* u32 */
	SECTION_COUNTRY_BEFORE, /* u32: addresses of the country in the stretches before */
	SECTION_COUNTRY_FIRST6, /* u64: /64s */
	SECTION_COUNTRY_LAST6,  /* u64 */
	SECTION_REGIONS,        /* REGION_SIZE each */
	SECTION_TEXT,           /* bytes */
	SECTION__COUNT
};

enum {
	IMAGE_MAGIC = 0x494e5351, /* "QSNI" */
	IMAGE_VERSION = 2,
	IMAGE_CHECKED_FROM = 16, /* the checksum covers what follows it */
	IMAGE_DIRECTORY = 16,    /* per section: u64 offset, u64 count */
	IMAGE_HEADER = IMAGE_DIRECTORY + 16 * SECTION__COUNT,
	INDEX_ENTRIES = 65537,

	/* A holder: offset and size of key, title_vi, title_en, hotline; country; pool; u64
	 * subscribers. */
	HOLDER_TEXTS = 4,
	HOLDER_COUNTRY = HOLDER_TEXTS * 8,
	HOLDER_POOL = HOLDER_COUNTRY + 4,
	HOLDER_SUBSCRIBERS = HOLDER_POOL + 4,
	HOLDER_SIZE = HOLDER_SUBSCRIBERS + 8,

	/* A country: code, first stretch and number of stretches per family, zero, u64 addresses.
	 */
	COUNTRY_V4 = 4,
	COUNTRY_V6 = 12,
	COUNTRY_ADDRESSES = 24,
	COUNTRY_SIZE = 32,

	/* A region: offset and size of its key, country, zero. */
	REGION_COUNTRY = 8,
	REGION_SIZE = 16
};

static inline enum image_section image_map_section(enum image_map map, enum image_map_part part)
{
	return (enum image_section)(SECTION_MAPS + map * PART__COUNT + part);
}

/* Bytes of one element. */
size_t image_element_size(enum image_section section);

struct network {
	const uint8_t *at[SECTION__COUNT];
	size_t count[SECTION__COUNT];
};

/* Position of the stretch that holds the address and, where ret_last is given, its last address. */
size_t image_find_v4(const struct network *n, enum image_map map, uint32_t v4, uint32_t *ret_last);
size_t image_find_v6(const struct network *n, enum image_map map, uint64_t high, uint64_t low);

/* A country's record, NULL where the image does not know it. */
const uint8_t *image_country(const struct network *n, struct str country);
