/* SPDX-License-Identifier: Apache-2.0 */
#include "random_rules.h"

#include <stdio.h>

uint32_t chance_below(struct chance *c, uint32_t below)
{
	c->state ^= c->state << 13;
	c->state ^= c->state >> 7;
	c->state ^= c->state << 17;
	return (uint32_t)((c->state * UINT64_C(0x2545F4914F6CDD1D)) >> 33) % below;
}

static uint32_t below(struct random_rules *r, uint32_t most)
{
	return chance_below(&r->chance, most);
}

static bool one_in(struct random_rules *r, uint32_t n)
{
	return below(r, n) == 0;
}

void random_rules_init(struct random_rules *r, uint64_t seed)
{
	*r = (struct random_rules){.chance = {seed * UINT64_C(0x9E3779B97F4A7C15) | 1}};
	for (int i = 0; i < 8; i++)
		below(r, 2);
	writer_init(&r->text, 1 << 20);
	writer_init(&r->samples, 1 << 20);
}

void random_rules_release(struct random_rules *r)
{
	writer_release(&r->text);
	writer_release(&r->samples);
}

static void put(struct random_rules *r, const char *text)
{
	writer_text(&r->text, text);
}

static void put_number(struct random_rules *r, uint32_t number)
{
	writer_decimal(&r->text, number);
}

#define ONE_OF(r, ...)                                                                             \
	((const char *const[]){__VA_ARGS__})[below(                                                \
		r, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *))]

static void put_hex(struct random_rules *r, uint8_t b)
{
	char text[3];
	snprintf(text, sizeof(text), one_in(r, 2) ? "%02X" : "%02x", b);
	put(r, text);
}

/* --- samples --- */

static void sample(struct random_rules *r, uint8_t b)
{
	writer_bytes(&r->samples, (struct bytes){&b, 1});
}

static void sample_end(struct random_rules *r)
{
	if (r->sample_count < RULES_SAMPLES)
		r->sample_at[++r->sample_count] = r->samples.size;
}

/* The last sample once more, in another form. */
static void sample_again(struct random_rules *r, bool wide, uint8_t key, bool turn_case)
{
	if (r->sample_count == 0 || r->sample_count == RULES_SAMPLES)
		return;
	size_t from = r->sample_at[r->sample_count - 1], to = r->sample_at[r->sample_count];
	for (size_t i = from; i < to; i++) {
		uint8_t b = r->samples.data[i];
		bool letter = (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
		sample(r, (uint8_t)((turn_case && letter && one_in(r, 2) ? b ^ 0x20 : b) ^ key));
		if (wide)
			sample(r, key);
	}
	sample_end(r);
}

static void sample_base64(struct random_rules *r, bool wide)
{
	static const char alphabet[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	if (r->sample_count == 0 || r->sample_count == RULES_SAMPLES)
		return;
	uint8_t plain[256];
	size_t size = below(r, 4), from = r->sample_at[r->sample_count - 1];
	for (size_t i = 0; i < size; i++)
		plain[i] = (uint8_t)below(r, 256);
	for (size_t i = from; i < r->sample_at[r->sample_count] && size < 250; i++) {
		plain[size++] = r->samples.data[i];
		if (wide)
			plain[size++] = 0;
	}
	while (size % 3 != 0)
		plain[size++] = (uint8_t)below(r, 256);
	for (size_t i = 0; i < size; i += 3) {
		unsigned three =
			(unsigned)plain[i] << 16 | (unsigned)plain[i + 1] << 8 | plain[i + 2];
		for (int k = 18; k >= 0; k -= 6)
			sample(r, (uint8_t)alphabet[three >> k & 63]);
	}
	sample_end(r);
}

/* --- texts --- */

static const char *const words[] = {"ab", "abc", "hello", "Hello World", "MZ", "cmd.exe", "AAAA",
	"aaaaaaaa", "x", "kernel32.dll", "/bin/sh", "%s %d", "GET ", "HTTP/1.1", "eval(", "<?php",
	"password", "0123", "zz", "Z"};

static uint8_t text_char(struct random_rules *r)
{
	static const char letters[] = "abcABC xyz019._/-%<({[=;:$";
	switch (below(r, 12)) {
	case 0:
		return (uint8_t)below(r, 256);
	case 1:
		return 0;
	default:
		return (uint8_t)letters[below(r, sizeof(letters) - 1)];
	}
}

static void put_char(struct random_rules *r, uint8_t b)
{
	sample(r, b);
	if (b == '"' || b == '\\') {
		writer_char(&r->text, '\\');
		writer_char(&r->text, (char)b);
	} else if (b == '\n') {
		put(r, "\\n");
	} else if (b < 32 || b > 126 || one_in(r, 20)) {
		put(r, "\\x");
		put_hex(r, b);
	} else {
		writer_char(&r->text, (char)b);
	}
}

static void text_modifiers(struct random_rules *r)
{
	bool wide = one_in(r, 3), ascii = one_in(r, 3), is_xor = one_in(r, 6);
	bool base64 = !is_xor && one_in(r, 6);
	bool nocase = !is_xor && !base64 && one_in(r, 3), full = !base64 && one_in(r, 5);
	put(r, wide ? " wide" : "");
	put(r, ascii ? " ascii" : "");
	put(r, nocase ? " nocase" : "");
	put(r, full ? " fullword" : "");
	put(r, one_in(r, 12) ? " private" : "");
	uint8_t low = (uint8_t)below(r, 200), high = (uint8_t)(low + below(r, 55));
	if (is_xor && one_in(r, 3)) {
		char text[32];
		snprintf(text, sizeof(text), " xor(%u-%u)", low, high);
		put(r, text);
	} else if (is_xor) {
		put(r, " xor");
	}
	if (base64)
		put(r, ONE_OF(r, " base64", " base64wide", " base64 base64wide"));
	sample_again(r, wide, 0, nocase);
	if (is_xor)
		sample_again(r, wide, (uint8_t)(low + below(r, 55)), false);
	if (base64)
		sample_base64(r, wide);
}

static void put_text(struct random_rules *r)
{
	put(r, "\"");
	if (one_in(r, 2)) {
		const char *word = words[below(r, sizeof(words) / sizeof(words[0]))];
		for (; *word; word++)
			put_char(r, (uint8_t)*word);
	}
	for (uint32_t i = 1 + below(r, one_in(r, 4) ? 60 : 8); i > 0; i--)
		put_char(r, text_char(r));
	put(r, "\"");
	sample_end(r);
	text_modifiers(r);
}

/* --- hex strings --- */

static uint8_t hex_value(struct random_rules *r)
{
	static const uint8_t common[] = {0, 0xff, 0x48, 0x8b, 'M', 'Z', 'a', 1};
	return one_in(r, 2) ? common[below(r, sizeof(common))] : (uint8_t)below(r, 256);
}

static void put_hex_byte(struct random_rules *r, bool certain)
{
	uint8_t b = hex_value(r);
	char text[8];
	sample(r, b);
	switch (certain ? 9 : below(r, 10)) {
	case 0:
		put(r, "?? ");
		break;
	case 1:
		snprintf(text, sizeof(text), "%X? ", b >> 4);
		put(r, text);
		break;
	case 2:
		snprintf(text, sizeof(text), "?%x ", b & 15);
		put(r, text);
		break;
	default:
		put_hex(r, b);
		put(r, one_in(r, 5) ? "/* c } */ " : " ");
		break;
	}
}

static void put_hex_jump(struct random_rules *r, unsigned depth)
{
	uint32_t least = below(r, 6), more = below(r, one_in(r, 10) ? 400 : 8);
	char text[32];
	if (depth > 0 && more > 100)
		more = 100;
	snprintf(text, sizeof(text), more ? "[%u-%u] " : "[%u] ", least ? least : !more,
		(least ? least : !more) + more);
	if (depth == 0 && one_in(r, 20))
		snprintf(text, sizeof(text), "[%u-] ", least);
	put(r, text);
	uint32_t size = (least ? least : !more) + below(r, more + 1);
	while (size-- > 0)
		sample(r, (uint8_t)below(r, 256));
}

static void put_hex_items(struct random_rules *r, unsigned depth);

/* The sample takes the first branch: the others are told to nobody. */
static void put_hex_choice(struct random_rules *r, unsigned depth)
{
	put(r, "( ");
	put_hex_items(r, depth + 1);
	for (uint32_t i = 1 + below(r, 3); i > 0; i--) {
		size_t kept = r->samples.size;
		put(r, "| ");
		put_hex_items(r, depth + 1);
		r->samples.size = kept;
	}
	put(r, ") ");
}

static void put_hex_items(struct random_rules *r, unsigned depth)
{
	put_hex_byte(r, true);
	for (uint32_t i = below(r, depth ? 3 : 12); i > 0; i--)
		if (depth < 3 && one_in(r, 9))
			put_hex_choice(r, depth);
		else if (one_in(r, 7)) {
			put_hex_jump(r, depth);
			put_hex_byte(r, true);
		} else {
			put_hex_byte(r, false);
		}
}

static void put_hex_string(struct random_rules *r)
{
	put(r, "{ ");
	put_hex_items(r, 0);
	put_hex_byte(r, true);
	put(r, one_in(r, 12) ? "} private" : "}");
	sample_end(r);
}

/* --- regular expressions --- */

static void put_regex_literal(struct random_rules *r, uint8_t b)
{
	char text[8];
	sample(r, b);
	if (strchr("\\/^$.|()[]*+?{}", b) && b) {
		snprintf(text, sizeof(text), "\\%c", b);
	} else if (b < 33 || b > 126 || one_in(r, 25)) {
		snprintf(text, sizeof(text), "\\x%02x", b);
	} else {
		snprintf(text, sizeof(text), "%c", b);
	}
	put(r, text);
}

static void put_regex_class(struct random_rules *r)
{
	static const struct {
		const char *text, *of;
	} classes[] = {{"[a-z]", "abz"}, {"[0-9]", "059"}, {"[^a]", "bZ\x01"}, {"[abc]", "abc"},
		{"[a-cX-Z_]", "aY_"}, {"[^\\x00-\\x1f]", "a~"}, {"[\\w.]", "a_."}, {"[]a]", "]a"},
		{"[^]]", "ab"}, {"[-a]", "-a"}, {"[\\d\\s]", "1 "}, {"[a\\]b]", "]b"},
		{"\\w", "aZ_"}, {"\\d", "09"}, {"\\s", " \t"}, {"\\W", "-."}, {"\\D", "ab"},
		{"\\S", "ab"}, {".", "ab\x80"}, {"[Aa]", "Aa"}, {"[\\x80-\\xff]", "\x80\xff"}};
	uint32_t i = below(r, sizeof(classes) / sizeof(classes[0]));
	put(r, classes[i].text);
	sample(r, (uint8_t)classes[i].of[below(r, (uint32_t)strlen(classes[i].of))]);
}

static void put_regex_items(struct random_rules *r, unsigned depth, uint32_t count);

static void put_regex_group(struct random_rules *r, unsigned depth)
{
	put(r, "(");
	put_regex_items(r, depth + 1, 1 + below(r, 3));
	for (uint32_t i = below(r, 3); i > 0; i--) {
		size_t kept = r->samples.size;
		put(r, "|");
		put_regex_items(r, depth + 1, 1 + below(r, 3));
		r->samples.size = kept;
	}
	put(r, ")");
}

/* What was put last, as often as its quantifier wants. */
static void put_regex_repeat(struct random_rules *r, size_t from)
{
	uint32_t least = below(r, 4), more = below(r, 5), times;
	size_t written = r->text.size;
	char text[32];
	switch (below(r, 7)) {
	case 0:
		put(r, "*");
		times = below(r, 3);
		break;
	case 1:
		put(r, "+");
		times = 1 + below(r, 2);
		break;
	case 2:
		put(r, "?");
		times = below(r, 2);
		break;
	case 3:
		snprintf(text, sizeof(text), "{%u}", least + 1);
		put(r, text);
		times = least + 1;
		break;
	case 4:
		snprintf(text, sizeof(text), "{%u,}", least);
		put(r, text);
		times = least + below(r, 2);
		break;
	case 5:
		snprintf(text, sizeof(text), "{,%u}", least + more + 1);
		put(r, text);
		times = below(r, least + more + 2);
		break;
	default:
		snprintf(text, sizeof(text), "{%u,%u}", least, least + more + 1);
		put(r, text);
		times = least + below(r, more + 2);
		break;
	}
	put(r, r->lazy && r->text.size > written ? "?" : "");
	uint8_t once[64];
	size_t size = r->samples.size - from;
	if (size > sizeof(once))
		return;
	memcpy(once, r->samples.data + from, size);
	r->samples.size = from;
	for (; times > 0; times--)
		writer_bytes(&r->samples, (struct bytes){once, size});
}

static void put_regex_items(struct random_rules *r, unsigned depth, uint32_t count)
{
	for (; count > 0; count--) {
		size_t from = r->samples.size;
		if (depth < 3 && one_in(r, 7))
			put_regex_group(r, depth);
		else if (one_in(r, 4))
			put_regex_class(r);
		else
			put_regex_literal(r, text_char(r));
		if (one_in(r, 6))
			put_regex_repeat(r, from);
	}
}

static void put_regex(struct random_rules *r)
{
	bool wide = one_in(r, 4), nocase = one_in(r, 4);
	r->lazy = one_in(r, 5);
	put(r, "/");
	put(r, one_in(r, 15) ? "^" : one_in(r, 15) ? "\\b" : "");
	if (one_in(r, 2)) {
		const char *word = words[below(r, sizeof(words) / sizeof(words[0]))];
		for (; *word; word++)
			put_regex_literal(r, (uint8_t)*word);
	}
	put_regex_items(r, 0, 1 + below(r, 7));
	put(r, one_in(r, 15) ? "$" : one_in(r, 15) ? "\\b" : "");
	put(r, ONE_OF(r, "/", "/", "/", "/i", "/s", "/is"));
	put(r, wide ? " wide" : "");
	put(r, one_in(r, 4) ? " ascii" : "");
	put(r, nocase ? " nocase" : "");
	put(r, one_in(r, 6) ? " fullword" : "");
	sample_end(r);
	sample_again(r, wide, 0, nocase);
}

/* --- conditions --- */

static void put_name(struct random_rules *r, char sigil, unsigned strings)
{
	writer_char(&r->text, sigil);
	put(r, "_s");
	put_number(r, below(r, strings));
}

static void put_set(struct random_rules *r, unsigned strings)
{
	switch (below(r, 4)) {
	case 0:
		put(r, "them");
		return;
	case 1:
		put(r, "($_s*)");
		return;
	default:
		break;
	}
	put(r, "(");
	for (uint32_t i = below(r, 4);; i--) {
		put_name(r, '$', strings);
		put(r, strings > 10 && one_in(r, 4) ? "*" : "");
		if (i == 0)
			break;
		put(r, ", ");
	}
	put(r, ")");
}

static void put_how_many(struct random_rules *r)
{
	char text[16];
	switch (below(r, 6)) {
	case 0:
		put(r, "all");
		break;
	case 1:
		snprintf(text, sizeof(text), "%u", below(r, 5));
		put(r, text);
		break;
	case 2:
		put(r, "none");
		break;
	default:
		put(r, one_in(r, 3) ? "2" : "any");
		break;
	}
}

static void put_place(struct random_rules *r)
{
	put(r, ONE_OF(r, "0", "0x0", "1", "filesize - 5", "100", "@_s0", "0x10", "pe.entry_point"));
}

static void put_comparison(struct random_rules *r)
{
	put(r, ONE_OF(r, " == ", " != ", " < ", " <= ", " > ", " >= "));
}

static void put_count(struct random_rules *r, unsigned strings)
{
	switch (below(r, 5)) {
	case 0:
		put(r, "(");
		put_name(r, '#', strings);
		put(r, " + ");
		put_name(r, '#', strings);
		put(r, ")");
		break;
	case 1:
		put_name(r, '#', strings);
		put(r, " + ");
		put_name(r, '#', strings);
		break;
	case 2:
		put_number(r, below(r, 4));
		break;
	default:
		put_name(r, '#', strings);
		break;
	}
}

static void put_string_leaf(struct random_rules *r, unsigned strings)
{
	switch (below(r, 9)) {
	case 0:
		put_name(r, '$', strings);
		put(r, " at ");
		put_place(r);
		break;
	case 1:
		put_name(r, '$', strings);
		put(r, " in (");
		put(r, ONE_OF(r, "0..20", "0..filesize", "10..100", "@_s0..filesize"));
		put(r, ")");
		break;
	case 2:
	case 3:
		put_count(r, strings);
		put_comparison(r);
		put_count(r, strings);
		break;
	case 4:
		put_name(r, one_in(r, 3) ? '!' : '@', strings);
		put(r, one_in(r, 4) ? "[2]" : "");
		put(r, ONE_OF(r, " - @_s0", " + 3", "", ""));
		put_comparison(r);
		put(r, ONE_OF(r, "10", "100", "3", "@_s0", "0"));
		break;
	default:
		put_name(r, '$', strings);
		break;
	}
}

static void put_free_leaf(struct random_rules *r)
{
	put(r, ONE_OF(r, "uint16(0) == 0x5A4D", "0x5A4D == uint16(0)", "uint32be(0) == 0x7F454C46",
		       "uint16(0) == 0x4d5a", "uint8(0) == 0x61", "uint16be(0) == 0x4d5a",
		       "uint32(0) != 0x464c457f", "uint8(1) == 0x5A",
		       "uint16(filesize-2) == 0x6161", "uint32(uint32(0x3c)) == 0x00004550",
		       "int16(0) == 0x5a4d"));
}

static void put_size_leaf(struct random_rules *r)
{
	put(r, ONE_OF(r, "filesize < 1KB", "filesize > 100", "filesize == 0", "500 > filesize",
		       "filesize >= 1000", "1KB >= filesize", "filesize != 7", "filesize < 1MB",
		       "filesize % 2 == 0"));
}

static void put_module_leaf(struct random_rules *r)
{
	put(r, ONE_OF(r, "pe.number_of_sections == 1", "pe.is_pe", "not pe.is_pe", "pe.is_pe == 0",
		       "pe.machine == pe.MACHINE_AMD64", "pe.entry_point < 1000",
		       "pe.MACHINE_AMD64 == 0x8664",
		       "for any s in pe.sections : ( s.name == \".text\" )",
		       "for any i in (0..pe.number_of_sections - 1) : ( pe.sections[i].name "
		       "contains "
		       "\"te\" )",
		       "elf.type == elf.ET_EXEC", "elf.machine == elf.EM_X86_64",
		       "defined pe.number_of_sections", "math.entropy(0, filesize) > 3.0",
		       "math.in_range(math.entropy(0, 10), 1.0, 3.0)",
		       "hash.md5(0, filesize) == \"d41d8cd98f00b204e9800998ecf8427e\"",
		       "math.entropy(pe.entry_point, 10) >= 0.0", "pe.exports(\"a\")",
		       "pe.imphash() == \"00\"", "dotnet.is_dotnet == 0",
		       "uint8(pe.entry_point) != 0x90", "pe.is_dll() == 0",
		       "elf.number_of_sections >= 0"));
}

static void put_external_leaf(struct random_rules *r)
{
	put(r, ONE_OF(r, "filename == \"a.exe\"", "filename matches /\\.exe$/i",
		       "extension == \".exe\"", "filepath contains \"tmp\"",
		       "filename contains \"A.\"", "owner == \"root\"", "filename icontains \"A.\"",
		       "\".exe\" == extension", "filetype == \"EXE\"", "not filename matches /a+/",
		       "filetype == \"\"", "extension != \".txt\"", "filename endswith \"exe\"",
		       "filename istartswith \"A\"", "filename matches /(a|b)\\.(exe|dll)/"));
}

static void put_of_leaf(struct random_rules *r, unsigned strings)
{
	if (one_in(r, 6)) {
		put_number(r, 1 + below(r, 100));
		put(r, "%");
	} else {
		put_how_many(r);
	}
	put(r, " of ");
	put_set(r, strings);
	put(r, one_in(r, 8) ? " in (0..50)" : "");
}

static void put_condition(struct random_rules *r, unsigned strings, unsigned depth);

static void put_loop_leaf(struct random_rules *r, unsigned strings, unsigned depth)
{
	put(r, "for ");
	put_how_many(r);
	if (one_in(r, 2)) {
		put(r, " of ");
		put_set(r, strings);
		put(r, " : ( ");
		put(r, ONE_OF(r, "$", "$ at 0", "# > 1", "@ < 50", "not $", "# == 0",
			       "$ in (0..100)", "! > 3", "$ or filesize > 100",
			       "$ and filesize < 1KB", "@[1] > 3"));
		if (one_in(r, 4) && depth < 2) {
			put(r, " and ");
			put_condition(r, strings, depth + 1);
		}
	} else {
		put(r, ONE_OF(r, " i in (0..3)", " i in (1..#_s0)", " i in (0,5,10)",
			       " i in (@_s0..@_s0 + 3)"));
		put(r, " : ( ");
		if (one_in(r, 3) && depth < 2)
			put_condition(r, strings, depth + 1);
		else
			put(r, ONE_OF(r, "@_s0[i] < 100", "$_s0 at i", "uint8(i) == 0x61", "i > 2",
				       "#_s0 > i"));
	}
	put(r, " )");
}

static void put_reference(struct random_rules *r)
{
	if (r->rule_count == 0) {
		put(r, one_in(r, 2) ? "true" : "false");
	} else if (one_in(r, 20)) {
		put(r, ONE_OF(r, "any of (r1*)", "2 of (r2*)", "all of (r0*)"));
	} else {
		put(r, "r");
		put_number(r, below(r, r->rule_count));
	}
}

static void put_leaf(struct random_rules *r, unsigned strings, unsigned depth)
{
	uint32_t kind = below(r, 24);
	if (strings == 0 && kind < 17)
		kind = 17 + below(r, 7);
	if (kind < 9)
		put_string_leaf(r, strings);
	else if (kind < 14)
		put_of_leaf(r, strings);
	else if (kind < 16)
		put_loop_leaf(r, strings, depth);
	else if (kind < 18)
		put_free_leaf(r);
	else if (kind < 20)
		put_size_leaf(r);
	else if (kind == 20)
		put_module_leaf(r);
	else if (kind == 21)
		put_external_leaf(r);
	else if (kind == 22)
		put_reference(r);
	else if (strings > 0)
		put(r, ONE_OF(r, "defined @_s0", "defined #_s0", "entrypoint == 0"));
	else
		put(r, ONE_OF(r, "true", "false", "entrypoint == 0"));
}

static void put_condition(struct random_rules *r, unsigned strings, unsigned depth)
{
	put(r, one_in(r, 9) ? "not " : "");
	if (depth > 3 || one_in(r, 3)) {
		put_leaf(r, strings, depth);
		return;
	}
	put(r, "(");
	put_condition(r, strings, depth + 1);
	for (uint32_t i = 1 + below(r, 2); i > 0; i--) {
		put(r, one_in(r, 2) ? " and " : " or ");
		put_condition(r, strings, depth + 1);
	}
	put(r, ")");
}

/* --- rules --- */

static void put_strings(struct random_rules *r, unsigned count)
{
	put(r, "strings:\n");
	for (unsigned i = 0; i < count; i++) {
		put(r, "\t$_s");
		put_number(r, i);
		put(r, one_in(r, 4) ? "= " : " = ");
		if (one_in(r, 3))
			put_hex_string(r);
		else if (one_in(r, 2))
			put_regex(r);
		else
			put_text(r);
		put(r, "\n");
	}
}

/* libyara wants every string named. */
static bool names_all(const struct random_rules *r, size_t from)
{
	struct str condition = {(const char *)r->text.data + from, r->text.size - from};
	return str_find(condition, STR("them")) < condition.size ||
	       str_find(condition, STR("($_s*)")) < condition.size;
}

static void put_rule(struct random_rules *r, bool globals)
{
	unsigned strings = one_in(r, 10) ? 0 : 1 + below(r, one_in(r, 8) ? 15 : 4);
	put(r, globals && one_in(r, 20) ? "global " : "");
	put(r, one_in(r, 10) ? "private " : "");
	put(r, "rule r");
	put_number(r, r->rule_count);
	put(r, one_in(r, 6) ? " : tag {\n" : "\n{\n");
	put(r, one_in(r, 6) ? "meta: author = \"an \\\"author\\\"\"\n" : "");
	if (strings > 0)
		put_strings(r, strings);
	put(r, "condition:\n\t");
	size_t from = r->text.size;
	put_condition(r, strings, 0);
	if (strings > 0 && !names_all(r, from))
		put(r, ONE_OF(r, " or (all of them and filesize > 900MB)",
			       " and (filesize >= 0 or any of them)"));
	put(r, one_in(r, 9) ? " // } end\n}\n" : "\n}\n");
	r->rule_count++;
}

void random_rules_make(struct random_rules *r, unsigned count)
{
	bool globals = one_in(r, 6);
	writer_clear(&r->text);
	writer_clear(&r->samples);
	r->sample_count = 0;
	r->rule_count = 0;
	put(r, "import \"pe\"\nimport \"elf\"\nimport \"math\"\nimport \"hash\"\nimport "
	       "\"dotnet\"\n");
	for (unsigned i = 0; i < count; i++)
		put_rule(r, globals);
}

/* --- content --- */

static void put_filling(struct random_rules *r, struct writer *w)
{
	uint32_t kind = below(r, 4);
	for (uint32_t i = below(r, one_in(r, 6) ? 300 : 12); i > 0; i--) {
		uint8_t b = kind == 0 ? (uint8_t)below(r, 256) : kind == 1 ? 0 : text_char(r);
		writer_bytes(w, (struct bytes){&b, 1});
	}
}

static void put_sample(struct random_rules *r, struct writer *w)
{
	uint32_t i = below(r, (uint32_t)r->sample_count);
	struct bytes s = {r->samples.data + r->sample_at[i], r->sample_at[i + 1] - r->sample_at[i]};
	switch (below(r, 8)) {
	case 0: /* cut off in front or behind */
		s.size -= s.size > 0;
		s.data += one_in(r, 2) && s.size > 0;
		break;
	case 1: /* overlapping what is there */
		if (w->size > 2)
			w->size -= 1 + below(r, 2);
		break;
	default:
		break;
	}
	writer_bytes(w, s);
	if (one_in(r, 10))
		writer_bytes(w, s);
}

void random_content(struct random_rules *r, struct writer *content)
{
	writer_clear(content);
	if (one_in(r, 40))
		return;
	random_beginning(&r->chance, content);
	for (uint32_t i = below(r, one_in(r, 5) ? 60 : 8); i > 0 && r->sample_count > 0; i--) {
		if (!one_in(r, 3))
			put_filling(r, content);
		put_sample(r, content);
	}
	if (one_in(r, 2))
		put_filling(r, content);
}
