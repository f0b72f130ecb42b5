/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "report/chart_parts.h"
#include "report/evaluation_charts.h"
#include "report/series_plot.h"

enum {
	ROWS = 40,
	MARKS_A_ROW = 12,
	MARKS_BESIDES = 60,
	STEPS = 6,
	STEPS_NARROW = 4
};

static const double label_share = .3; /* of the width, at most, where labels stand beside */
static const double gap = 12;
static const double apart = 3.5; /* then above, now below the middle of a row */
static const double dot = 5;
static const double widest = 1.6; /* intervals reach so many times as far as values */

struct rows {
	struct plot p;
	const struct pairs *what;
	enum lang lang;
	bool wide;
	size_t count; /* drawn */
	struct scale scale;
	double line;       /* height of a row */
	double base_right; /* right edge of the column of values then; now is at the width */
};

static bool drawn(struct estimate e)
{
	return isfinite(e.value);
}

static bool has_interval(struct estimate e)
{
	return drawn(e) && isfinite(e.low) && isfinite(e.high);
}

/* --- scale --- */

struct reach {
	double low, high;             /* of values, and 0 */
	double low_whisk, high_whisk; /* of intervals */
	size_t known;
};

static void reach_over(struct reach *r, struct estimate e)
{
	if (!drawn(e))
		return;
	r->known++;
	r->low = fmin(r->low, e.value);
	r->high = fmax(r->high, e.value);
	if (!has_interval(e))
		return;
	r->low_whisk = fmin(r->low_whisk, e.low);
	r->high_whisk = fmax(r->high_whisk, e.high);
}

/* One wide interval must not press all values together: what reaches further is cut. */
static bool set_scale(struct rows *r)
{
	struct reach reach = {0};
	for (size_t i = 0; i < r->count; i++) {
		reach_over(&reach, r->what->rows[i].base);
		reach_over(&reach, r->what->rows[i].end);
	}
	double low = fmax(reach.low_whisk, reach.low * widest);
	double high = fmin(reach.high_whisk, reach.high * widest);
	r->scale = scale_cover(
		fmin(reach.low, low), fmax(reach.high, high), r->wide ? STEPS : STEPS_NARROW);
	return reach.known > 0;
}

static double place(const struct rows *r, double value)
{
	double within = fmin(fmax(value, r->scale.low), r->scale.high);
	return scale_place(&r->scale, within, r->p.left, r->p.right);
}

/* --- room --- */

static struct str value_text(struct rows *r, struct estimate e)
{
	return plot_decimal(&r->p, r->lang, drawn(e) ? e.value : (double)NAN, r->what->decimals);
}

/* Labels take what they need, up to their share; values as well. */
static void set_columns(struct rows *r)
{
	struct plot *p = &r->p;
	double label = 0;
	double base = 0;
	double end = 0;
	for (size_t i = 0; i < r->count; i++) {
		const struct pair_row *row = &r->what->rows[i];
		label = fmax(label, chart_text_width(row->label, p->text_size));
		base = fmax(base, chart_text_width(value_text(r, row->base), p->text_size));
		end = fmax(end, 1.1 * chart_text_width(value_text(r, row->end), p->text_size));
	}
	r->base_right = p->width - end - gap;
	double values = r->base_right - base;
	if (r->wide) {
		p->left = fmin(label, p->width * label_share) + 2 * gap;
		p->right = values - 2 * gap;
	} else {
		p->left = gap;
		p->right = p->width - gap;
	}
}

/* --- rows --- */

static void add_value(struct rows *r, struct estimate e, double y, struct mark like, bool hollow)
{
	if (!drawn(e))
		return;
	if (has_interval(e) && e.low <= r->scale.high && e.high >= r->scale.low)
		plot_line(&r->p, (struct point){place(r, e.low), y},
			(struct point){place(r, e.high), y},
			(struct mark){
				.kind = MARK_LINE, .tone = like.tone, .size = 2, .cover = .6});
	like.hollow = hollow;
	like.size = dot + (hollow ? 0 : 1.5);
	plot_dot(&r->p, (struct point){place(r, e.value), y}, like);
}

static void add_words(struct rows *r, const struct pair_row *row, double y)
{
	struct plot *p = &r->p;
	struct str base = value_text(r, row->base);
	double room = r->wide ? p->left - 2 * gap
			      : r->base_right - chart_text_width(base, p->text_size) - gap;
	double baseline = y + p->text_size * .35;
	(void)plot_words(p, (struct point){0, baseline}, ANCHOR_START, CHART_INK,
		plot_cut(p, row->label, p->text_size, room));
	(void)plot_words(p, (struct point){r->base_right, baseline}, ANCHOR_END, CHART_SOFT, base);
	(void)plot_lettering(p, (struct point){p->width, baseline},
		(struct mark){.tone = CHART_INK,
			.size = p->text_size,
			.strong = true,
			.anchor = ANCHOR_END,
			.text = value_text(r, row->end)});
}

static void add_row(struct rows *r, size_t index)
{
	const struct pair_row *row = &r->what->rows[index];
	double top = r->p.top + (double)index * r->line;
	double words = r->wide ? top + r->line / 2 : top + r->p.text_size;
	double middle = r->wide ? words : words + r->p.text_size * 1.45;
	add_words(r, row, words);
	if (drawn(row->base) && drawn(row->end))
		plot_line(&r->p, (struct point){place(r, row->base.value), middle - apart},
			(struct point){place(r, row->end.value), middle + apart},
			(struct mark){
				.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1.5, .cover = .5});
	add_value(r, row->base, middle - apart, (struct mark){.tone = CHART_SOFT}, true);
	add_value(r, row->end, middle + apart, (struct mark){.tone = CHART_MAIN}, false);
}

/* Not through words: on a phone only where the dots of a row lie. */
static void add_grid(struct rows *r, double x)
{
	double words = r->wide ? 0 : r->p.text_size * 1.5;
	size_t runs = r->wide ? 1 : r->count;
	double height = r->wide ? r->p.bottom - r->p.top : r->line;
	struct point *points = plot_points(&r->p, 3 * runs);
	if (!points)
		return;
	for (size_t i = 0; i < runs; i++) {
		double top = r->p.top + (double)i * height;
		points[3 * i] = (struct point){x, top + words};
		points[3 * i + 1] = (struct point){x, top + height};
		points[3 * i + 2] = (struct point){NAN, NAN};
	}
	plot_add(&r->p, (struct mark){.kind = MARK_LINE,
				.tone = CHART_SOFT,
				.points = points,
				.count = 3 * runs,
				.size = 1,
				.faint = true});
}

static void add_axis(struct rows *r)
{
	struct plot *p = &r->p;
	for (size_t i = 0; i < scale_ticks(&r->scale); i++) {
		double tick = scale_tick(&r->scale, i);
		double x = place(r, tick);
		add_grid(r, x);
		struct writer w;
		writer_init(&w, 64);
		scale_write_tick(&w, r->lang, &r->scale, tick);
		(void)plot_words(p, (struct point){x, p->bottom + p->text_size * 1.2},
			ANCHOR_MIDDLE, CHART_SOFT, plot_keep(p, &w));
		writer_release(&w);
	}
}

/* --- words about all --- */

struct moves {
	size_t fell, rose, unknown;
	const struct pair_row *most; /* fell furthest */
};

static struct moves count_moves(const struct rows *r)
{
	struct moves m = {0};
	for (size_t i = 0; i < r->what->row_count; i++) {
		const struct pair_row *row = &r->what->rows[i];
		double fall = row->base.value - row->end.value;
		if (!drawn(row->base) || !drawn(row->end)) {
			m.unknown++;
			continue;
		}
		m.fell += fall > 0;
		m.rose += fall < 0;
		if (fall > 0 && (!m.most || fall > m.most->base.value - m.most->end.value))
			m.most = row;
	}
	return m;
}

static struct str describe(struct rows *r)
{
	struct plot *p = &r->p;
	struct moves m = count_moves(r);
	const struct text_arg args[] = {
		{STR("rows"), plot_count(p, r->lang, (double)r->what->row_count)},
		{STR("base"), r->what->base_label}, {STR("end"), r->what->end_label},
		{STR("fell"), plot_count(p, r->lang, (double)m.fell)},
		{STR("rose"), plot_count(p, r->lang, (double)m.rose)},
		{STR("unknown"), plot_count(p, r->lang, (double)m.unknown)}};
	struct str all = series_say(p, r->lang, MESSAGE_CHART_PAIRS_DESCRIPTION, args, 6);
	if (!m.most)
		return all;
	const struct text_arg most[] = {{STR("label"), m.most->label},
		{STR("from"), value_text(r, m.most->base)},
		{STR("to"), value_text(r, m.most->end)}};
	return plot_join(p, all, series_say(p, r->lang, MESSAGE_CHART_PAIRS_MOST, most, 3));
}

enum err pairs_build(struct arena *arena, const struct pairs *what, struct chart *ret_chart)
{
	struct rows r = {.what = what,
		.lang = what->look.lang,
		.wide = !plot_narrow(&what->look),
		.count = what->row_count < ROWS ? what->row_count : ROWS};
	if (!set_scale(&r))
		return E_NOTFOUND;
	plot_init(&r.p, arena, r.count * MARKS_A_ROW + MARKS_BESIDES);
	plot_look(&r.p, &what->look);
	set_columns(&r);
	r.line = r.p.text_size * (r.wide ? 2.2 : 3.2);
	const struct key_item key[] = {{KEY_HOLLOW, CHART_SOFT, 0, what->base_label},
		{KEY_FILLED, CHART_MAIN, 0, what->end_label}};
	r.p.top = plot_key(&r.p, 0, key, 2) + r.p.text_size * .7;
	r.p.bottom = r.p.top + (double)r.count * r.line;
	add_axis(&r);
	for (size_t i = 0; i < r.count; i++)
		add_row(&r, i);
	struct series_look look = what->look;
	look.height = r.p.bottom + r.p.text_size * 1.7;
	if (r.count < what->row_count) {
		plot_more(&r.p, r.lang, what->row_count - r.count, look.height + r.p.text_size);
		look.height += r.p.text_size * 1.5;
	}
	return series_finish(&r.p, &look, describe(&r), ret_chart);
}
