/* SPDX-License-Identifier: Apache-2.0 */
#include "base/dice.h"

uint64_t dice_next(struct dice *d)
{
	uint64_t z = d->state += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

uint64_t dice_below(struct dice *d, uint64_t bound)
{
	return (uint64_t)((unsigned __int128)dice_next(d) * bound >> 64);
}

double dice_unit(struct dice *d)
{
	return ((double)(dice_next(d) >> 11) + 0.5) * 0x1p-53;
}

bool dice_chance(struct dice *d, double probability)
{
	return dice_unit(d) < probability;
}
