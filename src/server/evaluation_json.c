/* SPDX-License-Identifier: Apache-2.0 */
/* docs/format/evaluation.md */
#include "report/evaluation_disclosure.h"
#include "server/command_site.h"
#include "server/evaluation_run.h"

/* Who reads it, and what they are told where that follows from several figures. */
struct reader {
	enum audience audience;
	struct top_openness top;
	const struct week_openness *weeks;
	struct rated_list regions;
};

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

/* What is withheld is null, as what is not known; which of the two is said. */
static void estimate_members(struct writer *w, struct estimate e, enum openness open)
{
	struct estimate told = open == OPEN ? e : ESTIMATE_UNKNOWN;
	writer_text(w, "\"value\":");
	site_json_real(w, told.value);
	real(w, "low", told.low);
	real(w, "high", told.high);
	if (open != OPEN)
		site_json_str(
			w, "withheld", open == SMALL ? STR("small") : STR("with_small"), false);
}

static void estimate(struct writer *w, const char *key, struct estimate e, enum openness open)
{
	name(w, key);
	writer_char(w, '{');
	estimate_members(w, e, open);
	writer_char(w, '}');
}

static void count(struct writer *w, const char *key, uint64_t value, enum openness open)
{
	name(w, key);
	if (open == OPEN)
		writer_decimal(w, value);
	else
		writer_text(w, "null");
}

static enum openness rate_openness(enum openness count_of)
{
	return count_of == OPEN ? OPEN : CLOSED;
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

static void window(struct writer *w, const char *key, const struct windowed *x, enum openness open)
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
	estimate_members(w, x->x, open);
	site_json_number(w, "alive_hours", x->alive_hours);
	site_json_number(w, "hours", x->hours);
	writer_char(w, '}');
}

static void goal(struct writer *w, const struct evaluation *e, const struct goal_result *g,
	enum audience audience)
{
	const struct goal *p = g->goal;
	struct window_openness open = goal_openness(audience, e, g);
	bool named = p->name[LANG_EN].size > 0;
	writer_char(w, '{');
	site_json_str(w, "name", named ? p->name[LANG_EN] : p->key, true);
	site_json_str(w, "key", p->key, false);
	site_json_str(w, "kind", goal_kind_name(p->kind), false);
	site_json_str(w, "estimator", estimator_name(p->estimator), false);
	site_json_str(w, "family", p->nets6 ? STR("ipv6_64s") : STR("ipv4"), false);
	real(w, "share", p->share);
	site_json_str(w, "series", p->series, false);
	window(w, "base", &g->base, open.base);
	window(w, "end", &g->end, open.end);
	estimate(w, "reduction", g->reduction, openness_of_both(open));
	site_json_str(w, "verdict", verdict_name(g->verdict), false);
	reasons(w, &g->reasons);
	writer_char(w, '}');
}

static void attribution(struct writer *w, const struct evaluation *e, enum audience audience)
{
	const struct attribution_result *a = &e->attribution;
	enum openness open = attribution_openness(audience, e);
	writer_text(w, "{\"method\":");
	writer_json(w, attribution_method_name(a->method));
	name(w, "goal");
	if (a->goal)
		writer_json(w, a->goal->key);
	else
		writer_text(w, "null");
	estimate(w, "decline", a->decline, OPEN);
	estimate(w, "counterfactual", a->counterfactual, open);
	estimate(w, "net_effect", a->net_effect, open);
	reasons(w, &a->reasons);
	writer_char(w, '}');
}

static void figures(struct writer *w, struct estimate base, struct estimate end,
	struct estimate reduction, struct window_openness open)
{
	estimate(w, "base", base, open.base);
	estimate(w, "end", end, open.end);
	estimate(w, "reduction", reduction, openness_of_both(open));
}

static void botnets(struct writer *w, const struct botnet_result *list, size_t count_of,
	const struct window_openness *open)
{
	writer_char(w, '[');
	for (size_t i = 0; i < count_of; i++) {
		writer_text(w, i ? ",{" : "{");
		site_json_str(w, "name", list[i].name, true);
		figures(w, list[i].base, list[i].end, list[i].reduction, open[i]);
		writer_char(w, '}');
	}
	writer_char(w, ']');
}

static void top_sum(
	struct writer *w, const char *key, const struct top_sum *sum, struct window_openness open)
{
	name(w, key);
	writer_text(w, "{\"base\":{");
	estimate_members(w, sum->base, open.base);
	writer_char(w, '}');
	estimate(w, "end", sum->end, open.end);
	estimate(w, "reduction", sum->reduction, openness_of_both(open));
	writer_char(w, '}');
}

static void top_ten(struct writer *w, const struct evaluation *e, const struct reader *reader)
{
	const struct top_openness *open = &reader->top;
	writer_text(w, "{\"frozen\":");
	botnets(w, e->top_frozen, e->top_frozen_count, open->frozen);
	writer_text(w, ",\"current\":");
	botnets(w, e->top_current, e->top_current_count, open->current);
	top_sum(w, "frozen_sum", &e->frozen_sum, open->frozen_sum);
	top_sum(w, "current_sum", &e->current_sum, open->current_sum);
	site_json_number(w, "frozen_as_of", e->plan->frozen_as_of);
	writer_char(w, '}');
}

/* For staff: the public has holders only in editions, when their right of reply is over. */
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
	estimate(w, "base", h->base, OPEN);
	estimate(w, "end", h->end, OPEN);
	estimate(w, "rate_base", h->rate_base, OPEN);
	estimate(w, "rate_end", h->rate_end, OPEN);
	estimate(w, "reduction", h->reduction, OPEN);
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

static void week(struct writer *w, const struct week_result *x, const struct week_openness *open)
{
	writer_char(w, '{');
	writer_text(w, "\"monday\":\"");
	writer_date(w, x->monday);
	writer_char(w, '"');
	site_json_number(w, "alive_hours", x->alive_hours);
	estimate(w, "all", x->all, open->all);
	estimate(w, "top", x->top, open->top);
	real(w, "expected", open->expected == OPEN ? x->expected : ESTIMATE_UNKNOWN.value);
	real(w, "blocklisted", open->blocklisted == OPEN ? x->blocklisted : ESTIMATE_UNKNOWN.value);
	writer_char(w, '}');
}

static void duration(struct writer *w, const struct duration_result *d, enum audience audience)
{
	const struct duration_openness open = duration_openness(audience, d);
	writer_text(w, "{\"from\":\"");
	writer_date(w, d->days.first);
	writer_text(w, "\",\"to\":\"");
	writer_date(w, d->days.last);
	writer_char(w, '"');
	count(w, "episodes", d->episodes, open.episodes);
	count(w, "open", d->open, open.open);
	count(w, "unclear", d->unclear, open.unclear);
	estimate(w, "median", d->median, open.median);
	estimate(w, "after_14", d->after_14, open.after_14);
	writer_char(w, '}');
}

static void region_members(struct writer *w, const struct rated *r, bool small)
{
	site_json_number(w, "announced", r->among);
	estimate(w, "base", r->base, r->open.base);
	estimate(w, "end", r->end, r->open.end);
	estimate(w, "rate_base", r->rate_base, rate_openness(r->open.base));
	estimate(w, "rate_end", r->rate_end, rate_openness(r->open.end));
	estimate(w, "reduction", r->reduction, openness_of_both(r->open));
	site_json_flag(w, "small", small);
	writer_char(w, '}');
}

/* The public learns no more than which cells are withheld for being small. */
static bool region_is_small(
	const struct evaluation *e, const struct rated *r, enum audience audience)
{
	const struct region_result *of = &e->no_region;
	if (audience == AUDIENCE_PUBLIC)
		return r->open.base == SMALL || r->open.end == SMALL;
	for (size_t i = 0; r->key.size > 0 && i < e->region_count; i++)
		if (str_equal(e->regions[i].key, r->key))
			of = &e->regions[i];
	return of->small;
}

static void region(struct writer *w, const struct evaluated *evaluated, const struct rated *r,
	enum audience audience)
{
	const struct region *known = evaluated_region(evaluated, r->key);
	writer_char(w, '{');
	site_json_str(w, "region", r->key, true);
	if (r->key.size > 0) {
		site_json_str(w, "name_vi", known ? known->name[LANG_VI] : STR(""), false);
		site_json_str(w, "name_en", known ? known->name[LANG_EN] : STR(""), false);
	}
	region_members(w, r, region_is_small(&evaluated->evaluation, r, audience));
}

/* Highest rate first, then what lies in no region. */
static void regions(
	struct writer *w, const struct evaluated *evaluated, const struct reader *reader)
{
	const struct rated *none = NULL;
	bool first = true;
	site_json_str(w, "region_set", evaluated->region_set, false);
	writer_text(w, ",\"regions\":[");
	for (size_t i = 0; i < reader->regions.count; i++) {
		const struct rated *r = &reader->regions.list[i];
		if (r->key.size == 0) {
			none = r;
			continue;
		}
		writer_text(w, first ? "" : ",");
		region(w, evaluated, r, reader->audience);
		first = false;
	}
	writer_char(w, ']');
	name(w, "no_region");
	if (none)
		region(w, evaluated, none, reader->audience);
	else
		writer_text(w, "null");
}

static void tool(struct writer *w, const struct tool_result *t, enum audience audience)
{
	const struct tool_openness open = tool_openness(audience, t);
	writer_char(w, '{');
	site_json_str(w, "tool", t->tool, true);
	day(w, "from", t->weeks.first);
	day(w, "to", t->weeks.last);
	count(w, "scan_runs", t->runs, open.runs);
	count(w, "machines", t->machines, open.machines);
	count(w, "infected", t->infected, open.infected);
	count(w, "cleaned", t->cleaned, open.cleaned);
	estimate(w, "rate", t->rate, open.rate);
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

static void measures(struct writer *w, const struct evaluated *evaluated, enum audience audience)
{
	const struct evaluation *e = &evaluated->evaluation;
	size_t holders = audience == AUDIENCE_PUBLIC ? 0 : e->holder_count;
	writer_text(w, ",\"holders\":[");
	for (size_t i = 0; i < holders; i++) {
		writer_text(w, i ? "," : "");
		holder(w, evaluated, &e->holders[i]);
	}
	writer_text(w, "],\"feeds\":[");
	for (size_t i = 0; i < e->feed_count; i++) {
		writer_text(w, i ? "," : "");
		feed(w, &e->feeds[i], e->week_count);
	}
	writer_char(w, ']');
}

static void series(struct writer *w, const struct evaluation *e, const struct reader *reader)
{
	writer_text(w, ",\"weeks\":[");
	for (size_t i = 0; i < e->week_count; i++) {
		writer_text(w, i ? "," : "");
		week(w, &e->weeks[i], &reader->weeks[i]);
	}
	writer_text(w, "],\"durations\":[");
	for (size_t i = 0; i < e->duration_count; i++) {
		writer_text(w, i ? "," : "");
		duration(w, &e->durations[i], reader->audience);
	}
	writer_char(w, ']');
}

static void others(struct writer *w, const struct evaluation *e, enum audience audience)
{
	writer_text(w, ",\"tools\":[");
	for (size_t i = 0; i < e->tool_count; i++) {
		writer_text(w, i ? "," : "");
		tool(w, &e->tools[i], audience);
	}
	writer_text(w, "],\"stated\":[");
	for (size_t i = 0; i < e->stated_count; i++) {
		writer_text(w, i ? "," : "");
		stated(w, &e->stated[i]);
	}
	writer_char(w, ']');
}

enum err evaluation_json(struct writer *w, const struct evaluated *evaluated,
	enum audience audience, struct arena *arena)
{
	const struct evaluation *e = &evaluated->evaluation;
	struct reader reader = {.audience = audience, .top = top_openness(audience, e)};
	struct week_openness *weeks;
	TRY(weeks_openness(audience, e, arena, &weeks));
	TRY(rated_regions(audience, e, arena, &reader.regions));
	reader.weeks = weeks;
	head(w, evaluated);
	writer_text(w, ",\"goals\":[");
	for (size_t i = 0; i < e->goal_count; i++) {
		writer_text(w, i ? "," : "");
		goal(w, e, &e->goals[i], audience);
	}
	writer_text(w, "],\"attribution\":");
	attribution(w, e, audience);
	writer_text(w, ",\"top_ten\":");
	top_ten(w, e, &reader);
	measures(w, evaluated, audience);
	series(w, e, &reader);
	regions(w, evaluated, &reader);
	others(w, e, audience);
	writer_text(w, "}\n");
	return E_OK;
}
