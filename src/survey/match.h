/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "survey/survey.h"

/* Whether one part of a path is what the pattern's part says: * any bytes, others themselves;
 * `any_case`: ASCII letters of either case, as Windows sees them. */
bool part_fits(struct str pattern, struct str name, bool any_case);
