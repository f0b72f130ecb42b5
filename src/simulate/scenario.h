/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"

/* What a made-up campaign is asked to be. Same scenario, same bytes. Method and numbers:
 * docs/design/simulate.md. */
struct scenario {
	uint64_t seed;
	struct date first; /* UTC day of index 0 */
	uint32_t days;     /* 2 … SCENARIO_DAYS */
	uint32_t hosts;    /* infected inside the country on the first day, on average */
	double effect;     /* 0 … 0.95: of the treated holders' infected hosts, the share that the
			      campaign has taken away in the last seven days, on average */
	double decline;    /* 0 … 1: γ per week without any campaign */
	double turnover;   /* 0 … 0.2: share of the infected replaced by new ones each day */
	uint32_t campaign; /* day index from which the campaign works; == days: never */
	double controls;   /* 0 … 0.9: share of the hosts whose holders are left alone */
	double reports; /* 0.1 … 16: hours in contact with its masters, an infected host and day */
	bool feed_changes; /* feeds start late, stop, go dark, dip, double; a list's rule changes */
	char country[3];
};

enum {
	SCENARIO_DAYS = 3660,
	SCENARIO_HOSTS = 4000000
};

/* Seed 1, 120 days, 5,000 hosts, no effect, decline 0.009, turnover 0.008, campaign from the
 * middle, no controls, 12 reports, steady feeds, VN. */
struct scenario scenario_default(void);

bool scenario_valid(const struct scenario *s);
