/* SPDX-License-Identifier: Apache-2.0 */
#include "http/rate.h"

#include <stdatomic.h>
#include <stdlib.h>

/* The generic cell rate algorithm: a unit's state is the one instant at which its bucket will be
 * full again, in ticks of 2^14 ns. An entry is that instant (44 bits: nine years) under 20 bits of
 * the unit's hash; 0 is free. */
enum {
	SETS = 1 << 14,
	WAYS = 4,
	TICK_BITS = 14,
	TAG_SHIFT = 44
};

#define FULL_MASK ((UINT64_C(1) << TAG_SHIFT) - 1)

struct rate {
	uint64_t secret;
	uint64_t step;  /* ticks that one request costs */
	uint64_t depth; /* ticks of a whole burst */
	_Atomic uint64_t entries[SETS][WAYS];
};

struct rate *rate_new(uint64_t secret, uint32_t per_second, uint32_t burst)
{
	struct rate *r = calloc(1, sizeof(*r));
	if (!r)
		return NULL;
	r->secret = secret;
	r->step = (UINT64_C(1000000000) >> TICK_BITS) / per_second;
	r->step = r->step ? r->step : 1;
	r->depth = r->step * burst;
	return r;
}

void rate_free(struct rate *r)
{
	free(r);
}

/* The finaliser of MurmurHash3, keyed. */
static uint64_t mix(uint64_t h)
{
	h = (h ^ h >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
	h = (h ^ h >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
	return h ^ h >> 33;
}

/* The unit's entry; else the one that loses least when it is taken over. */
static _Atomic uint64_t *find(struct rate *r, uint64_t hash)
{
	_Atomic uint64_t *set = r->entries[hash % SETS];
	_Atomic uint64_t *least = &set[0];
	for (size_t i = 0; i < WAYS; i++) {
		uint64_t entry = atomic_load_explicit(&set[i], memory_order_relaxed);
		if (entry >> TAG_SHIFT == hash >> TAG_SHIFT)
			return &set[i];
		if ((entry & FULL_MASK) <
			(atomic_load_explicit(least, memory_order_relaxed) & FULL_MASK))
			least = &set[i];
	}
	return least;
}

bool rate_take(struct rate *r, struct unit unit, uint64_t nanoseconds)
{
	uint64_t hash = mix(mix(unit.key ^ r->secret) + unit.v6);
	uint64_t now = nanoseconds >> TICK_BITS;
	_Atomic uint64_t *at = find(r, hash);
	uint64_t before = atomic_load_explicit(at, memory_order_relaxed);
	uint64_t after;
	do {
		bool ours = before >> TAG_SHIFT == hash >> TAG_SHIFT;
		uint64_t full = ours ? before & FULL_MASK : 0;
		full = (full > now ? full : now) + r->step;
		if (full > now + r->depth)
			return false;
		after = (hash >> TAG_SHIFT) << TAG_SHIFT | (full & FULL_MASK);
	} while (!atomic_compare_exchange_weak_explicit(
		at, &before, after, memory_order_relaxed, memory_order_relaxed));
	return true;
}
