/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/limits.h"
#include "base/problem.h"
#include "base/span.h"

/* Input taken line by line, whatever its windows cut: within room feed only. Begin with all zero.
 */
struct lines {
	uint64_t number; /* of the line in hand, from 1 */
	uint64_t offset; /* of its first byte in the input */
	bool skipping;   /* inside a line that is too long */
};

struct lines_taker {
	void *context;
	/* A line without its line feed; a carriage return is still there. */
	enum err (*take)(void *context, struct str line, struct problem *problem);
	/* Once for a line longer than LIMIT_ROW_BYTES: it is passed over. */
	void (*too_long)(void *context);
};

/* offset: of the window in the input. Stops at the first error of take(). */
MUST_CHECK enum err lines_consume(struct lines *l, const struct lines_taker *taker, uint64_t offset,
	struct str window, bool last, size_t *ret_used, struct problem *problem);

/* The next line, without its end; false at the end, and where the last line of a text that goes on
 * is cut. */
bool lines_next(struct str *rest, bool whole, struct str *ret_line);
