/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "measure/counts.h"

/* Estimator 13: feed health, from a feed's counts inside and outside the country. Adding, losing or
 * truncating a feed moves counts more than any campaign, so feeds that change take no part in any
 * comparison. False-alarm rates: docs/design/measurement.md.
 *
 * Down: a run of hours (days) without a single report, in which by the same hours of the ten days
 * around at least ten addresses were to be expected.
 * Odd day: a tenth off the five days before it and the five after it, to the same side, by four
 * standard errors each, and off its like in the weeks around (a weekend is not odd). Looked for
 * again without those found, since beside the worst day of a bad stretch the others look even. At
 * the ends of the data, where too few days are left for a step, one side is enough, by five errors:
 * dip or step, they are left out.
 * Step: the median of seven days and of the seven before differ by a tenth at least, and by five
 * standard errors (robust, never under those of counting). Where outside says too little, a change
 * inside counts only when it came overnight: a campaign takes weeks.
 * Odd days and steps are looked for in uniques of a day and, where the feed knows hours, in means
 * of alive hours; either is enough. What inside and outside say is weighed by precision; when one
 * of them stayed as it was, it is no change of the feed. */
struct health_step {
	size_t day;   /* first day after it */
	double ratio; /* after / before */
};

enum {
	HEALTH_STEPS = 64,
	HEALTH_DAY_HOURS = 22 /* alive hours that make a whole day */
};

struct health {
	struct str feed;
	uint8_t *hours; /* days × HOURS, 1: alive; NULL: the feed knows only days */
	uint8_t *days;  /* 1: a whole day, and no odd one */
	bool *odd;
	bool reports;       /* anything at all */
	size_t first, last; /* days of the first and the last report */
	struct health_step steps[HEALTH_STEPS];
	size_t step_count;
};

/* E_NOMEM. */
MUST_CHECK enum err health_judge(
	const struct counts *c, struct str feed, struct arena *arena, struct health *ret);

/* Share of the hours (days) of [from, to) that were alive. */
double health_share(const struct health *h, size_t from, size_t to);

/* First step after day `from` and up to day `to` − 1; NULL: none. */
const struct health_step *health_step_within(const struct health *h, size_t from, size_t to);
