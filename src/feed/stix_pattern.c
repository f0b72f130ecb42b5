/* SPDX-License-Identifier: Apache-2.0 */
/* STIX patterning, as much of it as says "this address": comparisons within one observation, and
 * observations joined by OR. Read twice: first whether all of it is understood, then for the
 * addresses. */
#include "feed/stix_pattern.h"

/* --- words --- */

enum token_kind {
	TOKEN_END,
	TOKEN_WORD,     /* path, operator in letters, number */
	TOKEN_STRING,   /* without its quotes, escapes as they stand */
	TOKEN_OPERATOR, /* = != < > <= >= */
	TOKEN_SIGN      /* [ ] ( ) , */
};

struct token {
	enum token_kind kind;
	struct str text;
};

struct scanner {
	struct str text;
	size_t at;
};

static char peek(const struct scanner *s)
{
	return s->at < s->text.size ? s->text.data[s->at] : '\0';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || c == '-' || c == '.' || c == ':' || c == '*';
}

static bool is_one_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* False: it never closes. */
static bool scan_string(struct scanner *s, struct token *ret)
{
	char quote = s->text.data[s->at++];
	size_t begin = s->at;
	while (s->at < s->text.size && s->text.data[s->at] != quote)
		s->at += s->text.data[s->at] == '\\' ? 2 : 1;
	if (s->at >= s->text.size)
		return false;
	*ret = (struct token){TOKEN_STRING, {s->text.data + begin, s->at - begin}};
	s->at++;
	return true;
}

/* "[*]", "[0]". */
static bool scan_step(struct scanner *s)
{
	const char *end = memchr(s->text.data + s->at, ']', s->text.size - s->at);
	if (!end)
		return false;
	s->at = (size_t)(end - s->text.data) + 1;
	return true;
}

/* A path may hold parts in quotes and steps in brackets: file:hashes.'SHA-256', protocols[*]. */
static bool scan_word(struct scanner *s, struct token *ret)
{
	size_t begin = s->at;
	bool path = false;
	struct token part;
	for (bool more = true; more;) {
		char c = peek(s);
		bool quoted = is_one_of(c, "'\"") && s->text.data[s->at - 1] == '.';
		path = path || c == ':';
		if (is_word(c))
			s->at++;
		else if (path && c == '[')
			more = scan_step(s);
		else if (path && quoted)
			more = scan_string(s, &part);
		else
			break;
		if (!more)
			return false;
	}
	*ret = (struct token){TOKEN_WORD, {s->text.data + begin, s->at - begin}};
	return true;
}

/* t'2026-08-01T00:00:00Z', b'…', h'…' are strings too. */
static bool scan_word_or_constant(struct scanner *s, struct token *ret)
{
	if (!scan_word(s, ret))
		return false;
	bool typed = ret->text.size == 1 && is_one_of(ret->text.data[0], "tbh");
	return typed && peek(s) == '\'' ? scan_string(s, ret) : true;
}

/* White space, and comments as C has them; one that never closes goes to the end. */
static void pass_over(struct scanner *s)
{
	for (;;) {
		struct str rest = {s->text.data + s->at, s->text.size - s->at};
		bool block = str_starts(rest, STR("/*"));
		size_t end = block ? str_find(rest, STR("*/")) : str_find(rest, STR("\n"));
		if (is_one_of(peek(s), " \t\r\n"))
			s->at++;
		else if (block || str_starts(rest, STR("//")))
			s->at += end + 2 < rest.size ? end + 1 + block : rest.size;
		else
			return;
	}
}

static bool next(struct scanner *s, struct token *ret)
{
	pass_over(s);
	char c = peek(s);
	const char *begin = s->text.data + s->at;
	*ret = (struct token){TOKEN_END, {begin, 0}};
	if (s->at == s->text.size)
		return true;
	if (is_word(c))
		return scan_word_or_constant(s, ret);
	/* Double quotes are not in the grammar, but in use. */
	if (is_one_of(c, "'\""))
		return scan_string(s, ret);
	if (is_one_of(c, "=!<>")) {
		bool two = s->at + 1 < s->text.size &&
			   (begin[1] == '=' || (c == '<' && begin[1] == '>'));
		s->at += two ? 2 : 1;
		*ret = (struct token){
			TOKEN_OPERATOR, {begin, (size_t)(s->text.data + s->at - begin)}};
		return true;
	}
	s->at++;
	*ret = (struct token){TOKEN_SIGN, {begin, 1}};
	return is_one_of(c, "[](),");
}

/* Words of the language in any case, as its grammar has them. */
static bool is(const struct token *t, enum token_kind kind, const char *text)
{
	return t->kind == kind && str_equal_nocase(t->text, str_from(text));
}

/* --- comparisons --- */

enum meaning {
	MEANS_OTHER,
	MEANS_ADDRESS,
	MEANS_TO_ADDRESS, /* or a name */
	MEANS_FROM_ADDRESS,
	MEANS_TO_PORT,
	MEANS_FROM_PORT,
	MEANS_PROTOCOL,
	MEANS_NOTHING /* what only says again what the address is, its name, when it was seen */
};

static enum meaning meaning_of(struct str path)
{
	static const struct {
		struct str path;
		enum meaning meaning;
	} paths[] = {
		{STR_INIT("ipv4-addr:value"), MEANS_ADDRESS},
		{STR_INIT("ipv6-addr:value"), MEANS_ADDRESS},
		{STR_INIT("domain-name:resolves_to_refs[*].value"), MEANS_ADDRESS},
		{STR_INIT("domain-name:resolves_to_refs[0].value"), MEANS_ADDRESS},
		{STR_INIT("network-traffic:dst_ref.value"), MEANS_TO_ADDRESS},
		{STR_INIT("network-traffic:src_ref.value"), MEANS_FROM_ADDRESS},
		{STR_INIT("network-traffic:dst_port"), MEANS_TO_PORT},
		{STR_INIT("network-traffic:src_port"), MEANS_FROM_PORT},
		{STR_INIT("network-traffic:protocols[*]"), MEANS_PROTOCOL},
		{STR_INIT("network-traffic:protocols[0]"), MEANS_PROTOCOL},
		{STR_INIT("network-traffic:start"), MEANS_NOTHING},
		{STR_INIT("network-traffic:end"), MEANS_NOTHING},
		{STR_INIT("network-traffic:dst_ref.type"), MEANS_NOTHING},
		{STR_INIT("network-traffic:src_ref.type"), MEANS_NOTHING},
		{STR_INIT("domain-name:resolves_to_refs[*].type"), MEANS_NOTHING},
		{STR_INIT("domain-name:value"), MEANS_NOTHING},
	};
	/* The number of its network; what MISP writes down beside. */
	static const struct str beside[] = {STR_INIT("ipv4-addr:belongs_to_refs["),
		STR_INIT("ipv6-addr:belongs_to_refs["), STR_INIT("network-traffic:x_misp_"),
		STR_INIT("domain-name:x_misp_")};
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		if (str_equal(path, paths[i].path))
			return paths[i].meaning;
	for (size_t i = 0; i < sizeof(beside) / sizeof(beside[0]); i++)
		if (str_starts(path, beside[i]))
			return MEANS_NOTHING;
	return MEANS_OTHER;
}

/* A destination can be a name as well: no address has a letter past f, or a hyphen. */
static bool is_name(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if (is_one_of(s.data[i], "-_") || (s.data[i] | 0x20) > 'f')
			return true;
	return false;
}

struct comparison {
	enum meaning meaning;
	bool plain; /* "=", "IN" or, of addresses, "ISSUBSET" */
	struct str value;
	bool list;
	struct scanner values; /* at the first of a list */
};

static bool read_list(struct scanner *s, struct comparison *c)
{
	struct token t;
	c->list = true;
	c->values = *s;
	do {
		if (!next(s, &t) || (t.kind != TOKEN_STRING && t.kind != TOKEN_WORD))
			return false;
		c->value = t.text;
		if (!next(s, &t))
			return false;
	} while (is(&t, TOKEN_SIGN, ","));
	return is(&t, TOKEN_SIGN, ")");
}

/* Path was read. False: no comparison. */
static bool read_comparison(struct scanner *s, struct str path, struct comparison *ret)
{
	struct token t;
	struct comparison c = {.meaning = meaning_of(path)};
	if (!next(s, &t))
		return false;
	bool negated = is(&t, TOKEN_WORD, "NOT");
	if (negated && !next(s, &t))
		return false;
	bool set = is(&t, TOKEN_WORD, "IN");
	bool subset = is(&t, TOKEN_WORD, "ISSUBSET");
	if (t.kind != TOKEN_OPERATOR && t.kind != TOKEN_WORD)
		return false;
	bool equal = str_equal(t.text, STR("=")) || str_equal(t.text, STR("=="));
	c.plain = !negated && (set || subset || equal);
	if (!next(s, &t))
		return false;
	c.value = t.text;
	bool whole = set ? is(&t, TOKEN_SIGN, "(") && read_list(s, &c)
			 : t.kind == TOKEN_STRING || t.kind == TOKEN_WORD;
	bool reference = c.meaning == MEANS_TO_ADDRESS || c.meaning == MEANS_FROM_ADDRESS;
	if (reference && is_name(c.value))
		c.meaning = MEANS_NOTHING;
	*ret = c;
	return whole;
}

/* --- what AND joins --- */

struct term {
	struct comparison address;
	size_t addresses;
	size_t others;
	struct str to_port, from_port, protocol;
};

struct reader {
	struct scanner scanner;
	stix_match_fn *fn; /* NULL: only looks whether all is understood */
	void *context;
	struct term term;
	unsigned parentheses; /* open */
	bool nested, with_and, with_or;
	bool found;   /* an address */
	bool strange; /* more than we read */
};

static void add_comparison(struct reader *r, const struct comparison *c)
{
	struct term *t = &r->term;
	switch (c->meaning) {
	case MEANS_ADDRESS:
	case MEANS_TO_ADDRESS:
	case MEANS_FROM_ADDRESS:
		t->address = *c;
		t->addresses++;
		break;
	case MEANS_TO_PORT:
		t->to_port = c->value;
		break;
	case MEANS_FROM_PORT:
		t->from_port = c->value;
		break;
	case MEANS_PROTOCOL:
		t->protocol = c->value;
		break;
	case MEANS_OTHER:
		t->others++;
		break;
	case MEANS_NOTHING:
		break;
	}
	if (c->meaning != MEANS_OTHER && c->meaning != MEANS_NOTHING &&
		(!c->plain || (c->list && c->meaning > MEANS_FROM_ADDRESS)))
		t->others++;
}

static enum err give(const struct reader *r, struct str address)
{
	const struct term *t = &r->term;
	bool from = t->address.meaning == MEANS_FROM_ADDRESS;
	const struct stix_match match = {
		.address = address,
		.port = from ? t->from_port : t->to_port,
		.protocol = t->protocol,
		.side = from                                     ? STIX_SIDE_FROM
			: t->address.meaning == MEANS_TO_ADDRESS ? STIX_SIDE_TO
								 : STIX_SIDE_NONE,
	};
	return r->fn(r->context, &match);
}

static enum err end_term(struct reader *r)
{
	const struct term *t = &r->term;
	enum err err = E_OK;
	r->found = r->found || t->addresses > 0;
	r->strange = r->strange || t->addresses > 1 || (t->addresses == 1 && t->others > 0);
	if (r->fn && t->addresses == 1) {
		struct scanner values = t->address.values;
		struct token value = {TOKEN_STRING, t->address.value};
		struct token sign = {TOKEN_SIGN, STR(",")};
		while (err == E_OK && is(&sign, TOKEN_SIGN, ",")) {
			if (t->address.list && !next(&values, &value))
				break;
			err = give(r, value.text);
			if (!t->address.list || !next(&values, &sign))
				break;
		}
	}
	r->term = (struct term){.addresses = 0};
	return err;
}

/* --- the whole --- */

/* Parentheses around comparisons; they mean nothing unless AND and OR are mixed. */
static bool take_sign(struct reader *r, const struct token *t)
{
	r->nested = true;
	if (is(t, TOKEN_SIGN, "("))
		r->parentheses++;
	else if (is(t, TOKEN_SIGN, ")") && r->parentheses > 0)
		r->parentheses--;
	else
		return false;
	return true;
}

static bool take_comparison(struct reader *r, struct token *t)
{
	struct comparison c;
	while (is(t, TOKEN_SIGN, "("))
		if (!take_sign(r, t) || !next(&r->scanner, t))
			return false;
	if (t->kind != TOKEN_WORD || !read_comparison(&r->scanner, t->text, &c))
		return false;
	add_comparison(r, &c);
	if (!next(&r->scanner, t))
		return false;
	while (is(t, TOKEN_SIGN, ")"))
		if (!take_sign(r, t) || !next(&r->scanner, t))
			return false;
	return true;
}

/* After "[", up to its "]". E_SYNTAX: no observation. */
static enum err read_observation(struct reader *r)
{
	struct token t;
	r->nested = r->with_and = r->with_or = false;
	r->parentheses = 0;
	do {
		if (!next(&r->scanner, &t) || !take_comparison(r, &t))
			return E_SYNTAX;
		bool joined = is(&t, TOKEN_WORD, "AND");
		r->with_and = r->with_and || joined;
		r->with_or = r->with_or || is(&t, TOKEN_WORD, "OR");
		if (!joined)
			TRY(end_term(r));
	} while (is(&t, TOKEN_WORD, "AND") || is(&t, TOKEN_WORD, "OR"));
	r->strange = r->strange || (r->nested && r->with_and && r->with_or);
	return r->parentheses == 0 && is(&t, TOKEN_SIGN, "]") ? E_OK : E_SYNTAX;
}

/* Observations joined by OR; parentheses mean nothing among these. */
static enum err read_pattern(struct reader *r)
{
	struct token t;
	unsigned open = 0;
	do {
		if (!next(&r->scanner, &t))
			return E_SYNTAX;
		for (; is(&t, TOKEN_SIGN, "("); open++)
			if (!next(&r->scanner, &t))
				return E_SYNTAX;
		if (!is(&t, TOKEN_SIGN, "["))
			return E_SYNTAX;
		TRY(read_observation(r));
		if (!next(&r->scanner, &t))
			return E_SYNTAX;
		for (; open > 0 && is(&t, TOKEN_SIGN, ")"); open--)
			if (!next(&r->scanner, &t))
				return E_SYNTAX;
	} while (is(&t, TOKEN_WORD, "OR"));
	return open == 0 && t.kind == TOKEN_END ? E_OK : E_SYNTAX;
}

/* Could an address stand in what was not understood? */
static bool speaks_of_addresses(struct str pattern)
{
	static const struct str words[] = {STR_INIT("ipv4-addr"), STR_INIT("ipv6-addr"),
		STR_INIT("network-traffic"), STR_INIT("resolves_to_refs")};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (str_find(pattern, words[i]) < pattern.size)
			return true;
	return false;
}

enum err stix_pattern_read(
	struct str pattern, stix_match_fn *fn, void *context, enum stix_reading *ret_reading)
{
	struct reader looking = {.scanner = {pattern, 0}};
	struct reader giving = {.scanner = {pattern, 0}, .fn = fn, .context = context};
	bool understood = read_pattern(&looking) == E_OK && !looking.strange;
	*ret_reading = STIX_OTHER;
	if (!understood && speaks_of_addresses(pattern))
		*ret_reading = STIX_UNREADABLE;
	if (!understood || !looking.found)
		return E_OK;
	*ret_reading = STIX_READ;
	return read_pattern(&giving);
}
