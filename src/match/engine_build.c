/* SPDX-License-Identifier: Apache-2.0 */
/* From a pack to an engine: rules compiled shard by shard, literals by class of file. */
#include <stdlib.h>
#define XXH_INLINE_ALL
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
	uint8_t *scratch_sound;
	struct pattern *patterns;
	uint32_t *slots; /* by pattern: its number + 1 */
	size_t slot_count;
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

/* What a set of rules before it meant compiles by itself: who stands on it must be told here. */
static void drop_standing(struct building *b, const uint32_t *rules, uint32_t count)
{
	const struct yara_complaint complaint = {.text = "stands on a rule that is left out"};
	for (uint32_t i = 0; i < count; i++) {
		struct planned_rule *r = &b->plan.rules[rules[i]];
		if (!r->sound || !stands_on_unsound(&b->plan, r))
			continue;
		r->sound = false;
		tell_unsound(b, r, &complaint);
	}
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
		b->scratch_sound[i] = r->sound && r->rule->is_global;
		r->sound = r->sound && !r->rule->is_global;
	}
	for (uint32_t i = 0; i < b->plan.rule_count; i++) {
		if (!b->scratch_sound[i])
			continue;
		b->plan.rules[i].sound = true;
		TRY(try_rule(b, i));
	}
	return E_OK;
}

static enum err give_up(struct building *b, const struct plan_shard *s,
	const struct yara_complaint *complaint, struct compiled **ret_compiled)
{
	struct yara_complaint none;
	for (uint32_t i = 0; i < s->count; i++) {
		struct planned_rule *r = &b->plan.rules[s->rules[i]];
		if (r->sound)
			tell_unsound(b, r, complaint);
		r->sound = false;
	}
	return compile_rules(b, s->rules, s->count, ret_compiled, &none);
}

static enum err compile_shard(struct building *b, uint32_t shard)
{
	const struct plan_shard *s = &b->plan.shards[shard];
	struct engine_shard *made = &b->engine->shards[shard];
	struct yara_complaint complaint;
	uint32_t *rules = arena_alloc(&b->engine->arena, s->count + 1, sizeof(*rules));
	if (!rules)
		return E_NOMEM;
	drop_standing(b, s->rules, s->count);
	enum err err = compile_rules(b, s->rules, s->count, &made->compiled, &complaint);
	if (err == E_SYNTAX || err == E_LIMIT) {
		TRY(sift(b, s->rules, s->count));
		err = compile_rules(b, s->rules, s->count, &made->compiled, &complaint);
	}
	if (err == E_SYNTAX || err == E_LIMIT) /* each by itself, but not together: nobody's */
		err = give_up(b, s, &complaint, &made->compiled);
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

/* --- ways and what they need --- */

/* Each pattern once. */
static uint64_t pattern_hash(const struct pattern *p)
{
	return XXH3_64bits_withSeed(
		p->bytes.data, p->bytes.size, (uint64_t)p->kind << 1 | p->caseless);
}

static bool pattern_equal(const struct pattern *a, const struct pattern *b)
{
	return a->kind == b->kind && a->caseless == b->caseless && a->bytes.size == b->bytes.size &&
	       memcmp(a->bytes.data, b->bytes.data, a->bytes.size) == 0;
}

static uint32_t pattern_number(struct building *b, const struct pattern *p)
{
	for (uint64_t at = pattern_hash(p);; at++) {
		uint32_t *slot = &b->slots[at & (b->slot_count - 1)];
		if (*slot == 0) {
			b->patterns[b->engine->pattern_count++] = *p;
			*slot = b->engine->pattern_count;
		}
		if (pattern_equal(&b->patterns[*slot - 1], p))
			return *slot - 1;
	}
}

static void take_atom(struct building *b, const struct atom *from)
{
	struct engine *e = b->engine;
	e->atoms[e->atom_count++] = (struct range){e->atom_pattern_count, from->count};
	for (uint32_t i = 0; i < from->count; i++)
		e->atom_patterns[e->atom_pattern_count++] = pattern_number(b, &from->list[i]);
}

static void take_clause(struct building *b, const struct clause *from)
{
	struct engine *e = b->engine;
	e->clauses[e->clause_count++] =
		(struct engine_clause){from->least, {e->atom_count, from->count}};
	for (uint32_t i = 0; i < from->count; i++)
		take_atom(b, &from->atoms[i]);
}

static struct str keep(struct building *b, struct str text)
{
	return arena_copy(&b->engine->arena, text);
}

static enum err take_way(struct building *b, const struct guard_way *from)
{
	struct engine *e = b->engine;
	struct engine_way *way = &e->ways[e->way_count++];
	*way = (struct engine_way){.header_count = from->header_count,
		.size_least = from->size_least,
		.size_most = from->size_most,
		.external = from->external,
		.texts = {e->text_count, from->text_count},
		.clauses = {e->clause_count, from->clause_count},
		.free = from->free};
	memcpy(way->headers, from->headers, sizeof(way->headers));
	for (uint32_t i = 0; i < from->text_count; i++) {
		e->texts[e->text_count] = keep(b, from->texts[i]);
		if (!e->texts[e->text_count++].data)
			return E_NOMEM;
	}
	for (uint32_t i = 0; i < from->clause_count; i++)
		take_clause(b, &from->clauses[i]);
	return E_OK;
}

/* How many there are of each, for room. */
struct sums {
	size_t ways, texts, clauses, atoms, patterns;
};

static void count_way(const struct guard_way *way, struct sums *sums)
{
	sums->ways++;
	sums->texts += way->text_count;
	sums->clauses += way->clause_count;
	for (uint32_t i = 0; i < way->clause_count; i++) {
		sums->atoms += way->clauses[i].count;
		for (uint32_t k = 0; k < way->clauses[i].count; k++)
			sums->patterns += way->clauses[i].atoms[k].count;
	}
}

static enum err make_room(struct building *b)
{
	struct engine *e = b->engine;
	struct sums s = {0};
	for (uint32_t i = 0; i < b->plan.rule_count; i++)
		for (uint32_t k = 0; k < b->plan.rules[i].guard.count; k++)
			count_way(&b->plan.rules[i].guard.ways[k], &s);
	for (b->slot_count = 2; b->slot_count < 2 * s.patterns;)
		b->slot_count *= 2;
	e->rules = arena_alloc(&e->arena, b->plan.rule_count + (size_t)1, sizeof(*e->rules));
	e->ways = arena_alloc(&e->arena, s.ways + 1, sizeof(*e->ways));
	e->texts = arena_alloc(&e->arena, s.texts + 1, sizeof(*e->texts));
	e->clauses = arena_alloc(&e->arena, s.clauses + 1, sizeof(*e->clauses));
	e->atoms = arena_alloc(&e->arena, s.atoms + 1, sizeof(*e->atoms));
	e->atom_patterns = arena_alloc(&e->arena, s.patterns + 1, sizeof(*e->atom_patterns));
	b->patterns = arena_alloc(&b->arena, s.patterns + 1, sizeof(*b->patterns));
	b->slots = arena_alloc(&b->arena, b->slot_count, sizeof(*b->slots));
	bool enough = e->rules && e->ways && e->texts && e->clauses && e->atoms &&
		      e->atom_patterns && b->patterns && b->slots;
	return enough ? E_OK : E_NOMEM;
}

static enum err take_rule(struct building *b, uint32_t at)
{
	const struct planned_rule *from = &b->plan.rules[at];
	struct engine_rule *r = &b->engine->rules[at];
	*r = (struct engine_rule){.name = keep(b, from->rule->name),
		.family = keep(b, from->rule->family),
		.set = from->set,
		.shard = from->shard,
		.silent = from->silent};
	bool wanted =
		from->sound && (from->shard != PLAN_NO_SHARD || from->silent != PLAN_NO_SHARD);
	r->ways = (struct range){b->engine->way_count, wanted ? from->guard.count : 0};
	for (uint32_t i = 0; i < r->ways.count; i++)
		TRY(take_way(b, &from->guard.ways[i]));
	return r->name.data && r->family.data ? E_OK : E_NOMEM;
}

static enum err take_rules(struct building *b)
{
	struct engine *e = b->engine;
	e->rule_count = b->plan.rule_count;
	for (uint32_t i = 0; i < e->rule_count; i++)
		TRY(take_rule(b, i));
	return E_OK;
}

/* Rules that a pattern is of: counted, then put in place. One may be named twice. */
static enum err index_patterns(struct engine *e)
{
	uint32_t *first = arena_alloc(&e->arena, (size_t)e->pattern_count + 2, sizeof(*first));
	uint32_t *rules = arena_alloc(&e->arena, (size_t)e->atom_pattern_count + 1, sizeof(*rules));
	if (!first || !rules)
		return E_NOMEM;
	for (uint32_t i = 0; i < e->atom_pattern_count; i++)
		first[e->atom_patterns[i] + 2]++;
	for (uint32_t i = 2; i < e->pattern_count + 2; i++)
		first[i] += first[i - 1];
	for (uint32_t r = 0; r < e->rule_count; r++) {
		struct range patterns = engine_rule_patterns(e, r);
		for (uint32_t i = 0; i < patterns.count; i++)
			rules[first[e->atom_patterns[patterns.first + i] + 1]++] = r;
	}
	e->pattern_first = first;
	e->pattern_rules = rules;
	return E_OK;
}

/* --- classes --- */

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
		&e->arena, GUARD_HEADERS * (size_t)e->way_count + 1, sizeof(*e->headers));
	if (!e->headers)
		return E_NOMEM;
	for (uint32_t i = 0; i < e->way_count; i++)
		for (uint32_t k = 0; k < e->ways[i].header_count; k++)
			if (!has_header(e, &e->ways[i].headers[k]))
				e->headers[e->header_count++] = e->ways[i].headers[k];
	return E_OK;
}

static void want_way(const struct engine *e, const struct engine_way *way, uint8_t *wanted)
{
	for (uint32_t i = 0; i < way->clauses.count; i++) {
		struct range atoms = e->clauses[way->clauses.first + i].atoms;
		for (uint32_t k = 0; k < atoms.count; k++) {
			struct range patterns = e->atoms[atoms.first + k];
			for (uint32_t n = 0; n < patterns.count; n++)
				wanted[e->atom_patterns[patterns.first + n]] = 1;
		}
	}
}

/* Patterns and open rules of the ways that a file of the class can take. */
static uint32_t want_class(
	struct engine *e, enum engine_class class, uint8_t *wanted, uint32_t *open)
{
	uint32_t count = 0;
	for (uint32_t r = 0; r < e->rule_count; r++) {
		bool is_open = false;
		for (uint32_t i = 0; i < e->rules[r].ways.count; i++) {
			const struct engine_way *way = &e->ways[e->rules[r].ways.first + i];
			if (!way_in_class(way, class))
				continue;
			want_way(e, way, wanted);
			is_open = is_open || way->clauses.count == 0;
		}
		if (is_open)
			open[count++] = r;
	}
	return count;
}

/* What is looked for in files of a class. */
struct class_job {
	struct pattern *patterns;
	uint32_t *numbers;
	struct pattern_set **set;
	uint32_t count;
	enum err err;
};

static enum err prepare_class(struct building *b, enum engine_class class, struct class_job *job)
{
	struct engine *e = b->engine;
	struct engine_class_part *part = &e->classes[class];
	size_t room = (size_t)e->pattern_count + 1;
	uint32_t *open = arena_alloc(&e->arena, (size_t)e->rule_count + 1, sizeof(*open));
	uint8_t *wanted = arena_alloc(&b->arena, room, 1);
	*job = (struct class_job){.patterns = arena_alloc(&b->arena, room, sizeof(*job->patterns)),
		.numbers = arena_alloc(&b->arena, room, sizeof(*job->numbers)),
		.set = &part->patterns};
	if (!open || !wanted || !job->patterns || !job->numbers)
		return E_NOMEM;
	part->open_count = want_class(e, class, wanted, open);
	part->open = open;
	for (uint32_t i = 0; i < e->pattern_count; i++)
		if (wanted[i]) {
			job->numbers[job->count] = i;
			job->patterns[job->count++] = b->patterns[i];
		}
	return E_OK;
}

/* Every other class: the most of the time goes into them, and there are two processors at least. */
static void *build_half(void *context)
{
	struct class_job *jobs = context;
	for (int i = 0; i < CLASS__COUNT && jobs[i].set; i += 2)
		jobs[i].err = pattern_set_new(
			jobs[i].patterns, jobs[i].numbers, jobs[i].count, jobs[i].set);
	return NULL;
}

static enum err build_classes(struct building *b)
{
	struct class_job jobs[CLASS__COUNT + 2] = {0};
	pthread_t other;
	for (int i = 0; i < CLASS__COUNT; i++)
		TRY(prepare_class(b, (enum engine_class)i, &jobs[i]));
	bool alone = pthread_create(&other, NULL, build_half, jobs + 1) != 0;
	build_half(jobs);
	if (alone)
		build_half(jobs + 1);
	else
		pthread_join(other, NULL);
	for (int i = 0; i < CLASS__COUNT; i++)
		TRY(jobs[i].err);
	return E_OK;
}

/* --- all of it --- */

static bool accepts(void *context, struct bytes expression)
{
	(void)context;
	return pattern_accepted(expression);
}

static enum err build(struct building *b)
{
	struct pattern_judge judge = {NULL, accepts};
	TRY(take_sets(b));
	TRY(lists_make(b->pack, &b->engine->arena, &b->engine->lists));
	TRY(network_make(b->pack, &b->engine->arena, &b->engine->network));
	TRY(rule_plan_make(b->pack, &b->arena, b->on_problem, b->context, &b->plan));
	b->scratch = arena_alloc(&b->arena, b->plan.rule_count + 1, 1);
	b->scratch_sound = arena_alloc(&b->arena, b->plan.rule_count + 1, 1);
	if (!b->scratch || !b->scratch_sound)
		return E_NOMEM;
	TRY(sift_globals(b));
	TRY(rule_plan_divide(&b->plan, b->engine->plain, &judge, &b->arena));
	TRY(make_room(b));
	TRY(compile_shards(b));
	TRY(take_rules(b));
	TRY(index_patterns(b->engine));
	TRY(take_headers(b));
	return build_classes(b);
}

/* --- which rules compile --- */

enum {
	CHECKED_TOGETHER = 64
};

/* Private ones are compiled with those that stand on them. */
static uint32_t gather(const struct rule_plan *plan, uint32_t *at, uint32_t *rules)
{
	uint32_t count = 0;
	for (; *at < plan->rule_count && count < CHECKED_TOGETHER; ++*at)
		if (plan->rules[*at].sound && !plan->rules[*at].rule->is_private)
			rules[count++] = *at;
	return count;
}

static enum err check(struct building *b, engine_progress_fn *on_progress)
{
	uint32_t rules[CHECKED_TOGETHER];
	TRY(take_sets(b));
	TRY(rule_plan_make(b->pack, &b->arena, b->on_problem, b->context, &b->plan));
	b->scratch = arena_alloc(&b->arena, b->plan.rule_count + 1, 1);
	b->scratch_sound = arena_alloc(&b->arena, b->plan.rule_count + 1, 1);
	if (!b->scratch || !b->scratch_sound)
		return E_NOMEM;
	TRY(sift_globals(b));
	for (uint32_t at = 0; at < b->plan.rule_count;) {
		uint32_t count = gather(&b->plan, &at, rules);
		drop_standing(b, rules, count);
		if (count > 0)
			TRY(sift(b, rules, count));
		on_progress(b->context, at, b->plan.rule_count);
	}
	return E_OK;
}

enum err engine_check(const struct pack *pack, engine_problem_fn *on_problem,
	engine_progress_fn *on_progress, void *context)
{
	struct building b = {.pack = pack, .on_problem = on_problem, .context = context};
	TRY(engine_empty(&b.engine));
	arena_init(&b.arena, ARENA);
	enum err err = yara_begin();
	if (err == E_OK)
		err = check(&b, on_progress);
	arena_release(&b.arena);
	engine_free(b.engine);
	return err;
}

/* --- an engine --- */

enum err engine_new(const struct pack *pack, bool plain, engine_problem_fn *on_problem,
	void *context, struct engine **ret_engine)
{
	struct building b = {.pack = pack, .on_problem = on_problem, .context = context};
	TRY(engine_empty(&b.engine));
	b.engine->plain = plain || !pattern_library_sound();
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
