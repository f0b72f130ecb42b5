/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/store.h"

/* Builds the listing from what the store holds and puts it in the old one's place: units of kind
 * infected, from feeds that permit public_check, within the window of their kind of pool, without
 * what the allowlist covers. */
MUST_CHECK enum err publish_listing(struct store *store, struct instant now);

/* Compiles and publishes the attribution image of today. */
MUST_CHECK enum err publish_network(struct store *store, struct instant now);

/* Everything that is published, anew: after init, restore, and a new version of the program. */
MUST_CHECK enum err publish_all(struct store *store, struct instant now);

/* What changes with the sightings: the listing, and the site with its figures. Then the small
 * segments of days that are over are asked together. */
MUST_CHECK enum err publish_sightings(struct store *store, struct instant now);
