/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"
#include "report/evaluation_document.h"

/* What the public is not told of an evaluation: one rule for page, paper, spreadsheet, terminal and
 * JSON (docs/format/evaluation.md). For staff everything is OPEN. */

/* OPEN; SMALL: "<10"; CLOSED: not small itself, but with it a small one could be worked out. */
enum openness {
	OPEN,
	SMALL,
	CLOSED
};

/* Of a figure in the two windows. */
struct window_openness {
	enum openness base, end;
};

/* A count above nothing and under SMALL_CELL, where the public reads. */
bool count_is_small(enum audience audience, double count);
enum openness count_openness(enum audience audience, double count);

/* What is worked out from both: OPEN or CLOSED. */
enum openness openness_of_both(struct window_openness windows);

/* Of counts that add up to a total known elsewhere: small ones are SMALL; as long as those withheld
 * are fewer than SMALL_CELL together (one alone always is), the smallest open one is CLOSED, for
 * else subtraction gives it away. NAN: not known, stays OPEN. */
void choose_open(
	enum audience audience, const double *counts, size_t count, enum openness *ret_openness);

/* Counts that others published are no secret, nor are places. Ten botnets less all leave the
 * others, which may be few. */
struct window_openness goal_openness(
	enum audience audience, const struct evaluation *e, const struct goal_result *g);

/* Of the counterfactual and the net effect, which together give away the end. */
enum openness attribution_openness(enum audience audience, const struct evaluation *e);

/* A botnet of both lists is the same in both. */
struct top_openness {
	struct window_openness frozen[PLAN_TOP], current[PLAN_TOP];
	struct window_openness frozen_sum, current_sum;
};
struct top_openness top_openness(enum audience audience, const struct evaluation *e);

struct week_openness {
	enum openness all, top, expected, blocklisted;
};
/* One a week. Weeks within a goal's window are part of its mean. E_NOMEM. */
MUST_CHECK enum err weeks_openness(enum audience audience, const struct evaluation *e,
	struct arena *arena, struct week_openness **ret_weeks);

struct tool_openness {
	enum openness runs, machines, infected, cleaned, rate;
};
struct tool_openness tool_openness(enum audience audience, const struct tool_result *t);

struct duration_openness {
	enum openness episodes, open, unclear, median, after_14;
};
struct duration_openness duration_openness(enum audience audience, const struct duration_result *d);

/* --- holders and regions by rate --- */

/* What a rate is per thousand of. */
enum per {
	PER_SUBSCRIBERS,
	PER_ANNOUNCED,
	PER_NOTHING
};

struct rated {
	struct str key; /* empty: what lies in no region */
	enum per per;
	uint64_t among; /* subscribers or addresses; 0: not known */
	struct estimate base, end, rate_base, rate_end, reduction;
	struct window_openness open;
};

struct rated_list {
	struct rated *list;
	size_t count;
};

/* By what the rate is of, then highest rate first. Withheld ones stand behind, by key: their place
 * would tell between which rates theirs lies. Regions: what lies in none is one of them where it is
 * known. E_NOMEM. */
MUST_CHECK enum err rated_holders(enum audience audience, const struct evaluation *e,
	struct arena *arena, struct rated_list *ret_list);
MUST_CHECK enum err rated_regions(enum audience audience, const struct evaluation *e,
	struct arena *arena, struct rated_list *ret_list);

/* Whether it has a place in the order. */
bool rated_is_ranked(const struct rated *r);
