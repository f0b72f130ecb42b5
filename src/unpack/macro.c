/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/macro.h"

#include "base/load.h"

enum {
	CHUNK = 4096, /* plain bytes of a chunk at most */
	SIGNATURE = 1
};

/* Every module begins with "Attribute", of which eight letters stand behind the first flags. Before
 * it: the signature and a chunk's header. Offset of the signature, content.size where there is
 * none. */
static size_t find_source(struct bytes content)
{
	static const char begin[] = "\0Attribut";
	struct bytes left = content;
	const uint8_t *p;
	while (left.size > 0 && (p = memmem(left.data, left.size, begin, sizeof(begin) - 1))) {
		size_t at = (size_t)(p - content.data);
		if (at >= 3 && p[-3] == SIGNATURE && (p[-1] & 0xF0) == 0xB0)
			return at - 3;
		left = (struct bytes){p + 1, left.size - (size_t)(p + 1 - left.data)};
	}
	return content.size;
}

bool macro_fits(struct bytes content)
{
	return find_source(content) < content.size;
}

struct chunk {
	uint8_t plain[CHUNK];
	size_t size;
};

/* Where in the token the length ends depends on how far the chunk has come. */
static bool copy(struct chunk *c, unsigned token)
{
	unsigned bits = 4;
	while (((size_t)1 << bits) < c->size)
		bits++;
	size_t length = (token & (0xFFFFU >> bits)) + 3;
	size_t back = (token >> (16 - bits)) + 1;
	if (back > c->size || length > CHUNK - c->size)
		return false;
	for (size_t i = 0; i < length; i++, c->size++)
		c->plain[c->size] = c->plain[c->size - back];
	return true;
}

/* Up to eight tokens behind their flags; bytes used, 0: no good. */
static size_t expand_tokens(struct chunk *c, struct bytes packed)
{
	unsigned flags = packed.data[0];
	size_t at = 1;
	for (unsigned i = 0; i < 8 && at < packed.size; i++, flags >>= 1) {
		if (flags & 1) {
			if (packed.size - at < 2 || !copy(c, load_u16(packed.data + at, 0)))
				return 0;
			at += 2;
		} else {
			if (c->size >= CHUNK)
				return 0;
			c->plain[c->size++] = packed.data[at++];
		}
	}
	return at;
}

static bool expand(struct chunk *c, struct bytes packed)
{
	c->size = 0;
	while (packed.size > 0) {
		size_t used = expand_tokens(c, packed);
		if (used == 0)
			return false;
		packed = (struct bytes){packed.data + used, packed.size - used};
	}
	return true;
}

static enum err add_chunk(struct unpacking *u, struct chunk *c, bool compressed, struct bytes body)
{
	if (!compressed)
		return unpacking_add(u, body);
	bool good = expand(c, body);
	TRY(unpacking_add(u, (struct bytes){c->plain, c->size}));
	return good ? E_OK : E_SYNTAX;
}

/* Chunks until one's header is none: caches may follow. */
static enum err add_source(struct unpacking *u, struct bytes packed)
{
	struct chunk chunk;
	while (packed.size > 2) {
		unsigned header = load_u16(packed.data, 0);
		size_t size = (header & 0xFFF) + 1;
		if ((header & 0x7000) != 0x3000)
			break;
		packed = (struct bytes){packed.data + 2, packed.size - 2};
		if (size > packed.size)
			return E_TRUNCATED;
		struct bytes body = {packed.data, size};
		TRY(add_chunk(u, &chunk, (header & 0x8000) != 0, body));
		packed = (struct bytes){packed.data + size, packed.size - size};
	}
	return E_OK;
}

enum err macro_open(struct unpacking *u, const struct container *self, struct bytes content)
{
	size_t at = find_source(content) + 1;
	(void)self;
	if (at >= content.size)
		return E_OK;
	TRY(unpacking_begin(u, STR("macro")));
	struct bytes packed = {content.data + at, content.size - at};
	return unpacking_end(u, add_source(u, packed), STR(""));
}
