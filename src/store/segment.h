/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/sighting.h"
#include "os/file.h"
#include "store/column.h"
#include "store/frame.h"

/* A segment: up to SEGMENT_ROWS sightings of one file of one feed, immutable, readable without the
 * catalogue. Blocks of up to BATCH_ROWS rows, column by column. docs/format/segment.md. */
enum {
	SEGMENT_ROWS = 1 << 20,
	SEGMENT_BLOCK_EXTRAS = 4 << 20 /* bytes of extras past which a block is closed */
};

/* Columns as they follow each other in a block. Part of the format: never reorder. */
enum segment_column {
	SEGMENT_FIRST,
	SEGMENT_LENGTH, /* last − first */
	SEGMENT_IDENTITY,
	SEGMENT_IP_HIGH,
	SEGMENT_IP_LOW,
	SEGMENT_PREFIX,
	SEGMENT_PRECISION,
	SEGMENT_KIND,
	SEGMENT_NAME,
	SEGMENT_PORT,
	SEGMENT_PROTOCOL,
	SEGMENT_DST_HIGH,
	SEGMENT_DST_LOW,
	SEGMENT_DST_PORT,
	SEGMENT_MACHINE,
	SEGMENT_EXTRAS_SIZE, /* numbers of a row, as all above; then the extras' bytes */
	SEGMENT_COLUMN__COUNT
};

/* Which columns to read, one bit each. SEGMENT_EXTRAS_SIZE brings the bytes too. */
enum {
	SEGMENT_READ_ALL = (1 << SEGMENT_COLUMN__COUNT) - 1,
	SEGMENT_READ_IDENTITY = 1 << SEGMENT_FIRST | 1 << SEGMENT_IDENTITY,
	SEGMENT_READ_DERIVED = 1 << SEGMENT_FIRST | 1 << SEGMENT_LENGTH | 1 << SEGMENT_IP_HIGH |
			       1 << SEGMENT_IP_LOW | 1 << SEGMENT_PREFIX | 1 << SEGMENT_PRECISION |
			       1 << SEGMENT_KIND | 1 << SEGMENT_NAME,
};

struct segment_facts {
	uint64_t bytes;
	uint64_t checksum; /* of the directory, which holds those of the blocks */
	uint32_t rows;
	uint32_t first; /* seconds */
	uint32_t last;
};

/* Writes one segment after the other into `folder` (borrowed). */
struct segment_writer;
struct segment_writer *segment_writer_new(int folder); /* NULL without memory */
void segment_writer_free(struct segment_writer *sw);   /* an unfinished one leaves nothing */

/* A block; its name column numbers the texts given at the end. */
MUST_CHECK enum err segment_writer_add(struct segment_writer *sw, const struct batch *block);

/* All of it is written, and the caller's to place: the writer is free for the next one. */
MUST_CHECK enum err segment_writer_close(struct segment_writer *sw, struct str feed,
	const struct text_table *names, const struct text_table *columns,
	struct segment_facts *ret_facts, struct file_new *ret_file);

struct segment_block {
	uint64_t offset; /* within the frame's body */
	uint64_t checksum;
	uint32_t size;
	uint32_t rows;
	uint32_t first;
	uint32_t last;
};

/* Over borrowed bytes. Fields are for reading. */
struct segment {
	struct segment_facts facts;
	struct str feed;
	size_t name_count;
	struct str *names; /* raw malware names; those of rows are below name_count */
	size_t column_count;
	struct str *columns; /* of extras */
	size_t block_count;
	struct segment_block *blocks;
	struct frame frame;
	struct arena memory; /* of the arrays */
};

/* Checks header, directory and every bound; blocks are checked when read. */
MUST_CHECK enum err segment_open(struct bytes file, struct segment **ret_segment);
void segment_close(struct segment *s);

/* Fills the chosen columns of `out` (cleared first), the rest is undefined. All values are within
 * the bounds of struct batch, whatever the bytes were; extras are bytes as they came. */
MUST_CHECK enum err segment_read_block(const struct segment *s, struct column_coder *coder,
	size_t index, unsigned columns, struct batch *out);

/* A row of a block read with SEGMENT_READ_ALL; texts borrow from both. */
struct sighting segment_sighting(const struct segment *s, const struct batch *block, size_t row);

/* Within the room. */
extern const struct frame_kind segment_frame_kind;

/* Between a column of struct batch and plain numbers. */
void segment_load_column(const struct batch *b, enum segment_column column, uint64_t *ret_values);
uint64_t segment_column_most(enum segment_column column);

/* False where the numbers do not fit together (a last second past 2106, too many extras). */
bool segment_store_column(struct batch *b, enum segment_column column, const uint64_t *values);
