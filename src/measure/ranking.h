/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"

/* A ranking by distinct addresses in a window: estimator 3 of docs/design/measurement.md, the
 * window count E = |{address: seen at least once in the window}|, split by botnet, AS or holder.
 * Not additive: an address in two botnets counts once in each row and once in the total. IPv4
 * addresses and IPv6 /64s are counted apart and never summed. */
struct ranking_row {
	uint32_t rank;         /* from 1; equal counts share a rank, the next is skipped */
	struct str key;        /* stable: "AS45899", "VNPT", "Mirai" */
	struct str name;       /* for people */
	uint64_t addresses;    /* distinct IPv4 addresses */
	uint64_t nets6;        /* distinct IPv6 /64s */
	uint64_t address_days; /* distinct (IPv4 address, UTC day) pairs; sightings whose day is not
				  known (precision span) take no part */
};

/* Name of the estimator as JSON and documents give it. */
struct str ranking_estimator(void);

/* Sorts by addresses, then nets6, then key, and numbers the rows. */
void ranking_sort(struct ranking_row *rows, size_t count);
