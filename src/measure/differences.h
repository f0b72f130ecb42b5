/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "measure/estimate.h"

/* Estimator 11: difference in differences on ln A_w, weeks × holders: how much further treated
 * holders fell than untreated ones. Each holder's weeks before and after are averaged first, and
 * holders, not weeks, are counted, since weeks of one holder hang together (M. Bertrand, E. Duflo,
 * S. Mullainathan, "How Much Should We Trust Differences-in-Differences Estimates?", QJE 119, 2004,
 * section IV.C). The question is how many addresses the campaign took away, so groups are added up:
 * δ = ln(Σ after/Σ before) of the treated less that of the controls, each with the error of a ratio
 * estimator under variances that grow with size (R. M. Royall, Biometrika 57, 1970), and Welch's
 * degrees of freedom. How differently the campaign worked on the treated counts as error: intervals
 * are on the safe side. */
struct differences {
	struct estimate effect; /* 1 − e^δ: the share that treatment took away */
	double delta;           /* on ln A; below 0: treated fell further */
	double error, df;
	size_t treated, controls; /* used */
	/* Difference of the slopes before, per week: away from 0 the two groups were drifting apart
	 * already, and the effect is not the treatment's. Unknown for fewer than three weeks. */
	struct estimate apart;
};

enum {
	DIFFERENCES_HOLDERS = 2 /* of either group at least */
};

/* a[holder × weeks + week], NAN or 0 where not known; weeks 0 … before−1 are before, after …
 * weeks−1 after; those between are left out. Holders without a week on either side are left out.
 * effect is unknown with too few holders. */
struct differences differences_fit(const double *a, const bool *treated, size_t holders,
	size_t weeks, size_t before, size_t after);
