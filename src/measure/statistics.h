/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* The statistics that estimators share. Arrays may be empty unless said otherwise; NAN is "not
 * known". */

/* x with P(Z ≤ x) = p for a standard normal Z, 0 < p < 1. By Newton from Abramowitz & Stegun
 * 26.2.23, to 1e-12. */
double normal_quantile(double p);

/* The same for Student's t with df > 0 degrees of freedom (df need not be whole). */
double student_quantile(double p, double df);

/* P(T ≤ x), by the regularised incomplete beta function (continued fraction, DLMF 8.17.22). NAN for
 * df ≤ 0. */
double student_probability(double x, double df);

double mean_of(const double *x, size_t count); /* NAN for none */

/* Unbiased, NAN for fewer than two. */
double variance_of(const double *x, size_t count);

/* Of sorted values, linear between neighbours (Hyndman and Fan's type 7); NAN for none. */
double quantile_of(const double *sorted, size_t count, double p);
void sort_values(double *x, size_t count);

/* Both leave x changed. The spread is the median absolute deviation as a standard deviation of
 * normal values: half of the values may be wild. NAN for none. */
double median_of(double *x, size_t count);
double spread_of(double *x, size_t count);

/* Degrees of freedom of a sum or difference of two independent estimates with their standard errors
 * (F. E. Satterthwaite 1946; B. L. Welch 1947). */
double welch_df(double error1, double df1, double error2, double df2);

/* Ordinary least squares y = intercept + slope · x. */
struct line_fit {
	double intercept, slope;
	double slope_error; /* standard error; NAN for fewer than three points */
	double intercept_error;
	double residual;       /* standard deviation of the residuals */
	double r2;             /* NAN when y does not vary */
	double mean_x, sum_xx; /* Σ(x − mean)²: for intervals of predictions */
	size_t count;
};

/* Points with NAN in x or y are left out. Slope is NAN for fewer than two distinct x. */
struct line_fit line_fit(const double *x, const double *y, size_t count);
