/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "listing/published.h"
#include "portal/counters.h"
#include "portal/once.h"
#include "text/text.h"

/* What every handler of the portal and the API finds in its request. */
struct portal_context {
	struct published *published;
	const struct zone *zone;         /* of local times; NULL: UTC */
	const struct counters *counters; /* of downloads; NULL: none are kept */
	struct once *once;               /* who was counted today; NULL: nobody is counted */
	struct str preview; /* not empty: nobody sees this page yet; where its note leads back */
};
