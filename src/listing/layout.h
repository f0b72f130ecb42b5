/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/load.h"
#include "base/span.h"
#include "listing/listing.h"

/* Where everything lies in a listing: docs/format/listing.md. Sections begin on multiples of 64
 * bytes; their sizes follow from the counts in the header.
 *
 * IPv4 entries are found in three steps. The upper 16 bits name a bucket, whose entries begin at
 * START. DIRECTORY packs the bucket's place in FINE and a shift; FINE[place + (lower 16 bits >>
 * shift)] and the one after it bound the few entries among which the lower half is sought. What the
 * question needs of eight entries lies together in one block, which for IPv4 is one line of the
 * processor's cache. */
enum {
	LISTING_MAGIC = 0x534c5351, /* "QSLS" */
	LISTING_VERSION = 1,
	LISTING_CHECKED_FROM = 24, /* both checksums stand before it */
	LISTING_HEADER = 104,
	LISTING_ALIGNMENT = 64,
	LISTING_BUCKETS = 65536,
	LISTING_GROUP = 16, /* buckets */
	LISTING_GROUPS = LISTING_BUCKETS / LISTING_GROUP,
	LISTING_FEW = 16,    /* entries of a slot that are looked at all at once */
	LISTING_AVERAGE = 8, /* most entries of a slot on average */
	LISTING_LEAST = 1,   /* and least, where some slots are crowded: FINE stays small */
	LISTING_SHIFT_BITS = 4,
	LISTING_SHIFT_MASK = 15,
	LISTING_BLANK = 3, /* FINE begins with zeros: for empty buckets, and for those of more
			      entries than it can count, which are searched whole */
	LISTING_BLANK_SHIFT = 15,
	LISTING_FEEDS = 255,
	LISTING_BOTNETS = 65536,
	LISTING_NAME = 1024, /* bytes of a name */
	LISTING_POOLS = 8    /* what the class's three bits can say */
};

enum listing_section {
	LISTING_NAMES,
	LISTING_START,     /* u32, one more than buckets: entries before the bucket */
	LISTING_DIRECTORY, /* u32: place in FINE << 4 | shift */
	LISTING_UNITS, /* u32, one more than groups of buckets: distinct units before the group */
	LISTING_FINE,  /* u16, a bucket's slots and one more: its entries before the slot. The
			  first section of the second checksum */
	LISTING_BLOCKS4,
	LISTING_FIRST4,  /* u32 */
	LISTING_BOTNET4, /* u16 */
	LISTING_BLOCKS6,
	LISTING_FIRST6,
	LISTING_BOTNET6,
	LISTING_SECTION__COUNT
};

/* Eight entries: their keys (IPv4: u16, the lower half; IPv6: u64), last minutes (u32), classes
 * (u8: kind << 5 | pool << 2 | precision), feeds (u8). What is past the last entry is zero. */
enum {
	BLOCK_ENTRIES = 8,
	KEY4 = 2,
	KEY6 = 8,
	BLOCK4 = BLOCK_ENTRIES * (KEY4 + 6),
	BLOCK6 = BLOCK_ENTRIES * (KEY6 + 6)
};

static inline size_t block_last(size_t key)
{
	return BLOCK_ENTRIES * key;
}

static inline size_t block_class(size_t key)
{
	return BLOCK_ENTRIES * (key + 4);
}

static inline size_t block_feed(size_t key)
{
	return BLOCK_ENTRIES * (key + 5);
}

struct listing_header {
	uint64_t head_checksum; /* of bytes 24 … up to FINE */
	uint64_t body_checksum; /* of FINE and what follows */
	struct listing_facts facts;
	uint64_t v4_entries, v6_entries;
	uint64_t fine;       /* slots */
	uint64_t names_size; /* bytes */
	uint32_t botnet_names, feed_names;
};

struct listing_layout {
	uint64_t offset[LISTING_SECTION__COUNT + 1]; /* the last is the file's size */
};

/* False when the counts are beyond what a file can hold. */
bool listing_layout(const struct listing_header *header, struct listing_layout *ret_layout);

static inline uint8_t listing_class(enum kind kind, enum pool pool, enum precision precision)
{
	return (uint8_t)(kind << 5 | pool << 2 | precision);
}

struct listing {
	struct listing_header header;
	const uint8_t *at[LISTING_SECTION__COUNT];
	struct str *botnets; /* botnet_names of them */
	struct str *feeds;
	bool simulated[LISTING_FEEDS];
	int64_t window[LISTING_POOLS]; /* seconds, by the class's bits; of no pool: never */
};

/* The entries of one family. */
struct listing_part {
	const uint8_t *blocks;
	const uint8_t *first;
	const uint8_t *botnet;
	size_t key;   /* bytes of one */
	size_t block; /* bytes of one */
};

static inline struct listing_part listing_part(const struct listing *l, bool v6)
{
	if (v6)
		return (struct listing_part){l->at[LISTING_BLOCKS6], l->at[LISTING_FIRST6],
			l->at[LISTING_BOTNET6], KEY6, BLOCK6};
	return (struct listing_part){l->at[LISTING_BLOCKS4], l->at[LISTING_FIRST4],
		l->at[LISTING_BOTNET4], KEY4, BLOCK4};
}

static inline const uint8_t *part_block(const struct listing_part *p, size_t entry)
{
	return p->blocks + entry / BLOCK_ENTRIES * p->block;
}

static inline uint16_t part_key4(const struct listing_part *p, size_t entry)
{
	return load_u16(p->blocks + entry / BLOCK_ENTRIES * BLOCK4, entry % BLOCK_ENTRIES);
}

static inline uint64_t part_key6(const struct listing_part *p, size_t entry)
{
	return load_u64(p->blocks + entry / BLOCK_ENTRIES * BLOCK6, entry % BLOCK_ENTRIES);
}

static inline uint32_t part_last(const struct listing_part *p, size_t entry)
{
	return load_u32(part_block(p, entry) + block_last(p->key), entry % BLOCK_ENTRIES);
}

static inline uint8_t part_class(const struct listing_part *p, size_t entry)
{
	return part_block(p, entry)[block_class(p->key) + entry % BLOCK_ENTRIES];
}

static inline uint8_t part_feed(const struct listing_part *p, size_t entry)
{
	return part_block(p, entry)[block_feed(p->key) + entry % BLOCK_ENTRIES];
}
