/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "simulate/simulated_counts.h"

/* A lease as the holder gives it out. */
static double draw_lease(const struct world_holder *holder, struct dice *dice)
{
	double unit = dice_unit(dice);
	double end = 24 / holder->mean_hours;
	if (holder->lease != LEASE_DAYS)
		return -log(unit) * holder->mean_hours;
	return end < 1 ? 24 * (1 + floor(log(unit) / log1p(-end))) : 24;
}

/* The lease that a moment falls into is longer than others: for both kinds what is left of it and
 * what has passed are leases without memory, for whole days less the day itself. Sets how much of
 * it is left. */
static double draw_running(const struct world_holder *holder, struct dice *dice, double *ret_left)
{
	double passed = draw_lease(holder, dice);
	double left = draw_lease(holder, dice);
	if (holder->lease == LEASE_DAYS) {
		double today = 24 * dice_unit(dice);
		*ret_left = left - today;
		return passed + left - 24;
	}
	*ret_left = left;
	return passed + left;
}

void simulated_leases(const struct world *w, const struct world_holder *holder, double window,
	double *hours, size_t count)
{
	struct dice dice = world_dice(w, DICE_LEASES, holder->first_slot, 0);
	double left = 0;
	for (size_t i = 0; i < count; i++) {
		if (holder->lease == LEASE_STATIC) {
			hours[i] = LEASE_EVER;
		} else if (i == 0 || left >= window) {
			hours[i] = draw_running(holder, &dice, &left);
		} else {
			hours[i] = draw_lease(holder, &dice);
			left += hours[i];
		}
	}
}
