/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>
#include <stdint.h>

#include "base/dice.h"

/* A made-up infection for tests: hosts are born and cleaned at random, are on for most of the day,
 * more of them on weekdays, and report more often in the evening. Sums of many throws are drawn at
 * once. */
struct infection {
	struct dice dice;
	double hosts;
	double birth, clean; /* a host and day */
};

static inline double infection_normal(struct dice *d)
{
	double radius = sqrt(-2 * log(dice_unit(d)));
	return radius * cos(2 * M_PI * dice_unit(d));
}

static inline double infection_binomial(struct dice *d, double n, double p)
{
	double variance = n * p * (1 - p);
	double hits = 0;
	if (variance > 20)
		return fmin(fmax(round(n * p + sqrt(variance) * infection_normal(d)), 0), n);
	for (double i = 0; i < n; i++)
		hits += dice_chance(d, p);
	return hits;
}

static inline double infection_poisson(struct dice *d, double mean)
{
	double events = 0;
	if (mean > 30)
		return fmax(round(mean + sqrt(mean) * infection_normal(d)), 0);
	for (double left = exp(-mean); (left /= dice_unit(d)) < 1;)
		events++;
	return events;
}

/* A day's 24 hourly counts; then the night, in which a campaign cleans `extra` more a host. */
static inline void infection_day(
	struct infection *i, unsigned weekday, double extra, uint32_t *hours)
{
	double on = infection_binomial(&i->dice, i->hosts, weekday < 5 ? 0.8 : 0.7);
	for (unsigned h = 0; h < 24; h++) {
		double p = h > 10 && h < 16 ? 0.4 : 0.15;
		hours[h] = (uint32_t)infection_binomial(&i->dice, on, p);
	}
	double cleaned = infection_binomial(&i->dice, i->hosts, 1 - exp(-i->clean - extra));
	i->hosts += infection_poisson(&i->dice, i->birth * i->hosts) - cleaned;
}

/* ln of what the campaign leaves of the expected number of hosts, a day. */
static inline double infection_effect(const struct infection *i, double extra)
{
	return log((exp(-i->clean - extra) + i->birth) / (exp(-i->clean) + i->birth));
}
