/* SPDX-License-Identifier: Apache-2.0 */
/* What a condition needs. It is cut at its outermost "or", then "and"; what is left is one of a few
 * shapes that need something, or says nothing. */
#include "rules/guard.h"

enum {
	NESTING = 64 /* of parentheses; deeper ones say nothing */
};

static const struct guard anything = {.size_most = UINT64_MAX, .literals = {false, 0, NULL, 1}};
static const struct guard never = {.size_most = UINT64_MAX, .literals = {true, 0, NULL, 0}};

/* A condition and what it stands in. */
struct condition {
	const struct yara_rule *rule;
	const struct yara_token *tokens;
	const struct literals *strings;        /* one a string of the rule */
	const struct yara_rule *const *before; /* rules it may refer to */
	const struct guard *guards;            /* theirs */
	size_t before_count;
	struct arena *arena;
	enum err err;
};

static bool is(const struct yara_token *t, const char *text)
{
	return (t->kind == YARA_TOKEN_WORD || t->kind == YARA_TOKEN_SIGN) &&
	       str_equal(t->text, (struct str){text, strlen(text)});
}

/* --- numbers --- */

static bool number(const struct yara_token *t, uint64_t *ret)
{
	struct str s = t->text;
	uint64_t value = 0, base = 10, unit = 1;
	size_t at = 0;
	if (t->kind != YARA_TOKEN_NUMBER)
		return false;
	if (s.size > 2 && s.data[0] == '0' && (s.data[1] == 'x' || s.data[1] == 'o')) {
		base = s.data[1] == 'x' ? 16 : 8;
		at = 2;
	} else if (s.size > 2 && (s.data[s.size - 1] == 'B')) {
		unit = s.data[s.size - 2] == 'K' ? 1024 : 1024 * 1024;
		s.size -= 2;
	}
	for (; at < s.size; at++) {
		char c = s.data[at];
		uint64_t digit = c >= '0' && c <= '9'   ? (uint64_t)(c - '0')
				 : c >= 'a' && c <= 'f' ? (uint64_t)(c - 'a' + 10)
				 : c >= 'A' && c <= 'F' ? (uint64_t)(c - 'A' + 10)
							: 16;
		if (digit >= base || value > UINT64_MAX / 32)
			return false;
		value = value * base + digit;
	}
	if (value > UINT64_MAX / unit)
		return false;
	*ret = value * unit;
	return true;
}

/* --- together --- */

static bool header_begins(const struct header *shorter, const struct header *longer)
{
	return shorter->size <= longer->size &&
	       memcmp(shorter->bytes, longer->bytes, shorter->size) == 0;
}

/* Both must be so: whichever says more. Two lists are cut to what both allow. */
static void both_headers(struct guard *a, const struct guard *b)
{
	if (a->header_count == 0) {
		memcpy(a->headers, b->headers, sizeof(a->headers));
		a->header_count = b->header_count;
		return;
	}
	if (b->header_count == 0)
		return;
	struct guard cut = *a;
	cut.header_count = 0;
	for (uint32_t i = 0; i < a->header_count; i++)
		for (uint32_t k = 0; k < b->header_count; k++) {
			const struct header *x = &a->headers[i], *y = &b->headers[k];
			const struct header *longer = x->size > y->size ? x : y;
			if (header_begins(x, y) || header_begins(y, x)) {
				if (cut.header_count == GUARD_HEADERS)
					return;
				cut.headers[cut.header_count++] = *longer;
			}
		}
	if (cut.header_count == 0)
		cut = never;
	*a = cut;
}

static struct guard both(struct guard a, const struct guard *b)
{
	both_headers(&a, b);
	if (b->size_most < a.size_most)
		a.size_most = b->size_most;
	if (b->literals.known && (!a.literals.known || b->literals.cost < a.literals.cost))
		a.literals = b->literals;
	return a;
}

static void either_literals(struct condition *c, struct literals *a, const struct literals *b)
{
	if (!a->known || !b->known || a->count + b->count > GUARD_LITERALS) {
		*a = anything.literals;
		return;
	}
	struct literal *list = arena_alloc(c->arena, a->count + b->count + 1, sizeof(*list));
	if (!list) {
		c->err = E_NOMEM;
		return;
	}
	for (uint32_t i = 0; i < a->count; i++)
		list[i] = a->list[i];
	for (uint32_t i = 0; i < b->count; i++)
		list[a->count + i] = b->list[i];
	*a = (struct literals){true, a->count + b->count, list, a->cost + b->cost};
}

static bool is_never(const struct guard *g)
{
	return g->literals.known && g->literals.count == 0;
}

static struct guard either(struct condition *c, struct guard a, const struct guard *b)
{
	if (is_never(&a))
		return *b;
	if (is_never(b))
		return a;
	if (a.header_count == 0 || b->header_count == 0 ||
		a.header_count + b->header_count > GUARD_HEADERS) {
		a.header_count = 0;
	} else {
		for (uint32_t i = 0; i < b->header_count; i++)
			a.headers[a.header_count++] = b->headers[i];
	}
	if (b->size_most > a.size_most)
		a.size_most = b->size_most;
	either_literals(c, &a.literals, &b->literals);
	return a;
}

/* --- strings --- */

static struct guard guard_literals(const struct literals *literals)
{
	struct guard g = anything;
	if (literals->known)
		g.literals = *literals;
	return g;
}

/* "$a"; those without a name are known only together. */
static bool find_string(const struct condition *c, struct str name, size_t *ret_index)
{
	for (size_t i = 0; i < c->rule->string_count && name.size > 1; i++)
		if (str_equal(c->rule->strings[i].name, name)) {
			*ret_index = i;
			return true;
		}
	return false;
}

/* "#a" and "$a" name the same. */
static bool same_string(struct str reference, struct str name)
{
	return reference.size == name.size && reference.size > 1 &&
	       memcmp(reference.data + 1, name.data + 1, name.size - 1) == 0;
}

/* A plain text that must stand at the beginning is a header. */
static void add_header_of(
	struct guard *g, const struct yara_string *s, const struct literals *literals)
{
	if (s->kind != YARA_TEXT || (s->modifiers & ~(unsigned)(YARA_ASCII | YARA_PRIVATE)) ||
		!literals->known || literals->count != 1)
		return;
	struct str body = s->body;
	struct header *h = &g->headers[0];
	for (size_t i = 0; i < body.size && i < HEADER_BYTES && body.data[i] != '\\'; i++)
		h->bytes[h->size++] = (uint8_t)body.data[i];
	g->header_count = h->size >= 2;
}

static struct guard string_condition(const struct condition *c, size_t from, size_t to)
{
	const struct yara_token *t = c->tokens + from;
	size_t index;
	uint64_t place;
	if (!find_string(c, t->text, &index))
		return anything;
	struct guard g = guard_literals(&c->strings[index]);
	if (to - from == 3 && is(t + 1, "at") && number(t + 2, &place) && place == 0)
		add_header_of(&g, &c->rule->strings[index], &c->strings[index]);
	return g;
}

/* Sums of counts and numbers: never below 0. */
static bool is_sum(const struct condition *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct yara_token *t = &c->tokens[i];
		bool counted = t->kind == YARA_TOKEN_WORD && t->text.data[0] == '#';
		if (!counted && !is(t, "+") && t->kind != YARA_TOKEN_NUMBER)
			return false;
	}
	return from < to;
}

/* "#a > 2", "#a == 1", "#a > #b": only where #a cannot be 0. */
static struct guard count_condition(const struct condition *c, size_t from, size_t to)
{
	const struct yara_token *t = c->tokens + from;
	uint64_t value;
	bool above = to - from > 2 && is(t + 1, ">") && is_sum(c, from + 2, to);
	bool least = to - from == 3 && (is(t + 1, ">=") || is(t + 1, "==")) &&
		     number(t + 2, &value) && value > 0;
	for (size_t i = 0; (above || least) && i < c->rule->string_count; i++)
		if (same_string(t->text, c->rule->strings[i].name))
			return guard_literals(&c->strings[i]);
	return anything;
}

/* --- "2 of ($a*, $b)" --- */

static bool pattern_fits(struct str pattern, struct str name)
{
	if (pattern.size > 0 && pattern.data[pattern.size - 1] == '*')
		return name.size >= pattern.size - 1 &&
		       memcmp(pattern.data, name.data, pattern.size - 1) == 0;
	return str_equal(pattern, name);
}

static bool in_set(const struct condition *c, size_t from, size_t to, struct str name)
{
	for (size_t i = from; i < to; i++)
		if (c->tokens[i].kind == YARA_TOKEN_WORD && pattern_fits(c->tokens[i].text, name))
			return true;
	return false;
}

/* Only names of strings, with commas between. */
static bool is_string_set(const struct condition *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct yara_token *t = &c->tokens[i];
		if (!is(t, ",") && (t->kind != YARA_TOKEN_WORD || t->text.data[0] != '$'))
			return false;
	}
	return true;
}

/* How many of `all` must be there; 0: none need be, or it cannot be told. */
static uint64_t how_many(const struct condition *c, size_t from, size_t to, uint64_t all)
{
	uint64_t value;
	const struct yara_token *t = c->tokens + from;
	if (to - from == 1 && is(t, "any"))
		return 1;
	if (to - from == 1 && is(t, "all"))
		return all;
	if (to - from == 1 && number(t, &value))
		return value;
	if (to - from == 2 && number(t, &value) && is(t + 1, "%") && value > 0 && value <= 100)
		return (all * value + 99) / 100;
	return 0;
}

/* If `least` of `count` strings must be there, one of any count − least + 1 is: the rarest. */
static struct guard least_of(
	struct condition *c, const struct literals **members, size_t count, uint64_t least)
{
	struct guard g = never;
	if (least > count)
		return g;
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0; k--) {
			const struct literals *a = members[k - 1], *b = members[k];
			bool swap = b->known && (!a->known || b->cost < a->cost);
			if (!swap)
				break;
			members[k - 1] = b;
			members[k] = a;
		}
	for (size_t i = 0; i < count - least + 1; i++) {
		if (!members[i]->known)
			return anything;
		struct guard one = guard_literals(members[i]);
		g = either(c, g, &one);
	}
	return g;
}

static struct guard of_condition(struct condition *c, size_t from, size_t of, size_t to)
{
	size_t first = of + 1, end = to;
	bool them = first < to && is(&c->tokens[first], "them");
	if (!them) {
		if (first >= to || !is(&c->tokens[first], "("))
			return anything;
		for (end = ++first; end < to && !is(&c->tokens[end], ")"); end++)
			;
		if (!is_string_set(c, first, end))
			return anything;
	}
	const struct literals **members =
		arena_alloc(c->arena, c->rule->string_count + 1, sizeof(const struct literals *));
	size_t count = 0;
	if (!members) {
		c->err = E_NOMEM;
		return anything;
	}
	for (size_t i = 0; i < c->rule->string_count; i++)
		if (them || in_set(c, first, end, c->rule->strings[i].name))
			members[count++] = &c->strings[i];
	uint64_t least = how_many(c, from, of, count);
	return least == 0 ? anything : least_of(c, members, count, least);
}

/* --- "uint16(0) == 0x5A4D", "filesize < 1MB" --- */

static bool reader_size(struct str name, size_t *ret_size, bool *ret_big)
{
	static const struct {
		const char *name;
		size_t size;
		bool big;
	} readers[] = {{"uint8", 1, false}, {"uint16", 2, false}, {"uint32", 4, false},
		{"uint8be", 1, true}, {"uint16be", 2, true}, {"uint32be", 4, true}};
	for (size_t i = 0; i < sizeof(readers) / sizeof(readers[0]); i++)
		if (str_equal(name, (struct str){readers[i].name, strlen(readers[i].name)})) {
			*ret_size = readers[i].size;
			*ret_big = readers[i].big;
			return true;
		}
	return false;
}

static struct guard header_condition(const struct yara_token *call, const struct yara_token *value)
{
	struct guard g = anything;
	uint64_t place, wanted;
	size_t size;
	bool big;
	if (!reader_size(call[0].text, &size, &big) || !is(call + 1, "(") ||
		!number(call + 2, &place) || place != 0 || !is(call + 3, ")") ||
		!number(value, &wanted))
		return g;
	if (wanted >> (8 * size))
		return never;
	struct header *h = &g.headers[0];
	h->size = (uint8_t)size;
	g.header_count = 1;
	for (size_t i = 0; i < size; i++)
		h->bytes[i] = (uint8_t)(wanted >> (8 * (big ? size - 1 - i : i)));
	return g;
}

static struct guard size_condition(
	const struct yara_token *sign, const struct yara_token *value, bool turned)
{
	struct guard g = anything;
	uint64_t bytes;
	if (!number(value, &bytes))
		return g;
	if (is(sign, turned ? ">" : "<"))
		g.size_most = bytes > 0 ? bytes - 1 : 0;
	else if (is(sign, turned ? ">=" : "<=") || is(sign, "=="))
		g.size_most = bytes;
	return g;
}

/* --- "pe.number_of_sections == 3" --- */

static bool has_small_letter(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (s.data[i] >= 'a' && s.data[i] <= 'z')
			return true;
	return false;
}

/* What is said of a file's form is undefined, so false, where the file has another: only constants,
 * in capitals, are always defined, and is_pe is always a number. */
static struct guard module_condition(const struct condition *c, size_t from, size_t to)
{
	static const struct {
		const char *module;
		struct header header;
	} modules[] = {{"pe", {"MZ", 2}}, {"dotnet", {"MZ", 2}},
		{"elf", {"\x7f"
			 "ELF",
				4}}};
	struct guard g = anything;
	for (size_t i = from; i + 2 < to; i++) {
		if (!is(&c->tokens[i + 1], ".") || (i > from && is(&c->tokens[i - 1], ".")))
			continue;
		struct str field = c->tokens[i + 2].text;
		bool alone = to - from == 3;
		if (!has_small_letter(field) || (str_equal(field, STR("is_pe")) && !alone))
			continue;
		for (size_t k = 0; k < sizeof(modules) / sizeof(modules[0]); k++)
			if (is(&c->tokens[i], modules[k].module)) {
				g.headers[0] = modules[k].header;
				g.header_count = 1;
			}
	}
	return g;
}

/* --- the tree --- */

static struct guard reference_condition(const struct condition *c, const struct yara_token *t)
{
	if (is(t, "false"))
		return never;
	for (size_t i = c->before_count; i-- > 0;)
		if (str_equal(c->before[i]->name, t->text))
			return c->guards[i];
	return anything;
}

/* First of these words outside parentheses, or `to`. */
static size_t outermost(const struct condition *c, size_t from, size_t to, const char *word)
{
	size_t depth = 0;
	for (size_t i = from; i < to; i++) {
		const struct yara_token *t = &c->tokens[i];
		if (is(t, "(") || is(t, "["))
			depth++;
		else if ((is(t, ")") || is(t, "]")) && depth > 0)
			depth--;
		else if (depth == 0 && is(t, word))
			return i;
	}
	return to;
}

/* Whether the parenthesis at `from` ends with the last token. */
static bool enclosed(const struct condition *c, size_t from, size_t to)
{
	size_t depth = 0;
	if (to - from < 2 || !is(&c->tokens[from], "("))
		return false;
	for (size_t i = from; i < to; i++) {
		if (is(&c->tokens[i], "("))
			depth++;
		else if (is(&c->tokens[i], ")") && --depth == 0)
			return i == to - 1;
	}
	return false;
}

static struct guard comparison(const struct condition *c, size_t from, size_t to)
{
	const struct yara_token *t = c->tokens + from;
	size_t count = to - from;
	if (count == 6 && is(t + 4, "=="))
		return header_condition(t, t + 5);
	if (count == 6 && is(t + 1, "=="))
		return header_condition(t + 2, t);
	if (count == 3 && is(t, "filesize"))
		return size_condition(t + 1, t + 2, false);
	if (count == 3 && is(t + 2, "filesize"))
		return size_condition(t + 1, t, true);
	return anything;
}

/* What is looped over must be there for any of it to be so; the body says nothing. */
static struct guard loop_condition(const struct condition *c, size_t from, size_t to)
{
	return to - from > 2 && is(&c->tokens[from + 1], "any")
		       ? module_condition(c, from + 2, outermost(c, from, to, ":"))
		       : anything;
}

static struct guard leaf(struct condition *c, size_t from, size_t to)
{
	const struct yara_token *t = c->tokens + from;
	if (from >= to || is(t, "not") || is(t, "defined"))
		return anything;
	if (is(t, "for"))
		return loop_condition(c, from, to);
	size_t of = outermost(c, from, to, "of");
	if (of < to)
		return of_condition(c, from, of, to);
	struct guard module = module_condition(c, from, to);
	if (t->kind == YARA_TOKEN_WORD && t->text.data[0] == '$')
		return both(string_condition(c, from, to), &module);
	if (t->kind == YARA_TOKEN_WORD && t->text.data[0] == '#')
		return count_condition(c, from, to);
	if (to - from == 1)
		return t->kind == YARA_TOKEN_WORD ? reference_condition(c, t) : anything;
	return both(comparison(c, from, to), &module);
}

static struct guard expression(struct condition *c, size_t from, size_t to, unsigned depth);

static struct guard conjunction(struct condition *c, size_t from, size_t to, unsigned depth)
{
	struct guard g = anything;
	for (size_t at = from; at <= to;) {
		size_t end = outermost(c, at, to, "and");
		struct guard one = enclosed(c, at, end) ? expression(c, at + 1, end - 1, depth + 1)
							: leaf(c, at, end);
		g = both(g, &one);
		at = end + 1;
	}
	return g;
}

static struct guard expression(struct condition *c, size_t from, size_t to, unsigned depth)
{
	struct guard g = never;
	if (depth > NESTING)
		return anything;
	for (size_t at = from; at <= to;) {
		size_t end = outermost(c, at, to, "or");
		struct guard one = conjunction(c, at, end, depth);
		g = either(c, g, &one);
		at = end + 1;
	}
	return g;
}

/* --- a rule --- */

static enum err take_tokens(struct condition *c, size_t *ret_count)
{
	struct str text = c->rule->condition;
	struct yara_token *tokens;
	size_t count = 0;
	for (int pass = 0; pass < 2; pass++) {
		struct yara_lexer lexer = {text.data, text.data + text.size, 1};
		struct yara_token t;
		if (pass == 1) {
			tokens = arena_alloc(c->arena, count + 1, sizeof(*tokens));
			if (!tokens)
				return E_NOMEM;
			c->tokens = tokens;
		}
		count = 0;
		while ((t = yara_next(&lexer)).kind != YARA_TOKEN_END && t.kind != YARA_TOKEN_BAD) {
			if (pass == 1)
				tokens[count] = t;
			count++;
		}
	}
	*ret_count = count;
	return E_OK;
}

static enum err take_strings(struct condition *c)
{
	struct literals *strings =
		arena_alloc(c->arena, c->rule->string_count + 1, sizeof(*strings));
	if (!strings)
		return E_NOMEM;
	for (size_t i = 0; i < c->rule->string_count; i++)
		TRY(string_literals(&c->rule->strings[i], c->arena, &strings[i]));
	c->strings = strings;
	return E_OK;
}

enum err guards_make(const struct yara_rule *const *rules, size_t count, struct arena *arena,
	struct guard *ret_guards)
{
	for (size_t i = 0; i < count; i++) {
		struct condition c = {.rule = rules[i],
			.before = rules,
			.guards = ret_guards,
			.before_count = i,
			.arena = arena};
		size_t tokens;
		TRY(take_tokens(&c, &tokens));
		TRY(take_strings(&c));
		ret_guards[i] = expression(&c, 0, tokens, 0);
		TRY(c.err);
	}
	return E_OK;
}
