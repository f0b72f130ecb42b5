/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/churn.h"
#include "measure/window.h"
#include "measure/work.h"

/* Where too little of a window is left to stand for it. */
static const double ALIVE_LEAST = 0.5;

/* Share of the distinct addresses whose holders' leases must be known. */
static const double LEASED_LEAST = 0.9;

static uint32_t alive_hours(const struct work *w, struct range r)
{
	uint32_t sum = 0;
	for (size_t i = r.from * HOURS; w->panel.hours && i < r.to * HOURS; i++)
		sum += w->panel.hours[i];
	return sum;
}

static double alive_share(const struct work *w, struct range r)
{
	double sum = 0;
	if (w->panel.hours)
		return alive_hours(w, r) / (double)((r.to - r.from) * HOURS);
	for (size_t i = r.from; i < r.to; i++)
		sum += w->panel.days[i];
	return sum / (double)(r.to - r.from);
}

/* Whether the counts hold distinct numbers of this very window. */
static bool distinct_of(
	const struct work *w, const struct count_values *v, struct days days, uint64_t *ret)
{
	if (days_set(w->counts->base) && days_equal(days, w->counts->base))
		*ret = v->base;
	else if (days_set(w->counts->end) && days_equal(days, w->counts->end))
		*ret = v->end;
	else
		return false;
	return true;
}

/* Concurrent hosts over distinct addresses, of the holders whose leases are known. */
struct correction {
	double addresses, hosts, variance;
	double all; /* addresses of all holders */
};

static void correct_holder(struct correction *c, const struct work *w, const struct count_series *s,
	struct days days, bool nets6)
{
	const struct holder_facts *f = work_facts(w, s->key);
	double window = (double)days_count(days) * HOURS;
	uint64_t addresses;
	if (!distinct_of(w, nets6 ? &s->v6 : &s->v4, days, &addresses))
		return;
	c->all += (double)addresses;
	if (!f || f->lease_count == 0)
		return;
	struct estimate e =
		churn_from_active(addresses, f->leases, f->lease_count, window, w->input->seed);
	double error = (e.high - e.low) / (2 * 1.96);
	c->addresses += (double)addresses;
	c->hosts += e.value;
	c->variance += error * error;
}

/* Holders' own correction, carried over to the few addresses whose holder or leases are not known,
 * and to the ten botnets of a top-ten goal. Errors of leases and of the days' counts together. */
static struct mean concurrent(const struct work *w, const struct goal *g,
	const struct count_values *v, struct days days, struct reasons *reasons)
{
	struct mean none = {NAN, NAN, NAN};
	struct correction c = {0};
	uint64_t addresses;
	if (!distinct_of(w, v, days, &addresses))
		return none;
	for (size_t i = 0; i < w->counts->series_count; i++)
		if (w->counts->series[i].scope == COUNT_HOLDER)
			correct_holder(&c, w, &w->counts->series[i], days, g->nets6);
	if (!(c.addresses > 0) || c.addresses < LEASED_LEAST * c.all) {
		reasons_add(reasons, REASON_NO_LEASES, STR(""));
		return none;
	}
	struct mean m = window_mean(addresses, work_daily(w, v, work_range(w, days)));
	m = mean_scaled(m, c.hosts / c.addresses);
	m.error = hypot(m.error, m.value * sqrt(c.variance) / c.hosts);
	return m;
}

static struct mean estimate(
	const struct work *w, const struct goal *g, struct days days, struct reasons *reasons)
{
	struct mean none = {NAN, NAN, NAN};
	const struct count_values *v = work_goal_values(w, g);
	struct range r = work_range(w, days);
	uint64_t addresses;
	if (!v || !r.known)
		return none;
	switch (g->estimator) {
	case ESTIMATOR_DAILY:
		return work_daily(w, v, r);
	case ESTIMATOR_HOURLY:
		return work_hourly(w, v, r);
	case ESTIMATOR_WINDOW:
		if (!distinct_of(w, v, days, &addresses))
			return none;
		return window_mean(addresses, work_daily(w, v, r));
	case ESTIMATOR_CONCURRENT:
		return concurrent(w, g, v, days, reasons);
	case ESTIMATOR_MACHINES:
	case ESTIMATOR_STATED:
	case ESTIMATOR__COUNT:
		break;
	}
	return none;
}

static struct windowed windowed(
	const struct work *w, const struct goal *g, struct days days, struct mean m)
{
	struct range r = work_range(w, days);
	struct windowed x = {.days = days, .x = mean_estimate(m)};
	if (g->estimator != ESTIMATOR_HOURLY || !r.known || !w->panel.hours)
		return x;
	x.hours = (uint32_t)((r.to - r.from) * HOURS);
	x.alive_hours = alive_hours(w, r);
	return x;
}

/* The verdict's last step: everything else is sound. */
static void decide(struct goal_result *g)
{
	double share = g->goal->share;
	g->verdict = VERDICT_CANNOT_BE_SAID;
	if (reasons_forbid(&g->reasons))
		return;
	if (!estimate_has_interval(g->reduction))
		reasons_add(&g->reasons, REASON_NO_INTERVAL, STR(""));
	else if (g->reduction.low >= share)
		g->verdict = VERDICT_MET;
	else if (g->reduction.high < share)
		g->verdict = VERDICT_NOT_MET;
	else
		reasons_add(&g->reasons, REASON_INTERVAL_COVERS_GOAL, STR(""));
}

static void window_reasons(const struct work *w, struct goal_result *g)
{
	struct days base = w->plan->baseline;
	struct days end = g->goal->end;
	if (days_count(base) == 0 || days_count(end) == 0)
		reasons_add(&g->reasons, REASON_WINDOWS_NOT_STATED, STR(""));
	else if (days_count(base) != days_count(end))
		reasons_add(&g->reasons, REASON_WINDOWS_DIFFER, STR(""));
	if (days_set(end) && !work_is_over(w, end))
		reasons_add(&g->reasons, REASON_DEADLINE_AHEAD, STR(""));
	if (w->input->simulated)
		reasons_add(&g->reasons, REASON_SIMULATED, STR(""));
}

static void alive_reasons(const struct work *w, struct goal_result *g)
{
	struct range end = work_range(w, g->goal->end);
	if (w->panel.members == 0)
		return;
	if ((w->base.known && alive_share(w, w->base) < ALIVE_LEAST) ||
		(end.known && alive_share(w, end) < ALIVE_LEAST))
		reasons_add(&g->reasons, REASON_FEED_DOWN, STR(""));
}

static void judge_addresses(const struct work *w, struct goal_result *g)
{
	window_reasons(w, g);
	if (g->goal->kind == GOAL_TOP_TEN &&
		(w->plan->top_count == 0 || w->plan->frozen_as_of == 0))
		reasons_add(&g->reasons, REASON_TOP_NOT_FROZEN, STR(""));
	if (w->input->retained)
		reasons_add(&g->reasons, REASON_RETAINED, STR(""));
	work_panel_reasons(w, &g->reasons);
	alive_reasons(w, g);
	struct mean base = estimate(w, g->goal, w->plan->baseline, &g->reasons);
	struct mean end = estimate(w, g->goal, g->goal->end, &g->reasons);
	if (!(base.value > 0))
		reasons_add(&g->reasons, REASON_NO_BASE, STR(""));
	if (isnan(end.value))
		reasons_add(&g->reasons, REASON_NO_END, STR(""));
	g->base = windowed(w, g->goal, w->plan->baseline, base);
	g->end = windowed(w, g->goal, g->goal->end, end);
	g->reduction = mean_reduction(end, base);
	decide(g);
}

static enum err judge_machines(const struct work *w, struct goal_result *g)
{
	const struct evaluation_input *in = w->input;
	struct days base = w->plan->baseline;
	struct days end = g->goal->end;
	struct machines before;
	struct machines after;
	size_t count;
	const struct machine_report *reports = tools_reports(w, g->goal->series, &count);
	if (!reports)
		return E_NOMEM;
	window_reasons(w, g);
	if (count == 0)
		reasons_add(&g->reasons, REASON_NO_REPORTS, g->goal->series);
	if (days_count(base) > 0 && days_count(end) > 0) {
		TRY(machines_reduction(reports, count, base, end, in->seed, w->arena, &before,
			&after, &g->reduction));
		g->base.x = before.rate;
		g->end.x = after.rate;
		if (count > 0 && before.units == 0)
			reasons_add(&g->reasons, REASON_PANEL_EMPTY, STR(""));
		if (before.units > 0 && before.infected == 0)
			reasons_add(&g->reasons, REASON_NO_BASE, STR(""));
	}
	decide(g);
	return E_OK;
}

/* Latest figure of the series on a day of `days`; NULL: none. */
static const struct stated_figure *stated_within(
	const struct work *w, struct str series, struct days days)
{
	const struct stated_figure *found = NULL;
	for (size_t i = 0; i < w->input->stated_count; i++) {
		const struct stated_figure *f = &w->input->stated[i];
		if (!str_equal(f->series, series) || !days_contain(days, f->day))
			continue;
		if (!found || date_instant(f->day).seconds >= date_instant(found->day).seconds)
			found = f;
	}
	return found;
}

static void stated_reasons(
	struct goal_result *g, const struct stated_figure *base, const struct stated_figure *end)
{
	if (days_count(base->window) == 0 || days_count(end->window) == 0)
		reasons_add(&g->reasons, REASON_WINDOWS_NOT_STATED, STR(""));
	else if (days_count(base->window) != days_count(end->window))
		reasons_add(&g->reasons, REASON_WINDOWS_DIFFER, STR(""));
	else
		reasons_add(&g->reasons, REASON_PANEL_NOT_STATED, STR(""));
	if (!(base->value > 0))
		reasons_add(&g->reasons, REASON_NO_BASE, STR(""));
}

/* Figures of others: what they say is shown, and no verdict rests on a single number whose windows
 * or feeds nobody knows. */
static void judge_stated(const struct work *w, struct goal_result *g)
{
	const struct stated_figure *base = stated_within(w, g->goal->series, w->plan->baseline);
	const struct stated_figure *end = stated_within(w, g->goal->series, g->goal->end);
	if (days_set(g->goal->end) && !work_is_over(w, g->goal->end))
		reasons_add(&g->reasons, REASON_DEADLINE_AHEAD, STR(""));
	if (base) {
		g->base.days = base->window;
		g->base.x = estimate_exact(base->value);
	}
	if (end) {
		g->end.days = end->window;
		g->end.x = estimate_exact(end->value);
	}
	if (!base || !end)
		reasons_add(&g->reasons, REASON_NO_SERIES, g->goal->series);
	if (base && end) {
		stated_reasons(g, base, end);
		if (base->value > 0)
			g->reduction = estimate_exact(1 - end->value / base->value);
	}
	decide(g);
}

/* A place in somebody's table: 0 is out of it. */
static void judge_ranking(const struct work *w, struct goal_result *g)
{
	const struct stated_figure *base = stated_within(w, g->goal->series, w->plan->baseline);
	const struct stated_figure *end = stated_within(w, g->goal->series, g->goal->end);
	if (days_set(g->goal->end) && !work_is_over(w, g->goal->end))
		reasons_add(&g->reasons, REASON_DEADLINE_AHEAD, STR(""));
	if (base)
		g->base.x = estimate_exact(base->value);
	if (end)
		g->end.x = estimate_exact(end->value);
	else
		reasons_add(&g->reasons, REASON_NO_SERIES, g->goal->series);
	g->verdict = VERDICT_CANNOT_BE_SAID;
	if (end && !reasons_forbid(&g->reasons))
		g->verdict = end->value > 0 ? VERDICT_NOT_MET : VERDICT_MET;
}

static enum err judge(const struct work *w, struct goal_result *g)
{
	g->base = (struct windowed){.days = w->plan->baseline, .x = ESTIMATE_UNKNOWN};
	g->end = (struct windowed){.days = g->goal->end, .x = ESTIMATE_UNKNOWN};
	g->reduction = ESTIMATE_UNKNOWN;
	if (g->goal->kind == GOAL_RANKING)
		judge_ranking(w, g);
	else if (g->goal->estimator == ESTIMATOR_STATED)
		judge_stated(w, g);
	else if (g->goal->kind == GOAL_MACHINES)
		return judge_machines(w, g);
	else
		judge_addresses(w, g);
	return E_OK;
}

enum err goals_evaluate(struct work *w, struct evaluation *e)
{
	size_t count = w->plan->goal_count;
	e->goals = arena_alloc(w->arena, count + 1, sizeof(*e->goals));
	if (!e->goals)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		e->goals[i].goal = &w->plan->goals[i];
		TRY(judge(w, &e->goals[i]));
	}
	e->goal_count = count;
	return E_OK;
}
