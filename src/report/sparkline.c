/* SPDX-License-Identifier: Apache-2.0 */
#include "report/series_plot.h"

enum {
	MARKS = 8
};

static const double usual_text = 13;
static const double edge = 6; /* half a dot and its rim */

static void lay_out(struct plot *p, const struct series_look *look)
{
	p->text_size = look->text_size > 0 ? look->text_size : usual_text;
	p->width = look->width;
	p->left = 0;
	p->right = look->width - edge;
	p->top = p->text_size * 1.9;
	p->bottom = look->height - p->text_size * 1.7;
}

/* Over its day; at the ends of the chart beside it. */
static void add_most(struct plot *p, const struct series_facts *facts, const struct scale *scale,
	const struct series_look *look)
{
	struct str count = series_count_text(p, look->lang, facts->most);
	struct str words = series_say(
		p, look->lang, MESSAGE_FIGURE_MOST, &(struct text_arg){STR("count"), count}, 1);
	double x = series_place_day(p, facts, (double)facts->most_day);
	double y = series_place_count(p, scale, (double)facts->most) - p->text_size * .6;
	double share = (x - p->left) / (p->right - p->left);
	enum mark_anchor anchor = share < .34   ? ANCHOR_START
				  : share > .66 ? ANCHOR_END
						: ANCHOR_MIDDLE;
	/* In line with the days below where it is near an end. */
	if (anchor == ANCHOR_START && x < p->left + 2 * p->text_size)
		x = p->left;
	if (anchor == ANCHOR_END && x > p->right - 2 * p->text_size)
		x = look->width;
	struct point at = {x, y};
	if (!plot_words(p, at, anchor, CHART_SOFT, words))
		(void)plot_words(p, at, anchor, CHART_SOFT, count);
}

/* The last day matters more: where both do not fit it stands alone. */
static void add_days(struct plot *p, const struct series_values *values,
	const struct series_facts *facts, const struct series_look *look)
{
	double y = look->height - p->text_size * .4;
	struct str last = series_day_text(p, look->lang, series_date(values, facts->last));
	struct str first = series_day_text(p, look->lang, series_date(values, facts->first));
	(void)plot_words(p, (struct point){look->width, y}, ANCHOR_END, CHART_SOFT, last);
	if (facts->last > facts->first)
		(void)plot_words(p, (struct point){0, y}, ANCHOR_START, CHART_SOFT, first);
}

enum err sparkline_build(struct arena *arena, const struct series_values *values,
	const struct series_look *look, struct chart *ret_chart)
{
	struct plot p;
	struct series_facts facts;
	if (!series_facts(values, &facts))
		return E_NOTFOUND;
	plot_init(&p, arena, MARKS);
	lay_out(&p, look);
	struct scale scale = {.low = 0, .high = facts.most > 0 ? (double)facts.most : 1};
	series_add(&p, values, &facts, &scale);
	plot_line(&p, (struct point){0, p.bottom}, (struct point){look->width, p.bottom},
		(struct mark){.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1, .faint = true});
	series_add_dot(
		&p, (struct point){p.right, series_place_count(&p, &scale, (double)facts.latest)});
	add_most(&p, &facts, &scale, look);
	add_days(&p, values, &facts, look);
	return series_finish(&p, look, series_describe(&p, values, &facts, look->lang), ret_chart);
}
