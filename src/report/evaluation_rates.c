/* SPDX-License-Identifier: Apache-2.0 */
/* Estimator 4: holders and regions by rate. What the public is not told of one of them must not
 * come back through its rate, its rank or the sum of all. */
#include <stdlib.h>

#include "report/evaluation_disclosure.h"

bool rated_is_ranked(const struct rated *r)
{
	return estimate_known(r->rate_end) && r->open.end == OPEN;
}

static int by_rate(const void *a, const void *b)
{
	const struct rated *x = a;
	const struct rated *y = b;
	if (x->per != y->per)
		return x->per < y->per ? -1 : 1;
	if (rated_is_ranked(x) != rated_is_ranked(y))
		return rated_is_ranked(x) ? -1 : 1;
	if (rated_is_ranked(x) &&
		(x->rate_end.value < y->rate_end.value || x->rate_end.value > y->rate_end.value))
		return x->rate_end.value < y->rate_end.value ? 1 : -1;
	return str_compare(x->key, y->key);
}

static enum err settle(enum audience audience, struct rated_list *l, struct arena *arena)
{
	double *counts = arena_alloc(arena, l->count + 1, sizeof(*counts));
	enum openness *open = arena_alloc(arena, l->count + 1, sizeof(*open));
	if (!counts || !open)
		return E_NOMEM;
	for (int end = 0; end < 2; end++) {
		for (size_t i = 0; i < l->count; i++)
			counts[i] = end ? l->list[i].end.value : l->list[i].base.value;
		choose_open(audience, counts, l->count, open);
		for (size_t i = 0; i < l->count; i++)
			*(end ? &l->list[i].open.end : &l->list[i].open.base) = open[i];
	}
	if (l->count > 0)
		qsort(l->list, l->count, sizeof(*l->list), by_rate);
	return E_OK;
}

static struct rated rated_holder(const struct holder_result *h)
{
	bool rated = estimate_known(h->rate_end) || estimate_known(h->rate_base);
	enum per per = h->per_announced ? PER_ANNOUNCED : PER_SUBSCRIBERS;
	return (struct rated){.key = h->key,
		.per = rated ? per : PER_NOTHING,
		.among = h->per_announced ? h->announced : h->subscribers,
		.base = h->base,
		.end = h->end,
		.rate_base = h->rate_base,
		.rate_end = h->rate_end,
		.reduction = h->reduction};
}

enum err rated_holders(enum audience audience, const struct evaluation *e, struct arena *arena,
	struct rated_list *ret_list)
{
	struct rated_list l = {arena_alloc(arena, e->holder_count + 1, sizeof(*l.list)), 0};
	if (!l.list)
		return E_NOMEM;
	for (size_t i = 0; i < e->holder_count; i++)
		l.list[l.count++] = rated_holder(&e->holders[i]);
	*ret_list = l;
	return settle(audience, ret_list, arena);
}

static struct rated rated_region(const struct region_result *r)
{
	return (struct rated){.key = r->key,
		.per = PER_ANNOUNCED,
		.among = r->announced,
		.base = r->base,
		.end = r->end,
		.rate_base = r->rate_base,
		.rate_end = r->rate_end,
		.reduction = r->reduction};
}

enum err rated_regions(enum audience audience, const struct evaluation *e, struct arena *arena,
	struct rated_list *ret_list)
{
	struct rated_list l = {arena_alloc(arena, e->region_count + 2, sizeof(*l.list)), 0};
	if (!l.list)
		return E_NOMEM;
	for (size_t i = 0; i < e->region_count; i++)
		l.list[l.count++] = rated_region(&e->regions[i]);
	if (estimate_known(e->no_region.base) || estimate_known(e->no_region.end))
		l.list[l.count++] = rated_region(&e->no_region);
	*ret_list = l;
	return settle(audience, ret_list, arena);
}
