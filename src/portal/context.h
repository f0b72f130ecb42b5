/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "listing/published.h"
#include "text/text.h"

/* What every handler of the portal and the API finds in its request. */
struct portal_context {
	struct published *published;
	const struct zone *zone; /* of local times; NULL: UTC */
};
