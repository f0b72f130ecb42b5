/* SPDX-License-Identifier: Apache-2.0 */
/* Eight bytes at once in an ordinary register. */
#include <stdint.h>
#include <string.h>

struct masks {
	uint64_t separator;
	uint64_t newline;
	uint64_t quote;
	uint64_t nul;
};

/* Byte i of the word in bits 8i … 8i+7, whatever the processor's order. */
static uint64_t load_word(const char *data)
{
	uint64_t word;
	memcpy(&word, data, sizeof(word));
	return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap64(word);
}

/* Bit i: byte i of the word is c. The zero byte test without carries between bytes, then the eight
 * top bits are gathered by a multiplication. */
static uint64_t equal_bits(uint64_t word, char c)
{
	const uint64_t low = UINT64_C(0x7F7F7F7F7F7F7F7F);
	uint64_t x = word ^ (UINT64_C(0x0101010101010101) * (uint8_t)c);
	uint64_t zero = ~(((x & low) + low) | x | low);
	return (zero >> 7) * UINT64_C(0x0102040810204080) >> 56;
}

static void block_masks(const char *data, char separator, struct masks *ret_masks)
{
	*ret_masks = (struct masks){0, 0, 0, 0};
	for (int i = 0; i < 8; i++) {
		uint64_t word = load_word(data + (size_t)8 * i);
		ret_masks->separator |= equal_bits(word, separator) << 8 * i;
		ret_masks->newline |= equal_bits(word, '\n') << 8 * i;
		ret_masks->quote |= equal_bits(word, '"') << 8 * i;
		ret_masks->nul |= equal_bits(word, '\0') << 8 * i;
	}
}

#include "format/csv_index.inc.c"
