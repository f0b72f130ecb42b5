/* SPDX-License-Identifier: Apache-2.0 */
#include "model/unit_union.h"

#include <stdlib.h>

#include "model/unit_board.h"

enum {
	TILES = 1 << 16,
	NOBODY = UINT32_MAX,
	WORD_BITS = 64
};

/* Through the pages of one set; it waits at the /16 of its page. */
struct walk {
	struct unit_view view;
	struct unit_pages pages;
	struct unit_page page;
	uint32_t next; /* who waits at the same /16; NOBODY: none */
};

struct unit_union {
	struct walk *walks;
	size_t count, capacity;
	uint64_t waited[TILES / WORD_BITS]; /* /16s that somebody waits at, a bit each */
	uint32_t first[TILES];              /* who; undefined where nobody does */
	struct unit_board board;
	uint32_t addresses[BOARD_BITS];
};

struct unit_union *unit_union_new(void)
{
	return calloc(1, sizeof(struct unit_union));
}

void unit_union_free(struct unit_union *u)
{
	if (u)
		free(u->walks);
	free(u);
}

enum err unit_union_add(struct unit_union *u, const struct unit_view *view)
{
	if (u->count == u->capacity) {
		size_t capacity = u->capacity ? 2 * u->capacity : 32;
		struct walk *grown = reallocarray(u->walks, capacity, sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		u->walks = grown;
		u->capacity = capacity;
	}
	if (u->count == NOBODY)
		return E_LIMIT;
	u->walks[u->count++].view = *view;
	return E_OK;
}

/* To its next page, if it has one. */
static void wait_on(struct unit_union *u, uint32_t index)
{
	struct walk *w = &u->walks[index];
	if (!unit_pages_next(&w->pages, &w->page))
		return;
	uint64_t *word = &u->waited[w->page.high / WORD_BITS];
	uint64_t bit = UINT64_C(1) << (w->page.high % WORD_BITS);
	w->next = *word & bit ? u->first[w->page.high] : NOBODY;
	u->first[w->page.high] = index;
	*word |= bit;
}

/* All pages of a /16 on the board; whoever waited there goes on. */
static void unite_tile(struct unit_union *u, size_t high)
{
	uint32_t next;
	unit_board_clear(&u->board);
	u->waited[high / WORD_BITS] &= ~(UINT64_C(1) << (high % WORD_BITS));
	for (uint32_t i = u->first[high]; i != NOBODY; i = next) {
		struct walk *w = &u->walks[i];
		next = w->next;
		unit_board_add(&u->board, &w->page, NULL);
		wait_on(u, i);
	}
}

typedef enum err tile_fn(struct unit_union *u, uint32_t high, void *context);

static enum err each_tile(struct unit_union *u, tile_fn *fn, void *context)
{
	for (uint32_t i = 0; i < u->count; i++) {
		unit_pages_begin(&u->walks[i].pages, u->walks[i].view.v4);
		wait_on(u, i);
	}
	enum err err = E_OK;
	for (size_t word = 0; word < TILES / WORD_BITS; word++)
		while (u->waited[word]) { /* nobody goes back, but one may wait in this word again
					   */
			size_t high = word * WORD_BITS + (size_t)__builtin_ctzll(u->waited[word]);
			unite_tile(u, high);
			if (err == E_OK)
				err = fn(u, (uint32_t)high, context);
		}
	return err;
}

static enum err add_tile(struct unit_union *u, uint32_t high, void *context)
{
	unit_board_read(&u->board, high, u->addresses);
	return unit_set_add_v4(context, u->addresses, u->board.count);
}

static enum err add_nets(const struct unit_union *u, struct unit_set *set)
{
	size_t bytes = 0;
	for (size_t i = 0; i < u->count; i++)
		bytes += u->walks[i].view.nets.size;
	if (bytes == 0)
		return E_OK;
	for (size_t i = 0; i < u->count; i++)
		TRY(unit_set_gather_nets(set, u->walks[i].view.nets));
	return unit_set_settle(set);
}

enum err unit_union_into(struct unit_union *u, struct unit_set *set)
{
	enum err err = each_tile(u, add_tile, set);
	if (err == E_OK)
		err = add_nets(u, set);
	u->count = 0;
	return err;
}

static enum err count_tile(struct unit_union *u, uint32_t high, void *context)
{
	uint64_t *count = context;
	(void)high;
	*count += u->board.count;
	return E_OK;
}

uint64_t unit_union_count_v4(struct unit_union *u)
{
	uint64_t count = 0;
	(void)!each_tile(u, count_tile, &count);
	u->count = 0;
	return count;
}
