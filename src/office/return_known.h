/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/return.h"

/* What the system itself knows of an organisation's networks in a campaign: shown beside what it
 * fills in, never entered for it. Counted by `quetsach return known`, since the office has no
 * sightings. */
struct return_known {
	struct instant made;
	struct date from, to; /* the window: both included, UTC days */
	uint64_t networks;    /* of the organisation; 0: none are recorded, so nothing is known */
	uint64_t addresses, nets; /* distinct IPv4 addresses and IPv6 /64s seen infected */
	struct str sources;       /* names of the feeds */
};

/* Within a transaction: replaces what stood there. */
MUST_CHECK enum err return_known_put(
	struct office *o, struct str campaign, int64_t org, const struct return_known *known);

/* Texts lie in the arena. E_NOTFOUND: nobody has counted yet. */
MUST_CHECK enum err return_known_find(struct office *o, struct str campaign, int64_t org,
	struct arena *arena, struct return_known *ret_known);
