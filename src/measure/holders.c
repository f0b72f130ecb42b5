/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "measure/rate.h"
#include "measure/work.h"

static struct holder_result holder_of(const struct work *w, const struct count_series *s)
{
	const struct holder_facts *f = work_facts(w, s->key);
	bool nets6 = w->goal && w->goal->nets6;
	const struct count_values *v = nets6 ? &s->v6 : &s->v4;
	struct mean base = work_hourly(w, v, w->base);
	struct mean end = work_hourly(w, v, w->end);
	struct holder_result h = {.key = s->key,
		.subscribers = f ? f->subscribers : 0,
		.announced = f ? f->announced : 0,
		.base = mean_estimate(base),
		.end = mean_estimate(end),
		.reduction = mean_reduction(end, base),
		.small = work_is_small(v->base) || work_is_small(v->end)};
	h.rate_base = rate_of(h.base, h.subscribers, h.announced, &h.per_announced);
	h.rate_end = rate_of(h.end, h.subscribers, h.announced, &h.per_announced);
	return h;
}

/* Those per subscriber first, then those per announced address, then those without a rate. */
static int class_of(const struct holder_result *h)
{
	if (!estimate_known(h->rate_end))
		return 2;
	return h->per_announced ? 1 : 0;
}

static int by_rate(const void *a, const void *b)
{
	const struct holder_result *x = a;
	const struct holder_result *y = b;
	if (class_of(x) != class_of(y))
		return class_of(x) - class_of(y);
	if (x->rate_end.value < y->rate_end.value || x->rate_end.value > y->rate_end.value)
		return x->rate_end.value < y->rate_end.value ? 1 : -1;
	return str_compare(x->key, y->key);
}

static bool tie(const struct holder_result *a, const struct holder_result *b)
{
	return class_of(a) == class_of(b) && !(a->rate_end.value > b->rate_end.value);
}

/* From 1 within each class: rates per subscriber and per address do not compare. */
static void rank(struct holder_result *list, size_t count)
{
	size_t start = 0;
	for (size_t i = 0; i < count && class_of(&list[i]) < 2; i++) {
		if (i > 0 && class_of(&list[i]) != class_of(&list[i - 1]))
			start = i;
		list[i].rank = (uint32_t)(i - start + 1);
		if (i > start && tie(&list[i - 1], &list[i]))
			list[i].rank = list[i - 1].rank;
	}
}

enum err holders_evaluate(struct work *w, struct evaluation *e)
{
	const struct counts *c = w->counts;
	e->holders = arena_alloc(w->arena, c->series_count + 1, sizeof(*e->holders));
	if (!e->holders)
		return E_NOMEM;
	for (size_t i = 0; i < c->series_count; i++)
		if (c->series[i].scope == COUNT_HOLDER)
			e->holders[e->holder_count++] = holder_of(w, &c->series[i]);
	if (e->holder_count > 0)
		qsort(e->holders, e->holder_count, sizeof(*e->holders), by_rate);
	rank(e->holders, e->holder_count);
	return E_OK;
}
