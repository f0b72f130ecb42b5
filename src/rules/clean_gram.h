/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* Six bytes in a row, as data/clean_grams.def counts them. */
enum {
	CLEAN_GRAM = 6,
	CLEAN_GRAMS = 1 << 18 /* bits of the table: the first of the hash */
};

static inline uint64_t clean_gram_hash(const uint8_t *bytes)
{
	uint64_t gram = 0;
	for (int i = 0; i < CLEAN_GRAM; i++) {
		uint8_t b = bytes[i];
		gram = gram << 8 | (b >= 'A' && b <= 'Z' ? b | 0x20 : b);
	}
	gram *= UINT64_C(0x9E3779B97F4A7C15);
	return (gram ^ gram >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
}
