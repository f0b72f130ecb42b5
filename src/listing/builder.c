/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/load.h"
#include "listing/layout.h"
#include "listing/sort.h"

struct listing_builder {
	struct listing_records v4, v6;
	struct text_table *botnets;
	struct text_table *feeds;
	bool simulated[LISTING_FEEDS];
};

struct listing_builder *listing_builder_new(void)
{
	struct listing_builder *b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->botnets = text_table_new(LISTING_BOTNETS);
	b->feeds = text_table_new(LISTING_FEEDS);
	if (!b->botnets || !b->feeds) {
		listing_builder_free(b);
		return NULL;
	}
	return b;
}

void listing_builder_free(struct listing_builder *b)
{
	if (!b)
		return;
	listing_records_release(&b->v4);
	listing_records_release(&b->v6);
	text_table_free(b->botnets);
	text_table_free(b->feeds);
	free(b);
}

static enum err add_name(struct text_table *t, size_t limit, struct str name, uint32_t *ret_id)
{
	if (name.size > LISTING_NAME)
		return E_LIMIT;
	if (text_table_add(t, name, ret_id))
		return E_OK;
	return text_table_count(t) >= limit ? E_LIMIT : E_NOMEM;
}

enum err listing_builder_botnet(struct listing_builder *b, struct str name, uint16_t *ret_index)
{
	uint32_t id;
	TRY(add_name(b->botnets, LISTING_BOTNETS, name, &id));
	*ret_index = (uint16_t)id;
	return E_OK;
}

enum err listing_builder_feed(
	struct listing_builder *b, struct str name, bool simulated, uint8_t *ret_index)
{
	uint32_t id;
	TRY(add_name(b->feeds, LISTING_FEEDS, name, &id));
	b->simulated[id] = simulated;
	*ret_index = (uint8_t)id;
	return E_OK;
}

enum err listing_builder_add(
	struct listing_builder *b, const struct listing_entry *entries, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct listing_entry *e = &entries[i];
		struct listing_record record = {
			.high = (uint32_t)(e->unit.key >> 32),
			.low = (uint32_t)e->unit.key,
			.first = e->first_minute,
			.last = e->last_minute,
			.tag = (uint32_t)e->botnet << 16 | (uint32_t)e->feed << 8 |
			       listing_class(e->kind, e->pool, e->precision),
		};
		TRY(listing_records_add(e->unit.v6 ? &b->v6 : &b->v4, record));
	}
	return E_OK;
}

/* The output under construction: sections are reserved in order and filled in place. */
struct output {
	struct writer *w;
	size_t base;
	struct listing_header header;
	struct listing_layout layout;
};

static bool same_unit(const struct listing_record *a, const struct listing_record *b)
{
	return a->low == b->low && a->high == b->high;
}

static uint64_t count_units(const struct listing_records *l)
{
	uint64_t units = 0;
	for (size_t i = 0; i < l->count; i++)
		units += i == 0 || !same_unit(&l->items[i], &l->items[i - 1]);
	return units;
}

/* Entries [*from, returned) are of the bucket. */
static size_t bucket_end(const struct listing_records *l, size_t from, uint32_t bucket)
{
	while (from < l->count && l->items[from].low >> 16 == bucket)
		from++;
	return from;
}

static bool is_crowded(const struct listing_records *l, size_t from, size_t to, unsigned shift)
{
	for (size_t i = from + LISTING_FEW; i < to; i++)
		if (l->items[i].low >> shift == l->items[i - LISTING_FEW].low >> shift)
			return true;
	return false;
}

/* A bucket's slots: fine enough that there are few entries in each, as far as FINE stays small.
 * Without slots: empty, or more than 16 bits can count. */
struct slots {
	unsigned shift;
	uint32_t count; /* in FINE: one more than there are, or 0 */
};

static struct slots bucket_slots(const struct listing_records *l, size_t from, size_t to)
{
	const size_t entries = to - from;
	unsigned shift = LISTING_BLANK_SHIFT;
	if (entries == 0 || entries > UINT16_MAX)
		return (struct slots){LISTING_BLANK_SHIFT, 0};
	while (shift > 0 && entries >> (16 - shift) > LISTING_AVERAGE)
		shift--;
	while (shift > 0 && entries >> (17 - shift) >= LISTING_LEAST &&
		is_crowded(l, from, to, shift))
		shift--;
	return (struct slots){shift, (UINT32_C(1) << (16 - shift)) + 1};
}

static uint64_t count_fine(const struct listing_records *l)
{
	uint64_t fine = LISTING_BLANK;
	for (size_t from = 0, to; from < l->count; from = to) {
		to = bucket_end(l, from, l->items[from].low >> 16);
		fine += bucket_slots(l, from, to).count;
	}
	return fine;
}

static void put_u16(uint8_t *array, size_t index, uint16_t value)
{
	value = htole16(value);
	memcpy(array + index * sizeof(value), &value, sizeof(value));
}

static void put_u32(uint8_t *array, size_t index, uint32_t value)
{
	value = htole32(value);
	memcpy(array + index * sizeof(value), &value, sizeof(value));
}

static void put_u64(uint8_t *array, size_t index, uint64_t value)
{
	value = htole64(value);
	memcpy(array + index * sizeof(value), &value, sizeof(value));
}

static uint8_t *section(const struct output *o, enum listing_section section)
{
	return o->w->data + o->base + o->layout.offset[section];
}

static void fill_slots(
	uint8_t *fine, const struct listing_records *l, size_t from, size_t to, struct slots slots)
{
	size_t at = from;
	for (uint32_t slot = 0; slot < slots.count; slot++) {
		while (at < to && (l->items[at].low & 0xffff) >> slots.shift < slot)
			at++;
		put_u16(fine, slot, (uint16_t)(at - from));
	}
}

static void fill_index(const struct output *o, const struct listing_records *l)
{
	uint8_t *fine = section(o, LISTING_FINE);
	uint32_t place = LISTING_BLANK, unit = 0;
	size_t from = 0;
	for (uint32_t bucket = 0; bucket < LISTING_BUCKETS; bucket++) {
		size_t to = bucket_end(l, from, bucket);
		struct slots slots = bucket_slots(l, from, to);
		uint32_t entry = slots.count ? place << LISTING_SHIFT_BITS : 0;
		put_u32(section(o, LISTING_START), bucket, (uint32_t)from);
		if (bucket % LISTING_GROUP == 0)
			put_u32(section(o, LISTING_UNITS), bucket / LISTING_GROUP, unit);
		put_u32(section(o, LISTING_DIRECTORY), bucket, entry | slots.shift);
		fill_slots(fine + (size_t)place * sizeof(uint16_t), l, from, to, slots);
		place += slots.count;
		for (; from < to; from++)
			unit += from == 0 || !same_unit(&l->items[from], &l->items[from - 1]);
	}
	put_u32(section(o, LISTING_START), LISTING_BUCKETS, (uint32_t)l->count);
	put_u32(section(o, LISTING_UNITS), LISTING_GROUPS, unit);
}

/* Blocks, first minutes and botnets: three sections that follow each other in both families. */
static void fill_part(const struct output *o, enum listing_section blocks_section,
	const struct listing_records *l)
{
	const bool v6 = blocks_section == LISTING_BLOCKS6;
	const size_t key = v6 ? KEY6 : KEY4;
	uint8_t *blocks = section(o, blocks_section);
	uint8_t *firsts = section(o, blocks_section + 1);
	uint8_t *botnets = section(o, blocks_section + 2);
	for (size_t i = 0; i < l->count; i++) {
		const struct listing_record *r = &l->items[i];
		uint8_t *block = blocks + i / BLOCK_ENTRIES * (v6 ? BLOCK6 : BLOCK4);
		size_t at = i % BLOCK_ENTRIES;
		if (v6)
			put_u64(block, at, (uint64_t)r->high << 32 | r->low);
		else
			put_u16(block, at, (uint16_t)r->low);
		put_u32(block + block_last(key), at, r->last);
		block[block_class(key) + at] = (uint8_t)r->tag;
		block[block_feed(key) + at] = (uint8_t)(r->tag >> 8);
		put_u32(firsts, i, r->first);
		put_u16(botnets, i, (uint16_t)(r->tag >> 16));
	}
}

static enum err write_names(const struct listing_builder *b, struct writer *names)
{
	for (size_t i = 0; i < text_table_count(b->botnets); i++)
		writer_string(names, text_table_get(b->botnets, i));
	for (size_t i = 0; i < text_table_count(b->feeds); i++) {
		writer_u8(names, b->simulated[i]);
		writer_string(names, text_table_get(b->feeds, i));
	}
	return writer_end(names);
}

static void fill_header(const struct output *o)
{
	const struct listing_header *h = &o->header;
	uint8_t *at = o->w->data + o->base;
	size_t size = o->w->size - o->base;
	size_t body = o->layout.offset[LISTING_FINE];
	put_u32(at, 0, LISTING_MAGIC);
	put_u32(at, 1, LISTING_VERSION);
	put_u64(at, 3, (uint64_t)h->facts.built.seconds);
	put_u64(at, 4, h->facts.change);
	put_u32(at, 10, h->facts.simulated);
	put_u32(at, 11, h->facts.feeds);
	put_u64(at, 6, h->facts.v4);
	put_u64(at, 7, h->facts.v6);
	put_u64(at, 8, h->v4_entries);
	put_u64(at, 9, h->v6_entries);
	put_u64(at, 10, h->fine);
	put_u64(at, 11, h->names_size);
	put_u32(at, 24, h->botnet_names);
	put_u32(at, 25, h->feed_names);
	put_u64(at, 2, XXH3_64bits(at + body, size - body));
	put_u64(at, 1, XXH3_64bits(at + LISTING_CHECKED_FROM, body - LISTING_CHECKED_FROM));
}

static enum err write_output(const struct listing_builder *b, struct output *o, struct str names)
{
	if (!listing_layout(&o->header, &o->layout))
		return E_LIMIT;
	size_t size = o->layout.offset[LISTING_SECTION__COUNT];
	uint8_t *at = writer_reserve(o->w, size);
	if (!at)
		return writer_end(o->w);
	memset(at, 0, size);
	if (names.size > 0)
		memcpy(section(o, LISTING_NAMES), names.data, names.size);
	fill_index(o, &b->v4);
	fill_part(o, LISTING_BLOCKS4, &b->v4);
	fill_part(o, LISTING_BLOCKS6, &b->v6);
	fill_header(o);
	return E_OK;
}

enum err listing_builder_write(
	struct listing_builder *b, const struct listing_facts *facts, struct writer *w)
{
	struct writer names;
	TRY(listing_records_merge(&b->v4));
	TRY(listing_records_merge(&b->v6));
	TRY(writer_end(w));
	writer_init(&names, UINT32_MAX);
	enum err err = write_names(b, &names);
	if (err == E_OK) {
		struct output o = {.w = w, .base = w->size};
		o.header = (struct listing_header){
			.facts = *facts,
			.v4_entries = b->v4.count,
			.v6_entries = b->v6.count,
			.fine = count_fine(&b->v4),
			.names_size = names.size,
			.botnet_names = (uint32_t)text_table_count(b->botnets),
			.feed_names = (uint32_t)text_table_count(b->feeds),
		};
		o.header.facts.v4 = count_units(&b->v4);
		o.header.facts.v6 = count_units(&b->v6);
		err = write_output(b, &o, writer_view_str(&names));
	}
	writer_release(&names);
	return err;
}
