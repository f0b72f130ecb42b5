/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

/* Clock, randomness and what this process uses. */

struct instant system_now(void);

/* Nanoseconds of a clock that never jumps. */
uint64_t system_monotonic(void);

void system_random(void *buffer, size_t size);

/* Peak resident memory of this process in bytes. */
uint64_t system_peak_memory(void);

unsigned system_processors(void);
