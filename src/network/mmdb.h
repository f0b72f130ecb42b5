/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "network/range.h"

/* A reader of MaxMind DB 2.0 over borrowed bytes, after its specification alone:
 * https://maxmind.github.io/MaxMind-DB/. Everything in the file may be a lie: no pointer is
 * followed twice, every walk has a number of steps. Within room network only. */
struct mmdb {
	struct bytes tree;
	struct bytes data;
	uint32_t nodes;
	uint16_t record_bits; /* 24, 28 or 32 */
	uint16_t ip_version;  /* 4 or 6 */
	struct str type;      /* "GeoLite2-Country" */
	uint64_t built;       /* seconds since 1970; 0: not said */
};

enum mmdb_type {
	MMDB_TEXT,
	MMDB_NUMBER, /* uint16, uint32, uint64, and uint128 that fits */
	MMDB_OTHER   /* map, array, float … */
};

struct mmdb_value {
	enum mmdb_type type;
	struct str text;
	uint64_t number;
};

/* By the marker that stands before the metadata, near the end. */
bool mmdb_recognise(struct bytes bytes);

/* E_SYNTAX: no such file, or sizes that do not fit; *ret_what then names the part (static). */
MUST_CHECK enum err mmdb_open(struct bytes bytes, struct mmdb *ret_mmdb, const char **ret_what);

/* The value at a path below the record at `offset` of the data: "country/iso_code", or an element
 * of an array: "subdivisions/0/iso_code". E_NOTFOUND: no such member; E_SYNTAX: the record is
 * broken. */
MUST_CHECK enum err mmdb_find(
	const struct mmdb *m, uint64_t offset, struct str path, struct mmdb_value *ret_value);

/* Every network of the tree that has a record, ascending; range->value is the record's offset. The
 * IPv4 part of a tree of IPv6 comes as IPv4, and once: aliases of it (6to4, Teredo, mapped
 * addresses) are passed over. E_SYNTAX: the tree leads out of the file or deeper than addresses are
 * long; E_LIMIT: more than LIMIT_MMDB_STEPS; else fn's error. */
typedef enum err mmdb_network_fn(void *context, enum family family, const struct range *range);
MUST_CHECK enum err mmdb_each(const struct mmdb *m, mmdb_network_fn *fn, void *context);
