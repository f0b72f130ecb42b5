/* SPDX-License-Identifier: Apache-2.0 */
#include "portal/once.h"

#include <stdatomic.h>
#include <stdlib.h>

/* An entry is the day, 16 bits, over 48 bits of the hash of unit, thing and day; entries of days
 * gone by are free. 4 MiB for half a million firsts a day, touched only as far as they are used. */
enum {
	SETS = 1 << 16,
	WAYS = 8,
	TAG_BITS = 48,
	DAYS = 1 << 16,
	WHAT_BYTES = 64 /* LIMIT_SITE_KEY: no key is longer */
};

#define TAG_MASK ((UINT64_C(1) << TAG_BITS) - 1)

struct once {
	struct hash_key secret;
	_Atomic uint64_t entries[SETS][WAYS];
};

struct once *once_new(struct hash_key secret)
{
	struct once *o = calloc(1, sizeof(*o));
	if (o)
		o->secret = secret;
	return o;
}

void once_free(struct once *o)
{
	free(o);
}

static uint64_t hash_of(const struct once *o, struct unit unit, struct str what, uint64_t day)
{
	struct {
		uint64_t key, v6, day;
		char what[WHAT_BYTES];
	} of = {unit.key, unit.v6, day, {0}};
	memcpy(of.what, what.data, what.size < sizeof(of.what) ? what.size : sizeof(of.what));
	return keyed_hash(&o->secret, (struct bytes){(const uint8_t *)&of, sizeof(of)});
}

enum place {
	PLACE_KNOWN,
	PLACE_TAKEN,
	PLACE_BUSY
};

static enum place try_place(_Atomic uint64_t *at, uint64_t mine, uint64_t day)
{
	uint64_t held = atomic_load_explicit(at, memory_order_relaxed);
	while (held != mine && held >> TAG_BITS < day)
		if (atomic_compare_exchange_weak(at, &held, mine))
			return PLACE_TAKEN;
	return held == mine ? PLACE_KNOWN : PLACE_BUSY;
}

/* Everybody looks through a set in the same order and takes the first place that is free, so two
 * who bring the same at once meet in one place. */
bool once_first(struct once *o, struct unit unit, struct str what, struct instant now)
{
	int64_t days = now.seconds / SECONDS_PER_DAY;
	uint64_t day = days > 0 && days < DAYS ? (uint64_t)days : 1;
	uint64_t hash = hash_of(o, unit, what, day);
	_Atomic uint64_t *set = o->entries[hash >> TAG_BITS];
	uint64_t mine = day << TAG_BITS | (hash & TAG_MASK);
	for (size_t i = 0; i < WAYS; i++) {
		enum place place = try_place(&set[i], mine, day);
		if (place != PLACE_BUSY)
			return place == PLACE_TAKEN;
	}
	return false;
}
