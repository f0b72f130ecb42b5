/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"
#include "report/evaluation_document.h"
#include "server/census.h"

/* A campaign judged: plan, counts, facts of holders and entered figures brought together. The same
 * for terminal, page, document and spreadsheet. Everything lies in the arena. */
struct evaluated {
	struct plan plan;
	struct census census;
	struct evaluation evaluation;
	struct instant as_of_time;   /* of the change that evaluation.as_of names */
	const struct titled *titles; /* of holders and tools */
	size_t title_count;
	const struct region *regions; /* of the country; NULL: none are known */
	size_t region_count;
	struct str region_set;             /* "VN-63", empty: no table says what lies where */
	struct str organiser[LANG__COUNT]; /* as the site names it; may be empty */
};

struct evaluation_order {
	struct str campaign; /* key */
	uint64_t as_of;      /* 0: now */
	struct instant now;
	bool public_only;             /* only feeds with public_stats: for the public */
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

/* NULL: no region of that key. */
const struct region *evaluated_region(const struct evaluated *e, struct str key);

/* Whether every goal is met; false without goals. */
bool evaluated_all_met(const struct evaluated *e);

/* For whom it is written down. Whatever is not said here comes from the evaluation itself. */
struct evaluated_look {
	const struct edition *edition; /* NULL: nothing is published */
	enum audience audience;
	bool with_holders; /* false: their right of reply still runs */
};

/* The evaluation in words, tables and charts; the document borrows from `e` and `look`. Times are
 * in the campaign's zone where this machine knows it, else UTC. E_NOMEM. */
MUST_CHECK enum err evaluated_document(const struct evaluated *e, const struct evaluated_look *look,
	enum lang lang, struct arena *arena, struct document *ret_document);

/* As `quetsach evaluate --json` gives it: one line. The public is not told what the document
 * withholds, nor of holders, whose right of reply may run. E_NOMEM. */
MUST_CHECK enum err evaluation_json(
	struct writer *w, const struct evaluated *e, enum audience audience, struct arena *arena);
