/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* Numbers that look random and are the same for the same seed: for simulations and bootstraps,
 * never for secrets. SplitMix64: G. Steele, D. Lea, C. Flood, "Fast splittable pseudorandom number
 * generators", OOPSLA 2014. */
struct dice {
	uint64_t state; /* any seed */
};

uint64_t dice_next(struct dice *d);

/* Uniform in 0 … bound−1 (0 for bound 0); the bias of the multiplication is below 2⁻³² for bounds
 * below 2³². */
uint64_t dice_below(struct dice *d, uint64_t bound);

/* Uniform in (0, 1), 53 bits. */
double dice_unit(struct dice *d);
bool dice_chance(struct dice *d, double probability);
