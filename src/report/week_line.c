/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "report/chart_parts.h"
#include "report/evaluation_charts.h"
#include "report/series_plot.h"

enum {
	WEEK = 7,
	STEPS = 5,
	MARKS_BESIDES = 80 + 2 * DAY_TICKS,
	MARKS_A_BAND = 4,
	LABEL_LINES = 2 /* of bands */
};

static const double plot_height = 250;
static const double plot_height_narrow = 210;
static const double interval_cover = .22;
static const double gap = 8;
static const double right_edge = 18;
static const double widest = 1.6; /* intervals reach so many times as far as values */

struct weeks {
	struct plot p;
	const struct week_line *what;
	enum lang lang;
	size_t first, last, most; /* weeks that are known */
	int64_t start;            /* second at which the axis begins */
	double days;              /* of the axis */
	struct scale scale;
	bool interval; /* any of them is drawn */
};

static struct estimate figure(const struct weeks *k, size_t week)
{
	const struct week_result *result = &k->what->weeks[week];
	switch (k->what->figure) {
	case WEEK_ALL:
		return result->all;
	case WEEK_TOP:
		return result->top;
	case WEEK_BLOCKLISTED:
		return estimate_exact(result->blocklisted);
	case WEEK_FIGURE__COUNT:
		break;
	}
	return ESTIMATE_UNKNOWN;
}

static bool known(const struct weeks *k, size_t week)
{
	double value = figure(k, week).value;
	return isfinite(value) && value >= 0;
}

static bool has_interval(const struct weeks *k, size_t week)
{
	struct estimate e = figure(k, week);
	return known(k, week) && isfinite(e.low) && isfinite(e.high);
}

static double expected(const struct weeks *k, size_t week)
{
	double value = k->what->weeks[week].expected;
	bool drawn = k->what->expected_label.size > 0 && isfinite(value) && value >= 0;
	return drawn ? value : (double)NAN;
}

static int64_t second_of(const struct weeks *k, size_t week)
{
	return date_instant(k->what->weeks[week].monday).seconds;
}

/* --- places --- */

static double day_place(const struct weeks *k, double day)
{
	double within = fmin(fmax(day, 0), k->days);
	return k->p.left + within / k->days * (k->p.right - k->p.left);
}

/* A week's mean stands in the middle of it. */
static double week_place(const struct weeks *k, size_t week)
{
	double seconds = (double)(second_of(k, week) - k->start);
	return day_place(k, seconds / SECONDS_PER_DAY + WEEK / 2.0);
}

static double count_place(const struct weeks *k, double count)
{
	return scale_place(&k->scale, fmin(fmax(count, 0), k->scale.high), k->p.bottom, k->p.top);
}

/* A week that does not follow the one before begins another line. */
static bool follows(const struct weeks *k, size_t week)
{
	return week > 0 &&
	       second_of(k, week) - second_of(k, week - 1) <= (int64_t)WEEK * SECONDS_PER_DAY;
}

/* --- what there is --- */

static bool find_weeks(struct weeks *k)
{
	bool any = false;
	for (size_t i = 0; i < k->what->week_count; i++) {
		if (!known(k, i))
			continue;
		if (!any)
			k->first = k->most = i;
		if (figure(k, i).value > figure(k, k->most).value)
			k->most = i;
		k->last = i;
		k->interval = k->interval || has_interval(k, i);
		any = true;
	}
	return any;
}

static void set_scale(struct weeks *k)
{
	double high = figure(k, k->most).value;
	double whisk = 0;
	for (size_t i = 0; i < k->what->week_count; i++) {
		if (expected(k, i) > high)
			high = expected(k, i);
		if (has_interval(k, i))
			whisk = fmax(whisk, figure(k, i).high);
	}
	k->scale = scale_cover(0, fmax(high, fmin(whisk, high * widest)), STEPS);
}

/* From the first known week or what was expected of one, to the last. */
static void set_days(struct weeks *k)
{
	size_t first = k->first;
	size_t last = k->last;
	for (size_t i = 0; i < k->what->week_count; i++)
		if (!isnan(expected(k, i))) {
			first = i < first ? i : first;
			last = i > last ? i : last;
		}
	k->start = second_of(k, first);
	double seconds = (double)(second_of(k, last) - k->start);
	k->days = fmax(seconds / SECONDS_PER_DAY, 0) + WEEK;
}

/* --- bands --- */

static bool hatched(const struct time_band *band)
{
	return band->tone == CHART_ACCENT || band->tone == CHART_SEEN;
}

/* False where nothing of it is in the chart. */
static bool band_box(const struct weeks *k, const struct time_band *band, struct box *ret_box)
{
	double from = (double)(date_instant(band->from).seconds - k->start) / SECONDS_PER_DAY;
	double to = (double)(date_instant(band->to).seconds - k->start) / SECONDS_PER_DAY + 1;
	if (!(from < to && from < k->days && to > 0))
		return false;
	*ret_box = (struct box){day_place(k, from), k->p.top, day_place(k, to), k->p.bottom};
	return true;
}

/* Of a phase: over the plot, in the first line with room. */
static void add_band_label(struct weeks *k, const struct time_band *band, struct box box)
{
	double size = k->p.text_size;
	double half = chart_text_width(band->label, size) / 2;
	double middle = (box.left + box.right) / 2;
	middle = fmin(fmax(middle, k->p.left + half), k->p.width - half);
	for (int line = 0; line < LABEL_LINES; line++)
		if (plot_words(&k->p, (struct point){middle, k->p.top - size * (.55 + 1.35 * line)},
			    ANCHOR_MIDDLE, CHART_SOFT, band->label))
			return;
}

static void add_phase(struct weeks *k, const struct time_band *band, struct box box)
{
	const struct mark edge = {
		.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1, .cover = .55, .dashed = true};
	plot_bar(&k->p, box, (struct mark){.tone = band->tone, .faint = true});
	if (box.left > k->p.left + 1)
		plot_line(&k->p, (struct point){box.left, box.top},
			(struct point){box.left, box.bottom}, edge);
	if (box.right < k->p.right - 1)
		plot_line(&k->p, (struct point){box.right, box.top},
			(struct point){box.right, box.bottom}, edge);
	if (band->label.size > 0)
		add_band_label(k, band, box);
}

static void add_bands(struct weeks *k)
{
	struct box box;
	for (size_t i = 0; i < k->what->band_count; i++)
		if (!hatched(&k->what->bands[i]) && band_box(k, &k->what->bands[i], &box))
			add_phase(k, &k->what->bands[i], box);
	for (size_t i = 0; i < k->what->band_count; i++) {
		if (!hatched(&k->what->bands[i]) || !band_box(k, &k->what->bands[i], &box))
			continue;
		plot_bar(&k->p, box, (struct mark){.tone = k->what->bands[i].tone, .faint = true});
		plot_hatch(&k->p, box, CHART_SOFT);
	}
}

/* --- axes --- */

static struct str tick_text(struct weeks *k, double count)
{
	uint8_t bytes[64];
	struct writer w = {.data = bytes, .capacity = sizeof(bytes), .limit = sizeof(bytes)};
	scale_write_tick(&w, k->lang, &k->scale, count);
	return plot_keep(&k->p, &w);
}

static double label_room(struct weeks *k)
{
	double room = 0;
	for (size_t i = 0; i < scale_ticks(&k->scale); i++) {
		struct str label = tick_text(k, scale_tick(&k->scale, i));
		room = fmax(room, chart_text_width(label, k->p.text_size));
	}
	return room + gap;
}

static void add_counts_axis(struct weeks *k)
{
	for (size_t i = 0; i < scale_ticks(&k->scale); i++) {
		double count = scale_tick(&k->scale, i);
		double y = count_place(k, count);
		plot_line(&k->p, (struct point){k->p.left, y}, (struct point){k->p.right, y},
			(struct mark){
				.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1, .faint = true});
		(void)plot_words(&k->p, (struct point){k->p.left - gap, y + k->p.text_size * .35},
			ANCHOR_END, CHART_SOFT, tick_text(k, count));
	}
}

static void add_days_axis(struct weeks *k)
{
	struct day_tick *ticks = NULL;
	size_t count = 0;
	const struct day_axis axis = {.first = instant_date((struct instant){k->start}),
		.days = (size_t)k->days + 1,
		.width = k->p.right - k->p.left,
		.text_size = k->p.text_size};
	enum err err = day_axis_ticks(&axis, k->p.arena, &ticks, &count);
	if (err != E_OK)
		k->p.err = err;
	for (size_t i = 0; i < count; i++) {
		double x = day_place(k, (double)ticks[i].day);
		plot_line(&k->p, (struct point){x, k->p.bottom}, (struct point){x, k->p.bottom + 5},
			(struct mark){.kind = MARK_LINE, .tone = CHART_SOFT, .size = 1});
		(void)plot_words(&k->p, (struct point){x, k->p.bottom + k->p.text_size * 1.75},
			ANCHOR_MIDDLE, CHART_SOFT, ticks[i].label);
	}
}

/* --- lines --- */

/* A run [from, to) with an interval in every week: there above, back below. A week alone is as wide
 * as a day. */
static size_t band_run(struct weeks *k, size_t from, size_t to, struct point *points)
{
	static const double alone = 1.5;
	size_t count = 0;
	if (to - from == 1) {
		double x = week_place(k, from);
		double top = count_place(k, figure(k, from).high);
		double bottom = count_place(k, figure(k, from).low);
		points[count++] = (struct point){x - alone, top};
		points[count++] = (struct point){x + alone, top};
		points[count++] = (struct point){x + alone, bottom};
		points[count++] = (struct point){x - alone, bottom};
	} else {
		for (size_t i = from; i < to; i++)
			points[count++] =
				(struct point){week_place(k, i), count_place(k, figure(k, i).high)};
		for (size_t i = to; i-- > from;)
			points[count++] =
				(struct point){week_place(k, i), count_place(k, figure(k, i).low)};
	}
	points[count++] = (struct point){NAN, NAN};
	return count;
}

static void add_interval(struct weeks *k)
{
	/* Runs of one week take five points. */
	struct point *points = plot_points(&k->p, 5 * k->what->week_count);
	size_t count = 0;
	size_t from = 0;
	if (!points)
		return;
	for (size_t i = 0; i <= k->what->week_count; i++) {
		bool inside = i < k->what->week_count && has_interval(k, i);
		if (inside && (i == from || follows(k, i)))
			continue;
		if (from < i && has_interval(k, from))
			count += band_run(k, from, i, points + count);
		from = inside ? i : i + 1;
	}
	plot_add(&k->p, (struct mark){.kind = MARK_SHAPE,
				.tone = CHART_MAIN,
				.points = points,
				.count = count,
				.cover = interval_cover});
}

/* One line through the weeks, or through what was expected of them. */
static void add_line(struct weeks *k, bool of_expected, struct mark like)
{
	struct point *points = plot_points(&k->p, 2 * k->what->week_count);
	size_t count = 0;
	if (!points)
		return;
	for (size_t i = 0; i < k->what->week_count; i++) {
		double value = known(k, i) ? figure(k, i).value : (double)NAN;
		if (of_expected)
			value = expected(k, i);
		if (i > 0 && !follows(k, i))
			points[count++] = (struct point){NAN, NAN};
		points[count++] = isnan(value)
					  ? (struct point){NAN, NAN}
					  : (struct point){week_place(k, i), count_place(k, value)};
	}
	like.kind = MARK_LINE;
	like.points = points;
	like.count = count;
	plot_add(&k->p, like);
}

/* Below a line that falls, above one that does not: words keep off the line. */
static void add_latest(struct weeks *k)
{
	double value = figure(k, k->last).value;
	struct str words = plot_decimal(&k->p, k->lang, value, k->what->decimals);
	struct point at = {week_place(k, k->last), count_place(k, value)};
	double size = k->p.text_size * 1.1;
	double width = chart_text_width(words, size) * 1.1;
	double right = fmin(fmax(at.x + width / 2, k->p.left + width), k->p.width);
	bool falls = value < figure(k, k->first).value && at.y + size * 2 < k->p.bottom;
	plot_dot(&k->p, at, (struct mark){.tone = CHART_MAIN, .size = 6});
	(void)plot_lettering(&k->p, (struct point){right, at.y + size * (falls ? 1.8 : -.9)},
		(struct mark){.tone = CHART_INK,
			.size = size,
			.strong = true,
			.anchor = ANCHOR_END,
			.text = words});
}

/* --- words about all --- */

static struct str monday(struct weeks *k, size_t week)
{
	return series_day_text(&k->p, k->lang, k->what->weeks[week].monday);
}

static struct str count_text(struct weeks *k, size_t week)
{
	return plot_decimal(&k->p, k->lang, figure(k, week).value, k->what->decimals);
}

static struct str describe(struct weeks *k)
{
	const struct text_arg args[] = {{STR("from"), monday(k, k->first)},
		{STR("to"), monday(k, k->last)}, {STR("first"), count_text(k, k->first)},
		{STR("last"), count_text(k, k->last)}, {STR("most"), count_text(k, k->most)},
		{STR("most_day"), monday(k, k->most)}};
	struct str all = series_say(&k->p, k->lang, MESSAGE_CHART_WEEKS_DESCRIPTION, args, 6);
	if (isnan(expected(k, k->last)))
		return all;
	const struct text_arg more[] = {{STR("label"), k->what->expected_label},
		{STR("day"), monday(k, k->last)},
		{STR("expected"),
			plot_decimal(&k->p, k->lang, expected(k, k->last), k->what->decimals)}};
	return plot_join(
		&k->p, all, series_say(&k->p, k->lang, MESSAGE_CHART_WEEKS_EXPECTED, more, 3));
}

/* Hatched bands are often too narrow for words of their own: the key names them, each label once.
 */
static double add_key(struct weeks *k)
{
	struct key_item items[4] = {
		{KEY_LINE, CHART_MAIN, 0, text(k->lang, MESSAGE_CHART_KEY_WEEKS)}};
	size_t count = 1;
	bool any_expected = false;
	if (k->interval)
		items[count++] = (struct key_item){KEY_SHADE, CHART_MAIN, interval_cover,
			text(k->lang, MESSAGE_CHART_KEY_INTERVAL)};
	for (size_t i = 0; i < k->what->week_count; i++)
		any_expected = any_expected || !isnan(expected(k, i));
	if (any_expected)
		items[count++] =
			(struct key_item){KEY_DASHED, CHART_INK, 0, k->what->expected_label};
	for (size_t i = 0; i < k->what->band_count; i++) {
		struct box unused;
		const struct time_band *band = &k->what->bands[i];
		if (hatched(band) && band->label.size > 0 && band_box(k, band, &unused)) {
			items[count++] = (struct key_item){KEY_HATCH, CHART_SOFT, 0, band->label};
			break;
		}
	}
	return plot_key(&k->p, 0, items, count);
}

static void lay_out(struct weeks *k)
{
	struct plot *p = &k->p;
	p->left = label_room(k);
	p->right = p->width - right_edge;
	p->top = add_key(k) + p->text_size * (k->what->band_count > 0 ? 3.3 : 1.2);
	p->bottom = p->top + (plot_narrow(&k->what->look) ? plot_height_narrow : plot_height);
	p->height = p->bottom + p->text_size * 2.2;
}

enum err week_line_build(struct arena *arena, const struct week_line *what, struct chart *ret_chart)
{
	struct weeks k = {.what = what, .lang = what->look.lang};
	if (!find_weeks(&k))
		return E_NOTFOUND;
	plot_init(&k.p, arena, MARKS_BESIDES + MARKS_A_BAND * what->band_count);
	plot_look(&k.p, &what->look);
	set_scale(&k);
	set_days(&k);
	lay_out(&k);
	add_bands(&k);
	add_counts_axis(&k);
	add_days_axis(&k);
	if (k.interval)
		add_interval(&k);
	add_line(
		&k, true, (struct mark){.tone = CHART_INK, .size = 2, .cover = .8, .dashed = true});
	add_line(&k, false, (struct mark){.tone = CHART_MAIN, .size = 2.5});
	add_latest(&k);
	struct series_look look = what->look;
	look.height = k.p.height;
	return series_finish(&k.p, &look, describe(&k), ret_chart);
}
