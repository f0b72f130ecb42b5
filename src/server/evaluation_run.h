/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"
#include "server/census.h"

/* A campaign judged: plan, counts, facts of holders and entered figures brought together. The same
 * for terminal, page, document and spreadsheet. Everything lies in the arena. */
struct evaluated {
	struct plan plan;
	struct census census;
	struct evaluation evaluation;
	struct instant as_of_time; /* of the change that evaluation.as_of names */
};

struct evaluation_order {
	struct str campaign; /* key */
	uint64_t as_of;      /* 0: now */
	struct instant now;
	census_progress_fn *progress; /* NULL: nobody wants to know */
	void *context;
};

/* ret must not move afterwards: the evaluation borrows from it. E_NOTFOUND: no such campaign, or no
 * such change, or retention has deleted what as_of needs; store_complaint() is empty in the first
 * two cases, and *ret_step says which. */
enum evaluation_step {
	EVALUATION_PLAN,
	EVALUATION_CHANGE,
	EVALUATION_COUNT
};
MUST_CHECK enum err evaluation_run(struct store *store, const struct evaluation_order *order,
	struct arena *arena, struct evaluated *ret, enum evaluation_step *ret_step);

/* Title of a holder in a language; the key where there is none. */
struct str evaluated_holder(const struct evaluated *e, struct str key, enum lang lang);

/* Whether every goal is met; false without goals. */
bool evaluated_all_met(const struct evaluated *e);

/* As `quetsach evaluate --json` gives it: one line. */
void evaluation_json(struct writer *w, const struct evaluated *e);
