/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/evaluation.h"

#include "measure/work.h"

enum {
	WEEK = 7
};

static unsigned flags_of(const struct work *w, const struct panel_feed *f)
{
	const struct health *h = &f->health;
	size_t from = w->base.known ? w->base.from : 0;
	size_t to = w->end.known ? w->end.to : w->counts->days;
	unsigned flags = 0;
	if (health_share(h, from, to) < 1)
		flags |= FEED_FLAG_DOWN;
	if (h->step_count > 0)
		flags |= FEED_FLAG_STEP;
	if (w->base.known && h->reports && h->first > w->base.from)
		flags |= FEED_FLAG_STARTED;
	if (h->reports && h->last + 1 < to)
		flags |= FEED_FLAG_STOPPED;
	if (!h->hours)
		flags |= FEED_FLAG_DAYS_ONLY;
	for (size_t d = 0; d < w->counts->days; d++)
		if (h->odd[d])
			flags |= FEED_FLAG_ODD;
	return flags;
}

static struct date day_of(const struct work *w, size_t index)
{
	return instant_date((struct instant){
		date_instant(w->counts->first).seconds + (int64_t)index * SECONDS_PER_DAY});
}

static struct feed_result feed_of(const struct work *w, const struct panel_feed *f)
{
	struct feed_result r = {.feed = f->health.feed,
		.alive_base = NAN,
		.alive_end = NAN,
		.flags = flags_of(w, f),
		.step_ratio = NAN,
		.in_panel = f->in};
	if (w->base.known)
		r.alive_base = health_share(&f->health, w->base.from, w->base.to);
	if (w->end.known)
		r.alive_end = health_share(&f->health, w->end.from, w->end.to);
	if (f->step) {
		r.step = day_of(w, f->step->day);
		r.step_ratio = f->step->ratio;
	}
	return r;
}

static enum err list_feeds(const struct work *w, struct evaluation *e)
{
	e->feeds = arena_alloc(w->arena, w->panel.count + 1, sizeof(*e->feeds));
	if (!e->feeds)
		return E_NOMEM;
	for (size_t i = 0; i < w->panel.count; i++)
		e->feeds[e->feed_count++] = feed_of(w, &w->panel.feeds[i]);
	return E_OK;
}

static struct estimate week_mean(const struct work *w, const struct count_series *s, struct range r)
{
	bool nets6 = w->goal && w->goal->nets6;
	if (!s)
		return ESTIMATE_UNKNOWN;
	return mean_estimate(work_hourly(w, nets6 ? &s->v6 : &s->v4, r));
}

/* Whole weeks from Monday to Sunday. */
static enum err list_weeks(const struct work *w, struct evaluation *e)
{
	const struct count_series *all = counts_find(w->counts, COUNT_ALL, STR(""));
	const struct count_series *top = counts_find(w->counts, COUNT_TOP_FROZEN, STR(""));
	e->weeks = arena_alloc(w->arena, w->counts->days / WEEK + 1, sizeof(*e->weeks));
	if (!e->weeks)
		return E_NOMEM;
	for (size_t d = (WEEK - w->weekday) % WEEK; d + WEEK <= w->counts->days; d += WEEK) {
		struct range r = {d, d + WEEK, true};
		struct week_result *week = &e->weeks[e->week_count++];
		*week = (struct week_result){.monday = day_of(w, d),
			.all = week_mean(w, all, r),
			.top = week_mean(w, top, r),
			.expected = NAN};
		for (size_t i = d * HOURS; w->panel.hours && i < r.to * HOURS; i++)
			week->alive_hours += w->panel.hours[i];
	}
	return E_OK;
}

enum err evaluate(const struct evaluation_input *input, struct arena *arena,
	struct evaluation *ret_evaluation)
{
	struct work w;
	struct evaluation e = {.plan = input->plan,
		.as_of = input->counts->as_of,
		.made = input->now,
		.simulated = input->simulated};
	TRY(work_init(&w, input, arena));
	TRY(goals_evaluate(&w, &e));
	TRY(list_feeds(&w, &e));
	TRY(list_weeks(&w, &e));
	TRY(attribution_evaluate(&w, &e));
	TRY(holders_evaluate(&w, &e));
	TRY(top_evaluate(&w, &e));
	*ret_evaluation = e;
	return E_OK;
}
