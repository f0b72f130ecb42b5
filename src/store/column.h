/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/err.h"
#include "base/writer.h"

/* Integers of one column, packed: each is a base plus an unsigned number of 0, 1, 2, 3, 4 or 8
 * bytes. Width 0 is a constant column: one value for all rows. docs/format/segment.md. */

/* u8 width, u64 base, the numbers. */
void packed_write(struct writer *w, const uint64_t *values, size_t count);

/* Sticky: on failure the cursor's error is set and values are zero. */
void packed_read(struct cursor *c, uint64_t *values, size_t count);

/* The same with zstd and differences where they pay, for columns read whole. The coder holds the
 * working memory of one thread. */
struct column_coder;
struct column_coder *column_coder_new(void); /* NULL without memory */
void column_coder_free(struct column_coder *coder);

enum column_hint {
	COLUMN_ANY,
	COLUMN_ASCENDS, /* neighbours are close: differences are tried */
	COLUMN_RANDOM   /* zstd is not even tried */
};

/* At most BATCH_ROWS values. */
void column_write(struct column_coder *coder, struct writer *w, const uint64_t *values,
	size_t count, enum column_hint hint);

/* Values over `most` are refused: E_SYNTAX sticks to the cursor. */
void column_read(struct column_coder *coder, struct cursor *c, uint64_t *values, size_t count,
	uint64_t most);

/* A run of bytes instead of integers. */
void column_write_bytes(struct column_coder *coder, struct writer *w, struct bytes bytes);

/* Appends exactly `size` bytes to `out`. */
void column_read_bytes(
	struct column_coder *coder, struct cursor *c, size_t size, struct writer *out);

/* Past a column without looking inside. */
void column_skip(struct cursor *c);
