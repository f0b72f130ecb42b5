/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "model/site.h"
#include "report/chart.h"

/* Charts of one figure day by day. Counts begin at 0, so that a small change does not look like a
 * large one. A day that is not known interrupts the line; the axis goes from the first known day to
 * the last. Past SERIES_POINTS days each point is the mean of several. */
enum {
	SERIES_POINTS = 400
};

/* IPv4 addresses or IPv6 /64s: never both in one line, never summed. */
struct series_values {
	const int64_t *counts; /* or SITE_NOT_KNOWN */
	size_t days;
	struct date first;
};
struct series_values series_values(const struct site_series *s, bool v6);

/* What there is to say of it; false where no day is known. */
struct series_facts {
	size_t first, last; /* known days, after values.first */
	size_t most_day;
	int64_t most, latest;
};
bool series_facts(const struct series_values *values, struct series_facts *ret_facts);
struct date series_date(const struct series_values *values, size_t day);

/* What both charts are told. */
struct series_look {
	enum lang lang;
	double width, height; /* units of the box; 340 × 130 suits a card */
	double text_size;     /* units; 0: 13 */
	struct str title;
	struct str id; /* of its own in the page; may be empty */
};

/* Line, area, the last day as a dot, days at both ends, the largest count. The description is made.
 * Everything lies in the arena or is borrowed from `look`. E_NOTFOUND: no day is known; E_NOMEM. */
MUST_CHECK enum err sparkline_build(struct arena *arena, const struct series_values *values,
	const struct series_look *look, struct chart *ret_chart);

/* Days set off behind the line: a phase, days on which a feed was silent. */
struct time_band {
	struct date from, to; /* both belong to it */
	enum chart_tone tone;
	struct str label; /* may be empty; left out where there is no room for it */
};

struct time_line {
	struct series_look look; /* 720 × 320 suits a page, 340 × 260 a phone */
	double goal;             /* a count; NAN: none */
	struct str goal_label;
	const struct time_band *bands;
	size_t band_count;
};

/* The same with axes, bands and a goal. */
MUST_CHECK enum err time_line_build(struct arena *arena, const struct series_values *values,
	const struct time_line *what, struct chart *ret_chart);
