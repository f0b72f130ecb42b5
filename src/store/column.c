/* SPDX-License-Identifier: Apache-2.0 */
#include "store/column.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

#include "model/sighting.h"

enum {
	FLAG_DIFFERENCES = 1,
	FLAG_ZSTD = 2,
	FLAGS_ALL = FLAG_DIFFERENCES | FLAG_ZSTD,
	ZSTD_LEVEL = 1, /* chosen by measurement: docs/design/store.md */
	ZSTD_FROM = 64, /* bytes: below, a frame's own size eats the gain */
	WIDTH_MOST = 8
};

struct column_coder {
	ZSTD_CCtx *compressor;
	ZSTD_DCtx *decompressor;
	uint64_t differences[BATCH_ROWS];
	uint8_t packed[BATCH_ROWS * WIDTH_MOST];
};

struct column_coder *column_coder_new(void)
{
	struct column_coder *coder = malloc(sizeof(*coder));
	if (!coder)
		return NULL;
	coder->compressor = ZSTD_createCCtx();
	coder->decompressor = ZSTD_createDCtx();
	if (!coder->compressor || !coder->decompressor) {
		column_coder_free(coder);
		return NULL;
	}
	return coder;
}

void column_coder_free(struct column_coder *coder)
{
	if (!coder)
		return;
	ZSTD_freeCCtx(coder->compressor);
	ZSTD_freeDCtx(coder->decompressor);
	free(coder);
}

struct range {
	uint64_t low;
	uint64_t high;
};

static struct range range_of(const uint64_t *values, size_t count)
{
	struct range r = {count ? values[0] : 0, count ? values[0] : 0};
	for (size_t i = 1; i < count; i++) {
		r.low = values[i] < r.low ? values[i] : r.low;
		r.high = values[i] > r.high ? values[i] : r.high;
	}
	return r;
}

static unsigned width_of(struct range r)
{
	uint64_t most = r.high - r.low;
	if (most == 0)
		return 0;
	if (most > UINT32_MAX)
		return WIDTH_MOST;
	return most > 0xffffff ? 4 : most > 0xffff ? 3 : most > 0xff ? 2 : 1;
}

static bool width_valid(unsigned width)
{
	return width <= 4 || width == WIDTH_MOST;
}

/* One loop a width, so that each becomes plain stores. */
#define PACK(width)                                                                                \
	for (size_t i = 0; i < count; i++)                                                         \
		for (size_t byte = 0; byte < (width); byte++)                                      \
	at[i * (width) + byte] = (uint8_t)((values[i] - base) >> (8 * byte))

static void pack(uint8_t *at, const uint64_t *values, size_t count, uint64_t base, unsigned width)
{
	if (width == 1)
		PACK(1);
	else if (width == 2)
		PACK(2);
	else if (width == 3)
		PACK(3);
	else if (width == 4)
		PACK(4);
	else
		PACK(8);
}

#define UNPACK(width)                                                                              \
	for (size_t i = 0; i < count; i++) {                                                       \
		uint64_t value = 0;                                                                \
		for (size_t byte = 0; byte < (width); byte++)                                      \
			value |= (uint64_t)at[i * (width) + byte] << (8 * byte);                   \
		values[i] = base + value;                                                          \
	}

static void unpack(const uint8_t *at, uint64_t *values, size_t count, uint64_t base, unsigned width)
{
	if (width == 0)
		for (size_t i = 0; i < count; i++)
			values[i] = base;
	else if (width == 1)
		UNPACK(1)
	else if (width == 2)
		UNPACK(2)
	else if (width == 3)
		UNPACK(3)
	else if (width == 4)
		UNPACK(4)
	else
		UNPACK(8)
}

void packed_write(struct writer *w, const uint64_t *values, size_t count)
{
	struct range r = range_of(values, count);
	unsigned width = width_of(r);
	writer_u8(w, (uint8_t)width);
	writer_u64(w, r.low);
	if (width == 0)
		return;
	uint8_t *at = writer_reserve(w, count * width);
	if (at)
		pack(at, values, count, r.low, width);
}

void packed_read(struct cursor *c, uint64_t *values, size_t count)
{
	unsigned width = cursor_u8(c);
	uint64_t base = cursor_u64(c);
	if (!width_valid(width))
		cursor_fail(c, E_SYNTAX);
	struct bytes packed = cursor_take(c, c->err == E_OK ? count * width : 0);
	if (c->err != E_OK) {
		memset(values, 0, count * sizeof(*values));
		return;
	}
	unpack(packed.data, values, count, base, width);
}

/* Compresses into the writer, or copies where that saves less than an eighth. True: compressed. */
static bool write_small(struct column_coder *coder, struct writer *w, struct bytes raw, bool try)
{
	size_t start = w->size, size = 0;
	if (try && raw.size >= ZSTD_FROM) {
		size_t room = ZSTD_compressBound(raw.size);
		uint8_t *at = writer_reserve(w, room);
		if (!at)
			return false;
		size = ZSTD_compressCCtx(
			coder->compressor, at, room, raw.data, raw.size, ZSTD_LEVEL);
		bool smaller = !ZSTD_isError(size) && size < raw.size - raw.size / 8;
		w->size = start + (smaller ? size : 0);
		if (smaller)
			return true;
	}
	writer_bytes(w, raw);
	return false;
}

/* The stored size and the flag are known only after the bytes: they are put in then. */
static void write_payload(
	struct column_coder *coder, struct writer *w, size_t flags_at, struct bytes raw, bool try)
{
	size_t size_at = w->size;
	writer_u32(w, 0);
	bool compressed = write_small(coder, w, raw, try);
	size_t size = w->size - size_at - sizeof(uint32_t);
	if (w->err == E_OK && size > UINT32_MAX)
		writer_fail(w, E_LIMIT);
	if (w->err != E_OK)
		return;
	w->data[flags_at] |= compressed ? FLAG_ZSTD : 0;
	for (size_t i = 0; i < sizeof(uint32_t); i++)
		w->data[size_at + i] = (uint8_t)(size >> (8 * i));
}

/* Zigzag: small numbers for small steps up or down. */
static void to_differences(const uint64_t *values, uint64_t *differences, size_t count)
{
	differences[0] = 0;
	for (size_t i = 1; i < count; i++) {
		uint64_t step = values[i] - values[i - 1];
		differences[i] = step << 1 ^ (0 - (step >> 63));
	}
}

static void from_differences(uint64_t *values, size_t count, uint64_t start)
{
	for (size_t i = 0; i < count; i++) {
		start += values[i] >> 1 ^ (0 - (values[i] & 1));
		values[i] = start;
	}
}

void column_write(struct column_coder *coder, struct writer *w, const uint64_t *values,
	size_t count, enum column_hint hint)
{
	assert(count <= BATCH_ROWS);
	size_t flags_at = w->size;
	uint64_t start = count ? values[0] : 0;
	struct range r = range_of(values, count);
	uint8_t flags = 0;
	if (hint == COLUMN_ASCENDS && r.high > r.low) {
		to_differences(values, coder->differences, count);
		struct range steps = range_of(coder->differences, count);
		if (width_of(steps) < width_of(r)) {
			flags = FLAG_DIFFERENCES;
			values = coder->differences;
			r = steps;
		}
	}
	unsigned width = width_of(r);
	writer_u8(w, flags);
	writer_u8(w, (uint8_t)width);
	writer_u64(w, r.low);
	if (flags & FLAG_DIFFERENCES)
		writer_u64(w, start);
	if (width == 0)
		return;
	pack(coder->packed, values, count, r.low, width);
	write_payload(coder, w, flags_at, (struct bytes){coder->packed, count * width},
		hint != COLUMN_RANDOM);
}

struct column_head {
	unsigned flags;
	unsigned width;
	uint64_t base;
	uint64_t start;
	struct bytes payload;
};

static struct column_head read_head(struct cursor *c)
{
	struct column_head head = {.flags = cursor_u8(c)};
	head.width = cursor_u8(c);
	if (head.flags & ~(unsigned)FLAGS_ALL || !width_valid(head.width))
		cursor_fail(c, E_SYNTAX);
	head.base = cursor_u64(c);
	if (head.flags & FLAG_DIFFERENCES)
		head.start = cursor_u64(c);
	if (head.width > 0)
		head.payload = cursor_take(c, cursor_u32(c));
	return head;
}

/* The payload as `size` raw bytes, in place or decompressed into `room` (of that size). */
static struct bytes raw_payload(struct column_coder *coder, struct cursor *c,
	const struct column_head *head, uint8_t *room, size_t size)
{
	if (c->err != E_OK)
		return (struct bytes){NULL, 0};
	if (!(head->flags & FLAG_ZSTD)) {
		if (head->payload.size != size)
			cursor_fail(c, E_SYNTAX);
		return head->payload;
	}
	size_t got = ZSTD_decompressDCtx(
		coder->decompressor, room, size, head->payload.data, head->payload.size);
	if (ZSTD_isError(got) || got != size)
		cursor_fail(c, E_SYNTAX);
	return (struct bytes){room, size};
}

void column_read(
	struct column_coder *coder, struct cursor *c, uint64_t *values, size_t count, uint64_t most)
{
	assert(count <= BATCH_ROWS);
	struct column_head head = read_head(c);
	struct bytes raw = raw_payload(coder, c, &head, coder->packed, count * head.width);
	if (c->err != E_OK) {
		memset(values, 0, count * sizeof(*values));
		return;
	}
	unpack(raw.data, values, count, head.base, head.width);
	if (head.flags & FLAG_DIFFERENCES)
		from_differences(values, count, head.start);
	if (range_of(values, count).high > most)
		cursor_fail(c, E_SYNTAX);
}

/* Bytes are a column of width 1 and base 0; none at all is width 0. */
void column_write_bytes(struct column_coder *coder, struct writer *w, struct bytes bytes)
{
	size_t flags_at = w->size;
	writer_u8(w, 0);
	writer_u8(w, bytes.size > 0);
	writer_u64(w, 0);
	if (bytes.size > 0)
		write_payload(coder, w, flags_at, bytes, true);
}

void column_read_bytes(
	struct column_coder *coder, struct cursor *c, size_t size, struct writer *out)
{
	struct column_head head = read_head(c);
	if (head.width != (size > 0) || head.base != 0 || head.flags & FLAG_DIFFERENCES)
		cursor_fail(c, E_SYNTAX);
	if (c->err != E_OK || size == 0)
		return;
	uint8_t *room = writer_reserve(out, size);
	if (!room) {
		cursor_fail(c, out->err);
		return;
	}
	struct bytes raw = raw_payload(coder, c, &head, room, size);
	if (c->err == E_OK && raw.data && raw.data != room)
		memcpy(room, raw.data, size);
	else if (c->err != E_OK)
		memset(room, 0, size);
}

void column_skip(struct cursor *c)
{
	(void)read_head(c);
}
