/* SPDX-License-Identifier: Apache-2.0 */
#include "match/plan.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/limits.h"

enum {
	SHARD_RULES = 32,
	SHARD_RULES_SILENT = 1024, /* that are tried without their strings */
	SLOTS = 1 << 18,           /* more than LIMIT_PACK_RULES: one is always free */
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

/* Bits of the file's imports that stand before a dot in the condition; all where they are many. */
static uint64_t imports_of(const struct yara_file *file, const struct yara_rule *rule)
{
	struct yara_lexer lexer = {
		rule->condition.data, rule->condition.data + rule->condition.size, 1};
	struct yara_token before = {0}, token = yara_next(&lexer);
	uint64_t imports = 0;
	if (file->import_count > 64)
		return UINT64_MAX;
	for (; token.kind != YARA_TOKEN_END && token.kind != YARA_TOKEN_BAD;
		token = yara_next(&lexer)) {
		for (size_t i = 0; i < file->import_count; i++)
			if (str_equal(token.text, STR(".")) &&
				str_equal(before.text, file->imports[i]))
				imports |= UINT64_C(1) << i;
		before = token;
	}
	return imports;
}

static bool is_imported(const struct planned_rule *r, size_t import)
{
	return import >= 64 || r->imports >> import & 1;
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
						.imports = imports_of(file, &file->rules[k]),
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

/* libyara takes no rule that a set of rules named before ("r*") would have meant. */
static void leave_out_late(struct planning *p, uint32_t at)
{
	const struct planned_rule *r = &p->plan->rules[at];
	for (size_t i = 0; i < r->rule->reference_count; i++) {
		struct str name = r->rule->references[i];
		if (name.size == 0 || name.data[name.size - 1] != '*')
			continue;
		name.size--;
		for (uint32_t k = at + 1; k < p->plan->rule_count; k++) {
			struct planned_rule *late = &p->plan->rules[k];
			if (late->set != r->set || !late->sound ||
				!str_starts(late->rule->name, name))
				continue;
			late->sound = false;
			tell(p, PROBLEM_YARA_RULE, late->file_name, late->rule->line,
				STR("a set of rules before it means it too"));
		}
	}
}

static enum err stand_all(struct planning *p)
{
	uint8_t *marked = arena_alloc(p->arena, p->plan->rule_count + 1, 1);
	if (!marked)
		return E_NOMEM;
	for (uint32_t i = 0; i < p->plan->rule_count; i++)
		TRY(stand_on(p, i, marked));
	for (uint32_t i = 0; i < p->plan->rule_count; i++)
		leave_out_late(p, i);
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

static enum err guard_set(struct rule_plan *plan, uint32_t first, uint32_t last,
	const struct pattern_judge *judge, struct arena *arena)
{
	const struct yara_rule **rules =
		arena_alloc(arena, last - first + 1, sizeof(const struct yara_rule *));
	struct guard *guards = arena_alloc(arena, last - first + 1, sizeof(*guards));
	if (!rules || !guards)
		return E_NOMEM;
	for (uint32_t i = first; i < last; i++)
		rules[i - first] = plan->rules[i].rule;
	TRY(guards_make(rules, last - first, judge, arena, guards));
	for (uint32_t i = first; i < last; i++)
		plan->rules[i].guard = guards[i - first];
	return E_OK;
}

static enum err guard_all(
	struct rule_plan *plan, const struct pattern_judge *judge, struct arena *arena)
{
	for (uint32_t first = 0, last; first < plan->rule_count; first = last) {
		for (last = first;
			last < plan->rule_count && plan->rules[last].set == plan->rules[first].set;)
			last++;
		TRY(guard_set(plan, first, last, judge, arena));
	}
	return E_OK;
}

/* --- shards --- */

/* A way that asks for no pattern. */
static bool has_open_way(const struct planned_rule *r, bool free)
{
	for (uint32_t i = 0; i < r->guard.count; i++)
		if (r->guard.ways[i].clause_count == 0 && r->guard.ways[i].free == free)
			return true;
	return false;
}

/* Whether its strings have a say in any of its ways. */
static bool is_bound(const struct planned_rule *r)
{
	for (uint32_t i = 0; i < r->guard.count; i++)
		if (!r->guard.ways[i].free)
			return true;
	return r->rule->string_count > 0;
}

/* Rules that are likely to run together: as noisy as one another, with the same header. */
static uint64_t kinship(const struct planned_rule *r, bool silent)
{
	const struct guard_way *way = r->guard.count ? &r->guard.ways[0] : NULL;
	uint64_t noise = has_open_way(r, false)   ? 4
			 : r->guard.chance > 0.1  ? 3
			 : r->guard.chance > 0.01 ? 2
						  : 1;
	uint64_t key = silent ? 0 : noise;
	for (size_t i = 0; i < r->file->import_count; i++)
		if (is_imported(r, i))
			key ^= XXH3_64bits(r->file->imports[i].data, r->file->imports[i].size);
	return XXH3_64bits_withSeed(
		way ? way->headers[0].bytes : NULL, way && way->header_count ? 4 : 0, key);
}

/* Those that can ever be told: what is private only stands with others. */
static bool is_wanted(const struct planned_rule *r, bool silent)
{
	if (!r->sound || r->rule->is_private || r->guard.count == 0)
		return false;
	return silent ? has_open_way(r, true) : is_bound(r);
}

struct division {
	struct rule_plan *plan;
	uint8_t *taken;
	uint32_t *order; /* two for each rule: it may stand in a shard and in a silent one */
	uint32_t count;
	bool silent;
};

/* A kinship at a time, each in the order of the pack. */
static void order_rules(struct division *d)
{
	const struct rule_plan *plan = d->plan;
	memset(d->taken, 0, plan->rule_count);
	for (uint32_t i = 0; i < plan->rule_count; i++) {
		if (d->taken[i] || !is_wanted(&plan->rules[i], d->silent))
			continue;
		uint64_t kin = kinship(&plan->rules[i], d->silent);
		for (uint32_t k = i; k < plan->rule_count; k++) {
			if (d->taken[k] || !is_wanted(&plan->rules[k], d->silent) ||
				kinship(&plan->rules[k], d->silent) != kin)
				continue;
			d->taken[k] = 1;
			d->order[d->count++] = k;
		}
	}
}

static void cut_shards(struct division *d, uint32_t from)
{
	struct rule_plan *plan = d->plan;
	uint32_t most = d->silent ? SHARD_RULES_SILENT : SHARD_RULES;
	for (uint32_t at = from, end; at < d->count; at = end) {
		uint64_t kin = kinship(&plan->rules[d->order[at]], d->silent);
		for (end = at; end < d->count && end - at < most; end++) {
			struct planned_rule *r = &plan->rules[d->order[end]];
			if (kinship(r, d->silent) != kin)
				break;
			*(d->silent ? &r->silent : &r->shard) = plan->shard_count;
		}
		plan->shards[plan->shard_count++] = (struct plan_shard){d->order + at, end - at};
	}
}

static void one_shard(struct division *d)
{
	for (uint32_t i = 0; i < d->plan->rule_count; i++) {
		struct planned_rule *r = &d->plan->rules[i];
		if (!r->sound || r->rule->is_private)
			continue;
		r->shard = 0;
		d->order[d->count++] = i;
	}
	d->plan->shards[0] = (struct plan_shard){d->order, d->count};
	d->plan->shard_count = d->count > 0;
}

enum err rule_plan_divide(
	struct rule_plan *plan, bool plain, const struct pattern_judge *judge, struct arena *arena)
{
	size_t room = 2 * (size_t)plan->rule_count + 1;
	struct division d = {.plan = plan,
		.taken = arena_alloc(arena, room, 1),
		.order = arena_alloc(arena, room, sizeof(*d.order))};
	plan->shards = arena_alloc(arena, room, sizeof(*plan->shards));
	plan->shard_count = 0;
	if (!d.taken || !d.order || !plan->shards)
		return E_NOMEM;
	for (uint32_t i = 0; i < plan->rule_count; i++)
		plan->rules[i].shard = plan->rules[i].silent = PLAN_NO_SHARD;
	if (plain) {
		one_shard(&d);
		return E_OK;
	}
	TRY(guard_all(plan, judge, arena));
	for (int silent = 0; silent < 2; silent++) {
		uint32_t from = d.count;
		d.silent = silent;
		order_rules(&d);
		cut_shards(&d, from);
	}
	return E_OK;
}

/* --- text --- */

static void write_rule(struct writer *w, const struct planned_rule *r)
{
	for (size_t i = 0; i < r->file->import_count; i++) {
		if (!is_imported(r, i))
			continue;
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
