/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "measure/estimate.h"

/* A mean over days with its standard error, in a form that ratios can be made of. */
struct mean {
	double value;
	double error; /* NAN: too few days to say */
	double df;    /* of error */
};

/* Mean of the known (not NAN) days. Days are no independent draws: they follow a trend and each
 * other. So the error is that of the residuals around a straight line, swollen by
 * (1 + r)/(1 − r), where r is their correlation from one day to the next, freed of its small-sample
 * bias (M. G. Kendall, Biometrika 41, 1954; effective sample size of an AR(1) process: H. J.
 * Thiébaux, F. W. Zwiers 1984), and the degrees of freedom shrink by the same factor. No error for
 * fewer than MEAN_DAYS days. */
enum {
	MEAN_DAYS = 5
};
struct mean mean_of_days(const double *day, size_t count);

/* What weekdays do to days, as factors about 1 for index modulo 7: mean of day over the seven
 * around it, where all seven are known. All 1 when some weekday has fewer than three such days. */
enum {
	MEAN_WEEK = 7
};
struct weekdays {
	double factor[MEAN_WEEK];
};
struct weekdays weekdays_of(const double *day, size_t count);

/* Error and degrees of freedom from the days freed of weekdays, the value as it was: a week's
 * rhythm is no uncertainty. day[0] has index `from` for the factors; the days change. */
void mean_free_of_weekdays(
	struct mean *m, double *day, size_t count, const struct weekdays *w, size_t from);

/* The same about another value: the error grows with it. */
struct mean mean_scaled(struct mean m, double factor);

struct estimate mean_estimate(struct mean m);

/* end/base, and 1 − end/base: the interval is that of the difference of logarithms, each with the
 * relative error of its mean (delta method), with Welch's degrees of freedom. No value when base is
 * 0; no interval when end is. */
struct estimate mean_ratio(struct mean end, struct mean base);
struct estimate mean_reduction(struct mean end, struct mean base);
