/* SPDX-License-Identifier: Apache-2.0 */
/* The body of csv_index_fill(); the including file has defined struct masks and block_masks(). */
#include "format/csv_index.h"

/* Bit i: an odd number of bits at or below i is set. */
static uint64_t prefix_xor(uint64_t bits)
{
	for (int shift = 1; shift < 64; shift *= 2)
		bits ^= bits << shift;
	return bits;
}

/* Own, since x86-64 without SSE4.2 has no instruction and the compiler would call a function. */
static uint32_t count_bits(uint64_t bits)
{
	bits -= bits >> 1 & UINT64_C(0x5555555555555555);
	bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
	bits = (bits + (bits >> 4)) & UINT64_C(0x0F0F0F0F0F0F0F0F);
	return (uint32_t)(bits * UINT64_C(0x0101010101010101) >> 56);
}

static void add_stops(struct csv_index *x, uint64_t newlines, uint64_t ends, uint64_t quotes)
{
	while (newlines) {
		uint64_t below = (newlines & -newlines) - 1;
		struct csv_stop *stop = &x->stops[x->stop_count++];
		stop->end = x->end_count + count_bits(ends & below);
		stop->quotes = x->quote_count + (quotes ? count_bits(quotes & below) : 0);
		newlines &= newlines - 1;
	}
}

static void add_ends(struct csv_index *x, uint64_t ends, uint32_t at)
{
	uint32_t *out = x->ends + x->end_count;
	while (ends) {
		*out++ = at + (uint32_t)__builtin_ctzll(ends);
		ends &= ends - 1;
	}
	x->end_count = (uint32_t)(out - x->ends);
}

/* `open` is all ones inside quotes; returns it for the next block. */
static uint64_t index_block(
	struct csv_index *x, const struct masks *m, uint32_t at, uint64_t valid, uint64_t open)
{
	uint64_t quotes = m->quote & valid;
	uint64_t inside = quotes ? prefix_xor(quotes) ^ open : open;
	uint64_t newlines = m->newline & valid & ~inside;
	uint64_t ends = ((m->separator & valid) | newlines) & ~inside;
	x->nul = x->nul || (m->nul & valid);
	add_stops(x, newlines, ends, quotes);
	if (quotes)
		x->quote_count += count_bits(quotes);
	add_ends(x, ends, at);
	return inside >> 63 ? UINT64_MAX : 0;
}

void csv_index_fill(
	struct csv_index *x, const char *data, uint32_t from, uint32_t to, char separator)
{
	uint64_t open = 0;
	struct masks m;
	x->end_count = 0;
	x->stop_count = 0;
	x->quote_count = 0;
	x->nul = false;
	for (; to - from >= 64; from += 64) {
		block_masks(data + from, separator, &m);
		open = index_block(x, &m, from, UINT64_MAX, open);
	}
	if (from < to) {
		char rest[64] = {0};
		memcpy(rest, data + from, to - from);
		block_masks(rest, separator, &m);
		open = index_block(x, &m, from, (UINT64_C(1) << (to - from)) - 1, open);
	}
	x->open = open != 0;
}
