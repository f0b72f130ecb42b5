/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "measure/mean.h"

/* Estimator 3: E_k(d), the distinct addresses whose last sighting up to day d lies in the k days
 * d−k+1 … d (Shadowserver's windows of 5, 10 and 30 days; NCSC's 30-day figure is of this form).
 * Grows with k and with churn: two counts compare only with the same k. */

/* `last_seen`: of each address the last day up to `day`, as day numbers. */
uint64_t window_count(const int32_t *last_seen, size_t count, int32_t day, uint32_t k);

/* The count as a mean whose error is at least that of counting (√E), and relatively at least that
 * of the daily counts of the same window: an exact count of sightings is no exact count of the
 * infected. */
struct mean window_mean(uint64_t count, struct mean daily);
