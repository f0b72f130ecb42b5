/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/ip.h"

/* How many requests a unit (IPv4 address or IPv6 /64) may make: a bucket that fills at `per_second`
 * and holds `burst`. The memory is fixed whatever the number of units: under a flood from more
 * units than fit, the least recently busy are forgotten, so that nobody is ever refused for
 * another's requests (but for one chance in a million). Any number of threads; no lock. */
struct rate;

/* per_second and burst at least 1; secret: random, so that nobody chooses who shares a place. NULL
 * without memory. */
struct rate *rate_new(uint64_t secret, uint32_t per_second, uint32_t burst);
void rate_free(struct rate *r);

/* False: one too many. nanoseconds: of a clock that never jumps, since the limiter was made. */
bool rate_take(struct rate *r, struct unit unit, uint64_t nanoseconds);
