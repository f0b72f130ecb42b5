/* SPDX-License-Identifier: Apache-2.0 */
#include "format/json.h"

#include <endian.h>

#include "base/utf8_write.h"

void json_init(struct json *j, struct str text)
{
	*j = (struct json){.text = text, .line = 1};
	writer_init(&j->unescaped, text.size);
}

void json_release(struct json *j)
{
	writer_release(&j->unescaped);
}

static int peek(const struct json *j)
{
	return j->at < j->text.size ? (unsigned char)j->text.data[j->at] : -1;
}

static struct str rest(const struct json *j)
{
	return (struct str){j->text.data + j->at, j->text.size - j->at};
}

static enum err fail(const struct json *j, struct problem *problem, enum problem_code code)
{
	struct str got = rest(j);
	size_t size = 0;
	while (size < got.size && size < 24 && (unsigned char)got.data[size] >= 0x20)
		size++;
	problem_set(problem, code, STR(""), (struct str){got.data, size});
	problem->line = j->line;
	problem->offset = j->at;
	problem->limit = 0;
	return E_SYNTAX;
}

static void skip_space(struct json *j)
{
	for (; j->at < j->text.size; j->at++) {
		char c = j->text.data[j->at];
		if (c == '\n')
			j->line++;
		else if (c != ' ' && c != '\t' && c != '\r')
			return;
	}
}

static bool in_object(const struct json *j)
{
	return j->depth > 0 && j->objects >> (j->depth - 1) & 1;
}

static size_t count_digits(const struct json *j, size_t from)
{
	size_t at = from;
	while (at < j->text.size && j->text.data[at] >= '0' && j->text.data[at] <= '9')
		at++;
	return at - from;
}

static char char_at(const struct json *j, size_t at)
{
	return at < j->text.size ? j->text.data[at] : '\0';
}

/* Length of the number at j->at, 0 where there is none: RFC 8259, section 6. */
static size_t number_length(const struct json *j)
{
	size_t at = j->at + (char_at(j, j->at) == '-');
	size_t digits = count_digits(j, at);
	if (digits == 0 || (digits > 1 && char_at(j, at) == '0'))
		return 0;
	at += digits;
	if (char_at(j, at) == '.') {
		digits = count_digits(j, at + 1);
		if (digits == 0)
			return 0;
		at += 1 + digits;
	}
	if (char_at(j, at) == 'e' || char_at(j, at) == 'E') {
		at += 1 + (char_at(j, at + 1) == '+' || char_at(j, at + 1) == '-');
		digits = count_digits(j, at);
		if (digits == 0)
			return 0;
		at += digits;
	}
	return at - j->at;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Four hex digits at `at`; -1 where they are not. */
static long hex4(const struct json *j, size_t at)
{
	long value = 0;
	for (size_t i = at; i < at + 4; i++) {
		int digit = hex_digit(char_at(j, i));
		if (digit < 0)
			return -1;
		value = value << 4 | digit;
	}
	return value;
}

/* \uXXXX at j->at, two of them for a surrogate pair. A lone surrogate is no character. */
static bool unescape_unicode(struct json *j)
{
	long high = hex4(j, j->at + 2);
	if (high < 0 || (high >= 0xDC00 && high <= 0xDFFF))
		return false;
	j->at += 6;
	if (high < 0xD800 || high > 0xDBFF) {
		writer_utf8(&j->unescaped, (uint32_t)high);
		return true;
	}
	long low =
		char_at(j, j->at) == '\\' && char_at(j, j->at + 1) == 'u' ? hex4(j, j->at + 2) : -1;
	if (low < 0xDC00 || low > 0xDFFF)
		return false;
	j->at += 6;
	writer_utf8(&j->unescaped,
		0x10000 + ((uint32_t)(high - 0xD800) << 10) + (uint32_t)(low - 0xDC00));
	return true;
}

static bool unescape(struct json *j)
{
	static const char from[] = "\"\\/bfnrt";
	static const char to[] = "\"\\/\b\f\n\r\t";
	char c = char_at(j, j->at + 1);
	const char *found = c ? memchr(from, c, sizeof(from) - 1) : NULL;
	if (c == 'u')
		return unescape_unicode(j);
	if (!found)
		return false;
	writer_char(&j->unescaped, to[found - from]);
	j->at += 2;
	return true;
}

static uint64_t repeat(uint8_t byte)
{
	return byte * UINT64_C(0x0101010101010101);
}

/* The high bit of each byte that does not simply stand for itself in a string: a quote, a
 * backslash, control bytes, all beyond ASCII. Bytes above the lowest such one may be wrong. */
static uint64_t special_bytes(uint64_t word)
{
	uint64_t quote = word ^ repeat('"');
	uint64_t backslash = word ^ repeat('\\');
	uint64_t below = (quote - repeat(1)) | (backslash - repeat(1)) | (word - repeat(0x20));
	return (below & ~word & repeat(0x80)) | (word & repeat(0x80));
}

/* Bytes of s that simply stand for themselves, eight at a time. */
static size_t plain_length(struct str s)
{
	size_t at = 0;
	for (; at + 8 <= s.size; at += 8) {
		uint64_t word;
		memcpy(&word, s.data + at, sizeof(word));
		uint64_t special = special_bytes(le64toh(word));
		if (special)
			return at + (size_t)__builtin_ctzll(special) / 8;
	}
	while (at < s.size && (unsigned char)s.data[at] >= 0x20 &&
		(unsigned char)s.data[at] < 0x80 && s.data[at] != '"' && s.data[at] != '\\')
		at++;
	return at;
}

/* Up to the next quote or backslash, or the end of the text. */
static enum problem_code pass_characters(struct json *j)
{
	for (;;) {
		j->at += plain_length(rest(j));
		int c = peek(j);
		if (c < 0 || c == '"' || c == '\\')
			return PROBLEM_NONE;
		size_t length = utf8_length(rest(j));
		if (length == 0)
			return PROBLEM_BAD_UTF8;
		if (c < 0x20)
			return PROBLEM_BAD_JSON;
		j->at += length;
	}
}

/* A string that has an escape at j->at; it began at `begin`. */
static enum err read_escaped(
	struct json *j, size_t begin, struct json_token *t, struct problem *problem)
{
	writer_clear(&j->unescaped);
	for (;;) {
		writer_str(&j->unescaped, (struct str){j->text.data + begin, j->at - begin});
		int c = peek(j);
		if (c == '"')
			break;
		if (c < 0 || !unescape(j))
			return fail(j, problem, PROBLEM_BAD_JSON);
		begin = j->at;
		enum problem_code code = pass_characters(j);
		if (code != PROBLEM_NONE)
			return fail(j, problem, code);
	}
	j->at++;
	TRY(writer_end(&j->unescaped));
	t->text = j->unescaped.size ? writer_view_str(&j->unescaped) : STR("");
	return E_OK;
}

static enum err read_string(struct json *j, struct json_token *t, struct problem *problem)
{
	size_t begin = ++j->at;
	enum problem_code code = pass_characters(j);
	if (code != PROBLEM_NONE || peek(j) < 0)
		return fail(j, problem, code == PROBLEM_NONE ? PROBLEM_BAD_JSON : code);
	if (peek(j) != '"')
		return read_escaped(j, begin, t, problem);
	t->text = (struct str){j->text.data + begin, j->at - begin};
	t->in_place = true;
	j->at++;
	return E_OK;
}

static enum err read_word(struct json *j, struct json_token *t, struct problem *problem)
{
	static const struct {
		struct str word;
		enum json_kind kind;
	} words[] = {
		{STR_INIT("null"), JSON_NULL},
		{STR_INIT("false"), JSON_FALSE},
		{STR_INIT("true"), JSON_TRUE},
	};
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_starts(rest(j), words[i].word)) {
			t->kind = words[i].kind;
			j->at += words[i].word.size;
			return E_OK;
		}
	}
	return fail(j, problem, PROBLEM_BAD_JSON);
}

static enum err open_container(
	struct json *j, struct json_token *t, bool object, struct problem *problem)
{
	if (j->depth >= LIMIT_JSON_DEPTH) {
		(void)fail(j, problem, PROBLEM_BAD_JSON);
		problem->limit = LIMIT_JSON_DEPTH;
		return E_LIMIT;
	}
	uint64_t bit = UINT64_C(1) << j->depth;
	j->objects = object ? j->objects | bit : j->objects & ~bit;
	j->depth++;
	j->at++;
	j->after_value = false;
	t->kind = object ? JSON_OBJECT : JSON_ARRAY;
	return E_OK;
}

static enum err close_container(struct json *j, struct json_token *t, struct problem *problem)
{
	bool object = j->text.data[j->at] == '}';
	if (j->depth == 0 || object != in_object(j) || j->after_key || j->after_comma)
		return fail(j, problem, PROBLEM_BAD_JSON);
	j->depth--;
	j->at++;
	j->after_value = true;
	t->depth = j->depth;
	t->kind = object ? JSON_OBJECT_END : JSON_ARRAY_END;
	return E_OK;
}

static enum err read_key(struct json *j, struct json_token *t, struct problem *problem)
{
	if (peek(j) != '"')
		return fail(j, problem, PROBLEM_BAD_JSON);
	TRY(read_string(j, t, problem));
	t->kind = JSON_KEY;
	skip_space(j);
	if (peek(j) != ':')
		return fail(j, problem, PROBLEM_BAD_JSON);
	j->at++;
	j->after_key = true;
	j->after_comma = false;
	return E_OK;
}

static enum err read_scalar(struct json *j, struct json_token *t, struct problem *problem)
{
	if (peek(j) == '"') {
		TRY(read_string(j, t, problem));
		t->kind = JSON_STRING;
		return E_OK;
	}
	size_t length = number_length(j);
	if (length == 0)
		return read_word(j, t, problem);
	t->kind = JSON_NUMBER;
	t->text = (struct str){j->text.data + j->at, length};
	t->in_place = true;
	j->at += length;
	return E_OK;
}

static enum err read_value(struct json *j, struct json_token *t, struct problem *problem)
{
	int c = peek(j);
	j->after_key = false;
	j->after_comma = false;
	if (c == '{' || c == '[')
		return open_container(j, t, c == '{', problem);
	TRY(read_scalar(j, t, problem));
	j->after_value = true;
	return E_OK;
}

/* After a value: a comma and what follows it, or the end of the container. */
static enum err pass_comma(struct json *j, struct problem *problem)
{
	int c = peek(j);
	if (j->depth == 0 || c == '}' || c == ']')
		return E_OK;
	if (c != ',')
		return fail(j, problem, PROBLEM_BAD_JSON);
	j->at++;
	skip_space(j);
	j->after_comma = true;
	return E_OK;
}

/* Straight into the caller's token: a copy of what was written a moment ago, in other pieces, would
 * cost more than all of this. */
enum err json_next(struct json *j, struct json_token *ret_token, struct problem *problem)
{
	skip_space(j);
	if (j->after_value)
		TRY(pass_comma(j, problem));
	j->after_value = false;
	struct json_token *t = ret_token;
	t->kind = JSON_END;
	t->text = STR("");
	t->in_place = false;
	t->line = j->line;
	t->offset = j->at;
	t->depth = j->depth;
	int c = peek(j);
	if (c < 0)
		return j->depth ? fail(j, problem, PROBLEM_BAD_JSON) : E_OK;
	if (c == '}' || c == ']')
		return close_container(j, t, problem);
	if (in_object(j) && !j->after_key)
		return read_key(j, t, problem);
	return read_value(j, t, problem);
}

enum err json_skip(struct json *j, const struct json_token *token, struct problem *problem)
{
	struct json_token t;
	if (token->kind != JSON_OBJECT && token->kind != JSON_ARRAY)
		return E_OK;
	do {
		TRY(json_next(j, &t, problem));
	} while (j->depth > token->depth);
	return E_OK;
}
