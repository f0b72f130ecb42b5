/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <endian.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* The index-th little-endian number of an array in borrowed bytes, of any alignment: for mapped
 * files that are asked in place. The caller has checked that it lies inside. */
static inline uint16_t load_u16(const uint8_t *array, size_t index)
{
	uint16_t value;
	memcpy(&value, array + index * sizeof(value), sizeof(value));
	return le16toh(value);
}

static inline uint32_t load_u32(const uint8_t *array, size_t index)
{
	uint32_t value;
	memcpy(&value, array + index * sizeof(value), sizeof(value));
	return le32toh(value);
}

static inline uint64_t load_u64(const uint8_t *array, size_t index)
{
	uint64_t value;
	memcpy(&value, array + index * sizeof(value), sizeof(value));
	return le64toh(value);
}
