/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/problem.h"
#include "model/machine_result.h"

/* A maker's table of what its tool found: CSV with a header of tool, week, region (or province),
 * platform, scan_runs, machines, infected, cleaned. docs/format/results.md. A bad row is told and
 * left out; the file is refused (`problem`) when no row is good, or too many are bad. Rows of weeks
 * that begin after `today` are bad. Texts lie in the arena. */
struct machine_results {
	struct machine_result *list;
	size_t count;
	uint64_t rejected;
};
MUST_CHECK enum err machine_results_parse(struct bytes text, struct date today,
	void (*on_problem)(void *context, const struct problem *problem), void *context,
	struct arena *arena, struct machine_results *ret_results, struct problem *problem);
