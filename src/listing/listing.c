/* SPDX-License-Identifier: Apache-2.0 */
#include "listing/listing.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/cursor.h"
#include "base/load.h"
#include "listing/layout.h"

/* Further back than any window reaches. */
static const int64_t never = INT64_MIN / 4;

bool listing_layout(const struct listing_header *header, struct listing_layout *ret_layout)
{
	const uint64_t n4 = header->v4_entries, n6 = header->v6_entries;
	const uint64_t most = UINT64_C(1) << 32;
	if (n4 >= most || n6 >= most || header->fine >= most >> LISTING_SHIFT_BITS ||
		header->names_size >= most)
		return false;
	const uint64_t sizes[LISTING_SECTION__COUNT] = {
		[LISTING_NAMES] = header->names_size,
		[LISTING_START] = UINT64_C(4) * (LISTING_BUCKETS + 1),
		[LISTING_DIRECTORY] = UINT64_C(4) * LISTING_BUCKETS,
		[LISTING_UNITS] = UINT64_C(4) * (LISTING_GROUPS + 1),
		[LISTING_FINE] = 2 * header->fine,
		[LISTING_BLOCKS4] = (n4 + BLOCK_ENTRIES - 1) / BLOCK_ENTRIES * BLOCK4,
		[LISTING_FIRST4] = 4 * n4,
		[LISTING_BOTNET4] = 2 * n4,
		[LISTING_BLOCKS6] = (n6 + BLOCK_ENTRIES - 1) / BLOCK_ENTRIES * BLOCK6,
		[LISTING_FIRST6] = 4 * n6,
		[LISTING_BOTNET6] = 2 * n6,
	};
	const uint64_t unaligned = LISTING_ALIGNMENT - 1;
	uint64_t at = LISTING_HEADER;
	for (int i = 0; i < LISTING_SECTION__COUNT; i++) {
		at = (at + unaligned) & ~unaligned;
		ret_layout->offset[i] = at;
		at += sizes[i];
	}
	ret_layout->offset[LISTING_SECTION__COUNT] = at;
	return true;
}

static enum err read_header(struct cursor *c, struct listing_header *h)
{
	uint32_t magic = cursor_u32(c);
	uint32_t version = cursor_u32(c);
	h->head_checksum = cursor_u64(c);
	h->body_checksum = cursor_u64(c);
	h->facts.built.seconds = (int64_t)cursor_u64(c);
	h->facts.change = cursor_u64(c);
	h->facts.simulated = cursor_u32(c) != 0;
	h->facts.feeds = cursor_u32(c);
	h->facts.v4 = cursor_u64(c);
	h->facts.v6 = cursor_u64(c);
	h->v4_entries = cursor_u64(c);
	h->v6_entries = cursor_u64(c);
	h->fine = cursor_u64(c);
	h->names_size = cursor_u64(c);
	h->botnet_names = cursor_u32(c);
	h->feed_names = cursor_u32(c);
	if (c->err != E_OK || magic != LISTING_MAGIC)
		return E_CORRUPT;
	if (version != LISTING_VERSION)
		return E_VERSION;
	return h->botnet_names <= LISTING_BOTNETS && h->feed_names <= LISTING_FEEDS ? E_OK
										    : E_CORRUPT;
}

/* Ascending from 0 to `end`, which is the element at `last`. */
static bool ascends(const uint8_t *array, size_t last, uint64_t end)
{
	uint32_t before = 0;
	for (size_t i = 0; i <= last; i++) {
		uint32_t at = load_u32(array, i);
		if (at < before)
			return false;
		before = at;
	}
	return load_u32(array, 0) == 0 && before == end;
}

/* With this, what a look-up reads of FINE lies inside it whatever the address. */
static bool index_fits(const struct listing *l)
{
	for (size_t i = 0; i < LISTING_BUCKETS; i++) {
		uint32_t entry = load_u32(l->at[LISTING_DIRECTORY], i);
		uint64_t slots = UINT64_C(1) << (16 - (entry & LISTING_SHIFT_MASK));
		if ((entry >> LISTING_SHIFT_BITS) + slots >= l->header.fine)
			return false;
	}
	return l->header.facts.v4 <= l->header.v4_entries &&
	       ascends(l->at[LISTING_START], LISTING_BUCKETS, l->header.v4_entries) &&
	       ascends(l->at[LISTING_UNITS], LISTING_GROUPS, l->header.facts.v4);
}

static enum err read_names(struct listing *l, struct bytes names)
{
	struct cursor c;
	cursor_init(&c, names);
	l->botnets = calloc((size_t)l->header.botnet_names + 1, sizeof(*l->botnets));
	l->feeds = calloc((size_t)l->header.feed_names + 1, sizeof(*l->feeds));
	if (!l->botnets || !l->feeds)
		return E_NOMEM;
	for (size_t i = 0; i < l->header.botnet_names; i++)
		l->botnets[i] = cursor_string(&c, LISTING_NAME);
	for (size_t i = 0; i < l->header.feed_names; i++) {
		l->simulated[i] = cursor_u8(&c) != 0;
		l->feeds[i] = cursor_string(&c, LISTING_NAME);
	}
	return cursor_end(&c) == E_OK ? E_OK : E_CORRUPT;
}

static enum err open_sections(struct listing *l, struct bytes file)
{
	struct listing_layout layout;
	if (!listing_layout(&l->header, &layout) ||
		layout.offset[LISTING_SECTION__COUNT] != file.size)
		return E_CORRUPT;
	uint64_t checksum = XXH3_64bits(file.data + LISTING_CHECKED_FROM,
		layout.offset[LISTING_FINE] - LISTING_CHECKED_FROM);
	if (checksum != l->header.head_checksum)
		return E_CORRUPT;
	for (int i = 0; i < LISTING_SECTION__COUNT; i++)
		l->at[i] = file.data + layout.offset[i];
	if (!index_fits(l))
		return E_CORRUPT;
	return read_names(l, (struct bytes){l->at[LISTING_NAMES], l->header.names_size});
}

enum err listing_open(struct bytes file, struct listing **ret_listing)
{
	struct listing *l = calloc(1, sizeof(*l));
	if (!l)
		return E_NOMEM;
	struct cursor c;
	cursor_init(&c, file);
	for (int pool = 0; pool < LISTING_POOLS; pool++)
		l->window[pool] = pool < POOL__COUNT ? pool_window((enum pool)pool) : never;
	enum err err = read_header(&c, &l->header);
	if (err == E_OK)
		err = open_sections(l, file);
	if (err != E_OK) {
		listing_close(l);
		return err;
	}
	*ret_listing = l;
	return E_OK;
}

void listing_close(struct listing *l)
{
	if (!l)
		return;
	free(l->botnets);
	free(l->feeds);
	free(l);
}

const struct listing_facts *listing_facts(const struct listing *l)
{
	return &l->header.facts;
}

struct str listing_botnet(const struct listing *l, uint16_t index)
{
	return index < l->header.botnet_names ? l->botnets[index] : STR("");
}

struct str listing_feed(const struct listing *l, uint8_t index)
{
	return index < l->header.feed_names ? l->feeds[index] : STR("");
}

bool listing_feed_simulated(const struct listing *l, uint8_t index)
{
	return index < l->header.feed_names && l->simulated[index];
}

/* Entries [from, to). */
struct stretch {
	size_t from, to;
};

static inline uint16_t key4(const uint8_t *blocks, size_t entry)
{
	return load_u16(blocks + entry / BLOCK_ENTRIES * BLOCK4, entry % BLOCK_ENTRIES);
}

typedef uint16_t block_keys __attribute__((vector_size(BLOCK_ENTRIES * KEY4)));
typedef uint8_t block_flags __attribute__((vector_size(BLOCK_ENTRIES)));

/* Which entries of the block have the key: a byte each, the first lowest. */
static inline uint64_t matches(const uint8_t *blocks, size_t block, uint16_t key)
{
	block_keys keys;
	uint64_t flags;
	memcpy(&keys, blocks + block * BLOCK4, sizeof(keys));
	block_flags equal = __builtin_convertvector(keys == htole16(key), block_flags);
	memcpy(&flags, &equal, sizeof(flags));
	return le64toh(flags);
}

/* Halves a slot that is crowded. The first entry not below the key is one of the result's, or the
 * one after them. */
static inline struct stretch narrow(const uint8_t *blocks, struct stretch s, uint16_t key)
{
	size_t count = s.to - s.from;
	while (count > LISTING_FEW) {
		size_t half = count / 2;
		size_t below = key4(blocks, s.from + half) < key;
		s.from += below * (half + 1);
		count = half - (below & ~count);
	}
	return (struct stretch){s.from, s.from + count};
}

/* The first entry of the slot, which is not empty, that has the key; s.to for none. All three
 * blocks that few entries can lie in are looked at, since each wrong guess of a branch would wait
 * for memory. Keys before the slot are of another bucket. */
static inline size_t seek_v4(const uint8_t *blocks, struct stretch s, uint16_t key)
{
	struct stretch few = narrow(blocks, s, key);
	size_t first = few.from / BLOCK_ENTRIES;
	size_t last = (few.to < s.to ? few.to : s.to - 1) / BLOCK_ENTRIES;
	size_t second = first + 1 < last ? first + 1 : last;
	uint64_t in_first = matches(blocks, first, key) & ~UINT64_C(0)
								  << few.from % BLOCK_ENTRIES * 8;
	uint64_t in_second = matches(blocks, second, key);
	uint64_t in_last = matches(blocks, last, key);
	uint64_t flags = in_first ? in_first : in_second ? in_second : in_last;
	size_t block = in_first ? first : in_second ? second : last;
	size_t found =
		block * BLOCK_ENTRIES + (size_t)__builtin_ctzll(flags | UINT64_C(1) << 63) / 8;
	return flags && found < s.to ? found : s.to;
}

/* The entries of the slot that an address falls into. */
static inline struct stretch slot_v4(const struct listing *l, uint32_t v4)
{
	const uint8_t *fine = l->at[LISTING_FINE];
	uint32_t entry = load_u32(l->at[LISTING_DIRECTORY], v4 >> 16);
	size_t start = load_u32(l->at[LISTING_START], v4 >> 16);
	size_t end = load_u32(l->at[LISTING_START], (v4 >> 16) + 1);
	size_t slot = (entry >> LISTING_SHIFT_BITS) +
		      (size_t)((v4 & 0xffff) >> (entry & LISTING_SHIFT_MASK));
	struct stretch s = {start + load_u16(fine, slot), start + load_u16(fine, slot + 1)};
	if (entry == LISTING_BLANK_SHIFT)
		s.to = end;
	/* Only a damaged file is out of order; its answer may be wrong, never out of bounds. */
	return s.to <= end && s.from < s.to ? s : (struct stretch){0, 0};
}

/* From the unit's first entry to the end of those among which more of it may follow; empty where
 * there is none. */
static struct stretch find_v4(const struct listing *l, uint32_t v4)
{
	const uint8_t *blocks = l->at[LISTING_BLOCKS4];
	struct stretch s = slot_v4(l, v4);
	if (s.from == s.to)
		return s;
	s.from = seek_v4(blocks, s, (uint16_t)v4);
	return s.from < s.to ? s : (struct stretch){0, 0};
}

static struct stretch find_v6(
	const struct listing *l, const struct listing_part *part, uint64_t key)
{
	struct stretch s = {0, l->header.v6_entries};
	for (size_t left = s.to; left > 0;) {
		size_t half = left / 2;
		bool after = part_key6(part, s.from + half) < key;
		s.from = after ? s.from + half + 1 : s.from;
		left = after ? left - half - 1 : half;
	}
	if (s.from == s.to || part_key6(part, s.from) != key)
		return (struct stretch){0, 0};
	return s;
}

static struct stretch find(
	const struct listing *l, const struct listing_part *part, struct unit unit)
{
	if (unit.v6)
		return find_v6(l, part, unit.key);
	return unit.key <= UINT32_MAX ? find_v4(l, (uint32_t)unit.key) : (struct stretch){0, 0};
}

static bool is_of(const struct listing_part *part, struct unit unit, size_t entry)
{
	return unit.v6 ? part_key6(part, entry) == unit.key
		       : part_key4(part, entry) == (uint16_t)unit.key;
}

static bool in_window(
	const struct listing *l, const struct listing_part *part, size_t entry, struct instant now)
{
	unsigned pool = part_class(part, entry) >> 2 & (LISTING_POOLS - 1);
	return now.seconds - (int64_t)part_last(part, entry) * 60 <= l->window[pool];
}

static inline bool in_window_v4(const struct listing *l, size_t entry, struct instant now)
{
	const uint8_t *block = l->at[LISTING_BLOCKS4] + entry / BLOCK_ENTRIES * BLOCK4;
	uint32_t last = load_u32(block + block_last(KEY4), entry % BLOCK_ENTRIES);
	unsigned pool = block[block_class(KEY4) + entry % BLOCK_ENTRIES] >> 2 & (LISTING_POOLS - 1);
	return now.seconds - (int64_t)last * 60 <= l->window[pool];
}

/* Listed or not is what nobody can guess, so the window is looked at in any case. */
static bool has_v4(const struct listing *l, uint32_t v4, struct instant now)
{
	const uint8_t *blocks = l->at[LISTING_BLOCKS4];
	const uint16_t key = (uint16_t)v4;
	struct stretch s = slot_v4(l, v4);
	if (s.from == s.to)
		return false;
	size_t at = seek_v4(blocks, s, key);
	bool there = at < s.to;
	at = there ? at : s.from;
	bool answer = there & in_window_v4(l, at, now);
	if (answer | !there)
		return answer;
	while (++at < s.to && key4(blocks, at) == key)
		if (in_window_v4(l, at, now))
			return true;
	return false;
}

static bool has_v6(const struct listing *l, uint64_t key, struct instant now)
{
	const struct listing_part part = listing_part(l, true);
	struct stretch s = find_v6(l, &part, key);
	for (size_t i = s.from; i < s.to && part_key6(&part, i) == key; i++)
		if (in_window(l, &part, i, now))
			return true;
	return false;
}

bool listing_has(const struct listing *l, struct unit unit, struct instant now)
{
	if (unit.v6)
		return has_v6(l, unit.key, now);
	return unit.key <= UINT32_MAX && has_v4(l, (uint32_t)unit.key, now);
}

static bool entry_at(const struct listing_part *part, struct unit unit, size_t at,
	struct listing_entry *ret_entry)
{
	uint8_t class = part_class(part, at);
	unsigned kind = class >> 5, pool = class >> 2 & (LISTING_POOLS - 1);
	if (kind >= KIND__COUNT || pool >= POOL__COUNT)
		return false;
	*ret_entry = (struct listing_entry){
		.unit = unit,
		.first_minute = load_u32(part->first, at),
		.last_minute = part_last(part, at),
		.botnet = load_u16(part->botnet, at),
		.feed = part_feed(part, at),
		.kind = (enum kind)kind,
		.pool = (enum pool)pool,
		.precision = (enum precision)(class & 3),
	};
	return true;
}

size_t listing_look_up(const struct listing *l, struct unit unit, struct instant now,
	struct listing_entry *entries, size_t capacity)
{
	const struct listing_part part = listing_part(l, unit.v6);
	struct stretch s = find(l, &part, unit);
	size_t count = 0;
	for (size_t i = s.from; i < s.to && is_of(&part, unit, i); i++) {
		struct listing_entry entry;
		if (!in_window(l, &part, i, now) || !entry_at(&part, unit, i, &entry))
			continue;
		if (count < capacity)
			entries[count] = entry;
		count++;
	}
	return count;
}

/* The group that holds the index-th unit. */
static uint32_t unit_group(const struct listing *l, uint64_t index)
{
	const uint8_t *units = l->at[LISTING_UNITS];
	uint32_t low = 0, high = LISTING_GROUPS;
	while (high - low > 1) {
		uint32_t middle = low + (high - low) / 2;
		if (load_u32(units, middle) <= index)
			low = middle;
		else
			high = middle;
	}
	return low;
}

struct unit listing_unit(const struct listing *l, uint64_t index)
{
	const uint8_t *blocks = l->at[LISTING_BLOCKS4];
	uint32_t bucket = unit_group(l, index) * LISTING_GROUP;
	uint32_t end = bucket + LISTING_GROUP;
	uint64_t left = index - load_u32(l->at[LISTING_UNITS], bucket / LISTING_GROUP);
	for (; bucket < end; bucket++) {
		size_t from = load_u32(l->at[LISTING_START], bucket);
		size_t to = load_u32(l->at[LISTING_START], bucket + 1);
		for (size_t at = from; at < to; at++) {
			uint16_t key = key4(blocks, at);
			bool another = at == from || key != key4(blocks, at - 1);
			if (another && left-- == 0)
				return (struct unit){.key = (uint64_t)bucket << 16 | key};
		}
	}
	return (struct unit){0};
}
