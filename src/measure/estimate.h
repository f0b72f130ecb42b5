/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <math.h>
#include <stdbool.h>

/* A value with its 95 % interval. NAN: not known, or no interval. */
struct estimate {
	double value, low, high;
};

#define ESTIMATE_UNKNOWN ((struct estimate){NAN, NAN, NAN})

static inline struct estimate estimate_exact(double value)
{
	return (struct estimate){value, NAN, NAN};
}

static inline bool estimate_known(struct estimate e)
{
	return !isnan(e.value);
}

static inline bool estimate_has_interval(struct estimate e)
{
	return !isnan(e.low) && !isnan(e.high);
}
