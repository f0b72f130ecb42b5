/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/instant.h"
#include "base/writer.h"

/* What a maker's tool found in one week on the machines that ran it (estimator 15): sums, no
 * machine among them. Texts are borrowed. */
struct machine_result {
	struct str tool;     /* key, as in the catalogue of tools */
	struct date week;    /* its Monday */
	struct str region;   /* as its maker calls it; empty: not said */
	struct str platform; /* "windows", "android" …; empty: not said */
	uint64_t runs;       /* scans */
	uint64_t machines;   /* that ran it at least once: at most runs */
	uint64_t infected;   /* of the machines */
	uint64_t cleaned;    /* of the machines; what an earlier week found may be among them */
};

/* First field that makes no sense, or its name empty; *ret_limit: what its number may be at most, 0
 * where it is no number. */
struct str machine_result_fault(const struct machine_result *r, uint64_t *ret_limit);

/* Monday of the week of a day. */
struct date week_monday(struct date day);

/* "2020-10-07" (any day of it), "07/10/2020", "2020-W41": its Monday. False for what is none, or
 * lies outside 1970 … 2105. */
bool week_parse(struct str s, struct date *ret_monday);

/* The wire's form. Reading checks every value; texts borrow from the bytes. E_CORRUPT, E_LIMIT,
 * E_NOMEM. */
void machine_results_write(struct writer *w, const struct machine_result *list, size_t count);
MUST_CHECK enum err machine_results_read(
	struct cursor *c, struct arena *arena, struct machine_result **ret_list, size_t *ret_count);
