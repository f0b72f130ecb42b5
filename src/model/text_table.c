/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/arena.h"
#include "model/sighting.h"

/* Open addressing; slots hold id + 1, 0 is empty. */
struct text_table {
	struct arena texts;
	struct str *entries;
	size_t count;
	size_t limit;
	uint32_t *slots;
	size_t slot_count; /* a power of two, more than twice the entries */
};

struct text_table *text_table_new(size_t limit)
{
	struct text_table *t = calloc(1, sizeof(*t));
	if (!t)
		return NULL;
	arena_init(&t->texts, SIZE_MAX);
	t->limit = limit < UINT32_MAX ? limit : UINT32_MAX - 1;
	return t;
}

void text_table_free(struct text_table *t)
{
	if (!t)
		return;
	arena_release(&t->texts);
	free(t->entries);
	free(t->slots);
	free(t);
}

size_t text_table_count(const struct text_table *t)
{
	return t->count;
}

struct str text_table_get(const struct text_table *t, size_t id)
{
	return id < t->count ? t->entries[id] : (struct str){"", 0};
}

/* FNV-1a: the table is small and bounded by `limit`, so chosen collisions cost little. */
static uint32_t slot_hash(struct str s)
{
	uint32_t hash = 2166136261U;
	for (size_t i = 0; i < s.size; i++)
		hash = (hash ^ (unsigned char)s.data[i]) * 16777619U;
	return hash;
}

static size_t find_slot(const struct text_table *t, struct str s)
{
	size_t at = slot_hash(s) & (t->slot_count - 1);
	while (t->slots[at] && !str_equal(t->entries[t->slots[at] - 1], s))
		at = (at + 1) & (t->slot_count - 1);
	return at;
}

static bool grow(struct text_table *t)
{
	size_t slot_count = t->slot_count ? t->slot_count * 2 : 64;
	uint32_t *slots = calloc(slot_count, sizeof(*slots));
	struct str *entries = realloc(t->entries, slot_count / 2 * sizeof(*entries));
	if (entries)
		t->entries = entries;
	if (!slots || !entries) {
		free(slots);
		return false;
	}
	free(t->slots);
	t->slots = slots;
	t->slot_count = slot_count;
	for (size_t i = 0; i < t->count; i++)
		t->slots[find_slot(t, t->entries[i])] = (uint32_t)(i + 1);
	return true;
}

bool text_table_add(struct text_table *t, struct str s, uint32_t *ret_id)
{
	if (t->count + 1 > t->slot_count / 2 && !grow(t))
		return false;
	size_t at = find_slot(t, s);
	if (!t->slots[at]) {
		struct str copy = arena_copy(&t->texts, s);
		if (t->count >= t->limit || !copy.data)
			return false;
		t->entries[t->count++] = copy;
		t->slots[at] = (uint32_t)t->count;
	}
	*ret_id = t->slots[at] - 1;
	return true;
}
