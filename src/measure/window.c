/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/window.h"

uint64_t window_count(const int32_t *last_seen, size_t count, int32_t day, uint32_t k)
{
	uint64_t found = 0;
	for (size_t i = 0; i < count; i++) {
		int64_t ago = (int64_t)day - last_seen[i];
		found += ago >= 0 && ago < (int64_t)k;
	}
	return found;
}

struct mean window_mean(uint64_t count, struct mean daily)
{
	double n = (double)count;
	struct mean m = {n, sqrt(n), daily.df};
	if (isnan(daily.error) || !(daily.value > 0))
		return (struct mean){n, NAN, NAN};
	m.error = fmax(m.error, n * daily.error / daily.value);
	return m;
}
