/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "format/csv.h"

/* What came of an input, one line a row: fields between '<' and '>', or '!' and the problem with
 * its line. */
static void show_row(struct writer *w, const struct csv_row *row)
{
	for (uint32_t i = 0; i < row->count; i++) {
		writer_char(w, '<');
		writer_str(w, csv_field(row, i));
		writer_char(w, '>');
	}
	writer_char(w, '@');
	writer_decimal(w, row->line);
	writer_char(w, '+');
	writer_decimal(w, row->offset);
	writer_char(w, '\n');
}

static void show_problem(struct writer *w, const struct problem *problem)
{
	writer_char(w, '!');
	writer_str(w, problem_code_name(problem->code));
	writer_char(w, '@');
	writer_decimal(w, problem->line);
	writer_char(w, '\n');
}

/* The bytes the reader is done with when its window is window[0 … size). */
static size_t read_window(struct csv *c, struct str window, bool last, struct writer *w)
{
	struct csv_row row;
	struct problem problem;
	enum err err = E_OK;
	/* Exactly as large as the window, so that a read past it is seen. */
	char *copy = malloc(window.size + 1);
	assert_non_null(copy);
	memcpy(copy, window.data, window.size);
	csv_window(c, (struct str){copy, window.size}, last);
	while (err == E_OK || err == E_SYNTAX) {
		err = csv_next(c, &row, &problem);
		if (err == E_OK)
			show_row(w, &row);
		else if (err == E_SYNTAX)
			show_problem(w, &problem);
	}
	assert_int_equal(err, E_TRUNCATED);
	free(copy);
	return csv_used(c);
}

/* The input in pieces of `step` bytes. */
static void read_all(struct str input, size_t step, struct writer *w)
{
	struct csv c;
	size_t used = 0;
	size_t known = 0;
	csv_init(&c, ',');
	do {
		known = input.size - known > step ? known + step : input.size;
		struct str window = {input.data + used, known - used};
		used += read_window(&c, window, known == input.size, w);
	} while (known < input.size);
	assert_int_equal(used, input.size);
	csv_release(&c);
}

static void check(struct str input, const char *expected)
{
	struct writer w;
	writer_init(&w, (size_t)1 << 20);
	for (size_t step = 1; step < 80; step += step < 8 ? 1 : 24) {
		writer_clear(&w);
		read_all(input, step, &w);
		writer_char(&w, '\0');
		assert_string_equal((const char *)w.data, expected);
	}
	writer_release(&w);
}

static void test_plain(void **state)
{
	(void)state;
	check(STR("a,b\nc,d\n"), "<a><b>@1+0\n<c><d>@2+4\n");
	check(STR("a,b\r\nc,d\r\n"), "<a><b>@1+0\n<c><d>@2+5\n");
	check(STR("a,b"), "<a><b>@1+0\n");
	check(STR("a,b\r"), "<a><b>@1+0\n");
	check(STR(",\n,,\n"), "<><>@1+0\n<><><>@2+2\n");
	check(STR("\n\r\nx"), "<>@1+0\n<>@2+1\n<x>@3+3\n");
	check(STR("a\rb,c\n"), "<a\rb><c>@1+0\n");
	check(STR(""), "");
}

static void test_quotes(void **state)
{
	(void)state;
	check(STR("\"a\",\"b\"\n"), "<a><b>@1+0\n");
	check(STR("\"a,b\",c\n"), "<a,b><c>@1+0\n");
	check(STR("\"a\nb\",c\r\nd,e"), "<a\nb><c>@1+0\n<d><e>@3+9\n");
	check(STR("\"a\r\nb\"\n"), "<a\r\nb>@1+0\n");
	check(STR("\"a\"\"b\",\"\"\n\"\"\"\"\n"), "<a\"b><>@1+0\n<\">@2+10\n");
	check(STR("\"\"\"a\"\"\",1\n"), "<\"a\"><1>@1+0\n");
	check(STR("\"a\""), "<a>@1+0\n");
	check(STR("\"a\"\r"), "<a>@1+0\n");
	check(STR("\"a\",\"\"\r\n"), "<a><>@1+0\n");
}

/* A quote inside an unquoted field is text, and does not hide the separators after it. */
static void test_stray_quotes(void **state)
{
	(void)state;
	check(STR("5\" disk,a\nb,c\n"), "<5\" disk><a>@1+0\n<b><c>@2+10\n");
	check(STR("a\"b\"c,d\n\"x\",y\n"), "<a\"b\"c><d>@1+0\n<x><y>@2+8\n");
	check(STR("a,b\"\nc,d\ne,f\n"), "<a><b\">@1+0\n<c><d>@2+5\n<e><f>@3+9\n");
}

static void test_bad_quotes(void **state)
{
	(void)state;
	check(STR("a,\"b\nc,d\n"), "!BAD_QUOTE@1\n<c><d>@2+5\n");
	check(STR("\"a\"b,c\nd,e\n"), "!BAD_QUOTE@1\n<d><e>@2+7\n");
	check(STR("x\n\"a\nb\",\"c\nd,e\n"), "<x>@1+0\n!BAD_QUOTE@3\n<d><e>@4+11\n");
	check(STR("\""), "!BAD_QUOTE@1\n");
	check(STR("\"a\"\"\nb\n"), "!BAD_QUOTE@1\n<b>@2+5\n");
}

static void test_nul(void **state)
{
	(void)state;
	check(STR("a,b\nc\0,d\ne,f\n"), "<a><b>@1+0\n!NUL_BYTE@2\n<e><f>@3+9\n");
	check(STR("\"a\"\"\0\",d\ne,f\n"), "!NUL_BYTE@1\n<e><f>@2+9\n");
}

static void check_long(struct str start, size_t fill, const char *expected)
{
	struct writer input;
	struct writer w;
	writer_init(&input, (size_t)8 << 20);
	writer_init(&w, (size_t)8 << 20);
	writer_str(&input, start);
	memset(writer_reserve(&input, fill), 'x', fill);
	writer_text(&input, "\na,b\n");
	read_all(writer_view_str(&input), (size_t)700 << 10, &w);
	writer_char(&w, '\0');
	/* A row that fits is shown, all of it. */
	if (expected)
		assert_string_equal((const char *)w.data, expected);
	else
		assert_true(w.size > fill);
	writer_release(&input);
	writer_release(&w);
}

static void test_long_rows(void **state)
{
	(void)state;
	check_long(STR("1,"), LIMIT_ROW_BYTES - 2, NULL);
	check_long(STR("1,"), LIMIT_ROW_BYTES - 1, "!ROW_TOO_LONG@1\n<a><b>@2+1048578\n");
	check_long(STR("1,"), LIMIT_ROW_BYTES * 3, "!ROW_TOO_LONG@1\n<a><b>@2+3145731\n");
	check_long(STR("\"1,"), LIMIT_ROW_BYTES * 3, "!BAD_QUOTE@1\n<a><b>@2+3145732\n");
}

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 24;
}

/* Whatever the bytes: the same rows for every way to cut the input. */
static void test_any_cut(void **state)
{
	static const char alphabet[] = "a,b,\n\r\"\"x,,\n\"\",\0y";
	char input[600];
	uint32_t seed = 1;
	struct writer whole;
	struct writer cut;
	(void)state;
	writer_init(&whole, (size_t)1 << 20);
	writer_init(&cut, (size_t)1 << 20);
	for (int round = 0; round < 400; round++) {
		size_t size = next_random(&seed) * 2 + 1;
		for (size_t i = 0; i < size; i++)
			input[i] = alphabet[next_random(&seed) % (sizeof(alphabet) - 1)];
		writer_clear(&whole);
		writer_clear(&cut);
		read_all((struct str){input, size}, size, &whole);
		read_all((struct str){input, size}, 1 + next_random(&seed) % 70, &cut);
		assert_true(str_equal(writer_view_str(&whole), writer_view_str(&cut)));
	}
	writer_release(&whole);
	writer_release(&cut);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plain),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_stray_quotes),
		cmocka_unit_test(test_bad_quotes),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_long_rows),
		cmocka_unit_test(test_any_cut),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
