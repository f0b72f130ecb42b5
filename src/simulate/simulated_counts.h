/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulate/truth.h"

/* What the store would count of a campaign, without files or store: for proofs over many seeds.
 * Exactly the distinct IPv4 addresses of the rows (rows.h) of the same scenario. A run of 3,000
 * hosts over 20 weeks takes some tenths of a second. */

/* Distinct addresses of one set of sightings. */
struct simulated_series {
	uint32_t *hours; /* [day × 24]; NULL for what knows only days */
	uint32_t *days;
	uint64_t base, end; /* over the whole windows */
};

/* First … last index of days, both included. */
struct simulated_days {
	uint32_t first, last;
};

struct simulated_panel {
	uint32_t feeds; /* bit f: feed f counts in all, top, botnets and holders; the list never */
	struct simulated_days base, end;
};

struct simulated_counts {
	struct world *world;
	uint32_t days;
	struct truth truth;
	/* Of the panel, inside the country. */
	struct simulated_series all;
	struct simulated_series top; /* botnets 0 … WORLD_TOP − 1 */
	struct simulated_series botnets[WORLD_BOTNETS];
	struct simulated_series holders[WORLD_HOLDERS]; /* abroad as well */
	/* Of each feed alone. The list (WORLD_LIST) is what is blocklisted. */
	struct simulated_series feeds_inside[WORLD_FEEDS];
	struct simulated_series feeds_outside[WORLD_FEEDS];
	uint32_t *memory;
};

/* E_RANGE as world_new(), or windows beyond the days. Release in any case but failure. */
MUST_CHECK enum err simulation_counts(const struct scenario *scenario,
	const struct simulated_panel *panel, struct simulated_counts *ret_counts);
void simulated_counts_release(struct simulated_counts *c);

/* Durations (hours) of the leases active at some time of a window of `window` hours, as measured
 * behind lines of that holder by somebody else: lines are drawn until there are `count` leases.
 * Static lines keep theirs for LEASE_EVER. */
void simulated_leases(const struct world *w, const struct world_holder *holder, double window,
	double *hours, size_t count);

#define LEASE_EVER 87600.0 /* hours: ten years */
