/* SPDX-License-Identifier: Apache-2.0 */
/* Was the goal met? */
#include "report/evaluation_document_parts.h"

static bool is_share(const struct goal *goal)
{
	return goal->kind == GOAL_MACHINES;
}

static struct window_openness openness_of(const struct composer *c, const struct goal_result *g)
{
	return goal_openness(c->view->audience, c->e, g);
}

static bool withheld(const struct composer *c, const struct goal_result *g)
{
	return openness_of_both(openness_of(c, g)) != OPEN;
}

static struct cell value_cell(const struct composer *c, const struct goal *goal,
	const struct windowed *x, enum openness open)
{
	if (is_share(goal))
		return cell_share(x->x);
	return cell_open(c, open, cell_number(x->x, DECIMALS_ADDRESSES));
}

static struct cell reduction_cell(const struct composer *c, const struct goal_result *g)
{
	return cell_open(c, withheld(c, g) ? CLOSED : OPEN, cell_share(g->reduction));
}

/* --- in words --- */

static enum message verdict_words_of(enum verdict verdict)
{
	static const enum message verdicts[] = {
		[VERDICT_MET] = MESSAGE_REPORT_MET,
		[VERDICT_NOT_MET] = MESSAGE_REPORT_NOT_MET,
		[VERDICT_CANNOT_BE_SAID] = MESSAGE_REPORT_UNSAID,
	};
	static_assert(sizeof(verdicts) / sizeof(verdicts[0]) == VERDICT__COUNT, "words for each");
	return verdicts[verdict];
}

static enum block_tone tone_of(enum verdict verdict)
{
	static const enum block_tone tones[] = {
		[VERDICT_MET] = TONE_GOOD,
		[VERDICT_NOT_MET] = TONE_BAD,
		[VERDICT_CANNOT_BE_SAID] = TONE_UNSAID,
	};
	static_assert(sizeof(tones) / sizeof(tones[0]) == VERDICT__COUNT, "a tone for each");
	return tones[verdict];
}

static struct str place_words(struct composer *c, struct estimate place)
{
	if (!estimate_known(place))
		return words(c, MESSAGE_EVALUATE_NOT_KNOWN);
	return place.value > 0 ? number_words(c, place.value, 0) : words(c, MESSAGE_REPORT_OUT);
}

/* Places in somebody's table; 0 is out of it. */
static struct str places_words(struct composer *c, const struct goal_result *g)
{
	return compose_with(c, MESSAGE_REPORT_PLACES, {STR("base"), place_words(c, g->base.x)},
		{STR("end"), place_words(c, g->end.x)});
}

/* A negative reduction is said as a rise. */
static struct str change_words(struct composer *c, const struct goal_result *g)
{
	struct estimate r = g->reduction;
	if (g->goal->kind == GOAL_RANKING)
		return places_words(c, g);
	if (withheld(c, g))
		return words(c, MESSAGE_REPORT_CHANGE_WITHHELD);
	if (!estimate_known(r))
		return words(c, MESSAGE_REPORT_CHANGE_UNKNOWN);
	bool fell = r.value >= 0;
	struct estimate size = fell ? r : (struct estimate){-r.value, -r.high, -r.low};
	struct text_arg change = {STR("change"), estimate_words(c, size, true, DECIMALS_SHARE)};
	return compose(c, fell ? MESSAGE_REPORT_FELL : MESSAGE_REPORT_ROSE, &change, 1);
}

static struct str promise_words(struct composer *c, const struct goal *goal)
{
	struct text_arg args[] = {
		{STR("goal"), goal_words(c, goal)},
		{STR("from"), date_words(c, goal->end.first)},
		{STR("to"), date_words(c, goal->end.last)},
		{STR("estimator"), words(c, estimator_message(goal->estimator))},
	};
	struct str promise = compose(c,
		days_set(goal->end) ? MESSAGE_REPORT_PROMISE : MESSAGE_REPORT_PROMISE_OPEN, args,
		sizeof(args) / sizeof(args[0]));
	struct text_arg name = {STR("name"), goal->name[c->lang]};
	if (name.value.size == 0)
		return promise;
	return joined(c, compose(c, MESSAGE_REPORT_GOAL_CALLED, &name, 1), promise);
}

/* What the goal was stands above it. */
static struct str verdict_sentence(struct composer *c, const struct goal_result *g)
{
	return compose_with(c, MESSAGE_REPORT_VERDICT_SENTENCE,
		{STR("verdict"), words(c, verdict_words_of(g->verdict))},
		{STR("change"), change_words(c, g)});
}

static bool alike(const struct goal *a, const struct goal *b)
{
	return a != b && a->kind == b->kind && a->share >= b->share && a->share <= b->share;
}

/* What was promised; the estimator tells goals apart that promise the same. */
static struct str promised_words(struct composer *c, const struct goal *goal)
{
	struct str promised = goal_words(c, goal);
	for (size_t i = 0; i < c->e->goal_count; i++)
		if (alike(c->e->goals[i].goal, goal))
			return compose_with(c, MESSAGE_REPORT_GOAL_NAME, {STR("goal"), promised},
				{STR("estimator"), words(c, estimator_message(goal->estimator))});
	return promised;
}

static struct str goal_name(struct composer *c, const struct goal *goal)
{
	if (goal->name[c->lang].size > 0)
		return goal->name[c->lang];
	return capital(c, promised_words(c, goal));
}

struct str goal_sentence(struct composer *c, const struct goal_result *g)
{
	return compose_with(c, MESSAGE_REPORT_GOAL_SENTENCE,
		{STR("verdict"), words(c, verdict_words_of(g->verdict))},
		{STR("goal"), promised_words(c, g->goal)}, {STR("change"), change_words(c, g)});
}

/* --- blocks --- */

static struct str key_of(struct composer *c, const struct goal *goal)
{
	struct writer w;
	writer_init(&w, WORDS_BYTES);
	writer_text(&w, "goal-");
	writer_str(&w, goal->key);
	return keep(c, &w);
}

static struct str family_words(const struct composer *c, const struct goal *goal)
{
	if (goal->kind == GOAL_MACHINES || goal->kind == GOAL_RANKING)

		return words(c, MESSAGE_REPORT_NO_FAMILY);
	return words(c, goal->nets6 ? MESSAGE_REPORT_FAMILY_6 : MESSAGE_REPORT_FAMILY_4);
}

static void add_goal_table(struct composer *c)
{
	static const struct column_words columns[] = {
		{STR_INIT("name"), MESSAGE_COLUMN_GOAL, false, false},
		{STR_INIT("verdict"), MESSAGE_COLUMN_VERDICT, false, false},
		{STR_INIT("share"), MESSAGE_COLUMN_WANTED, false, true},
		{STR_INIT("reduction"), MESSAGE_COLUMN_REDUCTION, true, true},
		{STR_INIT("base"), MESSAGE_COLUMN_BASE, true, true},
		{STR_INIT("end"), MESSAGE_COLUMN_END, true, true},
		{STR_INIT("estimator"), MESSAGE_COLUMN_ESTIMATOR, false, false},
		{STR_INIT("family"), MESSAGE_COLUMN_FAMILY, false, false},
	};
	struct sheet s;
	if (!sheet_begin(c, &s, STR("goals"), words(c, MESSAGE_TABLE_GOALS), columns,
		    sizeof(columns) / sizeof(columns[0]), c->e->goal_count))
		return;
	for (size_t i = 0; i < c->e->goal_count; i++) {
		const struct goal_result *g = &c->e->goals[i];
		bool ranking = g->goal->kind == GOAL_RANKING;
		sheet_add(&s, cell_text(goal_name(c, g->goal)));
		sheet_add(&s, cell_words(c, verdict_words_of(g->verdict)));
		sheet_add(
			&s, ranking ? cell_unknown() : cell_share(estimate_exact(g->goal->share)));
		sheet_add(&s, reduction_cell(c, g));
		sheet_add(&s, value_cell(c, g->goal, &g->base, openness_of(c, g).base));
		sheet_add(&s, value_cell(c, g->goal, &g->end, openness_of(c, g).end));
		sheet_add(&s, cell_words(c, estimator_message(g->goal->estimator)));
		sheet_add(&s, cell_text(family_words(c, g->goal)));
	}
	sheet_end(&s, words(c, MESSAGE_REPORT_GOALS_NOTE));
}

static void add_gauge(struct composer *c, const struct goal_result *g, struct str key)
{
	const struct gauge gauge = {
		.reduction = g->reduction, .goal = g->goal->share, .verdict = g->verdict};
	const struct drawing d = {.key = key,
		.title = goal_name(c, g->goal),
		.caption = words(c, MESSAGE_REPORT_GAUGE_CAPTION),
		.build = draw_gauge,
		.what = &gauge};
	if (g->goal->kind != GOAL_RANKING && estimate_known(g->reduction) && !withheld(c, g))
		add_chart(c, &d);
}

static void add_window(struct sheet *s, const struct goal *goal, enum message name,
	const struct windowed *x, enum openness open)
{
	sheet_add(s, cell_words(s->c, name));
	sheet_add(s, cell_day(x->days.first));
	sheet_add(s, cell_day(x->days.last));
	sheet_add(s, value_cell(s->c, goal, x, open));
	sheet_add(s, x->hours ? cell_whole(x->alive_hours) : cell_unknown());
	sheet_add(s, x->hours ? cell_whole(x->hours) : cell_unknown());
}

/* Figures of others and reports of machines rest on no feed. */
static struct str goal_source(struct composer *c, const struct goal_result *g)
{
	if (g->goal->estimator == ESTIMATOR_STATED || g->goal->kind == GOAL_RANKING)
		return words(c, MESSAGE_REPORT_SOURCE_STATED);
	struct str tool = g->goal->series;
	struct text_arg name = {STR("tool"),
		tool.size > 0 ? title_words(c, tool) : words(c, MESSAGE_REPORT_OUR_SCANNER)};
	if (g->goal->kind == GOAL_MACHINES)
		return compose(c, MESSAGE_REPORT_SOURCE_MACHINES, &name, 1);
	return source_words(c, estimator_message(g->goal->estimator), g->goal->nets6, g->base.days,
		g->end.days);
}

static void add_windows(struct composer *c, const struct goal_result *g, struct str key)
{
	static const struct column_words columns[] = {
		{STR_INIT("window"), MESSAGE_COLUMN_WINDOW, false, false},
		{STR_INIT("from"), MESSAGE_COLUMN_FROM, false, false},
		{STR_INIT("to"), MESSAGE_COLUMN_TO, false, false},
		{STR_INIT("value"), MESSAGE_COLUMN_VALUE, true, true},
		{STR_INIT("alive_hours"), MESSAGE_COLUMN_ALIVE_HOURS, false, true},
		{STR_INIT("hours"), MESSAGE_COLUMN_HOURS, false, true},
	};
	struct sheet s;
	struct text_arg goal = {STR("goal"), goal_name(c, g->goal)};
	struct str title = compose(c, MESSAGE_TABLE_WINDOWS, &goal, 1);
	if (!sheet_begin(c, &s, key, title, columns, sizeof(columns) / sizeof(columns[0]), 2))
		return;
	add_window(&s, g->goal, MESSAGE_REPORT_BASE, &g->base, openness_of(c, g).base);
	add_window(&s, g->goal, MESSAGE_REPORT_END, &g->end, openness_of(c, g).end);
	sheet_end(&s, goal_source(c, g));
}

static void say_goal(struct composer *c, const struct goal_result *g)
{
	struct str key = key_of(c, g->goal);
	bool answered = g->verdict != VERDICT_CANNOT_BE_SAID;
	add_verdict(c, tone_of(g->verdict), verdict_sentence(c, g), promise_words(c, g->goal));
	/* Why there is no answer comes before figures that look like one. */
	if (!answered)
		add_reasons(c, &g->reasons, false);
	add_gauge(c, g, key);
	add_windows(c, g, key);
	if (answered)
		add_reasons(c, &g->reasons, true);
}

void say_goals(struct composer *c)
{
	add_section(c, STR("goals"), MESSAGE_REPORT_GOALS);
	if (c->e->goal_count == 0) {
		add_words(c, MESSAGE_REPORT_NO_GOAL);
		return;
	}
	for (size_t i = 0; i < c->e->goal_count; i++)
		say_goal(c, &c->e->goals[i]);
	add_goal_table(c);
}
