/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/nsis.h"

#include <stdio.h>

#include "base/load.h"
#include "unpack/inflate.h"
#include "unpack/lzma_stream.h"

enum {
	FIRST_HEADER = 28,
	PACKED = 1U << 31 /* in a block's size */
};

enum method {
	METHOD_DEFLATE,
	METHOD_LZMA,
	METHOD_BZIP2 /* a form of their own */
};

static const char mark[] = "\xEF\xBE\xAD\xDENullsoftInst";

size_t nsis_find(struct bytes content)
{
	const uint8_t *p = memmem(content.data, content.size, mark, sizeof(mark) - 1);
	size_t at = p ? (size_t)(p - content.data) : content.size;
	return p && at >= 4 && content.size - at > FIRST_HEADER ? at - 4 : content.size;
}

static bool is_lzma(struct bytes b)
{
	return b.size > 5 && b.data[0] == 0x5D && b.data[1] == 0 && b.data[2] == 0;
}

/* LZMA may have a byte in front that says whether jumps were rewritten. */
static struct bytes without_filter(struct bytes b)
{
	if (b.size > 6 && b.data[0] <= 1 && is_lzma((struct bytes){b.data + 1, b.size - 1}))
		return (struct bytes){b.data + 1, b.size - 1};
	return b;
}

static enum method method_of(struct bytes packed)
{
	if (is_lzma(without_filter(packed)))
		return METHOD_LZMA;
	return packed.size > 1 && packed.data[0] == 0x31 && packed.data[1] < 14 ? METHOD_BZIP2
										: METHOD_DEFLATE;
}

static enum err add_packed(struct unpacking *u, enum method method, struct bytes packed)
{
	switch (method) {
	case METHOD_LZMA:
		return lzma_add(u, without_filter(packed), UINT64_MAX);
	case METHOD_DEFLATE:
		return inflate_add(u, packed, DEFLATE_RAW, NULL);
	case METHOD_BZIP2:
		break;
	}
	return E_UNKNOWN;
}

static struct str number_name(char *buffer, size_t capacity, size_t number)
{
	int size = snprintf(buffer, capacity, "block %zu", number);
	return (struct str){buffer, (size_t)size};
}

static enum err open_block(
	struct unpacking *u, size_t number, bool packed, enum method method, struct bytes block)
{
	char buffer[32];
	struct str name = number_name(buffer, sizeof(buffer), number);
	if (!packed)
		return unpacking_slice(u, name, block);
	TRY(unpacking_begin(u, name));
	return unpacking_end(u, add_packed(u, method, block), STR("NSIS"));
}

/* Blocks, each behind its size: the installer's header, then a file each; a sum at the end. */
static enum err open_blocks(struct unpacking *u, enum method method, struct bytes left)
{
	for (size_t number = 0; left.size > 4; number++) {
		uint32_t said = load_u32(left.data, 0);
		size_t size = said & ~(uint32_t)PACKED;
		left = (struct bytes){left.data + 4, left.size - 4};
		if (size > left.size) {
			unpacking_fault(u, UNSCANNED_DAMAGED, STR("NSIS"));
			size = left.size;
		}
		struct bytes block = {left.data, size};
		TRY(open_block(u, number, (said & PACKED) != 0, method, block));
		left = (struct bytes){left.data + size, left.size - size};
	}
	return unpacking_check(u);
}

static enum err open_solid_blocks(
	struct unpacking *u, const struct container *self, struct bytes content)
{
	(void)self;
	return open_blocks(u, METHOD_DEFLATE, content);
}

/* All in one stream. */
static enum err open_solid(struct unpacking *u, enum method method, struct bytes packed)
{
	static const struct container blocks = {STR_INIT("NSIS"), .open = open_solid_blocks};
	TRY(unpacking_begin(u, STR("NSIS")));
	enum err outcome = add_packed(u, method, packed);
	return unpacking_end_as(u, outcome, STR("NSIS"), &blocks);
}

enum err nsis_open(struct unpacking *u, struct bytes from_header)
{
	size_t size = load_u32(from_header.data + 24, 0);
	struct bytes data = {from_header.data + FIRST_HEADER, from_header.size - FIRST_HEADER};
	if (size >= FIRST_HEADER && size - FIRST_HEADER < data.size)
		data.size = size - FIRST_HEADER;
	if (data.size < 12)
		return unpacking_check(u);
	enum method whole = method_of(data);
	bool in_blocks = whole == METHOD_DEFLATE && (data.data[3] & 0x80) != 0;
	struct bytes first = {data.data + 4, data.size - 4};
	return in_blocks ? open_blocks(u, method_of(first), data) : open_solid(u, whole, data);
}
