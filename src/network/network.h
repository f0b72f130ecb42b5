/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/ip.h"
#include "base/problem.h"
#include "model/holder.h"
#include "model/unit_set.h"

/* Attribution: whose is an address. Two steps. (1) A source file (AS ranges, country ranges, prefix
 * list, holders, regions) is parsed into a normalised *table*: bytes that the store keeps for good
 * with the day it is of. (2) The tables chosen for a day are compiled into one *image*: bytes that
 * are mapped and asked. Both forms: docs/format/network.md. */

enum network_table_kind {
	NETWORK_ASN,     /* ranges → AS number and name */
	NETWORK_COUNTRY, /* ranges → country, all countries */
	NETWORK_PREFIX,  /* the prefixes of one country */
	NETWORK_HOLDER,  /* holders, their AS numbers, pools by prefix */
	NETWORK_REGION,  /* ranges → part of one country: estimates */
	NETWORK__COUNT
};

struct str network_table_kind_name(enum network_table_kind kind);

struct network_table_info {
	enum network_table_kind kind;
	bool has_v4, has_v6;
	char country[3]; /* NETWORK_PREFIX, NETWORK_REGION (and holders of one country); else "" */
	uint64_t rows;   /* accepted */
	uint64_t rejected;
	struct instant built; /* of its source, where that says so; 0: it does not. Not stored */
};

/* What a source file is parsed with. */
struct network_source {
	struct str file_name;
	struct str country; /* --country; empty: must stand in the file */
	bool regions;       /* asked for: else columns of AS or country go first */
	bool countries;     /* asked for: else columns of AS go first */
};

/* Recognises by content and parses decompressed bytes; writes the table. A bad row is reported to
 * on_problem and left out; the whole file is refused like a feed is (problem says why). */
MUST_CHECK enum err network_table_parse(const struct network_source *source, struct bytes text,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct writer *table, struct network_table_info *ret_info, struct problem *problem);

/* Checks a stored table wholly; anything may be in it. */
MUST_CHECK enum err network_table_check(struct bytes table, struct network_table_info *ret_info);

/* Compiles tables (at most one for each kind, family and country; later ones win) into an image. */
MUST_CHECK enum err network_compile(const struct bytes *tables, size_t count, struct writer *image);

/* A compiled image over borrowed bytes, e.g. a mapped file. Opening checks header, checksum and
 * bounds. */
struct network;
MUST_CHECK enum err network_open(struct bytes image, struct network **ret_network);
void network_close(struct network *n);

/* Texts borrow from the image. Unknown parts are 0 or empty. */
struct attribution {
	uint32_t asn; /* 0: unknown */
	struct str as_name;
	struct str country;   /* prefix list before ranges */
	struct holder holder; /* key empty: unknown */
	enum pool pool;       /* by prefix where the holders file says so, else the holder's */
	struct str region;    /* as its table calls it */
};

struct attribution network_look_up(const struct network *n, struct ip ip);

/* Its pool alone, which all addresses up to *ret_last have too: for many that ascend. */
enum pool network_pool_v4(const struct network *n, uint32_t v4, uint32_t *ret_last);
struct str network_as_name(const struct network *n, uint32_t asn);

/* Key of the AS's holder, or empty. */
struct str network_asn_holder(const struct network *n, uint32_t asn);
struct holder network_holder(const struct network *n, struct str key);

/* Regions that the tables name, by number; texts borrow from the image. */
struct network_region {
	struct str country;
	struct str key; /* as the table calls it */
};
size_t network_region_count(const struct network *n);
struct network_region network_region(const struct network *n, size_t index);

/* The part of `set` that lies in a country: the prefix list if imported, else the country ranges.
 * E_NOTFOUND when the image knows nothing of that country. */
MUST_CHECK enum err network_keep_country(
	const struct network *n, struct str country, struct unit_set *set);

/* How many units of a set each AS has, by a merge along the ranges: O(set + ranges). An AS of 0
 * collects what has none. Ascending by asn; the caller frees *ret_counts with free(). */
struct asn_count {
	uint32_t asn;
	uint64_t v4;
	uint64_t v6;
};
MUST_CHECK enum err network_count_asns(const struct network *n, const struct unit_set *set,
	struct asn_count **ret_counts, size_t *ret_count);

/* The n-th of the country's IPv4 addresses (for simulation), n < network_country_size(). */
uint64_t network_country_size(const struct network *n, struct str country);
uint32_t network_country_address(const struct network *n, struct str country, uint64_t index);
