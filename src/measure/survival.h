/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "measure/estimate.h"

/* Estimator 9: how long infections last, of which many were still going on when we stopped looking
 * (E. L. Kaplan, P. Meier, JASA 53, 1958): S(t) = Π (1 − ended_i/at_risk_i) over times t_i ≤ t,
 * variance by Greenwood's formula, interval of ln(−ln S) (J. D. Kalbfleisch, R. L. Prentice 1980),
 * which stays within 0 and 1. */
struct lifetime {
	double length;  /* any unit, ≥ 0 */
	bool ended;     /* false: censored, lasted at least so long */
	uint64_t count; /* how many are alike */
};

struct survival_step {
	double time;
	uint64_t at_risk, ended;
	struct estimate surviving; /* S just after `time` */
	double error;              /* Greenwood's standard error of S */
};

struct survival {
	struct survival_step *steps; /* one a time at which something ended, rising */
	size_t count;
	struct estimate median; /* NAN where S does not reach ½ (for the bounds: its own bounds) */
};

/* Sorts `lives`. Steps lie in the arena. E_NOMEM; E_RANGE for a length below 0 or NAN. */
MUST_CHECK enum err survival_fit(
	struct lifetime *lives, size_t count, struct arena *arena, struct survival *ret);

/* S at a time; 1 before the first step. */
struct estimate survival_at(const struct survival *s, double time);
