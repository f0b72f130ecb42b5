/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/ip.h"
#include "base/writer.h"

/* What a sighting says of its address. Only KIND_INFECTED counts as a bot unless the operator says
 * otherwise. Numbers are stored: never reorder. */
enum kind {
	KIND_INFECTED,
	KIND_C2,
	KIND_MALWARE_HOST,
	KIND_BLOCKLISTED,
	KIND_ATTACK_SOURCE,
	KIND__COUNT
};

/* "infected", "c2", "malware-host", "blocklisted", "attack-source": the words of --kind and JSON.
 */
struct str kind_name(enum kind kind);
bool kind_parse(struct str name, enum kind *ret_kind);

/* A set of kinds, one bit each. */
typedef uint8_t kind_set;
enum {
	KIND_SET_ALL = (1 << KIND__COUNT) - 1
};

/* Rows handed from parser to store at once. */
enum {
	BATCH_ROWS = 16384
};

/* Texts numbered 0, 1, 2 … within one file: raw malware names, or names of extra columns. Holds
 * copies. */
struct text_table;
struct text_table *text_table_new(size_t limit);
void text_table_free(struct text_table *t);
size_t text_table_count(const struct text_table *t);
struct str text_table_get(const struct text_table *t, size_t id);

/* The number of s, added if new. False past the limit or without memory. */
bool text_table_add(struct text_table *t, struct str s, uint32_t *ret_id);

/* Up to BATCH_ROWS sightings of one file, column by column. Large: allocate with batch_new(). */
struct batch {
	uint32_t rows;
	uint32_t first[BATCH_ROWS];    /* seconds since 1970, UTC */
	uint32_t last[BATCH_ROWS];     /* equal to first for PRECISION_SECOND; else the last second
					  that the time may mean (day: 23:59:59) */
	struct ip ip[BATCH_ROWS];      /* source: the address the sighting is of */
	struct ip dst[BATCH_ROWS];     /* all zero: unknown */
	uint16_t port[BATCH_ROWS];     /* source port; 0: unknown */
	uint16_t dst_port[BATCH_ROWS]; /* 0: unknown */
	uint8_t prefix[BATCH_ROWS];    /* length as in struct prefix: 128 is one address. Less: a
					  listed range, kept and shown, never counted as machines */
	uint8_t precision[BATCH_ROWS]; /* enum precision */
	uint8_t kind[BATCH_ROWS];      /* enum kind */
	uint8_t protocol[BATCH_ROWS];  /* IANA protocol number; 0: unknown */
	uint32_t name[BATCH_ROWS];     /* raw malware name in the file's name table; 0 is "" */
	uint64_t machine[BATCH_ROWS];  /* keyed hash of the machine's name; 0: unknown */
	uint64_t identity[BATCH_ROWS]; /* keyed hash of the feed's event id, else of the row: two
					  sightings of a feed with the same (first, identity) are
					  one */
	uint32_t extras_end[BATCH_ROWS]; /* end of the row's extras in `extras`; it begins where the
					    row before ends */
	struct writer extras; /* per value: column number (1 byte), length (LEB128), bytes */
};

struct batch *batch_new(void);
void batch_free(struct batch *b);
void batch_clear(struct batch *b);

/* One row as a value. name and extras are borrowed. */
struct sighting {
	struct prefix at; /* length 128: one address */
	struct span time; /* [first, last]: `to` is the last second, inclusive */
	enum precision precision;
	enum kind kind;
	uint8_t protocol;
	uint16_t port;
	uint16_t dst_port;
	struct ip dst;
	struct str name;
	uint64_t machine;
	uint64_t identity;
	struct bytes extras;
};

struct sighting batch_get(const struct batch *b, const struct text_table *names, size_t row);

/* The keyed 64-bit hashes of identity and machine use this: SipHash-2-4 with the data folder's key.
 */
struct hash_key {
	uint8_t bytes[16];
};
uint64_t keyed_hash(const struct hash_key *key, struct bytes b);
