/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"
#include "format/html.h"

/* A chart is a short list of marks in units of its own box, drawn by two backends: the HTML writer
 * (SVG with real text, classes, title and description) and cairo with pango (pictures, later PDF).
 * Colours are roles, not values, so that a theme decides. */
enum chart_tone {
	CHART_MAIN,   /* the brand green */
	CHART_ACCENT, /* the warm one */
	CHART_SEEN,   /* red */
	CHART_SOFT,   /* axes, notes */
	CHART_INK,
	CHART_TONE__COUNT
};

enum mark_kind {
	MARK_LINE, /* through points; a point with y = NAN interrupts it */
	MARK_AREA, /* from points down to y = base */
	MARK_BAR,  /* one box from point 0 to point 1 */
	MARK_DOT,
	MARK_TEXT,
	MARK__COUNT
};

enum mark_anchor {
	ANCHOR_START,
	ANCHOR_MIDDLE,
	ANCHOR_END
};

struct point {
	double x, y; /* y grows downwards */
};

struct mark {
	enum mark_kind kind;
	enum chart_tone tone;
	const struct point *points;
	size_t count;
	double base; /* AREA */
	double size; /* LINE width, DOT radius, TEXT height; in units of the box */
	bool dashed; /* LINE */
	bool strong; /* TEXT */
	enum mark_anchor anchor;
	struct str text;
};

struct chart {
	double width, height;
	struct str title;       /* what it shows, for those who do not see it */
	struct str description; /* its message in one sentence */
	const struct mark *marks;
	size_t count;
};

/* <svg role="img">, styled by classes "mark-main" … */
void chart_write_svg(struct html *h, const struct chart *chart);
