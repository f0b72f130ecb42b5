/* SPDX-License-Identifier: Apache-2.0 */
/* A plan in lines, for the command and for people. */
#include <assert.h>

#include "base/limits.h"
#include "desk/campaign_plan.h"

struct line_writer {
	struct desk_request *r;
	const struct plan *plan;
	struct writer w;
};

static struct str keep(struct line_writer *l)
{
	struct str copy = writer_end(&l->w) == E_OK
				  ? arena_copy(l->r->arena, writer_view_str(&l->w))
				  : (struct str){NULL, 0};
	writer_release(&l->w);
	return copy.data ? copy : STR("");
}

enum message plan_line_message(enum plan_line line)
{
	static const enum message messages[] = {
		[PLAN_LINE_NAME_VI] = MESSAGE_DESK_PLAN_NAME_VI,
		[PLAN_LINE_NAME_EN] = MESSAGE_DESK_PLAN_NAME_EN,
		[PLAN_LINE_COUNTRY] = MESSAGE_DESK_PLAN_COUNTRY,
		[PLAN_LINE_ZONE] = MESSAGE_DESK_PLAN_ZONE,
		[PLAN_LINE_BEGINS] = MESSAGE_DESK_PLAN_BEGINS,
		[PLAN_LINE_ENDS] = MESSAGE_DESK_PLAN_ENDS,
		[PLAN_LINE_BEFORE] = MESSAGE_DESK_PLAN_BEFORE,
		[PLAN_LINE_AFTER] = MESSAGE_DESK_PLAN_AFTER,
		[PLAN_LINE_BASELINE] = MESSAGE_DESK_PLAN_BASELINE,
		[PLAN_LINE_GOALS] = MESSAGE_DESK_PLAN_GOALS,
		[PLAN_LINE_PANEL] = MESSAGE_DESK_PLAN_PANEL,
		[PLAN_LINE_EARLIER] = MESSAGE_DESK_PLAN_EARLIER,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == PLAN_LINE__COUNT, "words each");
	return messages[line];
}

/* --- for the command --- */

static void write_option(struct line_writer *l, const char *name, struct str value)
{
	writer_text(&l->w, name);
	writer_char(&l->w, '=');
	writer_str(&l->w, value);
	writer_char(&l->w, '\n');
}

static void write_range(struct writer *w, struct days days)
{
	if (!days_set(days))
		return;
	writer_date(w, days.first);
	writer_text(w, "..");
	writer_date(w, days.last);
}

static void write_days_option(struct line_writer *l, const char *name, struct days days)
{
	writer_text(&l->w, name);
	writer_char(&l->w, '=');
	write_range(&l->w, days);
	writer_char(&l->w, '\n');
}

static void write_day_option(struct line_writer *l, const char *name, struct date day)
{
	write_option(l, name, campaign_day_value(l->r, day));
}

/* KEY:KIND:ESTIMATOR:SHARE:FROM..TO[:SERIES][:ipv6] */
static void write_goal_option(struct line_writer *l, const struct goal *goal)
{
	struct writer *w = &l->w;
	writer_text(w, "goal=");
	writer_str(w, goal->key);
	writer_char(w, ':');
	writer_str(w, goal_kind_name(goal->kind));
	writer_char(w, ':');
	writer_str(w, estimator_name(goal->estimator));
	writer_str(w, desk_text(l->r, ":%.6f:", goal->share));
	write_range(w, goal->end);
	if (goal->series.size > 0) {
		writer_char(w, ':');
		writer_str(w, goal->series);
	}
	writer_text(w, goal->nets6 ? ":ipv6\n" : "\n");
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		if (goal->name[lang].size == 0)
			continue;
		writer_text(w, lang == LANG_VI ? "goal-name-vi=" : "goal-name-en=");
		writer_str(w, goal->key);
		writer_char(w, ':');
		writer_str(w, goal->name[lang]);
		writer_char(w, '\n');
	}
}

/* Several of a kind: an empty one takes away what there was. */
static void write_several(struct line_writer *l, enum plan_line line)
{
	const struct plan *plan = l->plan;
	if (line == PLAN_LINE_GOALS) {
		for (size_t i = 0; i < plan->goal_count; i++)
			write_goal_option(l, &plan->goals[i]);
		if (plan->goal_count == 0)
			write_option(l, "goal", STR(""));
		return;
	}
	for (size_t i = 0; i < plan->panel_count; i++)
		write_option(l, "panel", plan->panel[i]);
	if (plan->panel_count == 0)
		write_option(l, "panel", STR(""));
}

struct str plan_line_options(struct desk_request *r, const struct plan *plan, enum plan_line line)
{
	const struct campaign *c = &plan->campaign;
	struct line_writer l = {.r = r, .plan = plan};
	writer_init(&l.w, LIMIT_JOB_TEXT);
	switch (line) {
	case PLAN_LINE_NAME_VI:
		write_option(&l, "name-vi", c->name[LANG_VI]);
		break;
	case PLAN_LINE_NAME_EN:
		write_option(&l, "name-en", c->name[LANG_EN]);
		break;
	case PLAN_LINE_COUNTRY:
		write_option(&l, "country", c->country);
		break;
	case PLAN_LINE_ZONE:
		write_option(&l, "zone", c->zone);
		break;
	case PLAN_LINE_BEGINS:
		write_day_option(&l, "begins", c->begins);
		break;
	case PLAN_LINE_ENDS:
		write_day_option(&l, "ends", c->ends);
		break;
	case PLAN_LINE_BEFORE:
		write_days_option(&l, "before", plan->before);
		break;
	case PLAN_LINE_AFTER:
		write_days_option(&l, "after", plan->after);
		break;
	case PLAN_LINE_BASELINE:
		write_days_option(&l, "baseline", plan->baseline);
		break;
	case PLAN_LINE_EARLIER:
		write_option(&l, "earlier", plan->earlier);
		break;
	case PLAN_LINE_GOALS:
	case PLAN_LINE_PANEL:
		write_several(&l, line);
		break;
	case PLAN_LINE__COUNT:
		break;
	}
	return keep(&l);
}

/* --- for people --- */

enum message plan_estimator_message(enum estimator estimator)
{
	static const enum message messages[] = {
		[ESTIMATOR_DAILY] = MESSAGE_ESTIMATOR_DAILY,
		[ESTIMATOR_HOURLY] = MESSAGE_ESTIMATOR_HOURLY,
		[ESTIMATOR_WINDOW] = MESSAGE_ESTIMATOR_WINDOW,
		[ESTIMATOR_CONCURRENT] = MESSAGE_ESTIMATOR_CONCURRENT,
		[ESTIMATOR_MACHINES] = MESSAGE_ESTIMATOR_MACHINES,
		[ESTIMATOR_STATED] = MESSAGE_ESTIMATOR_STATED,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == ESTIMATOR__COUNT, "words each");
	return messages[estimator];
}

static enum message kind_message(enum goal_kind kind)
{
	static const enum message messages[] = {
		[GOAL_ADDRESSES] = MESSAGE_GOAL_ADDRESSES,
		[GOAL_TOP_TEN] = MESSAGE_GOAL_TOP_TEN,
		[GOAL_MACHINES] = MESSAGE_GOAL_MACHINES,
		[GOAL_RANKING] = MESSAGE_GOAL_RANKING,
	};
	static_assert(sizeof(messages) / sizeof(messages[0]) == GOAL__COUNT, "words each");
	return messages[kind];
}

static struct str share_words(struct desk_request *r, double share)
{
	struct line_writer l = {.r = r};
	writer_init(&l.w, 64);
	double percent = share * 100;
	text_percent(&l.w, r->lang, share, percent - (double)(int64_t)percent < 1e-9 ? 0 : 1);
	return keep(&l);
}

static struct str days_words(struct desk_request *r, struct days days)
{
	return days_set(days) ? desk_text(r, "%.*s – %.*s", STR_ARG(desk_date(r, days.first)),
					STR_ARG(desk_date(r, days.last)))
			      : STR("");
}

struct str plan_goal_said(struct desk_request *r, const struct goal *goal)
{
	const struct text_arg share = {STR("share"), share_words(r, goal->share)};
	struct str promise = goal->name[r->lang].size > 0
				     ? goal->name[r->lang]
				     : desk_words(r, kind_message(goal->kind), &share, 1);
	const struct text_arg args[] = {{STR("goal"), promise},
		{STR("share"), goal->kind == GOAL_RANKING ? STR("–") : share.value},
		{STR("estimator"), text(r->lang, plan_estimator_message(goal->estimator))},
		{STR("days"), days_words(r, goal->end)},
		{STR("family"), goal->nets6 ? STR("IPv6 /64") : STR("IPv4")}};
	return desk_words(r, MESSAGE_DESK_PLAN_GOAL_SAID, args, 5);
}

static struct str several_words(
	struct desk_request *r, const struct plan *plan, enum plan_line line)
{
	struct line_writer l = {.r = r};
	size_t count = line == PLAN_LINE_GOALS ? plan->goal_count : plan->panel_count;
	writer_init(&l.w, LIMIT_JOB_TEXT);
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			writer_text(&l.w, line == PLAN_LINE_GOALS ? "\n" : ", ");
		writer_str(&l.w, line == PLAN_LINE_GOALS ? plan_goal_said(r, &plan->goals[i])
							 : plan->panel[i]);
	}
	struct str words = keep(&l);
	return words.size == 0 && line == PLAN_LINE_PANEL
		       ? text(r->lang, MESSAGE_DESK_PLAN_PANEL_ALL)
		       : words;
}

struct str plan_line_words(struct desk_request *r, const struct plan *plan, enum plan_line line)
{
	const struct campaign *c = &plan->campaign;
	switch (line) {
	case PLAN_LINE_NAME_VI:
		return c->name[LANG_VI];
	case PLAN_LINE_NAME_EN:
		return c->name[LANG_EN];
	case PLAN_LINE_COUNTRY:
		return c->country;
	case PLAN_LINE_ZONE:
		return c->zone;
	case PLAN_LINE_BEGINS:
		return desk_date(r, c->begins);
	case PLAN_LINE_ENDS:
		return desk_date(r, c->ends);
	case PLAN_LINE_BEFORE:
		return days_words(r, plan->before);
	case PLAN_LINE_AFTER:
		return days_words(r, plan->after);
	case PLAN_LINE_BASELINE:
		return days_words(r, plan->baseline);
	case PLAN_LINE_EARLIER:
		return plan->earlier;
	case PLAN_LINE_GOALS:
	case PLAN_LINE_PANEL:
		return several_words(r, plan, line);
	case PLAN_LINE__COUNT:
		break;
	}
	return STR("");
}
