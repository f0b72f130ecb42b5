/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>

#include "match/engine.h"

static char told[4096]; /* problems: "line: text; " */

static void on_problem(void *context, const struct problem *problem)
{
	size_t used = strlen(told);
	(void)context;
	snprintf(told + used, sizeof(told) - used, "%llu: %.*s; ",
		(unsigned long long)problem->line, STR_ARG(problem_got(problem)));
}

/* --- engines --- */

static struct engine *engine;
static struct matcher *matcher;
static struct match_result result;

static void use_pack(const struct pack *pack)
{
	matcher_free(matcher);
	engine_free(engine);
	told[0] = '\0';
	assert_int_equal(engine_new(pack, false, on_problem, NULL, &engine), E_OK);
	assert_int_equal(matcher_new(engine, &matcher), E_OK);
}

static void use(const char *rules)
{
	struct pack_file file = {STR("a.yar"), str_from(rules)};
	struct pack_set set = {
		.name = STR("set"), .author = STR("Set"), .files = &file, .file_count = 1};
	use_pack(&(struct pack){.sets = &set, .set_count = 1});
}

/* Names of what applies, a space behind each. */
static const char *scan_as(struct bytes content, const char *name, unsigned flags)
{
	static char found[4096];
	struct object_name object = {.name = str_from(name),
		.path = str_from(name),
		.extension = str_ends(str_from(name), STR(".exe")) ? STR(".exe") : STR("")};
	assert_int_equal(matcher_scan(matcher, content, &object, flags, 60000, &result), E_OK);
	found[0] = '\0';
	for (size_t i = 0, used = 0; i < result.count; i++)
		used += (size_t)snprintf(found + used, sizeof(found) - used, "%.*s ",
			STR_ARG(result.matches[i].rule));
	return found;
}

static const char *scan(const char *content)
{
	return scan_as(str_bytes(str_from(content)), "a", MATCH_ALL);
}

/* --- rules --- */

static void rules_apply(void **state)
{
	(void)state;
	use("rule a { meta: author = \"Ann\" family = \"mirai\" strings: $a = \"hello\" condition: "
	    "$a }\n"
	    "private rule p { strings: $a = \"hello\" condition: $a }\n"
	    "rule b { condition: p and filesize < 10 }\n"
	    "rule c { condition: filesize > 10 }\n"
	    "rule d { condition: extension == \".exe\" }\n");
	assert_string_equal(told, "");
	assert_string_equal(scan("hello"), "a b ");
	assert_string_equal(scan("hello hello hello"), "a c ");
	assert_string_equal(scan("hell"), "");
	assert_string_equal(scan(""), "");
	assert_string_equal(scan_as(str_bytes(STR("x")), "x.exe", MATCH_ALL), "d ");
	scan("hello");
	assert_true(str_equal(result.matches[0].author, STR("Ann")));
	assert_true(str_equal(result.matches[0].family, STR("mirai")));
	assert_true(str_equal(result.matches[1].author, STR("Set")));
	assert_true(str_equal(result.matches[0].set, STR("set")));
	assert_int_equal(engine_facts(engine).rules, 5);
}

static void each_namespace_by_itself(void **state)
{
	(void)state;
	struct pack_file one = {
		STR("a.yar"), STR("rule a { strings: $a = \"one\" condition: $a }")};
	struct pack_file two = {STR("b.yar"), STR("global rule g { condition: filesize > 5 } rule "
						  "a { strings: $a = \"one\" condition: $a }")};
	struct pack_set sets[] = {
		{.name = STR("first"), .files = &one, .file_count = 1, .ours = true},
		{.name = STR("second"), .files = &two, .file_count = 1}};
	use_pack(&(struct pack){.sets = sets, .set_count = 2});
	assert_string_equal(scan("one"), "a ");
	assert_true(result.matches[0].ours);
	assert_string_equal(scan("one one"), "a g a ");
	assert_false(result.matches[1].ours);
}

static void faulty_rules_are_left_out(void **state)
{
	(void)state;
	use("rule a { strings: $a = \"one\" condition: $a }\n"
	    "rule b { strings: $a = \"two\" condition: $b }\n"
	    "rule c { condition: b or filesize == 3 }\n"
	    "rule d { strings: $a = \"unused\" condition: true }\n"
	    "rule a { condition: true }\n"
	    "rule e { condition: any of (x*) or filesize == 3 }\n"
	    "rule x1 { condition: true }\n"
	    "rule f { condition: x1 or a }\n");
	assert_non_null(strstr(told, "2: undefined string \"$b\""));
	assert_non_null(strstr(told, "3: "));
	assert_non_null(strstr(told, "4: unreferenced string \"$a\""));
	assert_non_null(strstr(told, "5: "));
	assert_non_null(strstr(told, "7: "));
	assert_non_null(strstr(told, "8: "));
	assert_string_equal(scan("one"), "a ");
	use("rule a { condition: true } rule b {");
	assert_string_equal(scan("x"), "a ");
	assert_true(told[0] != '\0');
}

static void without_strings_no_pass(void **state)
{
	(void)state;
	/* true for want of its string alone: its own shard must say so */
	use("import \"math\"\n"
	    "rule a { strings: $a = \"one\" condition: uint8(0) == 0x6f or $a }\n"
	    "rule b { strings: $a = \"one\" condition: uint8(0) == 0x6f and not $a }\n"
	    "rule c { condition: math.entropy(0, filesize) < 0.5 and filesize > 0 }\n");
	assert_string_equal(scan("one"), "a ");
	assert_string_equal(scan("oxe"), "a b ");
	assert_string_equal(scan("a one"), "a ");
	assert_string_equal(scan("aaaa"), "c ");
}

static void an_entry_point_is_of_its_file(void **state)
{
	(void)state;
	use("rule a { condition: entrypoint >= 0 }");
	uint8_t elf[64] = {0x7f, 'E', 'L', 'F', 2, 1, 1};
	elf[16] = 2;
	elf[18] = 0x3e;
	elf[54] = 56;
	scan_as((struct bytes){elf, sizeof(elf)}, "a", 0);
	assert_string_equal(scan("no program"), "");
}

static void many_matches_are_counted(void **state)
{
	(void)state;
	char rules[100 * 64] = "";
	for (size_t i = 0, used = 0; i < 100; i++)
		used += (size_t)snprintf(rules + used, sizeof(rules) - used,
			"rule r%zu { condition: filesize == 1 }\n", i);
	use(rules);
	scan_as(str_bytes(STR("x")), "a", 0);
	assert_int_equal(result.count, FINDING_MATCHES);
	assert_int_equal(result.total, 100);
	scan("x");
	assert_int_equal(result.count, 100);
}

static void time_runs_out(void **state)
{
	(void)state;
	use("rule a { strings: $a = \"one\" condition: $a }");
	struct object_name object = {0};
	assert_int_equal(
		matcher_scan(matcher, str_bytes(STR("one")), &object, 0, 0, &result), E_TIMEOUT);
	assert_int_equal(
		matcher_scan(matcher, str_bytes(STR("two")), &object, 0, 0, &result), E_OK);
}

/* Patterns at the ends, over the borders of pieces, and with a NUL in front. */
static void where_patterns_stand(void **state)
{
	(void)state;
	use("rule a { strings: $a = \"needle\" xor condition: $a }\n"
	    "rule b { strings: $a = { 00 00 6e 65 65 64 } condition: $a }\n"
	    "rule c { strings: $a = /need[a-z]e/ wide condition: $a }\n");
	enum {
		SIZE = 200000
	};
	uint8_t *content = malloc(SIZE);
	assert_non_null(content);
	for (size_t at = 0; at + 6 <= SIZE; at += at < 70 || at > SIZE - 70 ? 1 : 32749) {
		memset(content, 1, SIZE);
		for (int i = 0; i < 6; i++)
			content[at + (size_t)i] = (uint8_t)("needle"[i] ^ 0x55);
		assert_string_equal(scan_as((struct bytes){content, SIZE}, "a", 0), "a ");
	}
	memset(content, 0, SIZE);
	memcpy(content + SIZE - 4, "need", 4);
	assert_string_equal(scan_as((struct bytes){content, SIZE}, "a", 0), "b ");
	memcpy(content + SIZE - 12, "n\0e\0e\0d\0l\0e\0", 12);
	assert_string_equal(scan_as((struct bytes){content, SIZE}, "a", 0), "c ");
	free(content);
}

/* Vectorscan 5.4.9 overlooked the second text in half of all places in memory. */
static void wherever_content_stands(void **state)
{
	(void)state;
	use("rule a { strings: $a = \"aaaaaaaa19c\" xor condition: $a }\n"
	    "rule b { strings: $a = \"GET --\\x00C9\\xc1\" xor(0-22) condition: $a }\n");
	if (engine_facts(engine).guarded == 0)
		skip();
	static const uint8_t content[] = "{ cz<_PAsswORD9_\x1f"
					 "0000{]kernel32.dll;\0\00"
					 "0123:y{1{_(90y.cx\0ca09/C\xed$A\x85z\xbc"
					 "c0\xd6"
					 "A--Ca%1c4 {b0hGET --\0C9\xc1"
					 "AAAAA{a;[cCaybC ";
	uint8_t *memory = malloc(64 + sizeof(content));
	assert_non_null(memory);
	for (size_t at = 0; at < 64; at++) {
		memcpy(memory + at, content, sizeof(content) - 1);
		assert_string_equal(
			scan_as((struct bytes){memory + at, sizeof(content) - 1}, "a", 0), "b ");
	}
	free(memory);
}

/* Where libyara has found four bytes of a wide xored text, it takes the text in plain letters, too.
 */
static void wide_xored_texts(void **state)
{
	(void)state;
	use("rule a { strings: $a = \"B\\x00\\x00\" wide xor condition: $a }\n");
	assert_string_equal(
		scan_as((struct bytes){(const uint8_t *)"C31B\0\0\0pass", 11}, "a", 0), "a ");
}

/* --- lists --- */

static void take_hex(const char *hex, uint8_t *bytes)
{
	for (size_t i = 0; hex[2 * i]; i++)
		bytes[i] =
			(uint8_t)strtoul((const char[]){hex[2 * i], hex[2 * i + 1], 0}, NULL, 16);
}

static void use_lists(void)
{
	static struct pack_hash hashes[5];
	static const struct pack_indicator indicators[] = {
		{INDICATOR_FILE, STR_INIT("Evil.exe"), STR_INIT("evil name"), 1},
		{INDICATOR_FILE, STR_INIT("/tmp/.x11/*.sh"), STR_INIT("evil path"), 1},
		{INDICATOR_FILE, STR_INIT("kdevtmp?s*"), STR_INIT("miner"), 1},
		{INDICATOR_DOMAIN, STR_INIT("evil.exe"), STR_INIT("no file"), 1}};
	static const struct pack_set sets[] = {
		{.name = STR_INIT("none")}, {.name = STR_INIT("lists"), .author = STR_INIT("Ann")}};
	hashes[0] = (struct pack_hash){DIGEST_MD5, {0}, 3, STR("abc of three"), 1};
	take_hex("900150983cd24fb0d6963f7d28e17f72", hashes[0].digest);
	hashes[1] = (struct pack_hash){DIGEST_MD5, {0}, 4, STR("abc of four"), 1};
	take_hex("900150983cd24fb0d6963f7d28e17f72", hashes[1].digest);
	hashes[2] = (struct pack_hash){DIGEST_SHA1, {0}, 5, STR("hello"), 1};
	take_hex("aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d", hashes[2].digest);
	hashes[3] = (struct pack_hash){DIGEST_SHA256, {0}, 0, STR("hello of any size"), 1};
	take_hex("2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
		hashes[3].digest);
	use_pack(&(struct pack){.sets = sets,
		.set_count = 2,
		.hashes = hashes,
		.hash_count = 4,
		.indicators = indicators,
		.indicator_count = 4});
}

static void hashes_apply(void **state)
{
	(void)state;
	use_lists();
	assert_int_equal(engine_facts(engine).hashes, 4);
	assert_string_equal(scan("abc"), "abc of three ");
	assert_true(str_equal(result.matches[0].set, STR("lists")));
	assert_true(str_equal(result.matches[0].author, STR("Ann")));
	assert_true(str_equal(result.md5, STR("900150983cd24fb0d6963f7d28e17f72")));
	assert_int_equal(result.sha1.size, 0); /* none of that size */
	assert_int_equal(result.sha256.size, 64);
	assert_string_equal(scan("hello"), "hello hello of any size ");
	assert_int_equal(result.md5.size, 0);
	assert_int_equal(result.sha1.size, 40);
	assert_string_equal(scan("hellp"), "");
	assert_string_equal(scan_as(str_bytes(STR("hello")), "a", MATCH_NO_HASH), "");
	assert_int_equal(result.sha256.size, 0);
}

static void names_apply(void **state)
{
	(void)state;
	use_lists();
	struct bytes content = str_bytes(STR("x"));
	assert_string_equal(scan_as(content, "evil.EXE", 0), "evil name ");
	assert_string_equal(scan_as(content, "evil.exe2", 0), "");
	assert_string_equal(scan_as(content, "/tmp/.x11/a.sh", 0), "evil path ");
	assert_string_equal(scan_as(content, "/tmp/.X11/a.sh", 0), "");
	assert_string_equal(scan_as(content, "/tmp/.x11/a.shx", 0), "");
	assert_string_equal(scan_as(content, "kdevtmpfsi", 0), "miner ");
	assert_string_equal(scan_as(content, "kdevtmps", 0), "");
}

/* --- kept --- */

static void saved_and_loaded(void **state)
{
	(void)state;
	struct writer w, again;
	use_lists();
	writer_init(&w, 1 << 26);
	writer_init(&again, 1 << 26);
	assert_int_equal(engine_save(engine, &w), E_OK);
	struct engine *loaded;
	assert_int_equal(engine_load(writer_view(&w), &loaded), E_OK);
	assert_int_equal(engine_save(loaded, &again), E_OK);
	assert_int_equal(w.size, again.size);
	assert_memory_equal(w.data, again.data, w.size);
	assert_int_equal(engine_facts(loaded).hashes, 4);
	engine_free(loaded);
	/* another version of anything it was made with */
	uint8_t *yara = memmem(w.data, w.size, "yara ", 5);
	assert_non_null(yara);
	yara[5]++;
	assert_int_equal(engine_load(writer_view(&w), &loaded), E_VERSION);
	yara[5]--;
	for (size_t size = 0; size < w.size; size += 1 + w.size / 300) {
		enum err err = engine_load((struct bytes){w.data, size}, &loaded);
		assert_true(err == E_CORRUPT || err == E_VERSION);
	}
	writer_release(&w);
	writer_release(&again);
}

/* Used where it stands, or copied where that is not aligned: the same is found. */
static void wherever_an_engine_stands(void **state)
{
	(void)state;
	struct writer w;
	use("rule text { strings: $a = \"hello\" nocase condition: $a }\n"
	    "rule bytes { strings: $a = { 00 5C 64 0A 2E } condition: $a }\n"
	    "rule expression { strings: $a = /[a-z]{3}=[0-9]{4};/ condition: $a }\n"
	    "rule xored { strings: $a = \"something long\" xor(3) condition: $a }\n");
	writer_init(&w, 1 << 26);
	assert_int_equal(engine_save(engine, &w), E_OK);
	uint8_t *room = aligned_alloc(64, (w.size + 128) / 64 * 64);
	assert_non_null(room);
	for (size_t at = 0; at < 64; at += 9) {
		memcpy(room + at, w.data, w.size);
		matcher_free(matcher);
		engine_free(engine);
		assert_int_equal(engine_load((struct bytes){room + at, w.size}, &engine), E_OK);
		assert_int_equal(matcher_new(engine, &matcher), E_OK);
		assert_string_equal(scan("x HeLLo y"), "text ");
		assert_string_equal(scan("abc=1234;"), "expression ");
		assert_string_equal(scan("plnfwkjmd#olmd"), "xored ");
		assert_string_equal(
			scan_as(str_bytes(STR("MZ\0\\d\n.hello")), "a", MATCH_ALL), "text bytes ");
		assert_string_equal(scan("hell abc=12a4;"), "");
	}
	matcher_free(matcher);
	engine_free(engine);
	matcher = NULL;
	engine = NULL;
	free(room);
	writer_release(&w);
}

static int tear_down(void **state)
{
	(void)state;
	matcher_free(matcher);
	engine_free(engine);
	matcher = NULL;
	engine = NULL;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_apply),
		cmocka_unit_test(each_namespace_by_itself),
		cmocka_unit_test(faulty_rules_are_left_out),
		cmocka_unit_test(without_strings_no_pass),
		cmocka_unit_test(an_entry_point_is_of_its_file),
		cmocka_unit_test(many_matches_are_counted),
		cmocka_unit_test(time_runs_out),
		cmocka_unit_test(where_patterns_stand),
		cmocka_unit_test(wherever_content_stands),
		cmocka_unit_test(wide_xored_texts),
		cmocka_unit_test(hashes_apply),
		cmocka_unit_test(names_apply),
		cmocka_unit_test(saved_and_loaded),
		cmocka_unit_test(wherever_an_engine_stands),
	};
	return cmocka_run_group_tests(tests, NULL, tear_down);
}
