/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"

/* Estimator 6: growth and decay of an infection (H. Asghari, M. Ciere, M. van Eeten, USENIX
 * Security 2015, section 4.2): K/(1 + e^{−r(t−t0)}) until T, then H·e^{−γ(t−T)}, where H is the
 * height of the first at T. For each T that leaves four weeks on either side, Gauss-Newton damped
 * by Levenberg and Marquardt (D. W. Marquardt 1963) fits K, r, t0 and γ; the T with the smallest
 * squares is taken. γ starts from estimator 5 on the weeks after T. */
struct growth {
	double k, r, t0, gamma, t, h; /* weeks; k and h in the unit of the data */
	double squares;               /* Σ of squared residuals */
	bool converged;               /* false: the figures are the best found, no fit */
};

enum {
	GROWTH_WEEKS = 10, /* known weeks needed; else E_RANGE */
	GROWTH_TURNS = 64  /* T tried evenly; then every week around the best */
};

/* a[w], NAN where not known. E_RANGE for too few weeks or nothing above 0, E_NOMEM. */
MUST_CHECK enum err growth_fit(
	const double *a, size_t weeks, struct arena *arena, struct growth *ret);

/* The curve at week w. */
double growth_at(const struct growth *g, double week);
