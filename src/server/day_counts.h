/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "store/counted.h"

/* The distinct units of each UTC day and raw name of kind infected, over feeds with public_stats:
 * counted when the day's sightings have changed, else as they were counted before. */
struct day_counts;

/* The `days` days from `from` (a midnight) on. anew: what was counted before is not believed. */
MUST_CHECK enum err day_counts_new(struct store *store, struct instant from, size_t days, bool anew,
	struct day_counts **ret_counts);
void day_counts_free(struct day_counts *d);

/* One day's sets, in the same order each time; nothing on a day without sightings. The set is
 * borrowed. */
typedef enum err day_counts_fn(
	void *context, struct str name, bool simulated, const struct unit_set *units);
MUST_CHECK enum err day_counts_each(
	struct day_counts *d, size_t day, day_counts_fn *fn, void *context);

/* The same, of the names that are wanted: the others are not even read. */
typedef bool day_counts_wanted_fn(void *context, struct str name);
MUST_CHECK enum err day_counts_each_of(struct day_counts *d, size_t day,
	day_counts_wanted_fn *wanted, day_counts_fn *fn, void *context);
