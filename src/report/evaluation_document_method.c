/* SPDX-License-Identifier: Apache-2.0 */
/* What the figures rest on: feeds, methods, limits, what was missing. */
#include "report/evaluation_document_parts.h"

/* --- estimator 13 --- */

struct flag_words {
	unsigned flag;
	enum message message;
};

static const struct flag_words flags[] = {
	{FEED_FLAG_DOWN, MESSAGE_FLAG_DOWN},
	{FEED_FLAG_STEP, MESSAGE_FLAG_STEP},
	{FEED_FLAG_STARTED, MESSAGE_FLAG_STARTED},
	{FEED_FLAG_STOPPED, MESSAGE_FLAG_STOPPED},
	{FEED_FLAG_DAYS_ONLY, MESSAGE_FLAG_DAYS_ONLY},
	{FEED_FLAG_ODD, MESSAGE_FLAG_ODD},
};

/* "…; …; …" of all that is flagged. */
static struct str flags_words(struct composer *c, const struct feed_result *f)
{
	struct writer w;
	struct text_arg args[] = {
		{STR("day"), f->step.year ? date_words(c, f->step) : STR("")},
		{STR("ratio"), number_words(c, f->step_ratio, DECIMALS_RATIO)},
	};
	writer_init(&w, WORDS_BYTES);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (!(f->flags & flags[i].flag))
			continue;
		writer_text(&w, w.size > 0 ? "; " : "");
		writer_str(&w, str_trim(compose(
				       c, flags[i].message, args, sizeof(args) / sizeof(args[0]))));
	}
	return w.size > 0 ? keep(c, &w) : words(c, MESSAGE_REPORT_NO_FLAGS);
}

static void add_health_chart(struct composer *c)
{
	const struct evaluation *e = c->e;
	struct health_row *rows = arena_alloc(c->arena, e->feed_count + 1, sizeof(*rows));
	size_t count = 0;
	if (!rows) {
		c->err = c->err == E_OK ? E_NOMEM : c->err;
		return;
	}
	for (size_t i = 0; i < e->feed_count; i++)
		if (e->feeds[i].weeks)
			rows[count++] = (struct health_row){.feed = e->feeds[i].feed,
				.alive = e->feeds[i].weeks,
				.step = e->feeds[i].step,
				.in_panel = e->feeds[i].in_panel};
	if (count == 0 || e->week_count == 0)
		return;
	const struct health_chart health = {.first = e->weeks[0].monday,
		.week_count = e->week_count,
		.rows = rows,
		.row_count = count};
	const struct drawing d = {.key = STR("feeds"),
		.title = words(c, MESSAGE_REPORT_HEALTH_TITLE),
		.caption = words(c, MESSAGE_REPORT_HEALTH_CAPTION),
		.build = draw_health,
		.what = &health};
	add_chart(c, &d);
}

static void add_feed(struct sheet *s, const struct feed_result *f)
{
	struct composer *c = s->c;
	bool stepped = f->step.year != 0;
	sheet_add(s, cell_text(f->feed));
	sheet_add(s, cell_words(c, f->in_panel ? MESSAGE_REPORT_YES : MESSAGE_REPORT_NO));
	sheet_add(s, cell_share(estimate_exact(f->alive_base)));
	sheet_add(s, cell_share(estimate_exact(f->alive_end)));
	sheet_add(s, cell_day(f->step));
	sheet_add(s, stepped ? cell_number(estimate_exact(f->step_ratio), DECIMALS_RATIO)
			     : cell_unknown());
	sheet_add(s, cell_text(flags_words(c, f)));
}

void say_feeds(struct composer *c)
{
	static const struct column_words columns[] = {
		{STR_INIT("feed"), MESSAGE_COLUMN_FEED, false, false},
		{STR_INIT("in_panel"), MESSAGE_COLUMN_IN_PANEL, false, false},
		{STR_INIT("alive_base"), MESSAGE_COLUMN_ALIVE_BASE, false, true},
		{STR_INIT("alive_end"), MESSAGE_COLUMN_ALIVE_END, false, true},
		{STR_INIT("step"), MESSAGE_COLUMN_STEP, false, false},
		{STR_INIT("step_ratio"), MESSAGE_COLUMN_STEP_RATIO, false, true},
		{STR_INIT("flags"), MESSAGE_COLUMN_FLAGS, false, false},
	};
	struct sheet s;
	add_section(c, STR("feeds"), MESSAGE_REPORT_FEEDS);
	add_words(c, MESSAGE_REPORT_FEEDS_WHY);
	if (c->e->feed_count == 0) {
		add_words(c, MESSAGE_REPORT_NO_FEEDS);
		return;
	}
	add_health_chart(c);
	if (!sheet_begin(c, &s, STR("feeds"), words(c, MESSAGE_TABLE_FEEDS), columns,
		    sizeof(columns) / sizeof(columns[0]), c->e->feed_count))
		return;
	for (size_t i = 0; i < c->e->feed_count; i++)
		add_feed(&s, &c->e->feeds[i]);
	sheet_end(&s, words(c, MESSAGE_REPORT_FEEDS_NOTE));
}

/* --- how we measure --- */

static void add_item(struct composer *c, struct items *items, enum message message)
{
	items_add(items, words(c, message));
}

static bool has_estimator(const struct evaluation *e, enum estimator estimator)
{
	for (size_t i = 0; i < e->goal_count; i++)
		if (e->goals[i].goal->estimator == estimator)
			return true;
	return false;
}

/* Those that figures above are made with, each with its formula in words. */
static void add_estimators(struct composer *c)
{
	const struct evaluation *e = c->e;
	const struct {
		bool used;
		enum message message;
	} all[] = {
		{has_estimator(e, ESTIMATOR_DAILY), MESSAGE_REPORT_ESTIMATOR_1},
		{true, MESSAGE_REPORT_ESTIMATOR_2},
		{has_estimator(e, ESTIMATOR_WINDOW), MESSAGE_REPORT_ESTIMATOR_3},
		{e->holder_count > 0 || e->region_count > 0, MESSAGE_REPORT_ESTIMATOR_4},
		{has_estimator(e, ESTIMATOR_CONCURRENT), MESSAGE_REPORT_ESTIMATOR_8},
		{e->duration_count > 0, MESSAGE_REPORT_ESTIMATOR_9},
		{e->attribution.method == METHOD_DIFFERENCES, MESSAGE_REPORT_ESTIMATOR_11},
		{e->top_frozen_count > 0 || e->top_current_count > 0, MESSAGE_REPORT_ESTIMATOR_12},
		{e->feed_count > 0, MESSAGE_REPORT_ESTIMATOR_13},
		{e->tool_count > 0 || has_estimator(e, ESTIMATOR_MACHINES),
			MESSAGE_REPORT_ESTIMATOR_15},
		{true, MESSAGE_REPORT_ESTIMATOR_16},
		{true, MESSAGE_REPORT_ESTIMATOR_DECLINE},
		{has_estimator(e, ESTIMATOR_STATED), MESSAGE_REPORT_ESTIMATOR_STATED},
	};
	struct items items;
	if (!items_begin(c, &items))
		return;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (all[i].used)
			add_item(c, &items, all[i].message);
	items_end(c, &items);
}

static struct str panel_words(struct composer *c)
{
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	for (size_t i = 0; i < c->e->feed_count; i++) {
		if (!c->e->feeds[i].in_panel)
			continue;
		writer_text(&w, w.size > 0 ? ", " : "");
		writer_str(&w, c->e->feeds[i].feed);
	}
	return w.size > 0 ? keep(c, &w) : words(c, MESSAGE_REPORT_NO_PANEL);
}

static void add_phase(struct composer *c, struct items *items, enum message phase, struct days days)
{
	if (days_set(days))
		items_add(items, compose_with(c, phase, {STR("from"), date_words(c, days.first)},
					 {STR("to"), date_words(c, days.last)}));
}

/* What these figures are made from: enough to make them again. */
static void add_facts(struct composer *c)
{
	const struct plan *p = c->e->plan;
	struct date tables = c->view->attribution;
	struct items items;
	if (!items_begin(c, &items))
		return;
	items_add(&items, compose_with(c, MESSAGE_REPORT_FACT_DATA,
				  {STR("change"), number_words(c, (double)c->e->as_of, 0)},
				  {STR("time"), time_words(c, c->view->as_of_time)}));
	struct text_arg day = {STR("day"), tables.year ? date_words(c, tables) : STR("")};
	items_add(&items,
		compose(c, tables.year ? MESSAGE_REPORT_FACT_TABLES : MESSAGE_REPORT_FACT_NO_TABLES,
			&day, 1));
	items_add(
		&items, compose_with(c, MESSAGE_REPORT_FACT_PANEL, {STR("feeds"), panel_words(c)}));
	add_phase(c, &items, MESSAGE_REPORT_PHASE_BEFORE, p->before);
	add_phase(c, &items, MESSAGE_REPORT_PHASE_DURING,
		(struct days){p->campaign.begins, p->campaign.ends});
	add_phase(c, &items, MESSAGE_REPORT_PHASE_AFTER, p->after);
	add_phase(c, &items, MESSAGE_REPORT_PHASE_BASE, p->baseline);
	add_item(c, &items, MESSAGE_REPORT_FACT_DAYS);
	items_end(c, &items);
}

static void add_limits(struct composer *c)
{
	struct items items;
	if (!items_begin(c, &items))
		return;
	add_item(c, &items, MESSAGE_REPORT_LIMIT_MACHINE);
	add_item(c, &items, MESSAGE_REPORT_LIMIT_SHARED);
	add_item(c, &items, MESSAGE_REPORT_LIMIT_SEEN);
	add_item(c, &items, MESSAGE_REPORT_LIMIT_FAMILIES);
	add_item(c, &items, MESSAGE_REPORT_LIMIT_STEPS);
	add_item(c, &items, MESSAGE_REPORT_LIMIT_DECLINE);
	if (c->e->region_count > 0)
		add_item(c, &items, MESSAGE_REPORT_LIMIT_REGIONS);
	items_end(c, &items);
}

/* Everything that kept something from being said, once. */
static void add_missing(struct composer *c)
{
	struct items items;
	if (!items_begin(c, &items))
		return;
	for (size_t i = 0; i < c->e->goal_count; i++)
		items_add_reasons(c, &items, &c->e->goals[i].reasons);
	items_add_reasons(c, &items, &c->e->attribution.reasons);
	if (items.count == 0)
		return;
	add_words(c, MESSAGE_REPORT_MISSING);
	items_end(c, &items);
}

void say_method(struct composer *c)
{
	add_section(c, STR("method"), MESSAGE_REPORT_METHOD);
	add_words(c, MESSAGE_REPORT_METHOD_FACTS);
	add_facts(c);
	add_words(c, MESSAGE_REPORT_METHOD_ESTIMATORS);
	add_estimators(c);
	add_words(c, MESSAGE_REPORT_METHOD_LIMITS);
	add_limits(c);
	add_missing(c);
	add_words(c, MESSAGE_REPORT_METHOD_DECIMALS);
	if (c->view->audience == AUDIENCE_PUBLIC)
		add_words(c, MESSAGE_REPORT_METHOD_SMALL);
}
