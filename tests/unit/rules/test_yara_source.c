/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>

#include "rules/yara_source.h"

static struct arena arena;
static struct yara_file file;
static uint64_t line;

/* The text in memory of its own size: reading past it is seen. */
static enum err split_bytes(const char *text, size_t size)
{
	static char *copy;
	free(copy);
	copy = malloc(size + (size == 0));
	assert_non_null(copy);
	memcpy(copy, text, size);
	arena_clear(&arena);
	return yara_split((struct str){copy, size}, &arena, &file, &line);
}

static enum err split(const char *text)
{
	return split_bytes(text, strlen(text));
}

static void assert_str(struct str s, const char *expected)
{
	assert_int_equal(s.size, strlen(expected));
	assert_memory_equal(s.data, expected, s.size);
}

static void parts_of_a_rule(void **state)
{
	(void)state;
	assert_int_equal(split("import \"pe\"\n// rule no {\n"
			       "private global rule first : one two\n{\n"
			       "meta:\n author = \"Ann \\\"A\\\"\" n = -3 b = true malware = "
			       "\"Mirai\" family = \"x\"\n"
			       "strings:\n $a = \"te}xt\" wide ascii fullword\n"
			       " $b = { 90 /* } */ 91 ?? } private\n"
			       " $c = /a\\/b[\\/\\]]/is nocase\n"
			       " $d = \"k\" xor(0x01-0xff)\n $e = \"hello\" base64(\"alphabet\")\n"
			       "condition:\n all of them and pe.is_pe // }\n}\n"
			       "rule second { condition: first and any of (f*) and not filesize }"),
		E_OK);
	assert_int_equal(file.import_count, 1);
	assert_str(file.imports[0], "pe");
	assert_int_equal(file.rule_count, 2);
	const struct yara_rule *r = &file.rules[0];
	assert_str(r->name, "first");
	assert_true(r->is_private && r->is_global);
	assert_str(r->author, "Ann \\\"A\\\"");
	assert_str(r->family, "Mirai");
	assert_int_equal(r->line, 3);
	assert_true(str_starts(r->text, STR("private global rule")));
	assert_true(str_ends(r->text, STR("}")));
	assert_int_equal(r->string_count, 5);
	assert_str(r->strings[0].body, "te}xt");
	assert_int_equal(r->strings[0].modifiers, YARA_WIDE | YARA_ASCII | YARA_FULLWORD);
	assert_int_equal(r->strings[1].kind, YARA_HEX);
	assert_str(r->strings[1].body, " 90 /* } */ 91 ?? ");
	assert_int_equal(r->strings[1].modifiers, YARA_PRIVATE);
	assert_int_equal(r->strings[2].kind, YARA_REGEX);
	assert_str(r->strings[2].body, "a\\/b[\\/\\]]");
	assert_str(r->strings[2].flags, "is");
	assert_int_equal(r->strings[3].modifiers, YARA_XOR);
	assert_int_equal(r->strings[4].modifiers, YARA_BASE64 | YARA_ALPHABET);
	r = &file.rules[1];
	assert_int_equal(r->reference_count, 2);
	assert_str(r->references[0], "first");
	assert_str(r->references[1], "f*");
}

static void names_of_modules_are_no_references(void **state)
{
	(void)state;
	assert_int_equal(
		split("rule r { condition: pe.is_pe and math.entropy(0, 1) > 1 and uint16(0) == 1 "
		      "and them and all of them and filesize * 2 > entrypoint and $a and other }"),
		E_OK);
	assert_int_equal(file.rules[0].reference_count, 1);
	assert_str(file.rules[0].references[0], "other");
}

static void byte_order_mark_and_includes(void **state)
{
	(void)state;
	assert_int_equal(
		split("\xEF\xBB\xBFinclude \"other.yar\"\nrule r { condition: true }"), E_OK);
	assert_int_equal(file.include_count, 1);
	assert_str(file.includes[0], "other.yar");
	assert_int_equal(file.rule_count, 1);
	assert_int_equal(split(""), E_OK);
	assert_int_equal(file.rule_count, 0);
}

static void rules_before_a_fault_stay(void **state)
{
	(void)state;
	assert_int_equal(split("rule a { condition: true }\nrule b { condition: true }\n\nrule {"),
		E_SYNTAX);
	assert_int_equal(file.rule_count, 2);
	assert_int_equal(line, 4);
}

static void hostile(void **state)
{
	(void)state;
	static const char *const texts[] = {"rule", "rule r", "rule r {",
		"rule r { condition:", "rule r { condition: true", "rule r { strings: $a = \"",
		"rule r { strings: $a = \"x\\", "rule r { strings: $a = \"x\\\" condition: $a }",
		"rule r { strings: $a = { 90", "rule r { strings: $a = { 90 /*",
		"rule r { strings: $a = /", "rule r { strings: $a = /x\\",
		"rule r { strings: $a = /x\n/ condition: $a }", "/*", "/* /", "//", "\"", "import",
		"import pe", "rule r { meta: a = ", "rule r { meta: a = - } ",
		"rule r { meta: = 1 }", "rule r { strings: $a \"x\" condition: $a }",
		"rule r { strings: $a = \"x\" xor( condition: $a }", "}",
		"rule r { condition: true } }", "rule r { } ", "rule r : { condition: true } x",
		"rule 1 {{ condition: true }", "global", "private rule"};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		enum err err = split(texts[i]);
		if (err != E_SYNTAX && strcmp(texts[i], "//") != 0)
			fail_msg("%s: %s", texts[i], err_name(err));
	}
	assert_int_equal(split_bytes("rule r { condition: \0 }", 23), E_OK);
	assert_int_equal(split_bytes("\xff\xfe r", 4), E_SYNTAX);
}

/* Every beginning of a good text is read without fault, and gives no more rules than the whole. */
static void every_beginning(void **state)
{
	(void)state;
	const char *text =
		"import \"pe\" rule a : t { meta: m = \"\\\"\" strings: $a = \"\\x41\" wide $b = { "
		"4? [2-3] ( 90 | 91 ) } $c = /a\\/[b\\]]{2}/i condition: #a > 1 or @b[1] == 0x10 } "
		"rule b { condition: a }";
	for (size_t size = 0; size <= strlen(text); size++) {
		enum err err = split_bytes(text, size);
		assert_true(err == E_OK || err == E_SYNTAX);
		assert_in_range(file.rule_count, 0, 2);
	}
}

static int set_up(void **state)
{
	(void)state;
	arena_init(&arena, 1 << 26);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_of_a_rule),
		cmocka_unit_test(names_of_modules_are_no_references),
		cmocka_unit_test(byte_order_mark_and_includes),
		cmocka_unit_test(rules_before_a_fault_stay),
		cmocka_unit_test(hostile),
		cmocka_unit_test(every_beginning),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
