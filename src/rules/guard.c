/* SPDX-License-Identifier: Apache-2.0 */
/* The arithmetic of guards: a list of ways, each of them needs. Whatever is left out makes a guard
 * wider. */
#include "rules/guard.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "rules/guard_parts.h"

const struct way way_anything = {.size_most = UINT64_MAX, .free = true};

struct str external_name(enum external external)
{
	static const struct str names[] = {STR_INIT("filename"), STR_INIT("filepath"),
		STR_INIT("extension"), STR_INIT("filetype"), STR_INIT("owner")};
	static_assert(sizeof(names) / sizeof(names[0]) == EXTERNAL__COUNT, "a name each");
	return names[external];
}

static void *get(struct making *m, size_t count, size_t size)
{
	void *items = arena_alloc(m->arena, count + 1, size);
	if (!items)
		m->err = E_NOMEM;
	return items;
}

struct ways ways_one(struct making *m, const struct way *way)
{
	struct way *list = get(m, 1, sizeof(*list));
	if (!list)
		return (struct ways){0};
	*list = *way;
	return (struct ways){1, list};
}

struct ways ways_bound(struct making *m, struct ways a)
{
	struct way *list = get(m, a.count, sizeof(*list));
	if (!list)
		return a;
	for (uint32_t i = 0; i < a.count; i++) {
		list[i] = a.list[i];
		list[i].free = false;
	}
	return (struct ways){a.count, list};
}

/* --- headers --- */

static bool header_begins(const struct header *shorter, const struct header *longer)
{
	return shorter->size <= longer->size &&
	       memcmp(shorter->bytes, longer->bytes, shorter->size) == 0;
}

static bool same_headers(const struct way *a, const struct way *b)
{
	bool same = a->header_count == b->header_count;
	for (uint32_t i = 0; same && i < a->header_count; i++)
		same = a->headers[i].size == b->headers[i].size &&
		       header_begins(&a->headers[i], &b->headers[i]);
	return same;
}

/* Both must be so: two lists are cut to what both allow. False: nothing is. */
static bool both_headers(struct way *a, const struct way *b)
{
	struct way cut = {0};
	if (b->header_count == 0)
		return true;
	if (a->header_count == 0)
		cut = *b;
	for (uint32_t i = 0; i < a->header_count; i++)
		for (uint32_t k = 0; k < b->header_count; k++) {
			const struct header *x = &a->headers[i], *y = &b->headers[k];
			if (!header_begins(x, y) && !header_begins(y, x))
				continue;
			if (cut.header_count == GUARD_HEADERS)
				return true; /* a's own say enough */
			cut.headers[cut.header_count++] = x->size > y->size ? *x : *y;
		}
	memcpy(a->headers, cut.headers, sizeof(a->headers));
	a->header_count = cut.header_count;
	return cut.header_count > 0;
}

static void either_headers(struct way *a, const struct way *b)
{
	if (a->header_count == 0 || b->header_count == 0 ||
		a->header_count + b->header_count > GUARD_HEADERS) {
		a->header_count = 0;
		return;
	}
	for (uint32_t i = 0; i < b->header_count; i++)
		a->headers[a->header_count++] = b->headers[i];
}

/* --- needs --- */

static double string_chance(const struct string_atom *s)
{
	return 1e-3 + cost_chance(s->known && s->literals.cost < s->tree_cost ? s->literals.cost
									      : s->tree_cost);
}

static int by_chance(const void *a, const void *b)
{
	double x = string_chance(*(const struct string_atom *const *)a);
	double y = string_chance(*(const struct string_atom *const *)b);
	return x < y ? -1 : x > y;
}

/* Chance that at least `least` of them are in a clean file, were they independent. */
static double need_chance(const struct need *n)
{
	enum {
		MOST = 64
	};
	double exactly[MOST + 1] = {1}; /* so many are, the last: or more */
	uint32_t least = n->least < MOST ? n->least : MOST;
	for (uint32_t i = 0; i < n->count; i++) {
		double p = string_chance(n->strings[i]);
		exactly[least] += exactly[least - 1] * p;
		for (uint32_t k = least - 1; k > 0; k--)
			exactly[k] += exactly[k - 1] * p - exactly[k] * p;
		exactly[0] *= 1 - p;
	}
	return fmin(exactly[least], 1);
}

/* One of few of them must be there, where `least` of all must: the rarest. */
static struct need need_one(const struct need *n)
{
	return (struct need){n->count - n->least + 1, 1, n->strings};
}

/* The union of two, one of which must be there. */
static bool either_need(
	struct making *m, const struct need *a, const struct need *b, struct need *ret)
{
	struct need x = need_one(a), y = need_one(b);
	if (x.count + y.count > GUARD_PATTERNS)
		return false;
	const struct string_atom **strings =
		get(m, x.count + y.count, sizeof(const struct string_atom *));
	if (!strings)
		return false;
	memcpy(strings, x.strings, x.count * sizeof(const struct string_atom *));
	memcpy(strings + x.count, y.strings, y.count * sizeof(const struct string_atom *));
	qsort(strings, x.count + y.count, sizeof(const struct string_atom *), by_chance);
	*ret = (struct need){x.count + y.count, 1, strings};
	return true;
}

static uint32_t rarest_need(const struct way *w)
{
	uint32_t best = 0;
	for (uint32_t i = 1; i < w->need_count; i++)
		if (need_chance(&w->needs[i]) < need_chance(&w->needs[best]))
			best = i;
	return best;
}

static void add_need(struct way *w, const struct need *need)
{
	if (w->need_count < WAY_NEEDS) {
		w->needs[w->need_count++] = *need;
		return;
	}
	uint32_t worst = 0;
	for (uint32_t i = 1; i < w->need_count; i++)
		if (need_chance(&w->needs[i]) > need_chance(&w->needs[worst]))
			worst = i;
	if (need_chance(need) < need_chance(&w->needs[worst]))
		w->needs[worst] = *need;
}

struct ways ways_of(
	struct making *m, const struct string_atom *const *strings, uint32_t count, uint64_t least)
{
	struct way way = way_anything;
	struct need need = {0};
	const struct string_atom **known = get(m, count, sizeof(const struct string_atom *));
	way.free = false;
	if (least > count)
		return (struct ways){0};
	if (!known)
		return ways_one(m, &way);
	for (uint32_t i = 0; i < count; i++)
		if (strings[i]->known || strings[i]->tree_cost < 1)
			known[need.count++] = strings[i];
	uint32_t unknown = count - need.count;
	if (least > unknown && need.count <= GUARD_PATTERNS) {
		qsort(known, need.count, sizeof(const struct string_atom *), by_chance);
		need.least = (uint32_t)least - unknown;
		need.strings = known;
		add_need(&way, &need);
	}
	return ways_one(m, &way);
}

/* --- ways --- */

/* Whether anything at all is asked besides strings; the same of both. */
static bool same_gate(const struct way *a, const struct way *b)
{
	return same_headers(a, b) && a->size_least == b->size_least &&
	       a->size_most == b->size_most && a->text_count == b->text_count &&
	       (a->text_count == 0 || (a->texts == b->texts && a->external == b->external));
}

static bool both_way(struct way *a, const struct way *b)
{
	if (!both_headers(a, b))
		return false;
	if (b->size_least > a->size_least)
		a->size_least = b->size_least;
	if (b->size_most < a->size_most)
		a->size_most = b->size_most;
	if (a->text_count == 0) {
		a->external = b->external;
		a->text_count = b->text_count;
		a->texts = b->texts;
	}
	for (uint32_t i = 0; i < b->need_count; i++)
		add_need(a, &b->needs[i]);
	a->free = a->free && b->free;
	return a->size_least <= a->size_most;
}

/* One way that is wide enough for both. */
static struct way wide_enough(struct making *m, const struct way *a, const struct way *b)
{
	struct way w = *a;
	either_headers(&w, b);
	if (b->size_least < w.size_least)
		w.size_least = b->size_least;
	if (b->size_most > w.size_most)
		w.size_most = b->size_most;
	if (a->text_count != b->text_count || a->texts != b->texts || a->external != b->external)
		w.text_count = 0;
	w.free = a->free && b->free;
	w.need_count = 0;
	if (a->need_count > 0 && b->need_count > 0 &&
		either_need(m, &a->needs[rarest_need(a)], &b->needs[rarest_need(b)], &w.needs[0]))
		w.need_count = 1;
	return w;
}

/* Whether nothing is lost by making one of two. */
static bool fit(const struct way *a, const struct way *b)
{
	bool plain = a->need_count == 0 && b->need_count == 0 && a->free == b->free;
	bool single = a->need_count == 1 && b->need_count == 1 && a->needs[0].least == 1 &&
		      b->needs[0].least == 1;
	struct way headless = *a;
	memcpy(headless.headers, b->headers, sizeof(headless.headers));
	headless.header_count = b->header_count;
	if (plain && same_gate(&headless, b) && a->header_count > 0 && b->header_count > 0 &&
		a->header_count + b->header_count <= GUARD_HEADERS)
		return true;
	return (single || plain) && same_gate(a, b);
}

static struct way join(struct making *m, const struct way *a, const struct way *b)
{
	struct way joined = wide_enough(m, a, b);
	if (same_headers(a, b)) {
		memcpy(joined.headers, a->headers, sizeof(joined.headers));
		joined.header_count = a->header_count;
	}
	return joined;
}

/* Makes one of those that fit, and of the last ones while there are too many. */
static uint32_t tidy(struct making *m, struct way *list, uint32_t count, uint32_t most)
{
	for (uint32_t i = 0; i < count; i++)
		for (uint32_t k = i + 1; k < count;) {
			if (!fit(&list[i], &list[k])) {
				k++;
				continue;
			}
			list[i] = join(m, &list[i], &list[k]);
			list[k] = list[--count];
		}
	for (; count > most; count--)
		list[count - 2] = join(m, &list[count - 2], &list[count - 1]);
	return count;
}

struct ways ways_either(struct making *m, struct ways a, struct ways b)
{
	struct way *list = get(m, a.count + b.count, sizeof(*list));
	if (!list)
		return a;
	if (a.count > 0)
		memcpy(list, a.list, a.count * sizeof(*list));
	if (b.count > 0)
		memcpy(list + a.count, b.list, b.count * sizeof(*list));
	return (struct ways){tidy(m, list, a.count + b.count, GUARD_WAYS), list};
}

struct ways ways_both(struct making *m, struct ways a, struct ways b)
{
	struct way *list = get(m, (size_t)a.count * b.count, sizeof(*list));
	uint32_t count = 0;
	if (!list)
		return a;
	for (uint32_t i = 0; i < a.count; i++)
		for (uint32_t k = 0; k < b.count; k++) {
			list[count] = a.list[i];
			count += both_way(&list[count], &b.list[k]);
		}
	return (struct ways){tidy(m, list, count, GUARD_WAYS), list};
}

/* --- settled --- */

static const double RARE = 1e-7; /* chance of a way in a clean file, below which it is left alone */

/* Of a need its atoms; false: it says nothing. */
static bool settle_need(struct making *m, const struct need *n, const struct pattern_judge *judge,
	struct clause *ret)
{
	struct atom *atoms = get(m, n->count, sizeof(*atoms));
	uint32_t count = 0, patterns = 0;
	if (!atoms)
		return false;
	for (uint32_t i = 0; i < n->count; i++) {
		if (!string_atom_settle(n->strings[i], judge, m->arena, &atoms[count], &m->err))
			continue;
		patterns += atoms[count++].count;
	}
	uint32_t unknown = n->count - count;
	*ret = (struct clause){count, n->least - unknown, atoms};
	return n->least > unknown && patterns <= GUARD_PATTERNS;
}

static int by_need(const void *a, const void *b)
{
	double x = need_chance(a), y = need_chance(b);
	return x < y ? -1 : x > y;
}

/* Needs by chance; those that hardly tell are left out once the way is rare, and of many strings
 * few where these are rare enough. */
static double settle_way(struct making *m, const struct way *from,
	const struct pattern_judge *judge, struct guard_way *to)
{
	struct way w = *from;
	double chance = 1;
	memcpy(to->headers, w.headers, sizeof(to->headers));
	to->header_count = w.header_count;
	to->size_least = w.size_least;
	to->size_most = w.size_most;
	to->external = w.external;
	to->text_count = w.text_count;
	to->texts = w.texts;
	to->free = w.free;
	qsort(w.needs, w.need_count, sizeof(w.needs[0]), by_need);
	for (uint32_t i = 0; i < w.need_count && to->clause_count < GUARD_CLAUSES; i++) {
		struct need one = need_one(&w.needs[i]);
		bool enough = chance * need_chance(&one) < RARE * 1e-6;
		if (chance < RARE)
			break;
		if (!settle_need(
			    m, enough ? &one : &w.needs[i], judge, &to->clauses[to->clause_count]))
			continue;
		to->clause_count++;
		chance *= need_chance(enough ? &one : &w.needs[i]);
	}
	return to->clause_count > 0 ? chance : 0;
}

struct guard ways_settle(struct making *m, struct ways a, const struct pattern_judge *judge)
{
	struct guard_way *list = get(m, a.count, sizeof(*list));
	double none = 1;
	if (!list)
		return (struct guard){0};
	for (uint32_t i = 0; i < a.count; i++)
		none *= 1 - settle_way(m, &a.list[i], judge, &list[i]);
	return (struct guard){list, a.count, 1 - none};
}

/* --- the rules of a set --- */

static enum err make_one(
	struct making *m, const struct yara_rule *const *rules, size_t at, struct ways *ways)
{
	const struct yara_rule *rule = rules[at];
	struct string_atom *strings = get(m, rule->string_count, sizeof(*strings));
	if (!strings)
		return E_NOMEM;
	for (size_t i = 0; i < rule->string_count; i++)
		TRY(string_atom_make(&rule->strings[i], m->arena, &strings[i]));
	struct condition_context context = {m, rule, strings, rules, ways, at};
	ways[at] = condition_ways(&context);
	return m->err;
}

/* Rules of a namespace are true only together with its global ones, whose strings have a say. */
static bool globals_look(const struct yara_rule *const *rules, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (rules[i]->is_global)
			return true;
	return false;
}

enum err guards_make(const struct yara_rule *const *rules, size_t count,
	const struct pattern_judge *judge, struct arena *arena, struct guard *ret_guards)
{
	struct making m = {arena, E_OK};
	struct ways *ways = get(&m, count, sizeof(*ways));
	bool look = globals_look(rules, count);
	for (size_t i = 0; i < count && m.err == E_OK; i++)
		TRY(make_one(&m, rules, i, ways));
	for (size_t i = 0; i < count && m.err == E_OK; i++)
		ret_guards[i] = ways_settle(&m, look ? ways_bound(&m, ways[i]) : ways[i], judge);
	return m.err;
}
