/* SPDX-License-Identifier: Apache-2.0 */
/* Which shards have to run on which bytes, and running them. docs/design/prefilter.md */
#include <stdlib.h>

#include "match/digest.h"
#include "match/engine_parts.h"

/* A rule that is true; what a list names, behind all rules. */
struct found {
	uint32_t rule;
	struct str author;
	struct str name; /* of what a list names */
	uint32_t set;
};

/* Numbers of which each is listed once a scan. */
struct marks {
	uint64_t *scan; /* number of the scan one was last listed in */
	uint32_t *list, count;
};

struct matcher {
	const struct engine *engine;
	struct yara_scan **scans; /* one a shard, made when it first runs */
	struct pattern_scratch *scratch;
	bool fits[CLASS__COUNT]; /* scratch, those classes that were met */
	uint64_t scan;           /* number of this scan */
	struct engine_object object;
	struct marks patterns; /* that occur */
	struct marks rules;    /* that one of them is of, or that are open */
	struct marks due;      /* shards to run */
	struct marks silent;   /* shards to run without looking for strings */
	uint64_t *tried_at;    /* rules: scan for which their silent shard counts */
	bool silently;         /* the shard at work */
	uint32_t shard;        /* at work */
	struct found *found;   /* rules of this scan */
	size_t found_count, found_total, found_most;
	struct rule_match *matches;
	struct arena texts; /* authors */
	struct digester *digester;
	char digests[DIGEST__COUNT][2 * DIGEST_MOST]; /* hex */
};

enum {
	FOUND_MOST = 4096,
	AUTHORS = 1 << 22
};

static bool marks_init(struct marks *m, uint32_t count)
{
	m->scan = calloc((size_t)count + 1, sizeof(*m->scan));
	m->list = calloc((size_t)count + 1, sizeof(*m->list));
	return m->scan && m->list;
}

static void marks_release(struct marks *m)
{
	free(m->scan);
	free(m->list);
}

static bool marked(const struct matcher *m, const struct marks *marks, uint32_t number)
{
	return marks->scan[number] == m->scan;
}

static void mark(const struct matcher *m, struct marks *marks, uint32_t number)
{
	if (marked(m, marks, number))
		return;
	marks->scan[number] = m->scan;
	marks->list[marks->count++] = number;
}

static enum err matcher_fill(struct matcher *m, const struct engine *e)
{
	m->engine = e;
	m->scans = calloc((size_t)e->shard_count + 1, sizeof(struct yara_scan *));
	m->tried_at = calloc((size_t)e->rule_count + 1, sizeof(*m->tried_at));
	m->found = calloc(FOUND_MOST, sizeof(*m->found));
	m->matches = calloc(FOUND_MOST, sizeof(*m->matches));
	arena_init(&m->texts, AUTHORS);
	if (!m->scans || !m->tried_at || !m->found || !m->matches ||
		!marks_init(&m->patterns, e->pattern_count) ||
		!marks_init(&m->rules, e->rule_count) || !marks_init(&m->due, e->shard_count) ||
		!marks_init(&m->silent, e->shard_count))
		return E_NOMEM;
	TRY(digester_new(&m->digester));
	return pattern_scratch_new(&m->scratch);
}

enum err matcher_new(const struct engine *e, struct matcher **ret_matcher)
{
	struct matcher *m = calloc(1, sizeof(*m));
	if (!m)
		return E_NOMEM;
	enum err err = matcher_fill(m, e);
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
	pattern_scratch_free(m->scratch);
	marks_release(&m->patterns);
	marks_release(&m->rules);
	marks_release(&m->due);
	marks_release(&m->silent);
	free(m->tried_at);
	free(m->found);
	free(m->matches);
	arena_release(&m->texts);
	digester_free(m->digester);
	free(m);
}

/* --- which rules may be true --- */

static void on_pattern(void *context, uint32_t pattern)
{
	struct matcher *m = context;
	const struct engine *e = m->engine;
	if (pattern >= e->pattern_count || marked(m, &m->patterns, pattern))
		return;
	mark(m, &m->patterns, pattern);
	for (uint32_t i = e->pattern_first[pattern]; i < e->pattern_first[pattern + 1]; i++)
		mark(m, &m->rules, e->pattern_rules[i]);
}

static bool atom_occurs(const struct matcher *m, const struct range *atom)
{
	for (uint32_t i = 0; i < atom->count; i++)
		if (marked(m, &m->patterns, m->engine->atom_patterns[atom->first + i]))
			return true;
	return false;
}

static bool clause_holds(const struct matcher *m, const struct engine_clause *c)
{
	uint32_t left = c->least;
	for (uint32_t i = 0; i < c->atoms.count && left > 0; i++)
		left -= atom_occurs(m, &m->engine->atoms[c->atoms.first + i]);
	return left == 0;
}

static bool clauses_hold(const struct matcher *m, const struct engine_way *w)
{
	for (uint32_t i = 0; i < w->clauses.count; i++)
		if (!clause_holds(m, &m->engine->clauses[w->clauses.first + i]))
			return false;
	return true;
}

/* A way in which no string has a say is tried without them; any other that is open makes the rule's
 * own shard due. */
static void consider(struct matcher *m, uint32_t rule)
{
	const struct engine_rule *r = &m->engine->rules[rule];
	bool free = false;
	for (uint32_t i = 0; i < r->ways.count; i++) {
		const struct engine_way *w = &m->engine->ways[r->ways.first + i];
		if (!way_allows(m->engine, w, &m->object) || !clauses_hold(m, w))
			continue;
		if (!w->free || r->silent == NO_SHARD) {
			mark(m, &m->due, r->shard);
			return;
		}
		free = true;
	}
	if (free) {
		m->tried_at[rule] = m->scan;
		mark(m, &m->silent, r->silent);
	}
}

static enum err find_patterns(struct matcher *m, enum engine_class class)
{
	const struct pattern_set *set = m->engine->classes[class].patterns;
	if (!m->fits[class])
		TRY(pattern_scratch_fit(m->scratch, set));
	m->fits[class] = true;
	return pattern_set_scan(set, m->scratch, m->object.content, on_pattern, m);
}

static enum err find_due(struct matcher *m)
{
	const struct engine *e = m->engine;
	enum engine_class class = engine_class_of(e, m->object.content);
	const struct engine_class_part *part = &e->classes[class];
	m->scan++;
	m->patterns.count = m->rules.count = m->due.count = m->silent.count = 0;
	if (e->plain) {
		for (uint32_t i = 0; i < e->shard_count; i++)
			mark(m, &m->due, i);
		return E_OK;
	}
	for (uint32_t i = 0; i < part->open_count; i++)
		mark(m, &m->rules, part->open[i]);
	TRY(find_patterns(m, class));
	for (uint32_t i = 0; i < m->rules.count; i++)
		consider(m, m->rules.list[i]);
	return E_OK;
}

/* --- running them --- */

static void add_found(struct matcher *m, struct found found)
{
	m->found_total++;
	if (m->found_count < m->found_most)
		m->found[m->found_count++] = found;
}

static void found(struct matcher *m, uint32_t rule, struct str author)
{
	add_found(m, (struct found){.rule = rule, .author = arena_copy(&m->texts, author)});
}

/* What is true without looking for strings may be so for want of them: then its own shard decides.
 */
static void on_silent_rule(struct matcher *m, uint32_t rule, struct str author)
{
	const struct engine_rule *r = &m->engine->rules[rule];
	if (m->tried_at[rule] != m->scan)
		return;
	if (r->shard == NO_SHARD)
		found(m, rule, author);
	else
		mark(m, &m->due, r->shard);
}

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
		if (m->silently)
			on_silent_rule(m, s->rules[i], author);
		else
			found(m, s->rules[i], author);
		return;
	}
}

static enum err run_shard(struct matcher *m, uint32_t shard, bool silently, uint64_t deadline)
{
	struct yara_scan **scan = &m->scans[shard];
	m->shard = shard;
	m->silently = silently;
	if (!*scan) {
		struct compiled *compiled;
		TRY(engine_compiled(m->engine, shard, &compiled));
		TRY(yara_scan_new(compiled, scan));
	}
	return yara_scan_bytes(
		*scan, m->object.content, m->object.externals, silently, deadline, on_rule, m);
}

static enum err run_due(struct matcher *m, uint64_t deadline)
{
	for (uint32_t i = 0; i < m->silent.count; i++)
		TRY(run_shard(m, m->silent.list[i], true, deadline));
	for (uint32_t i = 0; i < m->due.count; i++)
		TRY(run_shard(m, m->due.list[i], false, deadline));
	return E_OK;
}

/* --- lists --- */

static void on_listed(void *context, struct str name, uint32_t set)
{
	struct matcher *m = context;
	add_found(m, (struct found){.rule = UINT32_MAX, .name = name, .set = set});
}

static void write_hex(const uint8_t *bytes, size_t size, char *to)
{
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < size; i++) {
		to[2 * i] = digits[bytes[i] >> 4];
		to[2 * i + 1] = digits[bytes[i] & 15];
	}
}

/* Digests that a list asks for of content of this size, in hex. */
static enum err find_listed(struct matcher *m, struct str ret_digests[DIGEST__COUNT])
{
	const struct engine_lists *lists = &m->engine->lists;
	struct bytes content = m->object.content;
	for (int i = 0; i < DIGEST__COUNT; i++) {
		enum digest_kind kind = (enum digest_kind)i;
		uint8_t digest[DIGEST_MOST];
		if (!lists_ask(lists, kind, content.size))
			continue;
		TRY(digest_make(m->digester, kind, content, digest));
		write_hex(digest, digest_size(kind), m->digests[i]);
		ret_digests[i] = (struct str){m->digests[i], 2 * digest_size(kind)};
		lists_find_digest(lists, kind, digest, content.size, on_listed, m);
	}
	lists_find_file(lists, m->object.externals[EXTERNAL_NAME],
		m->object.externals[EXTERNAL_PATH], on_listed, m);
	return E_OK;
}

/* --- what is told --- */

static int by_rule(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return x->set != y->set ? (x->set < y->set ? -1 : 1) : str_compare(x->name, y->name);
}

static struct rule_match match_of(const struct engine *e, const struct found *found)
{
	bool listed = found->rule == UINT32_MAX;
	const struct engine_rule *r = listed ? NULL : &e->rules[found->rule];
	const struct engine_set *set = &e->sets[listed ? found->set : r->set];
	return (struct rule_match){.set = set->name,
		.rule = listed ? found->name : r->name,
		.author = found->author.size ? found->author : set->author,
		.family = listed ? STR("") : r->family,
		.ours = set->ours};
}

static void tell(struct matcher *m, struct match_result *ret)
{
	qsort(m->found, m->found_count, sizeof(*m->found), by_rule);
	for (size_t i = 0; i < m->found_count; i++)
		m->matches[i] = match_of(m->engine, &m->found[i]);
	ret->matches = m->matches;
	ret->count = m->found_count;
	ret->total = m->found_total;
}

enum err matcher_scan(struct matcher *m, struct bytes content, const struct object_name *name,
	unsigned flags, unsigned milliseconds, struct match_result *ret_result)
{
	uint64_t deadline = yara_clock() + UINT64_C(1000000) * milliseconds;
	struct str digests[DIGEST__COUNT] = {0};
	m->object = (struct engine_object){content, {[EXTERNAL_NAME] = name->name,
							    [EXTERNAL_PATH] = name->path,
							    [EXTERNAL_EXTENSION] = name->extension,
							    [EXTERNAL_OWNER] = name->owner}};
	m->found_count = m->found_total = 0;
	m->found_most = flags & MATCH_ALL ? FOUND_MOST : FINDING_MATCHES;
	arena_clear(&m->texts);
	enum err err = find_due(m);
	if (err == E_OK && !(flags & MATCH_NO_HASH))
		err = find_listed(m, digests);
	if (err == E_OK)
		err = run_due(m, deadline);
	*ret_result = (struct match_result){.md5 = digests[DIGEST_MD5],
		.sha1 = digests[DIGEST_SHA1],
		.sha256 = digests[DIGEST_SHA256]};
	tell(m, ret_result);
	return err;
}
