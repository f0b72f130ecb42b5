/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/plan.h"

/* Distinct counts over a stretch of UTC days: what the estimators work on. Made by the counting of
 * room server from the store's derived sets, or by hand in tests. Plain values; arrays are
 * borrowed. IPv4 addresses and IPv6 /64s stand apart and are never summed. */

enum {
	HOURS = 24
};

/* Whose addresses a series counts. Feeds are those of the panel, except for COUNT_FEED_…: that feed
 * alone; kind infected except for COUNT_BLOCKLISTED. */
enum count_scope {
	COUNT_ALL,          /* of the country */
	COUNT_TOP_FROZEN,   /* union of the frozen ten */
	COUNT_TOP_CURRENT,  /* union of the ten largest of the end window */
	COUNT_BOTNET,       /* key: canonical name */
	COUNT_HOLDER,       /* key: the holder's */
	COUNT_REGION,       /* key: the region's, empty: in none known; an estimate, by tables */
	COUNT_FEED_INSIDE,  /* key: feed; addresses of the country */
	COUNT_FEED_OUTSIDE, /* key: feed; all others */
	COUNT_BLOCKLISTED,
	COUNT_SCOPE__COUNT
};

/* One family of addresses (IPv4, or /64s) of one series. */
struct count_values {
	const uint32_t *hours; /* days × HOURS: distinct in each hour; NULL: no feed knows hours */
	const uint32_t *days;  /* distinct in each day, feeds of day precision included */
	uint64_t base, end;    /* distinct over the whole windows base and end of struct counts
				  (estimator 3) */
};

struct count_series {
	enum count_scope scope;
	struct str key; /* empty for the scopes without one */
	struct count_values v4, v6;
};

struct counts {
	struct date first; /* UTC day of index 0 */
	size_t days;
	struct days base, end; /* windows of count_values.base and .end; not set: not counted */
	const struct count_series *series;
	size_t series_count;
	uint64_t as_of;          /* change number */
	struct date attribution; /* day the attribution tables are of */
};

/* NULL: no such series. */
const struct count_series *counts_find(
	const struct counts *c, enum count_scope scope, struct str key);

/* Index of a day; false outside. */
bool counts_day(const struct counts *c, struct date day, size_t *ret_index);

/* Indexes of a window, [from, to); false when it is not set or not wholly inside. */
bool counts_days(const struct counts *c, struct days d, size_t *ret_from, size_t *ret_to);
