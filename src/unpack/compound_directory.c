/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/compound_directory.h"

#include "base/load.h"
#include "unpack/find.h"

enum {
	HEADER = 512,
	ENTRY = 128,
	FIRST_TABLES = 109, /* sectors of the table that the header names */
	STORAGE = 1,
	STREAM = 2
};

struct compound {
	struct bytes content;
	size_t sector;  /* bytes */
	size_t numbers; /* of sectors, in a sector */
};

/* A whole sector; empty where there is none. */
static struct bytes sector_at(const struct compound *c, uint32_t number)
{
	struct bytes b = bytes_from(c->content, ((size_t)number + 1) * c->sector);
	if (b.size < c->sector)
		return (struct bytes){NULL, 0};
	b.size = c->sector;
	return b;
}

/* The sector of the table that says what follows sector `index * numbers`; the header names the
 * first ones, a chain of sectors the rest. */
static uint32_t table_sector(const struct compound *c, size_t index)
{
	if (index < FIRST_TABLES)
		return load_u32(c->content.data + 76, index);
	size_t each = c->numbers - 1;
	uint32_t at = load_u32(c->content.data + 68, 0);
	size_t steps = (index - FIRST_TABLES) / each;
	struct bytes list = sector_at(c, at);
	for (size_t i = 0; i < steps && list.size > 0; i++)
		list = sector_at(c, load_u32(list.data, each));
	return list.size > 0 ? load_u32(list.data, (index - FIRST_TABLES) % each) : UINT32_MAX;
}

static uint32_t next_sector(const struct compound *c, uint32_t number)
{
	struct bytes table = sector_at(c, table_sector(c, number / c->numbers));
	return table.size > 0 ? load_u32(table.data, number % c->numbers) : UINT32_MAX;
}

static size_t count_entries(struct bytes sector)
{
	size_t count = 0;
	for (size_t at = 0; at + ENTRY <= sector.size; at += ENTRY)
		count += sector.data[at + 66] == STORAGE || sector.data[at + 66] == STREAM;
	return count;
}

size_t compound_count(struct bytes content)
{
	if (content.size < HEADER)
		return 0;
	unsigned shift = load_u16(content.data + 30, 0);
	struct compound c = {.content = content};
	if (shift < 9 || shift > 12)
		return 0;
	c.sector = (size_t)1 << shift;
	c.numbers = c.sector / 4;
	size_t count = 0;
	size_t most = content.size / c.sector;
	uint32_t at = load_u32(content.data + 48, 0);
	for (size_t i = 0; i < most; i++) {
		struct bytes sector = sector_at(&c, at);
		if (sector.size == 0)
			break;
		count += count_entries(sector);
		at = next_sector(&c, at);
	}
	return count;
}
