/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "report/chart_parts.h"
#include "report/evaluation_charts.h"
#include "report/series_plot.h"

enum {
	MARKS = 80,
	STEPS = 10, /* of the axis on a page */
	STEPS_NARROW = 5
};

static const double headline = 2; /* of the text's size */
static const double bar_height = 26;
static const double farthest = -2; /* a rise by more is drawn as an arrow; words say how much */
static const double side = 30;     /* room for half a label of the axis */
static const double badge = 10;    /* radius of the verdict's sign */
static const double badge_gap = 9;

struct dial {
	struct plot p;
	const struct gauge *what;
	enum lang lang;
	struct scale scale;
	bool wide;
	double y; /* where the next words may begin */
};

static double place(const struct dial *d, double reduction)
{
	double within = fmin(fmax(reduction, d->scale.low), d->scale.high);
	return scale_place(&d->scale, within, d->p.left, d->p.right);
}

static bool has_goal(const struct dial *d)
{
	return isfinite(d->what->goal) && fabs(d->what->goal) <= 1;
}

/* What is drawn; further out words alone say it. */
static bool known(const struct dial *d)
{
	return isfinite(d->what->reduction.value);
}

static bool has_interval(const struct dial *d)
{
	return known(d) && isfinite(d->what->reduction.low) && isfinite(d->what->reduction.high);
}

/* From 0 to all of it; below 0 only as far as there was a rise. */
static void set_scale(struct dial *d)
{
	double low = 0;
	if (known(d))
		low = fmin(low, d->what->reduction.value);
	if (has_interval(d))
		low = fmin(low, d->what->reduction.low);
	if (has_goal(d))
		low = fmin(low, d->what->goal);
	d->scale = scale_cover(fmax(low, farthest), 1, d->wide ? STEPS : STEPS_NARROW);
}

/* --- words --- */

static struct str change_words(struct dial *d)
{
	double value = d->what->reduction.value;
	if (!known(d))
		return text(d->lang, MESSAGE_CHART_CHANGE_UNKNOWN);
	if (value == 0)
		return text(d->lang, MESSAGE_CHART_UNCHANGED);
	struct text_arg share = {STR("share"), plot_percent(&d->p, d->lang, fabs(value), 1)};
	return series_say(
		&d->p, d->lang, value > 0 ? MESSAGE_CHART_FELL : MESSAGE_CHART_ROSE, &share, 1);
}

/* Said as the change is: what reaches from a rise to a fall says both words. */
static struct str interval_words(struct dial *d)
{
	if (!has_interval(d))
		return text(d->lang, MESSAGE_CHART_NO_INTERVAL);
	double low = d->what->reduction.low;
	double high = d->what->reduction.high;
	bool fell = low >= 0;
	const struct text_arg args[] = {
		{STR("low"), plot_percent(&d->p, d->lang, fabs(fell || high > 0 ? low : high), 1)},
		{STR("high"),
			plot_percent(&d->p, d->lang, fabs(fell || high > 0 ? high : low), 1)}};
	bool both = low < 0 && high > 0;
	return series_say(&d->p, d->lang,
		both ? MESSAGE_CHART_INTERVAL_BOTH : MESSAGE_CHART_INTERVAL, args, 2);
}

static struct str goal_words(struct dial *d)
{
	double goal = d->what->goal;
	unsigned decimals = fabs(goal * 100 - round(goal * 100)) < 1e-6 ? 0 : 1;
	struct text_arg share = {STR("share"), plot_percent(&d->p, d->lang, goal, decimals)};
	return series_say(&d->p, d->lang, MESSAGE_CHART_GOAL, &share, 1);
}

static struct str verdict_words(const struct dial *d)
{
	static const enum message messages[] = {[VERDICT_MET] = MESSAGE_CHART_MET,
		[VERDICT_NOT_MET] = MESSAGE_CHART_NOT_MET,
		[VERDICT_CANNOT_BE_SAID] = MESSAGE_CHART_UNSAID};
	return text(d->lang, messages[d->what->verdict]);
}

static struct str describe(struct dial *d)
{
	const struct text_arg args[] = {{STR("change"), change_words(d)},
		{STR("interval"), interval_words(d)}, {STR("verdict"), verdict_words(d)},
		{STR("goal"), has_goal(d) ? goal_words(d) : STR("")}};
	return series_say(&d->p, d->lang,
		has_goal(d) ? MESSAGE_CHART_GAUGE_GOAL_DESCRIPTION
			    : MESSAGE_CHART_GAUGE_DESCRIPTION,
		args, 4);
}

/* --- the verdict: a sign that differs in shape, and words --- */

static void add_strokes(
	struct plot *p, const struct point *from, size_t count, enum chart_tone tone)
{
	struct point *points = plot_points(p, count);
	if (!points)
		return;
	memcpy(points, from, count * sizeof(*points));
	plot_add(p, (struct mark){.kind = MARK_LINE,
			    .tone = tone,
			    .points = points,
			    .count = count,
			    .size = 2.4});
}

static void add_badge(struct dial *d, struct point c)
{
	const struct point tick[] = {
		{c.x - 4.2, c.y + .4}, {c.x - 1.2, c.y + 3.6}, {c.x + 4.4, c.y - 3.4}};
	const struct point cross[] = {{c.x - 3.3, c.y - 3.3}, {c.x + 3.3, c.y + 3.3}, {NAN, NAN},
		{c.x - 3.3, c.y + 3.3}, {c.x + 3.3, c.y - 3.3}};
	const struct point dash[] = {{c.x - 4, c.y}, {c.x + 4, c.y}};
	switch (d->what->verdict) {
	case VERDICT_MET:
		plot_dot(&d->p, c, (struct mark){.tone = CHART_MAIN, .size = badge});
		add_strokes(&d->p, tick, 3, CHART_PAPER);
		break;
	case VERDICT_NOT_MET:
		plot_dot(&d->p, c, (struct mark){.tone = CHART_INK, .size = badge});
		add_strokes(&d->p, cross, 5, CHART_PAPER);
		break;
	case VERDICT_CANNOT_BE_SAID:
		plot_dot(&d->p, c,
			(struct mark){.tone = CHART_SOFT, .size = badge - 1, .hollow = true});
		add_strokes(&d->p, dash, 2, CHART_SOFT);
		break;
	case VERDICT__COUNT:
		break;
	}
}

/* At the right on a page, on a line of its own on a phone. */
static void add_verdict(struct dial *d, double baseline)
{
	double size = d->p.text_size * 1.2;
	struct str words =
		plot_cut(&d->p, verdict_words(d), size, (d->p.width - 2 * badge - badge_gap) / 1.1);
	double left = 2 * badge + badge_gap;
	if (d->wide)
		left = d->p.width - chart_text_width(words, size) * 1.1;
	if (plot_lettering(&d->p, (struct point){left, baseline},
		    (struct mark){.tone = CHART_INK, .size = size, .strong = true, .text = words}))
		add_badge(d, (struct point){left - badge - badge_gap, baseline - size * .36});
}

/* The size at which words fit their line. */
static double fitting(const struct dial *d, struct str words, double size, double wider)
{
	double least = d->p.text_size * .8;
	while (size > least && chart_text_width(words, size) * wider > d->p.width)
		size *= .95;
	return size;
}

static void add_head(struct dial *d)
{
	struct plot *p = &d->p;
	struct str change = change_words(d);
	struct str interval = interval_words(d);
	double size = fitting(d, interval, p->text_size, 1);
	d->y = p->text_size * headline * 1.05;
	(void)plot_lettering(p, (struct point){0, d->y},
		(struct mark){.tone = CHART_INK,
			.size = fitting(d, change, p->text_size * headline, 1.1),
			.strong = true,
			.text = change});
	if (d->wide)
		add_verdict(d, d->y);
	d->y += p->text_size * 1.7;
	(void)plot_lettering(p, (struct point){0, d->y},
		(struct mark){.tone = CHART_SOFT,
			.size = size,
			.text = plot_cut(p, interval, size, p->width)});
	if (!d->wide) {
		d->y += p->text_size * 2.2;
		add_verdict(d, d->y);
		d->y += p->text_size * .6;
	}
}

/* --- the bar --- */

static void add_axis(struct dial *d)
{
	struct plot *p = &d->p;
	for (size_t i = 0; i < scale_ticks(&d->scale); i++) {
		double tick = scale_tick(&d->scale, i);
		bool zero = fabs(tick) < 1e-9;
		double x = place(d, tick);
		plot_line(p, (struct point){x, zero ? p->top - 7 : p->bottom},
			(struct point){x, p->bottom + 5},
			(struct mark){.kind = MARK_LINE,
				.tone = zero ? CHART_INK : CHART_SOFT,
				.size = zero ? 1.5 : 1});
		/* As changes: less is −, more is +. */
		struct writer w;
		writer_init(&w, 64);
		if (!zero && tick < 0)
			writer_char(&w, '+');
		text_percent(&w, d->lang, zero ? 0 : -tick, 0);
		(void)plot_words(p, (struct point){x, p->bottom + 8 + p->text_size}, ANCHOR_MIDDLE,
			CHART_SOFT, plot_keep(p, &w));
		writer_release(&w);
	}
}

static void add_arrow(struct dial *d, double middle)
{
	const struct point tip[] = {
		{d->p.left - 12, middle}, {d->p.left - 2, middle - 9}, {d->p.left - 2, middle + 9}};
	struct point *points = plot_points(&d->p, 3);
	if (!points)
		return;
	memcpy(points, tip, sizeof(tip));
	plot_add(&d->p,
		(struct mark){.kind = MARK_SHAPE, .tone = CHART_INK, .points = points, .count = 3});
}

/* Paler than the interval's line and the value's dot, which stand on it. */
static void add_bar(struct dial *d)
{
	struct plot *p = &d->p;
	double middle = (p->top + p->bottom) / 2;
	plot_bar(p, (struct box){p->left, p->top, p->right, p->bottom},
		(struct mark){.tone = CHART_SOFT, .faint = true, .size = 4});
	if (!known(d)) {
		plot_hatch(p, (struct box){p->left, p->top, p->right, p->bottom}, CHART_SOFT);
		return;
	}
	double zero = place(d, 0);
	double end = place(d, d->what->reduction.value);
	bool fell = d->what->verdict != VERDICT_CANNOT_BE_SAID && d->what->reduction.value > 0;
	plot_bar(p, (struct box){fmin(zero, end), p->top, fmax(zero, end), p->bottom},
		(struct mark){.tone = fell ? CHART_MAIN : CHART_SOFT, .cover = .42});
	if (has_interval(d) && d->what->reduction.high > d->scale.low)
		plot_whisker(p, place(d, d->what->reduction.low), place(d, d->what->reduction.high),
			middle, (struct mark){.tone = CHART_INK, .size = 2});
	if (d->what->reduction.value < d->scale.low)
		add_arrow(d, middle);
	else
		plot_dot(p, (struct point){end, middle},
			(struct mark){.tone = CHART_INK, .size = 6});
}

static void add_goal(struct dial *d)
{
	struct plot *p = &d->p;
	double x = place(d, d->what->goal);
	struct str words = plot_cut(p, goal_words(d), p->text_size, p->width);
	double half = chart_text_width(words, p->text_size) / 2;
	double middle = fmin(fmax(x, half), p->width - half);
	plot_line(p, (struct point){x, p->top - 7}, (struct point){x, p->bottom + 7},
		(struct mark){.kind = MARK_LINE, .tone = CHART_ACCENT, .size = 3});
	(void)plot_words(p, (struct point){middle, p->top - 13}, ANCHOR_MIDDLE, CHART_INK, words);
}

enum err gauge_build(struct arena *arena, const struct gauge *what, struct chart *ret_chart)
{
	struct dial d = {.what = what, .lang = what->look.lang, .wide = !plot_narrow(&what->look)};
	if (!known(&d) && !has_goal(&d))
		return E_NOTFOUND;
	plot_init(&d.p, arena, MARKS);
	plot_look(&d.p, &what->look);
	d.p.left = side;
	d.p.right = what->look.width - side;
	set_scale(&d);
	add_head(&d);
	d.p.top = d.y + d.p.text_size * 1.6 + 13;
	d.p.bottom = d.p.top + bar_height;
	add_bar(&d);
	add_axis(&d);
	if (has_goal(&d))
		add_goal(&d);
	struct series_look look = what->look;
	look.height = d.p.bottom + 12 + d.p.text_size * 1.3;
	return series_finish(&d.p, &look, describe(&d), ret_chart);
}
