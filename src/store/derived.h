/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/sighting.h"
#include "model/unit_set.h"
#include "model/unit_view.h"
#include "store/frame.h"

/* What questions are answered from: for each segment one file of distinct sets, first and last seen
 * per unit, and listed ranges. A pure function of the segment, byte for byte, so it can be made
 * anew at any time. docs/format/derived.md. */
enum {
	DERIVED_BLOCK = 1024 /* units of a summary read at once: one address costs one block */
};

/* --- making --- */
struct derived_builder;
struct derived_builder *derived_builder_new(void); /* NULL without memory */
void derived_builder_free(struct derived_builder *b);

/* Reads the columns of SEGMENT_READ_DERIVED; at most SEGMENT_ROWS rows in all. */
MUST_CHECK enum err derived_builder_add(struct derived_builder *b, const struct batch *block);

/* The whole file into `w` (cleared first), and the builder is empty for the next segment. */
MUST_CHECK enum err derived_builder_write(struct derived_builder *b, uint64_t segment_checksum,
	const struct str *names, size_t name_count, struct writer *w);

/* --- reading --- */
struct derived_key {
	uint32_t name; /* index into names */
	enum kind kind;
	enum precision precision;
};

struct derived_set {
	struct derived_key key;
	uint32_t from; /* seconds of the bucket, both inclusive */
	uint32_t last;
	uint32_t size;
	uint64_t offset;
	uint64_t checksum;
};

struct derived_block {
	uint64_t unit; /* the first */
	uint32_t count;
	uint32_t size;
	uint64_t offset;
	uint64_t checksum;
};

struct derived_summary {
	struct derived_key key;
	uint64_t count; /* units */
	uint32_t v4_blocks;
	uint32_t v6_blocks; /* follow those of IPv4 */
	struct derived_block *blocks;
};

/* Over borrowed bytes. Fields are for reading. */
struct derived {
	uint64_t segment_checksum;
	uint32_t rows;
	size_t name_count;
	struct str *names;
	uint32_t *name_rows; /* sightings of each name */
	size_t set_count;
	struct derived_set *sets;
	size_t summary_count;
	struct derived_summary *summaries;
	uint32_t range_count;
	uint32_t range_size;
	uint64_t range_offset;
	uint64_t range_checksum;
	struct frame frame;
	struct arena memory;
};

/* Checks header, directory and every bound; the parts are checked when read. */
MUST_CHECK enum err derived_open(struct bytes file, struct derived **ret_derived);
void derived_close(struct derived *d);

MUST_CHECK enum err derived_read_set(
	const struct derived *d, size_t index, struct unit_set **ret_set);

/* The same where it lies. */
MUST_CHECK enum err derived_view_set(
	const struct derived *d, size_t index, struct unit_view *ret_view);

/* Units ascending, IPv4 first. Reused from call to call: zero it before the first, release it. */
struct derived_rows {
	size_t count;
	size_t capacity;
	struct unit *units;
	uint32_t *first;
	uint32_t *last;
};
void derived_rows_release(struct derived_rows *rows);
MUST_CHECK enum err derived_read_summary(
	const struct derived *d, size_t index, struct derived_rows *rows);

/* First and last second of one unit: E_NOTFOUND where the summary lacks it. Reads one block. */
MUST_CHECK enum err derived_find(const struct derived *d, size_t index, struct unit unit,
	uint32_t *ret_first, uint32_t *ret_last);

struct derived_range {
	struct derived_key key;
	struct prefix prefix;
	uint32_t first;
	uint32_t last;
};

/* A cursor over the listed ranges; derived_next_range() is false at the end, and the cursor's error
 * tells whether it was a good one. */
MUST_CHECK enum err derived_ranges(const struct derived *d, struct cursor *ret_cursor);
bool derived_next_range(const struct derived *d, struct cursor *c, struct derived_range *ret_range);

/* Within the room. */
extern const struct frame_kind derived_frame_kind;
