/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "measure/mean.h"

/* Estimator 2: the hourly mean A = mean of U_h over the hours h in which the feeds were alive: the
 * robust stand-in for hosts behind changing addresses (H. Asghari, M. Ciere, M. van Eeten,
 * "Post-Mortem of a Zombie: Conficker Cleanup After Six Years", USENIX Security 2015). An hour that
 * is empty because a feed was down is not an hour without bots.
 *
 * Bots follow day and night, so an outage that hits only nights must not lift the mean: the hours
 * of the day are averaged first, then the 24 averages. Without outages that is the plain mean. */

/* U of `hours[day][hour]` (days × 24), `alive` of the same shape. NAN when some hour of the day was
 * never alive though others were. */
double hourly_mean(const uint32_t *hours, const uint8_t *alive, size_t days);

/* A of each day: the sum over its alive hours over what these hours usually have of a day's mean.
 * NAN for days with fewer than HOURLY_DAY alive hours. ret_day: `days` values. */
enum {
	HOURLY_DAY = 6
};
void hourly_days(const uint32_t *hours, const uint8_t *alive, size_t days, double *ret_day);

/* hourly_mean() with the error of the days' means; `day`: `days` values for working in. */
struct mean hourly_window(const uint32_t *hours, const uint8_t *alive, size_t days, double *day);
