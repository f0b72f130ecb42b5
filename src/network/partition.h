/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "network/area.h"

/* Address space cut into parts that share nothing, such as regions of a country: one walk along a
 * set counts all of them, or a bitmap a part where the set is large. Made ready once; does not
 * borrow from the image. */
struct partition;

/* part_of_region: for each number of network_region(), its part; from `count` on: none. E_NOMEM. */
MUST_CHECK enum err partition_new(const struct network *n, const uint32_t *part_of_region,
	size_t count, struct partition **ret_partition);
void partition_free(struct partition *p);

/* Fills `count` numbers each. A /64 belongs to whom its first address belongs to. */
void partition_count(
	const struct partition *p, const struct unit_set *set, uint64_t *ret_v4, uint64_t *ret_v6);

/* IPv4 addresses of each part, as far as they lie in the area (NULL: anywhere). */
void partition_sizes(const struct partition *p, const struct area *within, uint64_t *ret_sizes);
