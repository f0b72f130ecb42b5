/* SPDX-License-Identifier: Apache-2.0 */
/* What a condition needs. It is cut at its outermost "or", then "and"; what is left is one of a few
 * shapes that need something, or says nothing. */
#include "rules/guard_parts.h"
#include "rules/yara_pattern.h"

enum {
	NESTING = 64,      /* of parentheses; deeper ones say nothing */
	LOOP_STRINGS = 64, /* of a loop; more say nothing */
	SET_NAMES = 1024
};

/* A condition and what it stands in. */
struct condition {
	const struct condition_context *in;
	const struct yara_rule *rule;
	struct making *m;
	const struct yara_token *tokens;
	const struct string_atom *loop; /* what "$" stands for in a loop; NULL: outside */
	unsigned loops;                 /* nested ones */
};

static bool is(const struct yara_token *t, const char *text)
{
	return (t->kind == YARA_TOKEN_WORD || t->kind == YARA_TOKEN_SIGN) &&
	       str_equal(t->text, str_from(text));
}

static bool is_among(const struct yara_token *t, const char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (is(t, words[i]))
			return true;
	return false;
}
#define IS_ANY(t, ...)                                                                             \
	is_among(t, (const char *const[]){__VA_ARGS__},                                            \
		sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))

static struct ways never(void)
{
	return (struct ways){0};
}

/* Nothing is known; strings have a say or not. */
static struct ways anything(struct condition *c, bool free)
{
	struct way way = way_anything;
	way.free = free;
	return ways_one(c->m, &way);
}

static bool names_string(const struct yara_token *t)
{
	char first = t->text.size ? t->text.data[0] : ' ';
	return t->kind == YARA_TOKEN_WORD &&
	       (first == '$' || first == '#' || first == '@' || first == '!');
}

/* Whether something between depends on what strings are found, or on where a program begins, which
 * libyara finds out while it looks for them. */
static bool is_free(const struct condition *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (names_string(&c->tokens[i]) || IS_ANY(&c->tokens[i], "them", "entrypoint"))
			return false;
	return true;
}

static const struct yara_rule *rule_before(
	const struct condition *c, struct str name, const struct ways **ret_ways)
{
	for (size_t i = c->in->before_count; i-- > 0;)
		if (str_equal(c->in->before[i]->name, name)) {
			*ret_ways = &c->in->ways[i];
			return c->in->before[i];
		}
	return NULL;
}

/* A span that is not understood: free only if it names no rule either. */
static struct ways unknown(struct condition *c, size_t from, size_t to)
{
	const struct ways *ways;
	bool free = is_free(c, from, to);
	for (size_t i = from; i < to && free; i++)
		if (c->tokens[i].kind == YARA_TOKEN_WORD)
			free = !rule_before(c, c->tokens[i].text, &ways) &&
			       !(i + 1 < to && is(&c->tokens[i + 1], "*"));
	return anything(c, free);
}

/* --- numbers --- */

/* 16: none. */
static unsigned digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return (unsigned)(c - '0');
	if (c >= 'a' && c <= 'f')
		return (unsigned)(c - 'a') + 10;
	return c >= 'A' && c <= 'F' ? (unsigned)(c - 'A') + 10 : 16;
}

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
		unsigned digit = digit_value(s.data[at]);
		if (digit >= base || value > UINT64_MAX / 32)
			return false;
		value = value * base + digit;
	}
	if (value > UINT64_MAX / unit)
		return false;
	*ret = value * unit;
	return true;
}

/* --- strings --- */

/* "$a", "#a", "@a", "!a"; what has no name is the loop's. */
static const struct string_atom *string_named(const struct condition *c, struct str reference)
{
	if (reference.size == 1)
		return c->loop;
	for (size_t i = 0; i < c->rule->string_count; i++) {
		struct str name = c->rule->strings[i].name;
		if (name.size == reference.size && name.size > 1 &&
			memcmp(reference.data + 1, name.data + 1, name.size - 1) == 0)
			return &c->in->strings[i];
	}
	return NULL;
}

static struct ways need_string(struct condition *c, struct str reference)
{
	const struct string_atom *s = string_named(c, reference);
	if (!s)
		return anything(c, false);
	const struct string_atom **list =
		arena_alloc(c->m->arena, 1, sizeof(const struct string_atom *));
	if (!list) {
		c->m->err = E_NOMEM;
		return anything(c, false);
	}
	list[0] = s;
	return ways_of(c->m, list, 1, 1);
}

/* The certain bytes that a tree begins with; false: it goes on otherwise. */
static bool take_beginning(const struct yara_node *n, struct header *h)
{
	bool certain = true;
	if (n->kind == NODE_SEQUENCE)
		for (const struct yara_node *c = n->first; c && certain; c = c->next)
			certain = take_beginning(c, h);
	if (n->kind == NODE_SEQUENCE)
		return certain;
	if (n->kind != NODE_SET || byte_set_count(&n->set) != 1 || h->size == HEADER_BYTES)
		return false;
	for (unsigned b = 0; b < 256; b++)
		if (byte_set_has(&n->set, (uint8_t)b))
			h->bytes[h->size] = (uint8_t)b;
	h->size++;
	return true;
}

/* What must stand at the beginning is a header: a plain text, what a hex string begins with. */
static struct ways header_of(struct condition *c, const struct string_atom *s)
{
	struct way way = way_anything;
	const struct yara_string *string = s ? s->string : NULL;
	struct header *h = &way.headers[0];
	struct yara_node *tree;
	way.free = false;
	if (string && string->kind == YARA_HEX &&
		yara_tree(string, false, false, c->m->arena, &tree) == E_OK)
		take_beginning(tree, h);
	if (string && string->kind == YARA_TEXT &&
		!(string->modifiers & ~(unsigned)(YARA_ASCII | YARA_PRIVATE | YARA_FULLWORD)))
		for (size_t i = 0;
			i < string->body.size && i < HEADER_BYTES && string->body.data[i] != '\\';
			i++)
			h->bytes[h->size++] = (uint8_t)string->body.data[i];
	way.header_count = h->size >= 2;
	return ways_one(c->m, &way);
}

/* --- counts --- */

/* Sums of counts and numbers, parentheses around them: never below 0. */
static bool is_sum(const struct condition *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct yara_token *t = &c->tokens[i];
		bool counted = t->kind == YARA_TOKEN_WORD && t->text.data[0] == '#';
		if (!counted && t->kind != YARA_TOKEN_NUMBER && !IS_ANY(t, "+", "(", ")"))
			return false;
	}
	return from < to;
}

/* A sum of counts alone, which is above 0 only if one of the strings is there. */
static bool is_counts(const struct condition *c, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (c->tokens[i].kind == YARA_TOKEN_NUMBER)
			return false;
	return is_sum(c, from, to);
}

static struct ways one_of_counts(struct condition *c, size_t from, size_t to)
{
	struct ways ways = never();
	for (size_t i = from; i < to; i++)
		if (c->tokens[i].kind == YARA_TOKEN_WORD)
			ways = ways_either(c->m, ways, need_string(c, c->tokens[i].text));
	return ways;
}

/* "#a > 2", "#a == 1", "#a + #b >= 2", "(#a) > #b": where the counts cannot all be 0. */
static struct ways count_condition(struct condition *c, size_t from, size_t sign, size_t to)
{
	const struct yara_token *t = c->tokens;
	uint64_t value;
	bool above = is(&t[sign], ">") && is_sum(c, sign + 1, to);
	bool least = IS_ANY(&t[sign], ">=", "==") && to - sign == 2 &&
		     number(&t[sign + 1], &value) && value > 0;
	if ((above || least) && is_counts(c, from, sign))
		return one_of_counts(c, from, sign);
	bool below = is(&t[sign], "<") && is_sum(c, from, sign);
	bool most = IS_ANY(&t[sign], "<=", "==") && sign - from == 1 && number(&t[from], &value) &&
		    value > 0;
	if ((below || most) && is_counts(c, sign + 1, to))
		return one_of_counts(c, sign + 1, to);
	return unknown(c, from, to);
}

/* --- "2 of ($a*, $b)" --- */

static bool pattern_fits(struct str pattern, struct str name)
{
	if (pattern.size > 0 && pattern.data[pattern.size - 1] == '*')
		return name.size >= pattern.size - 1 &&
		       memcmp(pattern.data, name.data, pattern.size - 1) == 0;
	return str_equal(pattern, name);
}

/* One for each time a string is named: libyara counts it as often. */
static void add_fitting(const struct condition *c, struct str pattern,
	const struct string_atom **list, uint32_t *count)
{
	for (size_t i = 0; i < c->rule->string_count; i++)
		if (pattern_fits(pattern, c->rule->strings[i].name))
			list[(*count)++] = &c->in->strings[i];
}

/* Strings of "them" or "($a*, $b)" at `from`; false: none of these. *ret_end is behind them. */
static bool string_set(struct condition *c, size_t from, size_t to, uint32_t *ret_count,
	const struct string_atom ***ret_list, size_t *ret_end)
{
	bool them = from < to && is(&c->tokens[from], "them");
	size_t end = from + 1, named = 1;
	if (!them && (from >= to || !is(&c->tokens[from], "(")))
		return false;
	for (; !them && end < to && !is(&c->tokens[end], ")"); end++) {
		bool word = c->tokens[end].kind == YARA_TOKEN_WORD;
		if (!is(&c->tokens[end], ",") && (!word || c->tokens[end].text.data[0] != '$'))
			return false;
		named += word;
	}
	const struct string_atom **list =
		named > SET_NAMES ? NULL
				  : arena_alloc(c->m->arena, named * c->rule->string_count + 1,
					    sizeof(const struct string_atom *));
	if (!list) {
		c->m->err = named > SET_NAMES ? c->m->err : E_NOMEM;
		return false;
	}
	*ret_count = 0;
	if (them)
		add_fitting(c, STR("$*"), list, ret_count);
	for (size_t i = from + 1; !them && i < end; i++)
		if (c->tokens[i].kind == YARA_TOKEN_WORD)
			add_fitting(c, c->tokens[i].text, list, ret_count);
	*ret_list = list;
	*ret_end = end + !them;
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

static struct ways of_condition(struct condition *c, size_t from, size_t of, size_t to)
{
	const struct string_atom **list;
	uint32_t count;
	size_t end;
	if (!string_set(c, of + 1, to, &count, &list, &end))
		return anything(c, false);
	uint64_t least = how_many(c, from, of, count);
	return least == 0 ? anything(c, false) : ways_of(c->m, list, count, least);
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
		if (str_equal(name, str_from(readers[i].name))) {
			*ret_size = readers[i].size;
			*ret_big = readers[i].big;
			return true;
		}
	return false;
}

/* A reader of the beginning at `call` and what it is to read at `value`. */
static bool header_condition(struct condition *c, const struct yara_token *call,
	const struct yara_token *value, struct ways *ret)
{
	struct way way = way_anything;
	uint64_t place, wanted;
	size_t size;
	bool big;
	if (!reader_size(call[0].text, &size, &big) || !is(call + 1, "(") ||
		!number(call + 2, &place) || place != 0 || !is(call + 3, ")") ||
		!number(value, &wanted))
		return false;
	*ret = never();
	if (wanted >> (8 * size))
		return true;
	struct header *h = &way.headers[0];
	h->size = (uint8_t)size;
	way.header_count = 1;
	for (size_t i = 0; i < size; i++)
		h->bytes[i] = (uint8_t)(wanted >> (8 * (big ? size - 1 - i : i)));
	*ret = ways_one(c->m, &way);
	return true;
}

static struct ways size_condition(struct condition *c, const struct yara_token *sign,
	const struct yara_token *value, bool turned)
{
	struct way way = way_anything;
	uint64_t bytes;
	if (!number(value, &bytes))
		return anything(c, true);
	if (is(sign, turned ? ">" : "<")) {
		if (bytes == 0)
			return never();
		way.size_most = bytes - 1;
	} else if (is(sign, turned ? ">=" : "<=")) {
		way.size_most = bytes;
	} else if (is(sign, "==")) {
		way.size_least = way.size_most = bytes;
	} else if (is(sign, turned ? "<" : ">")) {
		way.size_least = bytes + 1;
	} else if (is(sign, turned ? "<=" : ">=")) {
		way.size_least = bytes;
	}
	return ways_one(c->m, &way);
}

/* --- "extension == \".exe\"" --- */

static bool find_external(struct str name, enum external *ret)
{
	for (int i = 0; i < EXTERNAL__COUNT; i++)
		if (str_equal(name, external_name((enum external)i))) {
			*ret = (enum external)i;
			return true;
		}
	return false;
}

static struct ways external_texts(
	struct condition *c, enum external external, const struct str *texts, uint32_t count)
{
	struct way way = way_anything;
	if (external == EXTERNAL_TYPE)
		return never();
	way.external = external;
	way.texts = texts;
	way.text_count = count;
	return ways_one(c->m, &way);
}

/* What of the external a text or regular expression asks for; in either case. */
static bool wanted_texts(struct condition *c, const struct yara_token *value,
	const struct str **ret_texts, uint32_t *ret_count)
{
	struct yara_string as = {.kind = value->kind == YARA_TOKEN_REGEX ? YARA_REGEX : YARA_TEXT,
		.body = value->text,
		.flags = value->flags};
	struct string_atom atom;
	if (value->kind != YARA_TOKEN_REGEX && value->kind != YARA_TOKEN_TEXT)
		return false;
	enum err err = string_atom_make(&as, c->m->arena, &atom);
	if (err != E_OK)
		c->m->err = err;
	if (err != E_OK || !atom.known)
		return false;
	struct str *texts = arena_alloc(c->m->arena, atom.literals.count, sizeof(*texts));
	if (!texts) {
		c->m->err = E_NOMEM;
		return false;
	}
	for (uint32_t i = 0; i < atom.literals.count; i++) {
		struct bytes b = atom.literals.list[i].bytes;
		texts[i] = (struct str){(const char *)b.data, b.size};
	}
	*ret_texts = texts;
	*ret_count = atom.literals.count;
	return true;
}

static bool external_condition(
	struct condition *c, size_t from, size_t sign, size_t to, struct ways *ret)
{
	const struct yara_token *t = c->tokens + from;
	const struct str *texts;
	enum external external;
	uint32_t count;
	if (to - from != 3 || sign != from + 1 || c->loops > 0) /* a loop's own names */
		return false;
	bool turned = is(&t[1], "==") && find_external(t[2].text, &external);
	if (!turned &&
		(!find_external(t[0].text, &external) ||
			!IS_ANY(&t[1], "==", "contains", "icontains", "startswith", "istartswith",
				"endswith", "iendswith", "iequals", "matches")))
		return false;
	if (!wanted_texts(c, turned ? &t[0] : &t[2], &texts, &count))
		return false;
	*ret = external_texts(c, external, texts, count);
	return true;
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
 * in capitals, are always defined, and is_pe and is_dotnet are always numbers. */
static struct ways module_condition(struct condition *c, size_t from, size_t to)
{
	static const struct {
		const char *module;
		struct header header;
	} modules[] = {{"pe", {"MZ", 2}}, {"dotnet", {"MZ", 2}},
		{"elf", {"\x7f"
			 "ELF",
				4}}};
	struct way way = way_anything;
	way.free = is_free(c, from, to);
	for (size_t i = from; i + 2 < to; i++) {
		if (!is(&c->tokens[i + 1], ".") || (i > from && is(&c->tokens[i - 1], ".")))
			continue;
		struct str field = c->tokens[i + 2].text;
		bool always = str_equal(field, STR("is_pe")) || str_equal(field, STR("is_dotnet"));
		if (!has_small_letter(field) || (always && to - from != 3))
			continue;
		for (size_t k = 0; k < sizeof(modules) / sizeof(modules[0]); k++)
			if (is(&c->tokens[i], modules[k].module)) {
				way.headers[0] = modules[k].header;
				way.header_count = 1;
			}
	}
	return ways_one(c->m, &way);
}

/* --- comparisons --- */

/* Where a string is, and how long it is there, is undefined while it is nowhere, and so is all that
 * is reckoned with it: false. */
static struct ways placed_strings(struct condition *c, size_t from, size_t to)
{
	struct ways ways = anything(c, true);
	for (size_t i = from; i < to; i++) {
		const struct yara_token *t = &c->tokens[i];
		if (t->kind == YARA_TOKEN_WORD &&
			(t->text.data[0] == '@' || t->text.data[0] == '!'))
			ways = ways_both(c->m, ways, need_string(c, t->text));
	}
	return ways;
}

static struct ways string_condition(struct condition *c, size_t from, size_t to)
{
	const struct yara_token *t = c->tokens + from;
	struct ways ways = need_string(c, t->text);
	uint64_t place;
	if (to - from == 3 && is(t + 1, "at") && number(t + 2, &place) && place == 0)
		ways = ways_both(c->m, ways, header_of(c, string_named(c, t->text)));
	ways = ways_both(c->m, ways, module_condition(c, from, to));
	return ways_both(c->m, ways, placed_strings(c, from, to));
}

/* First comparison outside parentheses, or `to`. */
static size_t comparison_sign(const struct condition *c, size_t from, size_t to)
{
	size_t depth = 0;
	for (size_t i = from; i < to; i++) {
		const struct yara_token *t = &c->tokens[i];
		if (IS_ANY(t, "(", "["))
			depth++;
		else if (IS_ANY(t, ")", "]"))
			depth -= depth > 0;
		else if (depth == 0 && IS_ANY(t, "==", "!=", "<", "<=", ">", ">=", "contains",
					       "icontains", "startswith", "istartswith", "endswith",
					       "iendswith", "iequals", "matches"))
			return i;
	}
	return to;
}

static struct ways compared(struct condition *c, size_t from, size_t sign, size_t to)
{
	const struct yara_token *t = c->tokens + from;
	size_t count = to - from;
	struct ways ways;
	if (count == 6 && is(t + 4, "==") && header_condition(c, t, t + 5, &ways))
		return ways;
	if (count == 6 && is(t + 1, "==") && header_condition(c, t + 2, t, &ways))
		return ways;
	if (count == 3 && is(t, "filesize"))
		return size_condition(c, t + 1, t + 2, false);
	if (count == 3 && is(t + 2, "filesize"))
		return size_condition(c, t + 1, t, true);
	if (external_condition(c, from, sign, to, &ways))
		return ways;
	return count_condition(c, from, sign, to);
}

/* --- the tree --- */

static struct ways word_condition(struct condition *c, size_t at)
{
	const struct yara_token *t = &c->tokens[at];
	const struct ways *ways;
	if (is(t, "false"))
		return never();
	if (t->text.data[0] == '#')
		return need_string(c, t->text);
	if (c->loops > 0) /* it may be the loop's own name */
		return anything(c, false);
	if (rule_before(c, t->text, &ways))
		return *ways;
	return unknown(c, at, at + 1);
}

/* First of these words outside parentheses, or `to`. */
static size_t outermost(const struct condition *c, size_t from, size_t to, const char *word)
{
	size_t depth = 0;
	for (size_t i = from; i < to; i++) {
		const struct yara_token *t = &c->tokens[i];
		if (IS_ANY(t, "(", "["))
			depth++;
		else if (IS_ANY(t, ")", "]"))
			depth -= depth > 0;
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

static struct ways expression(struct condition *c, size_t from, size_t to, unsigned depth);

/* The body for each string in its turn. */
static struct ways loop_strings(
	struct condition *c, size_t from, size_t of, size_t colon, size_t to, unsigned depth)
{
	const struct string_atom **list;
	uint32_t count;
	size_t end;
	if (!string_set(c, of + 1, colon, &count, &list, &end) || count > LOOP_STRINGS)
		return anything(c, false);
	uint64_t least = how_many(c, from, of, count);
	struct ways ways = least == count && count > 0 ? anything(c, true) : never();
	struct condition inner = *c;
	inner.loops++;
	if (least == 0)
		return anything(c, false);
	for (uint32_t i = 0; i < count; i++) {
		inner.loop = list[i];
		struct ways one = expression(&inner, colon + 2, to - 1, depth + 1);
		ways = least == count ? ways_both(c->m, ways, one) : ways_either(c->m, ways, one);
	}
	return ways_bound(c->m, ways);
}

/* "for any of ($a*) : ( body )", "for 2 i in (1..3) : ( body )": what is looped over must be
 * defined, and the body true at least once. */
static struct ways loop_condition(struct condition *c, size_t from, size_t to, unsigned depth)
{
	size_t colon = outermost(c, from, to, ":"), of = outermost(c, from, colon, "of");
	size_t in = outermost(c, from, colon, "in");
	uint64_t value;
	const struct yara_token *least = &c->tokens[from + 1];
	bool named = from + 2 < to && c->tokens[from + 2].kind == YARA_TOKEN_WORD;
	if (colon + 1 >= to || !enclosed(c, colon + 1, to) || c->loops > 1)
		return unknown(c, from, to);
	if (of < colon)
		return loop_strings(c, from + 1, of, colon, to, depth);
	if (in >= colon || !named || !(is(least, "any") || (number(least, &value) && value > 0)))
		return unknown(c, from, to);
	struct condition inner = *c;
	inner.loops++;
	struct ways ways = expression(&inner, colon + 2, to - 1, depth + 1);
	ways = ways_both(c->m, ways, module_condition(c, in, colon));
	return ways_both(c->m, ways, placed_strings(c, in, colon));
}

static struct ways leaf(struct condition *c, size_t from, size_t to, unsigned depth)
{
	const struct yara_token *t = c->tokens + from;
	if (from >= to)
		return anything(c, false);
	if (IS_ANY(t, "not", "defined"))
		return unknown(c, from, to);
	if (is(t, "for"))
		return loop_condition(c, from, to, depth);
	size_t of = outermost(c, from, to, "of"), sign = comparison_sign(c, from, to);
	if (of < to)
		return of_condition(c, from, of, to);
	if (t->kind == YARA_TOKEN_WORD && t->text.data[0] == '$')
		return string_condition(c, from, to);
	if (to - from == 1)
		return t->kind == YARA_TOKEN_WORD ? word_condition(c, from) : unknown(c, from, to);
	struct ways ways = sign < to ? compared(c, from, sign, to) : unknown(c, from, to);
	ways = ways_both(c->m, ways, module_condition(c, from, to));
	return ways_both(c->m, ways, placed_strings(c, from, to));
}

static struct ways conjunction(struct condition *c, size_t from, size_t to, unsigned depth)
{
	struct ways ways = anything(c, true);
	for (size_t at = from; at <= to;) {
		size_t end = outermost(c, at, to, "and");
		struct ways one = enclosed(c, at, end) ? expression(c, at + 1, end - 1, depth + 1)
						       : leaf(c, at, end, depth);
		ways = ways_both(c->m, ways, one);
		at = end + 1;
	}
	return ways;
}

static struct ways expression(struct condition *c, size_t from, size_t to, unsigned depth)
{
	struct ways ways = never();
	if (depth > NESTING)
		return anything(c, false);
	for (size_t at = from; at <= to;) {
		size_t end = outermost(c, at, to, "or");
		ways = ways_either(c->m, ways, conjunction(c, at, end, depth));
		at = end + 1;
	}
	return ways;
}

/* --- a rule --- */

static bool take_tokens(struct condition *c, size_t *ret_count)
{
	struct str text = c->rule->condition;
	struct yara_token *tokens = NULL;
	size_t count = 0;
	for (int pass = 0; pass < 2; pass++) {
		struct yara_lexer lexer = {text.data, text.data + text.size, 1};
		struct yara_token t;
		if (pass == 1) {
			tokens = arena_alloc(c->m->arena, count + 1, sizeof(*tokens));
			if (!tokens) {
				c->m->err = E_NOMEM;
				return false;
			}
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
	return true;
}

struct ways condition_ways(const struct condition_context *context)
{
	struct condition c = {.in = context, .rule = context->rule, .m = context->making};
	size_t count;
	if (!take_tokens(&c, &count))
		return never();
	return expression(&c, 0, count, 0);
}
