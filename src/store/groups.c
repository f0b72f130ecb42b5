/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "model/unit_union.h"
#include "store/store.h"

enum {
	NOBODY = UINT32_MAX
};

struct member {
	struct store_stored stored;
	uint32_t next; /* of the same group; NOBODY: none */
};

struct store_groups {
	struct unit_union *all;
	struct member *members;
	size_t count, capacity;
	uint32_t *first; /* of each group */
	size_t groups;
};

struct store_groups *store_groups_new(void)
{
	struct store_groups *g = calloc(1, sizeof(*g));
	if (!g)
		return NULL;
	g->all = unit_union_new();
	if (g->all)
		return g;
	free(g);
	return NULL;
}

void store_groups_free(struct store_groups *g)
{
	if (!g)
		return;
	unit_union_free(g->all);
	free(g->members);
	free(g->first);
	free(g);
}

void store_groups_clear(struct store_groups *g)
{
	g->count = 0;
	for (size_t i = 0; i < g->groups; i++)
		g->first[i] = NOBODY;
}

static enum err make_member(struct store_groups *g)
{
	if (g->count == NOBODY)
		return E_LIMIT;
	if (g->count < g->capacity)
		return E_OK;
	size_t capacity = g->capacity ? 2 * g->capacity : 256;
	struct member *grown = reallocarray(g->members, capacity, sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	g->members = grown;
	g->capacity = capacity;
	return E_OK;
}

static enum err make_group(struct store_groups *g, size_t group)
{
	if (group < g->groups)
		return E_OK;
	size_t groups = 2 * group + 16;
	uint32_t *grown = reallocarray(g->first, groups, sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	for (size_t i = g->groups; i < groups; i++)
		grown[i] = NOBODY;
	g->first = grown;
	g->groups = groups;
	return E_OK;
}

enum err store_groups_add(struct store_groups *g, size_t group, const struct store_stored *stored)
{
	TRY(make_member(g));
	TRY(make_group(g, group));
	g->members[g->count] = (struct member){*stored, g->first[group]};
	g->first[group] = (uint32_t)g->count++;
	return E_OK;
}

static enum err gather(struct store_groups *g, size_t group)
{
	struct unit_view view;
	uint32_t at = group < g->groups ? g->first[group] : NOBODY;
	for (; at != NOBODY; at = g->members[at].next) {
		TRY(store_stored_view(&g->members[at].stored, &view));
		TRY(unit_union_add(g->all, &view));
	}
	return E_OK;
}

enum err store_groups_unite(struct store_groups *g, size_t group, struct unit_set *set)
{
	enum err err = gather(g, group);
	if (err == E_OK)
		return unit_union_into(g->all, set);
	(void)unit_union_count_v4(g->all); /* leaves it empty */
	return err;
}

enum err store_groups_count_v4(struct store_groups *g, size_t group, uint64_t *ret_count)
{
	enum err err = gather(g, group);
	*ret_count = unit_union_count_v4(g->all);
	return err;
}
