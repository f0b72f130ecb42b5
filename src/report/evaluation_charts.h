/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"
#include "model/region.h"
#include "report/series_chart.h"

/* Charts of an evaluation. All can be read without colour: values and names stand in them, shapes
 * differ. Everything lies in the arena or is borrowed. E_NOTFOUND: nothing to draw; E_NOMEM.
 * look.width 720 suits a page, 340 a phone; the height follows what is drawn. */

/* How far the goal is: the reduction as a bar with its interval, the goal as a line. */
struct gauge {
	struct series_look look;
	struct estimate reduction;
	double goal; /* share */
	enum verdict verdict;
};
MUST_CHECK enum err gauge_build(
	struct arena *arena, const struct gauge *what, struct chart *ret_chart);

/* Rows with a value then and now, each with its interval: holders by rate, botnets, regions. */
struct pair_row {
	struct str label;
	struct estimate base, end;
};
struct pairs {
	struct series_look look;
	struct str base_label, end_label; /* "before" and "after", for the key */
	const struct pair_row *rows;
	size_t row_count;
	unsigned decimals;
};
MUST_CHECK enum err pairs_build(
	struct arena *arena, const struct pairs *what, struct chart *ret_chart);

/* Weeks with their interval, what would have been, phases, weeks in which feeds were silent. Bands
 * of CHART_ACCENT or CHART_SEEN are hatched (feeds silent or changed), others plain (phases). */
enum week_figure {
	WEEK_ALL,         /* hourly mean, all botnets */
	WEEK_TOP,         /* the ten frozen */
	WEEK_BLOCKLISTED, /* daily mean on blocklists; without interval */
	WEEK_FIGURE__COUNT
};
struct week_line {
	struct series_look look;
	enum week_figure figure;
	const struct week_result *weeks;
	size_t week_count;
	struct str expected_label; /* empty: what would have been is not drawn */
	const struct time_band *bands;
	size_t band_count;
	unsigned decimals; /* of figures in words, as the table beside it has them */
};
MUST_CHECK enum err week_line_build(
	struct arena *arena, const struct week_line *what, struct chart *ret_chart);

/* One square a region, its short name and value inside; the shade follows the value. */
struct tile {
	const struct region *region;
	double value; /* NAN: not known */
	bool small;   /* kept from the public */
};
struct tile_map {
	struct series_look look; /* height follows the grid */
	const struct tile *tiles;
	size_t tile_count;
	unsigned decimals;
	bool share;
};
MUST_CHECK enum err tile_map_build(
	struct arena *arena, const struct tile_map *what, struct chart *ret_chart);

/* Feeds by weeks: how much of each week a feed reported. */
struct health_row {
	struct str feed;
	const double *alive; /* share of each week, NAN: not yet, no longer */
	struct date step;    /* day of a step; year 0: none */
	bool in_panel;
};
struct health_chart {
	struct series_look look;
	struct date first; /* monday */
	size_t week_count;
	const struct health_row *rows;
	size_t row_count;
};
MUST_CHECK enum err health_chart_build(
	struct arena *arena, const struct health_chart *what, struct chart *ret_chart);
