/* SPDX-License-Identifier: Apache-2.0 */
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/load.h"
#include "listing/layout.h"

/* Along one family's entries: what was seen of the one before. */
struct walk {
	const struct listing *l;
	struct listing_part part;
	uint64_t units;
	uint64_t key;
	uint32_t tag;
};

/* In bounds, and after the one before. */
static bool entry_fits(struct walk *w, uint64_t key, size_t i)
{
	uint8_t class = part_class(&w->part, i);
	uint32_t botnet = load_u16(w->part.botnet, i);
	uint32_t feed = part_feed(&w->part, i);
	uint32_t tag = botnet << 16 | feed << 8 | (class & 0xe0);
	if (botnet >= w->l->header.botnet_names || feed >= w->l->header.feed_names)
		return false;
	if (class >> 5 >= KIND__COUNT || (class >> 2 & (LISTING_POOLS - 1)) >= POOL__COUNT)
		return false;
	if (load_u32(w->part.first, i) > part_last(&w->part, i))
		return false;
	if (w->units > 0 && (key < w->key || (key == w->key && tag <= w->tag)))
		return false;
	w->units += w->units == 0 || key != w->key;
	w->key = key;
	w->tag = tag;
	return true;
}

/* The slots of a bucket bound exactly the entries [from, to) of their lower halves. */
static bool slots_fit(const struct walk *w, uint32_t entry, uint32_t from, uint32_t to)
{
	const uint8_t *fine = w->l->at[LISTING_FINE];
	const size_t place = entry >> LISTING_SHIFT_BITS;
	const unsigned shift = entry & LISTING_SHIFT_MASK;
	const size_t slots = (size_t)1 << (16 - shift);
	uint32_t at = from;
	for (size_t i = 0; i < slots; i++) {
		if (load_u16(fine, place + i) != at - from)
			return false;
		while (at < to && (size_t)(part_key4(&w->part, at) >> shift) == i)
			at++;
	}
	return at == to && load_u16(fine, place + slots) == to - from;
}

static bool bucket_fits(struct walk *w, uint32_t bucket)
{
	const struct listing *l = w->l;
	uint32_t entry = load_u32(l->at[LISTING_DIRECTORY], bucket);
	uint32_t from = load_u32(l->at[LISTING_START], bucket);
	uint32_t to = load_u32(l->at[LISTING_START], bucket + 1);
	bool blank = to == from || to - from > UINT16_MAX;
	if (bucket % LISTING_GROUP == 0 &&
		load_u32(l->at[LISTING_UNITS], bucket / LISTING_GROUP) != w->units)
		return false;
	if (blank ? entry != LISTING_BLANK_SHIFT : !slots_fit(w, entry, from, to))
		return false;
	for (; from < to; from++)
		if (!entry_fits(w, (uint64_t)bucket << 16 | part_key4(&w->part, from), from))
			return false;
	return true;
}

static bool v4_fits(const struct listing *l)
{
	struct walk w = {.l = l, .part = listing_part(l, false)};
	for (size_t i = 0; i < LISTING_BLANK; i++)
		if (load_u16(l->at[LISTING_FINE], i) != 0)
			return false;
	for (uint32_t bucket = 0; bucket < LISTING_BUCKETS; bucket++)
		if (!bucket_fits(&w, bucket))
			return false;
	return w.units == l->header.facts.v4;
}

static bool v6_fits(const struct listing *l)
{
	struct walk w = {.l = l, .part = listing_part(l, true)};
	for (size_t i = 0; i < l->header.v6_entries; i++)
		if (!entry_fits(&w, part_key6(&w.part, i), i))
			return false;
	return w.units == l->header.facts.v6;
}

enum err listing_check(struct bytes file)
{
	struct listing *l;
	struct listing_layout layout;
	TRY(listing_open(file, &l));
	enum err err = E_CORRUPT;
	if (listing_layout(&l->header, &layout)) {
		size_t body = layout.offset[LISTING_FINE];
		if (XXH3_64bits(file.data + body, file.size - body) == l->header.body_checksum &&
			v4_fits(l) && v6_fits(l))
			err = E_OK;
	}
	listing_close(l);
	return err;
}
