/* SPDX-License-Identifier: Apache-2.0 */
/* What must occur where a string matches: of a text the text, of hex strings and regular
 * expressions their rarest run of fixed bytes, or an expression for all of it. */
#include <math.h>

#include "rules/clean_gram.h"
#include "rules/guard_parts.h"
#include "rules/yara_pattern.h"

enum {
	FORMS = 32,           /* of one string: narrow and wide, three places of base64, branches */
	BRANCHES = 16,        /* of a choice */
	TYPICAL = 1 << 20,    /* bytes of a file whose chances count */
	TREE_BYTES = 8 << 20, /* that a string's tree may take */
	TREE_STEPS = 1 << 14  /* and steps to find its literals: repeats of repeats */
};

/* --- how rare --- */

static const char clean_pairs[257][257] = {
#include "clean_pairs.def"
};

double byte_share(uint8_t b)
{
	return ldexp(1, 'a' - clean_pairs[256][b]);
}

double pair_share(uint8_t before, uint8_t b)
{
	return ldexp(1, 'a' - clean_pairs[before][b]);
}

static const uint64_t clean_grams[CLEAN_GRAMS / 64] = {
#include "clean_grams.def"
};

/* Whether every six bytes of it are common: words and code that letters alone seem to make rare. */
static bool is_common(struct bytes bytes)
{
	for (size_t at = 0; at + CLEAN_GRAM <= bytes.size; at++) {
		uint64_t slot = clean_gram_hash(bytes.data + at) >> 46;
		if (!(clean_grams[slot / 64] >> (slot % 64) & 1))
			return false;
	}
	return bytes.size >= CLEAN_GRAM;
}

static bool is_common_text(struct bytes bytes)
{
	uint8_t narrow[LITERAL_MOST];
	size_t size = 0;
	for (size_t i = 0; i + 1 < bytes.size && size < LITERAL_MOST; i += 2) {
		if (bytes.data[i] == 0 || bytes.data[i + 1] != 0)
			return is_common(bytes);
		narrow[size++] = bytes.data[i];
	}
	return is_common((struct bytes){narrow, size});
}

double literal_cost(struct bytes bytes, bool caseless)
{
	const double common = 3e-7;
	double cost = 1;
	for (size_t i = 0; i < bytes.size; i++) {
		uint8_t b = bytes.data[i];
		cost *= i == 0 ? byte_share(b) : pair_share(bytes.data[i - 1], b);
	}
	if (cost < common && is_common_text(bytes))
		cost = common;
	return fmin(caseless ? 4 * cost : cost, 1);
}

double cost_chance(double cost)
{
	return 1 - exp(-cost * TYPICAL);
}

/* --- literals --- */

struct forms {
	struct arena *arena;
	struct pattern *list;
	uint32_t count;
	double cost;
	bool unknown; /* one of the forms has nothing to look for */
	enum err err;
};

/* A set of patterns, one of which occurs; none known: 0. */
struct run_best {
	struct pattern pattern;
	double cost;
	bool known;
};

/* The rarest part of fixed bytes that may be looked for. */
static void consider_run(struct run_best *best, struct bytes run, bool caseless)
{
	while (run.size > 0 && run.data[0] == 0) /* Hyperscan takes none that begin with NUL */
		run = (struct bytes){run.data + 1, run.size - 1};
	size_t size = run.size < LITERAL_MOST ? run.size : LITERAL_MOST;
	for (size_t at = 0; size >= LITERAL_LEAST && at + size <= run.size; at++) {
		struct bytes part = {run.data + at, size};
		double cost = literal_cost(part, caseless);
		if (part.data[0] == 0 || (best->known && cost >= best->cost))
			continue;
		*best = (struct run_best){{PATTERN_LITERAL, part, caseless}, cost, true};
	}
}

static void add_form(struct forms *f, const struct run_best *best)
{
	if (!best->known || !best->pattern.bytes.data || f->count == FORMS) {
		f->unknown = true;
		return;
	}
	uint8_t *copy = arena_alloc(f->arena, best->pattern.bytes.size, 1);
	if (!copy) {
		f->err = E_NOMEM;
		return;
	}
	memcpy(copy, best->pattern.bytes.data, best->pattern.bytes.size);
	f->list[f->count] = best->pattern;
	f->list[f->count++].bytes.data = copy;
	f->cost += best->cost;
}

/* --- text --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* The byte at hand, escapes read; false: the text is none that compiles. */
static bool text_byte(struct str body, size_t *at, uint8_t *ret_byte)
{
	char c = body.data[(*at)++];
	if (c != '\\') {
		*ret_byte = (uint8_t)c;
		return true;
	}
	if (*at >= body.size)
		return false;
	c = body.data[(*at)++];
	if (c == 'x') {
		if (body.size - *at < 2)
			return false;
		int high = hex_digit(body.data[*at]), low = hex_digit(body.data[*at + 1]);
		*at += 2;
		*ret_byte = (uint8_t)(high * 16 + low);
		return high >= 0 && low >= 0;
	}
	*ret_byte = (uint8_t)(c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c);
	return true;
}

static bool text_bytes(struct arena *arena, struct str body, struct bytes *ret)
{
	uint8_t *bytes = arena_alloc(arena, body.size + 1, 1);
	size_t size = 0;
	if (!bytes)
		return false;
	for (size_t at = 0; at < body.size; size++)
		if (!text_byte(body, &at, &bytes[size]))
			return false;
	*ret = (struct bytes){bytes, size};
	return true;
}

static bool widened(struct arena *arena, struct bytes narrow, struct bytes *ret)
{
	uint8_t *wide = arena_alloc(arena, narrow.size + 1, 2);
	if (!wide)
		return false;
	for (size_t i = 0; i < narrow.size; i++)
		wide[2 * i] = narrow.data[i];
	*ret = (struct bytes){wide, 2 * narrow.size};
	return true;
}

static void add_difference(struct forms *f, struct bytes text)
{
	uint8_t *differences = arena_alloc(f->arena, text.size + 1, 1);
	struct run_best best = {0};
	if (!differences) {
		f->err = E_NOMEM;
		return;
	}
	for (size_t i = 0; i + 1 < text.size; i++)
		differences[i] = text.data[i] ^ text.data[i + 1];
	consider_run(&best, (struct bytes){differences, text.size ? text.size - 1 : 0}, false);
	best.pattern.kind = PATTERN_DIFFERENCE;
	/* differences of any bytes with the same key: more often than the bytes themselves */
	best.cost = fmin(1, 64 * best.cost);
	add_form(f, &best);
}

/* The characters that are the same whatever stands before and behind, for each of three places. */
static void add_base64(struct forms *f, struct bytes text, bool wide)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	for (size_t before = 0; before < 3; before++) {
		struct run_best best = {0};
		size_t from = (8 * before + 5) / 6, to = 8 * (before + text.size) / 6, size = 0;
		uint8_t *out = arena_alloc(f->arena, 2 * (to + 1), 1);
		if (!out) {
			f->err = E_NOMEM;
			return;
		}
		for (size_t i = from; i < to; i++) {
			size_t bit = 6 * i - 8 * before;
			unsigned two = (unsigned)text.data[bit / 8] << 8;
			two |= bit / 8 + 1 < text.size ? text.data[bit / 8 + 1] : 0;
			out[size++] = (uint8_t)alphabet[two >> (10 - bit % 8) & 63];
			size += wide;
		}
		consider_run(&best, (struct bytes){out, size}, false);
		add_form(f, &best);
	}
}

static void add_text(struct forms *f, const struct yara_string *s, struct bytes text)
{
	struct run_best best = {0};
	if (s->modifiers & YARA_ALPHABET)
		f->unknown = true;
	else if (s->modifiers & YARA_XOR)
		add_difference(f, text);
	if (s->modifiers & YARA_BASE64)
		add_base64(f, text, false);
	if (s->modifiers & YARA_BASE64WIDE)
		add_base64(f, text, true);
	if (s->modifiers & (YARA_XOR | YARA_BASE64 | YARA_BASE64WIDE))
		return;
	consider_run(&best, text, s->modifiers & YARA_NOCASE);
	add_form(f, &best);
}

static void text_forms(struct forms *f, const struct yara_string *s, bool narrow, bool wide)
{
	struct bytes text, pairs;
	if (!text_bytes(f->arena, s->body, &text) || !widened(f->arena, text, &pairs)) {
		f->unknown = true;
		return;
	}
	if (narrow)
		add_text(f, s, text);
	if (wide)
		add_text(f, s, pairs);
}

/* --- trees --- */

/* The best of a tree: one run, or for a choice one of each branch. */
struct tree_best {
	struct pattern list[BRANCHES];
	uint32_t count; /* 0: nothing known */
	double cost;
};

/* Bytes at hand that stand one behind the other for sure. */
struct running {
	uint8_t *bytes;
	size_t count, capacity;
	unsigned steps; /* left; none: nothing more is said */
	bool caseless;  /* one of them stands for both cases */
	struct tree_best best;
};

static void running_end(struct running *r)
{
	struct run_best best = {0};
	consider_run(&best, (struct bytes){r->bytes, r->count}, r->caseless);
	if (best.known && (r->best.count == 0 || best.cost < r->best.cost))
		r->best = (struct tree_best){{best.pattern}, 1, best.cost};
	r->bytes += r->count; /* patterns point into what is behind */
	r->capacity -= r->count;
	r->count = 0;
	r->caseless = false;
}

/* A byte, or a letter in both cases. */
static bool certain(const struct byte_set *set, uint8_t *ret_byte, bool *ret_caseless)
{
	unsigned count = byte_set_count(set);
	for (unsigned b = 0; b < 256 && count > 0 && count < 3; b++) {
		if (!byte_set_has(set, (uint8_t)b))
			continue;
		*ret_byte = (uint8_t)b;
		*ret_caseless = count == 2;
		return count == 1 || (b >= 'A' && b <= 'Z' && byte_set_has(set, (uint8_t)(b + 32)));
	}
	return false;
}

static void run_set(struct running *r, const struct byte_set *set)
{
	uint8_t b;
	bool caseless;
	if (r->steps == 0 || r->count == r->capacity || !certain(set, &b, &caseless)) {
		running_end(r);
		return;
	}
	r->steps--;
	r->bytes[r->count++] = b;
	r->caseless = r->caseless || caseless;
}

static void run_node(struct running *r, const struct yara_node *n);

static void run_choice(struct running *r, const struct yara_node *n)
{
	struct tree_best all = {.cost = 0};
	bool known = true;
	running_end(r);
	for (const struct yara_node *c = n->first; c; c = c->next) {
		struct tree_best outer = r->best;
		r->best = (struct tree_best){0};
		run_node(r, c);
		running_end(r);
		known = known && r->best.count > 0 && all.count + r->best.count <= BRANCHES;
		for (uint32_t i = 0; known && i < r->best.count; i++)
			all.list[all.count++] = r->best.list[i];
		all.cost += r->best.cost;
		r->best = outer;
	}
	if (known && (r->best.count == 0 || all.cost < r->best.cost))
		r->best = all;
}

static void run_repeat(struct running *r, const struct yara_node *n)
{
	if (n->least == 0) {
		running_end(r);
		return;
	}
	for (uint32_t i = 0; i < n->least && i < LITERAL_MOST && r->steps > 0; i++)
		run_node(r, n->first);
	if (n->most != n->least || n->least > LITERAL_MOST || r->steps == 0)
		running_end(r);
}

static void run_node(struct running *r, const struct yara_node *n)
{
	r->steps -= r->steps > 0;
	switch (n->kind) {
	case NODE_SET:
		run_set(r, &n->set);
		break;
	case NODE_SEQUENCE:
		for (const struct yara_node *c = n->first; c; c = c->next)
			run_node(r, c);
		break;
	case NODE_CHOICE:
		run_choice(r, n);
		break;
	case NODE_REPEAT:
		run_repeat(r, n);
		break;
	}
}

static bool is_caseless(const struct yara_string *s)
{
	bool caseless = s->modifiers & YARA_NOCASE;
	for (size_t i = 0; i < s->flags.size; i++)
		caseless = caseless || s->flags.data[i] == 'i';
	return caseless;
}

static void add_tree_literals(struct forms *f, struct arena *arena, const struct yara_node *tree)
{
	struct running r = {.capacity = TREE_STEPS, .steps = TREE_STEPS};
	r.bytes = arena_alloc(arena, r.capacity, 1);
	if (!r.bytes) {
		f->err = E_NOMEM;
		return;
	}
	run_node(&r, tree);
	running_end(&r);
	f->unknown = f->unknown || r.best.count == 0;
	for (uint32_t i = 0; i < r.best.count; i++)
		add_form(f, &(struct run_best){r.best.list[i], 0, true});
	f->cost += r.best.cost;
}

/* --- strings --- */

static bool is_wide(const struct yara_string *s)
{
	return s->modifiers & YARA_WIDE;
}

/* Where libyara (4.2) has found a part of a wide xored text, it compares the narrow one too,
 * whether that was asked for or not. */
static bool is_narrow(const struct yara_string *s)
{
	return !is_wide(s) || s->modifiers & (YARA_ASCII | YARA_XOR);
}

/* One form of a hex string or regular expression: its literals, and what its tree costs. */
static void tree_form(struct forms *f, const struct yara_string *s, bool wide, double *tree_cost)
{
	struct arena arena;
	struct yara_node *tree;
	arena_init(&arena, TREE_BYTES);
	enum err err = yara_tree(s, wide, is_caseless(s), &arena, &tree);
	if (err != E_OK) {
		f->unknown = true;
		*tree_cost = 1;
	} else {
		add_tree_literals(f, &arena, tree);
		*tree_cost += yara_tree_cost(yara_tree_core(tree));
	}
	arena_release(&arena);
}

enum err string_atom_make(
	const struct yara_string *s, struct arena *arena, struct string_atom *ret_atom)
{
	struct forms f = {.arena = arena, .list = arena_alloc(arena, FORMS, sizeof(*f.list))};
	double tree_cost = s->kind == YARA_TEXT ? 1 : 0;
	if (!f.list)
		return E_NOMEM;
	if (s->kind == YARA_TEXT) {
		text_forms(&f, s, is_narrow(s), is_wide(s));
	} else {
		if (is_narrow(s))
			tree_form(&f, s, false, &tree_cost);
		if (is_wide(s))
			tree_form(&f, s, true, &tree_cost);
	}
	*ret_atom = (struct string_atom){
		.known = !f.unknown && f.count > 0,
		.literals = {f.count, f.list, fmin(f.cost, 1)},
		.string = s,
		.tree_cost = fmin(tree_cost, 1),
		.settled = arena_alloc(arena, 1, sizeof(struct settled)),
	};
	return ret_atom->settled ? f.err : E_NOMEM;
}

/* --- how it is looked for --- */

static bool settle_tree(const struct yara_string *s, bool wide, const struct pattern_judge *judge,
	struct arena *arena, struct pattern *ret, enum err *err)
{
	struct arena trees;
	struct yara_node *tree;
	struct writer w;
	bool accepted = false;
	arena_init(&trees, TREE_BYTES);
	writer_init(&w, TREE_BYTES);
	if (yara_tree(s, wide, is_caseless(s), &trees, &tree) == E_OK &&
		yara_tree_expression(yara_tree_core(tree), &w) == E_OK &&
		judge->accepts(judge->context, writer_view(&w))) {
		struct str copy = arena_copy(arena, writer_view_str(&w));
		*ret = (struct pattern){PATTERN_EXPRESSION, str_bytes(copy), false};
		accepted = true;
		if (!copy.data)
			*err = E_NOMEM;
	}
	writer_release(&w);
	arena_release(&trees);
	return accepted;
}

static bool settle_trees(const struct string_atom *from, const struct pattern_judge *judge,
	struct arena *arena, struct atom *ret, enum err *err)
{
	struct pattern *list = arena_alloc(arena, 2, sizeof(*list));
	uint32_t count = 0;
	if (!list) {
		*err = E_NOMEM;
		return false;
	}
	if (is_narrow(from->string) &&
		!settle_tree(from->string, false, judge, arena, &list[count++], err))
		return false;
	if (is_wide(from->string) &&
		!settle_tree(from->string, true, judge, arena, &list[count++], err))
		return false;
	*ret = (struct atom){count, list, from->tree_cost};
	return true;
}

/* An expression finds less than a run of bytes does, and costs room; where a run is rarer than this
 * it is enough. */
static const double RUN_ENOUGH = 1e-9;

static bool settle(const struct string_atom *from, const struct pattern_judge *judge,
	struct arena *arena, struct atom *ret_atom, enum err *err)
{
	double literals = from->known ? cost_chance(from->literals.cost) : 1;
	double tree = cost_chance(from->tree_cost);
	if (judge && literals > RUN_ENOUGH && tree < literals / 2 &&
		settle_trees(from, judge, arena, ret_atom, err))
		return true;
	*ret_atom = from->literals;
	return from->known;
}

bool string_atom_settle(const struct string_atom *from, const struct pattern_judge *judge,
	struct arena *arena, struct atom *ret_atom, enum err *err)
{
	struct settled *s = from->settled;
	if (!s->done)
		s->known = settle(from, judge, arena, &s->atom, err);
	s->done = true;
	*ret_atom = s->atom;
	return s->known;
}
