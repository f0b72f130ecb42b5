/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/episodes.h"

#include "measure/statistics.h"

size_t episodes_of(const struct instant *times, size_t count, int64_t gap, struct instant until,
	struct episode *ret, size_t most)
{
	size_t found = 0;
	for (size_t i = 0; i < count;) {
		size_t last = i;
		while (last + 1 < count && times[last + 1].seconds - times[last].seconds <= gap)
			last++;
		bool ended = last + 1 < count || until.seconds - times[last].seconds > gap;
		if (found < most)
			ret[found] = (struct episode){times[i], times[last], ended};
		found++;
		i = last + 1;
	}
	return found;
}

double episodes_gap(double *seconds, size_t count)
{
	sort_values(seconds, count);
	return quantile_of(seconds, count, 0.95);
}
