/* SPDX-License-Identifier: Apache-2.0 */
#include "server/botnet_names.h"

#include "base/arena.h"

struct gather {
	struct arena arena;
	struct name_rule *rules;
	size_t count;
	size_t capacity;
	bool failed;
};

static void count_rule(void *context, const struct name_rule *rule)
{
	(void)rule;
	((struct gather *)context)->capacity++;
}

static void take_rule(void *context, const struct name_rule *rule)
{
	struct gather *g = context;
	if (g->count == g->capacity)
		return;
	struct name_rule *copy = &g->rules[g->count++];
	copy->pattern = arena_copy(&g->arena, rule->pattern);
	copy->botnet = arena_copy(&g->arena, rule->botnet);
	copy->source = arena_copy(&g->arena, rule->source);
	g->failed = g->failed || !copy->pattern.data || !copy->botnet.data;
}

static enum err load(struct gather *g, struct store *store, struct names **ret_names)
{
	struct problem problem;
	size_t bad;
	TRY(store_each_name_rule(store, count_rule, g));
	g->rules = arena_alloc(&g->arena, g->capacity + 1, sizeof(*g->rules));
	if (!g->rules)
		return E_NOMEM;
	TRY(store_each_name_rule(store, take_rule, g));
	if (g->failed)
		return E_NOMEM;
	return names_new(g->rules, g->count, &problem, &bad, ret_names);
}

enum err botnet_names_load(struct store *store, struct names **ret_names)
{
	struct gather g = {0};
	arena_init(&g.arena, (size_t)1 << 30);
	enum err err = load(&g, store, ret_names);
	arena_release(&g.arena);
	return err;
}

struct str botnet_words(enum lang lang, struct str botnet)
{
	return str_equal(botnet, STR("unknown")) ? text(lang, MESSAGE_BOTNET_UNKNOWN) : botnet;
}
