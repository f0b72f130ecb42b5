/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/scenario.h"

struct scenario scenario_default(void)
{
	return (struct scenario){
		.seed = 1,
		.first = {2020, 6, 1},
		.days = 120,
		.hosts = 5000,
		.decline = 0.009,
		.turnover = 0.008,
		.campaign = 60,
		.reports = 12,
		.country = "VN",
	};
}

static bool within(double value, double least, double most)
{
	return value >= least && value <= most;
}

bool scenario_valid(const struct scenario *s)
{
	return s->days >= 2 && s->days <= SCENARIO_DAYS && s->hosts > 0 &&
	       s->hosts <= SCENARIO_HOSTS && s->campaign <= s->days && within(s->effect, 0, 0.95) &&
	       within(s->decline, 0, 1) && within(s->turnover, 0, 0.2) &&
	       within(s->controls, 0, 0.9) && within(s->reports, 0.1, 16);
}
