/* SPDX-License-Identifier: Apache-2.0 */
#include "store/identity_set.h"

#include <stdlib.h>

enum {
	BITS_LEAST = 12,
	BITS_MOST = 40,
	AHEAD = 16 /* slots fetched this many pairs before they are needed */
};

void identity_set_init(struct identity_set *s)
{
	*s = (struct identity_set){0};
}

void identity_set_release(struct identity_set *s)
{
	free(s->slots);
	free(s->marks);
	identity_set_init(s);
}

/* The finalizer of MurmurHash3 (public domain, Austin Appleby) over both parts. */
static uint64_t mix(uint32_t first, uint64_t identity)
{
	uint64_t x = identity ^ first * UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ x >> 33) * UINT64_C(0xff51afd7ed558ccd);
	x = (x ^ x >> 33) * UINT64_C(0xc4ceb9fe1a85ec53);
	x ^= x >> 33;
	return x ? x : 1;
}

void identity_mix(
	const uint32_t *first, const uint64_t *identity, size_t count, uint64_t *ret_mixes)
{
	for (size_t i = 0; i < count; i++)
		ret_mixes[i] = mix(first[i], identity[i]);
}

/* The top bits choose the slot, so that a grown table keeps the order of the old one and filling it
 * walks memory straight. */
static size_t find_slot(const uint64_t *slots, unsigned bits, uint64_t value)
{
	size_t mask = ((size_t)1 << bits) - 1;
	size_t at = (size_t)(value >> (64 - bits));
	while (slots[at] != 0 && slots[at] != value)
		at = (at + 1) & mask;
	return at;
}

static void fetch(const struct identity_set *s, uint64_t value)
{
	__builtin_prefetch(&s->slots[value >> (64 - s->bits)]);
}

static enum err grow(struct identity_set *s)
{
	unsigned bits = s->slots ? s->bits + 1 : BITS_LEAST;
	if (bits > BITS_MOST)
		return E_LIMIT;
	uint64_t *slots = calloc((size_t)1 << bits, sizeof(*slots));
	if (!slots)
		return E_NOMEM;
	for (size_t i = 0; s->slots && i < (size_t)1 << s->bits; i++)
		if (s->slots[i])
			slots[find_slot(slots, bits, s->slots[i])] = s->slots[i];
	free(s->slots);
	s->slots = slots;
	s->bits = bits;
	return E_OK;
}

/* At most 7 of 10 slots are taken. */
static bool has_room(const struct identity_set *s, size_t more)
{
	return s->slots && (s->count + more) / 7 < ((size_t)1 << s->bits) / 10;
}

enum err identity_set_add(
	struct identity_set *s, const uint64_t *mixes, size_t count, bool *ret_fresh)
{
	while (!has_room(s, count))
		TRY(grow(s));
	for (size_t i = 0; i < count; i++) {
		if (i + AHEAD < count)
			fetch(s, mixes[i + AHEAD]);
		size_t at = find_slot(s->slots, s->bits, mixes[i]);
		ret_fresh[i] = s->slots[at] == 0;
		s->slots[at] = mixes[i];
		s->count += ret_fresh[i];
	}
	return E_OK;
}

void identity_set_find(
	const struct identity_set *s, const uint64_t *mixes, size_t count, bool *ret_found)
{
	for (size_t i = 0; i < count; i++) {
		if (s->slots && i + AHEAD < count)
			fetch(s, mixes[i + AHEAD]);
		ret_found[i] =
			s->slots && s->slots[find_slot(s->slots, s->bits, mixes[i])] == mixes[i];
	}
}

enum err identity_set_mark(struct identity_set *s, const uint64_t *mixes, size_t count,
	uint64_t *ret_found, uint64_t *ret_newly)
{
	uint64_t found = 0, newly = 0;
	if (s->slots && !s->marks) {
		s->marks = calloc(((size_t)1 << s->bits) / 64, sizeof(*s->marks));
		if (!s->marks)
			return E_NOMEM;
	}
	for (size_t i = 0; s->slots && i < count; i++) {
		if (i + AHEAD < count)
			fetch(s, mixes[i + AHEAD]);
		size_t at = find_slot(s->slots, s->bits, mixes[i]);
		if (s->slots[at] == 0)
			continue;
		uint64_t bit = UINT64_C(1) << (at % 64);
		found++;
		newly += !(s->marks[at / 64] & bit);
		s->marks[at / 64] |= bit;
	}
	*ret_found = found;
	*ret_newly = newly;
	return E_OK;
}
