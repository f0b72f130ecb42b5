/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/plan.h"
#include "server/command.h"

/* What the options of `campaign set` say of a plan. Each complains and returns false where a value
 * cannot be used. */

/* --before, --after, --baseline, --goal, --goal-name-vi, --goal-name-en, --panel, --earlier; what
 * is not given stays. */
bool plan_options_read(struct context *c, struct plan *plan);

/* Whether a plan that is no plan yet has anything of one. */
bool plan_begun(const struct plan *plan);

/* "2020-06-16..2020-07-15", both days included. */
bool plan_days_parse(struct str text, struct days *ret_days);

/* A number as people write it in a command: digits, and a point before decimals. */
bool plan_number_parse(struct str text, double *ret_value);

/* What a goal promises, in words; in the arena, or borrowed from the goal. */
struct str plan_goal_words(struct arena *arena, enum lang lang, const struct goal *goal);

/* The same in the operator's language; lives as long as the command. */
struct str plan_goal_text(struct context *c, const struct goal *goal);
