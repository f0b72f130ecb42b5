/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"
#include "report/chart.h"

/* Pictures in pixels, drawn by cairo and pango. Pango reads fonts from disk: the one part of this
 * room that is not pure, a library of its own, for commands and never for a role that serves. */

struct picture; /* in the making; what goes wrong is told at the end */

/* E_LIMIT over PICTURE_SIDE in width or height; E_NOMEM. */
enum {
	PICTURE_SIDE = 4000
};
MUST_CHECK enum err picture_new(int width, int height, struct picture **ret_picture);
void picture_free(struct picture *p);

/* Appends the PNG. */
MUST_CHECK enum err picture_write_png(struct picture *p, struct writer *png);

/* 0xRRGGBB, and how much of it covers what is below: 0 … 1. */
struct paint {
	uint32_t colour;
	double cover;
};

void picture_box(struct picture *p, struct box box, double radius, struct paint paint);
void picture_dot(struct picture *p, struct point centre, double radius, struct paint paint);

/* A closed shape of Bézier curves: a start, then three points a curve. */
void picture_shape(
	struct picture *p, const struct point *points, size_t curves, struct paint paint);

struct lettering {
	double size;
	double leading; /* from baseline to baseline; 0: 1.3 times the size */
	bool bold;
	enum mark_anchor anchor;
	uint32_t colour;
	double width; /* lines are broken to fit; 0: one line */
};

/* Text with its first baseline at `at`; returns the y of its last one. */
double picture_text(
	struct picture *p, struct point at, const struct lettering *how, struct str text);

/* How wide the text is in one line. */
double picture_text_width(struct picture *p, const struct lettering *how, struct str text);

/* A chart in its own units from `at`, enlarged. Tones by enum chart_tone; PAPER is `paper`. */
struct chart_paints {
	uint32_t tones[CHART_TONE__COUNT];
	uint32_t paper; /* behind: rims of dots, words on dark bars */
	uint32_t faint; /* lines of axes */
};
void picture_chart(struct picture *p, struct point at, double enlarged,
	const struct chart_paints *paints, const struct chart *chart);

/* The fonts of this machine have every letter of Vietnamese in both weights we draw with. */
bool picture_fonts_suffice(void);
