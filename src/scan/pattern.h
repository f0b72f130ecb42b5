/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* Whether the whole text is what the pattern says: * any bytes, '/' too, ? one byte, others
 * themselves. Time at most the product of both lengths. */
bool pattern_fits(struct str pattern, struct str text);
