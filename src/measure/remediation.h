/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "measure/estimate.h"

/* Estimator 10: of those who were told, the share not seen in any feed for 14 days, less the same
 * share of a control group: natural remediation alone was 58–74 % in one study (O. Çetin et al.,
 * NDSS 2019). */
struct group {
	uint64_t cleaned, all;
};

/* Share with Wilson's interval (E. B. Wilson 1927); unknown for an empty group. */
struct estimate remediation_share(struct group g);

/* Difference of two independent shares with Newcombe's hybrid interval (R. G. Newcombe, Statistics
 * in Medicine 17, 1998, method 10). */
struct estimate remediation_difference(struct group told, struct group control);
