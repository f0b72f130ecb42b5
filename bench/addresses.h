/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

/* Made-up listed addresses in large networks of Vietnam: spread over all of them, or crowded in
 * /24s of which a few are full. */
uint32_t address_spread(uint64_t i);
uint32_t address_crowded(uint64_t i);

/* Any address of those networks: at(0 … space − 1). */
uint64_t address_space(void);
uint32_t address_at(uint64_t index);

/* A number that looks random from a state that moves on. */
uint64_t address_step(uint64_t *state);
