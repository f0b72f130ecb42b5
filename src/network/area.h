/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/unit_board.h"
#include "network/network.h"

/* A part of the address space (a country, the networks of a holder), made ready once to be laid
 * over thousands of sets. Does not borrow from the image. */
struct area;
void area_free(struct area *a);

/* The same addresses as network_keep_country(). E_NOTFOUND: the image knows nothing of it. */
MUST_CHECK enum err area_new_country(
	const struct network *n, struct str country, struct area **ret_area);

/* Groups of ASes, all in one walk: `group` gives the number of an AS's area, or a number from
 * `count` on for none. Fills `count` areas; on failure none is left. */
typedef size_t area_group_fn(void *context, uint32_t asn);
MUST_CHECK enum err area_new_groups(const struct network *n, area_group_fn *group, void *context,
	size_t count, struct area **ret_areas);

/* set ∩= area. */
void area_keep(const struct area *a, struct unit_set *set);

/* set ∪= other ∩ area, by unit_set_gather(): to be settled with area_settle(). */
MUST_CHECK enum err area_gather(
	const struct area *a, struct unit_set *set, const struct unit_set *other);
MUST_CHECK enum err area_settle(const struct area *a, struct unit_set *set);

/* How many units of the set lie in the area. */
uint64_t area_count_v4(const struct area *a, const struct unit_set *set);
uint64_t area_count_v6(const struct area *a, const struct unit_set *set);

/* IPv4 addresses of a range, both ends included, that lie in the area. */
uint64_t area_count_range_v4(const struct area *a, uint32_t first, uint32_t last);

/* What it has of the /16 whose upper half is `high`, into an empty board. */
void area_read_board(const struct area *a, uint32_t high, struct unit_board *board);

/* Its IPv4 addresses. */
const struct unit_set *area_v4(const struct area *a);

/* IPv4 addresses that two areas have in common; of one area and itself: how large it is. */
uint64_t area_common_v4(const struct area *a, const struct area *other);
