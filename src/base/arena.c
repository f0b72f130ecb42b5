/* SPDX-License-Identifier: Apache-2.0 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdlib.h>

#include "base/checked.h"

enum {
	BLOCK_SIZE = 64 * 1024
};

struct arena_block {
	struct arena_block *older;
	size_t size;
	alignas(max_align_t) uint8_t data[];
};

void arena_init(struct arena *a, size_t limit)
{
	*a = (struct arena){.limit = limit};
}

static void free_chain(struct arena_block *block)
{
	while (block) {
		struct arena_block *older = block->older;
		free(block);
		block = older;
	}
}

void arena_release(struct arena *a)
{
	free_chain(a->blocks);
	*a = (struct arena){.limit = a->limit};
}

void arena_clear(struct arena *a)
{
	a->used = 0;
	if (!a->blocks)
		return;
	free_chain(a->blocks->older);
	a->blocks->older = NULL;
	a->total = a->blocks->size;
}

static bool add_block(struct arena *a, size_t needed)
{
	size_t size = needed > BLOCK_SIZE ? needed : BLOCK_SIZE;
	size_t total;
	if (!checked_add(a->total, size, &total) || total > a->limit)
		return false;
	struct arena_block *block = malloc(sizeof(*block) + size);
	if (!block)
		return false;
	*block = (struct arena_block){.older = a->blocks, .size = size};
	a->blocks = block;
	a->used = 0;
	a->total = total;
	return true;
}

void *arena_alloc(struct arena *a, size_t count, size_t size)
{
	const size_t mask = alignof(max_align_t) - 1;
	size_t needed;
	if (!checked_multiply(count, size, &needed) || !checked_add(needed, mask, &needed))
		return NULL;
	needed &= ~mask;
	if ((!a->blocks || needed > a->blocks->size - a->used) && !add_block(a, needed))
		return NULL;
	void *at = a->blocks->data + a->used;
	a->used += needed;
	memset(at, 0, needed);
	return at;
}

char *arena_cstr(struct arena *a, struct str s)
{
	size_t size;
	if (!checked_add(s.size, 1, &size))
		return NULL;
	char *copy = arena_alloc(a, size, 1);
	if (copy && s.size)
		memcpy(copy, s.data, s.size);
	return copy;
}

struct str arena_copy(struct arena *a, struct str s)
{
	char *copy = arena_cstr(a, s);
	return (struct str){copy, copy ? s.size : 0};
}
