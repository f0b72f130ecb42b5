/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "report/chart_parts.h"
#include "report/evaluation_charts.h"
#include "report/series_plot.h"

enum {
	ROWS = 40,
	CELLS = 104, /* in a row; past so many weeks a cell is the mean of several */
	CORNERS = 5, /* of a cell's shape, the end of it included */
	WEEK = 7,
	MARKS_A_ROW = 8,
	MARKS_BESIDES = 40 + 2 * DAY_TICKS
};

static const double label_share = .3; /* of the width, at most, where labels stand beside */
static const double gap = 12;
static const double cell_height = 18;
static const double sign = 5;       /* radius of the panel's sign */
static const double sign_room = 18; /* its distance to the label included */
static const double triangle = 10;
static const double filled = .62; /* cover of cells */
static const double enough = .9;  /* of a week: what lacks more counts as lacking reports */

struct health {
	struct plot p;
	const struct health_chart *what;
	enum lang lang;
	bool wide;
	size_t rows;        /* drawn */
	size_t step, cells; /* weeks a cell, cells a row */
	double line;        /* height of a row */
	bool any_step, any_other;
};

static bool has_step(const struct health_row *row)
{
	return row->step.year != 0;
}

/* Of the weeks in a cell; NAN where none is known. */
static double alive(const struct health *h, const struct health_row *row, size_t cell)
{
	double sum = 0;
	size_t known = 0;
	for (size_t i = cell * h->step; i < (cell + 1) * h->step && i < h->what->week_count; i++)
		if (isfinite(row->alive[i])) {
			sum += fmin(fmax(row->alive[i], 0), 1);
			known++;
		}
	return known ? sum / (double)known : (double)NAN;
}

static double week_place(const struct health *h, double week)
{
	double share = week / (double)h->what->week_count;
	return h->p.left + share * (h->p.right - h->p.left);
}

/* --- rows --- */

/* One cell, as high as its share; what is not known is no cell. */
static size_t add_cell(
	const struct health *h, size_t cell, double bottom, double share, struct point *points)
{
	double left = week_place(h, (double)(cell * h->step));
	double right =
		week_place(h, fmin((double)((cell + 1) * h->step), (double)h->what->week_count));
	double between = fmin(1.5, (right - left) * .2);
	double top = bottom - cell_height * share;
	if (isnan(share) || share <= 0)
		return 0;
	points[0] = (struct point){left, bottom};
	points[1] = (struct point){left, top};
	points[2] = (struct point){right - between, top};
	points[3] = (struct point){right - between, bottom};
	points[4] = (struct point){NAN, NAN};
	return CORNERS;
}

/* The grounds of all cells that are known, or what fills them. */
static void add_cells(struct health *h, const struct health_row *row, double bottom, bool fill)
{
	struct point *points = plot_points(&h->p, CORNERS * h->cells);
	size_t count = 0;
	if (!points)
		return;
	for (size_t i = 0; i < h->cells; i++) {
		double share = alive(h, row, i);
		if (!fill && !isnan(share))
			share = 1;
		count += add_cell(h, i, bottom, share, points + count);
	}
	if (count > 0)
		plot_add(&h->p, (struct mark){.kind = MARK_SHAPE,
					.tone = fill ? CHART_MAIN : CHART_SOFT,
					.points = points,
					.count = count,
					.cover = fill ? filled : .15});
}

/* The triangle stands under the day, the date in words at the right. */
static void add_step(struct health *h, const struct health_row *row, double bottom, double words)
{
	struct plot *p = &h->p;
	int64_t seconds = date_instant(row->step).seconds - date_instant(h->what->first).seconds;
	double week = (double)seconds / SECONDS_PER_DAY / WEEK;
	struct str day = series_day_text(p, h->lang, row->step);
	if (week >= 0 && week <= (double)h->what->week_count) {
		double x = fmin(fmax(week_place(h, week), triangle / 2), p->width - triangle / 2);
		plot_triangle(p, (struct point){x, bottom + 1}, triangle,
			(struct mark){.tone = CHART_ACCENT});
	}
	if (!plot_words(p, (struct point){p->width, words}, ANCHOR_END, CHART_INK, day))
		return;
	double left = p->width - chart_text_width(day, p->text_size) - triangle;
	plot_triangle(p, (struct point){left, words - triangle}, triangle,
		(struct mark){.tone = CHART_ACCENT});
}

static double day_room(const struct health *h)
{
	return chart_text_width(STR("30/12/2020"), h->p.text_size) + 2 * triangle + gap;
}

static void add_row(struct health *h, size_t index)
{
	struct plot *p = &h->p;
	const struct health_row *row = &h->what->rows[index];
	double top = p->top + (double)index * h->line;
	double cells = h->wide ? top + 2 : top + p->text_size * 1.6;
	double words =
		h->wide ? cells + cell_height / 2 + p->text_size * .35 : top + p->text_size * 1.1;
	double room = h->wide ? p->left - gap : p->width;
	if (!h->wide && has_step(row))
		room -= day_room(h);
	plot_dot(p, (struct point){sign + 1, words - p->text_size * .35},
		(struct mark){.tone = row->in_panel ? CHART_MAIN : CHART_SOFT,
			.size = row->in_panel ? sign + 1 : sign,
			.hollow = !row->in_panel});
	(void)plot_words(p, (struct point){sign_room, words}, ANCHOR_START, CHART_INK,
		plot_cut(p, row->feed, p->text_size, room - sign_room));
	add_cells(h, row, cells + cell_height, false);
	add_cells(h, row, cells + cell_height, true);
	if (has_step(row))
		add_step(h, row, cells + cell_height, words);
}

/* --- around them --- */

static void add_axis(struct health *h)
{
	struct day_tick *ticks = NULL;
	size_t count = 0;
	const struct day_axis axis = {.first = h->what->first,
		.days = h->what->week_count * WEEK + 1,
		.width = h->p.right - h->p.left,
		.text_size = h->p.text_size};
	enum err err = day_axis_ticks(&axis, h->p.arena, &ticks, &count);
	if (err != E_OK)
		h->p.err = err;
	for (size_t i = 0; i < count; i++) {
		double x = week_place(h, (double)ticks[i].day / WEEK);
		plot_line(&h->p, (struct point){x, h->p.bottom}, (struct point){x, h->p.bottom + 5},
			(struct mark){.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1});
		(void)plot_words(&h->p, (struct point){x, h->p.bottom + h->p.text_size * 1.6},
			ANCHOR_MIDDLE, CHART_SOFT, ticks[i].label);
	}
	plot_line(&h->p, (struct point){h->p.left, h->p.bottom},
		(struct point){h->p.right, h->p.bottom},
		(struct mark){.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1, .faint = true});
}

static void look_over(struct health *h)
{
	for (size_t i = 0; i < h->what->row_count; i++) {
		h->any_step = h->any_step || has_step(&h->what->rows[i]);
		h->any_other = h->any_other || !h->what->rows[i].in_panel;
	}
}

static void lay_out(struct health *h)
{
	struct plot *p = &h->p;
	double label = 0;
	for (size_t i = 0; i < h->rows; i++)
		label = fmax(label, chart_text_width(h->what->rows[i].feed, p->text_size));
	p->left = h->wide ? sign_room + fmin(label, p->width * label_share) + gap : 0;
	p->right = p->width;
	if (h->wide && h->any_step)
		p->right -= day_room(h);
	h->line = cell_height + (h->wide ? 6 : p->text_size * 1.9);
	if (h->any_step)
		h->line += triangle;
	const struct key_item key[] = {
		{KEY_SHADE, CHART_MAIN, filled, text(h->lang, MESSAGE_CHART_KEY_ALIVE)},
		{KEY_PART, CHART_MAIN, filled, text(h->lang, MESSAGE_CHART_KEY_PART)},
		{KEY_FILLED, CHART_MAIN, 0, text(h->lang, MESSAGE_CHART_KEY_PANEL)},
		{KEY_HOLLOW, CHART_SOFT, 0,
			h->any_other ? text(h->lang, MESSAGE_CHART_KEY_OTHER) : STR("")},
		{KEY_TRIANGLE, CHART_ACCENT, 0,
			h->any_step ? text(h->lang, MESSAGE_CHART_KEY_STEP) : STR("")}};
	p->top = plot_key(p, 0, key, sizeof(key) / sizeof(key[0])) + p->text_size * .6;
	p->bottom = p->top + (double)h->rows * h->line + 3;
}

static struct str describe(struct health *h)
{
	struct plot *p = &h->p;
	size_t panel = 0;
	size_t lacking = 0;
	size_t steps = 0;
	for (size_t i = 0; i < h->what->row_count; i++) {
		const struct health_row *row = &h->what->rows[i];
		bool lacks = false;
		for (size_t week = 0; week < h->what->week_count; week++)
			lacks = lacks || row->alive[week] < enough;
		panel += row->in_panel;
		lacking += lacks;
		steps += has_step(row);
	}
	const struct text_arg args[] = {
		{STR("feeds"), plot_count(p, h->lang, (double)h->what->row_count)},
		{STR("weeks"), plot_count(p, h->lang, (double)h->what->week_count)},
		{STR("from"), series_day_text(p, h->lang, h->what->first)},
		{STR("panel"), plot_count(p, h->lang, (double)panel)},
		{STR("silent"), plot_count(p, h->lang, (double)lacking)},
		{STR("steps"), plot_count(p, h->lang, (double)steps)}};
	return series_say(p, h->lang, MESSAGE_CHART_HEALTH_DESCRIPTION, args, 6);
}

enum err health_chart_build(
	struct arena *arena, const struct health_chart *what, struct chart *ret_chart)
{
	struct health h = {.what = what,
		.lang = what->look.lang,
		.wide = !plot_narrow(&what->look),
		.rows = what->row_count < ROWS ? what->row_count : ROWS};
	if (what->row_count == 0 || what->week_count == 0)
		return E_NOTFOUND;
	h.step = (what->week_count + CELLS - 1) / CELLS;
	h.cells = (what->week_count + h.step - 1) / h.step;
	plot_init(&h.p, arena, MARKS_A_ROW * h.rows + MARKS_BESIDES);
	plot_look(&h.p, &what->look);
	look_over(&h);
	lay_out(&h);
	for (size_t i = 0; i < h.rows; i++)
		add_row(&h, i);
	add_axis(&h);
	struct series_look look = what->look;
	look.height = h.p.bottom + h.p.text_size * 2;
	if (h.rows < what->row_count) {
		plot_more(&h.p, h.lang, what->row_count - h.rows, look.height + h.p.text_size);
		look.height += h.p.text_size * 1.5;
	}
	return series_finish(&h.p, &look, describe(&h), ret_chart);
}
