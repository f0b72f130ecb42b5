/* SPDX-License-Identifier: Apache-2.0 */
/* Two versions of a text beside each other. */
#include "desk/site_compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

enum {
	ARENA = 256 << 20,
	SAID = 512
};

/* "=a ~b/c -d +e": what became of the lines. */
static void expect(const char *left, const char *right, const char *rows_wanted)
{
	static const char signs[] = {[COMPARE_SAME] = '=',
		[COMPARE_CHANGED] = '~',
		[COMPARE_REMOVED] = '-',
		[COMPARE_ADDED] = '+'};
	struct arena arena;
	const struct compare_row *rows;
	size_t count;
	char said[SAID] = "";
	size_t at = 0;
	arena_init(&arena, ARENA);
	assert_int_equal(
		compare_texts(str_from(left), str_from(right), &arena, &rows, &count), E_OK);
	for (size_t i = 0; i < count; i++) {
		struct str one = rows[i].left_line ? rows[i].left : rows[i].right;
		struct str other = rows[i].kind == COMPARE_CHANGED ? rows[i].right : STR("");
		at += (size_t)snprintf(said + at, sizeof(said) - at, "%s%c%.*s%s%.*s", i ? " " : "",
			signs[rows[i].kind], STR_ARG(one), other.size ? "/" : "", STR_ARG(other));
	}
	assert_string_equal(said, rows_wanted);
	arena_release(&arena);
}

static void lines_that_went_and_came(void **state)
{
	(void)state;
	expect("", "", "");
	expect("a\nb\n", "a\nb\n", "=a =b");
	expect("a\nb", "a\nb\n", "=a =b");
	expect("", "a\n", "+a");
	expect("a\n", "", "-a");
	expect("a\nb\nc\n", "a\nx\nc\n", "=a ~b/x =c");
	expect("a\nc\n", "a\nb\nc\n", "=a +b =c");
	expect("a\nb\nc\n", "a\nc\n", "=a -b =c");
	expect("a\nb\n", "x\ny\nz\n", "~a/x ~b/y +z");
	/* The five of the paper's own example. */
	expect("a\nb\nc\na\nb\nb\na\n", "c\nb\na\nb\na\nc\n", "-a -b =c +b =a =b -b =a +c");
}

static void numbers_count_each_side(void **state)
{
	struct arena arena;
	const struct compare_row *rows;
	size_t count;
	(void)state;
	arena_init(&arena, ARENA);
	assert_int_equal(
		compare_texts(STR("a\nb\nc"), STR("b\nc\nd"), &arena, &rows, &count), E_OK);
	assert_int_equal(count, 4);
	assert_int_equal(rows[0].left_line, 1);
	assert_int_equal(rows[0].right_line, 0);
	assert_int_equal(rows[1].left_line, 2);
	assert_int_equal(rows[1].right_line, 1);
	assert_int_equal(rows[3].right_line, 3);
	arena_release(&arena);
}

static void within_a_line_whole_characters(void **state)
{
	(void)state;
	/* ạ and à share their first bytes. */
	struct compare_middle m = compare_line(STR("Quét sạch máy"), STR("Quét sàch máy"));
	assert_true(str_equal(m.before, STR("Quét s")));
	assert_true(str_equal(m.left, STR("ạ")));
	assert_true(str_equal(m.right, STR("à")));
	assert_true(str_equal(m.after, STR("ch máy")));
	m = compare_line(STR("aa"), STR("aaa"));
	assert_int_equal(m.left.size, 0);
	assert_true(str_equal(m.right, STR("a")));
	m = compare_line(STR(""), STR("x"));
	assert_true(str_equal(m.right, STR("x")));
}

static char many[2 * (COMPARE_LINES + 1)];
static char others[2 * (COMPARE_LINES + 1)];

static void too_much_is_changed_or_refused(void **state)
{
	struct arena arena;
	const struct compare_row *rows;
	size_t count;
	(void)state;
	arena_init(&arena, ARENA);
	for (size_t i = 0; i < sizeof(many); i += 2) {
		memcpy(many + i, "a\n", 2);
		memcpy(others + i, i % 4 ? "a\n" : "b\n", 2);
	}
	const struct str left = {many, 2 * COMPARE_LINES};
	const struct str right = {others, 2 * COMPARE_LINES};
	assert_int_equal(compare_texts(left, right, &arena, &rows, &count), E_OK);
	assert_int_equal(rows[0].kind, COMPARE_CHANGED);
	assert_int_equal(count, COMPARE_LINES);
	assert_int_equal(
		compare_texts((struct str){many, sizeof(many)}, right, &arena, &rows, &count),
		E_LIMIT);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_that_went_and_came),
		cmocka_unit_test(numbers_count_each_side),
		cmocka_unit_test(within_a_line_whole_characters),
		cmocka_unit_test(too_much_is_changed_or_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
