/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/writer.h"
#include "network/network.h"
#include "network/range.h"

/* The stored form of one source file: docs/format/network.md. */

/* A country as the two bytes of its code, the first in the low byte: stored as a number it reads as
 * text. 0: none. */
static inline uint32_t country_value(struct str code)
{
	return code.size == 2
		       ? (uint32_t)(uint8_t)code.data[0] | (uint32_t)(uint8_t)code.data[1] << 8
		       : 0;
}

static inline struct str country_code(const char country[3])
{
	return (struct str){country, country[0] ? 2 : 0};
}

static inline bool country_value_valid(uint32_t value)
{
	uint32_t a = value & 0xff, b = value >> 8;
	return a >= 'A' && a <= 'Z' && b >= 'A' && b <= 'Z';
}

/* Values of ranges: the AS number, country_value(), 1 + enum pool, or the number of a region. */
struct as_name {
	uint32_t asn; /* or number of a region, from 1 without gaps */
	struct str name;
};

/* A holder and its AS numbers, an array of u32 for load_u32(). */
struct holder_row {
	struct holder holder;
	const uint8_t *asns;
	size_t asn_count;
};

/* Collects a table. */
struct table_builder {
	struct network_table_info info;
	struct writer names, holders;
	struct writer ranges[FAMILY__COUNT];
	uint32_t name_count, holder_count;
	uint32_t range_count[FAMILY__COUNT];
};

void table_builder_init(struct table_builder *b);
void table_builder_release(struct table_builder *b);

/* Names ascending by number, each once. */
void table_builder_name(struct table_builder *b, struct as_name name);
void table_builder_holder(struct table_builder *b, const struct holder_row *row);
void table_builder_range(struct table_builder *b, enum family family, const struct range *range);
MUST_CHECK enum err table_builder_write(const struct table_builder *b, struct writer *w);

/* A table over borrowed bytes. */
struct table {
	struct network_table_info info;
	struct cursor names, holders; /* at the next one */
	uint32_t names_left, holders_left;
	const uint8_t *ranges[FAMILY__COUNT];
	uint32_t range_count[FAMILY__COUNT];
};

/* Checks everything. */
MUST_CHECK enum err table_open(struct bytes bytes, struct table *ret_table);
bool table_next_name(struct table *t, struct as_name *ret_name);
bool table_next_holder(struct table *t, struct holder_row *ret_row);
struct range table_range(const struct table *t, enum family family, size_t index);
