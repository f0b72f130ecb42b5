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

/* Groups of ASes as parts: area_group_fn of network/area.h. E_NOMEM. */
MUST_CHECK enum err partition_new_groups(const struct network *n, area_group_fn *group,
	void *context, size_t count, struct partition **ret_partition);
void partition_free(struct partition *p);

/* Its stretches of IPv4, ascending from address 0 on (none: nothing is known): where the i-th
 * begins, and its part, `count` for none. Borrowed. */
size_t partition_stretches(
	const struct partition *p, const uint32_t **ret_start, const uint32_t **ret_part);

/* Fills `count` numbers each. A /64 belongs to whom its first address belongs to. */
void partition_count(
	const struct partition *p, const struct unit_set *set, uint64_t *ret_v4, uint64_t *ret_v6);

/* Adds how many addresses of a board, which has the /16 of upper half `high`, each part has: to
 * every stride-th of `counts`. */
void partition_add_board(const struct partition *p, uint32_t high, const struct unit_board *board,
	uint64_t *counts, size_t stride);

/* IPv4 addresses of each part, as far as they lie in the area (NULL: anywhere). */
void partition_sizes(const struct partition *p, const struct area *within, uint64_t *ret_sizes);
