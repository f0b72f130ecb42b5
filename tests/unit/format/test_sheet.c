/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/sheet.h"

static enum err take(void *context, uint32_t number, const struct sheet_cell *cells, size_t count)
{
	struct writer *w = context;
	sheet_row_write(w, number, cells, count);
	return writer_end(w);
}

/* "B3=x" for each cell, from the form between processes. */
static void assert_rows(struct str csv, const char *expected)
{
	static struct sheet_cell cells[512];
	struct writer bytes, text;
	struct cursor c;
	struct problem problem;
	assert_int_equal(sizeof(cells) / sizeof(cells[0]), LIMIT_SHEET_COLUMNS);
	writer_init(&bytes, 1 << 20);
	writer_init(&text, 1 << 20);
	assert_int_equal(sheet_read_csv(csv, take, &bytes, &problem), E_OK);
	cursor_init(&c, writer_view(&bytes));
	while (cursor_left(&c) > 0) {
		uint32_t number;
		size_t count;
		assert_int_equal(sheet_row_read(&c, cells, &number, &count), E_OK);
		for (size_t i = 0; i < count; i++) {
			writer_sheet_address(&text, number, cells[i].column);
			writer_char(&text, '=');
			writer_str(&text, cells[i].text);
			writer_char(&text, ' ');
		}
	}
	writer_char(&text, '\0');
	assert_string_equal((const char *)text.data, expected);
	writer_release(&bytes);
	writer_release(&text);
}

static void addresses(void **state)
{
	static const struct {
		uint32_t row, column;
		const char *text;
	} cases[] = {{1, 0, "A1"}, {12, 1, "B12"}, {3, 25, "Z3"}, {3, 26, "AA3"}, {9, 701, "ZZ9"},
		{1048576, 16383, "XFD1048576"}};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct writer w;
		writer_init(&w, 64);
		writer_sheet_address(&w, cases[i].row, cases[i].column);
		assert_true(str_equal(writer_view_str(&w), str_from(cases[i].text)));
		writer_release(&w);
	}
}

static void rows_of_csv(void **state)
{
	(void)state;
	assert_rows(STR("\xEF\xBB\xBF"
			"a,b\r\n\r\n, x ,\"y,\"\"z\"\n"),
		"A1=a B1=b B3=x C3=y,\"z ");
	assert_rows(STR("a;b,c;d\n1;2"), "A1=a B1=b,c C1=d A2=1 B2=2 ");
	assert_rows(STR("a\tb\n"), "A1=a B1=b ");
	assert_rows(STR(""), "");
}

static void bad_csv(void **state)
{
	struct problem problem;
	struct writer w;
	char wide[1024];
	(void)state;
	writer_init(&w, 1 << 20);
	assert_int_equal(sheet_read_csv(STR("a\n\xff\n"), take, &w, &problem), E_SYNTAX);
	assert_int_equal(problem.code, PROBLEM_BAD_UTF8);
	assert_int_equal(problem.line, 2);
	memset(wide, ',', sizeof(wide));
	wide[sizeof(wide) - 1] = 'x';
	assert_int_equal(
		sheet_read_csv((struct str){wide, sizeof(wide)}, take, &w, &problem), E_LIMIT);
	assert_int_equal(problem.code, PROBLEM_TOO_MANY_COLUMNS);
	assert_int_equal(sheet_read_csv(STR("a,\"b\n"), take, &w, &problem), E_SYNTAX);
	writer_release(&w);
}

static void assert_bad(uint32_t number, const struct sheet_cell *cells, size_t count)
{
	static struct sheet_cell got[512];
	struct writer w;
	struct cursor c;
	uint32_t number_got;
	size_t count_got;
	writer_init(&w, 1 << 20);
	sheet_row_write(&w, number, cells, count);
	cursor_init(&c, writer_view(&w));
	assert_int_not_equal(sheet_row_read(&c, got, &number_got, &count_got), E_OK);
	writer_release(&w);
}

static void lies_between_processes(void **state)
{
	const struct sheet_cell twice[] = {{1, SHEET_TEXT, STR("a")}, {1, SHEET_TEXT, STR("b")}};
	const struct sheet_cell far = {512, SHEET_TEXT, STR("a")};
	const struct sheet_cell kind = {0, SHEET_KIND__COUNT, STR("a")};
	const struct sheet_cell empty = {0, SHEET_TEXT, STR("")};
	const struct sheet_cell bytes = {0, SHEET_TEXT, STR("\xff")};
	(void)state;
	assert_bad(1, twice, 2);
	assert_bad(0, twice, 1);
	assert_bad(UINT32_MAX, twice, 1);
	assert_bad(1, twice, 0);
	assert_bad(1, &far, 1);
	assert_bad(1, &kind, 1);
	assert_bad(1, &empty, 1);
	assert_bad(1, &bytes, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses),
		cmocka_unit_test(rows_of_csv),
		cmocka_unit_test(bad_csv),
		cmocka_unit_test(lies_between_processes),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
