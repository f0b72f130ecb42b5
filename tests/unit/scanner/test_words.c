/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "program/wrap.h"
#include "scanner/words.h"

static void holds(struct writer *w, const char *expected)
{
	assert_int_equal(writer_end(w), E_OK);
	if (!str_equal(writer_view_str(w), str_from(expected)))
		fail_msg("got “%.*s”, expected “%s”", STR_ARG(writer_view_str(w)), expected);
	writer_release(w);
}

static void shown(const char *bytes, size_t size, const char *expected)
{
	struct writer w;
	writer_init(&w, 4096);
	write_shown(&w, (struct str){bytes, size});
	holds(&w, expected);
}
#define SHOWN(literal, expected) shown(literal, sizeof(literal) - 1, expected)

static void names_that_mislead(void **state)
{
	(void)state;
	SHOWN("có dấu.txt", "có dấu.txt");
	SHOWN("a\u202Egpj.exe", "a\\u{202E}gpj.exe");
	SHOWN("\u200Bx\u2066y\uFEFF", "\\u{200B}x\\u{2066}y\\u{FEFF}");
	SHOWN("a\u00ADb\U000E0041", "a\\u{0AD}b\\u{E0041}");
	SHOWN("\x1b[2J\n", "\\x1b[2J\\x0a");
	SHOWN("\xff\xe2\x80", "\\xff\\xe2\\x80");
	SHOWN("\0x", "\\x00x");
}

static void places_within(void **state)
{
	struct writer w;
	(void)state;
	writer_init(&w, 4096);
	write_where(&w, STR("/a.zip"), STR(" → b"));
	writer_char(&w, '|');
	write_where(&w, STR("/a.zip"), STR("→ b"));
	writer_char(&w, '|');
	write_where(&w, STR("/a"), STR(""));
	holds(&w, "/a.zip → b|/a.zip → b|/a");
}

static void amounts(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *shown;
	} sizes[] = {{0, "0 B"}, {999, "999 B"}, {1000, "1,0 KB"}, {9949, "9,9 KB"},
		{9951, "10 KB"}, {999600, "1,0 MB"}, {1234567890, "1,2 GB"},
		{UINT64_MAX, "18.447 PB"}};
	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct writer w;
		writer_init(&w, 4096);
		write_size(&w, LANG_VI, sizes[i].bytes);
		holds(&w, sizes[i].shown);
	}
}

static void times(void **state)
{
	static const struct {
		double seconds;
		const char *shown;
	} spans[] = {{0, "0.0 s"}, {0.44, "0.4 s"}, {9.94, "9.9 s"}, {9.96, "10 s"}, {59.4, "59 s"},
		{59.6, "1 min 0 s"}, {3599, "59 min 59 s"}, {3600, "1 h 0 min"},
		{90061, "25 h 1 min"}};
	(void)state;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		struct writer w;
		writer_init(&w, 4096);
		write_time(&w, LANG_EN, spans[i].seconds);
		holds(&w, spans[i].shown);
	}
}

static void columns(void **state)
{
	(void)state;
	assert_int_equal(text_columns(STR("Việt")), 4);
	assert_int_equal(text_columns(STR("Vie\u0323\u0302t")), 4);
	assert_int_equal(text_columns(STR("漢字.txt")), 8);
	assert_int_equal(text_columns(STR("ＡＢ")), 4);
	assert_int_equal(text_columns(STR("→ …")), 3);
	assert_int_equal(text_columns(STR("")), 0);
}

static void wrapped(const char *words, size_t indent, size_t width, const char *expected)
{
	struct writer w;
	writer_init(&w, 4096);
	write_wrapped(&w, str_from(words), indent, width);
	holds(&w, expected);
}

static void lines_of_a_width(void **state)
{
	(void)state;
	wrapped("mã độc lây vào máy", 2, 10, "  mã độc\n  lây vào\n  máy\n");
	wrapped("mã độc lây vào máy", 2, 0, "  mã độc lây vào máy\n");
	wrapped("averylongwordthatdoesnotfit x", 0, 8, "averylongwordthatdoesnotfit\nx\n");
	wrapped("", 2, 10, "  \n");
	wrapped("a", 20, 10, "                    a\n");
}

static void explained(const char *word, const char *words, const char *expected)
{
	struct writer w;
	writer_init(&w, 4096);
	write_explained(&w, str_from(word), str_from(words), 8, 20);
	holds(&w, expected);
}

static void words_beside_what_they_explain(void **state)
{
	(void)state;
	explained("--ưu", "nêu được hai lần", "  --ưu  nêu được hai\n        lần\n");
	explained("--ưua", "một", "  --ưua\n        một\n");
	explained("", "một", "        một\n");
}

static void cut(const char *path, size_t width, const char *expected)
{
	struct writer w;
	writer_init(&w, 4096);
	write_cut(&w, str_from(path), width);
	holds(&w, expected);
}

static void ends_of_paths(void **state)
{
	(void)state;
	cut("/usr/bin/ls", 11, "/usr/bin/ls");
	cut("/usr/bin/ls", 10, "…sr/bin/ls");
	cut("/usr/bin/ls", 1, "…");
	cut("/usr/bin/ls", 0, "");
	cut("/漢字", 4, "…字");
}

static void advice(void **state)
{
	enum message list[TODO_MOST];
	(void)state;
	assert_int_equal(todo_list(true, false, false, true, list), 1);
	assert_int_equal(list[0], MESSAGE_SCAN_TODO_KEEP);
	size_t most = todo_list(true, true, true, false, list);
	assert_in_range(most, 5, TODO_MOST);
	assert_int_equal(list[0], MESSAGE_SCAN_TODO_OPEN);
	assert_int_equal(list[most - 1], MESSAGE_SCAN_TODO_AGAIN);
	assert_true(str_equal(family_shown(STR("mirai")), STR("Mirai")));
	assert_true(str_equal(family_shown(STR("nobody-knows")), STR("nobody-knows")));
	assert_int_equal(family_about(STR("nobody-knows"), LANG_VI).size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_that_mislead),
		cmocka_unit_test(places_within),
		cmocka_unit_test(amounts),
		cmocka_unit_test(times),
		cmocka_unit_test(columns),
		cmocka_unit_test(lines_of_a_width),
		cmocka_unit_test(words_beside_what_they_explain),
		cmocka_unit_test(ends_of_paths),
		cmocka_unit_test(advice),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
