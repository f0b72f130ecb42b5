/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "measure/work.h"

static const struct count_values *values_of(const struct work *w, const struct count_series *s)
{
	return w->goal && w->goal->nets6 ? &s->v6 : &s->v4;
}

static struct botnet_result botnet_of(const struct work *w, struct str name)
{
	const struct count_series *s = counts_find(w->counts, COUNT_BOTNET, name);
	const struct count_values *v = s ? values_of(w, s) : NULL;
	struct mean base = work_hourly(w, v, w->base);
	struct mean end = work_hourly(w, v, w->end);
	return (struct botnet_result){
		name, mean_estimate(base), mean_estimate(end), mean_reduction(end, base)};
}

static void add_days(const struct work *w, struct range r, double *sum)
{
	for (size_t i = 0; i < r.to - r.from; i++)
		sum[i] += w->day[i];
}

/* The botnets' daily levels are added before their mean is taken: they rise and fall together. A
 * botnet without a series is not a botnet without addresses: no sum then. */
static struct mean sum_within(const struct work *w, const struct botnet_result *list, size_t count,
	struct range r, double *sum)
{
	struct mean m = {NAN, NAN, NAN};
	double value = 0;
	if (!r.known || count == 0)
		return m;
	for (size_t i = 0; i < r.to - r.from; i++)
		sum[i] = 0;
	for (size_t i = 0; i < count; i++) {
		const struct count_series *s = counts_find(w->counts, COUNT_BOTNET, list[i].name);
		struct mean x = work_hourly(w, s ? values_of(w, s) : NULL, r);
		if (isnan(x.value))
			return m;
		value += x.value;
		add_days(w, r, sum);
	}
	m = mean_of_days(sum, r.to - r.from);
	m.value = value;
	return m;
}

static struct top_sum sum_of(
	const struct work *w, const struct botnet_result *list, size_t count, double *work)
{
	struct mean base = sum_within(w, list, count, w->base, work);
	struct mean end = sum_within(w, list, count, w->end, work);
	return (struct top_sum){mean_estimate(base), mean_estimate(end), mean_reduction(end, base)};
}

struct ranked {
	struct str name;
	uint64_t addresses, others; /* of the goal's family, of the other one */
};

static int by_addresses(const void *a, const void *b)
{
	const struct ranked *x = a;
	const struct ranked *y = b;
	if (x->addresses != y->addresses)
		return x->addresses < y->addresses ? 1 : -1;
	if (x->others != y->others)
		return x->others < y->others ? 1 : -1;
	return str_compare(x->name, y->name);
}

/* Largest by distinct addresses of the end window, in the order that counting chose them by;
 * sightings without a name are no botnet. */
static enum err list_current(const struct work *w, struct evaluation *e)
{
	const struct counts *c = w->counts;
	struct ranked *all = arena_alloc(w->arena, c->series_count + 1, sizeof(*all));
	size_t count = 0;
	if (!all)
		return E_NOMEM;
	for (size_t i = 0; i < c->series_count; i++) {
		const struct count_series *s = &c->series[i];
		uint64_t addresses = values_of(w, s)->end;
		if (s->scope == COUNT_BOTNET && s->key.size > 0 && addresses > 0)
			all[count++] = (struct ranked){
				s->key, addresses, s->v4.end + s->v6.end - addresses};
	}
	if (count > 0)
		qsort(all, count, sizeof(*all), by_addresses);
	for (size_t i = 0; i < count && i < PLAN_TOP; i++)
		e->top_current[e->top_current_count++] = botnet_of(w, all[i].name);
	return E_OK;
}

enum err top_evaluate(struct work *w, struct evaluation *e)
{
	double *sum = arena_alloc(w->arena, w->counts->days + 1, sizeof(*sum));
	e->top_frozen = arena_alloc(w->arena, PLAN_TOP, sizeof(*e->top_frozen));
	e->top_current = arena_alloc(w->arena, PLAN_TOP, sizeof(*e->top_current));
	if (!sum || !e->top_frozen || !e->top_current)
		return E_NOMEM;
	for (size_t i = 0; i < w->plan->top_count; i++)
		e->top_frozen[e->top_frozen_count++] = botnet_of(w, w->plan->top[i]);
	TRY(list_current(w, e));
	e->frozen_sum = sum_of(w, e->top_frozen, e->top_frozen_count, sum);
	e->current_sum = sum_of(w, e->top_current, e->top_current_count, sum);
	return E_OK;
}
