/* SPDX-License-Identifier: Apache-2.0 */
#include "match/plan.h"

#include <xxhash.h>

#include "base/limits.h"

enum {
	SHARD_RULES = 32,       /* that wait for a literal */
	SHARD_RULES_OPEN = 256, /* that run whatever is in the file */
	SLOTS = 1 << 18,        /* more than LIMIT_PACK_RULES: one is always free */
	NOT_FOUND = UINT32_MAX
};

/* --- rules of all files --- */

struct planning {
	const struct pack *pack;
	struct arena *arena;
	plan_problem_fn *on_problem;
	void *context;
	struct rule_plan *plan;
	uint32_t *slots; /* by set and name: number of the rule + 1 */
};

static void tell(
	struct planning *p, enum problem_code code, struct str file, uint64_t line, struct str got)
{
	struct problem problem = {0};
	problem_set(&problem, code, file, got);
	problem.line = line;
	p->on_problem(p->context, &problem);
}

static uint32_t *slot_of(const struct planning *p, uint32_t set, struct str name)
{
	uint64_t hash = XXH3_64bits_withSeed(name.data, name.size, set);
	for (;; hash++) {
		uint32_t *slot = &p->slots[hash & (SLOTS - 1)];
		const struct planned_rule *r = *slot ? &p->plan->rules[*slot - 1] : NULL;
		if (!r || (r->set == set && str_equal(r->rule->name, name)))
			return slot;
	}
}

static uint32_t find_rule(const struct planning *p, uint32_t set, struct str name)
{
	return *slot_of(p, set, name) - 1; /* 0, empty, becomes NOT_FOUND */
}

static enum err add_rule(struct planning *p, const struct planned_rule *rule)
{
	uint32_t *slot = slot_of(p, rule->set, rule->rule->name);
	if (*slot) {
		tell(p, PROBLEM_TWICE_RULE, rule->file_name, rule->rule->line, rule->rule->name);
		return E_OK;
	}
	if (p->plan->rule_count == LIMIT_PACK_RULES)
		return E_LIMIT;
	p->plan->rules[p->plan->rule_count++] = *rule;
	*slot = p->plan->rule_count;
	return E_OK;
}

static enum err split_file(
	struct planning *p, uint32_t set, const struct pack_file *source, struct yara_file *file)
{
	uint64_t line;
	enum err err = yara_split(source->text, p->arena, file, &line);
	if (err != E_OK && err != E_SYNTAX)
		return err;
	if (err == E_SYNTAX)
		tell(p, PROBLEM_NOT_YARA, source->name, line, p->pack->sets[set].name);
	for (size_t i = 0; i < file->include_count; i++)
		tell(p, PROBLEM_YARA_INCLUDE, source->name, 0, file->includes[i]);
	return E_OK;
}

static enum err split_set(struct planning *p, uint32_t set)
{
	const struct pack_set *s = &p->pack->sets[set];
	for (size_t i = 0; i < s->file_count; i++) {
		struct yara_file *file = arena_alloc(p->arena, 1, sizeof(*file));
		if (!file)
			return E_NOMEM;
		TRY(split_file(p, set, &s->files[i], file));
		for (size_t k = 0; k < file->rule_count; k++)
			TRY(add_rule(p, &(struct planned_rule){.rule = &file->rules[k],
						.file = file,
						.file_name = s->files[i].name,
						.set = set,
						.sound = true}));
	}
	return E_OK;
}

/* --- what a rule stands on --- */

/* Marks what `at` refers to, and what that refers to, as far as it stands before. */
static void mark(const struct planning *p, uint32_t at, uint8_t *marked)
{
	const struct planned_rule *r = &p->plan->rules[at];
	for (size_t i = 0; i < r->rule->reference_count; i++) {
		struct str name = r->rule->references[i];
		bool star = name.size > 0 && name.data[name.size - 1] == '*';
		uint32_t one = star ? NOT_FOUND : find_rule(p, r->set, name);
		if (one < at && !marked[one]) {
			marked[one] = 1;
			mark(p, one, marked);
		}
		name.size -= star;
		for (uint32_t k = 0; star && k < at; k++) {
			const struct planned_rule *other = &p->plan->rules[k];
			if (other->set == r->set && !marked[k] &&
				str_starts(other->rule->name, name)) {
				marked[k] = 1;
				mark(p, k, marked);
			}
		}
	}
}

static enum err stand_on(struct planning *p, uint32_t at, uint8_t *marked)
{
	struct planned_rule *r = &p->plan->rules[at];
	uint32_t count = 0;
	if (r->rule->reference_count == 0)
		return E_OK;
	memset(marked, 0, at + 1);
	mark(p, at, marked);
	for (uint32_t i = 0; i < at; i++)
		count += marked[i];
	if (count == 0)
		return E_OK;
	uint32_t *with = arena_alloc(p->arena, count, sizeof(*with));
	if (!with)
		return E_NOMEM;
	for (uint32_t i = 0; i < at; i++)
		if (marked[i])
			with[r->with_count++] = i;
	r->with = with;
	return E_OK;
}

static enum err stand_all(struct planning *p)
{
	uint8_t *marked = arena_alloc(p->arena, p->plan->rule_count + 1, 1);
	if (!marked)
		return E_NOMEM;
	for (uint32_t i = 0; i < p->plan->rule_count; i++)
		TRY(stand_on(p, i, marked));
	return E_OK;
}

static enum err make(struct planning *p)
{
	p->slots = arena_alloc(p->arena, SLOTS, sizeof(*p->slots));
	p->plan->rules = arena_alloc(p->arena, LIMIT_PACK_RULES, sizeof(*p->plan->rules));
	if (!p->slots || !p->plan->rules)
		return E_NOMEM;
	for (uint32_t i = 0; i < p->pack->set_count; i++)
		TRY(split_set(p, i));
	return stand_all(p);
}

enum err rule_plan_make(const struct pack *pack, struct arena *arena, plan_problem_fn *on_problem,
	void *context, struct rule_plan *ret_plan)
{
	*ret_plan = (struct rule_plan){0};
	struct planning p = {
		.pack = pack,
		.arena = arena,
		.on_problem = on_problem,
		.context = context,
		.plan = ret_plan,
	};
	return make(&p);
}

/* --- guards --- */

static enum err guard_set(
	struct rule_plan *plan, uint32_t first, uint32_t last, struct arena *arena)
{
	const struct yara_rule **rules = arena_alloc(arena, last - first + 1, sizeof(*rules));
	struct guard *guards = arena_alloc(arena, last - first + 1, sizeof(*guards));
	if (!rules || !guards)
		return E_NOMEM;
	for (uint32_t i = first; i < last; i++)
		rules[i - first] = plan->rules[i].rule;
	TRY(guards_make(rules, last - first, arena, guards));
	for (uint32_t i = first; i < last; i++)
		plan->rules[i].guard = guards[i - first];
	return E_OK;
}

static enum err guard_all(struct rule_plan *plan, struct arena *arena)
{
	for (uint32_t first = 0, last; first < plan->rule_count; first = last) {
		for (last = first;
			last < plan->rule_count && plan->rules[last].set == plan->rules[first].set;)
			last++;
		TRY(guard_set(plan, first, last, arena));
	}
	return E_OK;
}

/* --- shards --- */

/* Rules that are likely to run together: same need of a literal, same first header. */
static uint64_t kinship(const struct guard *g)
{
	uint64_t key = g->literals.known;
	key = key << 8 | g->header_count;
	for (int i = 0; i < 4; i++)
		key = key << 8 | (g->header_count ? g->headers[0].bytes[i] : 0);
	return key;
}

static bool akin(const struct planned_rule *a, const struct planned_rule *b)
{
	return kinship(&a->guard) == kinship(&b->guard);
}

/* All of the plan's sound rules, a kinship at a time, each in the order of the pack. */
static uint32_t order_rules(const struct rule_plan *plan, uint8_t *taken, uint32_t *order)
{
	uint32_t count = 0;
	for (uint32_t i = 0; i < plan->rule_count; i++) {
		if (taken[i] || !plan->rules[i].sound)
			continue;
		for (uint32_t k = i; k < plan->rule_count; k++) {
			if (taken[k] || !plan->rules[k].sound ||
				!akin(&plan->rules[i], &plan->rules[k]))
				continue;
			taken[k] = 1;
			order[count++] = k;
		}
	}
	return count;
}

static void cut_shards(struct rule_plan *plan, const uint32_t *order, uint32_t count)
{
	for (uint32_t at = 0, end; at < count; at = end) {
		const struct planned_rule *first = &plan->rules[order[at]];
		uint32_t most = first->guard.literals.known ? SHARD_RULES : SHARD_RULES_OPEN;
		for (end = at;
			end < count && end - at < most && akin(first, &plan->rules[order[end]]);)
			plan->rules[order[end++]].shard = plan->shard_count;
		plan->shards[plan->shard_count++] = (struct plan_shard){order + at, end - at};
	}
}

enum err rule_plan_divide(struct rule_plan *plan, struct arena *arena)
{
	uint8_t *taken = arena_alloc(arena, plan->rule_count + 1, 1);
	uint32_t *order = arena_alloc(arena, plan->rule_count + 1, sizeof(*order));
	plan->shards = arena_alloc(arena, plan->rule_count + 1, sizeof(*plan->shards));
	plan->shard_count = 0;
	if (!taken || !order || !plan->shards)
		return E_NOMEM;
	TRY(guard_all(plan, arena));
	cut_shards(plan, order, order_rules(plan, taken, order));
	return E_OK;
}

/* --- text --- */

static void write_rule(struct writer *w, const struct planned_rule *r)
{
	for (size_t i = 0; i < r->file->import_count; i++) {
		writer_text(w, "import \"");
		writer_str(w, r->file->imports[i]);
		writer_text(w, "\"\n");
	}
	writer_str(w, r->rule->text);
	writer_char(w, '\n');
}

static void want(const struct rule_plan *plan, uint32_t at, uint8_t *wanted)
{
	wanted[at] = 1;
	for (uint32_t i = 0; i < plan->rules[at].with_count; i++)
		wanted[plan->rules[at].with[i]] = 1;
}

bool rule_plan_text(const struct rule_plan *plan, const uint32_t *rules, uint32_t count,
	uint32_t set, uint8_t *scratch, struct writer *w)
{
	bool any = false;
	memset(scratch, 0, plan->rule_count);
	for (uint32_t i = 0; i < count; i++)
		if (plan->rules[rules[i]].set == set && plan->rules[rules[i]].sound) {
			want(plan, rules[i], scratch);
			any = true;
		}
	for (uint32_t i = 0; any && i < plan->rule_count; i++) {
		const struct planned_rule *r = &plan->rules[i];
		if (r->set == set && r->rule->is_global && r->sound)
			want(plan, i, scratch);
	}
	for (uint32_t i = 0; any && i < plan->rule_count; i++)
		if (scratch[i])
			write_rule(w, &plan->rules[i]);
	return any;
}
