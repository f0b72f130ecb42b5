/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* How a network hands out addresses: decides how long a sighting may speak for its address. Numbers
 * are stored: never reorder. */
enum pool {
	POOL_UNKNOWN, /* treated like dynamic */
	POOL_DYNAMIC, /* an address changes hands: 72 hours */
	POOL_STATIC,  /* stays with one subscriber: 30 days */
	POOL_MOBILE,  /* many subscribers at once: 72 hours, but no visitor is told "seen" */
	POOL_NAT,     /* carrier NAT: the same */
	POOL__COUNT
};

/* "unknown", "dynamic", "static", "mobile", "nat". */
struct str pool_name(enum pool pool);
bool pool_parse(struct str name, enum pool *ret_pool);

/* Seconds after its last sighting that an address of such a pool is listed. */
uint32_t pool_window(enum pool pool);

/* One who holds networks: an ISP with its autonomous systems. Texts are borrowed. */
struct holder {
	struct str key;      /* short stable name, "VNPT" */
	struct str title_vi; /* empty: the key */
	struct str title_en;
	struct str country; /* ISO 3166-1 alpha-2 */
	struct str hotline;
	enum pool pool;
	uint64_t subscribers; /* 0: unknown */
};
