/* SPDX-License-Identifier: Apache-2.0 */
#include "server/evaluation_parts.h"

#include "store/results.h"

struct reports {
	struct arena *arena;
	struct machine_report *list;
	size_t count;
};

static enum err count_report(void *context, const struct result_entry *e)
{
	size_t *count = context;
	(void)e;
	++*count;
	return E_OK;
}

/* Machines of one region catch the same things: it is the unit that intervals draw. */
static enum err take_report(void *context, const struct result_entry *e)
{
	struct reports *r = context;
	struct str tool = arena_copy(r->arena, e->result.tool);
	struct str region = arena_copy(r->arena, e->result.region);
	if (!tool.data || !region.data)
		return E_NOMEM;
	r->list[r->count++] = (struct machine_report){.unit = region,
		.week = e->result.week,
		.machines = e->result.machines,
		.infected = e->result.infected,
		.tool = tool,
		.runs = e->result.runs,
		.cleaned = e->result.cleaned};
	return E_OK;
}

enum err evaluation_load_reports(struct store *store, uint64_t as_of, struct arena *arena,
	const struct machine_report **ret_reports, size_t *ret_count)
{
	size_t count = 0;
	struct reports r = {.arena = arena};
	TRY(store_each_result(store, as_of, false, count_report, &count));
	r.list = arena_alloc(arena, count + 1, sizeof(*r.list));
	if (!r.list)
		return E_NOMEM;
	TRY(store_each_result(store, as_of, false, take_report, &r));
	*ret_reports = r.list;
	*ret_count = r.count;
	return E_OK;
}

enum err evaluation_load_regions(
	struct arena *arena, struct evaluated *e, const struct region_facts **ret_facts)
{
	const struct census *census = &e->census;
	struct region_facts *facts = arena_alloc(arena, census->region_count + 1, sizeof(*facts));
	if (!facts)
		return E_NOMEM;
	for (size_t i = 0; i < census->region_count; i++)
		facts[i] =
			(struct region_facts){census->regions[i].key, census->regions[i].announced};
	e->region_set = census->region_set.count > 0 ? census->region_set.name : STR("");
	e->regions = census->region_set.count > 0 ? census->region_set.list : NULL;
	e->region_count = census->region_set.count;
	*ret_facts = facts;
	return E_OK;
}
