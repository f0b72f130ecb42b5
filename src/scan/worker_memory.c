/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "scan/worker_parts.h"

enum {
	OVERLAP = 4096 /* what lies across two pieces is seen in one of them */
};

static enum err look_piece(struct worker *w, uint8_t *piece, uint64_t at, size_t size)
{
	char object[48];
	size_t got = 0;
	/* What the process has given back meanwhile cannot be read any more. */
	if (file_read_at(w->fd, at, piece, size, &got) != E_OK || got == 0)
		return E_OK;
	int length = snprintf(object, sizeof(object), "memory at 0x%llx", (unsigned long long)at);
	return worker_match(
		w, (struct str){object, (size_t)length}, (struct bytes){piece, got}, MATCH_NO_HASH);
}

static enum err look_region(struct worker *w, uint8_t *piece, uint64_t at, uint64_t size)
{
	while (size > 0) {
		size_t part = size < MEMORY_PIECE ? (size_t)size : MEMORY_PIECE;
		TRY(look_piece(w, piece, at, part));
		if (part == size)
			return E_OK;
		at += part - OVERLAP;
		size -= part - OVERLAP;
	}
	return E_OK;
}

void worker_look_memory(struct worker *w)
{
	struct cursor c;
	enum err err = E_OK;
	uint8_t *piece = malloc(MEMORY_PIECE);
	cursor_init(&c, str_bytes(w->task->extra));
	while (piece && err == E_OK && cursor_left(&c) > 0) {
		uint64_t at = cursor_u64(&c);
		uint64_t size = cursor_u64(&c);
		err = c.err == E_OK ? look_region(w, piece, at, size) : c.err;
	}
	if (!piece)
		worker_unscanned(w, STR(""), UNSCANNED_MEMORY, STR(""));
	free(piece);
}
