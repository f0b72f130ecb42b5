/* SPDX-License-Identifier: Apache-2.0 */
/* Which shards have to run on which bytes, and running them. docs/design/prefilter.md */
#include "match/engine.h"

#include <stdlib.h>

#include "match/engine_parts.h"

enum {
	ARENA = 2000 << 20
};

enum err engine_empty(struct engine **ret_engine)
{
	struct engine *e = calloc(1, sizeof(*e));
	if (!e)
		return E_NOMEM;
	arena_init(&e->arena, ARENA);
	e->reading = calloc(1, sizeof(*e->reading));
	if (!e->reading || pthread_mutex_init(e->reading, NULL) != 0) {
		free(e->reading);
		free(e);
		return E_NOMEM;
	}
	*ret_engine = e;
	return E_OK;
}

void engine_free(struct engine *e)
{
	if (!e)
		return;
	pthread_mutex_destroy(e->reading);
	free(e->reading);
	for (uint32_t i = 0; i < e->shard_count; i++)
		compiled_free(e->shards[i].compiled);
	for (int i = 0; i < CLASS__COUNT; i++)
		literal_set_free(e->classes[i].literals);
	arena_release(&e->arena);
	free(e);
}

enum err engine_compiled(const struct engine *e, uint32_t shard, struct compiled **ret_compiled)
{
	struct engine_shard *s = &e->shards[shard];
	enum err err = E_OK;
	pthread_mutex_lock(e->reading);
	if (!s->compiled)
		err = compiled_load(s->saved, &s->compiled);
	pthread_mutex_unlock(e->reading);
	*ret_compiled = s->compiled;
	return err;
}

struct engine_facts engine_facts(const struct engine *e)
{
	struct engine_facts facts = {.rules = e->rule_count, .shards = e->shard_count};
	for (uint32_t i = 0; i < e->rule_count; i++)
		facts.guarded += e->rules[i].literals || e->rules[i].header_count > 0;
	for (int i = 0; i < CLASS__COUNT; i++)
		facts.literals += e->classes[i].literal_count;
	return facts;
}

/* --- what a file's beginning and size allow --- */

static bool begins_with(struct bytes content, const struct header *h)
{
	return content.size >= h->size && memcmp(content.data, h->bytes, h->size) == 0;
}

bool rule_allowed(const struct engine_rule *r, struct bytes content)
{
	if (content.size > r->size_most)
		return false;
	for (uint32_t i = 0; i < r->header_count; i++)
		if (begins_with(content, &r->headers[i]))
			return true;
	return r->header_count == 0;
}

static const struct header mz = {"MZ", 2}, elf = {"\x7f"
						  "ELF",
						   4};

enum engine_class engine_class_of(const struct engine *e, struct bytes content)
{
	if (begins_with(content, &mz))
		return CLASS_MZ;
	if (begins_with(content, &elf))
		return CLASS_ELF;
	for (uint32_t i = 0; i < e->header_count; i++)
		if (begins_with(content, &e->headers[i]))
			return CLASS_HEADED;
	return CLASS_OTHER;
}

/* Whether a file that begins with `h` can be of the class. */
static bool header_in_class(const struct header *h, enum engine_class class)
{
	const struct header *known = class == CLASS_MZ ? &mz : &elf;
	uint8_t shorter = h->size < known->size ? h->size : known->size;
	switch (class) {
	case CLASS_MZ:
	case CLASS_ELF:
		return memcmp(h->bytes, known->bytes, shorter) == 0;
	case CLASS_HEADED:
		return true;
	case CLASS_OTHER:
	case CLASS__COUNT:
		break;
	}
	return false;
}

bool rule_in_class(const struct engine_rule *r, enum engine_class class)
{
	for (uint32_t i = 0; i < r->header_count; i++)
		if (header_in_class(&r->headers[i], class))
			return true;
	return r->header_count == 0;
}

/* --- a thread's own --- */

struct matcher {
	const struct engine *engine;
	struct yara_scan **scans;        /* one a shard, made when it first runs */
	struct literal_scratch *scratch; /* of all classes */
	uint32_t *due;                   /* shards of this scan */
	uint32_t due_count;
	uint64_t *due_at;     /* number of the scan a shard was last due at */
	uint64_t scan;        /* number of this scan */
	struct bytes content; /* of this scan */
	const struct engine_class_part *class;
	uint32_t shard;      /* at work */
	struct found *found; /* rules of this scan, FINDING_MATCHES of them */
	size_t found_count, found_total, found_most;
	struct rule_match *matches;
	struct arena texts; /* authors */
};

struct found {
	uint32_t rule;
	struct str author;
};

enum {
	FOUND_MOST = 4096,
	AUTHORS = 1 << 22
};

enum err matcher_new(const struct engine *e, struct matcher **ret_matcher)
{
	struct matcher *m = calloc(1, sizeof(*m));
	struct literal_set *sets[CLASS__COUNT];
	if (!m)
		return E_NOMEM;
	for (int i = 0; i < CLASS__COUNT; i++)
		sets[i] = e->classes[i].literals;
	m->engine = e;
	m->scans = calloc(e->shard_count + 1, sizeof(struct yara_scan *));
	m->due = calloc(e->shard_count + 1, sizeof(*m->due));
	m->due_at = calloc(e->shard_count + 1, sizeof(*m->due_at));
	m->found = calloc(FOUND_MOST, sizeof(*m->found));
	m->matches = calloc(FOUND_MOST, sizeof(*m->matches));
	arena_init(&m->texts, AUTHORS);
	enum err err = literal_scratch_new(sets, CLASS__COUNT, &m->scratch);
	if (err == E_OK && !(m->scans && m->due && m->due_at && m->found && m->matches))
		err = E_NOMEM;
	if (err != E_OK)
		matcher_free(m);
	else
		*ret_matcher = m;
	return err;
}

void matcher_free(struct matcher *m)
{
	if (!m)
		return;
	for (uint32_t i = 0; m->scans && i < m->engine->shard_count; i++)
		yara_scan_free(m->scans[i]);
	free(m->scans);
	literal_scratch_free(m->scratch);
	free(m->due);
	free(m->due_at);
	free(m->found);
	free(m->matches);
	arena_release(&m->texts);
	free(m);
}

/* --- which shards are due --- */

static void make_due(struct matcher *m, uint32_t shard)
{
	if (m->due_at[shard] == m->scan)
		return;
	m->due_at[shard] = m->scan;
	m->due[m->due_count++] = shard;
}

static void on_literal(void *context, uint32_t literal)
{
	struct matcher *m = context;
	const struct engine_class_part *class = m->class;
	for (uint32_t i = class->first[literal]; i < class->first[literal + 1]; i++) {
		const struct engine_rule *r = &m->engine->rules[class->rules[i]];
		if (m->due_at[r->shard] != m->scan && rule_allowed(r, m->content))
			make_due(m, r->shard);
	}
}

/* Rules that wait for no literal. */
static void find_open(struct matcher *m)
{
	for (uint32_t i = 0; i < m->class->open_count; i++) {
		const struct engine_rule *r = &m->engine->rules[m->class->open[i]];
		if (m->due_at[r->shard] != m->scan && rule_allowed(r, m->content))
			make_due(m, r->shard);
	}
}

static enum err find_due(struct matcher *m)
{
	const struct engine *e = m->engine;
	m->due_count = 0;
	m->scan++;
	if (e->plain) {
		for (uint32_t i = 0; i < e->shard_count; i++)
			make_due(m, i);
		return E_OK;
	}
	m->class = &e->classes[engine_class_of(e, m->content)];
	find_open(m);
	return literal_set_scan(m->class->literals, m->scratch, m->content, on_literal, m);
}

/* --- running them --- */

/* A rule stands with others in shards that are not its own: there it does not count. */
static void on_rule(void *context, struct str set, struct str name, struct str author)
{
	struct matcher *m = context;
	const struct engine *e = m->engine;
	const struct engine_shard *s = &e->shards[m->shard];
	for (uint32_t i = 0; i < s->count; i++) {
		const struct engine_rule *r = &e->rules[s->rules[i]];
		if (!str_equal(r->name, name) || !str_equal(e->sets[r->set].name, set))
			continue;
		m->found_total++;
		if (m->found_count < m->found_most)
			m->found[m->found_count++] =
				(struct found){s->rules[i], arena_copy(&m->texts, author)};
		return;
	}
}

static enum err run_shard(struct matcher *m, const struct object_name *name, unsigned seconds)
{
	struct yara_scan **scan = &m->scans[m->shard];
	if (!*scan) {
		struct compiled *compiled;
		TRY(engine_compiled(m->engine, m->shard, &compiled));
		TRY(yara_scan_new(compiled, scan));
	}
	return yara_scan_bytes(*scan, m->content, name, seconds, on_rule, m);
}

static int by_rule(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	return x->rule < y->rule ? -1 : x->rule > y->rule;
}

static void tell(struct matcher *m, struct match_result *ret)
{
	const struct engine *e = m->engine;
	qsort(m->found, m->found_count, sizeof(*m->found), by_rule);
	for (size_t i = 0; i < m->found_count; i++) {
		const struct engine_rule *r = &e->rules[m->found[i].rule];
		m->matches[i] = (struct rule_match){.set = e->sets[r->set].name,
			.rule = r->name,
			.author = m->found[i].author.size ? m->found[i].author
							  : e->sets[r->set].author,
			.family = r->family,
			.ours = e->sets[r->set].ours};
	}
	*ret = (struct match_result){
		.matches = m->matches, .count = m->found_count, .total = m->found_total};
}

enum err matcher_scan(struct matcher *m, struct bytes content, const struct object_name *name,
	unsigned flags, unsigned milliseconds, struct match_result *ret_result)
{
	enum err err = E_OK;
	m->content = content;
	m->found_count = m->found_total = 0;
	m->found_most = flags & MATCH_ALL ? FOUND_MOST : FINDING_MATCHES;
	arena_clear(&m->texts);
	TRY(find_due(m));
	for (uint32_t i = 0; i < m->due_count && err == E_OK; i++) {
		m->shard = m->due[i];
		err = run_shard(m, name, milliseconds / 1000 + 1);
	}
	tell(m, ret_result);
	return err;
}
