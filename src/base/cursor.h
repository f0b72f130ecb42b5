/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Reads little-endian values and byte runs from borrowed bytes. The first failure sticks: later
 * reads give zero or empty, and cursor_end() tells. So a parser reads on and asks once. */
struct cursor {
	const uint8_t *data;
	size_t size;
	size_t at; /* offset of the next byte; where the failure happened once err is set */
	enum err err;
};

void cursor_init(struct cursor *c, struct bytes bytes);

uint8_t cursor_u8(struct cursor *c);
uint16_t cursor_u16(struct cursor *c);
uint32_t cursor_u32(struct cursor *c);
uint64_t cursor_u64(struct cursor *c);

/* `size` bytes, borrowed from the input; empty on failure. */
struct bytes cursor_take(struct cursor *c, size_t size);

/* A u32 length, then that many bytes; E_LIMIT past `limit`. */
struct str cursor_string(struct cursor *c, size_t limit);

/* Sets the sticky error unless one is set already. */
void cursor_fail(struct cursor *c, enum err err);

size_t cursor_left(const struct cursor *c);

/* The sticky error; E_SYNTAX when bytes are left over. */
MUST_CHECK enum err cursor_end(const struct cursor *c);
