/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/identities.h"

#include <stdlib.h>

enum {
	FIRST_CAPACITY = 256
};

void identities_release(struct identities *set)
{
	free(set->slots);
	*set = (struct identities){0};
}

static bool is_free(const struct identity *slot)
{
	return slot->device == 0 && slot->inode == 0;
}

/* Its slot, or the free one where it would stand. */
static struct identity *find(const struct identities *set, struct identity id)
{
	uint64_t hash =
		(id.inode ^ (id.device << 40 | id.device >> 24)) * UINT64_C(0x9E3779B97F4A7C15);
	size_t at = (size_t)(hash >> 20) & (set->capacity - 1);
	for (;; at = (at + 1) & (set->capacity - 1)) {
		struct identity *slot = &set->slots[at];
		if (is_free(slot) || (slot->device == id.device && slot->inode == id.inode))
			return slot;
	}
}

bool identities_has(const struct identities *set, struct identity id)
{
	return set->count > 0 && !is_free(find(set, id));
}

static enum err grow(struct identities *set)
{
	struct identities larger = {.capacity = set->capacity ? set->capacity * 2 : FIRST_CAPACITY};
	larger.slots = calloc(larger.capacity, sizeof(*larger.slots));
	if (!larger.slots)
		return E_NOMEM;
	for (size_t i = 0; i < set->capacity; i++)
		if (!is_free(&set->slots[i]))
			*find(&larger, set->slots[i]) = set->slots[i];
	larger.count = set->count;
	free(set->slots);
	*set = larger;
	return E_OK;
}

enum err identities_add(struct identities *set, struct identity id, bool *ret_new)
{
	if (set->count * 2 >= set->capacity)
		TRY(grow(set));
	struct identity *slot = find(set, id);
	bool new = is_free(slot);
	if (new) {
		*slot = id;
		set->count++;
	}
	*ret_new = new;
	return E_OK;
}
