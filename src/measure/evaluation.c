/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/evaluation.h"

#include <stdlib.h>

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

/* Day of the first Monday. */
static size_t first_week(const struct work *w)
{
	return (WEEK - w->weekday) % WEEK;
}

/* Weeks before the feed's first report and after its last are not its own. */
static const double *feed_weeks(const struct work *w, const struct health *h)
{
	size_t count = 0;
	double *share = arena_alloc(w->arena, w->counts->days / WEEK + 1, sizeof(*share));
	for (size_t d = first_week(w); share && d + WEEK <= w->counts->days; d += WEEK) {
		bool alive = h->reports && d <= h->last && d + WEEK > h->first;
		share[count++] = alive ? health_share(h, d, d + WEEK) : NAN;
	}
	return share;
}

static enum err list_odd_days(const struct work *w, const struct health *h, struct feed_result *f)
{
	struct date *days = arena_alloc(w->arena, w->counts->days + 1, sizeof(*days));
	if (!days)
		return E_NOMEM;
	for (size_t d = 0; d < w->counts->days; d++)
		if (h->odd[d])
			days[f->odd_day_count++] = day_of(w, d);
	f->odd_days = days;
	return E_OK;
}

static enum err list_feeds(const struct work *w, struct evaluation *e)
{
	e->feeds = arena_alloc(w->arena, w->panel.count + 1, sizeof(*e->feeds));
	if (!e->feeds)
		return E_NOMEM;
	for (size_t i = 0; i < w->panel.count; i++) {
		struct feed_result *f = &e->feeds[e->feed_count++];
		*f = feed_of(w, &w->panel.feeds[i]);
		f->weeks = feed_weeks(w, &w->panel.feeds[i].health);
		if (!f->weeks)
			return E_NOMEM;
		TRY(list_odd_days(w, &w->panel.feeds[i].health, f));
	}
	return E_OK;
}

static struct estimate week_mean(const struct work *w, const struct count_series *s, struct range r)
{
	bool nets6 = w->goal && w->goal->nets6;
	if (!s)
		return ESTIMATE_UNKNOWN;
	return mean_estimate(work_hourly(w, nets6 ? &s->v6 : &s->v4, r));
}

/* A day on which nobody is blocklisted is a day without a list. */
static double blocklisted(const struct work *w, const struct count_series *s, struct range r)
{
	double sum = 0;
	double days = 0;
	bool nets6 = w->goal && w->goal->nets6;
	const uint32_t *count = s ? nets6 ? s->v6.days : s->v4.days : NULL;
	for (size_t d = r.from; count && d < r.to; d++) {
		sum += count[d];
		days += count[d] > 0;
	}
	return days > 0 ? sum / days : NAN;
}

/* Whole weeks from Monday to Sunday. */
static enum err list_weeks(const struct work *w, struct evaluation *e)
{
	const struct count_series *all = counts_find(w->counts, COUNT_ALL, STR(""));
	const struct count_series *top = counts_find(w->counts, COUNT_TOP_FROZEN, STR(""));
	const struct count_series *listed = counts_find(w->counts, COUNT_BLOCKLISTED, STR(""));
	e->weeks = arena_alloc(w->arena, w->counts->days / WEEK + 1, sizeof(*e->weeks));
	if (!e->weeks)
		return E_NOMEM;
	for (size_t d = first_week(w); d + WEEK <= w->counts->days; d += WEEK) {
		struct range r = {d, d + WEEK, true};
		struct week_result *week = &e->weeks[e->week_count++];
		*week = (struct week_result){.monday = day_of(w, d),
			.all = week_mean(w, all, r),
			.top = week_mean(w, top, r),
			.expected = NAN,
			.blocklisted = blocklisted(w, listed, r)};
		for (size_t i = d * HOURS; w->panel.hours && i < r.to * HOURS; i++)
			week->alive_hours += w->panel.hours[i];
	}
	return E_OK;
}

static int by_series(const void *a, const void *b)
{
	const struct stated_figure *x = a;
	const struct stated_figure *y = b;
	int64_t since = date_instant(x->day).seconds - date_instant(y->day).seconds;
	int order = str_compare(x->series, y->series);
	return order ? order : (since > 0) - (since < 0);
}

static enum err list_stated(const struct work *w, struct evaluation *e)
{
	size_t count = w->input->stated_count;
	struct stated_figure *list = arena_alloc(w->arena, count + 1, sizeof(*list));
	if (!list)
		return E_NOMEM;
	if (count > 0) {
		memcpy(list, w->input->stated, count * sizeof(*list));
		qsort(list, count, sizeof(*list), by_series);
	}
	e->stated = list;
	e->stated_count = count;
	return E_OK;
}

enum err evaluate(const struct evaluation_input *input, struct arena *arena,
	struct evaluation *ret_evaluation)
{
	struct work w;
	struct evaluation e = {.plan = input->plan,
		.as_of = input->counts->as_of,
		.made = input->now,
		.durations = input->durations,
		.duration_count = input->duration_count,
		.simulated = input->simulated};
	TRY(work_init(&w, input, arena));
	TRY(goals_evaluate(&w, &e));
	TRY(list_feeds(&w, &e));
	TRY(list_weeks(&w, &e));
	TRY(attribution_evaluate(&w, &e));
	TRY(holders_evaluate(&w, &e));
	TRY(top_evaluate(&w, &e));
	TRY(regions_evaluate(&w, &e));
	TRY(tools_evaluate(&w, &e));
	TRY(list_stated(&w, &e));
	*ret_evaluation = e;
	return E_OK;
}
