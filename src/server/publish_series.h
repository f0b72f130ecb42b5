/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/site.h"
#include "store/store.h"

enum {
	SERIES_DAYS = 60 /* complete UTC days before today */
};

/* The site's figures day by day, in the arena: distinct units of kind infected that feeds with
 * public_stats saw on each UTC day, in the data folder's country where addresses can be attributed.
 * "top10-daily": in the ten largest botnets by distinct units of all the days together (unnamed
 * sightings are no botnet); "all-daily": in any. Sightings that do not know their day take part in
 * the ranking only. A day is not known when no such feed reported anybody, or when retention has
 * deleted sightings of it. None at all without a day that is known. docs/design/measurement.md.
 * Days whose sightings have not changed are not counted again, unless anew (day_counts.h). */
MUST_CHECK enum err series_compute(struct store *store, struct instant now, bool anew,
	struct arena *arena, const struct site_series **ret_series, size_t *ret_count);
