/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "survey/survey.h"

/* Whether one part of a path is what the pattern's part says: * any bytes, others themselves. */
bool part_fits(struct str pattern, struct str name);
