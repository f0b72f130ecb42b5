/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* Memory for one job (a request, a batch, a file), all given back at once. Allocation never moves
 * what was handed out before. */
struct arena {
	struct arena_block *blocks; /* newest first */
	size_t used;                /* bytes used of the newest block */
	size_t total;               /* bytes taken from the system */
	size_t limit;
};

void arena_init(struct arena *a, size_t limit);

/* Gives everything back. Safe on a cleared or released arena. */
void arena_release(struct arena *a);

/* Forgets what was allocated, keeps the newest block for reuse. */
void arena_clear(struct arena *a);

/* Zeroed memory for count × size bytes, aligned for any type; NULL over the limit, on overflow or
 * without memory. */
void *arena_alloc(struct arena *a, size_t count, size_t size);

/* A copy that also ends in NUL; data is NULL on failure. */
struct str arena_copy(struct arena *a, struct str s);

/* The same as a C string; NULL on failure. */
char *arena_cstr(struct arena *a, struct str s);
