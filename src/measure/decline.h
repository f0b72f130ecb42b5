/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "measure/estimate.h"

/* The counterfactual of estimator 16: what would have been, had the decline before the campaign
 * gone on.
 *
 * The number of infected hosts drifts: each week starts from where the last one ended, so errors
 * add up and the intervals of a straight line through the points are too narrow. The model is a
 * local level with a fixed drift (A. C. Harvey, "Forecasting, Structural Time Series Models and the
 * Kalman Filter", 1989, 2.3) and the weekdays:
 *
 *	ln A_d = level_d + weekday + e_d,   level_{d+1} = level_d − γ/7 + u_d
 *
 * with independent e, u of unknown sizes. Where new infections come from outside and not from those
 * who are infected here, a departure from the trend fades as fast as hosts are cleaned: level is
 *then the trend and a departure v_{d+1} = (1 − κ) v_d + u_d. κ = 0 is the walk above.
 *
 * Level and drift are not fitted but projected out (REML; H. D. Patterson, R. Thompson 1971),
 * forecasts are best linear unbiased, and the unknown ratio of u to e, and κ, are averaged over
 * instead of guessed: intervals are quantiles of the mixture of Student's t over a grid, weighted
 *by likelihood and prior. Coverage, and the priors: docs/design/measurement.md. */

enum {
	DECLINE_DAYS = 28, /* needed before the campaign, of which … */
	DECLINE_KNOWN = 22,
	DECLINE_COLUMNS = 8, /* drift a week, six weekdays, level */
	DECLINE_RATIOS = 24,
	DECLINE_PULLS = 4,
	DECLINE_NODES = DECLINE_RATIOS * DECLINE_PULLS
};

/* The model at one ratio u/e and one pull. */
struct decline_node {
	double ratio;  /* variance of u over variance of e */
	double stay;   /* 1 − κ: what is left of a departure from the trend the day after */
	double weight; /* of the grid, sum 1 */
	double noise;  /* variance of e */
	double beta[DECLINE_COLUMNS];
	double root[DECLINE_COLUMNS][DECLINE_COLUMNS]; /* Cholesky of X'V⁻¹X, lower */
	/* The last difference holds the e of the last day, which forecasts start from. */
	double last_residual;           /* l'V⁻¹(z − Xβ) */
	double last_weight;             /* l'V⁻¹l */
	double last_x[DECLINE_COLUMNS]; /* X'V⁻¹l */
};

struct decline {
	struct estimate rate; /* γ per week; below 0: growth */
	double df;
	double mean;          /* of ln A before the campaign */
	double last_swelling; /* noise of the last known day, relative to the usual */
	double last;          /* ln A of the last known day before the campaign */
	size_t last_day;      /* its index */
	unsigned weekday;     /* of index 0 */
	struct decline_node nodes[DECLINE_NODES];
};

/* `level`: A of each day, NAN where not known, `begins` the index of the campaign's first day (days
 * before it are used), `weekday` of index 0 (0 = Monday). False when there are too few days, or a
 * day without anybody. */
bool decline_fit(const double *level, size_t begins, unsigned weekday, struct decline *ret);

/* A on the given later day had the decline gone on. */
double decline_expected(const struct decline *d, size_t day);

/* Mean over the known days from … to−1, all after the last one fitted, of ln A less what was to be
 * expected. Unknown when none is known. Fewer hosts scatter more: the noise after the last day
 * grows as the level falls. */
struct estimate decline_departure(
	const struct decline *d, const double *level, size_t from, size_t to);
