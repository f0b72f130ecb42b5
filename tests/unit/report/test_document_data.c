/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "format/json.h"
#include "report/document.h"

static void is(void (*write)(struct writer *w, const struct table *t), const struct table *t,
	const char *expected)
{
	struct writer w;
	writer_init(&w, (size_t)1 << 20);
	write(&w, t);
	writer_char(&w, '\0');
	assert_int_equal(writer_end(&w), E_OK);
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
}

static const struct column columns[] = {
	{STR_INIT("name"), STR_INIT("Tên"), false, false},
	{STR_INIT("rate_end"), STR_INIT("Tỷ lệ"), true, true},
	{STR_INIT("day"), STR_INIT("Ngày"), false, false},
};

static void all_kinds_of_cells(void **state)
{
	(void)state;
	const struct cell cells[] = {
		{.kind = CELL_TEXT, .text = STR("VNPT \"A\", Hà Nội")},
		{.kind = CELL_SHARE, .decimals = 1, .number = {0.478, 0.41, 1.0 / 3}},
		{.kind = CELL_DATE, .date = {2020, 9, 2}},
		{.kind = CELL_TEXT},
		{.kind = CELL_SMALL},
		{.kind = CELL_NOT_KNOWN},
		{.kind = CELL_NOT_KNOWN},
		{.kind = CELL_COUNT, .number = {1052479, NAN, NAN}},
		{.kind = CELL_COUNT, .number = {NAN, NAN, NAN}},
	};
	const struct table t = {STR("holders"), STR("Nhà mạng"), columns, 3, cells, 3};
	is(table_write_csv, &t,
		"\uFEFFname,rate_end,rate_end_low,rate_end_high,day\r\n"
		"\"VNPT \"\"A\"\", Hà Nội\",0.478,0.41,0.3333333333333333,2020-09-02\r\n"
		"\"\",<10,,,\r\n"
		",1052479,,,\r\n");
	is(table_write_json, &t,
		"{\"key\":\"holders\",\"title\":\"Nhà mạng\",\"rows\":["
		"{\"name\":\"VNPT \\\"A\\\", Hà Nội\",\"rate_end\":0.478,\"rate_end_low\":0.41,"
		"\"rate_end_high\":0.3333333333333333,\"day\":\"2020-09-02\"},"
		"{\"name\":\"\",\"rate_end\":\"<10\",\"rate_end_low\":null,"
		"\"rate_end_high\":null,\"day\":null},"
		"{\"name\":null,\"rate_end\":1052479,\"rate_end_low\":null,"
		"\"rate_end_high\":null,\"day\":null}]}\n");
}

static void no_rows(void **state)
{
	(void)state;
	const struct table t = {STR("k"), STR("T"), columns, 1, NULL, 0};
	is(table_write_csv, &t, "\uFEFFname\r\n");
	is(table_write_json, &t, "{\"key\":\"k\",\"title\":\"T\",\"rows\":[]}\n");
}

static void names_are_never_formulas(void **state)
{
	(void)state;
	static const struct {
		struct str name;
		const char *field;
	} cases[] = {
		{STR_INIT("=cmd|'/c calc'!A1"), "\"'=cmd|'/c calc'!A1\""},
		{STR_INIT("+1"), "\"'+1\""},
		{STR_INIT("-1+1"), "\"'-1+1\""},
		{STR_INIT("@SUM(A1)"), "\"'@SUM(A1)\""},
		{STR_INIT("  =1"), "\"  '=1\""},
		{STR_INIT("\t=1"), "\" '=1\""},
		{STR_INIT("\r\n=1"), "\"  '=1\""},
		{STR_INIT("＝1"), "\"'＝1\""},
		{STR_INIT("a;=1"), "\"a;'=1\""},
		{STR_INIT("a\";=1"), "\"a\"\";'=1\""},
		{STR_INIT("a,@b"), "\"a,'@b\""},
		{STR_INIT("a\n=1"), "\"a =1\""},
		{STR_INIT("a=b-c"), "\"a=b-c\""},
		{STR_INIT("\xff="), "\"\uFFFD=\""},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char expected[100] = "\uFEFFname\r\n";
		const struct cell cell = {.kind = CELL_TEXT, .text = cases[i].name};
		const struct table t = {STR("k"), STR("T"), columns, 1, &cell, 1};
		size_t size = strlen(expected);
		memcpy(expected + size, cases[i].field, strlen(cases[i].field));
		memcpy(expected + size + strlen(cases[i].field), "\r\n", 3);
		is(table_write_csv, &t, expected);
	}
}

static void numbers_have_all_their_digits(void **state)
{
	(void)state;
	static const struct {
		double value;
		const char *digits;
	} cases[] = {
		{0, "0"},
		{-0.0, "0"},
		{-0.0454, "-0.0454"},
		{0.1 + 0.2, "0.30000000000000004"},
		{2014512, "2014512"},
		{1e-7, "1e-07"},
		{1.7976931348623157e308, "1.7976931348623157e+308"},
		{5e-324, "4.94065645841247e-324"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char expected[100] = "\uFEFFname\r\n";
		const struct cell cell = {
			.kind = CELL_COUNT, .number = estimate_exact(cases[i].value)};
		const struct table t = {STR("k"), STR("T"), columns, 1, &cell, 1};
		size_t size = strlen(expected);
		memcpy(expected + size, cases[i].digits, strlen(cases[i].digits));
		memcpy(expected + size + strlen(cases[i].digits), "\r\n", 3);
		is(table_write_csv, &t, expected);
	}
}

/* Whatever a name is, the whole is JSON. */
static void hostile_names_stay_in_their_string(void **state)
{
	(void)state;
	const struct cell cell = {.kind = CELL_TEXT, .text = STR("\"}]\\\x01\xff</script>\n")};
	const struct table t = {STR("k"), STR("\"]}"), columns, 1, &cell, 1};
	struct writer w;
	struct json j;
	struct json_token token;
	struct problem problem;
	unsigned strings = 0;
	writer_init(&w, (size_t)1 << 20);
	table_write_json(&w, &t);
	json_init(&j, writer_view_str(&w));
	do {
		assert_int_equal(json_next(&j, &token, &problem), E_OK);
		strings += token.kind == JSON_STRING;
	} while (token.kind != JSON_END);
	assert_int_equal(strings, 3);
	json_release(&j);
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_kinds_of_cells),
		cmocka_unit_test(no_rows),
		cmocka_unit_test(names_are_never_formulas),
		cmocka_unit_test(numbers_have_all_their_digits),
		cmocka_unit_test(hostile_names_stay_in_their_string),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
