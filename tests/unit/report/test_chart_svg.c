/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/chart.h"

static void becomes(const struct chart *chart, const char *expected)
{
	struct writer w;
	struct html h;
	writer_init(&w, (size_t)1 << 20);
	html_init_piece(&h, &w);
	chart_write_svg(&h, chart);
	assert_int_equal(html_end(&h), E_OK);
	writer_char(&w, '\0');
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
}

/* The marks in a chart with the shortest of names. */
static void marks_become(const struct mark *marks, size_t count, const char *expected)
{
	static const char head[] = "<svg class=\"chart\" viewBox=\"0 0 100 50.5\" role=\"img\" "
				   "aria-labelledby=\"chart-c-title chart-c-desc\"><title "
				   "id=\"chart-c-title\">T</title>"
				   "<desc id=\"chart-c-desc\">D</desc>";
	const struct chart chart = {.width = 100,
		.height = 50.5,
		.title = STR("T"),
		.description = STR("D"),
		.id = STR("c"),
		.marks = marks,
		.count = count};
	char whole[1000];
	size_t size = sizeof(head) - 1;
	assert_true(size + strlen(expected) + sizeof("</svg>") <= sizeof(whole));
	memcpy(whole, head, size);
	memcpy(whole + size, expected, strlen(expected));
	memcpy(whole + size + strlen(expected), "</svg>", sizeof("</svg>"));
	becomes(&chart, whole);
}

static void a_line_is_written_in_tenths(void **state)
{
	(void)state;
	static const struct point points[] = {
		{0, 10}, {1.25, 9.96}, {2.5, 10.04}, {100, -0.04}, {100.05, 3}};
	const struct mark line = {.kind = MARK_LINE, .points = points, .count = 5, .size = 2.5};
	marks_become(&line, 1,
		"<path class=\"mark-line mark-main\" stroke-width=\"2.5\" "
		"d=\"M0 10l1.3 0 1.2 0 97.5-10 .1 3\"></path>");
}

static void what_is_not_known_interrupts(void **state)
{
	(void)state;
	static const struct point points[] = {{0, 1}, {1, 2}, {2, NAN}, {3, 4}, {4, INFINITY},
		{5, 1e12}, {-INFINITY, 1}, {7, 8}, {8, 8}};
	struct mark mark = {.kind = MARK_LINE, .points = points, .count = 9, .size = 1, .base = 20};
	marks_become(&mark, 1,
		"<path class=\"mark-line mark-main\" stroke-width=\"1\" "
		"d=\"M0 1l1 1M3 4h0M7 8l1 0\"></path>");
	mark.kind = MARK_AREA;
	marks_become(&mark, 1,
		"<path class=\"mark-area mark-main\" d=\"M0 20l0-19 1 1 0 18zM7 20l0-12 1 0 0 "
		"12z\"></path>");
}

static void bars_dots_and_text(void **state)
{
	(void)state;
	static const struct point points[] = {{10, 20}, {5, 8}};
	static const struct point nowhere = {NAN, 1};
	const struct mark marks[] = {
		{.kind = MARK_BAR, .tone = CHART_SOFT, .points = points, .count = 2, .faint = true},
		{.kind = MARK_BAR, .points = points, .count = 1},
		{.kind = MARK_DOT, .tone = CHART_ACCENT, .points = points, .count = 1, .size = 4},
		{.kind = MARK_TEXT,
			.tone = CHART_INK,
			.points = points,
			.count = 1,
			.size = 12,
			.strong = true,
			.anchor = ANCHOR_END,
			.text = STR("<1.052.479>")},
		{.kind = MARK_TEXT, .points = &nowhere, .count = 1, .size = 12, .text = STR("x")}};
	marks_become(marks, 5,
		"<rect class=\"mark-bar mark-soft mark-faint\" x=\"5\" y=\"8\" width=\"5\" "
		"height=\"12\"></rect>"
		"<circle class=\"mark-dot mark-accent\" cx=\"10\" cy=\"20\" r=\"4\"></circle>"
		"<text class=\"mark-text mark-ink mark-strong\" x=\"10\" y=\"20\" font-size=\"12\" "
		"text-anchor=\"end\">&lt;1.052.479&gt;</text>");
}

static void shapes_covers_and_hollow_ones(void **state)
{
	(void)state;
	static const struct point points[] = {
		{1, 2}, {3, 2}, {3, 4}, {NAN, NAN}, {5, 5}, {NAN, NAN}, {7, 8}, {9, 8}};
	const struct mark marks[] = {
		{.kind = MARK_SHAPE, .points = points, .count = 8, .cover = .225},
		{.kind = MARK_BAR, .points = points, .count = 2, .size = 4, .cover = 1},
		{.kind = MARK_BAR,
			.tone = CHART_SOFT,
			.points = points,
			.count = 2,
			.cover = .6,
			.hollow = true},
		{.kind = MARK_LINE, .points = points, .count = 2, .size = 1, .cover = .05},
		{.kind = MARK_DOT,
			.tone = CHART_PAPER,
			.points = points,
			.count = 1,
			.size = 4,
			.cover = 1.5,
			.hollow = true}};
	marks_become(marks, 5,
		"<path class=\"mark-shape mark-main\" fill-opacity=\".23\" "
		"d=\"M1 2l2 0 0 2zM7 8l2 0z\"></path>"
		"<rect class=\"mark-bar mark-main\" fill-opacity=\"1\" x=\"1\" y=\"2\" "
		"width=\"2\" height=\"0\" rx=\"4\"></rect>"
		"<rect class=\"mark-bar mark-soft mark-hollow\" stroke-opacity=\".60\" x=\"1\" "
		"y=\"2\" width=\"2\" height=\"0\"></rect>"
		"<path class=\"mark-line mark-main\" stroke-opacity=\".05\" stroke-width=\"1\" "
		"d=\"M1 2l2 0\"></path>"
		"<circle class=\"mark-dot mark-paper mark-hollow\" cx=\"1\" cy=\"2\" "
		"r=\"4\"></circle>");
}

static void sizes_that_are_no_numbers_are_none(void **state)
{
	(void)state;
	static const struct point points[] = {{1, 1}, {2, 2}};
	const struct mark marks[] = {{.kind = MARK_LINE, .points = points, .count = 2, .size = NAN},
		{.kind = MARK_AREA, .points = points, .count = 2, .base = -INFINITY},
		{.kind = MARK_LINE, .points = NULL, .count = 0, .size = 1}};
	marks_become(marks, 3,
		"<path class=\"mark-line mark-main\" stroke-width=\"0\" d=\"M1 1l1 1\"></path>"
		"<path class=\"mark-area mark-main\" d=\"M1 0l0 1 1 1 0-2z\"></path>"
		"<path class=\"mark-line mark-main\" stroke-width=\"1\" d=\"\"></path>");
}

static void ids_follow_the_words(void **state)
{
	(void)state;
	struct chart chart = {.width = 1, .height = 1, .title = STR("a"), .description = STR("b")};
	becomes(&chart, "<svg class=\"chart\" viewBox=\"0 0 1 1\" role=\"img\" "
			"aria-labelledby=\"chart-1294271946-title chart-1294271946-desc\">"
			"<title id=\"chart-1294271946-title\">a</title>"
			"<desc id=\"chart-1294271946-desc\">b</desc></svg>");
}

static void text_is_guessed_rather_too_wide(void **state)
{
	(void)state;
	/* 9 letters and digits of Open Sans at 10: 5.72 each, stops 2.66. */
	double width = chart_text_width(STR("1.052.479"), 10);
	assert_true(width > 7 * 5.72 + 2 * 2.66 && width < 70);
	/* Characters are counted, not bytes. */
	assert_true(chart_text_width(STR("ộộ"), 10) < 14);
	assert_true(chart_text_width(STR(""), 10) == 0);
	assert_true(chart_text_width(STR("\xFF\xC3"), 10) > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_written_in_tenths),
		cmocka_unit_test(what_is_not_known_interrupts),
		cmocka_unit_test(bars_dots_and_text),
		cmocka_unit_test(shapes_covers_and_hollow_ones),
		cmocka_unit_test(sizes_that_are_no_numbers_are_none),
		cmocka_unit_test(ids_follow_the_words),
		cmocka_unit_test(text_is_guessed_rather_too_wide),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
