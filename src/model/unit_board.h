/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"
#include "model/unit_view.h"

/* The IPv4 addresses of one /16, a bit each: what pages of many stored sets are united in. Adding
 * counts what is new, so that nobody has to count afterwards; nothing costs more than the blocks
 * that have anything. A zeroed one is empty. */
enum {
	BOARD_BITS = 1 << 16,
	BOARD_WORDS = BOARD_BITS / 64,
	BOARD_BLOCK = 16 /* words */
};

struct unit_board {
	uint64_t words[BOARD_WORDS];
	uint64_t blocks; /* bit b: something may be in block b */
	uint32_t count;
};

void unit_board_clear(struct unit_board *b);

/* b ∪= page, as far as it is in `within` (NULL: all of it). */
void unit_board_add(
	struct unit_board *b, const struct unit_page *page, const struct unit_board *within);

/* Both ends included. */
void unit_board_add_range(struct unit_board *b, uint32_t first, uint32_t last);

/* b ∪= other. */
void unit_board_unite(struct unit_board *b, const struct unit_board *other);

/* How many both have. */
uint32_t unit_board_common(const struct unit_board *b, const struct unit_board *other);

/* How many lie in a range, both ends included. */
uint32_t unit_board_count_range(const struct unit_board *b, uint32_t first, uint32_t last);

/* All addresses, ascending, `high` being their upper half: as many as b->count. */
void unit_board_read(const struct unit_board *b, uint32_t high, uint32_t *ret_addresses);

/* As portable Roaring, into the cleared writer. Not of an empty one. */
void unit_board_write(const struct unit_board *b, uint32_t high, struct writer *w);
