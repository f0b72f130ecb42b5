/* SPDX-License-Identifier: Apache-2.0 */
/* What a campaign promises: shown, and its ten botnets frozen. */
#include "server/census.h"
#include "server/command_site.h"
#include "server/plan_options.h"
#include "store/plan.h"

static int no_campaign(struct context *c, struct store *store, struct str key, enum err err)
{
	if (err != E_NOTFOUND)
		return context_store_failed(c, store, err);
	return site_refuse(c, MESSAGE_PLAN_NO_CAMPAIGN, key);
}

/* --- show --- */

static void write_goal(struct writer *w, const struct goal *g)
{
	writer_char(w, '{');
	site_json_str(w, "key", g->key, true);
	site_json_str(w, "name_vi", g->name[LANG_VI], false);
	site_json_str(w, "name_en", g->name[LANG_EN], false);
	site_json_str(w, "kind", goal_kind_name(g->kind), false);
	site_json_str(w, "estimator", estimator_name(g->estimator), false);
	writer_text(w, ",\"share\":");
	site_json_real(w, g->share);
	site_json_days(w, "end", g->end);
	site_json_str(w, "family", g->nets6 ? STR("ipv6_64s") : STR("ipv4"), false);
	site_json_str(w, "series", g->series, false);
	writer_char(w, '}');
}

static void write_names(struct writer *w, const char *key, const struct str *names, size_t count)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, "\":[");
	for (size_t i = 0; i < count; i++) {
		writer_text(w, i ? "," : "");
		writer_json(w, names[i]);
	}
	writer_char(w, ']');
}

static void write_top(struct writer *w, const struct plan *p)
{
	if (p->frozen_as_of == 0) {
		writer_text(w, ",\"top_ten\":null");
		return;
	}
	writer_text(w, ",\"top_ten\":{\"as_of\":");
	writer_decimal(w, p->frozen_as_of);
	write_names(w, "botnets", p->top, p->top_count);
	writer_char(w, '}');
}

static void write_json(
	struct writer *w, const struct plan *p, const struct store_plan_history *history)
{
	size_t goal;
	writer_char(w, '{');
	site_json_str(w, "key", p->campaign.key, true);
	site_json_str(w, "name_vi", p->campaign.name[LANG_VI], false);
	site_json_str(w, "name_en", p->campaign.name[LANG_EN], false);
	site_json_str(w, "country", p->campaign.country, false);
	site_json_str(w, "zone", p->campaign.zone, false);
	site_json_date(w, "begins", p->campaign.begins);
	site_json_date(w, "ends", p->campaign.ends);
	site_json_days(w, "before", p->before);
	site_json_days(w, "after", p->after);
	site_json_days(w, "baseline", p->baseline);
	writer_text(w, ",\"goals\":[");
	for (size_t i = 0; i < p->goal_count; i++) {
		writer_text(w, i ? "," : "");
		write_goal(w, &p->goals[i]);
	}
	writer_char(w, ']');
	write_names(w, "panel", p->panel, p->panel_count);
	site_json_str(w, "earlier", p->earlier, false);
	write_top(w, p);
	site_json_number(w, "versions", history->versions);
	site_json_number(w, "first_change", history->first);
	site_json_number(w, "last_change", history->last);
	site_json_number(w, "times_frozen", history->frozen);
	site_json_str(w, "state", plan_fault_name(plan_check(p, &goal)), false);
	writer_text(w, "}\n");
}

static void say_days(struct context *c, enum message message, struct days d)
{
	if (days_set(d))
		site_say_with(c, message, {STR("from"), site_day_text(c, d.first)},
			{STR("to"), site_day_text(c, d.last)});
}

static enum message kind_message(enum goal_kind kind)
{
	static const enum message messages[GOAL__COUNT] = {
		[GOAL_ADDRESSES] = MESSAGE_GOAL_ADDRESSES,
		[GOAL_TOP_TEN] = MESSAGE_GOAL_TOP_TEN,
		[GOAL_MACHINES] = MESSAGE_GOAL_MACHINES,
		[GOAL_RANKING] = MESSAGE_GOAL_RANKING,
	};
	return messages[kind];
}

struct str plan_goal_words(struct arena *arena, enum lang lang, const struct goal *g)
{
	struct writer share, text_out;
	if (g->name[lang].size > 0)
		return g->name[lang];
	writer_init(&share, 64);
	writer_init(&text_out, 1000);
	text_percent(&share, lang, g->share, 0);
	text_write(&text_out, lang, kind_message(g->kind),
		(const struct text_arg[]){{STR("share"), writer_view_str(&share)}}, 1);
	struct str copy = arena_copy(arena, writer_view_str(&text_out));
	writer_release(&share);
	writer_release(&text_out);
	return copy;
}

struct str plan_goal_text(struct context *c, const struct goal *g)
{
	return plan_goal_words(&c->arena, c->console.lang, g);
}

static void say_goal(struct context *c, const struct goal *g)
{
	site_say_with(c, MESSAGE_PLAN_GOAL_LINE, {STR("key"), g->key},
		{STR("goal"), plan_goal_text(c, g)},
		{STR("estimator"), estimator_name(g->estimator)},
		{STR("from"), site_day_text(c, g->end.first)},
		{STR("to"), site_day_text(c, g->end.last)});
}

static struct str joined(struct context *c, const struct str *names, size_t count)
{
	struct writer w;
	writer_init(&w, 1 << 16);
	for (size_t i = 0; i < count; i++) {
		writer_text(&w, i ? ", " : "");
		writer_printable(&w, names[i]);
	}
	struct str copy = arena_copy(&c->arena, writer_view_str(&w));
	writer_release(&w);
	return copy;
}

static void say_plan(
	struct context *c, const struct plan *p, const struct store_plan_history *history)
{
	size_t goal;
	site_say_with(c, MESSAGE_CAMPAIGN_LINE, {STR("key"), p->campaign.key},
		{STR("name"), p->campaign.name[c->console.lang]},
		{STR("begins"), site_day_text(c, p->campaign.begins)},
		{STR("ends"), site_day_text(c, p->campaign.ends)});
	say_days(c, MESSAGE_PLAN_BEFORE_LINE, p->before);
	say_days(c, MESSAGE_PLAN_AFTER_LINE, p->after);
	say_days(c, MESSAGE_PLAN_BASELINE_LINE, p->baseline);
	for (size_t i = 0; i < p->goal_count; i++)
		say_goal(c, &p->goals[i]);
	if (p->panel_count > 0)
		site_say_with(c, MESSAGE_PLAN_PANEL_LINE,
			{STR("feeds"), joined(c, p->panel, p->panel_count)});
	if (p->frozen_as_of > 0)
		site_say_with(c, MESSAGE_PLAN_TOP_LINE,
			{STR("botnets"), joined(c, p->top, p->top_count)},
			context_number_text(c, "change", p->frozen_as_of));
	if (p->earlier.size > 0)
		site_say_with(c, MESSAGE_PLAN_EARLIER_LINE, {STR("key"), p->earlier});
	site_say_with(c, MESSAGE_PLAN_HISTORY_LINE,
		context_number_text(c, "versions", history->versions),
		context_number_text(c, "first", history->first),
		context_number_text(c, "last", history->last));
	if (plan_check(p, &goal) != PLAN_SOUND)
		site_say(c, MESSAGE_PLAN_UNFINISHED, NULL, 0);
}

int command_campaign_show(struct context *context)
{
	struct store *store;
	struct plan plan;
	struct store_plan_history history;
	struct str key = str_from(context->options.words[0]);
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	int status = EXIT_FINE;
	enum err err = store_find_plan(store, key, &context->arena, &plan);
	if (err == E_OK)
		err = store_plan_history(store, key, &history);
	if (err != E_OK)
		status = no_campaign(context, store, key, err);
	else if (context->console.json)
		write_json(&context->console.out, &plan, &history);
	else
		say_plan(context, &plan, &history);
	store_close(store);
	return status;
}

/* --- freeze --- */

static int refuse_freeze(struct context *c, struct store *store, struct str key, enum err err)
{
	if (err == E_RANGE)
		return site_refuse(c, MESSAGE_PLAN_BASELINE_AHEAD, key);
	return context_store_failed(c, store, err);
}

static void say_frozen(struct context *c, const struct plan *p)
{
	struct writer *w = &c->console.out;
	if (!c->console.json) {
		site_say_with(c, MESSAGE_PLAN_FROZEN, {STR("key"), p->campaign.key},
			{STR("botnets"), joined(c, p->top, p->top_count)},
			context_number_text(c, "change", p->frozen_as_of));
		return;
	}
	writer_char(w, '{');
	site_json_str(w, "key", p->campaign.key, true);
	write_top(w, p);
	writer_text(w, "}\n");
}

static int freeze(struct context *c, struct store *store, struct plan *plan)
{
	struct instant when;
	struct census_question question = {.plan = plan,
		.last = instant_date((struct instant){c->now.seconds - SECONDS_PER_DAY})};
	enum err err = store_change(store, &question.as_of, &when);
	if (err == E_OK)
		err = census_largest(
			store, &question, plan->baseline, &c->arena, plan->top, &plan->top_count);
	if (err != E_OK)
		return refuse_freeze(c, store, plan->campaign.key, err);
	if (plan->top_count == 0)
		return site_refuse(c, MESSAGE_PLAN_NOTHING_TO_FREEZE, plan->campaign.key);
	plan->frozen_as_of = question.as_of;
	err = store_freeze_plan(
		store, plan->campaign.key, plan->top, plan->top_count, question.as_of, c->now);
	if (err != E_OK)
		return context_store_failed(c, store, err);
	say_frozen(c, plan);
	return EXIT_FINE;
}

static int freeze_once(struct context *c, struct store *store, struct str key)
{
	struct plan plan;
	bool again = options_has(&c->options, "again");
	enum err err = store_find_plan(store, key, &c->arena, &plan);
	if (err != E_OK)
		return no_campaign(c, store, key, err);
	if (!days_set(plan.baseline))
		return site_refuse(c, MESSAGE_PLAN_NO_BASELINE, key);
	if (plan.frozen_as_of > 0 && !again)
		return site_refuse(c, MESSAGE_PLAN_FROZEN_ALREADY, key);
	if (plan.frozen_as_of > 0)
		console_say_with(&c->console, MESSAGE_PLAN_FROZEN_AGAIN, {STR("got"), key},
			{STR("botnets"), joined(c, plan.top, plan.top_count)});
	return freeze(c, store, &plan);
}

int command_campaign_freeze(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_WRITE, &store))
		return EXIT_FAILED;
	int status = freeze_once(context, store, str_from(context->options.words[0]));
	store_close(store);
	return status;
}
