/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/site.h"

/* What a campaign promised before it began: its phases, its goals and how they will be measured.
 * Written down first, so that nobody chooses the ruler after the race. Days are UTC days, first and
 * last included; phases and deadlines are shown in the campaign's zone. Texts are borrowed. */

/* First … last day, both included; first.year 0: not set. */
struct days {
	struct date first, last;
};

bool days_set(struct days d);
int64_t days_count(struct days d); /* 0: not set, or last before first */
bool days_contain(struct days d, struct date day);
bool days_equal(struct days a, struct days b);

enum goal_kind {
	GOAL_ADDRESSES, /* addresses in all botnets */
	GOAL_TOP_TEN,   /* addresses in the ten botnets frozen at baseline */
	GOAL_MACHINES,  /* infected share of machines that reported (estimator 15) */
	GOAL_RANKING,   /* out of an external table of infections */
	GOAL__COUNT
};

/* What X of estimator 16 is. Numbers are stored: never reorder. */
enum estimator {
	ESTIMATOR_DAILY,      /* 1: mean of U_d over the window's alive days */
	ESTIMATOR_HOURLY,     /* 2: mean of U_h over the window's alive hours */
	ESTIMATOR_WINDOW,     /* 3: E_k over the whole window */
	ESTIMATOR_CONCURRENT, /* 8: churn-corrected concurrent hosts */
	ESTIMATOR_MACHINES,   /* 15 */
	ESTIMATOR_STATED,     /* figures somebody published: windows may not be known */
	ESTIMATOR__COUNT
};

struct str goal_kind_name(enum goal_kind kind); /* "addresses" "top-ten" "machines" "ranking" */
bool goal_kind_parse(struct str name, enum goal_kind *ret_kind);
struct str estimator_name(enum estimator estimator); /* "hourly-mean" … as JSON gives it */
bool estimator_parse(struct str name, enum estimator *ret_estimator);

struct goal {
	struct str key; /* as an article's key */
	struct str name[LANG__COUNT];
	enum goal_kind kind;
	enum estimator estimator;
	double share;      /* 0.5: by half; of GOAL_RANKING unused */
	struct days end;   /* window at the deadline, as long as the baseline's */
	bool nets6;        /* counts IPv6 /64s; else IPv4 addresses */
	struct str series; /* GOAL_RANKING, ESTIMATOR_STATED: key of the entered series;
			      ESTIMATOR_MACHINES: the tool, empty: our own scanner */
};

enum {
	PLAN_GOALS = 16,
	PLAN_TOP = 10,
	PLAN_PANEL = 64
};

struct plan {
	struct campaign campaign; /* begins … ends is the phase "during" */
	struct days before, after;
	struct days baseline; /* window of the base; usually in `before` */
	struct goal goals[PLAN_GOALS];
	size_t goal_count;
	struct str top[PLAN_TOP]; /* canonical names, frozen at baseline; none: not frozen yet */
	size_t top_count;
	uint64_t frozen_as_of;        /* change number the list was made from; 0: not frozen */
	struct str panel[PLAN_PANEL]; /* feeds chosen by hand; none: all that are alive in both
					 windows */
	size_t panel_count;
	struct str earlier; /* key of the campaign to compare with; empty: none */
};

/* What keeps a plan from being measured; PLAN_SOUND when nothing does. */
enum plan_fault {
	PLAN_SOUND,
	PLAN_NO_KEY,
	PLAN_PHASE_BACKWARDS, /* a phase or window ends before it begins */
	PLAN_PHASES_OVERLAP,  /* before, during and after are not in this order */
	PLAN_NO_BASELINE,
	PLAN_BASELINE_LATE, /* ends after the campaign has begun */
	PLAN_NO_GOAL,
	PLAN_GOAL_KEY,          /* missing, or twice */
	PLAN_GOAL_SHARE,        /* not within 0 … 1 */
	PLAN_GOAL_WINDOW,       /* not set, or not as long as the baseline */
	PLAN_GOAL_ESTIMATOR,    /* cannot measure this kind of goal */
	PLAN_GOAL_SERIES,       /* the goal needs the key of a series */
	PLAN_WINDOW_CONCURRENT, /* longer than the week that estimator 8 allows */
	PLAN_FAULT__COUNT
};
struct str plan_fault_name(enum plan_fault fault); /* "goal-window" */

/* First fault; *ret_goal: index of the goal it is about, or goal_count. */
enum plan_fault plan_check(const struct plan *plan, size_t *ret_goal);
