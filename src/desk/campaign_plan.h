/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/campaign.h"
#include "model/plan.h"

/* A campaign's plan while somebody changes it in a browser: everything as text, right or wrong. It
 * travels with each press of a button; what is kept is asked for as a job, in the words of
 * `quetsach campaign set`. Texts lie in the arena of the request. */

struct edited_days {
	struct str first, last;
};

struct edited_goal {
	struct str key, name[LANG__COUNT], kind, estimator, share, series;
	struct edited_days end;
	bool nets6;
};

struct edited_plan {
	struct str key, name[LANG__COUNT], country, zone, earlier;
	struct edited_days during, before, after, baseline;
	struct edited_goal goals[PLAN_GOALS];
	size_t goal_count;
	struct str panel[PLAN_PANEL];
	size_t panel_count;
};

void plan_edit_from_plan(struct desk_request *r, const struct plan *plan, struct edited_plan *ret);
void plan_edit_from_request(struct desk_request *r, struct edited_plan *ret);

/* "add-goal", "remove-goal-2"; false: none of these. */
bool plan_edit_press(struct desk_request *r, struct edited_plan *e, struct str button);

/* As a plan, with what is wrong at its field. */
void plan_edit_check(struct desk_request *r, const struct edited_plan *e, struct plan *ret,
	struct desk_problems *problems);

/* "g2-share"; as long as the request. */
const char *plan_edit_field(struct desk_request *r, size_t goal, const char *name);

/* The fields. `fresh`: the key may be chosen. */
enum err plan_edit_write(
	struct desk_page *p, const struct edited_plan *e, struct str path, bool fresh);

/* All of it, not to be seen. */
void plan_edit_write_hidden(struct desk_page *p, const struct edited_plan *e);

/* --- a plan in lines: what can be compared, asked for, told --- */

/* One thing a plan says. */
enum plan_line {
	PLAN_LINE_NAME_VI,
	PLAN_LINE_NAME_EN,
	PLAN_LINE_COUNTRY,
	PLAN_LINE_ZONE,
	PLAN_LINE_BEGINS,
	PLAN_LINE_ENDS,
	PLAN_LINE_BEFORE,
	PLAN_LINE_AFTER,
	PLAN_LINE_BASELINE,
	PLAN_LINE_GOALS,
	PLAN_LINE_PANEL,
	PLAN_LINE_EARLIER,
	PLAN_LINE__COUNT
};
enum message plan_line_message(enum plan_line line);

/* As options of the command, a line each: "goal=…\n". */
struct str plan_line_options(struct desk_request *r, const struct plan *plan, enum plan_line line);

/* For people; goals a line each. */
struct str plan_line_words(struct desk_request *r, const struct plan *plan, enum plan_line line);

/* What a goal promises and how it is measured. */
struct str plan_goal_said(struct desk_request *r, const struct goal *goal);
enum message plan_estimator_message(enum estimator estimator);
