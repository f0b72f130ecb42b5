/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"

/* Hexadecimal digits only; false when empty, not digits or over max. */
bool hex_number(struct str s, uint64_t max, uint64_t *ret_value);
