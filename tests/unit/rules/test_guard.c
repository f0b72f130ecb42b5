/* SPDX-License-Identifier: Apache-2.0 */
/* Guards written out: ways with " | " between, "free" where no string has a say, headers, sizes,
 * texts of names, and clauses "least of (pattern pattern, pattern)". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "base/writer.h"
#include "rules/guard.h"

static struct arena arena;
static struct writer out;

static bool take_all(void *context, struct bytes expression)
{
	(void)context;
	return expression.size > 0;
}

static void put_bytes(struct bytes b)
{
	char text[8];
	for (size_t i = 0; i < b.size; i++) {
		bool plain = b.data[i] > 32 && b.data[i] < 127;
		snprintf(text, sizeof(text), plain ? "%c" : "<%02x>", b.data[i]);
		writer_text(&out, text);
	}
}

static void put_clause(const struct clause *c)
{
	static const char kinds[] = "LDE";
	writer_char(&out, ' ');
	writer_decimal(&out, c->least);
	writer_text(&out, " of (");
	for (uint32_t i = 0; i < c->count; i++) {
		writer_text(&out, i ? ", " : "");
		for (uint32_t k = 0; k < c->atoms[i].count; k++) {
			const struct pattern *p = &c->atoms[i].list[k];
			writer_text(&out, k ? " " : "");
			writer_char(&out, kinds[p->kind]);
			writer_text(&out, p->caseless ? "i:" : ":");
			put_bytes(p->bytes);
		}
	}
	writer_char(&out, ')');
}

static void put_way(const struct guard_way *w)
{
	char text[64];
	writer_text(&out, w->free ? "free" : "way");
	for (uint32_t i = 0; i < w->header_count; i++) {
		writer_text(&out, i ? "/" : " ");
		put_bytes((struct bytes){w->headers[i].bytes, w->headers[i].size});
	}
	if (w->size_least > 0 || w->size_most < UINT64_MAX) {
		snprintf(text, sizeof(text), " %llu..", (unsigned long long)w->size_least);
		writer_text(&out, text);
		if (w->size_most < UINT64_MAX)
			writer_decimal(&out, w->size_most);
	}
	for (uint32_t i = 0; i < w->text_count; i++) {
		writer_text(&out, i ? "/" : " ");
		if (i == 0)
			writer_str(&out, external_name(w->external));
		writer_text(&out, i ? "" : "~");
		writer_str(&out, w->texts[i]);
	}
	for (uint32_t i = 0; i < w->clause_count; i++)
		put_clause(&w->clauses[i]);
}

/* The guard of the last of the rules. */
static const char *guard_of_rules(const char *text, bool expressions)
{
	const struct pattern_judge judge = {NULL, take_all};
	const struct yara_rule *rules[8];
	struct guard guards[8];
	struct yara_file file;
	uint64_t line;
	arena_clear(&arena);
	writer_clear(&out);
	assert_int_equal(yara_split(str_from(text), &arena, &file, &line), E_OK);
	assert_in_range(file.rule_count, 1, 8);
	for (size_t i = 0; i < file.rule_count; i++)
		rules[i] = &file.rules[i];
	assert_int_equal(
		guards_make(rules, file.rule_count, expressions ? &judge : NULL, &arena, guards),
		E_OK);
	const struct guard *g = &guards[file.rule_count - 1];
	for (uint32_t i = 0; i < g->count; i++) {
		writer_text(&out, i ? " | " : "");
		put_way(&g->ways[i]);
	}
	writer_text(&out, g->count ? "" : "never");
	writer_char(&out, '\0');
	assert_int_equal(writer_end(&out), E_OK);
	return (const char *)out.data;
}

static const char *guard_of(const char *strings, const char *condition)
{
	char text[4096];
	snprintf(text, sizeof(text), "rule r { %s %s condition: %s }", *strings ? "strings:" : "",
		strings, condition);
	return guard_of_rules(text, false);
}

#define IS(strings, condition, expected) assert_string_equal(guard_of(strings, condition), expected)

#define A "$a = \"xqzw1\" "
#define B "$b = \"maple\" "
#define C "$c = \"there\" "

static void one_string(void **state)
{
	(void)state;
	IS(A, "$a", "way 1 of (L:xqzw1)");
	IS("$a = \"xqzw1\" nocase", "$a", "way 1 of (Li:xqzw1)");
	IS("$a = \"xq\" wide", "$a", "way 1 of (L:x<00>q<00>)");
	IS("$a = \"xq\" wide ascii", "$a", "way 1 of (L:xq L:x<00>q<00>)");
	IS("$a = \"x\\x71\\\\\\\"\\n\"", "$a", "way 1 of (L:xq\\\"<0a>)");
	/* differences of neighbours: the same for every key */
	IS("$a = \"abcd\" xor", "$a", "way 1 of (D:<03><01><07>)");
	IS("$a = \"abcd\" xor(1-3) wide", "$a", "way 1 of (D:<03><01><07> D:abbccdd)");
	IS("$a = \"aaaa\" xor", "$a", "way");
	/* in its three places */
	IS("$a = \"hello\" base64", "$a", "way 1 of (L:aGVsbG L:hlbGxv L:oZWxsb)");
	IS("$a = \"x\"", "$a", "way");
	IS("$a = \"hello\" "
	   "base64(\"!@#$%^&*(){}[].,|ABCDEFGHIJ\\x09LMNOPQRSTUVWXYZabcdefghijklmnopqrstu\")",
		"$a", "way");
}

static void hex_strings(void **state)
{
	(void)state;
	IS("$a = { 48 8b ?? 90 91 92 93 }", "$a", "way 1 of (L:<90><91><92><93>)");
	IS("$a = { 90 91 [2-4] 92 93 94 /* } */ 9? }", "$a", "way 1 of (L:<92><93><94>)");
	IS("$a = { 90 ( 91 92 93 | 94 95 96 97 ) 98 }", "$a",
		"way 1 of (L:<91><92><93> L:<94><95><96><97>)");
	IS("$a = { 90 ?? 91 }", "$a", "way");
	IS("$a = { 90 91 }", "$a at 0", "way <90><91> 1 of (L:<90><91>)");
	IS("$a = { 00 00 90 91 }", "$a", "way 1 of (L:<90><91>)");
	IS("$a = { 00 00 00 }", "$a", "way");
}

static void regular_expressions(void **state)
{
	(void)state;
	IS("$a = /xqzw[0-9]+jqxkv/", "$a", "way 1 of (L:jqxkv)");
	IS("$a = /xqzw(ab|cd)?/", "$a", "way 1 of (L:xqzw)");
	IS("$a = /xq*zwj/", "$a", "way 1 of (L:zwj)");
	IS("$a = /xqz{2}wj/", "$a", "way 1 of (L:xqzzwj)");
	IS("$a = /xqz{2,3}wj/", "$a", "way 1 of (L:xqzz)");
	IS("$a = /xqzw/i", "$a", "way 1 of (Li:XQZW)");
	IS("$a = /[Xx]qzw/", "$a", "way 1 of (Li:Xqzw)");
	IS("$a = /^xq\\x7a\\.w$/", "$a", "way 1 of (L:xqz.w)");
	IS("$a = /(xqzw|jqxk)/", "$a", "way 1 of (L:xqzw L:jqxk)");
	IS("$a = /xqzw|.*/", "$a", "way");
	IS("$a = /[a-z]+/", "$a", "way");
	IS("$a = /x{0}qzwj/", "$a", "way 1 of (L:qzwj)");
	IS("$a = /aa[]z]wj/", "$a", "way 1 of (L:wj)");
	/* what is not for sure understood says nothing */
	IS("$a = /xqzw{a/", "$a", "way");
	IS("$a = /xqzw(?:ab)/", "$a", "way");
}

static void whole_expressions(void **state)
{
	(void)state;
	assert_string_equal(
		guard_of_rules("rule r { strings: $a = { 00 01 ?? 4? ( 05 | 06 07 ) [1-3] 08 } "
			       "condition: $a }",
			true),
		"way 1 of (E:\\x00\\x01.[\\x40-\\x4f](?:\\x05|\\x06\\x07)(?:.){1,3}\\x08)");
	assert_string_equal(
		guard_of_rules("rule r { strings: $a = /ab[0-9]c?/ wide condition: $a }", true),
		"way 1 of (E:\\x61\\x00\\x62\\x00[\\x30-\\x39]\\x00)");
	/* a long gap parts it: the rarest piece is left */
	assert_string_equal(guard_of_rules("rule r { strings: $a = /ab[0-9].{0,500}cd[0-9]{4}/ "
					   "condition: $a }",
				    true),
		"way 1 of (E:\\x63\\x64(?:[\\x30-\\x39]){4})");
	/* what is rare enough by itself is a literal */
	assert_string_equal(
		guard_of_rules("rule r { strings: $a = /xqzwjqxk[0-9]/ condition: $a }", true),
		"way 1 of (L:xqzwjqxk)");
}

static void several_strings(void **state)
{
	(void)state;
	IS(A B, "$a or $b", "way 1 of (L:xqzw1, L:maple)");
	IS(A B C, "any of them", "way 1 of (L:xqzw1, L:maple, L:there)");
	IS(A B C, "all of them", "way 3 of (L:xqzw1, L:maple, L:there)");
	IS(A B C, "2 of them", "way 2 of (L:xqzw1, L:maple, L:there)");
	IS(A B C, "50% of them", "way 2 of (L:xqzw1, L:maple, L:there)");
	IS(A B C, "4 of them", "never");
	/* named twice it counts twice */
	IS(A B, "2 of ($a, $a*) and $b", "way 2 of (L:xqzw1, L:xqzw1) 1 of (L:maple)");
	IS(A B, "any of ($a*) and #b > 0", "way 1 of (L:xqzw1) 1 of (L:maple)");
	IS(A B, "none of them", "way");
	IS(A B, "0 of them", "way");
	IS(A B, "not $a and $b", "way 1 of (L:maple)");
	IS(A B, "false or $a and true and $b", "way 1 of (L:xqzw1) 1 of (L:maple)");
	/* one that cannot be looked for may be there */
	IS(A B "$c = \"x\" ", "2 of them", "way 1 of (L:xqzw1, L:maple)");
	IS("$ = \"xqzw1\" $ = \"maple\" ", "any of them", "way 1 of (L:xqzw1, L:maple)");
}

static void counts_and_places(void **state)
{
	(void)state;
	IS(A, "#a > 2", "way 1 of (L:xqzw1)");
	IS(A, "#a >= 1", "way 1 of (L:xqzw1)");
	IS(A, "#a >= 0", "way");
	IS(A, "#a == 0", "way");
	IS(A, "#a < 5", "way");
	IS(A, "3 < #a", "way 1 of (L:xqzw1)");
	IS(A B, "#a + #b > 10", "way 1 of (L:xqzw1, L:maple)");
	IS(A B, "(#a + #b) > #c", "way 1 of (L:xqzw1, L:maple)");
	IS(A, "@a < 100", "way 1 of (L:xqzw1)");
	IS(A, "!a[2] > 3", "way 1 of (L:xqzw1)");
	IS(A, "uint32(@a + 4) == 7", "way 1 of (L:xqzw1)");
	IS(A B, "$a at @b", "way 1 of (L:xqzw1) 1 of (L:maple)");
	IS(A, "$a in (0..100)", "way 1 of (L:xqzw1)");
	IS(A, "defined @a", "way");
	IS(A, "$a at 0", "way xqzw1 1 of (L:xqzw1)");
}

static void loops(void **state)
{
	(void)state;
	IS(A B, "for any of them : ( $ at 100 )", "way 1 of (L:xqzw1, L:maple)");
	IS(A B, "for all of them : ( # > 1 )", "way 1 of (L:xqzw1) 1 of (L:maple)");
	IS(A B, "for any of them : ( not $ )", "way");
	IS(A B, "for none of them : ( $ )", "way");
	IS(A, "for any i in (1..#a) : ( @a[i] < 100 )", "way 1 of (L:xqzw1)");
	IS(A, "for all i in (1..#a) : ( @a[i] < 100 )", "way");
	IS(A B, "for any i in (0..3) : ( $a at i or $b )", "way 1 of (L:xqzw1, L:maple)");
}

static void gates(void **state)
{
	(void)state;
	IS("", "uint16(0) == 0x5A4D", "free MZ");
	IS("", "0x7f454c46 == uint32be(0)", "free <7f>ELF");
	IS("", "uint16(0) == 0x5A4D or uint16(0) == 0x457f", "free MZ/<7f>E");
	IS("", "uint16(0) == 0x5A4D and uint32(0) == 0x00905a4d", "free MZ<90><00>");
	IS("", "uint16(0) == 0x5A4D and uint8(0) == 0x7f", "never");
	IS("", "uint8(0) == 0x1234", "never");
	IS("", "uint16(2) == 0x5A4D", "free");
	IS("", "filesize < 10KB", "free 0..10239");
	IS("", "filesize > 5 and 100 >= filesize", "free 6..100");
	IS("", "filesize < 0", "never");
	IS("", "filesize == 7", "free 7..7");
	IS("", "not filesize < 10KB", "free");
	IS("", "extension == \".exe\"", "free extension~.exe");
	IS("", "filename matches /xqzw(a|b)/i", "free filename~XQZW");
	IS("", "filetype == \"EXE\"", "never");
	IS("", "filetype == \"\"", "free");
	IS("", "entrypoint == 0", "way");
	IS(A, "$a and filesize < 1KB and uint16(0) == 0x5a4d", "way MZ 0..1023 1 of (L:xqzw1)");
	/* each way keeps its own */
	IS(A, "filesize < 1KB or (uint16(0) == 0x5a4d and $a)",
		"free 0..1023 | way MZ 1 of (L:xqzw1)");
}

static void modules(void **state)
{
	(void)state;
	IS("", "pe.number_of_sections == 1", "free MZ");
	IS("", "pe.is_pe", "free MZ");
	IS("", "pe.is_pe == 0", "free");
	IS("", "pe.MACHINE_AMD64 == 0x8664", "free");
	IS("", "not pe.exports(\"a\")", "free");
	IS("", "math.entropy(0, filesize) > 7", "free");
	IS("", "elf.type == elf.ET_EXEC", "free <7f>ELF");
	IS("", "for any s in pe.sections : ( s.name == \"a\" )", "free MZ");
	IS(A, "pe.imphash() == \"00\" or $a", "free MZ | way 1 of (L:xqzw1)");
}

static void references(void **state)
{
	(void)state;
	assert_string_equal(
		guard_of_rules("rule a { strings: " A "condition: $a } rule b { condition: a "
			       "and filesize < 10 }",
			false),
		"way 0..9 1 of (L:xqzw1)");
	assert_string_equal(
		guard_of_rules(
			"rule a { condition: filesize < 10 } rule b { condition: not a }", false),
		"way");
	assert_string_equal(
		guard_of_rules(
			"rule a { condition: filesize < 10 } rule b { condition: any of (a*) }",
			false),
		"way");
	/* a global one has a say in all */
	assert_string_equal(guard_of_rules("global rule a { strings: " A "condition: $a } rule b { "
					   "condition: filesize < 10 }",
				    false),
		"way 0..9");
}

static void hostile(void **state)
{
	(void)state;
	char text[4096] = "";
	memset(text, '(', 400);
	memcpy(text + 400, "$a", 2);
	memset(text + 402, ')', 400);
	IS(A, text, "way");
	IS("$a = "
	   "/((((((((((((((((((((((((((((((((((((((xqzw))))))))))))))))))))))))))))))))))))))/",
		"$a", "way");
	IS("$a = /(((((((x{9}){9}){9}){9}){9}){9}){9}){9}/", "$a",
		"way 1 of (L:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx)");
	IS("$a = { 90 91 [99999999999999999999-] 92 93 }", "$a", "way 1 of (L:<92><93>)");
	IS("$a = /xq[z/", "$a", "way");
	IS("$a = /xq\\x4/", "$a", "way");
	IS("$a = { 90 91 ( 92 }", "$a", "way");
	IS(A, "or and ) $a (", "way");
	IS(A, "$a at", "way 1 of (L:xqzw1)");
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 30);
	writer_init(&out, 1 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	writer_release(&out);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_string),
		cmocka_unit_test(hex_strings),
		cmocka_unit_test(regular_expressions),
		cmocka_unit_test(whole_expressions),
		cmocka_unit_test(several_strings),
		cmocka_unit_test(counts_and_places),
		cmocka_unit_test(loops),
		cmocka_unit_test(gates),
		cmocka_unit_test(modules),
		cmocka_unit_test(references),
		cmocka_unit_test(hostile),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
