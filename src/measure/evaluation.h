/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "measure/counts.h"
#include "measure/estimate.h"
#include "measure/machines.h"
#include "model/plan.h"

/* The judgement of a campaign: the same figures for page, document, spreadsheet and API. Two
 * questions, two answers, never mixed: was each goal met, and what did the campaign cause. Method:
 * docs/design/measurement.md. */

enum verdict {
	VERDICT_MET,
	VERDICT_NOT_MET,
	VERDICT_CANNOT_BE_SAID,
	VERDICT__COUNT
};

/* Why something cannot be said, or what must be known beside a figure. */
enum reason {
	REASON_NO_BASE,            /* no data in the baseline window */
	REASON_NO_END,             /* none in the end window */
	REASON_DEADLINE_AHEAD,     /* the end window is not over */
	REASON_WINDOWS_NOT_STATED, /* published figures without their windows */
	REASON_WINDOWS_DIFFER,
	REASON_PANEL_EMPTY,  /* no feed is alive and steady in both windows */
	REASON_FEED_DOWN,    /* about: the feed */
	REASON_FEED_CHANGED, /* about: the feed: a step inside and outside the country alike */
	REASON_INTERVAL_COVERS_GOAL,
	REASON_TOO_FEW_WEEKS, /* for a decline before the campaign */
	REASON_TOP_NOT_FROZEN,
	REASON_NO_LEASES,      /* no lease durations: no churn correction */
	REASON_NO_SUBSCRIBERS, /* about: the holder; rate is per 1000 announced addresses */
	REASON_NO_CONTROLS,    /* nobody was left untreated: no difference in differences */
	REASON_NO_REPORTS,     /* no machine has reported */
	REASON_NO_SERIES,      /* the external series is not entered */
	REASON_RETAINED,       /* sightings of the window were deleted by retention */
	REASON_SIMULATED,
	REASON_DAYS_ONLY,        /* about: a feed of the panel that takes no part in hourly means */
	REASON_NO_INTERVAL,      /* too few days or units to say how sure the figure is */
	REASON_PANEL_NOT_STATED, /* published figures: nobody knows which feeds they rest on */
	REASON_TRENDS_DIFFER,    /* treated and controls were drifting apart before already */
	REASON__COUNT
};
struct str reason_name(enum reason reason);    /* "windows_not_stated" */
struct str verdict_name(enum verdict verdict); /* "met", "not_met", "cannot_be_said" */

/* Some reasons keep a verdict from being given, others only stand beside it. */
bool reason_forbids(enum reason reason);

enum {
	REASONS = 12
};
struct because {
	enum reason reason;
	struct str about;
};
struct reasons {
	struct because list[REASONS];
	size_t count;
};

/* X in one window. */
struct windowed {
	struct days days;
	struct estimate x;
	uint32_t alive_hours, hours; /* of the panel; of estimators that know hours */
};

struct goal_result {
	const struct goal *goal;
	struct windowed base, end;
	struct estimate reduction; /* 1 − end/base */
	enum verdict verdict;
	struct reasons reasons;
};

enum attribution_method {
	METHOD_NONE,
	METHOD_DECLINE,     /* against the decline before the campaign, carried on */
	METHOD_DIFFERENCES, /* against holders that were left alone */
	METHOD__COUNT
};
struct str attribution_method_name(enum attribution_method method); /* "decline" */

struct attribution_result {
	enum attribution_method method;
	const struct goal *goal;        /* whose X and end window it is about; NULL: none fits */
	struct estimate decline;        /* γ per week before the campaign */
	struct estimate counterfactual; /* X at the end had there been no campaign */
	struct estimate net_effect; /* 1 − end/counterfactual: the share the campaign took away */
	struct reasons reasons;
};

struct botnet_result {
	struct str name;
	struct estimate base, end; /* hourly means */
	struct estimate reduction;
};

struct holder_result {
	struct str key;
	uint64_t subscribers, announced;     /* 0: not known */
	struct estimate base, end;           /* hourly means */
	struct estimate rate_base, rate_end; /* per 1000 subscribers, else per 1000 announced */
	bool per_announced;
	struct estimate reduction;
	uint32_t rank; /* by rate_end, from 1; 0: not ranked */
	bool small;    /* under SMALL_CELL: not shown in public */
};

enum {
	SMALL_CELL = 10
};

/* Estimator 12: ten botnets' daily means added up: an address in two of them counts twice. */
struct top_sum {
	struct estimate base, end, reduction;
};

enum feed_flag {
	FEED_FLAG_DOWN = 1 << 0,    /* whole hours or days without a report */
	FEED_FLAG_STEP = 1 << 1,    /* a step in volume, inside and outside alike */
	FEED_FLAG_STARTED = 1 << 2, /* began after the baseline */
	FEED_FLAG_STOPPED = 1 << 3,
	FEED_FLAG_DAYS_ONLY = 1 << 4, /* knows days, not hours */
	FEED_FLAG_ODD = 1 << 5        /* single days far from all around them; they are left out */
};
struct feed_result {
	struct str feed;
	double alive_base, alive_end; /* share of the window's hours (days) */
	unsigned flags;
	struct date step;  /* day of the largest step; year 0: none */
	double step_ratio; /* after / before */
	bool in_panel;
	const double *weeks; /* share of each week of struct evaluation it reported, NAN: outside */
	const struct date *odd_days; /* left out */
	size_t odd_day_count;
};

/* A part of the country: always an estimate, since nobody knows well where an address is. */
struct region_result {
	struct str key;
	uint64_t announced;                  /* IPv4 addresses that the table puts there */
	struct estimate base, end;           /* hourly means */
	struct estimate rate_base, rate_end; /* per 1000 of those addresses */
	struct estimate reduction;
	bool small;
};

/* What one tool found on the machines it ran on (estimator 15); never added to another's. */
struct tool_result {
	struct str tool;   /* key */
	struct days weeks; /* Mondays of the first and last week reported */
	uint64_t runs, machines, infected,
		cleaned;      /* sums: whoever reports in two weeks counts in both */
	struct estimate rate; /* infected / machines */
};

/* How long infections lasted (estimator 9): episodes of addresses in the frozen ten, else in the
 * current ten. */
struct duration_result {
	struct days days;         /* episodes that began on these: baseline, then the end window */
	uint64_t episodes, open;  /* open: still going on when the data end */
	uint64_t unclear;         /* left out: they may have begun before the data do */
	struct estimate median;   /* days, Kaplan–Meier; NAN: longer than anybody was watched */
	struct estimate after_14; /* share still seen after 14 days; NAN: not watched so long */
};

/* A week of the time line. */
struct week_result {
	struct date monday;
	uint32_t alive_hours;
	struct estimate all, top; /* hourly means */
	double expected;          /* counterfactual of the first goal's scope; NAN: none */
	double blocklisted;       /* mean of daily uniques on blocklists; NAN: not known */
};

struct evaluation {
	const struct plan *plan;
	uint64_t as_of;
	struct instant made;
	struct goal_result *goals;
	size_t goal_count;
	struct attribution_result attribution;
	struct botnet_result *top_frozen, *top_current;
	size_t top_frozen_count, top_current_count;
	struct top_sum frozen_sum, current_sum;
	struct holder_result *holders;
	size_t holder_count;
	struct feed_result *feeds;
	size_t feed_count;
	struct week_result *weeks;
	size_t week_count;
	struct region_result *regions; /* by rate_end, highest first */
	size_t region_count;
	struct region_result no_region; /* of the country, but in no region known; key empty */
	struct tool_result *tools;
	size_t tool_count;
	const struct duration_result *durations;
	size_t duration_count;
	const struct stated_figure *stated; /* by series and day */
	size_t stated_count;
	bool simulated;
};

/* What is known of holders besides sightings. Arrays are borrowed. */
struct holder_facts {
	struct str key;
	uint64_t subscribers, announced;
	const double
		*leases; /* hours; durations of leases active in a window, or a sample of them */
	size_t lease_count;
	bool treated; /* subscribers were told, or sites blocked; false: control */
};

/* A figure somebody published. */
struct stated_figure {
	struct str series;
	struct date day;
	struct days window; /* first.year 0: not stated */
	double value;
};

/* A region, and how many IPv4 addresses of the country the table puts there. */
struct region_facts {
	struct str key;
	uint64_t announced;
};

struct evaluation_input {
	const struct plan *plan;
	const struct counts *counts;
	const struct holder_facts *holders;
	size_t holder_count;
	const struct region_facts *regions;
	size_t region_count;
	const struct stated_figure *stated;
	size_t stated_count;
	const struct machine_report *reports;
	size_t report_count;
	const struct duration_result *durations; /* as counted: durations.h */
	size_t duration_count;
	struct instant now;
	uint64_t seed; /* of bootstraps: the same input and seed give the same figures */
	bool simulated;
	bool retained; /* retention has deleted sightings of a window */
};

/* Everything lies in the arena; texts and the plan stay borrowed. E_NOMEM. */
MUST_CHECK enum err evaluate(const struct evaluation_input *input, struct arena *arena,
	struct evaluation *ret_evaluation);
