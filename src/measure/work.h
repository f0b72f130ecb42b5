/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"
#include "measure/mean.h"
#include "measure/panel.h"

/* What the parts of evaluate() share; nobody else includes it. */

/* Days [from, to) of the counts. */
struct range {
	size_t from, to;
	bool known; /* set, and wholly within the counts */
};

struct work {
	const struct evaluation_input *input;
	const struct counts *counts;
	const struct plan *plan;
	struct arena *arena;
	struct panel panel;
	struct range base;
	const struct goal *goal; /* first that counts addresses; NULL: none */
	struct range end;        /* its end window */
	unsigned weekday;        /* of the first day, 0 = Monday */
	double *day, *level;     /* `days` values each for working in */
};

MUST_CHECK enum err work_init(
	struct work *w, const struct evaluation_input *input, struct arena *arena);

void reasons_add(struct reasons *r, enum reason reason, struct str about);
bool reasons_forbid(const struct reasons *r);

struct range work_range(const struct work *w, struct days days);
bool counts_addresses(const struct goal *g);

/* The series a goal is about; NULL: none. */
const struct count_values *work_goal_values(const struct work *w, const struct goal *g);

/* Hourly mean of the range; by days where the series or the panel knows no hours. Leaves the means
 * of its days in w->day. */
struct mean work_hourly(const struct work *w, const struct count_values *v, struct range r);

/* Mean of the range's days, which it leaves in w->day as well. */
struct mean work_daily(const struct work *w, const struct count_values *v, struct range r);

/* Level of every day of the counts for the decline and for weeks, NAN where not alive; in the
 * arena, NULL without memory. */
double *work_levels(const struct work *w, const struct count_values *v);

/* What keeps the panel from comparing base and end. */
void work_panel_reasons(const struct work *w, struct reasons *r);

/* Whether the day after the last is over at `now`. */
bool work_is_over(const struct work *w, struct days days);

MUST_CHECK enum err goals_evaluate(struct work *w, struct evaluation *e);
MUST_CHECK enum err attribution_evaluate(struct work *w, struct evaluation *e);
MUST_CHECK enum err holders_evaluate(struct work *w, struct evaluation *e);
MUST_CHECK enum err top_evaluate(struct work *w, struct evaluation *e);
MUST_CHECK enum err regions_evaluate(struct work *w, struct evaluation *e);
MUST_CHECK enum err tools_evaluate(struct work *w, struct evaluation *e);

/* Under SMALL_CELL, and not nobody. */
static inline bool work_is_small(uint64_t count)
{
	return count > 0 && count < SMALL_CELL;
}

/* The reports of one tool; in the arena, NULL without memory. */
struct machine_report *tools_reports(const struct work *w, struct str tool, size_t *ret_count);
const struct holder_facts *work_facts(const struct work *w, struct str key);
