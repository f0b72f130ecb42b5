/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "measure/estimate.h"

/* Estimator 5: ln A_w = a − γ·w by ordinary least squares over weeks. The error takes the points
 * around the line for independent, which counts of infected machines are not: for a forecast use
 * measure/decline.h. Weeks that are NAN, or 0 (no logarithm), are left out. */
struct decay {
	double a;              /* ln A at week 0 */
	struct estimate gamma; /* per week; interval by Student's t */
	double error;          /* standard error of γ; NAN for fewer than three weeks */
	double half_life;      /* weeks, ln 2/γ; NAN when γ ≤ 0 */
	double r2;
	size_t weeks; /* used */
};

/* Week i is a[i]. gamma is unknown for fewer than two weeks. */
struct decay decay_fit(const double *a, size_t weeks);

/* γ that takes away `share` in so many weeks: −ln(1 − share)/weeks. */
double decay_needed(double share, double weeks);
