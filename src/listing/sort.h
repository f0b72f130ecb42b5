/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* An entry while the listing is being built: 20 bytes. tag: botnet << 16 | feed << 8 | class; its
 * order puts what is to be merged side by side, since the kind stands above pool and precision. */
struct listing_record {
	uint32_t high, low; /* halves of the unit's key */
	uint32_t first, last;
	uint32_t tag;
};

struct listing_records {
	struct listing_record *items;
	size_t count;
	size_t capacity;
};

void listing_records_release(struct listing_records *l);

/* Merges before it grows, so that memory follows the distinct entries, not the sightings. */
MUST_CHECK enum err listing_records_add(struct listing_records *l, struct listing_record record);

/* Ascending by unit and tag; one record for each (unit, botnet, feed, kind). */
MUST_CHECK enum err listing_records_merge(struct listing_records *l);
