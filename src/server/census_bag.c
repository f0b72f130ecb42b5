/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "server/census_tiles.h"

static enum err need_v6(struct census_bag *bag)
{
	if (!bag->v6)
		bag->v6 = unit_set_new();
	return bag->v6 ? E_OK : E_NOMEM;
}

enum err census_bag_add(
	struct census_bag *bag, const struct census_tile *tile, const struct census_piece *piece)
{
	const struct unit_page *page = &piece->page;
	if (tile->family == CENSUS_V4) {
		unit_board_add(&bag->v4, page, tile->cut ? tile->part : NULL);
		return E_OK;
	}
	TRY(need_v6(bag));
	return unit_set_gather_nets(
		bag->v6, (struct bytes){page->data, page->count * sizeof(uint64_t)});
}

enum err census_bag_unite(
	struct census_bag *bag, const struct census_tile *tile, const struct census_bag *other)
{
	if (tile->family == CENSUS_V4) {
		unit_board_unite(&bag->v4, &other->v4);
		return E_OK;
	}
	TRY(need_v6(bag));
	return other->v6 ? unit_set_gather(bag->v6, other->v6) : E_OK;
}

enum err census_bag_count(
	struct census_bag *bag, const struct census_tile *tile, uint64_t *ret_count)
{
	if (tile->family == CENSUS_V4) {
		*ret_count = bag->v4.count;
		return E_OK;
	}
	TRY(census_settle(bag->v6, tile->cut ? tile->country : NULL));
	*ret_count = bag->v6 ? unit_set_count_v6(bag->v6) : 0;
	return E_OK;
}

uint64_t census_bag_inside(const struct census_bag *bag, const struct census_tile *tile)
{
	uint64_t counts[CENSUS__COUNT];
	if (tile->family == CENSUS_V6) {
		census_count(tile->country, bag->v6, counts);
		return counts[CENSUS_V6];
	}
	if (tile->reach == REACH_PART)
		return unit_board_common(&bag->v4, tile->part);
	return tile->reach == REACH_ALL ? bag->v4.count : 0;
}

enum err census_bag_gather(const struct census_bag *bag, const struct census_tile *tile,
	struct writer *scratch, struct unit_set **set)
{
	if (tile->family == CENSUS_V6)
		return bag->v6 ? census_gather(set, bag->v6, NULL) : E_OK;
	if (bag->v4.count == 0)
		return E_OK;
	if (!*set)
		*set = unit_set_new();
	unit_board_write(&bag->v4, tile->number, scratch);
	TRY(writer_end(scratch));
	return *set ? unit_set_gather_page(*set, writer_view(scratch)) : E_NOMEM;
}

/* IPv6 goes the way of sets. */
static enum err divide_v6(const struct unit_set *set, const struct partition *partition,
	size_t parts, uint64_t *counts, size_t stride)
{
	uint64_t *found = calloc(2 * parts + 1, sizeof(*found));
	if (!found)
		return E_NOMEM;
	partition_count(partition, set, found, found + parts);
	for (size_t i = 0; i < parts; i++)
		counts[i * stride] += found[parts + i];
	free(found);
	return E_OK;
}

enum err census_bag_divide(const struct census_bag *bag, const struct census_tile *tile,
	const struct partition *partition, size_t parts, uint64_t *counts, size_t stride)
{
	if (tile->family == CENSUS_V6)
		return bag->v6 ? divide_v6(bag->v6, partition, parts, counts, stride) : E_OK;
	partition_add_board(partition, tile->number, &bag->v4, counts, stride);
	return E_OK;
}

void census_bag_clear(struct census_bag *bag)
{
	unit_board_clear(&bag->v4);
	if (bag->v6)
		unit_set_clear(bag->v6);
}

void census_bag_release(struct census_bag *bag)
{
	unit_set_free(bag->v6);
	bag->v6 = NULL;
}

/* --- those of cells --- */

static enum err make_slot(struct census_cells *c)
{
	struct census_slot *grown = reallocarray(c->slots, c->made + 1, sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	c->slots = grown;
	struct census_bag *bag = calloc(1, sizeof(*bag));
	if (!bag)
		return E_NOMEM;
	c->slots[c->made++] = (struct census_slot){.bag = bag};
	return E_OK;
}

static enum err reach_cell(struct census_cells *c, size_t cell)
{
	if (cell < c->capacity)
		return E_OK;
	size_t capacity = 2 * cell + 64;
	uint32_t *grown = reallocarray(c->slot_of, capacity, sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	memset(grown + c->capacity, 0, (capacity - c->capacity) * sizeof(*grown));
	c->slot_of = grown;
	c->capacity = capacity;
	return E_OK;
}

enum err census_cells_find(
	struct census_cells *c, const struct census_entry *entry, struct census_bag **ret_bag)
{
	TRY(reach_cell(c, entry->cell));
	uint32_t *slot = &c->slot_of[entry->cell];
	if (*slot == 0) {
		if (c->count == c->made)
			TRY(make_slot(c));
		struct census_slot *fresh = &c->slots[c->count++];
		fresh->order = entry->order;
		fresh->cell = entry->cell;
		*slot = (uint32_t)c->count;
	}
	*ret_bag = c->slots[*slot - 1].bag;
	return E_OK;
}

static int by_order(const void *a, const void *b)
{
	const struct census_slot *x = a;
	const struct census_slot *y = b;
	return (x->order > y->order) - (x->order < y->order);
}

void census_cells_sort(struct census_cells *c)
{
	if (c->count > 1)
		qsort(c->slots, c->count, sizeof(*c->slots), by_order);
}

void census_cells_clear(struct census_cells *c)
{
	for (size_t i = 0; i < c->count; i++) {
		c->slot_of[c->slots[i].cell] = 0;
		census_bag_clear(c->slots[i].bag);
	}
	c->count = 0;
}

void census_cells_release(struct census_cells *c)
{
	for (size_t i = 0; i < c->made; i++) {
		census_bag_release(c->slots[i].bag);
		free(c->slots[i].bag);
	}
	free(c->slots);
	free(c->slot_of);
	*c = (struct census_cells){0};
}
