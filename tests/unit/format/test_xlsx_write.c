/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "format/xlsx_read.h"
#include "format/xlsx_write.h"

static const struct str columns[] = {STR_INIT("mã"), STR_INIT("tên"), STR_INIT("=x")};
static const struct str cells[] = {
	STR_INIT("007"),
	STR_INIT("Đặc khu <Phú & \"Quý\">"),
	STR_INIT("=1+1"),
	STR_INIT(" hai dòng\nở đây "),
	STR_INIT(""),
	STR_INIT("a\x01\r\xEF\xBF\xBFz"),
};

static const struct xlsx_sheet sheets[] = {
	{STR_INIT("Đơn vị"), columns, 3, cells, 2},
	{STR_INIT("Ví dụ"), columns, 1, cells, 1},
};

static enum err take(void *context, uint32_t number, const struct sheet_cell *row, size_t count)
{
	struct writer *w = context;
	for (size_t i = 0; i < count; i++) {
		writer_sheet_address(w, number, row[i].column);
		writer_char(w, row[i].kind == SHEET_TEXT ? ':' : '?');
		writer_str(w, row[i].text);
		writer_char(w, '|');
	}
	return E_OK;
}

static void read_back(struct str sheet, const char *expected)
{
	struct writer xlsx, text;
	struct problem problem;
	writer_init(&xlsx, 1 << 20);
	writer_init(&text, 1 << 16);
	assert_int_equal(xlsx_write(sheets, 2, &xlsx), E_OK);
	assert_int_equal(xlsx_read(writer_view(&xlsx), sheet, take, &text, &problem), E_OK);
	writer_char(&text, '\0');
	assert_string_equal((const char *)text.data, expected);
	writer_release(&xlsx);
	writer_release(&text);
}

static void test_every_cell_is_a_text(void **state)
{
	(void)state;
	read_back(STR(""), "A1:mã|B1:tên|C1:=x|A2:007|B2:Đặc khu <Phú & \"Quý\">|C2:=1+1|"
			   "A3: hai dòng\nở đây |C3:az|");
	read_back(STR("Ví dụ"), "A1:mã|A2:007|");
}

static void test_limits(void **state)
{
	(void)state;
	struct writer xlsx;
	char *longest = malloc(40000);
	assert_non_null(longest);
	memset(longest, 'x', 40000);
	const struct str cell = {longest, 40000};
	const struct xlsx_sheet sheet = {STR("x"), columns, 1, &cell, 1};
	writer_init(&xlsx, 1 << 20);
	assert_int_equal(xlsx_write(&sheet, 1, &xlsx), E_LIMIT);
	writer_clear(&xlsx);
	assert_int_equal(xlsx_write(sheets, 0, &xlsx), E_LIMIT);
	writer_release(&xlsx);
	writer_init(&xlsx, 100);
	assert_int_equal(xlsx_write(sheets, 2, &xlsx), E_LIMIT);
	writer_release(&xlsx);
	free(longest);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_cell_is_a_text),
		cmocka_unit_test(test_limits),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
