/* SPDX-License-Identifier: Apache-2.0 */
/* Every x86-64 has SSE2. */
#include <emmintrin.h>
#include <stdint.h>

struct masks {
	uint64_t separator;
	uint64_t newline;
	uint64_t quote;
	uint64_t nul;
};

static uint64_t equal_mask(const __m128i *v, char c)
{
	__m128i wanted = _mm_set1_epi8(c);
	uint64_t mask = 0;
	for (int i = 0; i < 4; i++)
		mask |= (uint64_t)(uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v[i], wanted))
			<< 16 * i;
	return mask;
}

static void block_masks(const char *data, char separator, struct masks *ret_masks)
{
	__m128i v[4];
	for (int i = 0; i < 4; i++)
		v[i] = _mm_loadu_si128((const __m128i *)(const void *)(data + (size_t)16 * i));
	ret_masks->separator = equal_mask(v, separator);
	ret_masks->newline = equal_mask(v, '\n');
	ret_masks->quote = equal_mask(v, '"');
	ret_masks->nul = equal_mask(v, '\0');
}

#include "format/csv_index.inc.c"
