/* SPDX-License-Identifier: Apache-2.0 */
/* Sets to be united. One after the other into the largest, each union would copy what is there
 * already; so the two smallest are united first, and of their like the two smallest again. */
#include <stdlib.h>

#include "server/census_parts.h"

static uint64_t size_of(const struct unit_set *set)
{
	return unit_set_count_v4(set) + unit_set_count_v6(set);
}

static enum err push(struct census_pile *pile, struct unit_set *set)
{
	if (pile->count == pile->capacity) {
		size_t capacity = pile->capacity ? 2 * pile->capacity : 16;
		struct unit_set **grown =
			reallocarray(pile->sets, capacity, sizeof(struct unit_set *));
		if (!grown)
			return E_NOMEM;
		pile->sets = grown;
		pile->capacity = capacity;
	}
	pile->sets[pile->count++] = set;
	return E_OK;
}

enum err census_pile_add(struct census_pile *pile, struct unit_set *set)
{
	if (size_of(set) == 0)
		return E_OK;
	struct unit_set *taken = unit_set_take(set);
	enum err err = taken ? push(pile, taken) : E_NOMEM;
	if (err != E_OK)
		unit_set_free(taken);
	return err;
}

enum err census_pile_move(struct census_pile *pile, struct census_pile *from)
{
	while (from->count > 0) {
		TRY(push(pile, from->sets[from->count - 1]));
		from->count--;
	}
	return E_OK;
}

static struct unit_set *take_smallest(struct census_pile *pile)
{
	size_t found = 0;
	uint64_t least = UINT64_MAX;
	for (size_t i = 0; i < pile->count; i++) {
		uint64_t size = size_of(pile->sets[i]);
		found = size < least ? i : found;
		least = size < least ? size : least;
	}
	struct unit_set *set = pile->sets[found];
	pile->sets[found] = pile->sets[--pile->count];
	return set;
}

enum err census_pile_unite(struct census_pile *pile)
{
	enum err err = E_OK;
	while (err == E_OK && pile->count > 1) {
		struct unit_set *small = take_smallest(pile);
		struct unit_set *large = take_smallest(pile);
		err = unit_set_unite(large, small);
		unit_set_free(small);
		pile->sets[pile->count++] = large;
	}
	return err;
}

const struct unit_set *census_pile_union(const struct census_pile *pile)
{
	return pile->count > 0 ? pile->sets[0] : NULL;
}

void census_pile_empty(struct census_pile *pile)
{
	for (size_t i = 0; i < pile->count; i++)
		unit_set_free(pile->sets[i]);
	pile->count = 0;
}

void census_pile_release(struct census_pile *pile)
{
	census_pile_empty(pile);
	free(pile->sets);
}
