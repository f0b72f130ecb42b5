/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "measure/rate.h"
#include "measure/work.h"

static uint64_t announced(const struct work *w, struct str key)
{
	for (size_t i = 0; i < w->input->region_count; i++)
		if (str_equal(w->input->regions[i].key, key))
			return w->input->regions[i].announced;
	return 0;
}

static struct region_result region_of(const struct work *w, const struct count_series *s)
{
	bool per_announced;
	bool nets6 = w->goal && w->goal->nets6;
	const struct count_values *v = nets6 ? &s->v6 : &s->v4;
	struct mean base = work_hourly(w, v, w->base);
	struct mean end = work_hourly(w, v, w->end);
	struct region_result r = {.key = s->key,
		.announced = announced(w, s->key),
		.base = mean_estimate(base),
		.end = mean_estimate(end),
		.reduction = mean_reduction(end, base),
		.small = work_is_small(v->base) || work_is_small(v->end)};
	/* IPv4 addresses say nothing of how many /64s there could be. */
	uint64_t among = nets6 ? 0 : r.announced;
	r.rate_base = rate_of(r.base, 0, among, &per_announced);
	r.rate_end = rate_of(r.end, 0, among, &per_announced);
	return r;
}

static int by_rate(const void *a, const void *b)
{
	const struct region_result *x = a;
	const struct region_result *y = b;
	bool x_known = estimate_known(x->rate_end);
	bool y_known = estimate_known(y->rate_end);
	if (x_known != y_known)
		return x_known ? -1 : 1;
	if (x_known &&
		(x->rate_end.value < y->rate_end.value || x->rate_end.value > y->rate_end.value))
		return x->rate_end.value < y->rate_end.value ? 1 : -1;
	return str_compare(x->key, y->key);
}

enum err regions_evaluate(struct work *w, struct evaluation *e)
{
	const struct counts *c = w->counts;
	e->regions = arena_alloc(w->arena, c->series_count + 1, sizeof(*e->regions));
	if (!e->regions)
		return E_NOMEM;
	e->no_region = (struct region_result){.base = ESTIMATE_UNKNOWN,
		.end = ESTIMATE_UNKNOWN,
		.rate_base = ESTIMATE_UNKNOWN,
		.rate_end = ESTIMATE_UNKNOWN,
		.reduction = ESTIMATE_UNKNOWN};
	for (size_t i = 0; i < c->series_count; i++) {
		const struct count_series *s = &c->series[i];
		if (s->scope == COUNT_REGION && s->key.size == 0)
			e->no_region = region_of(w, s);
		else if (s->scope == COUNT_REGION)
			e->regions[e->region_count++] = region_of(w, s);
	}
	if (e->region_count > 0)
		qsort(e->regions, e->region_count, sizeof(*e->regions), by_rate);
	return E_OK;
}
