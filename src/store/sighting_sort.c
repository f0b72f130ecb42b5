/* SPDX-License-Identifier: Apache-2.0 */
#include "store/sighting_sort.h"

#include <stdlib.h>

enum {
	KEY_BITS_LEAST = 10,
	KEY_BITS_MOST = 30,
	DIGIT_BITS = 11,
	DIGIT_VALUES = 1 << DIGIT_BITS,
	PASSES = 9 /* three digits for each of the three words */
};

void key_table_init(struct key_table *t)
{
	*t = (struct key_table){0};
}

void key_table_release(struct key_table *t)
{
	free(t->keys);
	free(t->slots);
	key_table_init(t);
}

void key_table_clear(struct key_table *t)
{
	if (t->slots && t->count > 0)
		memset(t->slots, 0, sizeof(*t->slots) << t->bits);
	t->count = 0;
}

static size_t key_slot(const struct key_table *t, struct key key)
{
	uint64_t hash =
		(key.time ^ key.what * UINT64_C(0x9e3779b97f4a7c15)) * UINT64_C(0xff51afd7ed558ccd);
	size_t mask = ((size_t)1 << t->bits) - 1;
	size_t at = (size_t)((hash ^ hash >> 29) * UINT64_C(0xc4ceb9fe1a85ec53) >> (64 - t->bits));
	while (t->slots[at] && (t->keys[t->slots[at] - 1].time != key.time ||
				       t->keys[t->slots[at] - 1].what != key.what))
		at = (at + 1) & mask;
	return at;
}

static enum err key_table_grow(struct key_table *t)
{
	unsigned bits = t->slots ? t->bits + 1 : KEY_BITS_LEAST;
	if (bits > KEY_BITS_MOST)
		return E_LIMIT;
	uint32_t *slots = calloc((size_t)1 << bits, sizeof(*slots));
	struct key *keys = realloc(t->keys, sizeof(*keys) << (bits - 1));
	if (keys)
		t->keys = keys;
	if (!slots || !keys) {
		free(slots);
		return E_NOMEM;
	}
	free(t->slots);
	t->slots = slots;
	t->bits = bits;
	for (size_t i = 0; i < t->count; i++)
		t->slots[key_slot(t, t->keys[i])] = (uint32_t)(i + 1);
	return E_OK;
}

enum err key_table_id(struct key_table *t, struct key key, uint32_t *ret_id)
{
	if (!t->slots || t->count + 1 > (size_t)1 << (t->bits - 1))
		TRY(key_table_grow(t));
	size_t at = key_slot(t, key);
	if (!t->slots[at]) {
		t->keys[t->count++] = key;
		t->slots[at] = (uint32_t)t->count;
	}
	*ret_id = t->slots[at] - 1;
	return E_OK;
}

struct pass {
	int word;
	unsigned shift;
};

/* The least significant digit first. */
static struct pass pass_at(int index)
{
	static const int words[] = {WORD_LOW, WORD_HIGH, WORD_MAJOR};
	return (struct pass){words[index / 3], (unsigned)(index % 3) * DIGIT_BITS};
}

static uint32_t digit(const struct unit_row *row, struct pass pass)
{
	return row->words[pass.word] >> pass.shift & (DIGIT_VALUES - 1);
}

static void count_digits(
	const struct unit_row *rows, size_t count, uint32_t histograms[PASSES][DIGIT_VALUES])
{
	memset(histograms, 0, sizeof(uint32_t) * PASSES * DIGIT_VALUES);
	for (size_t i = 0; i < count; i++)
		for (int p = 0; p < PASSES; p++)
			histograms[p][digit(&rows[i], pass_at(p))]++;
}

static void distribute(const struct unit_row *from, struct unit_row *to, size_t count,
	struct pass pass, uint32_t *histogram)
{
	uint32_t start = 0;
	for (int i = 0; i < DIGIT_VALUES; i++) {
		uint32_t size = histogram[i];
		histogram[i] = start;
		start += size;
	}
	for (size_t i = 0; i < count; i++)
		to[histogram[digit(&from[i], pass)]++] = from[i];
}

struct unit_row *unit_rows_sort(struct unit_row *rows, struct unit_row *scratch, size_t count)
{
	uint32_t histograms[PASSES][DIGIT_VALUES];
	count_digits(rows, count, histograms);
	for (int p = 0; p < PASSES && count > 0; p++) {
		struct pass pass = pass_at(p);
		if (histograms[p][digit(&rows[0], pass)] == count)
			continue; /* all alike */
		distribute(rows, scratch, count, pass, histograms[p]);
		struct unit_row *sorted = scratch;
		scratch = rows;
		rows = sorted;
	}
	return rows;
}
