/* SPDX-License-Identifier: Apache-2.0 */
#include "rules/indicator_source.h"

#include "base/ip.h"
#include "base/limits.h"

enum {
	DOMAIN_BYTES = 253, /* RFC 1035 */
	LABEL_BYTES = 63,
	WIDEST_V4 = 96 + 16, /* an indicator that meets more addresses meets strangers */
	WIDEST_V6 = 32,
	FILE_LETTERS = 4 /* least that a file's name says besides * and ? */
};

/* --- made whole --- */

struct change {
	struct str from, to;
};

static const struct change changes[] = {
	{STR_INIT("[.]"), STR_INIT(".")},
	{STR_INIT("(.)"), STR_INIT(".")},
	{STR_INIT("{.}"), STR_INIT(".")},
	{STR_INIT("[dot]"), STR_INIT(".")},
	{STR_INIT("(dot)"), STR_INIT(".")},
	{STR_INIT("[:]"), STR_INIT(":")},
	{STR_INIT("[://]"), STR_INIT("://")},
};

static const struct change *change_at(struct str rest)
{
	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct str from = changes[i].from;
		if (rest.size >= from.size &&
			str_equal_nocase((struct str){rest.data, from.size}, from))
			return &changes[i];
	}
	return NULL;
}

/* Never longer than it was. data NULL: no memory. */
static struct str made_whole(struct str value, struct arena *arena)
{
	char *whole = arena_alloc(arena, value.size + 1, 1);
	size_t size = 0;
	if (!whole)
		return (struct str){NULL, 0};
	while (value.size > 0) {
		const struct change *change = change_at(value);
		size_t step = change ? change->from.size : 1;
		if (change)
			memcpy(whole + size, change->to.data, change->to.size);
		else
			whole[size] = value.data[0];
		size += change ? change->to.size : 1;
		value = (struct str){value.data + step, value.size - step};
	}
	return (struct str){whole, size};
}

static struct str lower(struct str s, struct arena *arena)
{
	char *copy = arena_cstr(arena, s);
	for (size_t i = 0; copy && i < s.size; i++)
		if (copy[i] >= 'A' && copy[i] <= 'Z')
			copy[i] = (char)(copy[i] - 'A' + 'a');
	return (struct str){copy, copy ? s.size : 0};
}

static struct str behind(struct str s, size_t size)
{
	return (struct str){s.data + size, s.size - size};
}

/* --- addresses --- */

enum verdict {
	IS_NOT,
	IS_GOOD,
	IS_BAD /* it is of the kind and will not do: the problem says why */
};

static struct str kept(struct writer *w, struct arena *arena)
{
	struct str copy = arena_copy(arena, writer_view_str(w));
	writer_release(w);
	return copy;
}

static enum verdict prefix_value(struct prefix prefix, uint64_t port, struct arena *arena,
	struct str *ret_value, enum problem_code *ret_problem)
{
	struct writer w;
	bool v4 = ip_is_v4(prefix.ip), host = prefix_is_host(prefix);
	enum ip_scope scope = ip_scope(prefix.ip);
	*ret_problem = PROBLEM_TOO_WIDE;
	if (prefix.length < (v4 ? WIDEST_V4 : WIDEST_V6))
		return IS_BAD;
	*ret_problem = PROBLEM_NOT_A_MACHINE;
	if (scope != IP_SCOPE_GLOBAL)
		return IS_BAD;
	writer_init(&w, 128);
	writer_text(&w, port && !v4 ? "[" : "");
	if (host)
		writer_ip(&w, prefix.ip);
	else
		writer_prefix(&w, prefix);
	writer_text(&w, port && !v4 ? "]" : "");
	if (port) {
		writer_char(&w, ':');
		writer_decimal(&w, port);
	}
	*ret_value = kept(&w, arena);
	return IS_GOOD;
}

static bool looks_like_address(struct str s)
{
	bool dot = false;
	for (size_t i = 0; i < s.size; i++) {
		char c = s.data[i];
		dot = dot || c == '.' || c == ':';
		if (!(c >= '0' && c <= '9') && c != '.' && c != ':' && c != '/')
			return false;
	}
	return dot;
}

/* "192.0.2.1:23", "[2001:db8::1]:23". */
static bool split_port(struct str text, struct prefix *ret_prefix, struct str *ret_port)
{
	struct str rest, host = str_cut(text, ':', &rest);
	if (text.size > 0 && text.data[0] == '[') {
		host = str_cut(behind(text, 1), ']', &rest);
		if (rest.size == 0 || rest.data[0] != ':')
			return false;
		rest = behind(rest, 1);
	}
	*ret_port = rest;
	return rest.size > 0 && ip_parse(host, &ret_prefix->ip) && prefix_parse(host, ret_prefix);
}

static enum verdict as_address(
	struct str text, struct arena *arena, struct str *ret_value, enum problem_code *ret_problem)
{
	struct prefix prefix;
	struct str port_text;
	uint64_t port;
	if (prefix_parse(text, &prefix))
		return prefix_value(prefix, 0, arena, ret_value, ret_problem);
	if (split_port(text, &prefix, &port_text)) {
		*ret_problem = PROBLEM_BAD_PORT;
		if (!str_to_u64(port_text, UINT16_MAX, &port) || port == 0)
			return IS_BAD;
		return prefix_value(prefix, port, arena, ret_value, ret_problem);
	}
	*ret_problem = PROBLEM_BAD_ADDRESS;
	return looks_like_address(text) ? IS_BAD : IS_NOT;
}

/* --- domains --- */

static bool label_valid(struct str label)
{
	for (size_t i = 0; i < label.size; i++) {
		char c = label.data[i];
		bool inner = c == '-' || c == '_';
		bool end = i == 0 || i + 1 == label.size;
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
			    (inner && !end)))
			return false;
	}
	return label.size > 0 && label.size <= LABEL_BYTES;
}

static bool top_valid(struct str label)
{
	if (str_starts(label, STR("xn--")))
		return true;
	for (size_t i = 0; i < label.size; i++)
		if (label.data[i] < 'a' || label.data[i] > 'z')
			return false;
	return label.size >= 2;
}

/* What would be a whole country's names, or everybody's. */
static bool registry_suffix(struct str name)
{
	static const struct str second[] = {STR_INIT("com"), STR_INIT("net"), STR_INIT("org"),
		STR_INIT("edu"), STR_INIT("gov"), STR_INIT("co"), STR_INIT("ac"), STR_INIT("go"),
		STR_INIT("ne"), STR_INIT("or"), STR_INIT("mil"), STR_INIT("info"), STR_INIT("biz"),
		STR_INIT("name"), STR_INIT("pro"), STR_INIT("health")};
	struct str top, label = str_cut(name, '.', &top);
	if (str_find(top, STR(".")) < top.size || top.size != 2)
		return false;
	for (size_t i = 0; i < sizeof(second) / sizeof(second[0]); i++)
		if (str_equal(label, second[i]))
			return true;
	return false;
}

/* Endings that no registry has: what ends so is a file. */
static bool file_ending(struct str name)
{
	static const struct str endings[] = {STR_INIT(".exe"), STR_INIT(".dll"), STR_INIT(".sys"),
		STR_INIT(".scr"), STR_INIT(".bat"), STR_INIT(".cmd"), STR_INIT(".vbs"),
		STR_INIT(".vbe"), STR_INIT(".jse"), STR_INIT(".wsf"), STR_INIT(".lnk"),
		STR_INIT(".elf"), STR_INIT(".bin"), STR_INIT(".dat"), STR_INIT(".tmp"),
		STR_INIT(".jar"), STR_INIT(".apk"), STR_INIT(".doc"), STR_INIT(".docx"),
		STR_INIT(".docm"), STR_INIT(".xls"), STR_INIT(".xlsx"), STR_INIT(".xlsm"),
		STR_INIT(".rtf"), STR_INIT(".pdf"), STR_INIT(".rar"), STR_INIT(".iso"),
		STR_INIT(".img"), STR_INIT(".msi"), STR_INIT(".hta"), STR_INIT(".ocx"),
		STR_INIT(".cpl"), STR_INIT(".conf"), STR_INIT(".service"), STR_INIT(".jpg"),
		STR_INIT(".png"), STR_INIT(".gif"), STR_INIT(".txt"), STR_INIT(".log"),
		STR_INIT(".php"), STR_INIT(".asp"), STR_INIT(".aspx"), STR_INIT(".jsp"),
		STR_INIT(".ps1"), STR_INIT(".sct"), STR_INIT(".chm")};
	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		if (name.size > endings[i].size && str_ends(name, endings[i]))
			return true;
	return false;
}

static enum verdict as_domain(
	struct str text, struct arena *arena, struct str *ret_value, enum problem_code *ret_problem)
{
	struct str name = lower(text, arena), rest, label = STR("");
	size_t labels = 0;
	/* The name and all below it are meant in any case. */
	while (str_starts(name, STR("*.")) || str_starts(name, STR(".")))
		name = behind(name, name.data[0] == '*' ? 2 : 1);
	while (name.size > 0 && name.data[name.size - 1] == '.')
		name.size--;
	if (name.size == 0 || name.size > DOMAIN_BYTES || file_ending(name))
		return IS_NOT;
	for (rest = name; rest.size > 0; labels++) {
		label = str_cut(rest, '.', &rest);
		if (!label_valid(label))
			return IS_NOT;
	}
	if (labels < 2 || !top_valid(label))
		return IS_NOT;
	*ret_problem = PROBLEM_TOO_WIDE;
	*ret_value = name;
	return registry_suffix(name) ? IS_BAD : IS_GOOD;
}

/* --- files --- */

static bool printable(struct str s)
{
	while (s.size > 0) {
		size_t length = utf8_length(s);
		if (length == 0 || (uint8_t)s.data[0] < ' ' || s.data[0] == 0x7f)
			return false;
		s = behind(s, length);
	}
	return true;
}

/* What a name says besides * and ?; of a pattern only its last part counts.
 */
static size_t letters_of(struct str text)
{
	size_t letters = 0, last = 0;
	bool pattern = false;
	for (size_t i = 0; i < text.size; i++) {
		char c = text.data[i];
		bool wild = c == '*' || c == '?', end = c == '/' || c == '\\';
		pattern = pattern || wild;
		letters += !wild && !end && c != '.';
		last = end ? 0 : last + (!wild && c != '.');
	}
	return pattern ? last : letters;
}

/* Said to be one: nothing tells a name without a dot from any word. */
static enum verdict said_file(
	struct str text, struct arena *arena, struct str *ret_value, enum problem_code *ret_problem)
{
	*ret_problem = PROBLEM_BAD_INDICATOR;
	if (text.size == 0 || text.size > LIMIT_PACK_TEXT || !printable(text))
		return IS_BAD;
	*ret_problem = PROBLEM_TOO_WIDE;
	if (letters_of(text) < FILE_LETTERS)
		return IS_BAD;
	*ret_value = arena_copy(arena, text);
	return IS_GOOD;
}

static enum verdict as_file(
	struct str text, struct arena *arena, struct str *ret_value, enum problem_code *ret_problem)
{
	bool path = text.size > 0 &&
		    (text.data[0] == '/' || text.data[0] == '~' || text.data[0] == '%' ||
			    str_find(text, STR("\\")) < text.size ||
			    str_find(text, STR("*")) < text.size);
	if (!path && !file_ending(lower(text, arena)))
		return IS_NOT;
	return said_file(text, arena, ret_value, ret_problem);
}

/* --- addresses of pages --- */

/* Only one that names no more than its host: a page may lie on a host that is innocent. */
static enum verdict without_scheme(struct str *text, enum problem_code *ret_problem)
{
	size_t at = str_find(*text, STR("://"));
	struct str path;
	if (at == text->size)
		return IS_NOT;
	struct str host = str_cut(behind(*text, at + 3), '/', &path);
	*ret_problem = PROBLEM_PAGE_ADDRESS;
	if (path.size > 0 || str_find(host, STR("@")) < host.size ||
		str_find(host, STR("?")) < host.size)
		return IS_BAD;
	*text = host;
	return IS_GOOD;
}

/* "example.net:8080": the name alone can be compared. */
static struct str without_port(struct str text)
{
	uint64_t port;
	struct str rest, host = str_cut(text, ':', &rest);
	return rest.size > 0 && str_to_u64(rest, UINT16_MAX, &port) ? host : text;
}

static enum verdict parse_kind(enum indicator_kind kind, struct str text, struct arena *arena,
	struct str *ret_value, enum problem_code *ret_problem)
{
	switch (kind) {
	case INDICATOR_ADDRESS:
		return as_address(text, arena, ret_value, ret_problem);
	case INDICATOR_DOMAIN:
		return as_domain(without_port(text), arena, ret_value, ret_problem);
	case INDICATOR_FILE:
		return said_file(text, arena, ret_value, ret_problem);
	case INDICATOR__COUNT:
		break;
	}
	return IS_NOT;
}

/* "file:x": of that kind, whatever it looks like. */
static enum verdict parse_said(struct str text, struct arena *arena, enum indicator_kind *ret_kind,
	struct str *ret_value, enum problem_code *ret_problem)
{
	static const struct str words[INDICATOR__COUNT] = {
		[INDICATOR_ADDRESS] = STR_INIT("ip:"),
		[INDICATOR_DOMAIN] = STR_INIT("domain:"),
		[INDICATOR_FILE] = STR_INIT("file:"),
	};
	for (int i = 0; i < INDICATOR__COUNT; i++) {
		if (!str_starts(text, words[i]) || str_starts(text, STR("file://")))
			continue;
		*ret_kind = (enum indicator_kind)i;
		*ret_problem = PROBLEM_BAD_INDICATOR;
		enum verdict verdict = parse_kind(*ret_kind, str_trim(behind(text, words[i].size)),
			arena, ret_value, ret_problem);
		return verdict == IS_NOT ? IS_BAD : verdict;
	}
	return IS_NOT;
}

bool indicator_parse(struct str value, struct arena *arena, enum indicator_kind *ret_kind,
	struct str *ret_value, enum problem_code *ret_problem)
{
	*ret_problem = PROBLEM_BAD_INDICATOR;
	struct str text = made_whole(str_trim(value), arena);
	if (!text.data || text.size > LIMIT_PACK_TEXT)
		return false;
	enum verdict verdict = parse_said(text, arena, ret_kind, ret_value, ret_problem);
	if (verdict != IS_NOT)
		return verdict == IS_GOOD;
	if (without_scheme(&text, ret_problem) == IS_BAD)
		return false;
	for (int i = 0; i < INDICATOR__COUNT && verdict == IS_NOT; i++) {
		*ret_kind = (enum indicator_kind)i;
		verdict = i == INDICATOR_FILE
				  ? as_file(text, arena, ret_value, ret_problem)
				  : parse_kind(*ret_kind, text, arena, ret_value, ret_problem);
	}
	if (verdict == IS_NOT)
		*ret_problem = PROBLEM_BAD_INDICATOR;
	return verdict == IS_GOOD && ret_value->data;
}

/* --- lists --- */

struct reading {
	uint32_t set;
	struct str fallback;
	struct arena *arena;
	source_problem_fn *on_problem;
	void *context;
	struct pack_indicators *found;
};

static enum err refuse(struct reading *r, uint64_t line, enum problem_code code, struct str got)
{
	source_tell(r->on_problem, r->context, line, code, STR(""), got);
	return E_OK;
}

static enum err keep(struct reading *r, enum indicator_kind kind, struct str value, struct str name)
{
	struct pack_indicators *all = r->found;
	if (all->count == all->capacity)
		return E_LIMIT;
	name = source_name(r->arena, name, r->fallback);
	if (!name.data)
		return E_NOMEM;
	all->list[all->count++] = (struct pack_indicator){kind, value, name, r->set};
	return E_OK;
}

static enum err take(struct reading *r, uint64_t line, struct str text, struct str name)
{
	enum indicator_kind kind;
	struct str value;
	enum problem_code problem;
	if (!indicator_parse(text, r->arena, &kind, &value, &problem))
		return refuse(r, line, problem, text);
	return keep(r, kind, value, name);
}

/* Where the value ends and what is said about it begins. */
static size_t value_end(struct str line)
{
	for (size_t i = 0; i < line.size; i++) {
		char c = line.data[i];
		bool space = c == ' ' || c == '\t';
		if (c == ';' || c == ',')
			return i;
		if (space && i + 1 < line.size && line.data[i + 1] == '#')
			return i;
	}
	return line.size;
}

static enum err take_line(struct reading *r, const struct source_entry *e)
{
	size_t end = value_end(e->value);
	struct str name = behind(e->value, end);
	while (name.size > 0 &&
		(name.data[0] == ';' || name.data[0] == ',' || name.data[0] == '#' ||
			name.data[0] == ' ' || name.data[0] == '\t'))
		name = behind(name, 1);
	struct str value = str_trim((struct str){e->value.data, end});
	/* Hosts files send names nowhere. */
	static const struct str nowhere[] = {STR_INIT("0.0.0.0 "), STR_INIT("127.0.0.1 "),
		STR_INIT("0.0.0.0\t"), STR_INIT("127.0.0.1\t")};
	for (size_t i = 0; i < sizeof(nowhere) / sizeof(nowhere[0]); i++)
		if (str_starts(value, nowhere[i]))
			value = str_trim(behind(value, nowhere[i].size));
	return take(r, e->line, value, name);
}

/* Types of MISP and ThreatFox; what has two parts keeps the first. */
static const struct {
	struct str type;
	enum indicator_kind kind;
} types[] = {
	{STR_INIT("ip-src"), INDICATOR_ADDRESS},
	{STR_INIT("ip-dst"), INDICATOR_ADDRESS},
	{STR_INIT("ip-src|port"), INDICATOR_ADDRESS},
	{STR_INIT("ip-dst|port"), INDICATOR_ADDRESS},
	{STR_INIT("ip:port"), INDICATOR_ADDRESS},
	{STR_INIT("domain"), INDICATOR_DOMAIN},
	{STR_INIT("hostname"), INDICATOR_DOMAIN},
	{STR_INIT("hostname|port"), INDICATOR_DOMAIN},
	{STR_INIT("domain|ip"), INDICATOR_DOMAIN},
	{STR_INIT("filename"), INDICATOR_FILE},
	{STR_INIT("file_name"), INDICATOR_FILE},
};

/* "192.0.2.1|23" → "192.0.2.1:23". */
static struct str with_colon(struct reading *r, struct str value)
{
	struct str port, host = str_cut(value, '|', &port);
	struct writer w;
	bool v6 = str_find(host, STR(":")) < host.size;
	if (port.size == 0)
		return host;
	writer_init(&w, LIMIT_PACK_TEXT);
	writer_text(&w, v6 ? "[" : "");
	writer_str(&w, host);
	writer_text(&w, v6 ? "]:" : ":");
	writer_str(&w, port);
	return kept(&w, r->arena);
}

static enum err take_typed(struct reading *r, const struct source_entry *e)
{
	struct str value = e->value, rest, kept_value;
	enum problem_code problem = PROBLEM_BAD_INDICATOR;
	/* Whoever visits an innocent site is not infected. */
	if (e->compromised) {
		r->found->passed_over++;
		return E_OK;
	}
	if (str_equal(e->type, STR("url")))
		return take(r, e->line, value, e->name);
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (!str_equal(types[i].type, e->type))
			continue;
		value = types[i].kind == INDICATOR_ADDRESS ? with_colon(r, value)
							   : str_cut(value, '|', &rest);
		struct str whole = made_whole(str_trim(value), r->arena);
		if (!whole.data)
			return E_NOMEM;
		if (parse_kind(types[i].kind, whole, r->arena, &kept_value, &problem) != IS_GOOD)
			return refuse(r, e->line, problem, e->value);
		return keep(r, types[i].kind, kept_value, e->name);
	}
	r->found->passed_over++;
	return E_OK;
}

static enum err take_entry(void *context, const struct source_entry *e)
{
	struct reading *r = context;
	return e->type.size > 0 ? take_typed(r, e) : take_line(r, e);
}

static void pass_problem(void *context, const struct problem *problem)
{
	struct reading *r = context;
	r->on_problem(r->context, problem);
}

size_t indicator_source_most(struct str text)
{
	size_t lines = 1;
	for (size_t i = 0; i < text.size; i++)
		lines += text.data[i] == '\n';
	return lines;
}

enum err indicator_source_read(struct str text, uint32_t set, struct str fallback,
	struct arena *arena, source_problem_fn *on_problem, void *context,
	struct pack_indicators *indicators)
{
	struct reading r = {set, fallback, arena, on_problem, context, indicators};
	return source_each(text, arena, take_entry, pass_problem, &r);
}
