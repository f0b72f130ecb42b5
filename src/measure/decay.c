/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/decay.h"

#include "measure/statistics.h"

enum {
	WEEKS = 1024 /* in one sum; twenty years */
};

struct decay decay_fit(const double *a, size_t weeks)
{
	double x[WEEKS];
	double y[WEEKS];
	struct decay d = {NAN, ESTIMATE_UNKNOWN, NAN, NAN, NAN, 0};
	size_t count = 0;
	for (size_t i = 0; i < weeks && count < WEEKS; i++) {
		if (!(a[i] > 0))
			continue;
		x[count] = (double)i;
		y[count++] = log(a[i]);
	}
	struct line_fit f = line_fit(x, y, count);
	double half = student_quantile(0.975, (double)count - 2) * f.slope_error;
	d.a = f.intercept;
	d.gamma = (struct estimate){-f.slope, -f.slope - half, -f.slope + half};
	d.error = f.slope_error;
	d.half_life = d.gamma.value > 0 ? log(2) / d.gamma.value : NAN;
	d.r2 = f.r2;
	d.weeks = count;
	return d;
}

double decay_needed(double share, double weeks)
{
	if (!(share < 1) || !(weeks > 0))
		return NAN;
	return -log1p(-share) / weeks;
}
