/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "measure/mean.h"

/* Estimator 1: the mean of U_d, the distinct addresses of day d, over the days on which the feeds
 * were alive. Not additive over days, botnets or holders. */

/* Days that were not alive become NAN. ret_day: `count` values. */
void daily_days(const uint32_t *days, const uint8_t *alive, size_t count, double *ret_day);

/* `day`: `count` values for working in. */
struct mean daily_window(const uint32_t *days, const uint8_t *alive, size_t count, double *day);
