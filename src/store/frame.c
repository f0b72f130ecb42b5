/* SPDX-License-Identifier: Apache-2.0 */
#include "store/frame.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	MAGIC_SIZE = 8
};

uint64_t checksum_of(struct bytes bytes)
{
	return XXH3_64bits(bytes.data, bytes.size);
}

static void write_magic(const struct frame_kind *kind, struct writer *w)
{
	writer_bytes(w, (struct bytes){(const uint8_t *)kind->magic, MAGIC_SIZE});
}

void frame_write_header(const struct frame_kind *kind, struct writer *w)
{
	write_magic(kind, w);
	writer_u32(w, kind->version);
	writer_u32(w, 0);
}

void frame_write_tail(
	const struct frame_kind *kind, struct writer *w, uint64_t at, struct bytes directory)
{
	if (directory.size > UINT32_MAX)
		writer_fail(w, E_LIMIT);
	writer_u64(w, at);
	writer_u32(w, (uint32_t)directory.size);
	writer_u32(w, 0);
	writer_u64(w, checksum_of(directory));
	write_magic(kind, w);
}

static bool magic_is(struct bytes magic, const struct frame_kind *kind)
{
	return magic.size == MAGIC_SIZE && memcmp(magic.data, kind->magic, MAGIC_SIZE) == 0;
}

static enum err check_header(const struct frame_kind *kind, struct bytes header)
{
	struct cursor c;
	cursor_init(&c, header);
	struct bytes magic = cursor_take(&c, MAGIC_SIZE);
	uint32_t version = cursor_u32(&c);
	uint32_t reserved = cursor_u32(&c);
	if (!magic_is(magic, kind))
		return E_CORRUPT;
	if (version != kind->version)
		return E_VERSION;
	return reserved == 0 ? E_OK : E_CORRUPT;
}

enum err frame_open(const struct frame_kind *kind, struct bytes file, struct frame *ret_frame)
{
	struct cursor c;
	if (file.size < FRAME_HEADER_SIZE + FRAME_TAIL_SIZE)
		return E_CORRUPT;
	size_t tail_at = file.size - FRAME_TAIL_SIZE;
	TRY(check_header(kind, (struct bytes){file.data, FRAME_HEADER_SIZE}));
	cursor_init(&c, (struct bytes){file.data + tail_at, FRAME_TAIL_SIZE});
	uint64_t at = cursor_u64(&c);
	uint32_t size = cursor_u32(&c);
	uint32_t reserved = cursor_u32(&c);
	uint64_t checksum = cursor_u64(&c);
	struct bytes magic = cursor_take(&c, MAGIC_SIZE);
	if (!magic_is(magic, kind) || reserved != 0 || size > tail_at - FRAME_HEADER_SIZE ||
		at != tail_at - size)
		return E_CORRUPT;
	struct bytes directory = {file.data + at, size};
	if (checksum_of(directory) != checksum)
		return E_CORRUPT;
	*ret_frame = (struct frame){
		.body = {file.data + FRAME_HEADER_SIZE, (size_t)at - FRAME_HEADER_SIZE},
		.directory = directory,
		.checksum = checksum,
	};
	return E_OK;
}

enum err frame_piece(const struct frame *f, uint64_t offset, uint64_t size, uint64_t checksum,
	struct bytes *ret_piece)
{
	if (offset > f->body.size || size > f->body.size - offset)
		return E_CORRUPT;
	struct bytes piece = {f->body.data + offset, (size_t)size};
	if (checksum_of(piece) != checksum)
		return E_CORRUPT;
	*ret_piece = piece;
	return E_OK;
}
