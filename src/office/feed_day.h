/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/office.h"

/* How feeds live, day by day: counted by the commands that change sightings, which may read them,
 * and kept here for the desk, which may not. UTC days. */
enum {
	FEED_DAY_HOURS = 24
};
struct feed_day {
	int64_t day;                    /* since 1970 */
	uint64_t v4, v6;                /* distinct IPv4 addresses, distinct /64s */
	uint32_t hours[FEED_DAY_HOURS]; /* distinct addresses of each, else /64s */
	bool hours_known;
};

/* The change of the catalogue that the days of a feed are of; 0: they were never counted. */
MUST_CHECK enum err feed_days_change(struct office *o, struct str feed, uint64_t *ret_change);

/* Within a transaction: takes the place of all days of the feed. */
MUST_CHECK enum err feed_days_put(struct office *o, struct str feed, uint64_t change,
	const struct feed_day *days, size_t count);

/* From day `from` on, by feed and day; feed "": of all. Texts are borrowed until fn returns. */
typedef enum err feed_day_fn(void *context, struct str feed, const struct feed_day *day);
MUST_CHECK enum err feed_days_each(
	struct office *o, struct str feed, int64_t from, feed_day_fn *fn, void *context);
