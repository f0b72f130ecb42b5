/* SPDX-License-Identifier: Apache-2.0 */
/* What must occur where a string matches: of a text the text, of hex strings and regular
 * expressions their rarest run of fixed bytes. */
#include <math.h>

#include "rules/guard.h"

enum {
	DEPTH = 32, /* of groups; deeper ones say nothing */
	RUN = 256   /* bytes of a run; longer ones are taken in parts */
};

static const struct literals nothing_known = {.known = false, .cost = 1};

/* --- how rare --- */

/* Share of a byte among those of programs and texts, a rough guess: what is wanted is an order. */
static double byte_share(uint8_t b)
{
	if (b == 0)
		return 0.15;
	if (b == ' ' || b == 'e' || b == 't' || b == 0xff)
		return 0.04;
	if (b >= 'a' && b <= 'z')
		return 0.02;
	if (b == '\n' || b == '_' || b == '.' || b == '/' || b == '0' || b == '1' || b == 'H')
		return 0.015;
	return b < 0x80 ? 0.006 : 0.003;
}

double literal_cost(const struct literal *literal)
{
	double cost = 1;
	uint8_t before = 0;
	for (size_t i = 0; i < literal->bytes.size; i++) {
		uint8_t b = literal->bytes.data[i];
		double share = byte_share(b);
		/* the same again, or the other half of a wide character: hardly a surprise */
		if (i > 0 && (b == before || b == 0))
			share = fmax(share, 0.5);
		cost *= share;
		before = b;
	}
	return literal->caseless ? 4 * cost : cost;
}

/* --- runs of fixed bytes --- */

/* The runs of one string, as they come; the best set is kept. */
struct runs {
	struct arena *arena;
	uint8_t bytes[RUN];
	size_t count;
	bool caseless, wide;
	struct literals best;
	enum err err;
};

static const struct literal *rarest_part(struct runs *r, const uint8_t *bytes, size_t size)
{
	struct literal best = {.caseless = r->caseless};
	size_t length = size < LITERAL_MOST ? size : LITERAL_MOST;
	double least = INFINITY;
	for (size_t at = 0; at + length <= size; at++) {
		struct literal part = {{bytes + at, length}, r->caseless};
		double cost = literal_cost(&part);
		if (cost < least) {
			least = cost;
			best = part;
		}
	}
	uint8_t *copy = arena_alloc(r->arena, length, 1);
	struct literal *kept = arena_alloc(r->arena, 1, sizeof(*kept));
	if (!copy || !kept)
		return NULL;
	memcpy(copy, best.bytes.data, length);
	*kept = (struct literal){{copy, length}, r->caseless};
	return kept;
}

static void consider(struct runs *r, struct literals candidate)
{
	if (candidate.known && (!r->best.known || candidate.cost < r->best.cost))
		r->best = candidate;
}

/* Ends the run at hand. */
static void run_end(struct runs *r)
{
	uint8_t wide[2 * sizeof(r->bytes)];
	const uint8_t *bytes = r->bytes;
	size_t size = r->count;
	r->count = 0;
	if (r->wide) {
		for (size_t i = 0; i < size; i++) {
			wide[2 * i] = r->bytes[i];
			wide[2 * i + 1] = 0;
		}
		bytes = wide;
		size *= 2;
	}
	/* Vectorscan takes no literal that begins with NUL. */
	for (; size > 0 && *bytes == 0; size--)
		bytes++;
	if (size < LITERAL_LEAST || r->err != E_OK)
		return;
	const struct literal *literal = rarest_part(r, bytes, size);
	if (!literal)
		r->err = E_NOMEM;
	else
		consider(r, (struct literals){true, 1, literal, literal_cost(literal)});
}

static void run_byte(struct runs *r, uint8_t b)
{
	if (r->count == sizeof(r->bytes))
		run_end(r);
	r->bytes[r->count++] = b;
}

static enum err unite(struct arena *arena, const struct literals *a, const struct literals *b,
	struct literals *ret)
{
	if (!a->known || !b->known || a->count + b->count > GUARD_LITERALS) {
		*ret = nothing_known;
		return E_OK;
	}
	struct literal *list = arena_alloc(arena, a->count + b->count + 1, sizeof(*list));
	if (!list)
		return E_NOMEM;
	for (uint32_t i = 0; i < a->count; i++)
		list[i] = a->list[i];
	for (uint32_t i = 0; i < b->count; i++)
		list[a->count + i] = b->list[i];
	*ret = (struct literals){true, a->count + b->count, list, a->cost + b->cost};
	return E_OK;
}

/* --- hex digits --- */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* --- text --- */

/* The byte a text's escape stands for; false: the text is none that compiles. */
static bool text_escape(struct str body, size_t *at, uint8_t *ret_byte)
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

static void text_runs(struct runs *r, struct str body)
{
	for (size_t at = 0; at < body.size;) {
		uint8_t b;
		if (!text_escape(body, &at, &b))
			return;
		run_byte(r, b);
	}
	run_end(r);
}

/* --- hex strings --- */

/* One branch up to '|', ')' or the end. Groups are one set of literals: one for each branch. */
struct hex {
	struct str body;
	size_t at;
};

static bool hex_skip(struct hex *h)
{
	while (h->at < h->body.size) {
		char c = h->body.data[h->at];
		struct str rest = {h->body.data + h->at, h->body.size - h->at};
		if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
			h->at++;
		} else if (rest.size > 1 && c == '/' && rest.data[1] == '/') {
			while (h->at < h->body.size && h->body.data[h->at] != '\n')
				h->at++;
		} else if (rest.size > 1 && c == '/' && rest.data[1] == '*') {
			h->at += 2;
			while (h->at + 1 < h->body.size &&
				(h->body.data[h->at] != '*' || h->body.data[h->at + 1] != '/'))
				h->at++;
			h->at += 2;
		} else {
			return true;
		}
	}
	return false;
}

static struct runs *inner_runs(struct runs *r)
{
	struct runs *inner = arena_alloc(r->arena, 1, sizeof(*inner));
	if (!inner) {
		r->err = E_NOMEM;
		return NULL;
	}
	inner->arena = r->arena;
	inner->caseless = r->caseless;
	inner->wide = r->wide;
	inner->best = nothing_known;
	return inner;
}

/* Adds a branch's literals to those of its group. */
static void join_branch(struct runs *r, struct literals *group, bool first, struct runs *branch)
{
	run_end(branch);
	if (branch->err != E_OK)
		r->err = branch->err;
	else if (first)
		*group = branch->best;
	else if (unite(r->arena, group, &branch->best, group) != E_OK)
		r->err = E_NOMEM;
}

static void hex_branch(struct runs *r, struct hex *h, unsigned depth);

/* The lexer stands behind the opening parenthesis. */
static void hex_group(struct runs *r, struct hex *h, unsigned depth)
{
	struct literals group = nothing_known;
	for (bool first = true; r->err == E_OK; first = false) {
		struct runs *branch = inner_runs(r);
		if (!branch)
			return;
		hex_branch(branch, h, depth + 1);
		join_branch(r, &group, first, branch);
		if (h->at >= h->body.size || h->body.data[h->at++] != '|')
			break;
	}
	consider(r, group);
}

static void hex_branch(struct runs *r, struct hex *h, unsigned depth)
{
	while (r->err == E_OK && hex_skip(h)) {
		char c = h->body.data[h->at];
		if (c == '|' || c == ')')
			return;
		h->at++;
		if (c == '(' && depth < DEPTH) {
			run_end(r);
			hex_group(r, h, depth);
			continue;
		}
		if (c == '[') {
			run_end(r);
			while (h->at < h->body.size && h->body.data[h->at++] != ']')
				;
			continue;
		}
		int high = hex_digit(c);
		int low = h->at < h->body.size ? hex_digit(h->body.data[h->at]) : -1;
		h->at++;
		if (high >= 0 && low >= 0)
			run_byte(r, (uint8_t)(high * 16 + low));
		else
			run_end(r); /* a wild card, or too deep */
	}
}

/* --- regular expressions --- */

struct regex {
	struct str body;
	size_t at;
};

/* What an atom is: a byte, a group, anything else. */
enum atom {
	ATOM_BYTE,
	ATOM_GROUP,
	ATOM_OTHER
};

static bool regex_more(const struct regex *x)
{
	return x->at < x->body.size;
}

static char regex_peek(const struct regex *x)
{
	return regex_more(x) ? x->body.data[x->at] : '\0';
}

/* How often the atom before must occur: 0 or 1 (more is no help); *ret_repeats: it may be more. */
static unsigned regex_quantifier(struct regex *x, bool *ret_repeats)
{
	unsigned least = 1;
	char c = regex_peek(x);
	*ret_repeats = false;
	if (c == '*' || c == '?' || c == '+') {
		x->at++;
		*ret_repeats = c != '?';
		least = c == '+';
	} else if (c == '{') {
		x->at++;
		least = regex_peek(x) >= '1' && regex_peek(x) <= '9';
		for (; regex_peek(x) == '0' && !least; x->at++)
			least = x->at + 1 < x->body.size && x->body.data[x->at + 1] >= '1' &&
				x->body.data[x->at + 1] <= '9';
		while (regex_more(x) && x->body.data[x->at++] != '}')
			;
		*ret_repeats = true;
	} else {
		return 1;
	}
	if (regex_peek(x) == '?')
		x->at++;
	return least;
}

static void regex_class(struct regex *x)
{
	if (regex_peek(x) == '^')
		x->at++;
	if (regex_peek(x) == ']')
		x->at++;
	while (regex_more(x)) {
		char c = x->body.data[x->at++];
		if (c == ']')
			return;
		if (c == '\\')
			x->at++;
	}
}

static enum atom regex_escape(struct regex *x, uint8_t *ret_byte)
{
	char c = regex_peek(x);
	x->at++;
	if (c == 'x' && x->at + 2 <= x->body.size) {
		int high = hex_digit(x->body.data[x->at]), low = hex_digit(x->body.data[x->at + 1]);
		x->at += 2;
		*ret_byte = (uint8_t)(high * 16 + low);
		return high >= 0 && low >= 0 ? ATOM_BYTE : ATOM_OTHER;
	}
	if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) {
		*ret_byte = (uint8_t)(c == 'n' ? '\n' : c == 't' ? '\t' : '\r');
		return c == 'n' || c == 't' || c == 'r' ? ATOM_BYTE : ATOM_OTHER;
	}
	*ret_byte = (uint8_t)c;
	return ATOM_BYTE;
}

static void regex_branches(struct runs *r, struct regex *x, unsigned depth, struct literals *ret);

static enum atom regex_atom(struct runs *r, struct regex *x, unsigned depth, uint8_t *ret_byte,
	struct literals *ret_group)
{
	char c = x->body.data[x->at++];
	switch (c) {
	case '\\':
		return regex_escape(x, ret_byte);
	case '[':
		regex_class(x);
		return ATOM_OTHER;
	case '(':
		regex_branches(r, x, depth + 1, ret_group);
		x->at++;
		return ATOM_GROUP;
	case '.':
	case '^':
	case '$':
		return ATOM_OTHER;
	default:
		*ret_byte = (uint8_t)c;
		return ATOM_BYTE;
	}
}

static void regex_branch(struct runs *r, struct regex *x, unsigned depth)
{
	while (r->err == E_OK && regex_more(x) && regex_peek(x) != '|' && regex_peek(x) != ')') {
		uint8_t b = 0;
		struct literals group = nothing_known;
		bool repeats;
		enum atom atom = regex_atom(r, x, depth, &b, &group);
		unsigned least = regex_quantifier(x, &repeats);
		if (atom == ATOM_BYTE && least > 0)
			run_byte(r, b);
		if (atom != ATOM_BYTE || least == 0 || repeats)
			run_end(r);
		if (atom == ATOM_GROUP && least > 0)
			consider(r, group);
	}
}

static void regex_branches(struct runs *r, struct regex *x, unsigned depth, struct literals *ret)
{
	*ret = nothing_known;
	for (bool first = true; r->err == E_OK; first = false) {
		struct runs *branch = inner_runs(r);
		if (!branch)
			return;
		if (depth < DEPTH) {
			regex_branch(branch, x, depth);
		} else { /* too deep to follow: says nothing of the whole */
			x->at = x->body.size;
		}
		join_branch(r, ret, first, branch);
		if (regex_peek(x) != '|')
			return;
		x->at++;
	}
}

/* --- strings --- */

static void string_runs(struct runs *r, const struct yara_string *s)
{
	struct hex hex = {s->body, 0};
	struct regex regex = {s->body, 0};
	struct literals found = nothing_known;
	switch (s->kind) {
	case YARA_TEXT:
		text_runs(r, s->body);
		break;
	case YARA_HEX:
		hex_branch(r, &hex, 0);
		run_end(r);
		break;
	case YARA_REGEX:
		regex_branches(r, &regex, 0, &found);
		consider(r, found);
		break;
	}
}

static enum err literals_of(
	const struct yara_string *s, bool wide, struct arena *arena, struct literals *ret)
{
	struct runs *r = arena_alloc(arena, 1, sizeof(*r));
	if (!r)
		return E_NOMEM;
	r->arena = arena;
	r->wide = wide;
	r->best = nothing_known;
	r->caseless = (s->modifiers & YARA_NOCASE) != 0;
	for (size_t i = 0; i < s->flags.size; i++)
		r->caseless = r->caseless || s->flags.data[i] == 'i';
	string_runs(r, s);
	*ret = r->best;
	return r->err;
}

enum err string_literals(
	const struct yara_string *s, struct arena *arena, struct literals *ret_literals)
{
	bool wide = s->modifiers & YARA_WIDE, narrow = !wide || s->modifiers & YARA_ASCII;
	struct literals wide_ones = nothing_known;
	*ret_literals = nothing_known;
	if (s->modifiers & (YARA_XOR | YARA_BASE64))
		return E_OK;
	if (narrow)
		TRY(literals_of(s, false, arena, ret_literals));
	if (wide)
		TRY(literals_of(s, true, arena, &wide_ones));
	if (wide && narrow)
		return unite(arena, ret_literals, &wide_ones, ret_literals);
	if (wide)
		*ret_literals = wide_ones;
	return E_OK;
}
