/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "store/segment.h"

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

static void check_row(const struct segment *s, const struct batch *block, size_t row)
{
	struct sighting sighting = segment_sighting(s, block, row);
	uint8_t sum = 0;
	for (size_t i = 0; i < sighting.extras.size; i++)
		sum ^= sighting.extras.data[i];
	for (size_t i = 0; i < sighting.name.size; i++)
		sum ^= (uint8_t)sighting.name.data[i];
	__asm__ volatile("" : : "r"(sum)); /* so that the bytes are read */
	if (sighting.kind >= KIND__COUNT || sighting.precision >= PRECISION__COUNT ||
		sighting.at.length > 128 || sighting.time.to.seconds < sighting.time.from.seconds)
		abort();
}

static void check_block(
	struct segment *s, struct column_coder *coder, struct batch *block, size_t index)
{
	struct segment_block *entry = &s->blocks[index];
	const struct bytes body = s->frame.body;
	if (entry->offset <= body.size && entry->size <= body.size - entry->offset)
		entry->checksum =
			checksum_of((struct bytes){body.data + entry->offset, entry->size});
	if (segment_read_block(s, coder, index, SEGMENT_READ_IDENTITY, block) != E_OK)
		return;
	if (segment_read_block(s, coder, index, SEGMENT_READ_ALL, block) != E_OK)
		return;
	for (size_t row = 0; row < block->rows; row++)
		check_row(s, block, row);
}

/* Whatever a segment's bytes are: an error, or rows within the bounds of struct batch. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct segment *s;
	if (size < FRAME_HEADER_SIZE + TAIL_SIZE || size > LARGEST)
		return 0;
	uint8_t *file = malloc(size);
	struct column_coder *coder = column_coder_new();
	struct batch *block = batch_new();
	if (!file || !coder || !block)
		abort();
	memcpy(file, data, size);
	mend_tail(file, size);
	if (segment_open((struct bytes){file, size}, &s) == E_OK) {
		for (size_t i = 0; i < s->block_count && i < 8; i++)
			check_block(s, coder, block, i);
		segment_close(s);
	}
	batch_free(block);
	column_coder_free(coder);
	free(file);
	return 0;
}
