/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "measure/estimate.h"
#include "model/plan.h"

/* Estimator 15: infected / scanned machines, "of machines that reported". Machines of one unit
 * catch the same things, so intervals come from drawing whole units (cluster bootstrap; A. C.
 * Davison, D. V. Hinkley, "Bootstrap Methods and their Application", 1997, 3.8). */

/* Machines that reported, per unit and week. Reports of two tools are never put together: whoever
 * asks has chosen one (tools.c). */
struct machine_report {
	struct str unit;
	struct date week; /* its Monday */
	uint64_t machines, infected;
	struct str tool; /* empty: our own scanner */
	uint64_t runs, cleaned;
};

struct machines {
	size_t units; /* that take part */
	uint64_t machines, infected;
	struct estimate rate; /* infected / machines */
};

enum {
	MACHINES_UNITS = 8 /* below it a bootstrap over units says too little: no interval */
};

/* All reports whose week is named by a day of the window. E_NOMEM. */
MUST_CHECK enum err machines_rate(const struct machine_report *reports, size_t count,
	struct days window, uint64_t seed, struct arena *arena, struct machines *ret);

/* 1 − rate_end/rate_base, like with like: units that reported in both windows, and the two rates of
 * those units. Units are drawn with both their windows. E_NOMEM. */
MUST_CHECK enum err machines_reduction(const struct machine_report *reports, size_t count,
	struct days base, struct days end, uint64_t seed, struct arena *arena,
	struct machines *ret_base, struct machines *ret_end, struct estimate *ret_reduction);
