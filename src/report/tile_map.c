/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "report/chart_parts.h"
#include "report/evaluation_charts.h"
#include "report/series_plot.h"

enum {
	SHADES = 5,
	MARKS_A_TILE = 3,
	MARKS_BESIDES = 4 * (SHADES + 2)
};

/* Words in ink can be read on all but the last, words in paper on the last: at least 4.5 to 1 in
 * light, dark and printed pages and with forced colours. */
static const double shades[SHADES] = {.1, .2, .31, .44, 1};

static const double largest_tile = 52;
static const double map_share = .66; /* of the width, where the legend stands beside */
static const double apart = 3;       /* from square to square */
static const double corner = 4;
static const double faint_edge = .6;
static const double words_share = .32; /* of a square: the height of letters at most */
static const double least_share = .22; /* … and at least, before words are left out */
static const double farthest = 1e12;   /* no figure of a region is larger */

struct tiles {
	struct plot p;
	const struct tile_map *what;
	enum lang lang;
	bool wide;
	struct scale scale;
	size_t shades; /* in use */
	unsigned left_column, top_row, columns, rows;
	double size; /* of a square with its distance */
	bool any_known, any_small, any_unknown;
	bool taken[REGION_GRID][REGION_GRID];
};

static bool on_grid(const struct tile *t)
{
	return t->region->column < REGION_GRID && t->region->row < REGION_GRID;
}

/* Islands drawn apart have the figure of what they belong to. */
static const struct tile *figure_of(const struct tiles *m, const struct tile *t)
{
	if (t->region->part_of.size == 0)
		return t;
	for (size_t i = 0; i < m->what->tile_count; i++)
		if (str_equal(m->what->tiles[i].region->key, t->region->part_of))
			return &m->what->tiles[i];
	return t;
}

static bool known(const struct tile *t)
{
	return !t->small && isfinite(t->value) && fabs(t->value) <= farthest;
}

/* --- what there is --- */

static bool survey_grid(struct tiles *m)
{
	unsigned right = 0;
	unsigned bottom = 0;
	bool any = false;
	m->left_column = m->top_row = REGION_GRID;
	for (size_t i = 0; i < m->what->tile_count; i++) {
		const struct region *r = m->what->tiles[i].region;
		if (!on_grid(&m->what->tiles[i]))
			continue;
		any = true;
		m->left_column = r->column < m->left_column ? r->column : m->left_column;
		m->top_row = r->row < m->top_row ? r->row : m->top_row;
		right = r->column > right ? r->column : right;
		bottom = r->row > bottom ? r->row : bottom;
	}
	m->columns = right + 1 - m->left_column;
	m->rows = bottom + 1 - m->top_row;
	return any;
}

/* Finer steps than an axis has: five shades want five classes. */
static struct scale classes_over(double low, double high)
{
	static const double steps[] = {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10, 15, 20};
	double least = fmax(high - low, 1e-6) / SHADES;
	double power = pow(10, floor(log10(least)));
	struct scale s = {0};
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		s.step = steps[i] * power;
		s.low = floor(low / s.step + 1e-9) * s.step;
		s.high = ceil(high / s.step - 1e-9) * s.step;
		if (s.high <= s.low)
			s.high = s.low + s.step;
		if (s.step >= least * (1 - 1e-9) && scale_ticks(&s) <= SHADES + 1)
			break;
	}
	return s;
}

static void survey_values(struct tiles *m)
{
	double low = 0;
	double high = 0;
	for (size_t i = 0; i < m->what->tile_count; i++) {
		const struct tile *t = figure_of(m, &m->what->tiles[i]);
		m->any_known = m->any_known || known(t);
		m->any_small = m->any_small || t->small;
		m->any_unknown = m->any_unknown || (!known(t) && !t->small);
		if (!known(t))
			continue;
		low = fmin(low, t->value);
		high = fmax(high, t->value);
	}
	m->scale = classes_over(low, high);
	m->shades = scale_ticks(&m->scale) - 1;
	m->shades = m->shades < SHADES ? m->shades : SHADES;
}

/* Classes are spread over all shades; the highest is always the darkest. */
static size_t shade_of(const struct tiles *m, size_t class)
{
	return m->shades > 1 ? class * (SHADES - 1) / (m->shades - 1) : SHADES - 1;
}

static size_t class_of(const struct tiles *m, double value)
{
	double class = floor((value - m->scale.low) / m->scale.step + 1e-9);
	return (size_t)fmin(fmax(class, 0), (double)(m->shades - 1));
}

/* --- squares --- */

static struct str number_text(struct tiles *m, double value, unsigned decimals)
{
	if (m->what->share)
		return plot_percent(&m->p, m->lang, value, decimals);
	return plot_decimal(&m->p, m->lang, value, decimals);
}

static struct str value_text(struct tiles *m, const struct tile *t)
{
	if (t->small)
		return STR("<10");
	return known(t) ? number_text(m, t->value, m->what->decimals) : STR("–");
}

/* In the middle of a square, smaller where it must be; not at all rather than beyond. */
static void add_inside(struct tiles *m, struct box box, double baseline, struct mark like)
{
	double side = box.right - box.left;
	double room = (side - 2) / (like.strong ? 1.1 : 1);
	like.anchor = ANCHOR_MIDDLE;
	like.size = fmin(m->p.text_size, side * words_share);
	double width = chart_text_width(like.text, like.size);
	if (width > room)
		like.size *= room / width;
	if (like.size >= side * least_share)
		(void)plot_lettering(&m->p,
			(struct point){(box.left + box.right) / 2, box.top + side * baseline},
			like);
}

static void add_tile(struct tiles *m, const struct tile *tile)
{
	const struct region *r = tile->region;
	const struct tile *t = figure_of(m, tile);
	double left = m->p.left + m->size * (r->column - m->left_column);
	double top = m->p.top + m->size * (r->row - m->top_row);
	const struct box box = {left, top, left + m->size - apart, top + m->size - apart};
	if (m->taken[r->row][r->column])
		return;
	m->taken[r->row][r->column] = true;
	size_t shade = known(t) ? shade_of(m, class_of(m, t->value)) : 0;
	enum chart_tone words = shade == SHADES - 1 ? CHART_PAPER : CHART_INK;
	if (known(t))
		plot_bar(&m->p, box,
			(struct mark){.tone = CHART_MAIN, .cover = shades[shade], .size = corner});
	else
		plot_bar(&m->p, box,
			(struct mark){.tone = CHART_SOFT,
				.cover = faint_edge,
				.hollow = true,
				.size = corner});
	add_inside(
		m, box, .42, (struct mark){.tone = words, .strong = true, .text = r->short_name});
	add_inside(m, box, .86, (struct mark){.tone = words, .text = value_text(m, t)});
}

/* --- legend --- */

struct sign {
	double cover; /* 0: hollow */
	struct str inside, label;
};

/* Where the next sign may stand; signs go down on a page, along on a phone. */
struct place {
	double left, top, from;
};

static void add_sign(struct tiles *m, struct place *at, const struct sign *sign)
{
	static const double wide = 34;
	static const double gap = 9;
	struct plot *p = &m->p;
	double high = p->text_size * 1.6;
	double width = wide + gap + chart_text_width(sign->label, p->text_size);
	if (!m->wide && at->left > at->from && at->left + width > p->width) {
		at->left = at->from;
		at->top += high + 5;
	}
	const struct box box = {at->left, at->top, at->left + wide, at->top + high};
	double baseline = at->top + high / 2 + p->text_size * .35;
	plot_bar(p, box,
		(struct mark){.tone = sign->cover > 0 ? CHART_MAIN : CHART_SOFT,
			.cover = sign->cover > 0 ? sign->cover : faint_edge,
			.hollow = !(sign->cover > 0),
			.size = corner});
	if (sign->inside.size > 0)
		(void)plot_words(p, (struct point){at->left + wide / 2, baseline}, ANCHOR_MIDDLE,
			CHART_INK, sign->inside);
	(void)plot_words(p, (struct point){box.right + gap, baseline}, ANCHOR_START, CHART_SOFT,
		plot_cut(p, sign->label, p->text_size, p->width - box.right - gap));
	at->left = m->wide ? at->from : at->left + width + gap;
	at->top += m->wide ? high + 5 : 0;
}

/* As few decimals as say the bounds exactly. */
static unsigned bound_decimals(const struct tiles *m)
{
	double step = m->scale.step * (m->what->share ? 100 : 1);
	unsigned decimals = 0;
	while (decimals < 6 && fabs(step - round(step)) > 1e-6 * step) {
		step *= 10;
		decimals++;
	}
	return decimals;
}

static struct str class_text(struct tiles *m, size_t class)
{
	unsigned decimals = bound_decimals(m);
	double from = scale_tick(&m->scale, class);
	double to = scale_tick(&m->scale, class + 1);
	struct str low = number_text(m, from, decimals);
	return plot_join(&m->p, plot_join(&m->p, low, STR(" – ")), number_text(m, to, decimals));
}

/* Returns where it ends. */
static double add_legend(struct tiles *m, double left, double top)
{
	struct place at = {left, top, left};
	for (size_t i = 0; m->any_known && i < m->shades; i++)
		add_sign(m, &at,
			&(struct sign){.cover = shades[shade_of(m, i)], .label = class_text(m, i)});
	if (m->any_small)
		add_sign(m, &at,
			&(struct sign){.inside = STR("<10"),
				.label = text(m->lang, MESSAGE_CHART_KEY_SMALL)});
	if (m->any_unknown)
		add_sign(m, &at,
			&(struct sign){.inside = STR("–"),
				.label = text(m->lang, MESSAGE_CHART_KEY_UNKNOWN)});
	return at.left > at.from ? at.top + m->p.text_size * 1.6 : at.top;
}

/* --- words about all --- */

struct extremes {
	size_t known, small, unknown;
	const struct tile *most, *least;
};

static struct extremes find_extremes(const struct tiles *m)
{
	struct extremes e = {0};
	for (size_t i = 0; i < m->what->tile_count; i++) {
		const struct tile *t = &m->what->tiles[i];
		if (t->region->part_of.size > 0)
			continue;
		e.small += t->small;
		e.known += known(t);
		e.unknown += !known(t) && !t->small;
		if (known(t) && (!e.most || t->value > e.most->value))
			e.most = t;
		if (known(t) && (!e.least || t->value < e.least->value))
			e.least = t;
	}
	return e;
}

static struct str describe(struct tiles *m)
{
	struct plot *p = &m->p;
	struct extremes e = find_extremes(m);
	struct str all = text(m->lang, MESSAGE_CHART_TILES_NONE);
	if (e.most) {
		const struct text_arg args[] = {
			{STR("known"), plot_count(p, m->lang, (double)e.known)},
			{STR("most_name"), e.most->region->name[m->lang]},
			{STR("most"), value_text(m, e.most)},
			{STR("least_name"), e.least->region->name[m->lang]},
			{STR("least"), value_text(m, e.least)}};
		all = series_say(p, m->lang, MESSAGE_CHART_TILES_DESCRIPTION, args, 5);
	}
	if (e.small + e.unknown == 0)
		return all;
	const struct text_arg left[] = {{STR("small"), plot_count(p, m->lang, (double)e.small)},
		{STR("unknown"), plot_count(p, m->lang, (double)e.unknown)}};
	return plot_join(p, all, series_say(p, m->lang, MESSAGE_CHART_TILES_WITHHELD, left, 2));
}

enum err tile_map_build(struct arena *arena, const struct tile_map *what, struct chart *ret_chart)
{
	struct tiles m = {.what = what, .lang = what->look.lang, .wide = !plot_narrow(&what->look)};
	if (!survey_grid(&m))
		return E_NOTFOUND;
	plot_init(&m.p, arena, MARKS_A_TILE * what->tile_count + MARKS_BESIDES);
	plot_look(&m.p, &what->look);
	survey_values(&m);
	double room = m.p.width * (m.wide ? map_share : 1);
	m.size = fmin(largest_tile, (room + apart) / m.columns);
	double map = m.size * m.columns - apart;
	double legend = 0;
	if (m.wide)
		legend = add_legend(&m, fmin(map + m.p.text_size * 3, room + apart), 0);
	else
		m.p.top = add_legend(&m, 0, 0) + m.p.text_size;
	m.p.left = m.wide ? 0 : (room - map) / 2;
	for (size_t i = 0; i < what->tile_count; i++)
		if (on_grid(&what->tiles[i]))
			add_tile(&m, &what->tiles[i]);
	struct series_look look = what->look;
	look.height = fmax(m.p.top + m.size * m.rows - apart, legend);
	return series_finish(&m.p, &look, describe(&m), ret_chart);
}
