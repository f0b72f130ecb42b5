/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/panel.h"
#include "model/region.h"
#include "store/store.h"

/* Counting for a campaign: struct counts out of the store's derived sets, exact, by set algebra.
 * First what each feed saw, inside and outside the country; from that the panel; then everything
 * else with the feeds of the panel. Memory holds the sets of one day, and those of the two windows.
 * docs/design/counting.md. */

enum {
	CENSUS_HOLDERS = 64 /* the largest ones get a series */
};

typedef void census_progress_fn(void *context, uint64_t done, uint64_t total);

struct census_question {
	const struct plan *plan;
	uint64_t as_of;               /* change number, not 0 */
	struct date last;             /* the last complete UTC day: nothing after it is counted */
	bool public_only;             /* only feeds with public_stats, as figures for the public */
	unsigned processors;          /* to make use of; 0: all there are */
	census_progress_fn *progress; /* NULL: nobody wants to know */
	void *context;
};

/* A holder of networks, or an AS that no holder is known of. */
struct census_holder {
	struct str key; /* "VNPT", "AS45899" */
	struct str title[LANG__COUNT];
	uint64_t announced;   /* IPv4 addresses in the country */
	uint64_t subscribers; /* as the attribution tables say; 0: they do not */
};

/* A region with a series. */
struct census_region {
	struct str key;
	uint64_t announced; /* IPv4 addresses of the country that its table puts there */
};

struct census {
	struct counts counts;
	struct panel panel;
	struct census_holder *holders; /* those with a series, by addresses seen */
	size_t holder_count;
	const struct duration_result *durations; /* of the windows that are over: baseline, end */
	size_t duration_count;
	struct region_set region_set; /* count 0: no table says what lies where */
	struct census_region *regions;
	size_t region_count;
	bool simulated; /* a feed of the panel is */
	bool retained;  /* retention has deleted sightings of the days counted */
};

/* Everything lies in the arena. E_NOTFOUND: as_of needs what retention has deleted. E_RANGE: the
 * plan has no days that could be counted yet. */
MUST_CHECK enum err census_make(struct store *store, const struct census_question *question,
	struct arena *arena, struct census *ret_census);

/* The ten largest botnets of a window by distinct IPv4 addresses in the campaign's country, largest
 * first: with the feeds that the plan names, else with all. What has no name is no botnet. */
MUST_CHECK enum err census_largest(struct store *store, const struct census_question *question,
	struct days window, struct arena *arena, struct str ret_top[PLAN_TOP], size_t *ret_count);
