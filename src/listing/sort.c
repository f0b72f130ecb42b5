/* SPDX-License-Identifier: Apache-2.0 */
#include "listing/sort.h"

#include <stdlib.h>

enum {
	DIGITS = 12, /* bytes of tag, low, high, from the least */
	RADIX = 256,
	POOL_AND_PRECISION = 0x1f,
	PRECISION = 0x3
};

void listing_records_release(struct listing_records *l)
{
	free(l->items);
	*l = (struct listing_records){0};
}

static unsigned digit(const struct listing_record *r, unsigned place)
{
	uint32_t word = place < 4 ? r->tag : place < 8 ? r->low : r->high;
	return word >> (place % 4 * 8) & 0xff;
}

static bool is_sorted(const struct listing_records *l)
{
	for (size_t i = 1; i < l->count; i++) {
		const struct listing_record *a = &l->items[i - 1];
		const struct listing_record *b = &l->items[i];
		uint64_t x = (uint64_t)a->high << 32 | a->low;
		uint64_t y = (uint64_t)b->high << 32 | b->low;
		if (x > y || (x == y && a->tag > b->tag))
			return false;
	}
	return true;
}

static void count_digits(const struct listing_records *l, size_t counts[DIGITS][RADIX])
{
	for (size_t i = 0; i < l->count; i++)
		for (unsigned place = 0; place < DIGITS; place++)
			counts[place][digit(&l->items[i], place)]++;
}

static void scatter(struct listing_record *into, const struct listing_record *from, size_t count,
	unsigned place, const size_t counts[RADIX])
{
	size_t starts[RADIX];
	size_t at = 0;
	for (size_t d = 0; d < RADIX; d++) {
		starts[d] = at;
		at += counts[d];
	}
	for (size_t i = 0; i < count; i++)
		into[starts[digit(&from[i], place)]++] = from[i];
}

/* Least digit first; a digit that all records share is passed over. */
static enum err sort(struct listing_records *l)
{
	if (is_sorted(l))
		return E_OK;
	size_t(*counts)[RADIX] = calloc(DIGITS, sizeof(*counts));
	struct listing_record *into = reallocarray(NULL, l->capacity, sizeof(*into));
	if (!counts || !into) {
		free(counts);
		free(into);
		return E_NOMEM;
	}
	count_digits(l, counts);
	for (unsigned place = 0; place < DIGITS; place++) {
		if (counts[place][digit(&l->items[0], place)] == l->count)
			continue;
		scatter(into, l->items, l->count, place, counts[place]);
		struct listing_record *kept = l->items;
		l->items = into;
		into = kept;
	}
	free(counts);
	free(into);
	return E_OK;
}

static bool same_entry(const struct listing_record *a, const struct listing_record *b)
{
	return a->low == b->low && a->high == b->high &&
	       (a->tag & ~(uint32_t)POOL_AND_PRECISION) == (b->tag & ~(uint32_t)POOL_AND_PRECISION);
}

/* The earliest first, the latest last with its kind of pool, the coarsest precision. */
static void fold(struct listing_record *into, const struct listing_record *other)
{
	uint32_t precision = into->tag & PRECISION;
	if ((other->tag & PRECISION) > precision)
		precision = other->tag & PRECISION;
	if (other->first < into->first)
		into->first = other->first;
	if (other->last >= into->last) {
		into->last = other->last;
		into->tag = other->tag;
	}
	into->tag = (into->tag & ~(uint32_t)PRECISION) | precision;
}

enum err listing_records_merge(struct listing_records *l)
{
	if (l->count == 0)
		return E_OK;
	TRY(sort(l));
	size_t kept = 0;
	for (size_t i = 1; i < l->count; i++) {
		if (same_entry(&l->items[kept], &l->items[i]))
			fold(&l->items[kept], &l->items[i]);
		else
			l->items[++kept] = l->items[i];
	}
	l->count = kept + 1;
	return E_OK;
}

static enum err make_room(struct listing_records *l)
{
	TRY(listing_records_merge(l));
	if (l->capacity > 0 && l->count <= l->capacity / 2)
		return E_OK;
	size_t capacity = l->capacity ? l->capacity * 2 : 4096;
	struct listing_record *items = reallocarray(l->items, capacity, sizeof(*items));
	if (!items)
		return E_NOMEM;
	l->items = items;
	l->capacity = capacity;
	return E_OK;
}

enum err listing_records_add(struct listing_records *l, struct listing_record record)
{
	if (l->count == l->capacity)
		TRY(make_room(l));
	l->items[l->count++] = record;
	return E_OK;
}
