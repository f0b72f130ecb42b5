/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/plot.h"
#include "report/series_chart.h"
#include "text/text.h"

/* What charts of a series have in common. Days are counted from values->first. */

double series_place_day(const struct plot *p, const struct series_facts *facts, double day);
double series_place_count(const struct plot *p, const struct scale *scale, double count);

/* Area and line from the first known day to the last. */
void series_add(struct plot *p, const struct series_values *values,
	const struct series_facts *facts, const struct scale *scale);
void series_add_dot(struct plot *p, struct point at);

/* Texts that live as long as the chart. */
struct str series_day_text(struct plot *p, enum lang lang, struct date day);
struct str series_count_text(struct plot *p, enum lang lang, int64_t count);
struct str series_say(struct plot *p, enum lang lang, enum message message,
	const struct text_arg *args, size_t count);
struct str series_describe(struct plot *p, const struct series_values *values,
	const struct series_facts *facts, enum lang lang);

/* The finished chart. */
MUST_CHECK enum err series_finish(const struct plot *p, const struct series_look *look,
	struct str description, struct chart *ret_chart);
