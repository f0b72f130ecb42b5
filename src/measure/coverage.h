/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "measure/estimate.h"

/* Estimator 14: how many addresses a botnet has that two independent feeds saw n1 and n2 of, m by
 * both: N = (n1 + 1)(n2 + 1)/(m + 1) − 1, with the variance (n1+1)(n2+1)(n1−m)(n2−m) /
 * ((m+1)²(m+2)) (D. G. Chapman 1951; G. A. F. Seber 1970). The interval is that of ln N, so that it
 * never falls below what was seen. Unknown when m is 0 (nothing in common says nothing) or larger
 * than n1 or n2. Feeds that see the same machines for the same reason make N too small: it is a
 * lower bound then. */
struct estimate coverage_chapman(uint64_t n1, uint64_t n2, uint64_t m);
