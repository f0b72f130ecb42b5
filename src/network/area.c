/* SPDX-License-Identifier: Apache-2.0 */
#include "network/area.h"

#include <stdlib.h>

#include "network/image.h"

enum {
	CHUNK = 4096 /* addresses read at once */
};

struct area {
	struct unit_set *v4;
	uint64_t *first, *last; /* /64s: ascending, apart */
	size_t count;
	size_t capacity;
};

static struct area *area_new(void)
{
	struct area *a = calloc(1, sizeof(*a));
	if (a)
		a->v4 = unit_set_new();
	if (a && !a->v4) {
		free(a);
		return NULL;
	}
	return a;
}

void area_free(struct area *a)
{
	if (!a)
		return;
	unit_set_free(a->v4);
	free(a->first);
	free(a->last);
	free(a);
}

static enum err grow(struct area *a)
{
	size_t capacity = a->capacity ? 2 * a->capacity : 64;
	uint64_t *first = reallocarray(a->first, capacity, sizeof(*first));
	if (!first)
		return E_NOMEM;
	a->first = first;
	uint64_t *last = reallocarray(a->last, capacity, sizeof(*last));
	if (!last)
		return E_NOMEM;
	a->last = last;
	a->capacity = capacity;
	return E_OK;
}

static enum err add_v6(struct area *a, uint64_t first, uint64_t last)
{
	if (a->count > 0 && a->last[a->count - 1] + 1 == first) {
		a->last[a->count - 1] = last;
		return E_OK;
	}
	if (a->count == a->capacity)
		TRY(grow(a));
	a->first[a->count] = first;
	a->last[a->count++] = last;
	return E_OK;
}

/* --- a country --- */

static enum err add_country(struct area *a, const struct network *n, const uint8_t *record)
{
	size_t from = load_u32(record + COUNTRY_V4, 0), count = load_u32(record + COUNTRY_V4, 1);
	for (size_t i = from; i < from + count; i++)
		TRY(unit_set_add_range_v4(a->v4, load_u32(n->at[SECTION_COUNTRY_FIRST], i),
			load_u32(n->at[SECTION_COUNTRY_LAST], i)));
	from = load_u32(record + COUNTRY_V6, 0);
	count = load_u32(record + COUNTRY_V6, 1);
	for (size_t i = from; i < from + count; i++)
		TRY(add_v6(a, load_u64(n->at[SECTION_COUNTRY_FIRST6], i),
			load_u64(n->at[SECTION_COUNTRY_LAST6], i)));
	return E_OK;
}

enum err area_new_country(const struct network *n, struct str country, struct area **ret_area)
{
	const uint8_t *record = image_country(n, country);
	if (!record)
		return E_NOTFOUND;
	struct area *a = area_new();
	if (!a)
		return E_NOMEM;
	enum err err = add_country(a, n, record);
	if (err != E_OK) {
		area_free(a);
		return err;
	}
	*ret_area = a;
	return E_OK;
}

/* --- groups of ASes --- */

struct walk {
	const struct network *n;
	size_t *groups; /* of each position in ASNS */
	size_t count;
	struct area **areas;
};

static struct area *area_at(const struct walk *w, enum image_map_part part, size_t i)
{
	size_t as = load_u32(w->n->at[image_map_section(MAP_ASN, part)], i);
	if (as == 0 || as > w->n->count[SECTION_ASNS] || w->groups[as - 1] >= w->count)
		return NULL;
	return w->areas[w->groups[as - 1]];
}

static enum err add_stretches_v4(const struct walk *w)
{
	const uint8_t *starts = w->n->at[image_map_section(MAP_ASN, PART_START)];
	size_t count = w->n->count[image_map_section(MAP_ASN, PART_VALUE)];
	for (size_t i = 0; i < count; i++) {
		struct area *a = area_at(w, PART_VALUE, i);
		uint32_t last = i + 1 < count ? load_u32(starts, i + 1) - 1 : UINT32_MAX;
		if (a)
			TRY(unit_set_add_range_v4(a->v4, load_u32(starts, i), last));
	}
	return E_OK;
}

/* A /64 belongs to whom its first address belongs to. False: no /64 begins in the stretch. */
static bool nets_of(const struct network *n, size_t i, uint64_t *ret_first, uint64_t *ret_last)
{
	const uint8_t *high = n->at[image_map_section(MAP_ASN, PART_HIGH6)];
	const uint8_t *low = n->at[image_map_section(MAP_ASN, PART_LOW6)];
	bool begins_inside = load_u64(low, i) > 0;
	uint64_t first = load_u64(high, i), last = UINT64_MAX;
	if (begins_inside && first == UINT64_MAX)
		return false;
	first += begins_inside;
	if (i + 1 < n->count[image_map_section(MAP_ASN, PART_HIGH6)]) {
		last = load_u64(high, i + 1);
		if (load_u64(low, i + 1) == 0 && last-- == 0)
			return false;
	}
	*ret_first = first;
	*ret_last = last;
	return first <= last;
}

static enum err add_stretches_v6(const struct walk *w)
{
	uint64_t first, last;
	size_t count = w->n->count[image_map_section(MAP_ASN, PART_VALUE6)];
	for (size_t i = 0; i < count; i++) {
		struct area *a = area_at(w, PART_VALUE6, i);
		if (a && nets_of(w->n, i, &first, &last))
			TRY(add_v6(a, first, last));
	}
	return E_OK;
}

static enum err fill(struct walk *w, area_group_fn *group, void *context)
{
	const struct network *n = w->n;
	for (size_t i = 0; i < w->count; i++) {
		w->areas[i] = area_new();
		if (!w->areas[i])
			return E_NOMEM;
	}
	for (size_t i = 0; i < n->count[SECTION_ASNS]; i++)
		w->groups[i] = group(context, load_u32(n->at[SECTION_ASNS], i));
	TRY(add_stretches_v4(w));
	return add_stretches_v6(w);
}

enum err area_new_groups(const struct network *n, area_group_fn *group, void *context, size_t count,
	struct area **ret_areas)
{
	struct walk w = {n, calloc(n->count[SECTION_ASNS] + 1, sizeof(size_t)), count, ret_areas};
	if (!w.groups)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		ret_areas[i] = NULL;
	enum err err = fill(&w, group, context);
	for (size_t i = 0; err != E_OK && i < count; i++) {
		area_free(ret_areas[i]);
		ret_areas[i] = NULL;
	}
	free(w.groups);
	return err;
}

/* --- laid over a set --- */

void area_keep(const struct area *a, struct unit_set *set)
{
	unit_set_keep_v4(set, a->v4);
	unit_set_keep_v6(set, a->first, a->last, a->count);
}

enum err area_gather(const struct area *a, struct unit_set *set, const struct unit_set *other)
{
	return unit_set_gather_within(set, other, a->v4);
}

/* /64s are cut down to the area only here, when they are in order. */
enum err area_settle(const struct area *a, struct unit_set *set)
{
	TRY(unit_set_settle(set));
	unit_set_keep_v6(set, a->first, a->last, a->count);
	return E_OK;
}

uint64_t area_count_v4(const struct area *a, const struct unit_set *set)
{
	return unit_set_common_v4(set, a->v4);
}

uint64_t area_count_v6(const struct area *a, const struct unit_set *set)
{
	size_t count;
	uint64_t inside = 0;
	const uint64_t *nets = unit_set_v6(set, &count);
	for (size_t i = 0, at = 0; i < count; i++) {
		while (at < a->count && a->last[at] < nets[i])
			at++;
		if (at == a->count)
			break;
		inside += a->first[at] <= nets[i];
	}
	return inside;
}

uint64_t area_count_range_v4(const struct area *a, uint32_t first, uint32_t last)
{
	return unit_set_count_range_v4(a->v4, first, last);
}

void area_read_board(const struct area *a, uint32_t high, struct unit_board *board)
{
	uint32_t addresses[CHUNK];
	uint64_t position = (uint64_t)high << 16;
	size_t count;
	while (position >> 16 == high &&
		(count = unit_set_read_v4(a->v4, &position, addresses, CHUNK)) > 0)
		for (size_t i = 0; i < count && addresses[i] >> 16 == high; i++)
			unit_board_add_range(
				board, addresses[i] & UINT16_MAX, addresses[i] & UINT16_MAX);
}

const struct unit_set *area_v4(const struct area *a)
{
	return a->v4;
}

uint64_t area_common_v4(const struct area *a, const struct area *other)
{
	return unit_set_common_v4(a->v4, other->v4);
}
