/* SPDX-License-Identifier: Apache-2.0 */
#include "measure/decline.h"
#include "measure/differences.h"
#include "measure/work.h"

enum {
	WEEK = 7,
	WEEKS_BEFORE = 52,
	GROUP_LEAST = 3 /* holders, for the comparison to come before the decline */
};

/* First day on which the panel counted as it does at the end, from the phase before on. */
static size_t first_day(const struct work *w)
{
	size_t first = w->panel.steady;
	size_t phase;
	if (days_set(w->plan->before) && counts_day(w->counts, w->plan->before.first, &phase) &&
		phase > first)
		first = phase;
	return first;
}

/* Index of the day the campaign begins, within the counts and after their first; 0: none. */
static size_t beginning(const struct work *w)
{
	size_t begins;
	struct date day = w->plan->campaign.begins;
	return day.year != 0 && counts_day(w->counts, day, &begins) ? begins : 0;
}

static double mean_within(const double *level, size_t from, size_t to)
{
	double sum = 0;
	double count = 0;
	for (size_t i = from; i < to; i++) {
		if (isnan(level[i]))
			continue;
		sum += level[i];
		count++;
	}
	return count > 0 ? sum / count : NAN;
}

/* A trend tells no further ahead than it was watched, give or take a week: beyond that all depends
 * on how much the level wanders, which so few days do not show, and made-up campaigns without any
 * effect were claimed to have one in 7 of 100 intervals instead of 5. */
static bool reaches(size_t before, size_t ahead)
{
	return ahead <= before + WEEK;
}

/* A feed of the panel that starts late leaves days before it unknown: nobody watched then. */
static size_t first_known(const double *level, size_t from, size_t to)
{
	while (from < to && isnan(level[from]))
		from++;
	return from;
}

/* Weeks before the campaign count back from its first day, those of the end window on from its own.
 */
struct weeks {
	size_t before, after;
	size_t begins;
	struct range end;
};

static struct weeks weeks_of(const struct work *w)
{
	struct weeks k = {.begins = beginning(w), .end = w->end};
	size_t first = first_day(w);
	k.before = k.begins > first ? (k.begins - first) / WEEK : 0;
	if (k.before > WEEKS_BEFORE)
		k.before = WEEKS_BEFORE;
	k.after = (w->end.to - w->end.from + WEEK - 1) / WEEK;
	return k;
}

static void fill_weeks(double *row, const double *level, const struct weeks *k)
{
	for (size_t i = 0; i < k->before; i++) {
		size_t from = k->begins - (k->before - i) * WEEK;
		row[i] = mean_within(level, from, from + WEEK);
	}
	for (size_t i = 0; i < k->after; i++) {
		size_t from = k->end.from + i * WEEK;
		size_t to = from + WEEK < k->end.to ? from + WEEK : k->end.to;
		row[k->before + i] = mean_within(level, from, to);
	}
}

/* Holders that have both counts and facts, as rows of weeks. */
static enum err compare_holders(const struct work *w, struct differences *ret)
{
	struct weeks k = weeks_of(w);
	size_t weeks = k.before + k.after;
	double *rows = arena_alloc(w->arena, w->counts->series_count + 1, weeks * sizeof(*rows));
	bool *treated = arena_alloc(w->arena, w->counts->series_count + 1, sizeof(*treated));
	size_t count = 0;
	if (!rows || !treated)
		return E_NOMEM;
	for (size_t i = 0; i < w->counts->series_count; i++) {
		const struct count_series *s = &w->counts->series[i];
		const struct holder_facts *f = work_facts(w, s->key);
		if (s->scope != COUNT_HOLDER || !f)
			continue;
		double *level = work_levels(w, w->goal->nets6 ? &s->v6 : &s->v4);
		if (!level)
			return E_NOMEM;
		fill_weeks(rows + count * weeks, level, &k);
		treated[count++] = f->treated;
	}
	*ret = differences_fit(rows, treated, count, weeks, k.before, k.before);
	return E_OK;
}

static void attribute_differences(struct attribution_result *a, const struct differences *d)
{
	a->method = METHOD_DIFFERENCES;
	a->net_effect = d->effect;
	if (estimate_has_interval(d->apart) && (d->apart.low > 0 || d->apart.high < 0))
		reasons_add(&a->reasons, REASON_TRENDS_DIFFER, STR(""));
}

static struct estimate effect_of(struct estimate departure)
{
	return (struct estimate){
		-expm1(departure.value), -expm1(departure.high), -expm1(departure.low)};
}

/* X had there been no campaign: what is there, without what the campaign took away. */
static struct estimate undone(double x, struct estimate effect)
{
	return (struct estimate){
		x / (1 - effect.value), x / (1 - effect.low), x / (1 - effect.high)};
}

static void expect_weeks(
	const struct work *w, struct evaluation *e, const struct decline *d, size_t first)
{
	for (size_t i = 0; i < e->week_count; i++) {
		int64_t monday = (date_instant(e->weeks[i].monday).seconds -
					 date_instant(w->counts->first).seconds) /
				 SECONDS_PER_DAY;
		double sum = 0;
		if (monday + WEEK <= (int64_t)(first + d->last_day + 1))
			continue;
		for (int64_t day = monday; day < monday + WEEK; day++)
			sum += decline_expected(d, (size_t)(day - (int64_t)first));
		e->weeks[i].expected = sum / WEEK;
	}
}

static enum err decline_before(const struct work *w, const struct count_values *v,
	struct evaluation *e, struct estimate *ret_departure)
{
	struct decline d;
	struct attribution_result *a = &e->attribution;
	size_t begins = beginning(w);
	size_t first = first_day(w);
	double *level = work_levels(w, v);
	*ret_departure = ESTIMATE_UNKNOWN;
	if (!level)
		return E_NOMEM;
	if (begins <= first || !decline_fit(level + first, begins - first,
				       (unsigned)((w->weekday + first) % WEEK), &d)) {
		reasons_add(&a->reasons, REASON_TOO_FEW_WEEKS, STR(""));
		return E_OK;
	}
	a->decline = d.rate;
	bool after = w->end.known && w->end.from >= begins;
	if (after && !reaches(begins - first_known(level, first, begins), w->end.to - begins)) {
		reasons_add(&a->reasons, REASON_TOO_FEW_WEEKS, STR(""));
		return E_OK;
	}
	if (after)
		*ret_departure = decline_departure(
			&d, level + first, w->end.from - first, w->end.to - first);
	expect_weeks(w, e, &d, first);
	return E_OK;
}

/* The same obstacles as for a verdict: they make the two windows incomparable. */
static bool comparable(const struct work *w, struct attribution_result *a)
{
	work_panel_reasons(w, &a->reasons);
	if (w->input->retained)
		reasons_add(&a->reasons, REASON_RETAINED, STR(""));
	if (w->input->simulated)
		reasons_add(&a->reasons, REASON_SIMULATED, STR(""));
	if (!w->goal) {
		reasons_add(&a->reasons, REASON_NO_BASE, STR(""));
		return false;
	}
	if (!work_is_over(w, w->goal->end))
		reasons_add(&a->reasons, REASON_DEADLINE_AHEAD, STR(""));
	if (!w->end.known)
		reasons_add(&a->reasons, REASON_NO_END, STR(""));
	if (!work_goal_values(w, w->goal))
		reasons_add(&a->reasons, REASON_NO_BASE, STR(""));
	if (w->goal->kind == GOAL_TOP_TEN && w->plan->top_count == 0)
		reasons_add(&a->reasons, REASON_TOP_NOT_FROZEN, STR(""));
	return !reasons_forbid(&a->reasons);
}

static enum err attribute(struct work *w, struct evaluation *e)
{
	struct attribution_result *a = &e->attribution;
	const struct count_values *v = work_goal_values(w, w->goal);
	struct differences by_holder;
	struct estimate departure;
	TRY(decline_before(w, v, e, &departure));
	TRY(compare_holders(w, &by_holder));
	bool grouped = estimate_known(by_holder.effect) && by_holder.treated >= GROUP_LEAST &&
		       by_holder.controls >= GROUP_LEAST;
	if (grouped) {
		attribute_differences(a, &by_holder);
	} else {
		reasons_add(&a->reasons, REASON_NO_CONTROLS, STR(""));
		if (estimate_known(departure)) {
			a->method = METHOD_DECLINE;
			a->net_effect = effect_of(departure);
		}
	}
	if (a->method != METHOD_NONE)
		a->counterfactual = undone(work_hourly(w, v, w->end).value, a->net_effect);
	return E_OK;
}

enum err attribution_evaluate(struct work *w, struct evaluation *e)
{
	struct attribution_result *a = &e->attribution;
	*a = (struct attribution_result){.method = METHOD_NONE,
		.goal = w->goal,
		.decline = ESTIMATE_UNKNOWN,
		.counterfactual = ESTIMATE_UNKNOWN,
		.net_effect = ESTIMATE_UNKNOWN};
	if (!comparable(w, a))
		return E_OK;
	return attribute(w, e);
}
