/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/statistics.h"

#include <float.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

enum {
	HALVINGS = 200,
	FRACTION_TERMS = 20000 /* needs about √df of them */
};

/* From here on Student's t is normal to seven digits. */
static const double DF_NORMAL = 1e7;

static double normal_probability(double x)
{
	return 0.5 * erfc(-x * M_SQRT1_2);
}

static double normal_density(double x)
{
	return exp(-0.5 * x * x) / sqrt(2 * M_PI);
}

/* Abramowitz & Stegun 26.2.23: within 4.5e-4, for the upper half. */
static double rough_upper_quantile(double p)
{
	double t = sqrt(-2 * log(p));
	return t - (2.515517 + t * (0.802853 + t * 0.010328)) /
			   (1 + t * (1.432788 + t * (0.189269 + t * 0.001308)));
}

double normal_quantile(double p)
{
	if (!(p > 0 && p < 1))
		return NAN;
	double x = p < 0.5 ? -rough_upper_quantile(p) : rough_upper_quantile(1 - p);
	for (int i = 0; i < 4; i++)
		x -= (normal_probability(x) - p) / normal_density(x);
	return x;
}

/* Lentz's method on DLMF 8.17.22; converges fast for x < (a + 1)/(a + b + 2). */
static double beta_fraction(double x, double a, double b)
{
	double c = 1;
	double d = 1 / fmax(fabs(1 - (a + b) * x / (a + 1)), DBL_MIN);
	double result = d;
	for (int m = 1; m < FRACTION_TERMS; m++) {
		double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
		double odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
		d = 1 / (1 + even * d);
		c = 1 + even / c;
		result *= c * d;
		d = 1 / (1 + odd * d);
		c = 1 + odd / c;
		result *= c * d;
		if (fabs(c * d - 1) < 1e-15)
			break;
	}
	return result;
}

/* I_x(a, b), DLMF 8.17. */
static double incomplete_beta(double x, double a, double b)
{
	if (x <= 0)
		return 0;
	if (x >= 1)
		return 1;
	double front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x));
	if (x < (a + 1) / (a + b + 2))
		return front * beta_fraction(x, a, b) / a;
	return 1 - front * beta_fraction(1 - x, b, a) / b;
}

double student_probability(double x, double df)
{
	if (isnan(x) || !(df > 0))
		return NAN;
	if (df > DF_NORMAL)
		return normal_probability(x);
	double tail = 0.5 * incomplete_beta(df / (df + x * x), df / 2, 0.5);
	return x > 0 ? 1 - tail : tail;
}

/* By halving: the probability rises everywhere. */
double student_quantile(double p, double df)
{
	double low = -1;
	double high = 1;
	if (!(p > 0 && p < 1 && df > 0))
		return NAN;
	while (student_probability(low, df) > p)
		low *= 2;
	while (student_probability(high, df) < p)
		high *= 2;
	for (int i = 0; i < HALVINGS && high - low > 1e-14 * fabs(high); i++) {
		double middle = (low + high) / 2;
		if (student_probability(middle, df) < p)
			low = middle;
		else
			high = middle;
	}
	return (low + high) / 2;
}

double mean_of(const double *x, size_t count)
{
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += x[i];
	return count > 0 ? sum / (double)count : NAN;
}

double variance_of(const double *x, size_t count)
{
	double mean = mean_of(x, count);
	double sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += (x[i] - mean) * (x[i] - mean);
	return count > 1 ? sum / (double)(count - 1) : NAN;
}

static int by_value(const void *a, const void *b)
{
	const double *x = a;
	const double *y = b;
	return (*x > *y) - (*x < *y);
}

void sort_values(double *x, size_t count)
{
	if (count > 0)
		qsort(x, count, sizeof(*x), by_value);
}

double quantile_of(const double *sorted, size_t count, double p)
{
	if (count == 0 || !(p >= 0 && p <= 1))
		return NAN;
	double at = p * (double)(count - 1);
	size_t below = (size_t)at;
	if (below + 1 >= count)
		return sorted[count - 1];
	return sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]);
}

double median_of(double *x, size_t count)
{
	sort_values(x, count);
	return quantile_of(x, count, 0.5);
}

double spread_of(double *x, size_t count)
{
	double median = median_of(x, count);
	for (size_t i = 0; i < count; i++)
		x[i] = fabs(x[i] - median);
	return median_of(x, count) / normal_quantile(0.75);
}

double welch_df(double error1, double df1, double error2, double df2)
{
	double a = error1 * error1;
	double b = error2 * error2;
	if (!(a + b > 0))
		return fmin(df1, df2);
	return (a + b) * (a + b) / (a * a / df1 + b * b / df2);
}

struct sums {
	double x, y;       /* means */
	double xx, xy, yy; /* of deviations from them */
	size_t count;
};

static bool is_point(double x, double y)
{
	return !isnan(x) && !isnan(y);
}

static struct sums sums_of(const double *x, const double *y, size_t count)
{
	struct sums s = {0};
	for (size_t i = 0; i < count; i++) {
		if (!is_point(x[i], y[i]))
			continue;
		s.x += x[i];
		s.y += y[i];
		s.count++;
	}
	s.x /= (double)s.count;
	s.y /= (double)s.count;
	for (size_t i = 0; i < count; i++) {
		if (!is_point(x[i], y[i]))
			continue;
		s.xx += (x[i] - s.x) * (x[i] - s.x);
		s.xy += (x[i] - s.x) * (y[i] - s.y);
		s.yy += (y[i] - s.y) * (y[i] - s.y);
	}
	return s;
}

struct line_fit line_fit(const double *x, const double *y, size_t count)
{
	struct line_fit f = {NAN, NAN, NAN, NAN, NAN, NAN, NAN, NAN, 0};
	struct sums s = sums_of(x, y, count);
	f.count = s.count;
	if (s.count < 2 || s.xx <= 0)
		return f;
	f.slope = s.xy / s.xx;
	f.intercept = s.y - f.slope * s.x;
	f.mean_x = s.x;
	f.sum_xx = s.xx;
	double unexplained = fmax(s.yy - f.slope * s.xy, 0);
	if (s.yy > 0)
		f.r2 = 1 - unexplained / s.yy;
	if (s.count > 2) {
		f.residual = sqrt(unexplained / (double)(s.count - 2));
		f.slope_error = f.residual / sqrt(s.xx);
		f.intercept_error = f.residual * sqrt(1 / (double)s.count + s.x * s.x / s.xx);
	}
	return f;
}
