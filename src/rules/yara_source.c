/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/yara_source.h"

#include "base/limits.h"

/* A list that grows in an arena. */
struct list {
	void *items;
	size_t count, capacity, size;
};

struct splitter {
	struct yara_lexer lexer;
	struct arena *arena;
	struct yara_token token; /* the one at hand */
	struct list imports, includes, rules;
	struct list strings, references; /* of the rule at hand */
	enum err err;
};

static void *list_add(struct splitter *s, struct list *l)
{
	if (l->count == l->capacity) {
		size_t capacity = l->capacity ? 2 * l->capacity : 8;
		void *items = capacity > LIMIT_YARA_RULES
				      ? NULL
				      : arena_alloc(s->arena, capacity, l->size);
		if (!items) {
			s->err = E_NOMEM;
			return NULL;
		}
		if (l->count > 0)
			memcpy(items, l->items, l->count * l->size);
		l->items = items;
		l->capacity = capacity;
	}
	return (uint8_t *)l->items + l->size * l->count++;
}

static void list_add_str(struct splitter *s, struct list *l, struct str value)
{
	struct str *item = list_add(s, l);
	if (item)
		*item = value;
}

static void fail(struct splitter *s)
{
	if (s->err == E_OK)
		s->err = E_SYNTAX;
}

static void advance(struct splitter *s)
{
	s->token = yara_next(&s->lexer);
	if (s->token.kind == YARA_TOKEN_BAD)
		fail(s);
}

static bool at_sign(const struct splitter *s, const char *sign)
{
	return s->token.kind == YARA_TOKEN_SIGN &&
	       str_equal(s->token.text, (struct str){sign, strlen(sign)});
}

static bool at_word(const struct splitter *s, const char *word)
{
	return s->token.kind == YARA_TOKEN_WORD &&
	       str_equal(s->token.text, (struct str){word, strlen(word)});
}

static void expect_sign(struct splitter *s, const char *sign)
{
	if (!at_sign(s, sign))
		fail(s);
	else
		advance(s);
}

/* A word that begins a part of a rule. */
static bool at_part(const struct splitter *s)
{
	return at_word(s, "meta") || at_word(s, "strings") || at_word(s, "condition");
}

/* --- meta --- */

static void take_meta(struct yara_rule *rule, struct str name, struct str value)
{
	if (rule->author.size == 0 && str_equal(name, STR("author")))
		rule->author = value;
	if (rule->family.size == 0 &&
		(str_equal(name, STR("family")) || str_equal(name, STR("malware")) ||
			str_equal(name, STR("malware_family"))))
		rule->family = value;
}

static void split_meta(struct splitter *s, struct yara_rule *rule)
{
	while (s->err == E_OK && s->token.kind == YARA_TOKEN_WORD && !at_part(s)) {
		struct str name = s->token.text;
		advance(s);
		expect_sign(s, "=");
		if (at_sign(s, "-"))
			advance(s);
		if (s->token.kind == YARA_TOKEN_TEXT)
			take_meta(rule, name, s->token.text);
		advance(s);
	}
}

/* --- strings --- */

/* The lexer stands behind the opening brace; comments may hold braces. */
static struct str take_hex(struct splitter *s)
{
	struct yara_lexer *l = &s->lexer;
	const char *from = l->at;
	struct yara_token token = yara_next(l);
	while (token.kind != YARA_TOKEN_END && token.kind != YARA_TOKEN_BAD &&
		!str_equal(token.text, STR("}")))
		token = yara_next(l);
	if (token.kind != YARA_TOKEN_SIGN)
		fail(s);
	return (struct str){from, (size_t)(l->at - from - (token.kind == YARA_TOKEN_SIGN))};
}

static bool take_modifier(struct splitter *s, struct yara_string *string)
{
	static const struct {
		const char *word;
		unsigned modifier;
	} words[] = {{"nocase", YARA_NOCASE}, {"wide", YARA_WIDE}, {"ascii", YARA_ASCII},
		{"xor", YARA_XOR}, {"base64", YARA_BASE64}, {"base64wide", YARA_BASE64WIDE},
		{"fullword", YARA_FULLWORD}, {"private", YARA_PRIVATE}};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (at_word(s, words[i].word)) {
			string->modifiers |= words[i].modifier;
			advance(s);
			return true;
		}
	return false;
}

/* "(0x01-0xff)" behind xor, an alphabet behind base64. */
static void skip_arguments(struct splitter *s)
{
	if (!at_sign(s, "("))
		return;
	while (s->err == E_OK && !at_sign(s, ")")) {
		if (s->token.kind == YARA_TOKEN_END)
			fail(s);
		advance(s);
	}
	advance(s);
}

static void split_string(struct splitter *s)
{
	struct yara_string *string = list_add(s, &s->strings);
	if (!string)
		return;
	*string = (struct yara_string){.name = s->token.text};
	advance(s);
	if (!at_sign(s, "=")) {
		fail(s);
		return;
	}
	advance(s);
	if (s->token.kind == YARA_TOKEN_TEXT) {
		string->kind = YARA_TEXT;
		string->body = s->token.text;
	} else if (s->token.kind == YARA_TOKEN_REGEX) {
		string->kind = YARA_REGEX;
		string->body = s->token.text;
		string->flags = s->token.flags;
	} else if (at_sign(s, "{")) {
		string->kind = YARA_HEX;
		string->body = take_hex(s);
	} else {
		fail(s);
	}
	advance(s);
	while (s->err == E_OK && take_modifier(s, string)) {
		if (at_sign(s, "(") && string->modifiers & (YARA_BASE64 | YARA_BASE64WIDE))
			string->modifiers |= YARA_ALPHABET;
		skip_arguments(s);
	}
}

/* --- condition --- */

/* Words that are no names of rules; what follows a dot or stands before one is of a module. */
static bool is_keyword(struct str word)
{
	static const char *const keywords[] = {"all", "and", "any", "at", "contains", "defined",
		"endswith", "entrypoint", "false", "filesize", "for", "icontains", "iendswith",
		"iequals", "in", "istartswith", "matches", "none", "not", "of", "or", "startswith",
		"them", "true"};
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++)
		if (str_equal(word, (struct str){keywords[i], strlen(keywords[i])}))
			return true;
	return false;
}

static void take_reference(struct splitter *s, struct str word, bool star)
{
	char first = word.size ? word.data[0] : '$';
	if (first == '$' || first == '#' || first == '@' || first == '!' || is_keyword(word))
		return;
	list_add_str(s, &s->references, (struct str){word.data, word.size + star});
}

static void split_condition(struct splitter *s, struct yara_rule *rule)
{
	const char *from = s->lexer.at, *to = from;
	bool after_dot = false;
	for (advance(s); s->err == E_OK && !at_sign(s, "}");) {
		if (s->token.kind == YARA_TOKEN_END) {
			fail(s);
			return;
		}
		bool word = s->token.kind == YARA_TOKEN_WORD && !after_dot;
		struct str name = s->token.text;
		after_dot = at_sign(s, ".");
		to = s->lexer.at;
		advance(s);
		bool star = word && at_sign(s, "*") && s->token.text.data == name.data + name.size;
		if (word && !at_sign(s, ".") && !at_sign(s, "("))
			take_reference(s, name, star);
	}
	rule->condition = (struct str){from, (size_t)(to - from)};
}

/* --- rules --- */

static void split_parts(struct splitter *s, struct yara_rule *rule)
{
	while (s->err == E_OK && at_part(s)) {
		bool meta = at_word(s, "meta"), strings = at_word(s, "strings");
		advance(s);
		if (!at_sign(s, ":")) {
			fail(s);
			return;
		}
		if (!meta && !strings) {
			split_condition(s, rule);
			return;
		}
		advance(s);
		if (meta)
			split_meta(s, rule);
		while (strings && s->err == E_OK && s->token.kind == YARA_TOKEN_WORD &&
			s->token.text.data[0] == '$')
			split_string(s);
	}
	fail(s);
}

static void split_tags(struct splitter *s)
{
	if (!at_sign(s, ":"))
		return;
	for (advance(s); s->err == E_OK && s->token.kind == YARA_TOKEN_WORD;)
		advance(s);
}

static void keep_lists(struct splitter *s, struct yara_rule *rule)
{
	rule->strings = s->strings.items;
	rule->string_count = s->strings.count;
	rule->references = s->references.items;
	rule->reference_count = s->references.count;
	s->strings = (struct list){.size = sizeof(struct yara_string)};
	s->references = (struct list){.size = sizeof(struct str)};
}

static void split_rule(struct splitter *s)
{
	struct yara_rule rule = {.line = s->token.line};
	const char *from = s->token.text.data;
	for (; at_word(s, "global") || at_word(s, "private"); advance(s)) {
		rule.is_global = rule.is_global || at_word(s, "global");
		rule.is_private = rule.is_private || at_word(s, "private");
	}
	if (!at_word(s, "rule"))
		fail(s);
	advance(s);
	rule.name = s->token.text;
	if (s->token.kind != YARA_TOKEN_WORD)
		fail(s);
	advance(s);
	split_tags(s);
	expect_sign(s, "{");
	split_parts(s, &rule);
	if (s->err != E_OK)
		return;
	rule.text = (struct str){from, (size_t)(s->lexer.at - from)};
	keep_lists(s, &rule);
	struct yara_rule *kept = list_add(s, &s->rules);
	if (kept)
		*kept = rule;
	advance(s);
}

static void split_named(struct splitter *s, struct list *into)
{
	advance(s);
	if (s->token.kind != YARA_TOKEN_TEXT)
		fail(s);
	else
		list_add_str(s, into, s->token.text);
	advance(s);
}

enum err yara_split(
	struct str text, struct arena *arena, struct yara_file *ret_file, uint64_t *ret_line)
{
	struct splitter s = {
		.lexer = {text.data, text.data + text.size, 1},
		.arena = arena,
		.imports = {.size = sizeof(struct str)},
		.includes = {.size = sizeof(struct str)},
		.rules = {.size = sizeof(struct yara_rule)},
		.strings = {.size = sizeof(struct yara_string)},
		.references = {.size = sizeof(struct str)},
	};
	if (text.size >= 3 && memcmp(text.data, "\xEF\xBB\xBF", 3) == 0)
		s.lexer.at += 3;
	for (advance(&s); s.err == E_OK && s.token.kind != YARA_TOKEN_END;)
		if (at_word(&s, "import"))
			split_named(&s, &s.imports);
		else if (at_word(&s, "include"))
			split_named(&s, &s.includes);
		else
			split_rule(&s);
	*ret_file = (struct yara_file){.imports = s.imports.items,
		.import_count = s.imports.count,
		.includes = s.includes.items,
		.include_count = s.includes.count,
		.rules = s.rules.items,
		.rule_count = s.rules.count};
	*ret_line = s.token.line;
	return s.err;
}
