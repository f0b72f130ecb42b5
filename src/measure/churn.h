/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "measure/estimate.h"

/* Estimator 8: concurrent hosts behind N distinct addresses of one AS seen in a window of W hours,
 * given how long addresses stay with a subscriber (L. Böck et al., "How to Count Bots in
 * Longitudinal Datasets of IP Addresses", NDSS 2023, CARDCount). Assumes a host stays infected
 * throughout W, so W is at most a week. Carrier NAT biases the other way. */

/* N · mean(d / (d + W)) over the durations d (hours, > 0) of the leases active in the window; the
 * interval is 2.5 … 97.5 % of 1,000 bootstrap means. Unknown without durations. */
struct estimate churn_from_active(
	uint64_t addresses, const double *hours, size_t count, double window, uint64_t seed);

/* From a plain sample of lease times, where long leases are no more likely to be drawn than short
 * ones: N · E[d] / (E[d] + W). */
struct estimate churn_from_leases(
	uint64_t addresses, const double *hours, size_t count, double window, uint64_t seed);
