/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>

#include "os/running.h"
#include "scan/worker_parts.h"

enum {
	GAP = 64 << 10 /* pages of one thing lie scattered: what is nearer is judged together */
};

/* Pages of a process side by side, with zeros between them. */
struct stretch {
	struct worker *w;
	uint8_t *bytes; /* MEMORY_PIECE */
	uint64_t at;    /* address of the first */
	size_t size;
	size_t there; /* of these, what could be read */
};

static enum err look_at(struct stretch *t)
{
	char object[48];
	size_t size = t->size, there = t->there;
	t->size = t->there = 0;
	if (there == 0)
		return E_OK;
	int length =
		snprintf(object, sizeof(object), "memory at 0x%llx", (unsigned long long)t->at);
	return worker_match(t->w, (struct str){object, (size_t)length},
		(struct bytes){t->bytes, size}, MATCH_NO_HASH);
}

static bool goes_on(const struct stretch *t, uint64_t at, uint64_t size)
{
	uint64_t end = t->at + t->size;
	return t->size > 0 && at >= end && at - end <= GAP && at - t->at <= MEMORY_PIECE - size;
}

/* What the process has given back meanwhile stays zero. */
static enum err add_region(struct stretch *t, uint64_t at, uint64_t size)
{
	size_t there;
	if (!goes_on(t, at, size)) {
		TRY(look_at(t));
		t->at = at;
	}
	size_t from = (size_t)(at - t->at);
	memset(t->bytes + t->size, 0, from + size - t->size);
	memory_read(t->w->fd, at, t->bytes + from, size, &there);
	t->size = from + size;
	t->there += there;
	return E_OK;
}

static enum err look_at_all(struct stretch *t)
{
	struct cursor c;
	cursor_init(&c, str_bytes(t->w->task->extra));
	while (cursor_left(&c) > 0) {
		uint64_t at = cursor_u64(&c);
		uint64_t size = cursor_u64(&c);
		if (c.err != E_OK || size > MEMORY_PIECE || at > UINT64_MAX - size)
			return E_SYNTAX;
		TRY(add_region(t, at, size));
	}
	return look_at(t);
}

void worker_look_memory(struct worker *w)
{
	struct stretch t = {.w = w, .bytes = malloc(MEMORY_PIECE)};
	enum err err = t.bytes ? look_at_all(&t) : E_NOMEM;
	/* A time that is up has been told. */
	if (err == E_NOMEM)
		worker_unscanned(w, STR(""), UNSCANNED_MEMORY, STR(""));
	if (err == E_SYNTAX)
		worker_unscanned(w, STR(""), UNSCANNED_ENGINE, STR(""));
	free(t.bytes);
}
