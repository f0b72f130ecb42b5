/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/store.h"

/* Puts the contents of the site in the old ones' place: the program's own articles and tools, those
 * of the operator before them, identity, campaign, the figures day by day and evaluations. Figures
 * that were published today and whose sightings have not changed since are taken over, and so is
 * the provisional evaluation. */
MUST_CHECK enum err publish_site(struct store *store, struct instant now);

/* The same, counting everything anew. */
MUST_CHECK enum err publish_site_anew(struct store *store, struct instant now);
