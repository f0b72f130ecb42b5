/* SPDX-License-Identifier: Apache-2.0 */
#include "network/partition.h"

#include <stdlib.h>

#include "network/image.h"

enum {
	CHUNK = 4096,
	MANY = 1 << 17 /* addresses from which on a bitmap a part is cheaper than a walk */
};

/* Stretches ascend and begin at 0 where there are any. */
struct partition {
	size_t parts;
	uint32_t *start, *part;
	size_t count;
	struct unit_set **sets; /* of each part: its stretches */
	uint64_t *start6;       /* first /64 whose first address lies in the stretch or after it */
	uint32_t *part6;
	size_t count6;
};

void partition_free(struct partition *p)
{
	if (!p)
		return;
	for (size_t i = 0; p->sets && i < p->parts; i++)
		unit_set_free(p->sets[i]);
	free(p->sets);
	free(p->start);
	free(p->part);
	free(p->start6);
	free(p->part6);
	free(p);
}

/* What the parts are made of: values of a map, 1 + a position in a table. */
struct source {
	const struct network *n;
	enum image_map map;
	const uint32_t *part_of; /* each position of the table */
	size_t positions, parts;
};

static uint32_t part_at(const struct source *s, enum image_map_part section, size_t i)
{
	uint32_t value = load_u32(s->n->at[image_map_section(s->map, section)], i);
	bool known = value > 0 && value <= s->positions;
	uint32_t part = known ? s->part_of[value - 1] : UINT32_MAX;
	return part < s->parts ? part : (uint32_t)s->parts;
}

/* Neighbours of one part become one stretch. */
static enum err fill_v4(struct partition *p, const struct source *s)
{
	const uint8_t *starts = s->n->at[image_map_section(s->map, PART_START)];
	size_t count = s->n->count[image_map_section(s->map, PART_START)];
	p->start = calloc(count + 1, sizeof(*p->start));
	p->part = calloc(count + 1, sizeof(*p->part));
	if (!p->start || !p->part)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		uint32_t part = part_at(s, PART_VALUE, i);
		if (p->count > 0 && p->part[p->count - 1] == part)
			continue;
		p->start[p->count] = load_u32(starts, i);
		p->part[p->count++] = part;
	}
	return E_OK;
}

/* The first /64 whose first address is not before the stretch's; false: there is none. */
static bool first_net(const struct source *s, size_t i, uint64_t *ret_net)
{
	uint64_t high = load_u64(s->n->at[image_map_section(s->map, PART_HIGH6)], i);
	uint64_t low = load_u64(s->n->at[image_map_section(s->map, PART_LOW6)], i);
	if (low > 0 && high == UINT64_MAX)
		return false;
	*ret_net = high + (low > 0);
	return true;
}

static enum err fill_v6(struct partition *p, const struct source *s)
{
	size_t count = s->n->count[image_map_section(s->map, PART_HIGH6)];
	p->start6 = calloc(count + 1, sizeof(*p->start6));
	p->part6 = calloc(count + 1, sizeof(*p->part6));
	if (!p->start6 || !p->part6)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		uint64_t net;
		uint32_t part = part_at(s, PART_VALUE6, i);
		if (!first_net(s, i, &net))
			break;
		/* A stretch in which no /64 begins gives way to the one after it. */
		if (p->count6 > 0 && p->start6[p->count6 - 1] == net)
			p->count6--;
		p->start6[p->count6] = net;
		p->part6[p->count6++] = part;
	}
	return E_OK;
}

static uint32_t last_of(const struct partition *p, size_t i)
{
	return i + 1 < p->count ? p->start[i + 1] - 1 : UINT32_MAX;
}

static enum err fill_sets(struct partition *p)
{
	p->sets = calloc(p->parts + 1, sizeof(struct unit_set *));
	if (!p->sets)
		return E_NOMEM;
	for (size_t i = 0; i < p->parts; i++) {
		p->sets[i] = unit_set_new();
		if (!p->sets[i])
			return E_NOMEM;
	}
	for (size_t i = 0; i < p->count; i++)
		if (p->part[i] < p->parts)
			TRY(unit_set_add_range_v4(p->sets[p->part[i]], p->start[i], last_of(p, i)));
	return E_OK;
}

static enum err make(const struct source *s, struct partition **ret_partition)
{
	struct partition *p = calloc(1, sizeof(*p));
	if (!p)
		return E_NOMEM;
	p->parts = s->parts;
	enum err err = fill_v4(p, s);
	if (err == E_OK)
		err = fill_v6(p, s);
	if (err == E_OK)
		err = fill_sets(p);
	if (err != E_OK) {
		partition_free(p);
		return err;
	}
	*ret_partition = p;
	return E_OK;
}

enum err partition_new(const struct network *n, const uint32_t *part_of_region, size_t count,
	struct partition **ret_partition)
{
	const struct source s = {n, MAP_REGION, part_of_region, n->count[SECTION_REGIONS], count};
	return make(&s, ret_partition);
}

enum err partition_new_groups(const struct network *n, area_group_fn *group, void *context,
	size_t count, struct partition **ret_partition)
{
	size_t positions = n->count[SECTION_ASNS];
	uint32_t *part_of = calloc(positions + 1, sizeof(*part_of));
	if (!part_of)
		return E_NOMEM;
	for (size_t i = 0; i < positions; i++) {
		size_t part = group(context, load_u32(n->at[SECTION_ASNS], i));
		part_of[i] = part < count ? (uint32_t)part : UINT32_MAX;
	}
	const struct source s = {n, MAP_ASN, part_of, positions, count};
	enum err err = make(&s, ret_partition);
	free(part_of);
	return err;
}

size_t partition_stretches(
	const struct partition *p, const uint32_t **ret_start, const uint32_t **ret_part)
{
	*ret_start = p->start;
	*ret_part = p->part;
	return p->count;
}

static void count_many(const struct partition *p, const struct unit_set *set, uint64_t *counts)
{
	for (size_t i = 0; i < p->parts; i++)
		counts[i] = unit_set_common_v4(set, p->sets[i]);
}

static void count_v4(const struct partition *p, const struct unit_set *set, uint64_t *counts)
{
	uint32_t buffer[CHUNK];
	uint64_t position = 0;
	size_t at = 0;
	for (size_t size; (size = unit_set_read_v4(set, &position, buffer, CHUNK)) > 0;)
		for (size_t i = 0; i < size; i++) {
			while (at + 1 < p->count && p->start[at + 1] <= buffer[i])
				at++;
			if (p->part[at] < p->parts)
				counts[p->part[at]]++;
		}
}

static void count_v6(const struct partition *p, const struct unit_set *set, uint64_t *counts)
{
	size_t count;
	size_t at = 0;
	const uint64_t *nets = unit_set_v6(set, &count);
	for (size_t i = 0; i < count; i++) {
		while (at + 1 < p->count6 && p->start6[at + 1] <= nets[i])
			at++;
		if (p->start6[at] <= nets[i] && p->part6[at] < p->parts)
			counts[p->part6[at]]++;
	}
}

void partition_count(
	const struct partition *p, const struct unit_set *set, uint64_t *ret_v4, uint64_t *ret_v6)
{
	memset(ret_v4, 0, p->parts * sizeof(*ret_v4));
	memset(ret_v6, 0, p->parts * sizeof(*ret_v6));
	if (p->count > 0 && unit_set_count_v4(set) >= MANY)
		count_many(p, set, ret_v4);
	else if (p->count > 0)
		count_v4(p, set, ret_v4);
	if (p->count6 > 0)
		count_v6(p, set, ret_v6);
}

/* The stretch of an address. */
static size_t stretch_of(const struct partition *p, uint32_t v4)
{
	size_t low = 0, high = p->count;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (p->start[middle] <= v4)
			low = middle;
		else
			high = middle;
	}
	return low;
}

void partition_add_board(const struct partition *p, uint32_t high, const struct unit_board *board,
	uint64_t *counts, size_t stride)
{
	uint32_t first = high << 16, end = first | UINT16_MAX;
	if (p->count == 0 || board->count == 0)
		return;
	for (size_t i = stretch_of(p, first); i < p->count && p->start[i] <= end; i++) {
		uint32_t from = p->start[i] > first ? p->start[i] : first;
		uint32_t to = last_of(p, i) < end ? last_of(p, i) : end;
		if (p->part[i] < p->parts)
			counts[p->part[i] * stride] +=
				unit_board_count_range(board, from & UINT16_MAX, to & UINT16_MAX);
	}
}

void partition_sizes(const struct partition *p, const struct area *within, uint64_t *ret_sizes)
{
	memset(ret_sizes, 0, p->parts * sizeof(*ret_sizes));
	for (size_t i = 0; i < p->count; i++) {
		uint32_t last = last_of(p, i);
		uint64_t size = within ? area_count_range_v4(within, p->start[i], last)
				       : (uint64_t)last - p->start[i] + 1;
		if (p->part[i] < p->parts)
			ret_sizes[p->part[i]] += size;
	}
}
