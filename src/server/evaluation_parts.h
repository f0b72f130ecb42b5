/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/evaluation_run.h"

/* Within evaluation_run(): what it gathers for evaluate(). All of it lies in the arena. */

/* What partners' tools found, as of a change. */
MUST_CHECK enum err evaluation_load_reports(struct store *store, uint64_t as_of,
	struct arena *arena, const struct machine_report **ret_reports, size_t *ret_count);

/* Names and places of the regions that were counted into `e`; how many addresses each has. */
MUST_CHECK enum err evaluation_load_regions(
	struct arena *arena, struct evaluated *e, const struct region_facts **ret_facts);
