/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/lines.h"

bool lines_next(struct str *rest, bool whole, struct str *ret_line)
{
	const char *end = rest->size ? memchr(rest->data, '\n', rest->size) : NULL;
	if (rest->size == 0 || (!end && !whole))
		return false;
	size_t size = end ? (size_t)(end - rest->data) : rest->size;
	*ret_line = (struct str){rest->data, size};
	size += end != NULL;
	*rest = (struct str){rest->data + size, rest->size - size};
	return true;
}

static enum err take_line(const struct lines_taker *taker, struct str line, struct problem *problem)
{
	if (line.size <= LIMIT_ROW_BYTES)
		return taker->take(taker->context, line, problem);
	taker->too_long(taker->context);
	return E_OK;
}

/* A line longer than any window: its rest is passed over. */
static void skip_long_line(struct lines *l, const struct lines_taker *taker, struct str *rest)
{
	l->number++;
	if (!l->skipping)
		taker->too_long(taker->context);
	l->number--; /* its line feed is still to come */
	l->skipping = true;
	l->offset += rest->size;
	*rest = (struct str){rest->data + rest->size, 0};
}

enum err lines_consume(struct lines *l, const struct lines_taker *taker, uint64_t offset,
	struct str window, bool last, size_t *ret_used, struct problem *problem)
{
	struct str rest = window;
	struct str line;
	l->offset = offset;
	while (lines_next(&rest, last, &line)) {
		l->number++;
		if (!l->skipping)
			TRY(take_line(taker, line, problem));
		l->skipping = false;
		l->offset = offset + (window.size - rest.size);
	}
	if (rest.size > LIMIT_ROW_BYTES || (l->skipping && rest.size > 0))
		skip_long_line(l, taker, &rest);
	*ret_used = window.size - rest.size;
	return E_OK;
}
