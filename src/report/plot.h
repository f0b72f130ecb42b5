/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "report/chart.h"
#include "report/scale.h"

/* A chart in the making: marks in an arena, and where data goes in its box. */
struct plot {
	struct arena *arena;
	struct mark *marks;
	size_t count, capacity;
	double left, top, right, bottom; /* of the data */
	double text_size;
	double width;  /* of the whole chart */
	double height; /* 0: words are not kept from leaving it below */
	enum err err;
};

void plot_init(struct plot *p, struct arena *arena, size_t capacity);

/* Points that live as long as the chart; NULL with the error kept. */
struct point *plot_points(struct plot *p, size_t count);
void plot_add(struct plot *p, struct mark mark);
void plot_line(struct plot *p, struct point from, struct point to, struct mark like);
struct str plot_keep(struct plot *p, const struct writer *w);

/* Words at a point, unless they would leave the chart or cover other words: then false. */
bool plot_words(struct plot *p, struct point at, enum mark_anchor anchor, enum chart_tone tone,
	struct str text);

/* The same with size, strong, anchor, tone and text of `like`. */
bool plot_lettering(struct plot *p, struct point at, struct mark like);

/* Where a text mark is drawn, rather too large. */
struct box plot_box(const struct mark *text);
