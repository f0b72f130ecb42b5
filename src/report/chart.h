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
	CHART_PAPER, /* words on a bar of MAIN, in the colour of what is behind the chart */
	CHART_TONE__COUNT
};

enum mark_kind {
	MARK_LINE, /* through points; one that is not finite interrupts it */
	MARK_AREA, /* from points down to y = base */
	MARK_BAR,  /* one box from point 0 to point 1, corners in any order */
	MARK_DOT,
	MARK_TEXT,
	MARK_SHAPE, /* closed through its points; one that is not finite begins the next */
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

struct box {
	double left, top, right, bottom;
};

/* Frozen in documents (docs/format/document.md): a new field wants a new version of that format. */
struct mark {
	enum mark_kind kind;
	enum chart_tone tone;
	const struct point *points;
	size_t count;
	double base;  /* AREA */
	double size;  /* in units of the box: LINE width, DOT radius, TEXT height, BAR radius of its
			 corners */
	double cover; /* AREA, BAR, SHAPE, LINE: how much of what is behind it covers, of hollow
			 ones their edge, up to 1; 0: as much as the theme has it */
	bool dashed;  /* LINE */
	bool strong;  /* TEXT */
	bool faint;   /* LINE, BAR: behind everything, axes and bands */
	bool hollow;  /* DOT, BAR, SHAPE: paper with an edge in its tone */
	enum mark_anchor anchor;
	struct str text;
};

struct chart {
	double width, height;
	struct str title;       /* what it shows, for those who do not see it */
	struct str description; /* its message in one sentence */
	struct str id;          /* of its own in the page; empty: made of title and description */
	const struct mark *marks;
	size_t count;
};

/* <svg class="chart" role="img"> as wide as its place, each mark with the classes of its kind,
 * "mark-line" "mark-area" "mark-bar" "mark-dot" "mark-text" "mark-shape", of its tone, "mark-main"
 * "mark-accent" "mark-seen" "mark-soft" "mark-ink" "mark-paper", and "mark-dashed" "mark-strong"
 * "mark-faint" "mark-hollow". Numbers have one decimal, covers two. A point that is not finite or
 * past CHART_FARTHEST is not drawn. */
void chart_write_svg(struct html *h, const struct chart *chart);

enum {
	CHART_FARTHEST = 1000000 /* units from the box's corner */
};
bool chart_point_drawn(struct point p);

/* A guess at how wide text is drawn, rather too much, since every machine has other fonts. */
double chart_text_width(struct str text, double size);
