/* SPDX-License-Identifier: Apache-2.0 */
#include "model/unit_board.h"

#include "base/load.h"

enum {
	WORD_BITS = 64,
	BLOCK_BITS = BOARD_BLOCK * WORD_BITS,
	COOKIE_PLAIN = 12346, /* of the Roaring format */
	HEAD_BYTES = 16,      /* cookie, one container, key and cardinality, offset */
	ARRAY_MOST = 4096
};

/* Most processors count the bits of a word at once, but a compiler may not take it for granted. */
#if defined(__x86_64__) && !defined(__POPCNT__)
#define COUNTS_BITS __attribute__((target("popcnt")))
static bool counts_bits(void)
{
	return __builtin_cpu_supports("popcnt");
}
#else
#define COUNTS_BITS
static bool counts_bits(void)
{
	return false;
}
#endif

#define INLINED static inline __attribute__((always_inline))

INLINED size_t first_bit(uint64_t word)
{
	return (size_t)__builtin_ctzll(word);
}

INLINED uint64_t bit_of(uint32_t value)
{
	return UINT64_C(1) << (value % WORD_BITS);
}

void unit_board_clear(struct unit_board *b)
{
	/* With many blocks all at once is faster. */
	if (__builtin_popcountll(b->blocks) > BOARD_WORDS / BOARD_BLOCK / 4) {
		memset(b, 0, sizeof(*b));
		return;
	}
	for (uint64_t left = b->blocks; left; left &= left - 1)
		memset(b->words + first_bit(left) * BOARD_BLOCK, 0,
			BOARD_BLOCK * sizeof(*b->words));
	b->blocks = 0;
	b->count = 0;
}

/* --- adding --- */

/* Most time of counting passes here: no branch in it. */
static void add_values(struct unit_board *b, const uint8_t *values, size_t count)
{
	uint64_t blocks = 0;
	uint32_t fresh = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t value = load_u16(values, i);
		uint64_t *word = &b->words[value / WORD_BITS];
		uint64_t old = *word;
		fresh += (uint32_t)(~old >> (value % WORD_BITS) & 1);
		*word = old | bit_of(value);
		blocks |= UINT64_C(1) << (value / BLOCK_BITS);
	}
	b->blocks |= blocks;
	b->count += fresh;
}

static void add_values_within(
	struct unit_board *b, const uint8_t *values, size_t count, const struct unit_board *within)
{
	uint32_t fresh = 0;
	for (size_t i = 0; i < count; i++) {
		uint32_t value = load_u16(values, i);
		uint64_t *word = &b->words[value / WORD_BITS];
		uint64_t bit = within->words[value / WORD_BITS] & bit_of(value);
		fresh += (bit & ~*word) != 0;
		*word |= bit;
		b->blocks |= UINT64_C(1) << (value / BLOCK_BITS);
	}
	b->count += fresh;
}

static void add_word(struct unit_board *b, size_t at, uint64_t bits)
{
	b->count += (uint32_t)__builtin_popcountll(bits & ~b->words[at]);
	b->words[at] |= bits;
	b->blocks |= UINT64_C(1) << (at / BOARD_BLOCK);
}

static uint64_t part_of(const struct unit_board *within, size_t at)
{
	return within ? within->words[at] : UINT64_MAX;
}

static void add_bits(struct unit_board *b, const uint8_t *words, const struct unit_board *within)
{
	for (size_t i = 0; i < BOARD_WORDS; i++)
		add_word(b, i, load_u64(words, i) & part_of(within, i));
}

/* Bits first … last of a word: those that the range has of word `at`. */
static uint64_t range_bits(size_t at, uint32_t first, uint32_t last)
{
	uint64_t bits = UINT64_MAX;
	if (at == first / WORD_BITS)
		bits &= UINT64_MAX << (first % WORD_BITS);
	if (at == last / WORD_BITS)
		bits &= UINT64_MAX >> (WORD_BITS - 1 - last % WORD_BITS);
	return bits;
}

static void add_range_within(
	struct unit_board *b, uint32_t first, uint32_t last, const struct unit_board *within)
{
	for (size_t at = first / WORD_BITS; at <= last / WORD_BITS; at++)
		add_word(b, at, range_bits(at, first, last) & part_of(within, at));
}

void unit_board_add_range(struct unit_board *b, uint32_t first, uint32_t last)
{
	add_range_within(b, first, last, NULL);
}

static void add_runs(struct unit_board *b, const uint8_t *runs, const struct unit_board *within)
{
	size_t count = load_u16(runs, 0);
	for (size_t i = 0; i < count; i++) {
		uint32_t first = load_u16(runs, 1 + 2 * i);
		uint32_t last = first + load_u16(runs, 2 + 2 * i);
		add_range_within(b, first, last < BOARD_BITS ? last : BOARD_BITS - 1, within);
	}
}

void unit_board_add(
	struct unit_board *b, const struct unit_page *page, const struct unit_board *within)
{
	switch (page->form) {
	case PAGE_VALUES:
		if (within)
			add_values_within(b, page->data, page->count, within);
		else
			add_values(b, page->data, page->count);
		break;
	case PAGE_BITS:
		add_bits(b, page->data, within);
		break;
	case PAGE_RUNS:
		add_runs(b, page->data, within);
		break;
	}
}

/* --- boards beside each other --- */

INLINED uint32_t unite(struct unit_board *b, const struct unit_board *other)
{
	uint32_t fresh = 0;
	for (uint64_t left = other->blocks; left; left &= left - 1) {
		size_t at = first_bit(left) * BOARD_BLOCK;
		for (size_t i = at; i < at + BOARD_BLOCK; i++) {
			uint64_t bits = other->words[i] & ~b->words[i];
			fresh += (uint32_t)__builtin_popcountll(bits);
			b->words[i] |= bits;
		}
	}
	b->blocks |= other->blocks;
	return fresh;
}

COUNTS_BITS static uint32_t unite_fast(struct unit_board *b, const struct unit_board *other)
{
	return unite(b, other);
}

void unit_board_unite(struct unit_board *b, const struct unit_board *other)
{
	b->count += counts_bits() ? unite_fast(b, other) : unite(b, other);
}

INLINED uint32_t common(const struct unit_board *b, const struct unit_board *other)
{
	uint32_t count = 0;
	for (uint64_t left = b->blocks & other->blocks; left; left &= left - 1) {
		size_t at = first_bit(left) * BOARD_BLOCK;
		for (size_t i = at; i < at + BOARD_BLOCK; i++)
			count += (uint32_t)__builtin_popcountll(b->words[i] & other->words[i]);
	}
	return count;
}

COUNTS_BITS static uint32_t common_fast(const struct unit_board *b, const struct unit_board *other)
{
	return common(b, other);
}

uint32_t unit_board_common(const struct unit_board *b, const struct unit_board *other)
{
	return counts_bits() ? common_fast(b, other) : common(b, other);
}

/* Blocks that a range has something of. */
static uint64_t blocks_of(uint32_t first, uint32_t last)
{
	uint64_t from = UINT64_MAX << (first / BLOCK_BITS);
	return from & UINT64_MAX >> (WORD_BITS - 1 - last / BLOCK_BITS);
}

INLINED uint32_t count_range(const struct unit_board *b, uint32_t first, uint32_t last)
{
	uint32_t count = 0;
	for (uint64_t left = b->blocks & blocks_of(first, last); left; left &= left - 1) {
		size_t at = first_bit(left) * BOARD_BLOCK;
		size_t end = at + BOARD_BLOCK;
		at = at < first / WORD_BITS ? first / WORD_BITS : at;
		end = end > last / WORD_BITS ? last / WORD_BITS + 1 : end;
		for (; at < end; at++)
			count += (uint32_t)__builtin_popcountll(
				b->words[at] & range_bits(at, first, last));
	}
	return count;
}

COUNTS_BITS static uint32_t count_range_fast(
	const struct unit_board *b, uint32_t first, uint32_t last)
{
	return count_range(b, first, last);
}

uint32_t unit_board_count_range(const struct unit_board *b, uint32_t first, uint32_t last)
{
	if (first == 0 && last == BOARD_BITS - 1)
		return b->count;
	return counts_bits() ? count_range_fast(b, first, last) : count_range(b, first, last);
}

/* --- read --- */

/* Which words of a block have anything: to be asked before them, for whether a word is empty nobody
 * can foresee. */
static uint32_t words_used(const uint64_t *block)
{
	uint32_t used = 0;
	for (uint32_t i = 0; i < BOARD_BLOCK; i++)
		used |= (uint32_t)(block[i] != 0) << i;
	return used;
}

/* Values of all words of a block, ascending, each with the base in front; returns what follows. */
static uint32_t *read_block(const uint64_t *block, uint32_t base, uint32_t *values)
{
	for (uint32_t used = words_used(block); used; used &= used - 1) {
		size_t i = first_bit(used);
		uint64_t word = block[i];
		do {
			*values++ = base | (uint32_t)(i * WORD_BITS + first_bit(word));
			word &= word - 1;
		} while (word);
	}
	return values;
}

void unit_board_read(const struct unit_board *b, uint32_t high, uint32_t *ret_addresses)
{
	for (uint64_t left = b->blocks; left; left &= left - 1) {
		uint32_t block = (uint32_t)first_bit(left);
		ret_addresses = read_block(b->words + (size_t)block * BOARD_BLOCK,
			high << 16 | block * BLOCK_BITS, ret_addresses);
	}
}

static void write_values(const struct unit_board *b, struct writer *w)
{
	uint32_t values[ARRAY_MOST] = {0};
	uint8_t *at = writer_reserve(w, 2 * (size_t)b->count);
	if (!at)
		return;
	unit_board_read(b, 0, values);
	for (size_t i = 0; i < b->count; i++) {
		at[2 * i] = (uint8_t)values[i];
		at[2 * i + 1] = (uint8_t)(values[i] >> 8);
	}
}

void unit_board_write(const struct unit_board *b, uint32_t high, struct writer *w)
{
	writer_clear(w);
	writer_u32(w, COOKIE_PLAIN);
	writer_u32(w, 1);
	writer_u16(w, (uint16_t)high);
	writer_u16(w, (uint16_t)(b->count - 1));
	writer_u32(w, HEAD_BYTES);
	if (b->count <= ARRAY_MOST)
		write_values(b, w);
	else
		for (size_t i = 0; i < BOARD_WORDS; i++)
			writer_u64(w, b->words[i]);
}
