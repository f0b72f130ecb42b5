/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "report/series_plot.h"

enum {
	STEPS = 5, /* of the axis of counts */
	MARKS_BESIDES = 40 + 2 * DAY_TICKS
};

static const double usual_text = 13;
static const double right_edge = 14;
static const double label_beyond = 1.3; /* of a band, as wide as it is */
static const double gap = 8;            /* between labels and what they label */

/* One chart in the making. */
struct line {
	struct plot p;
	const struct series_values *values;
	const struct time_line *what;
	const struct series_look *look;
	struct series_facts facts;
	struct scale scale;
};

static bool has_goal(const struct line *l)
{
	return isfinite(l->what->goal) && l->what->goal >= 0;
}

static struct str short_count(struct line *l, double count)
{
	uint8_t bytes[64];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	scale_write_tick(&w, l->look->lang, &l->scale, count);
	return plot_keep(&l->p, &w);
}

/* The widest label decides where data begins. */
static double label_room(struct line *l)
{
	double widest = 0;
	for (size_t i = 0; i < scale_ticks(&l->scale); i++) {
		struct str label = short_count(l, scale_tick(&l->scale, i));
		widest = fmax(widest, chart_text_width(label, l->p.text_size));
	}
	return widest + gap;
}

static void lay_out(struct line *l)
{
	struct plot *p = &l->p;
	p->text_size = l->look->text_size > 0 ? l->look->text_size : usual_text;
	p->width = l->look->width;
	p->left = label_room(l);
	p->right = l->look->width - right_edge;
	p->top = p->text_size * (l->what->band_count > 0 ? 3.4 : 2);
	p->bottom = l->look->height - p->text_size * 2.2;
}

/* --- behind the line --- */

static double day_of(const struct line *l, struct date date)
{
	int64_t seconds = date_instant(date).seconds - date_instant(l->values->first).seconds;
	return (double)seconds / SECONDS_PER_DAY;
}

/* Only as far as the chart shows days. */
static void add_band(struct line *l, const struct time_band *band)
{
	double from = fmax(day_of(l, band->from), (double)l->facts.first);
	double to = fmin(day_of(l, band->to), (double)l->facts.last);
	if (from > to)
		return;
	double left = series_place_day(&l->p, &l->facts, from);
	double right = series_place_day(&l->p, &l->facts, to);
	plot_line(&l->p, (struct point){left, l->p.top - l->p.text_size * 1.6},
		(struct point){fmax(right, left + 2), l->p.bottom},
		(struct mark){.kind = MARK_BAR, .tone = band->tone, .faint = true});
	if (chart_text_width(band->label, l->p.text_size) <= (right - left) * label_beyond)
		(void)plot_words(&l->p,
			(struct point){(left + right) / 2, l->p.top - l->p.text_size * .5},
			ANCHOR_MIDDLE, CHART_SOFT, band->label);
}

static void add_counts_axis(struct line *l)
{
	for (size_t i = 0; i < scale_ticks(&l->scale); i++) {
		double count = scale_tick(&l->scale, i);
		double y = series_place_count(&l->p, &l->scale, count);
		plot_line(&l->p, (struct point){l->p.left, y}, (struct point){l->look->width, y},
			(struct mark){
				.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1, .faint = true});
		(void)plot_words(&l->p, (struct point){l->p.left - gap, y + l->p.text_size * .35},
			ANCHOR_END, CHART_SOFT, short_count(l, count));
	}
}

static void add_days_axis(struct line *l)
{
	struct day_tick *ticks = NULL;
	size_t count = 0;
	const struct day_axis axis = {.first = series_date(l->values, l->facts.first),
		.days = l->facts.last - l->facts.first + 1,
		.width = l->p.right - l->p.left,
		.text_size = l->p.text_size};
	enum err err = day_axis_ticks(&axis, l->p.arena, &ticks, &count);
	if (err != E_OK)
		l->p.err = err;
	for (size_t i = 0; i < count; i++) {
		double x =
			series_place_day(&l->p, &l->facts, (double)(l->facts.first + ticks[i].day));
		plot_line(&l->p, (struct point){x, l->p.bottom}, (struct point){x, l->p.bottom + 5},
			(struct mark){.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1});
		(void)plot_words(&l->p, (struct point){x, l->look->height - l->p.text_size * .5},
			ANCHOR_MIDDLE, CHART_SOFT, ticks[i].label);
	}
}

/* --- before it --- */

static void add_goal(struct line *l)
{
	double y = series_place_count(&l->p, &l->scale, l->what->goal);
	plot_line(&l->p, (struct point){l->p.left, y}, (struct point){l->look->width, y},
		(struct mark){.kind = MARK_LINE, .tone = CHART_ACCENT, .size = 2, .dashed = true});
	double x = l->p.left + gap;
	if (!plot_words(&l->p, (struct point){x, y - l->p.text_size * .5}, ANCHOR_START, CHART_INK,
		    l->what->goal_label))
		(void)plot_words(&l->p, (struct point){x, y + l->p.text_size * 1.2}, ANCHOR_START,
			CHART_INK, l->what->goal_label);
}

static void add_latest(struct line *l)
{
	double y = series_place_count(&l->p, &l->scale, (double)l->facts.latest);
	series_add_dot(&l->p, (struct point){l->p.right, y});
	(void)plot_words(&l->p, (struct point){l->look->width, y - l->p.text_size * .8}, ANCHOR_END,
		CHART_INK, series_count_text(&l->p, l->look->lang, l->facts.latest));
}

static enum err draw(struct line *l, struct chart *ret_chart)
{
	lay_out(l);
	for (size_t i = 0; i < l->what->band_count; i++)
		add_band(l, &l->what->bands[i]);
	add_counts_axis(l);
	add_days_axis(l);
	series_add(&l->p, l->values, &l->facts, &l->scale);
	add_latest(l);
	if (has_goal(l))
		add_goal(l);
	struct str description = series_describe(&l->p, l->values, &l->facts, l->look->lang);
	return series_finish(&l->p, l->look, description, ret_chart);
}

enum err time_line_build(struct arena *arena, const struct series_values *values,
	const struct time_line *what, struct chart *ret_chart)
{
	struct line l = {.values = values, .what = what, .look = &what->look};
	if (!series_facts(values, &l.facts))
		return E_NOTFOUND;
	plot_init(&l.p, arena, MARKS_BESIDES + 2 * what->band_count);
	l.scale = scale_cover(0, fmax((double)l.facts.most, has_goal(&l) ? what->goal : 0), STEPS);
	return draw(&l, ret_chart);
}
