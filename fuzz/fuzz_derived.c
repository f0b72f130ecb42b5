/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "store/derived.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	TAIL_SIZE = FRAME_TAIL_SIZE,
	LARGEST = 1 << 20
};

static void put(uint8_t *at, uint64_t value)
{
	for (size_t i = 0; i < 8; i++)
		at[i] = (uint8_t)(value >> (8 * i));
}

/* Checksums keep a fuzzer out, as they do accidents: the tail is made to fit again. */
static void mend_tail(uint8_t *file, size_t size)
{
	uint8_t *tail = file + size - TAIL_SIZE;
	size_t directory = (size_t)tail[8] | (size_t)tail[9] << 8 | (size_t)tail[10] << 16;
	if (directory > size - TAIL_SIZE - FRAME_HEADER_SIZE)
		return;
	tail[11] = 0;
	put(tail, size - TAIL_SIZE - directory);
	put(tail + 16, checksum_of((struct bytes){tail - directory, directory}));
}

static uint64_t mended(const struct derived *d, uint64_t offset, uint64_t size)
{
	const struct bytes body = d->frame.body;
	if (offset > body.size || size > body.size - offset)
		return 0;
	return checksum_of((struct bytes){body.data + offset, (size_t)size});
}

static void check_set(struct derived *d, size_t index)
{
	struct derived_set *entry = &d->sets[index];
	struct unit_set *set;
	entry->checksum = mended(d, entry->offset, entry->size);
	if (derived_read_set(d, index, &set) == E_OK)
		unit_set_free(set);
}

/* Units ascend within a family, and each is found again. */
static void check_rows(const struct derived *d, size_t index, const struct derived_rows *rows)
{
	for (size_t i = 0; i < rows->count; i++) {
		uint32_t first, last;
		if (rows->first[i] > rows->last[i])
			abort();
		if (i % 997 == 0 && derived_find(d, index, rows->units[i], &first, &last) == E_OK &&
			first > last)
			abort();
	}
}

static void check_summary(struct derived *d, size_t index, struct derived_rows *rows)
{
	struct derived_summary *summary = &d->summaries[index];
	for (size_t i = 0; i < (size_t)summary->v4_blocks + summary->v6_blocks; i++)
		summary->blocks[i].checksum =
			mended(d, summary->blocks[i].offset, summary->blocks[i].size);
	if (derived_read_summary(d, index, rows) == E_OK)
		check_rows(d, index, rows);
}

static void check_ranges(struct derived *d)
{
	struct cursor c;
	struct derived_range range;
	d->range_checksum = mended(d, d->range_offset, d->range_size);
	if (derived_ranges(d, &c) != E_OK)
		return;
	while (derived_next_range(d, &c, &range))
		if (range.first > range.last || range.key.name >= d->name_count)
			abort();
}

/* Whatever a derived file's bytes are: an error, or parts that keep their rules. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct derived *d;
	struct derived_rows rows = {0};
	if (size < FRAME_HEADER_SIZE + TAIL_SIZE || size > LARGEST)
		return 0;
	uint8_t *file = malloc(size);
	if (!file)
		abort();
	memcpy(file, data, size);
	mend_tail(file, size);
	if (derived_open((struct bytes){file, size}, &d) == E_OK) {
		for (size_t i = 0; i < d->set_count; i++)
			check_set(d, i);
		for (size_t i = 0; i < d->summary_count; i++)
			check_summary(d, i, &rows);
		check_ranges(d);
		derived_close(d);
	}
	derived_rows_release(&rows);
	free(file);
	return 0;
}
