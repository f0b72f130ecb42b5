/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "measure/estimate.h"
#include "report/plot.h"
#include "report/series_chart.h"

/* Pieces that the charts of an evaluation share. Units are those of the chart's box. */

/* Below CHART_NARROW words stand over what they name instead of beside it, and are larger, since
 * phones show the chart smaller than it is. */
enum {
	CHART_NARROW = 480
};
bool plot_narrow(const struct series_look *look);

/* Width and size of text. */
void plot_look(struct plot *p, const struct series_look *look);

/* --- words that live as long as the chart --- */

/* With "…" at its end where it is wider than `room`; empty where not even that fits. */
struct str plot_cut(struct plot *p, struct str text, double size, double room);

struct str plot_join(struct plot *p, struct str first, struct str second);
struct str plot_decimal(struct plot *p, enum lang lang, double value, unsigned decimals);
struct str plot_percent(struct plot *p, enum lang lang, double share, unsigned decimals);

/* As few decimals as say it: none from 100 on, one below; none for whole numbers. */
struct str plot_count(struct plot *p, enum lang lang, double value);

/* --- marks --- */

void plot_bar(struct plot *p, struct box box, struct mark like);
void plot_dot(struct plot *p, struct point at, struct mark like);

/* Points up, its tip at `tip`. */
void plot_triangle(struct plot *p, struct point tip, double size, struct mark like);

/* From x to x with a cap at each end. */
void plot_whisker(struct plot *p, double from, double to, double y, struct mark like);

/* Slanting lines inside a box: what must be told apart without colour. */
void plot_hatch(struct plot *p, struct box box, enum chart_tone tone);

/* --- the key on top of a chart --- */

enum key_sign {
	KEY_HOLLOW, /* a dot */
	KEY_FILLED,
	KEY_LINE,
	KEY_DASHED,
	KEY_SHADE,
	KEY_PART, /* the same, filled less than half */
	KEY_HATCH,
	KEY_TRIANGLE,
	KEY_SIGN__COUNT
};
struct key_item {
	enum key_sign sign;
	enum chart_tone tone;
	double cover;     /* SHADE, PART */
	struct str label; /* empty: the item is left out */
};

/* Beside each other from the left, in as many lines as it takes from `top` on; returns where the
 * next thing may begin. Labels wider than the chart are cut. */
double plot_key(struct plot *p, double top, const struct key_item *items, size_t count);

/* "12 more rows in the table". */
void plot_more(struct plot *p, enum lang lang, size_t rows, double baseline);
