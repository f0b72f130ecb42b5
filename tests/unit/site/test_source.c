/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "site/source.h"

static struct arena arena;

#define assert_str(got, expected) assert_true(str_equal(got, STR(expected)))

static void an_article(void **state)
{
	(void)state;
	struct article a;
	struct problem p;
	struct str text = STR("# SPDX-License-Identifier: Apache-2.0\n"
			      "title: Ra quân\nkind: release\n"
			      "summary: Hôm nay chiến dịch\n    bắt đầu: ba bước.\n"
			      "date: 2020-09-22\n\n\n    mã: thụt lề\n\nHai.\n\n");
	assert_int_equal(article_read(text, &arena, &a, &p), E_OK);
	assert_str(a.title, "Ra quân");
	assert_int_equal(a.kind, ARTICLE_RELEASE);
	assert_str(a.body, "    mã: thụt lề\n\nHai.");
	assert_int_equal(a.published.seconds, 1600732800);
	assert_int_equal(a.key.size + a.version, 0);
}

/* A tab inside a value is a control character. */
static void a_tab_inside(void **state)
{
	(void)state;
	struct article a;
	struct problem p;
	assert_int_equal(article_read(STR("title: a\tb\nkind: page\nsummary: s\n"), &arena, &a, &p),
		E_SYNTAX);
	assert_int_equal(p.code, PROBLEM_CONTROL_CHARACTER);
}

static void as_windows_writes_it(void **state)
{
	(void)state;
	struct article a;
	struct problem p;
	struct str text = STR("\xef\xbb\xbftitle: T\r\nkind: page\r\nsummary: S\r\n  s\r\n\r\n"
			      "Một\r\nHai\r\n");
	assert_int_equal(article_read(text, &arena, &a, &p), E_OK);
	assert_str(a.title, "T");
	assert_str(a.summary, "S s");
	assert_str(a.body, "Một\nHai");
	assert_int_equal(a.published.seconds, 0);
}

struct bad {
	const char *text;
	enum problem_code code;
	uint64_t line;
	const char *field;
};

static void bad_articles(void **state)
{
	(void)state;
	static const struct bad samples[] = {
		{"", PROBLEM_NO_FIELD, 0, "title"},
		{"title: T\nkind: page\n", PROBLEM_NO_FIELD, 0, "summary"},
		{"title: T\ntitle: U\n", PROBLEM_TWICE_FIELD, 2, "title"},
		{"title:\nkind: page\nsummary: s\n", PROBLEM_NO_FIELD, 1, "title"},
		{"title: T\nkind: poem\nsummary: s\n", PROBLEM_BAD_FIELD, 2, "kind"},
		{"title: T\nKind: page\n", PROBLEM_UNKNOWN_FIELD, 2, ""},
		{"# only\n<html>\n", PROBLEM_NOT_A_FIELD, 2, ""},
		{" title: T\n", PROBLEM_NO_FIELD, 0, "kind"},
		{"title: T\nkind: page\nsummary: s\ndate: 2020-02-30\n", PROBLEM_BAD_FIELD, 4,
			"date"},
		{"title: T\nkind: page\nsummary: s\ndate: 9999-01-01\n", PROBLEM_BAD_FIELD, 4,
			"date"},
		{"title: \xff\nkind: page\n", PROBLEM_CONTROL_CHARACTER, 1, "title"},
		{"title: a\n  b\x01\nkind: page\n", PROBLEM_CONTROL_CHARACTER, 1, "title"},
		{"title: T\nkind: page\nsummary: s\n\nok\nbad \xc3(\n", PROBLEM_CONTROL_CHARACTER,
			6, "text"},
		{"title: T\nkind: page\nsummary: s\n\n\n\x0c\n", PROBLEM_CONTROL_CHARACTER, 6,
			"text"},
	};
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct article a;
		struct problem p;
		assert_int_equal(article_read(str_from(samples[i].text), &arena, &a, &p), E_SYNTAX);
		assert_int_equal(p.code, samples[i].code);
		assert_int_equal(p.line, samples[i].line);
		assert_true(str_equal(problem_field(&p), str_from(samples[i].field)));
	}
}

/* Lines of one value are bounded together, not each by itself. */
static void too_long(void **state)
{
	(void)state;
	struct writer w;
	struct article a;
	struct problem p;
	writer_init(&w, 1 << 20);
	writer_text(&w, "title: T\nkind: page\nsummary: s\n");
	for (int i = 0; i < 100; i++)
		writer_text(&w, "  123456789012345678901234567890123456789012345\n");
	assert_int_equal(article_read(writer_view_str(&w), &arena, &a, &p), E_SYNTAX);
	assert_int_equal(p.code, PROBLEM_FIELD_TOO_LONG);
	assert_int_equal(p.limit, LIMIT_SITE_TEXT);
	writer_clear(&w);
	writer_text(&w, "title: T\nkind: page\nsummary: s\n\n");
	for (uint64_t i = 0; i <= LIMIT_SITE_BODY; i++)
		writer_char(&w, 'x');
	assert_int_equal(article_read(writer_view_str(&w), &arena, &a, &p), E_SYNTAX);
	assert_int_equal(p.code, PROBLEM_FIELD_TOO_LONG);
	assert_int_equal(p.limit, LIMIT_SITE_BODY);
	writer_release(&w);
}

#define TOOL_HEAD                                                                                  \
	"name: N\nmaker-vi: M\nmaker-en: M\npurpose-vi: P\npurpose-en: P\n"                        \
	"about-vi: A\nabout-en: A\n"
#define SUM "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

static void a_tool(void **state)
{
	(void)state;
	struct tool t;
	struct problem p;
	assert_int_equal(tool_read(STR(TOOL_HEAD "\nplatforms: windows, linux ,ios\nsize: 12\n"
						 "sha256: " SUM "\nfile: n.exe\nhotline: 1900 1\n"),
				 &arena, &t, &p),
		E_OK);
	assert_int_equal(t.platforms, TOOL_WINDOWS | TOOL_LINUX | TOOL_IOS);
	assert_int_equal(t.size, 12);
	assert_str(t.file, "n.exe");
	assert_int_equal(t.url.size, 0);
}

static void bad_tools(void **state)
{
	(void)state;
	static const struct bad samples[] = {
		{"name: N\n", PROBLEM_NO_FIELD, 0, "maker-vi"},
		{TOOL_HEAD "platforms: windows amiga\n", PROBLEM_BAD_FIELD, 8, "platforms"},
		{TOOL_HEAD "platforms: ,\n", PROBLEM_BAD_FIELD, 8, "platforms"},
		{TOOL_HEAD "platforms: ios\nurl: http://a.vn\n", PROBLEM_BAD_FIELD, 9, "url"},
		{TOOL_HEAD "platforms: ios\nsize: 0\n", PROBLEM_BAD_FIELD, 9, "size"},
		{TOOL_HEAD "platforms: ios\nsize: 99999999999999999999\n", PROBLEM_BAD_FIELD, 9,
			"size"},
		{TOOL_HEAD "platforms: ios\nsha256: 12\n", PROBLEM_BAD_FIELD, 9, "sha256"},
		{TOOL_HEAD "platforms: ios\nmail: nobody\n", PROBLEM_BAD_FIELD, 9, "mail"},
		{TOOL_HEAD "platforms: ios\nhotline: call us\n", PROBLEM_BAD_FIELD, 9, "hotline"},
		{TOOL_HEAD "platforms: ios\nfile: ../../x\n", PROBLEM_BAD_FIELD, 9, "file"},
		{TOOL_HEAD "platforms: ios\nfile: x\nurl: https://a.vn\n", PROBLEM_FIELDS_CLASH, 9,
			"file"},
		{TOOL_HEAD "platforms: ios\nfile: x\n", PROBLEM_NO_FIELD, 0, "size"},
		{TOOL_HEAD "platforms: ios\nfile: x\nsize: 1\n", PROBLEM_NO_FIELD, 0, "sha256"},
	};
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		struct tool t;
		struct problem p;
		assert_int_equal(tool_read(str_from(samples[i].text), &arena, &t, &p), E_SYNTAX);
		assert_int_equal(p.code, samples[i].code);
		assert_int_equal(p.line, samples[i].line);
		assert_true(str_equal(problem_field(&p), str_from(samples[i].field)));
	}
}

/* What is written is read again as it was, and written again the same. */
static void there_and_back(void **state)
{
	(void)state;
	struct article a;
	struct tool t;
	struct problem p;
	struct writer w, again;
	writer_init(&w, 1 << 16);
	writer_init(&again, 1 << 16);
	const struct article article = {.title = STR("T: t"),
		.kind = ARTICLE_POST,
		.summary = STR("s"),
		.body = STR("- a\n- b"),
		.published = {1600732801}};
	article_write(&w, &article);
	assert_int_equal(article_read(writer_view_str(&w), &arena, &a, &p), E_OK);
	assert_int_equal(a.published.seconds, 1600732801);
	article_write(&again, &a);
	assert_true(str_equal(writer_view_str(&w), writer_view_str(&again)));
	assert_str(a.body, "- a\n- b");
	assert_int_equal(tool_read(STR(TOOL_HEAD "platforms: ios,macos\nurl: https://a.vn/\n"),
				 &arena, &t, &p),
		E_OK);
	writer_clear(&w);
	writer_clear(&again);
	tool_write(&w, &t);
	assert_int_equal(tool_read(writer_view_str(&w), &arena, &t, &p), E_OK);
	tool_write(&again, &t);
	assert_true(str_equal(writer_view_str(&w), writer_view_str(&again)));
	writer_release(&w);
	writer_release(&again);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_article),
		cmocka_unit_test(a_tab_inside),
		cmocka_unit_test(as_windows_writes_it),
		cmocka_unit_test(bad_articles),
		cmocka_unit_test(too_long),
		cmocka_unit_test(a_tool),
		cmocka_unit_test(bad_tools),
		cmocka_unit_test(there_and_back),
	};
	arena_init(&arena, 1 << 24);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
