/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/hourly.h"

#include "measure/counts.h"

/* Mean of each hour of the day over the hours alive; NAN where none was. */
struct profile {
	double mean[HOURS];
};

static struct profile profile_of(const uint32_t *hours, const uint8_t *alive, size_t days)
{
	struct profile p;
	for (size_t h = 0; h < HOURS; h++) {
		double sum = 0;
		double count = 0;
		for (size_t d = 0; d < days; d++) {
			if (!alive[d * HOURS + h])
				continue;
			sum += hours[d * HOURS + h];
			count++;
		}
		p.mean[h] = sum / count;
	}
	return p;
}

static double mean_of_profile(const struct profile *p)
{
	double sum = 0;
	for (size_t h = 0; h < HOURS; h++)
		sum += p->mean[h];
	return sum / HOURS;
}

double hourly_mean(const uint32_t *hours, const uint8_t *alive, size_t days)
{
	struct profile p = profile_of(hours, alive, days);
	return mean_of_profile(&p);
}

static double day_mean(const uint32_t *hours, const uint8_t *alive, const struct profile *p)
{
	double seen = 0;
	double usual = 0;
	size_t count = 0;
	for (size_t h = 0; h < HOURS; h++) {
		if (!alive[h])
			continue;
		seen += hours[h];
		usual += p->mean[h];
		count++;
	}
	if (count < HOURLY_DAY)
		return NAN;
	return usual > 0 ? seen / usual * mean_of_profile(p) : 0;
}

void hourly_days(const uint32_t *hours, const uint8_t *alive, size_t days, double *ret_day)
{
	struct profile p = profile_of(hours, alive, days);
	for (size_t d = 0; d < days; d++)
		ret_day[d] = day_mean(hours + d * HOURS, alive + d * HOURS, &p);
}

struct mean hourly_window(const uint32_t *hours, const uint8_t *alive, size_t days, double *day)
{
	hourly_days(hours, alive, days, day);
	struct mean m = mean_of_days(day, days);
	m.value = hourly_mean(hours, alive, days);
	return m;
}
