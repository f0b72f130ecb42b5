/* SPDX-License-Identifier: Apache-2.0 */
/* A campaign judged at the terminal: verdicts first, what the campaign caused apart from them. */
#include <math.h>

#include "report/evaluation_disclosure.h"
#include "report/evaluation_words.h"
#include "server/command_site.h"
#include "server/evaluation_output.h"
#include "server/evaluation_run.h"
#include "server/plan_options.h"

enum {
	TEXT_BYTES = 4096,
	SHOWN_HOLDERS = 20
};

/* --- values as text --- */

static struct str kept(struct context *c, struct writer *w)
{
	struct str copy = arena_copy(&c->arena, writer_view_str(w));
	writer_release(w);
	return copy;
}

static void write_value(struct writer *w, enum lang lang, double value, bool share)
{
	if (share)
		text_percent(w, lang, value, 1);
	else
		text_decimal(w, lang, value, fabs(value) < 100 && value != floor(value) ? 2 : 0);
}

/* "47,8 % (41,0 % – 54,1 %)" */
static struct str estimate_text(struct context *c, struct estimate e, bool share)
{
	struct writer w;
	enum lang lang = c->console.lang;
	if (!estimate_known(e))
		return text(lang, MESSAGE_EVALUATE_NOT_KNOWN);
	writer_init(&w, TEXT_BYTES);
	write_value(&w, lang, e.value, share);
	if (estimate_has_interval(e)) {
		writer_text(&w, " (");
		write_value(&w, lang, e.low, share);
		writer_text(&w, " … ");
		write_value(&w, lang, e.high, share);
		writer_char(&w, ')');
	}
	return kept(c, &w);
}

/* As the one who asked is told it. */
static struct str open_text(struct context *c, enum openness open, struct estimate e, bool share)
{
	if (open == OPEN)
		return estimate_text(c, e, share);
	return open == SMALL ? STR("<10") : text(c->console.lang, MESSAGE_REPORT_CLOSED);
}

static enum audience audience_of(const struct context *c)
{
	return options_has(&c->options, "public") ? AUDIENCE_PUBLIC : AUDIENCE_STAFF;
}

static struct str share_text(struct context *c, double share)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	text_percent(&w, c->console.lang, share, 0);
	return kept(c, &w);
}

static struct str days_text(struct context *c, struct days d)
{
	struct writer w;
	if (!days_set(d))
		return text(c->console.lang, MESSAGE_FIGURE_NO_WINDOW);
	writer_init(&w, TEXT_BYTES);
	text_date(&w, c->console.lang, d.first);
	writer_text(&w, " – ");
	text_date(&w, c->console.lang, d.last);
	return kept(c, &w);
}

/* What has a name by its own, for the terminal without control characters. */
static struct str printable(struct context *c, struct str name)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	writer_printable(&w, name);
	return kept(c, &w);
}

static void say_heading(struct context *c, enum message message)
{
	writer_char(&c->console.out, '\n');
	site_say(c, message, NULL, 0);
}

static void say_reasons(struct context *c, const struct reasons *r)
{
	struct writer *w = &c->console.out;
	for (size_t i = 0; i < r->count; i++) {
		struct because because = r->list[i];
		because.about = printable(c, because.about);
		writer_text(w, "    – ");
		reason_write(w, c->console.lang, &because);
		writer_char(w, '\n');
	}
}

/* --- the two questions --- */

static void say_goal(struct context *c, const struct evaluation *e, const struct goal_result *g)
{
	enum lang lang = c->console.lang;
	struct window_openness open = goal_openness(audience_of(c), e, g);
	site_say_with(c, MESSAGE_EVALUATE_GOAL, {STR("goal"), plan_goal_text(c, g->goal)},
		{STR("verdict"), text(lang, verdict_message(g->verdict))});
	site_say_with(c, MESSAGE_EVALUATE_WINDOWS,
		{STR("base"), open_text(c, open.base, g->base.x, false)},
		{STR("base_days"), days_text(c, g->base.days)},
		{STR("end"), open_text(c, open.end, g->end.x, false)},
		{STR("end_days"), days_text(c, g->end.days)});
	struct estimate change = {-g->reduction.value, -g->reduction.high, -g->reduction.low};
	site_say_with(c, MESSAGE_EVALUATE_CHANGE,
		{STR("change"), open_text(c, openness_of_both(open), change, true)},
		{STR("wanted"), share_text(c, -g->goal->share)},
		{STR("estimator"), text(lang, estimator_message(g->goal->estimator))});
	say_reasons(c, &g->reasons);
}

static void say_attribution(struct context *c, const struct evaluation *e)
{
	const struct attribution_result *a = &e->attribution;
	enum openness open = attribution_openness(audience_of(c), e);
	site_say(c, method_message(a->method), NULL, 0);
	if (estimate_known(a->net_effect))
		site_say_with(c, MESSAGE_EVALUATE_EFFECT,
			{STR("effect"), open_text(c, open, a->net_effect, true)});
	if (estimate_known(a->counterfactual))
		site_say_with(c, MESSAGE_EVALUATE_COUNTERFACTUAL,
			{STR("counterfactual"), open_text(c, open, a->counterfactual, false)});
	if (estimate_known(a->decline))
		site_say_with(c, MESSAGE_EVALUATE_DECLINE,
			{STR("decline"), estimate_text(c, a->decline, true)});
	say_reasons(c, &a->reasons);
}

/* --- tables --- */

static void say_botnets(struct context *c, const struct botnet_result *list, size_t count,
	const struct window_openness *open, const struct top_sum *sum,
	struct window_openness sum_open)
{
	for (size_t i = 0; i < count; i++)
		site_say_with(c, MESSAGE_EVALUATE_BOTNET, {STR("name"), printable(c, list[i].name)},
			{STR("base"), open_text(c, open[i].base, list[i].base, false)},
			{STR("end"), open_text(c, open[i].end, list[i].end, false)});
	if (count > 0)
		site_say_with(c, MESSAGE_EVALUATE_BOTNET_SUM,
			{STR("base"), open_text(c, sum_open.base, sum->base, false)},
			{STR("end"), open_text(c, sum_open.end, sum->end, false)});
}

static void say_top(struct context *c, const struct evaluation *e)
{
	const struct top_openness open = top_openness(audience_of(c), e);
	say_heading(c, MESSAGE_EVALUATE_TOP_FROZEN);
	say_botnets(c, e->top_frozen, e->top_frozen_count, open.frozen, &e->frozen_sum,
		open.frozen_sum);
	if (e->top_frozen_count == 0)
		site_say(c, MESSAGE_EVALUATE_NONE, NULL, 0);
	say_heading(c, MESSAGE_EVALUATE_TOP_CURRENT);
	say_botnets(c, e->top_current, e->top_current_count, open.current, &e->current_sum,
		open.current_sum);
	if (e->top_current_count == 0)
		site_say(c, MESSAGE_EVALUATE_NONE, NULL, 0);
}

static void say_holder(struct context *c, const struct evaluated *e, const struct holder_result *h)
{
	site_say_with(c,
		h->per_announced ? MESSAGE_EVALUATE_HOLDER_ANNOUNCED : MESSAGE_EVALUATE_HOLDER,
		context_number_text(c, "rank", h->rank),
		{STR("name"), printable(c, evaluated_holder(e, h->key, c->console.lang))},
		{STR("base"), estimate_text(c, h->rate_base, false)},
		{STR("end"), estimate_text(c, h->rate_end, false)});
}

static void say_holders(struct context *c, const struct evaluated *e)
{
	size_t shown = 0;
	say_heading(c, MESSAGE_EVALUATE_HOLDERS);
	if (audience_of(c) == AUDIENCE_PUBLIC) {
		site_say(c, MESSAGE_REPORT_HOLDERS_LATER, NULL, 0);
		return;
	}
	for (size_t i = 0; i < e->evaluation.holder_count && shown < SHOWN_HOLDERS; i++) {
		const struct holder_result *h = &e->evaluation.holders[i];
		if (h->rank == 0)
			continue;
		say_holder(c, e, h);
		shown++;
	}
	if (shown == 0)
		site_say(c, MESSAGE_EVALUATE_NONE, NULL, 0);
}

static void say_flags(struct context *c, const struct feed_result *f)
{
	static const struct {
		unsigned flag;
		enum message message;
	} words[] = {
		{FEED_FLAG_DOWN, MESSAGE_FLAG_DOWN},
		{FEED_FLAG_STEP, MESSAGE_FLAG_STEP},
		{FEED_FLAG_STARTED, MESSAGE_FLAG_STARTED},
		{FEED_FLAG_STOPPED, MESSAGE_FLAG_STOPPED},
		{FEED_FLAG_DAYS_ONLY, MESSAGE_FLAG_DAYS_ONLY},
		{FEED_FLAG_ODD, MESSAGE_FLAG_ODD},
	};
	struct str day = f->step.year ? site_day_text(c, f->step) : STR("");
	struct str ratio = estimate_text(c, estimate_exact(f->step_ratio), false);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (f->flags & words[i].flag)
			site_say_with(
				c, words[i].message, {STR("day"), day}, {STR("ratio"), ratio});
}

static void say_feeds(struct context *c, const struct evaluation *e)
{
	say_heading(c, MESSAGE_EVALUATE_FEEDS);
	for (size_t i = 0; i < e->feed_count; i++) {
		const struct feed_result *f = &e->feeds[i];
		site_say_with(c, f->in_panel ? MESSAGE_EVALUATE_FEED_IN : MESSAGE_EVALUATE_FEED_OUT,
			{STR("feed"), f->feed}, {STR("base"), share_text(c, f->alive_base)},
			{STR("end"), share_text(c, f->alive_end)});
		say_flags(c, f);
	}
	if (e->feed_count == 0)
		site_say(c, MESSAGE_EVALUATE_NONE, NULL, 0);
}

static struct str time_text(struct context *c, struct instant t)
{
	struct writer w;
	writer_init(&w, TEXT_BYTES);
	text_time(&w, c->console.lang, NULL, t);
	return kept(c, &w);
}

static void say_all(struct context *c, const struct evaluated *e)
{
	const struct evaluation *v = &e->evaluation;
	site_say_with(c, MESSAGE_EVALUATE_HEAD,
		{STR("name"), e->plan.campaign.name[c->console.lang]},
		{STR("key"), e->plan.campaign.key}, context_number_text(c, "change", v->as_of),
		{STR("time"), time_text(c, e->as_of_time)});
	say_heading(c, MESSAGE_EVALUATE_GOALS);
	for (size_t i = 0; i < v->goal_count; i++)
		say_goal(c, v, &v->goals[i]);
	if (v->goal_count == 0)
		site_say(c, MESSAGE_PLAN_NO_GOAL_YET, NULL, 0);
	say_heading(c, MESSAGE_EVALUATE_CAUSED);
	say_attribution(c, v);
	say_top(c, v);
	say_holders(c, e);
	say_feeds(c, v);
	say_heading(c, MESSAGE_EVALUATE_LIMITS);
}

/* --- the command --- */

static void show_progress(void *context, uint64_t done, uint64_t total)
{
	console_progress(context, done, total);
}

static bool read_as_of(struct context *c, uint64_t *ret_as_of)
{
	return context_number(c, "as-of", 1, INT64_MAX, 0, ret_as_of);
}

/* --campaign, else the one that the site speaks of. */
static bool choose_campaign(struct context *c, struct store *store, struct str *ret_key)
{
	struct campaign shown;
	*ret_key = options_str(&c->options, "campaign");
	if (ret_key->size > 0)
		return true;
	enum err err = site_campaign_load(store, &c->arena, c->now, &shown);
	if (err != E_OK) {
		context_store_failed(c, store, err);
		return false;
	}
	*ret_key = shown.key;
	if (shown.key.size == 0)
		console_say(&c->console, MESSAGE_EVALUATE_NO_CAMPAIGN, NULL, 0);
	return shown.key.size > 0;
}

static int refuse(struct context *c, struct store *store, const struct evaluation_order *order,
	enum evaluation_step step, enum err err)
{
	if (err == E_NOTFOUND && step == EVALUATION_PLAN)
		return site_refuse(c, MESSAGE_PLAN_NO_CAMPAIGN, order->campaign);
	if (err == E_NOTFOUND && step == EVALUATION_CHANGE)
		return site_refuse(
			c, MESSAGE_EVALUATE_NO_CHANGE, options_str(&c->options, "as-of"));
	return context_store_failed(c, store, err);
}

static int evaluate_campaign(struct context *c, struct store *store)
{
	struct evaluated evaluated;
	enum evaluation_step step;
	struct evaluation_order order = {.now = c->now,
		.public_only = options_has(&c->options, "public"),
		.progress = show_progress,
		.context = &c->console};
	if (!read_as_of(c, &order.as_of) || !evaluation_outputs_fine(c) ||
		!choose_campaign(c, store, &order.campaign))
		return EXIT_FAILED;
	console_progress_begin(&c->console, text(c->console.lang, MESSAGE_CLI_COUNTING));
	enum err err = evaluation_run(store, &order, &c->arena, &evaluated, &step);
	console_progress_end(&c->console);
	if (err != E_OK)
		return refuse(c, store, &order, step, err);
	if (!c->console.json)
		say_all(c, &evaluated);
	else if ((err = evaluation_json(&c->console.out, &evaluated, audience_of(c), &c->arena)) !=
		 E_OK)
		return context_store_failed(c, store, err);
	if (!evaluation_outputs_write(c, &evaluated))
		return EXIT_FAILED;
	return evaluated_all_met(&evaluated) ? EXIT_FINE : EXIT_YES;
}

int command_evaluate(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	int status = evaluate_campaign(context, store);
	store_close(store);
	return status;
}

/* --- counts as they are --- */

static struct str scope_name(enum count_scope scope)
{
	static const struct str names[COUNT_SCOPE__COUNT] = {
		[COUNT_ALL] = STR_INIT("all"),
		[COUNT_TOP_FROZEN] = STR_INIT("top-frozen"),
		[COUNT_TOP_CURRENT] = STR_INIT("top-current"),
		[COUNT_BOTNET] = STR_INIT("botnet"),
		[COUNT_HOLDER] = STR_INIT("holder"),
		[COUNT_REGION] = STR_INIT("region"),
		[COUNT_FEED_INSIDE] = STR_INIT("feed-inside"),
		[COUNT_FEED_OUTSIDE] = STR_INIT("feed-outside"),
		[COUNT_BLOCKLISTED] = STR_INIT("blocklisted"),
	};
	return names[scope];
}

static void write_numbers(struct writer *w, const char *key, const uint32_t *numbers, size_t count)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, numbers ? "\":[" : "\":null");
	for (size_t i = 0; numbers && i < count; i++) {
		writer_text(w, i ? "," : "");
		writer_decimal(w, numbers[i]);
	}
	writer_text(w, numbers ? "]" : "");
}

static void write_series(
	struct writer *w, const struct counts *counts, const struct count_series *s, bool nets6)
{
	const struct count_values *v = nets6 ? &s->v6 : &s->v4;
	writer_char(w, '{');
	site_json_str(w, "scope", scope_name(s->scope), true);
	site_json_str(w, "key", s->key, false);
	site_json_str(w, "family", nets6 ? STR("ipv6_64s") : STR("ipv4"), false);
	site_json_date(w, "first", counts->first);
	write_numbers(w, "days", v->days, counts->days);
	write_numbers(w, "hours", v->hours, counts->days * HOURS);
	site_json_days(w, "base_window", counts->base);
	site_json_number(w, "base", v->base);
	site_json_days(w, "end_window", counts->end);
	site_json_number(w, "end", v->end);
	site_json_number(w, "as_of", counts->as_of);
	writer_text(w, "}\n");
}

static int count_campaign(struct context *c, struct store *store)
{
	struct evaluated evaluated;
	enum evaluation_step step;
	struct evaluation_order order = {.now = c->now,
		.campaign = str_from(c->options.words[0]),
		.progress = show_progress,
		.context = &c->console};
	if (!read_as_of(c, &order.as_of))
		return EXIT_FAILED;
	console_progress_begin(&c->console, text(c->console.lang, MESSAGE_CLI_COUNTING));
	enum err err = evaluation_run(store, &order, &c->arena, &evaluated, &step);
	console_progress_end(&c->console);
	if (err != E_OK)
		return refuse(c, store, &order, step, err);
	const struct counts *counts = &evaluated.census.counts;
	for (size_t i = 0; i < counts->series_count; i++) {
		write_series(&c->console.out, counts, &counts->series[i], false);
		write_series(&c->console.out, counts, &counts->series[i], true);
	}
	return EXIT_FINE;
}

int command_campaign_counts(struct context *context)
{
	struct store *store;
	if (!context_store(context, STORE_READ, &store))
		return EXIT_FAILED;
	int status = count_campaign(context, store);
	store_close(store);
	return status;
}
