/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/plain_line.h"

static bool is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* The line's first word; false when something else than a comment follows it. A comment may follow
 * at once: AlienVault's "192.0.2.1#4#2#Malicious Host#CN#…". */
static bool first_word(struct str line, struct str *ret_word)
{
	size_t at = 0;
	while (at < line.size && !is_space(line.data[at]) && line.data[at] != '#')
		at++;
	struct str rest = str_trim((struct str){line.data + at, line.size - at});
	*ret_word = (struct str){line.data, at};
	return rest.size == 0 || list_is_comment(rest);
}

static bool is_label_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '_';
}

/* Labels joined by dots, the last with a letter: so it cannot be a misspelt address, and whoever
 * wrote it meant a host's name. */
static bool is_host_name(struct str s)
{
	bool letter = false;
	size_t label = 0;
	size_t dots = 0;
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		if (c == '.') {
			if (label == 0)
				return false;
			dots++;
			label = 0;
			letter = false;
			continue;
		}
		if (!is_label_byte(c) || ++label > 63)
			return false;
		letter = letter || (c > '9' && c != '_');
	}
	return dots > 0 && letter && s.size <= 253;
}

static bool has_letter(struct str s)
{
	for (size_t i = 0; i < s.size; i++)
		if ((s.data[i] >= 'a' && s.data[i] <= 'z') ||
			(s.data[i] >= 'A' && s.data[i] <= 'Z'))
			return true;
	return false;
}

/* With a scheme, or a path behind a host or alone: "192.0.2.1:8080/bin.sh". Without a letter behind
 * the slash it is a misspelt range. */
static bool is_url(struct str s)
{
	size_t at = str_find(s, STR("://"));
	struct str path;
	struct str host = str_cut(s, '/', &path);
	if (at < s.size)
		return at < 16;
	return has_letter(path) &&
	       (host.size == 0 || is_host_name(host) || list_looks_like_address(host));
}

static enum plain_line from_code(enum problem_code code)
{
	if (code == PROBLEM_NONE)
		return PLAIN_ADDRESS;
	if (code == PROBLEM_BAD_PREFIX)
		return PLAIN_BAD_PREFIX;
	return code == PROBLEM_NOT_A_MACHINE ? PLAIN_NOT_A_MACHINE : PLAIN_GARBAGE;
}

/* "1.2.3.4:80" or "[2001:db8::1]:80". */
static enum plain_line read_with_port(struct str s, struct prefix *ret_prefix, uint16_t *ret_port)
{
	bool bracket = s.size > 0 && s.data[0] == '[';
	struct str port;
	struct str address = str_cut(s, bracket ? ']' : ':', &port);
	if (address.size == s.size)
		return PLAIN_GARBAGE;
	if (bracket) {
		address = (struct str){address.data + 1, address.size - 1};
		if (port.size < 2 || port.data[0] != ':')
			return PLAIN_GARBAGE;
		port = (struct str){port.data + 1, port.size - 1};
	}
	enum plain_line what = from_code(field_source_parse(address, false, ret_prefix));
	if (what == PLAIN_ADDRESS && (port.size == 0 || !field_port_parse(port, ret_port)))
		return PLAIN_BAD_PORT;
	return what;
}

/* "||1.2.3.4^" blocks a whole host; with a path or a name it is another indicator. */
static enum plain_line read_filter_rule(struct str s, struct prefix *ret_prefix)
{
	struct str options;
	struct str host = str_cut((struct str){s.data + 2, s.size - 2}, '^', &options);
	bool whole_host = host.size + 2 < s.size && (options.size == 0 || options.data[0] == '$');
	if (!whole_host || field_source_parse(host, false, ret_prefix) == PROBLEM_BAD_ADDRESS)
		return PLAIN_OTHER_INDICATOR;
	return from_code(field_source_parse(host, false, ret_prefix));
}

static enum plain_line read_range(struct str first, struct str length, struct prefix *ret_prefix)
{
	struct writer w;
	writer_init(&w, 256);
	writer_str(&w, first);
	writer_char(&w, '/');
	writer_str(&w, length);
	enum plain_line what =
		w.err != E_OK
			? PLAIN_GARBAGE
			: from_code(field_source_parse(writer_view_str(&w), true, ret_prefix));
	writer_release(&w);
	return what;
}

/* DShield's block list: first address, last address, length of the prefix, and more, between tabs;
 * above them the names of the columns. */
static enum plain_line read_block(struct str line, struct prefix *ret_prefix)
{
	struct str rest;
	struct str first = str_cut(line, '\t', &rest);
	struct str last = str_trim(str_cut(rest, '\t', &rest));
	struct str length = str_trim(str_cut(rest, '\t', &rest));
	struct ip to;
	if (str_equal(first, STR("Start")) && str_equal(last, STR("End")))
		return PLAIN_HEADER;
	if (!ip_parse(last, &to))
		return PLAIN_GARBAGE;
	enum plain_line what = read_range(first, length, ret_prefix);
	if (what == PLAIN_ADDRESS && ip_compare(prefix_last(*ret_prefix), to) != 0)
		return PLAIN_BAD_PREFIX;
	return what;
}

/* Also with spaces around the hyphen, and a comment behind. */
static bool read_span(struct str line, uint32_t *ret_first, uint32_t *ret_last)
{
	struct str rest;
	struct str word;
	struct ip from;
	struct ip to;
	struct str first = str_trim(str_cut(line, '-', &rest));
	if (!first_word(str_trim(rest), &word) || !ip_parse(first, &from) || !ip_parse(word, &to) ||
		!ip_is_v4(from) || !ip_is_v4(to))
		return false;
	*ret_first = ip_v4(from);
	*ret_last = ip_v4(to);
	return *ret_first <= *ret_last;
}

enum plain_line plain_line_read(struct str line, struct prefix *ret_prefix, uint16_t *ret_port)
{
	struct str word;
	char text[FIELD_DEFANGED_MOST];
	uint32_t first;
	uint32_t last;
	*ret_port = 0;
	if (str_starts(line, STR("||")))
		return read_filter_rule(line, ret_prefix);
	if (!first_word(line, &word))
		return read_span(line, &first, &last) ? PLAIN_SPAN : read_block(line, ret_prefix);
	enum plain_line what = from_code(field_source_parse(word, true, ret_prefix));
	if (what == PLAIN_ADDRESS)
		return what;
	word = field_refang(word, text);
	what = from_code(field_source_parse(word, true, ret_prefix));
	if (what == PLAIN_GARBAGE)
		what = read_with_port(word, ret_prefix, ret_port);
	if (what == PLAIN_GARBAGE && read_span(line, &first, &last))
		return PLAIN_SPAN;
	if (what != PLAIN_ADDRESS && (is_host_name(word) || is_url(word)))
		what = PLAIN_OTHER_INDICATOR;
	return what;
}

/* The largest block of addresses that begins there and does not reach past the last. */
static unsigned block_length(uint64_t at, uint64_t last)
{
	unsigned length = 32;
	while (length > 0) {
		uint64_t size = UINT64_C(1) << (33 - length);
		if (at % size != 0 || at + size - 1 > last)
			break;
		length--;
	}
	return length;
}

/* As blocks, each a row: what is in use counts addresses of prefixes. */
static enum err take_span(struct list *l, struct str line)
{
	uint32_t first = 0;
	uint32_t last = 0;
	struct prefix prefix;
	enum err err = E_OK;
	struct writer w;
	writer_init(&w, 64);
	uint64_t at = read_span(line, &first, &last) ? first : UINT64_MAX;
	while (at <= last && err == E_OK) {
		unsigned length = block_length(at, last);
		writer_clear(&w);
		writer_prefix(
			&w, (struct prefix){ip_from_v4((uint32_t)at), (uint8_t)(96 + length)});
		enum problem_code code = field_source_parse(writer_view_str(&w), true, &prefix);
		if (code != PROBLEM_NONE) {
			list_bad(l, code, STR("address"), line);
			break;
		}
		err = list_add_part(l, prefix);
		at += UINT64_C(1) << (32 - length);
	}
	writer_release(&w);
	return err;
}

enum err plain_line_take(struct list *l, struct str line, struct problem *problem)
{
	static const enum problem_code codes[PLAIN__COUNT] = {
		[PLAIN_GARBAGE] = PROBLEM_BAD_ADDRESS,
		[PLAIN_BAD_PREFIX] = PROBLEM_BAD_PREFIX,
		[PLAIN_NOT_A_MACHINE] = PROBLEM_NOT_A_MACHINE,
		[PLAIN_BAD_PORT] = PROBLEM_BAD_PORT,
	};
	struct prefix prefix = {.length = 0};
	uint16_t port = 0;
	enum plain_line what = plain_line_read(line, &prefix, &port);
	(void)problem;
	if (what == PLAIN_ADDRESS)
		return list_add(l, prefix, port);
	if (what == PLAIN_SPAN)
		return take_span(l, line);
	if (what == PLAIN_OTHER_INDICATOR)
		l->p->totals.skipped++;
	else if (what != PLAIN_HEADER)
		list_bad(l, codes[what], what == PLAIN_BAD_PORT ? STR("port") : STR("address"),
			line);
	return E_OK;
}
