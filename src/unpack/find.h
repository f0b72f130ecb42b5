/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* Offset of the needle, b.size where it does not occur. */
static inline size_t bytes_find(struct bytes b, struct str needle)
{
	if (b.size < needle.size || !b.data)
		return b.size;
	const uint8_t *p = memmem(b.data, b.size, needle.data, needle.size);
	return p ? (size_t)(p - b.data) : b.size;
}

/* What is left from an offset on; empty past the end. */
static inline struct bytes bytes_from(struct bytes b, size_t at)
{
	return at < b.size ? (struct bytes){b.data + at, b.size - at} : (struct bytes){NULL, 0};
}
