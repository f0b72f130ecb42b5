/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/ip.h"

/* Addresses of both families as numbers; IPv4 lies below 2^32 in ranges of its own. */
__extension__ typedef unsigned __int128 address;

#define ADDRESS_MAX (~(address)0)

enum family {
	FAMILY_V4,
	FAMILY_V6,
	FAMILY__COUNT
};

static inline address address_from_ip(struct ip ip)
{
	return ip_is_v4(ip) ? ip_v4(ip) : (address)ip_high(ip) << 64 | ip_low(ip);
}

/* Both ends belong to it. Value 0 is a hole: nothing is known there, even if a wider range says
 * otherwise. Where ranges overlap, the one of higher rank counts, then the narrower, then the
 * later. */
struct range {
	address first, last;
	uint32_t value;
	uint32_t rank;
	uint32_t order; /* how late: set by range_list_add() */
};

struct range_list {
	struct range *items;
	size_t count;
	size_t capacity;
};

void range_list_release(struct range_list *l);
MUST_CHECK enum err range_list_add(struct range_list *l, struct range range);

/* Replaces overlapping ranges in any order by disjoint ascending ones that say the same; neighbours
 * of one value are joined, holes left out. O(n log n). */
MUST_CHECK enum err range_list_flatten(struct range_list *l);
