/* SPDX-License-Identifier: Apache-2.0 */
/* docs/format/evaluation.md */
#include "server/command_site.h"
#include "server/evaluation_run.h"

static void name(struct writer *w, const char *key)
{
	writer_text(w, ",\"");
	writer_text(w, key);
	writer_text(w, "\":");
}

static void real(struct writer *w, const char *key, double value)
{
	name(w, key);
	site_json_real(w, value);
}

static void estimate_members(struct writer *w, struct estimate e)
{
	writer_text(w, "\"value\":");
	site_json_real(w, e.value);
	real(w, "low", e.low);
	real(w, "high", e.high);
}

static void estimate(struct writer *w, const char *key, struct estimate e)
{
	name(w, key);
	writer_char(w, '{');
	estimate_members(w, e);
	writer_char(w, '}');
}

static void day(struct writer *w, const char *key, struct date d)
{
	name(w, key);
	if (d.year == 0) {
		writer_text(w, "null");
		return;
	}
	writer_char(w, '"');
	writer_date(w, d);
	writer_char(w, '"');
}

/* Names alone, as programs look for them, then with what they are about. */
static void reasons(struct writer *w, const struct reasons *r)
{
	name(w, "reasons");
	writer_char(w, '[');
	for (size_t i = 0; i < r->count; i++) {
		bool before = false;
		for (size_t k = 0; k < i; k++)
			before = before || r->list[k].reason == r->list[i].reason;
		if (before)
			continue;
		writer_text(w, i ? "," : "");
		writer_json(w, reason_name(r->list[i].reason));
	}
	writer_text(w, "]");
	name(w, "because");
	writer_char(w, '[');
	for (size_t i = 0; i < r->count; i++) {
		writer_text(w, i ? ",{" : "{");
		site_json_str(w, "reason", reason_name(r->list[i].reason), true);
		site_json_str(w, "about", r->list[i].about, false);
		writer_char(w, '}');
	}
	writer_char(w, ']');
}

static void window(struct writer *w, const char *key, const struct windowed *x)
{
	name(w, key);
	writer_text(w, "{\"from\":");
	if (days_set(x->days)) {
		writer_char(w, '"');
		writer_date(w, x->days.first);
		writer_text(w, "\",\"to\":\"");
		writer_date(w, x->days.last);
		writer_char(w, '"');
	} else {
		writer_text(w, "null,\"to\":null");
	}
	writer_char(w, ',');
	estimate_members(w, x->x);
	site_json_number(w, "alive_hours", x->alive_hours);
	site_json_number(w, "hours", x->hours);
	writer_char(w, '}');
}

static void goal(struct writer *w, const struct goal_result *g)
{
	const struct goal *p = g->goal;
	bool named = p->name[LANG_EN].size > 0;
	writer_char(w, '{');
	site_json_str(w, "name", named ? p->name[LANG_EN] : p->key, true);
	site_json_str(w, "key", p->key, false);
	site_json_str(w, "kind", goal_kind_name(p->kind), false);
	site_json_str(w, "estimator", estimator_name(p->estimator), false);
	site_json_str(w, "family", p->nets6 ? STR("ipv6_64s") : STR("ipv4"), false);
	real(w, "share", p->share);
	site_json_str(w, "series", p->series, false);
	window(w, "base", &g->base);
	window(w, "end", &g->end);
	estimate(w, "reduction", g->reduction);
	site_json_str(w, "verdict", verdict_name(g->verdict), false);
	reasons(w, &g->reasons);
	writer_char(w, '}');
}

static void attribution(struct writer *w, const struct attribution_result *a)
{
	writer_text(w, "{\"method\":");
	writer_json(w, attribution_method_name(a->method));
	name(w, "goal");
	if (a->goal)
		writer_json(w, a->goal->key);
	else
		writer_text(w, "null");
	estimate(w, "decline", a->decline);
	estimate(w, "counterfactual", a->counterfactual);
	estimate(w, "net_effect", a->net_effect);
	reasons(w, &a->reasons);
	writer_char(w, '}');
}

static void botnets(struct writer *w, const char *key, const struct botnet_result *list,
	size_t count, bool first)
{
	writer_text(w, first ? "\"" : ",\"");
	writer_text(w, key);
	writer_text(w, "\":[");
	for (size_t i = 0; i < count; i++) {
		writer_text(w, i ? ",{" : "{");
		site_json_str(w, "name", list[i].name, true);
		estimate(w, "base", list[i].base);
		estimate(w, "end", list[i].end);
		estimate(w, "reduction", list[i].reduction);
		writer_char(w, '}');
	}
	writer_char(w, ']');
}

static void top_sum(struct writer *w, const char *key, const struct top_sum *sum)
{
	name(w, key);
	writer_text(w, "{\"base\":{");
	estimate_members(w, sum->base);
	writer_char(w, '}');
	estimate(w, "end", sum->end);
	estimate(w, "reduction", sum->reduction);
	writer_char(w, '}');
}

static void top_ten(struct writer *w, const struct evaluation *e)
{
	writer_char(w, '{');
	botnets(w, "frozen", e->top_frozen, e->top_frozen_count, true);
	botnets(w, "current", e->top_current, e->top_current_count, false);
	top_sum(w, "frozen_sum", &e->frozen_sum);
	top_sum(w, "current_sum", &e->current_sum);
	site_json_number(w, "frozen_as_of", e->plan->frozen_as_of);
	writer_char(w, '}');
}

static void holder(struct writer *w, const struct evaluated *e, const struct holder_result *h)
{
	writer_char(w, '{');
	site_json_str(w, "name", h->key, true);
	site_json_str(w, "title_vi", evaluated_holder(e, h->key, LANG_VI), false);
	site_json_str(w, "title_en", evaluated_holder(e, h->key, LANG_EN), false);
	site_json_number(w, "rank", h->rank);
	site_json_number(w, "subscribers", h->subscribers);
	site_json_number(w, "announced", h->announced);
	site_json_str(w, "per", h->per_announced ? STR("announced") : STR("subscribers"), false);
	estimate(w, "base", h->base);
	estimate(w, "end", h->end);
	estimate(w, "rate_base", h->rate_base);
	estimate(w, "rate_end", h->rate_end);
	estimate(w, "reduction", h->reduction);
	site_json_flag(w, "small", h->small);
	writer_char(w, '}');
}

static void flags(struct writer *w, unsigned set)
{
	static const struct {
		unsigned flag;
		struct str name;
	} names[] = {
		{FEED_FLAG_DOWN, STR_INIT("down")},
		{FEED_FLAG_STEP, STR_INIT("step")},
		{FEED_FLAG_STARTED, STR_INIT("started")},
		{FEED_FLAG_STOPPED, STR_INIT("stopped")},
		{FEED_FLAG_DAYS_ONLY, STR_INIT("days_only")},
		{FEED_FLAG_ODD, STR_INIT("odd")},
	};
	bool first = true;
	name(w, "flags");
	writer_char(w, '[');
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (!(set & names[i].flag))
			continue;
		writer_text(w, first ? "" : ",");
		writer_json(w, names[i].name);
		first = false;
	}
	writer_char(w, ']');
}

static void shares(struct writer *w, const char *key, const double *share, size_t count)
{
	name(w, key);
	writer_char(w, '[');
	for (size_t i = 0; i < count; i++) {
		writer_text(w, i ? "," : "");
		site_json_real(w, share[i]);
	}
	writer_char(w, ']');
}

static void dates(struct writer *w, const char *key, const struct date *list, size_t count)
{
	name(w, key);
	writer_char(w, '[');
	for (size_t i = 0; i < count; i++) {
		writer_text(w, i ? ",\"" : "\"");
		writer_date(w, list[i]);
		writer_char(w, '"');
	}
	writer_char(w, ']');
}

/* alive_share: of the window that has less of it. */
static void feed(struct writer *w, const struct feed_result *f, size_t weeks)
{
	writer_char(w, '{');
	site_json_str(w, "feed", f->feed, true);
	real(w, "alive_share", f->alive_base < f->alive_end ? f->alive_base : f->alive_end);
	real(w, "alive_base", f->alive_base);
	real(w, "alive_end", f->alive_end);
	flags(w, f->flags);
	day(w, "step", f->step);
	real(w, "step_ratio", f->step.year ? f->step_ratio : ESTIMATE_UNKNOWN.value);
	site_json_flag(w, "in_panel", f->in_panel);
	shares(w, "weeks", f->weeks, f->weeks ? weeks : 0);
	dates(w, "odd_days", f->odd_days, f->odd_day_count);
	writer_char(w, '}');
}

static void week(struct writer *w, const struct week_result *x)
{
	writer_char(w, '{');
	writer_text(w, "\"monday\":\"");
	writer_date(w, x->monday);
	writer_char(w, '"');
	site_json_number(w, "alive_hours", x->alive_hours);
	estimate(w, "all", x->all);
	estimate(w, "top", x->top);
	real(w, "expected", x->expected);
	real(w, "blocklisted", x->blocklisted);
	writer_char(w, '}');
}

static void duration(struct writer *w, const struct duration_result *d)
{
	writer_text(w, "{\"from\":\"");
	writer_date(w, d->days.first);
	writer_text(w, "\",\"to\":\"");
	writer_date(w, d->days.last);
	writer_char(w, '"');
	site_json_number(w, "episodes", d->episodes);
	site_json_number(w, "open", d->open);
	site_json_number(w, "unclear", d->unclear);
	estimate(w, "median", d->median);
	estimate(w, "after_14", d->after_14);
	writer_char(w, '}');
}

static void region_members(struct writer *w, const struct region_result *r)
{
	site_json_number(w, "announced", r->announced);
	estimate(w, "base", r->base);
	estimate(w, "end", r->end);
	estimate(w, "rate_base", r->rate_base);
	estimate(w, "rate_end", r->rate_end);
	estimate(w, "reduction", r->reduction);
	site_json_flag(w, "small", r->small);
	writer_char(w, '}');
}

/* In the order of the evaluation, then what lies in no region. */
static void regions(struct writer *w, const struct evaluated *evaluated)
{
	const struct evaluation *e = &evaluated->evaluation;
	site_json_str(w, "region_set", evaluated->region_set, false);
	writer_text(w, ",\"regions\":[");
	for (size_t i = 0; i < e->region_count; i++) {
		const struct region *known = evaluated_region(evaluated, e->regions[i].key);
		writer_text(w, i ? ",{" : "{");
		site_json_str(w, "region", e->regions[i].key, true);
		site_json_str(w, "name_vi", known ? known->name[LANG_VI] : STR(""), false);
		site_json_str(w, "name_en", known ? known->name[LANG_EN] : STR(""), false);
		region_members(w, &e->regions[i]);
	}
	writer_char(w, ']');
	name(w, "no_region");
	if (e->region_count == 0) {
		writer_text(w, "null");
		return;
	}
	writer_char(w, '{');
	site_json_str(w, "region", STR(""), true);
	region_members(w, &e->no_region);
}

static void tool(struct writer *w, const struct tool_result *t)
{
	writer_char(w, '{');
	site_json_str(w, "tool", t->tool, true);
	day(w, "from", t->weeks.first);
	day(w, "to", t->weeks.last);
	site_json_number(w, "scan_runs", t->runs);
	site_json_number(w, "machines", t->machines);
	site_json_number(w, "infected", t->infected);
	site_json_number(w, "cleaned", t->cleaned);
	estimate(w, "rate", t->rate);
	writer_char(w, '}');
}

static void stated(struct writer *w, const struct stated_figure *f)
{
	writer_char(w, '{');
	site_json_str(w, "series", f->series, true);
	day(w, "day", f->day);
	site_json_days(w, "window", f->window);
	real(w, "value", f->value);
	writer_char(w, '}');
}

static void panel(struct writer *w, const struct evaluation *e)
{
	bool first = true;
	writer_char(w, '[');
	for (size_t i = 0; i < e->feed_count; i++) {
		if (!e->feeds[i].in_panel)
			continue;
		writer_text(w, first ? "" : ",");
		writer_json(w, e->feeds[i].feed);
		first = false;
	}
	writer_char(w, ']');
}

static void head(struct writer *w, const struct evaluated *e)
{
	writer_char(w, '{');
	site_json_str(w, "campaign", e->plan.campaign.key, true);
	site_json_str(w, "name_vi", e->plan.campaign.name[LANG_VI], false);
	site_json_str(w, "name_en", e->plan.campaign.name[LANG_EN], false);
	site_json_str(w, "country", e->plan.campaign.country, false);
	name(w, "as_of");
	writer_text(w, "{\"change\":");
	writer_decimal(w, e->evaluation.as_of);
	site_json_instant(w, "time", e->as_of_time);
	writer_char(w, '}');
	site_json_instant(w, "made", e->evaluation.made);
	/* What comes with the program is of no day. */
	struct date tables = e->census.counts.attribution;
	day(w, "attribution_date", tables.year > 1970 ? tables : (struct date){0});
	site_json_flag(w, "simulated", e->evaluation.simulated);
	name(w, "panel");
	panel(w, &e->evaluation);
}

void evaluation_json(struct writer *w, const struct evaluated *evaluated)
{
	const struct evaluation *e = &evaluated->evaluation;
	head(w, evaluated);
	writer_text(w, ",\"goals\":[");
	for (size_t i = 0; i < e->goal_count; i++) {
		writer_text(w, i ? "," : "");
		goal(w, &e->goals[i]);
	}
	writer_text(w, "],\"attribution\":");
	attribution(w, &e->attribution);
	writer_text(w, ",\"top_ten\":");
	top_ten(w, e);
	writer_text(w, ",\"holders\":[");
	for (size_t i = 0; i < e->holder_count; i++) {
		writer_text(w, i ? "," : "");
		holder(w, evaluated, &e->holders[i]);
	}
	writer_text(w, "],\"feeds\":[");
	for (size_t i = 0; i < e->feed_count; i++) {
		writer_text(w, i ? "," : "");
		feed(w, &e->feeds[i], e->week_count);
	}
	writer_text(w, "],\"weeks\":[");
	for (size_t i = 0; i < e->week_count; i++) {
		writer_text(w, i ? "," : "");
		week(w, &e->weeks[i]);
	}
	writer_text(w, "],\"durations\":[");
	for (size_t i = 0; i < e->duration_count; i++) {
		writer_text(w, i ? "," : "");
		duration(w, &e->durations[i]);
	}
	writer_char(w, ']');
	regions(w, evaluated);
	writer_text(w, ",\"tools\":[");
	for (size_t i = 0; i < e->tool_count; i++) {
		writer_text(w, i ? "," : "");
		tool(w, &e->tools[i]);
	}
	writer_text(w, "],\"stated\":[");
	for (size_t i = 0; i < e->stated_count; i++) {
		writer_text(w, i ? "," : "");
		stated(w, &e->stated[i]);
	}
	writer_text(w, "]}\n");
}
