/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/coverage.h"

#include "measure/statistics.h"

struct estimate coverage_chapman(uint64_t n1, uint64_t n2, uint64_t m)
{
	double a = (double)n1;
	double b = (double)n2;
	double both = (double)m;
	double seen = a + b - both;
	if (m == 0 || m > n1 || m > n2)
		return ESTIMATE_UNKNOWN;
	double n = (a + 1) * (b + 1) / (both + 1) - 1;
	double variance = (a + 1) * (b + 1) * (a - both) * (b - both) /
			  ((both + 1) * (both + 1) * (both + 2));
	double factor = exp(normal_quantile(0.975) * sqrt(variance) / n);
	return (struct estimate){n, fmax(n / factor, seen), n * factor};
}
