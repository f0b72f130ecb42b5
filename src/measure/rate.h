/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "measure/estimate.h"

/* Estimator 4: R = 1000·A / subscribers of a holder; where that number is not known (0), per 1000
 * of the addresses it announces, and *ret_per_announced says so. The two are never compared.
 * Unknown when neither is known. */
struct estimate rate_of(
	struct estimate a, uint64_t subscribers, uint64_t announced, bool *ret_per_announced);
