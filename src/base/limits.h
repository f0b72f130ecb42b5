/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* LIMIT_ROW_BYTES and so on: data/limits.def says the values and why. */
#define LIMIT(name, value, why) static const uint64_t LIMIT_##name __attribute__((unused)) = value;
#include "limits.def"
#undef LIMIT
