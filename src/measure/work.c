/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/work.h"

#include "measure/daily.h"
#include "measure/hourly.h"

void reasons_add(struct reasons *r, enum reason reason, struct str about)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->list[i].reason == reason && str_equal(r->list[i].about, about))
			return;
	if (r->count < REASONS) {
		r->list[r->count++] = (struct because){reason, about};
		return;
	}
	/* What forbids a verdict is never lost for what only stands beside it. */
	for (size_t i = 0; reason_forbids(reason) && i < REASONS; i++) {
		if (reason_forbids(r->list[i].reason))
			continue;
		r->list[i] = (struct because){reason, about};
		return;
	}
}

bool reasons_forbid(const struct reasons *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (reason_forbids(r->list[i].reason))
			return true;
	return false;
}

struct range work_range(const struct work *w, struct days days)
{
	struct range r = {0};
	r.known = counts_days(w->counts, days, &r.from, &r.to);
	return r;
}

bool counts_addresses(const struct goal *g)
{
	return (g->kind == GOAL_ADDRESSES || g->kind == GOAL_TOP_TEN) &&
	       g->estimator != ESTIMATOR_STATED && g->estimator != ESTIMATOR_MACHINES;
}

enum err work_init(struct work *w, const struct evaluation_input *input, struct arena *arena)
{
	*w = (struct work){.input = input,
		.counts = input->counts,
		.plan = input->plan,
		.arena = arena,
		.weekday = (unsigned)date_weekday(input->counts->first)};
	w->day = arena_alloc(arena, w->counts->days + 1, sizeof(*w->day));
	w->level = arena_alloc(arena, w->counts->days + 1, sizeof(*w->level));
	if (!w->day || !w->level)
		return E_NOMEM;
	w->base = work_range(w, w->plan->baseline);
	for (size_t i = 0; i < w->plan->goal_count && !w->goal; i++)
		if (counts_addresses(&w->plan->goals[i]))
			w->goal = &w->plan->goals[i];
	w->end = work_range(w, w->goal ? w->goal->end : w->counts->end);
	return panel_choose(w->counts, w->plan, arena, &w->panel);
}

const struct count_values *work_goal_values(const struct work *w, const struct goal *g)
{
	enum count_scope scope = g->kind == GOAL_TOP_TEN ? COUNT_TOP_FROZEN : COUNT_ALL;
	const struct count_series *s = counts_find(w->counts, scope, STR(""));
	if (!s)
		return NULL;
	return g->nets6 ? &s->v6 : &s->v4;
}

/* Weekdays' factors come from all days there are: a window of a week cannot know them. */
static struct mean freed(const struct work *w, struct mean m, struct range r)
{
	struct weekdays weekdays = weekdays_of(w->level, w->counts->days);
	mean_free_of_weekdays(&m, w->day, r.to - r.from, &weekdays, r.from);
	return m;
}

struct mean work_daily(const struct work *w, const struct count_values *v, struct range r)
{
	if (!v || !v->days || !r.known || w->panel.members == 0)
		return (struct mean){NAN, NAN, NAN};
	daily_days(v->days, w->panel.days, w->counts->days, w->level);
	return freed(w,
		daily_window(v->days + r.from, w->panel.days + r.from, r.to - r.from, w->day), r);
}

struct mean work_hourly(const struct work *w, const struct count_values *v, struct range r)
{
	if (!v || !v->hours || !w->panel.hours || !r.known || w->panel.members == 0)
		return work_daily(w, v, r);
	hourly_days(v->hours, w->panel.hours, w->counts->days, w->level);
	return freed(w,
		hourly_window(v->hours + r.from * HOURS, w->panel.hours + r.from * HOURS,
			r.to - r.from, w->day),
		r);
}

double *work_levels(const struct work *w, const struct count_values *v)
{
	size_t days = w->counts->days;
	double *level = arena_alloc(w->arena, days + 1, sizeof(*level));
	if (!level)
		return NULL;
	if (v->hours && w->panel.hours)
		hourly_days(v->hours, w->panel.hours, days, level);
	else if (v->days && w->panel.members > 0)
		daily_days(v->days, w->panel.days, days, level);
	else
		for (size_t i = 0; i < days; i++)
			level[i] = NAN;
	return level;
}

static void feed_reasons(const struct work *w, const struct panel_feed *f, struct reasons *r)
{
	if (f->down)
		reasons_add(r, REASON_FEED_DOWN, f->health.feed);
	if (f->changed)
		reasons_add(r, REASON_FEED_CHANGED, f->health.feed);
	if (w->panel.hours && !f->health.hours)
		reasons_add(r, REASON_DAYS_ONLY, f->health.feed);
}

/* Feeds chosen by hand stay in the panel whatever they did, and are told about; so are all feeds
 * when none was good enough. */
void work_panel_reasons(const struct work *w, struct reasons *r)
{
	if (w->panel.members == 0)
		reasons_add(r, REASON_PANEL_EMPTY, STR(""));
	for (size_t i = 0; i < w->panel.count; i++)
		if (w->panel.feeds[i].in || w->panel.members == 0)
			feed_reasons(w, &w->panel.feeds[i], r);
	for (size_t i = 0; i < w->plan->panel_count; i++)
		if (!panel_find(&w->panel, w->plan->panel[i]))
			reasons_add(r, REASON_FEED_DOWN, w->plan->panel[i]);
}

bool work_is_over(const struct work *w, struct days days)
{
	return date_instant(days.last).seconds + SECONDS_PER_DAY <= w->input->now.seconds;
}

const struct holder_facts *work_facts(const struct work *w, struct str key)
{
	for (size_t i = 0; i < w->input->holder_count; i++)
		if (str_equal(w->input->holders[i].key, key))
			return &w->input->holders[i];
	return NULL;
}
