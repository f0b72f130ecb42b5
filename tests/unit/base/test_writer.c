/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/cursor.h"
#include "base/writer.h"

typedef void write_fn(struct writer *w, struct str s);

static void writes(write_fn *fn, struct str input, const char *expected)
{
	struct writer w;
	writer_init(&w, 1000);
	fn(&w, input);
	assert_true(str_equal(writer_view_str(&w), str_from(expected)));
	writer_release(&w);
}

static void json_escapes(void **state)
{
	(void)state;
	writes(writer_json, STR("Quét \"Sạch\"\\\n\x01"), "\"Quét \\\"Sạch\\\"\\\\\\n\\u0001\"");
	writes(writer_json, STR("\xC3\x28"), "\"\xEF\xBF\xBD(\"");
	writes(writer_json, STR("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

static void csv_quotes_and_disarms_formulas(void **state)
{
	(void)state;
	writes(writer_csv, STR("plain"), "plain");
	writes(writer_csv, STR("a,b"), "\"a,b\"");
	writes(writer_csv, STR("say \"hi\""), "\"say \"\"hi\"\"\"");
	writes(writer_csv, STR("=1+1"), "\"'=1+1\"");
}

static void terminal_sees_no_control_characters(void **state)
{
	(void)state;
	writes(writer_printable, STR("a\x1b[31mb\xC2\x9B\xFF"), "a\\x1b[31mb\\xc2\\x9b\\xff");
}

static void utf8_bounds(void **state)
{
	(void)state;
	assert_int_equal(utf8_length(STR("\xF0\x90\x80\x80")), 4);
	assert_int_equal(utf8_length(STR("\xF4\x90\x80\x80")), 0);
	assert_int_equal(utf8_length(STR("\xC0\x80")), 0);
	assert_int_equal(utf8_length(STR("\xE1\xBA")), 0);
	assert_int_equal(utf8_length(STR("\xE1\xBA\xA1")), 3);
}

static void errors_stick(void **state)
{
	(void)state;
	struct writer w;
	writer_init(&w, 4);
	writer_text(&w, "abcd");
	assert_int_equal(writer_end(&w), E_OK);
	writer_char(&w, 'e');
	assert_int_equal(writer_end(&w), E_LIMIT);
	writer_clear(&w);
	writer_text(&w, "ok");
	assert_int_equal(writer_end(&w), E_OK);
	writer_release(&w);
}

static void cursor_reads_what_writer_wrote(void **state)
{
	(void)state;
	struct writer w;
	struct cursor c;
	writer_init(&w, 1000);
	writer_u16(&w, 0xBEEF);
	writer_u64(&w, UINT64_C(0x0123456789ABCDEF));
	writer_string(&w, STR("text"));
	cursor_init(&c, writer_view(&w));
	assert_int_equal(cursor_u16(&c), 0xBEEF);
	assert_int_equal(cursor_u64(&c), UINT64_C(0x0123456789ABCDEF));
	assert_true(str_equal(cursor_string(&c, 4), STR("text")));
	assert_int_equal(cursor_end(&c), E_OK);
	assert_int_equal(cursor_u8(&c), 0);
	assert_int_equal(cursor_end(&c), E_TRUNCATED);
	cursor_init(&c, writer_view(&w));
	(void)cursor_take(&c, 10);
	assert_int_equal(cursor_string(&c, 3).size, 0);
	assert_int_equal(cursor_end(&c), E_LIMIT);
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(json_escapes),
		cmocka_unit_test(csv_quotes_and_disarms_formulas),
		cmocka_unit_test(terminal_sees_no_control_characters),
		cmocka_unit_test(utf8_bounds),
		cmocka_unit_test(errors_stick),
		cmocka_unit_test(cursor_reads_what_writer_wrote),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
