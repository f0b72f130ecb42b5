/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/yara_source.h"

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_word(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || is_digit(c);
}

static bool looking_at(const struct yara_lexer *l, char a, char b)
{
	return l->end - l->at >= 2 && l->at[0] == a && l->at[1] == b;
}

/* False where a comment never ends. */
static bool skip_comment(struct yara_lexer *l)
{
	if (looking_at(l, '/', '/')) {
		while (l->at < l->end && *l->at != '\n')
			l->at++;
		return true;
	}
	for (l->at += 2; !looking_at(l, '*', '/'); l->at++) {
		if (l->at >= l->end)
			return false;
		l->line += *l->at == '\n';
	}
	l->at += 2;
	return true;
}

static bool skip_space(struct yara_lexer *l)
{
	while (l->at < l->end) {
		char c = *l->at;
		if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
			l->line += c == '\n';
			l->at++;
		} else if (!looking_at(l, '/', '/') && !looking_at(l, '/', '*')) {
			return true;
		} else if (!skip_comment(l)) {
			return false;
		}
	}
	return true;
}

/* To the closing quote or slash, over what a backslash protects; neither goes over a line's end. A
 * slash within [] does not end a regular expression for people, but it does for YARA. */
static struct yara_token take_quoted(struct yara_lexer *l, enum yara_token_kind kind, char quote)
{
	const char *from = ++l->at;
	while (l->at < l->end && *l->at != quote && *l->at != '\n')
		l->at += *l->at == '\\' && l->end - l->at > 1 ? 2 : 1;
	if (l->at >= l->end || *l->at != quote)
		return (struct yara_token){.kind = YARA_TOKEN_BAD, .line = l->line};
	struct str text = {from, (size_t)(l->at++ - from)};
	return (struct yara_token){.kind = kind, .text = text, .line = l->line};
}

static struct yara_token take_regex(struct yara_lexer *l)
{
	struct yara_token token = take_quoted(l, YARA_TOKEN_REGEX, '/');
	token.flags.data = l->at;
	while (l->at < l->end && (*l->at == 'i' || *l->at == 's'))
		l->at++;
	token.flags.size = (size_t)(l->at - token.flags.data);
	return token;
}

static bool begins_reference(const struct yara_lexer *l)
{
	char c = *l->at;
	return c == '$' || c == '#' || c == '@' ||
	       (c == '!' && l->end - l->at > 1 && is_word(l->at[1]));
}

static struct yara_token take_word(struct yara_lexer *l, enum yara_token_kind kind)
{
	const char *from = l->at++;
	while (l->at < l->end && is_word(*l->at))
		l->at++;
	/* "1.5", but "(1..3)" is two numbers */
	if (kind == YARA_TOKEN_NUMBER && l->end - l->at > 1 && *l->at == '.' && is_digit(l->at[1]))
		for (l->at++; l->at < l->end && is_word(*l->at);)
			l->at++;
	if (*from == '$' && l->at < l->end && *l->at == '*')
		l->at++;
	struct str text = {from, (size_t)(l->at - from)};
	return (struct yara_token){.kind = kind, .text = text, .line = l->line};
}

static struct yara_token take_sign(struct yara_lexer *l)
{
	static const char pairs[][3] = {"==", "!=", "<=", ">=", "<<", ">>", ".."};
	size_t size = 1;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		if (looking_at(l, pairs[i][0], pairs[i][1]))
			size = 2;
	struct str text = {l->at, size};
	l->at += size;
	return (struct yara_token){.kind = YARA_TOKEN_SIGN, .text = text, .line = l->line};
}

struct yara_token yara_next(struct yara_lexer *l)
{
	if (!skip_space(l))
		return (struct yara_token){.kind = YARA_TOKEN_BAD, .line = l->line};
	if (l->at >= l->end)
		return (struct yara_token){.kind = YARA_TOKEN_END, .line = l->line};
	char c = *l->at;
	if (c == '"')
		return take_quoted(l, YARA_TOKEN_TEXT, '"');
	if (c == '/')
		return take_regex(l);
	if (is_digit(c))
		return take_word(l, YARA_TOKEN_NUMBER);
	if (is_word(c) || begins_reference(l))
		return take_word(l, YARA_TOKEN_WORD);
	return take_sign(l);
}
