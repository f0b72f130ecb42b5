/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/ip.h"
#include "model/sighting.h"

/* Tells the first time that a unit (IPv4 address or IPv6 /64) does something on a UTC day from the
 * further times. The memory is fixed and holds no address: only keyed hashes, under a secret of
 * this process, that mean nothing to anybody else. Any number of threads; no lock. */
struct once;

/* The key is random. NULL without memory. */
struct once *once_new(struct hash_key secret);
void once_free(struct once *o);

/* True the first time. What cannot be remembered for lack of room is never "first": nobody is
 * counted twice. A new day makes all the room there is; a clock that was put back makes none. */
bool once_first(struct once *o, struct unit unit, struct str what, struct instant now);
