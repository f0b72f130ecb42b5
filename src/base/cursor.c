/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cursor.h"

void cursor_init(struct cursor *c, struct bytes bytes)
{
	*c = (struct cursor){.data = bytes.data, .size = bytes.size};
}

void cursor_fail(struct cursor *c, enum err err)
{
	if (c->err == E_OK)
		c->err = err;
}

size_t cursor_left(const struct cursor *c)
{
	return c->err == E_OK ? c->size - c->at : 0;
}

struct bytes cursor_take(struct cursor *c, size_t size)
{
	if (c->err != E_OK || size > c->size - c->at) {
		cursor_fail(c, E_TRUNCATED);
		return (struct bytes){NULL, 0};
	}
	struct bytes taken = {size ? c->data + c->at : NULL, size};
	c->at += size;
	return taken;
}

static uint64_t take_little_endian(struct cursor *c, size_t size)
{
	struct bytes b = cursor_take(c, size);
	uint64_t value = 0;
	for (size_t i = b.size; i > 0; i--)
		value = value << 8 | b.data[i - 1];
	return value;
}

uint8_t cursor_u8(struct cursor *c)
{
	return (uint8_t)take_little_endian(c, 1);
}

uint16_t cursor_u16(struct cursor *c)
{
	return (uint16_t)take_little_endian(c, 2);
}

uint32_t cursor_u32(struct cursor *c)
{
	return (uint32_t)take_little_endian(c, 4);
}

uint64_t cursor_u64(struct cursor *c)
{
	return take_little_endian(c, 8);
}

struct str cursor_string(struct cursor *c, size_t limit)
{
	size_t size = cursor_u32(c);
	if (size > limit)
		cursor_fail(c, E_LIMIT);
	struct bytes b = cursor_take(c, size);
	return (struct str){(const char *)b.data, b.size};
}

enum err cursor_end(const struct cursor *c)
{
	if (c->err != E_OK)
		return c->err;
	return c->at == c->size ? E_OK : E_SYNTAX;
}
