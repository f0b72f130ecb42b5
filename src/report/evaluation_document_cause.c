/* SPDX-License-Identifier: Apache-2.0 */
/* What did the campaign cause? Apart from whether goals were met. */
#include "report/evaluation_document_parts.h"

static bool withheld(const struct composer *c)
{
	return attribution_openness(c->view->audience, c->e) != OPEN;
}

/* A negative effect is said as more than expected. */
static struct str effect_words(struct composer *c, struct estimate effect)
{
	if (effect.low <= 0 && effect.high >= 0) {
		struct text_arg open = {
			STR("effect"), estimate_words(c, effect, true, DECIMALS_SHARE)};
		return compose(c, MESSAGE_REPORT_NO_EFFECT, &open, 1);
	}
	bool helped = effect.value >= 0;
	struct estimate size =
		helped ? effect : (struct estimate){-effect.value, -effect.high, -effect.low};
	struct text_arg args = {STR("effect"), estimate_words(c, size, true, DECIMALS_SHARE)};
	return compose(c, helped ? MESSAGE_REPORT_EFFECT : MESSAGE_REPORT_WORSE, &args, 1);
}

/* A value without its interval answers nothing. */
static bool is_said(const struct attribution_result *a)
{
	return a->method != METHOD_NONE && estimate_known(a->net_effect) &&
	       estimate_has_interval(a->net_effect);
}

struct str cause_sentence(struct composer *c)
{
	const struct attribution_result *a = &c->e->attribution;
	if (!is_said(a))
		return words(c, MESSAGE_REPORT_CAUSE_UNSAID);
	if (withheld(c))
		return words(c, MESSAGE_REPORT_CAUSE_WITHHELD);
	return effect_words(c, a->net_effect);
}

static enum block_tone tone_of(const struct attribution_result *a)
{
	if (!is_said(a))
		return TONE_UNSAID;
	if (a->net_effect.low > 0)
		return TONE_GOOD;
	return a->net_effect.high < 0 ? TONE_BAD : TONE_PLAIN;
}

static struct str method_words(const struct composer *c)
{
	enum attribution_method method = c->e->attribution.method;
	if (method == METHOD_NONE)
		return words(c, MESSAGE_REPORT_NOT_COMPARED);
	return str_trim(words(c, method_message(method)));
}

/* --- the figures behind it --- */

static void add_cause_table(struct composer *c)
{
	static const struct column_words columns[] = {
		{STR_INIT("method"), MESSAGE_COLUMN_METHOD, false, false},
		{STR_INIT("decline"), MESSAGE_COLUMN_DECLINE, true, true},
		{STR_INIT("counterfactual"), MESSAGE_COLUMN_COUNTERFACTUAL, true, true},
		{STR_INIT("net_effect"), MESSAGE_COLUMN_NET_EFFECT, true, true},
	};
	const struct attribution_result *a = &c->e->attribution;
	enum openness open = withheld(c) ? CLOSED : OPEN;
	struct sheet s;
	if (!sheet_begin(c, &s, STR("attribution"), words(c, MESSAGE_TABLE_ATTRIBUTION), columns,
		    sizeof(columns) / sizeof(columns[0]), 1))
		return;
	sheet_add(&s, cell_text(method_words(c)));
	sheet_add(&s, cell_share(a->decline));
	sheet_add(&s, cell_open(c, open, cell_number(a->counterfactual, DECIMALS_ADDRESSES)));
	sheet_add(&s, cell_open(c, open, cell_share(a->net_effect)));
	sheet_end(&s, joined(c, words(c, MESSAGE_REPORT_ATTRIBUTION_NOTE), hourly_source(c)));
}

/* --- week by week --- */

enum {
	PHASES = 3,
	WEEK = 7
};

static struct week_openness *openness_of(struct composer *c)
{
	struct week_openness *open = NULL;
	enum err err = weeks_openness(c->view->audience, c->e, c->arena, &open);
	if (err != E_OK && c->err == E_OK)
		c->err = err;
	return open;
}

/* As the public may see them drawn. */
static struct week_result *open_weeks(struct composer *c)
{
	struct week_result *weeks = arena_alloc(c->arena, c->e->week_count + 1, sizeof(*weeks));
	const struct week_openness *open = openness_of(c);
	if (!weeks || !open) {
		c->err = c->err == E_OK ? E_NOMEM : c->err;
		return NULL;
	}
	for (size_t i = 0; i < c->e->week_count; i++) {
		weeks[i] = c->e->weeks[i];
		if (open[i].all != OPEN)
			weeks[i].all = ESTIMATE_UNKNOWN;
		if (open[i].top != OPEN)
			weeks[i].top = ESTIMATE_UNKNOWN;
		if (open[i].expected != OPEN)
			weeks[i].expected = NAN;
		if (open[i].blocklisted != OPEN)
			weeks[i].blocklisted = NAN;
	}
	return weeks;
}

struct bands {
	struct time_band *list;
	size_t count;
};

static void add_band(struct bands *b, struct time_band band)
{
	if (band.from.year != 0 && band.to.year != 0)
		b->list[b->count++] = band;
}

static void add_phases(struct composer *c, struct bands *b)
{
	const struct plan *p = c->e->plan;
	add_band(b, (struct time_band){p->before.first, p->before.last, CHART_SOFT,
			    words(c, MESSAGE_REPORT_BEFORE)});
	add_band(b, (struct time_band){p->campaign.begins, p->campaign.ends, CHART_MAIN,
			    words(c, MESSAGE_REPORT_DURING)});
	add_band(b, (struct time_band){p->after.first, p->after.last, CHART_SOFT,
			    words(c, MESSAGE_REPORT_AFTER)});
}

static struct date sunday_of(struct date monday)
{
	return instant_date((struct instant){
		date_instant(monday).seconds + (WEEK - 1) * (int64_t)SECONDS_PER_DAY});
}

/* Weeks of which less than half was reported, within what was counted at all. */
static bool is_silent(const struct evaluation *e, size_t week)
{
	return e->weeks[week].alive_hours < WEEK * HOURS / 2 && estimate_known(e->weeks[week].all);
}

/* Neighbours are one band. */
static void add_silences(struct composer *c, struct bands *b)
{
	const struct evaluation *e = c->e;
	for (size_t i = 0; i < e->week_count; i++) {
		if (!is_silent(e, i))
			continue;
		size_t first = i;
		while (i + 1 < e->week_count && is_silent(e, i + 1))
			i++;
		add_band(
			b, (struct time_band){e->weeks[first].monday, sunday_of(e->weeks[i].monday),
				   CHART_ACCENT, words(c, MESSAGE_REPORT_SILENT)});
	}
}

/* Only what is drawn is explained. */
static struct str weeks_caption(struct composer *c, size_t silences)
{
	struct str caption = words(c, MESSAGE_REPORT_WEEKS_CAPTION);
	bool expected = false;
	for (size_t i = 0; i < c->e->week_count; i++)
		expected = expected || !isnan(c->e->weeks[i].expected);
	if (expected)
		caption = joined(c, caption, words(c, MESSAGE_REPORT_WEEKS_EXPECTED));
	if (silences > 0)
		caption = joined(c, caption, words(c, MESSAGE_REPORT_WEEKS_SILENT));
	return caption;
}

static void add_weeks_chart(
	struct composer *c, enum week_figure figure, struct str key, enum message title)
{
	struct bands bands = {
		arena_alloc(c->arena, c->e->week_count + PHASES, sizeof(*bands.list)), 0};
	struct week_result *weeks = open_weeks(c);
	if (!bands.list || !weeks) {
		c->err = c->err == E_OK ? E_NOMEM : c->err;
		return;
	}
	add_phases(c, &bands);
	size_t phases = bands.count;
	if (figure != WEEK_BLOCKLISTED)
		add_silences(c, &bands);
	const struct week_line line = {.figure = figure,
		.weeks = weeks,
		.week_count = c->e->week_count,
		.expected_label =
			figure == WEEK_BLOCKLISTED ? STR("") : words(c, MESSAGE_REPORT_EXPECTED),
		.bands = bands.list,
		.band_count = bands.count,
		.decimals = DECIMALS_ADDRESSES};
	const struct drawing d = {.key = key,
		.title = words(c, title),
		.caption = figure == WEEK_BLOCKLISTED ? words(c, MESSAGE_REPORT_BLOCKLISTED_CAPTION)
						      : weeks_caption(c, bands.count - phases),
		.build = draw_weeks,
		.what = &line};
	add_chart(c, &d);
}

void add_blocklisted_chart(struct composer *c)
{
	add_weeks_chart(c, WEEK_BLOCKLISTED, STR("blocklisted"), MESSAGE_TABLE_BLOCKLISTED);
}

static struct cell week_cell(const struct composer *c, enum openness open, struct estimate e)
{
	return cell_open(c, open, cell_number(e, DECIMALS_ADDRESSES));
}

static void add_weeks_table(struct composer *c)
{
	static const struct column_words columns[] = {
		{STR_INIT("monday"), MESSAGE_COLUMN_MONDAY, false, false},
		{STR_INIT("alive_hours"), MESSAGE_COLUMN_ALIVE_HOURS, false, true},
		{STR_INIT("all"), MESSAGE_COLUMN_ALL, true, true},
		{STR_INIT("top"), MESSAGE_COLUMN_TOP, true, true},
		{STR_INIT("expected"), MESSAGE_COLUMN_EXPECTED, false, true},
	};
	struct sheet s;
	const struct week_openness *open = openness_of(c);
	if (!open || !sheet_begin(c, &s, STR("weeks"), words(c, MESSAGE_TABLE_WEEKS), columns,
			     sizeof(columns) / sizeof(columns[0]), c->e->week_count))
		return;
	for (size_t i = 0; i < c->e->week_count; i++) {
		const struct week_result *w = &c->e->weeks[i];
		sheet_add(&s, cell_day(w->monday));
		sheet_add(&s, cell_whole(w->alive_hours));
		sheet_add(&s, week_cell(c, open[i].all, w->all));
		sheet_add(&s, week_cell(c, open[i].top, w->top));
		sheet_add(&s, week_cell(c, open[i].expected, estimate_exact(w->expected)));
	}
	sheet_end(&s, words(c, MESSAGE_REPORT_WEEKS_NOTE));
}

static void add_weeks(struct composer *c)
{
	const struct goal *goal = c->e->attribution.goal;
	bool top = goal && goal->kind == GOAL_TOP_TEN;
	if (c->e->week_count == 0)
		return;
	add_weeks_chart(c, top ? WEEK_TOP : WEEK_ALL, STR("weeks"),
		top ? MESSAGE_REPORT_WEEKS_TOP : MESSAGE_REPORT_WEEKS_ALL);
	add_weeks_table(c);
}

/* Weeks of which nothing is known make no table. */
static bool any_week(const struct evaluation *e)
{
	for (size_t i = 0; i < e->week_count; i++)
		if (e->weeks[i].alive_hours > 0 || estimate_known(e->weeks[i].all))
			return true;
	return false;
}

void say_cause(struct composer *c)
{
	const struct attribution_result *a = &c->e->attribution;
	add_section(c, STR("cause"), MESSAGE_REPORT_CAUSE);
	add_words(c, MESSAGE_REPORT_NEVER_MIXED);
	add_verdict(c, tone_of(a), cause_sentence(c), method_words(c));
	if (!is_said(a))
		add_reasons(c, &a->reasons, false);
	if (estimate_known(a->decline) || estimate_known(a->counterfactual) ||
		estimate_known(a->net_effect))
		add_cause_table(c);
	if (is_said(a))
		add_reasons(c, &a->reasons, true);
	if (any_week(c->e))
		add_weeks(c);
}
