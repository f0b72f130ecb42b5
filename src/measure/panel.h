/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/health.h"

/* The feeds that a campaign is measured with: like with like. Those chosen by hand, else all that
 * were alive for PANEL_ALIVE of the baseline and of the end window of every goal, and took no step
 * in between. Needs only the series COUNT_FEED_INSIDE and COUNT_FEED_OUTSIDE: counting asks for the
 * panel first and counts everything else with its feeds. */
struct panel_feed {
	struct health health;
	bool in;                        /* takes part */
	bool down;                      /* of a window: alive for less than PANEL_ALIVE of it */
	bool changed;                   /* a step from the baseline to the end */
	const struct health_step *step; /* the largest; NULL: none */
};

struct panel {
	struct panel_feed *feeds; /* all that have a series, in order of their names */
	size_t count;
	size_t members;
	uint8_t *hours; /* days × HOURS: all members that know hours were alive; NULL: none does */
	uint8_t *days;  /* a whole and even day of all members */
	size_t steady; /* first day after the last step of a member that lies before the baseline */
};

#define PANEL_ALIVE 0.75

/* E_NOMEM. */
MUST_CHECK enum err panel_choose(
	const struct counts *c, const struct plan *plan, struct arena *arena, struct panel *ret);

/* NULL: the counts know no such feed. */
const struct panel_feed *panel_find(const struct panel *p, struct str feed);
