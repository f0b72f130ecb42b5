/* SPDX-License-Identifier: Apache-2.0 */
/* From a pack to an engine: rules compiled shard by shard, literals by class of file. */
#include <stdlib.h>
#include <xxhash.h>

#include "base/limits.h"
#include "match/engine_parts.h"
#include "match/plan.h"

enum {
	ARENA = 2000 << 20
};

struct building {
	const struct pack *pack;
	struct engine *engine;
	struct rule_plan plan;
	struct arena arena; /* what only building needs */
	engine_problem_fn *on_problem;
	void *context;
	uint8_t *scratch; /* one byte a rule */
};

/* --- compiling --- */

/* Texts of some rules, one a set. */
struct texts {
	struct yara_source_text *list;
	struct writer *writers;
	size_t count;
};

static void texts_release(struct texts *t)
{
	for (size_t i = 0; i < t->count; i++)
		writer_release(&t->writers[i]);
	free(t->list);
	free(t->writers);
}

static enum err texts_make(
	struct building *b, const uint32_t *rules, uint32_t count, struct texts *t)
{
	uint32_t sets = b->engine->set_count;
	*t = (struct texts){
		calloc(sets + 1, sizeof(*t->list)), calloc(sets + 1, sizeof(*t->writers)), 0};
	if (!t->list || !t->writers)
		return E_NOMEM;
	for (uint32_t set = 0; set < sets; set++) {
		struct writer *w = &t->writers[t->count];
		writer_init(w, LIMIT_PACK_BYTES);
		if (!rule_plan_text(&b->plan, rules, count, set, b->scratch, w))
			continue;
		writer_char(w, '\0');
		const char *name = arena_cstr(&b->arena, b->engine->sets[set].name);
		t->count++;
		TRY(writer_end(w));
		if (!name)
			return E_NOMEM;
		t->list[t->count - 1] = (struct yara_source_text){name, (const char *)w->data};
	}
	return E_OK;
}

static enum err compile_rules(struct building *b, const uint32_t *rules, uint32_t count,
	struct compiled **ret_compiled, struct yara_complaint *ret_complaint)
{
	struct texts texts;
	enum err err = texts_make(b, rules, count, &texts);
	if (err == E_OK)
		err = compiled_new(texts.list, texts.count, ret_compiled, ret_complaint);
	texts_release(&texts);
	return err;
}

static void tell_unsound(
	struct building *b, const struct planned_rule *r, const struct yara_complaint *c)
{
	struct problem problem = {0};
	problem_set(
		&problem, PROBLEM_YARA_RULE, r->file_name, (struct str){c->text, strlen(c->text)});
	problem.line = r->rule->line;
	b->on_problem(b->context, &problem);
}

/* What stands on an unsound rule is unsound. */
static bool stands_on_unsound(const struct rule_plan *plan, const struct planned_rule *r)
{
	for (uint32_t i = 0; i < r->with_count; i++)
		if (!plan->rules[r->with[i]].sound)
			return true;
	return false;
}

/* Tries a rule by itself. */
static enum err try_rule(struct building *b, uint32_t at)
{
	struct planned_rule *r = &b->plan.rules[at];
	struct yara_complaint complaint = {.text = "stands on a rule that does not compile"};
	struct compiled *compiled;
	enum err err = E_SYNTAX;
	if (!stands_on_unsound(&b->plan, r)) {
		err = compile_rules(b, &at, 1, &compiled, &complaint);
		if (err == E_OK) {
			compiled_free(compiled);
			return E_OK;
		}
	}
	if (err == E_NOMEM)
		return err;
	r->sound = false;
	tell_unsound(b, r, &complaint);
	return E_OK;
}

/* Which of them compile: all, or halves, down to the one that does not. */
static enum err sift(struct building *b, const uint32_t *rules, uint32_t count)
{
	struct yara_complaint complaint;
	struct compiled *compiled;
	if (count == 1)
		return try_rule(b, rules[0]);
	enum err err = compile_rules(b, rules, count, &compiled, &complaint);
	if (err == E_OK)
		compiled_free(compiled);
	if (err == E_OK || err == E_NOMEM)
		return err;
	TRY(sift(b, rules, count / 2));
	return sift(b, rules + count / 2, count - count / 2);
}

/* Global rules stand in every shard: they are tried first, and rules are told apart by halves. */
static enum err sift_globals(struct building *b)
{
	for (uint32_t i = 0; i < b->plan.rule_count; i++) {
		struct planned_rule *r = &b->plan.rules[i];
		if (r->rule->is_global)
			r->sound = false;
	}
	for (uint32_t i = 0; i < b->plan.rule_count; i++) {
		struct planned_rule *r = &b->plan.rules[i];
		if (!r->rule->is_global)
			continue;
		r->sound = true;
		TRY(try_rule(b, i));
	}
	return E_OK;
}

static enum err compile_shard(struct building *b, uint32_t shard)
{
	const struct plan_shard *s = &b->plan.shards[shard];
	struct engine_shard *made = &b->engine->shards[shard];
	struct yara_complaint complaint;
	uint32_t *rules = arena_alloc(&b->engine->arena, s->count + 1, sizeof(*rules));
	if (!rules)
		return E_NOMEM;
	enum err err = compile_rules(b, s->rules, s->count, &made->compiled, &complaint);
	if (err == E_SYNTAX || err == E_LIMIT) {
		TRY(sift(b, s->rules, s->count));
		err = compile_rules(b, s->rules, s->count, &made->compiled, &complaint);
	}
	TRY(err);
	TRY(compiled_pack(&made->compiled));
	for (uint32_t i = 0; i < s->count; i++)
		if (b->plan.rules[s->rules[i]].sound)
			rules[made->count++] = s->rules[i];
	made->rules = rules;
	return E_OK;
}

static enum err compile_shards(struct building *b)
{
	struct engine *e = b->engine;
	e->shards = arena_alloc(&e->arena, b->plan.shard_count + 1, sizeof(*e->shards));
	if (!e->shards)
		return E_NOMEM;
	for (uint32_t i = 0; i < b->plan.shard_count; i++) {
		e->shard_count = i + 1;
		TRY(compile_shard(b, i));
	}
	return E_OK;
}

/* --- rules --- */

static enum err take_sets(struct building *b)
{
	struct engine *e = b->engine;
	e->sets = arena_alloc(&e->arena, b->pack->set_count + 1, sizeof(*e->sets));
	if (!e->sets)
		return E_NOMEM;
	for (size_t i = 0; i < b->pack->set_count; i++) {
		const struct pack_set *s = &b->pack->sets[i];
		struct engine_set *set = &e->sets[e->set_count++];
		*set = (struct engine_set){
			arena_copy(&e->arena, s->name), arena_copy(&e->arena, s->author), s->ours};
		if (!set->name.data || !set->author.data)
			return E_NOMEM;
	}
	return E_OK;
}

static enum err take_rules(struct building *b)
{
	struct engine *e = b->engine;
	e->rules = arena_alloc(&e->arena, b->plan.rule_count + 1, sizeof(*e->rules));
	if (!e->rules)
		return E_NOMEM;
	e->rule_count = b->plan.rule_count;
	for (uint32_t i = 0; i < e->rule_count; i++) {
		const struct planned_rule *from = &b->plan.rules[i];
		struct engine_rule *r = &e->rules[i];
		*r = (struct engine_rule){.name = arena_copy(&e->arena, from->rule->name),
			.family = arena_copy(&e->arena, from->rule->family),
			.set = from->set,
			.shard = from->shard,
			.literals = from->guard.literals.known,
			.size_most = from->guard.size_most,
			.header_count = from->guard.header_count};
		memcpy(r->headers, from->guard.headers, sizeof(r->headers));
		if (!r->name.data || !r->family.data)
			return E_NOMEM;
	}
	return E_OK;
}

static bool has_header(const struct engine *e, const struct header *h)
{
	for (uint32_t i = 0; i < e->header_count; i++)
		if (e->headers[i].size == h->size &&
			memcmp(e->headers[i].bytes, h->bytes, h->size) == 0)
			return true;
	return false;
}

static enum err take_headers(struct building *b)
{
	struct engine *e = b->engine;
	e->headers = arena_alloc(
		&e->arena, GUARD_HEADERS * (size_t)e->rule_count + 1, sizeof(*e->headers));
	if (!e->headers)
		return E_NOMEM;
	for (uint32_t i = 0; i < e->rule_count; i++)
		for (uint32_t k = 0; k < e->rules[i].header_count; k++)
			if (!has_header(e, &e->rules[i].headers[k]))
				e->headers[e->header_count++] = e->rules[i].headers[k];
	return E_OK;
}

/* --- literals of a class --- */

/* Each literal once, with the rules that wait for it. */
struct collecting {
	struct literal *literals;
	uint32_t count;
	uint32_t *slots; /* number + 1 */
	uint32_t slot_count;
	struct wait {
		uint32_t literal, rule;
	} * waits;
	uint32_t wait_count;
};

static uint64_t literal_hash(const struct literal *l)
{
	return XXH3_64bits_withSeed(l->bytes.data, l->bytes.size, l->caseless);
}

static bool literal_equal(const struct literal *a, const struct literal *b)
{
	return a->caseless == b->caseless && a->bytes.size == b->bytes.size &&
	       memcmp(a->bytes.data, b->bytes.data, a->bytes.size) == 0;
}

static uint32_t literal_number(struct collecting *c, const struct literal *l)
{
	for (uint64_t at = literal_hash(l);; at++) {
		uint32_t *slot = &c->slots[at & (c->slot_count - 1)];
		if (*slot == 0) {
			c->literals[c->count++] = *l;
			*slot = c->count;
		}
		if (literal_equal(&c->literals[*slot - 1], l))
			return *slot - 1;
	}
}

static bool in_class(const struct building *b, uint32_t rule, enum engine_class class)
{
	return b->plan.rules[rule].sound && rule_in_class(&b->engine->rules[rule], class);
}

static enum err collect(struct building *b, enum engine_class class, struct collecting *c)
{
	uint64_t most = 0;
	for (uint32_t i = 0; i < b->plan.rule_count; i++)
		most += in_class(b, i, class) ? b->plan.rules[i].guard.literals.count : 0;
	for (c->slot_count = 2; c->slot_count < 2 * most;)
		c->slot_count *= 2;
	c->literals = arena_alloc(&b->arena, most + 1, sizeof(*c->literals));
	c->waits = arena_alloc(&b->arena, most + 1, sizeof(*c->waits));
	c->slots = arena_alloc(&b->arena, c->slot_count, sizeof(*c->slots));
	if (!c->literals || !c->waits || !c->slots)
		return E_NOMEM;
	for (uint32_t i = 0; i < b->plan.rule_count; i++) {
		const struct literals *l = &b->plan.rules[i].guard.literals;
		for (uint32_t k = 0; in_class(b, i, class) && k < l->count; k++)
			c->waits[c->wait_count++] =
				(struct wait){literal_number(c, &l->list[k]), i};
	}
	return E_OK;
}

/* Rules by literal: counted, then put in place. */
static enum err index_waits(
	struct engine *e, const struct collecting *c, struct engine_class_part *part)
{
	uint32_t *first = arena_alloc(&e->arena, (size_t)c->count + 2, sizeof(*first));
	uint32_t *rules = arena_alloc(&e->arena, (size_t)c->wait_count + 1, sizeof(*rules));
	if (!first || !rules)
		return E_NOMEM;
	for (uint32_t i = 0; i < c->wait_count; i++)
		first[c->waits[i].literal + 2]++;
	for (uint32_t i = 2; i < c->count + 2; i++)
		first[i] += first[i - 1];
	for (uint32_t i = 0; i < c->wait_count; i++)
		rules[first[c->waits[i].literal + 1]++] = c->waits[i].rule;
	part->first = first;
	part->rules = rules;
	part->literal_count = c->count;
	return E_OK;
}

static enum err take_open(struct building *b, enum engine_class class)
{
	struct engine *e = b->engine;
	struct engine_class_part *part = &e->classes[class];
	uint32_t *open = arena_alloc(&e->arena, (size_t)e->rule_count + 1, sizeof(*open));
	if (!open)
		return E_NOMEM;
	for (uint32_t i = 0; i < e->rule_count; i++)
		if (in_class(b, i, class) && !e->rules[i].literals)
			open[part->open_count++] = i;
	part->open = open;
	return E_OK;
}

static enum err build_class(struct building *b, enum engine_class class)
{
	struct collecting c = {0};
	struct engine_class_part *part = &b->engine->classes[class];
	TRY(take_open(b, class));
	TRY(collect(b, class, &c));
	TRY(index_waits(b->engine, &c, part));
	return literal_set_new(c.literals, c.count, &part->literals);
}

/* --- all of it --- */

static enum err build(struct building *b)
{
	TRY(take_sets(b));
	TRY(rule_plan_make(b->pack, &b->arena, b->on_problem, b->context, &b->plan));
	b->scratch = arena_alloc(&b->arena, b->plan.rule_count + 1, 1);
	if (!b->scratch)
		return E_NOMEM;
	TRY(sift_globals(b));
	TRY(rule_plan_divide(&b->plan, &b->arena));
	TRY(take_rules(b));
	TRY(take_headers(b));
	TRY(compile_shards(b));
	for (int i = 0; i < CLASS__COUNT; i++)
		TRY(build_class(b, (enum engine_class)i));
	return E_OK;
}

enum err engine_new(const struct pack *pack, bool plain, engine_problem_fn *on_problem,
	void *context, struct engine **ret_engine)
{
	struct building b = {.pack = pack, .on_problem = on_problem, .context = context};
	TRY(engine_empty(&b.engine));
	b.engine->plain = plain;
	arena_init(&b.arena, ARENA);
	enum err err = yara_begin();
	if (err == E_OK)
		err = build(&b);
	arena_release(&b.arena);
	if (err != E_OK)
		engine_free(b.engine);
	else
		*ret_engine = b.engine;
	return err;
}
