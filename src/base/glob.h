/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* Whether the whole text is what the pattern says: * any bytes, '/' too, ? one byte, others
 * themselves; `nocase`: ASCII letters in either case. Time at most the product of both lengths. */
bool glob_fits(struct str pattern, struct str text, bool nocase);
