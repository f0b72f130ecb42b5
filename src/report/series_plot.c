/* SPDX-License-Identifier: Apache-2.0 */
#include "report/series_plot.h"

#include <math.h>

enum {
	TEXT_BYTES = 1000
};

static const double line_width = 2.5;
static const double dot_radius = 4.5;

/* --- points --- */

/* The mean of the known days of [from, to), NAN where there are none. */
static double mean(const struct series_values *values, size_t from, size_t to)
{
	double sum = 0;
	size_t known = 0;
	for (size_t day = from; day < to; day++)
		if (values->counts[day] >= 0) {
			sum += (double)values->counts[day];
			known++;
		}
	return known ? sum / (double)known : (double)NAN;
}

double series_place_day(const struct plot *p, const struct series_facts *facts, double day)
{
	if (facts->last == facts->first)
		return p->right;
	double share = (day - (double)facts->first) / (double)(facts->last - facts->first);
	return p->left + share * (p->right - p->left);
}

double series_place_count(const struct plot *p, const struct scale *scale, double count)
{
	return scale_place(scale, count, p->bottom, p->top);
}

/* Line and area through the days from the first known to the last. */
void series_add(struct plot *p, const struct series_values *values,
	const struct series_facts *facts, const struct scale *scale)
{
	size_t days = facts->last - facts->first + 1;
	size_t step = (days + SERIES_POINTS - 1) / SERIES_POINTS;
	size_t count = (days + step - 1) / step;
	struct point *points = plot_points(p, count);
	if (!points)
		return;
	for (size_t i = 0; i < count; i++) {
		size_t from = facts->first + i * step;
		size_t to = from + step <= facts->last ? from + step : facts->last + 1;
		double middle = (double)from + (double)(to - from - 1) / 2;
		points[i] = (struct point){series_place_day(p, facts, middle),
			series_place_count(p, scale, mean(values, from, to))};
	}
	plot_add(p, (struct mark){.kind = MARK_AREA,
			    .tone = CHART_MAIN,
			    .points = points,
			    .count = count,
			    .base = p->bottom});
	plot_add(p, (struct mark){.kind = MARK_LINE,
			    .tone = CHART_MAIN,
			    .points = points,
			    .count = count,
			    .size = line_width});
}

void series_add_dot(struct plot *p, struct point at)
{
	struct point *point = plot_points(p, 1);
	if (!point)
		return;
	*point = at;
	plot_add(p, (struct mark){.kind = MARK_DOT,
			    .tone = CHART_ACCENT,
			    .points = point,
			    .count = 1,
			    .size = dot_radius});
}

/* --- words --- */

struct str series_day_text(struct plot *p, enum lang lang, struct date day)
{
	uint8_t bytes[32];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	text_date(&w, lang, day);
	return plot_keep(p, &w);
}

struct str series_count_text(struct plot *p, enum lang lang, int64_t count)
{
	uint8_t bytes[48];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	text_number(&w, lang, (uint64_t)count);
	return plot_keep(p, &w);
}

struct str series_say(struct plot *p, enum lang lang, enum message message,
	const struct text_arg *args, size_t count)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	text_write(&w, lang, message, args, count);
	struct str kept = plot_keep(p, &w);
	writer_release(&w);
	return kept;
}

struct str series_describe(struct plot *p, const struct series_values *values,
	const struct series_facts *facts, enum lang lang)
{
	const struct text_arg args[] = {
		{STR("from"), series_day_text(p, lang, series_date(values, facts->first))},
		{STR("to"), series_day_text(p, lang, series_date(values, facts->last))},
		{STR("most"), series_count_text(p, lang, facts->most)},
		{STR("most_day"), series_day_text(p, lang, series_date(values, facts->most_day))},
		{STR("latest"), series_count_text(p, lang, facts->latest)}};
	return series_say(p, lang, MESSAGE_FIGURE_DESCRIPTION, args, 5);
}

enum err series_finish(const struct plot *p, const struct series_look *look, struct str description,
	struct chart *ret_chart)
{
	if (p->err != E_OK)
		return p->err;
	*ret_chart = (struct chart){.width = look->width,
		.height = look->height,
		.title = look->title,
		.description = description,
		.id = look->id,
		.marks = p->marks,
		.count = p->count};
	return E_OK;
}
