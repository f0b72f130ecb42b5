/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/remediation.h"

#include "measure/statistics.h"

struct estimate remediation_share(struct group g)
{
	if (g.all == 0 || g.cleaned > g.all)
		return ESTIMATE_UNKNOWN;
	double z = normal_quantile(0.975);
	double n = (double)g.all;
	double p = (double)g.cleaned / n;
	double centre = (p + z * z / (2 * n)) / (1 + z * z / n);
	double half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n);
	return (struct estimate){p, fmax(centre - half, 0), fmin(centre + half, 1)};
}

struct estimate remediation_difference(struct group told, struct group control)
{
	struct estimate a = remediation_share(told);
	struct estimate b = remediation_share(control);
	if (!estimate_known(a) || !estimate_known(b))
		return ESTIMATE_UNKNOWN;
	double difference = a.value - b.value;
	return (struct estimate){difference, difference - hypot(a.value - a.low, b.high - b.value),
		difference + hypot(a.high - a.value, b.value - b.low)};
}
