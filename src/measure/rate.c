/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/rate.h"

static const double PER = 1000;

struct estimate rate_of(
	struct estimate a, uint64_t subscribers, uint64_t announced, bool *ret_per_announced)
{
	uint64_t among = subscribers > 0 ? subscribers : announced;
	*ret_per_announced = subscribers == 0 && announced > 0;
	if (among == 0)
		return ESTIMATE_UNKNOWN;
	double factor = PER / (double)among;
	return (struct estimate){a.value * factor, a.low * factor, a.high * factor};
}
