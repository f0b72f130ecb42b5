/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/plot.h"
#include "report/series_chart.h"

enum {
	NOT_KNOWN = SITE_NOT_KNOWN,
	MANY = 5000
};

struct fixture {
	struct arena arena;
	struct writer w;
	struct html h;
	struct chart chart;
};

static int set_up(void **state)
{
	static struct fixture f;
	f = (struct fixture){0};
	arena_init(&f.arena, (size_t)1 << 24);
	writer_init(&f.w, (size_t)1 << 20);
	html_init_piece(&f.h, &f.w);
	*state = &f;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *f = *state;
	arena_release(&f->arena);
	writer_release(&f->w);
	return 0;
}

static struct series_values of(const int64_t *counts, size_t days)
{
	return (struct series_values){counts, days, {2020, 10, 1}};
}
#define VALUES(...) of((const int64_t[]){__VA_ARGS__}, sizeof((int64_t[]){__VA_ARGS__}) / 8)

static const struct series_look card = {
	.lang = LANG_VI, .width = 340, .height = 130, .title = STR_INIT("T"), .id = STR_INIT("c")};

static const struct mark *first_of(const struct chart *c, enum mark_kind kind)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->marks[i].kind == kind)
			return &c->marks[i];
	return NULL;
}

static bool says(const struct chart *c, const char *words)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->marks[i].kind == MARK_TEXT && str_equal(c->marks[i].text, str_from(words)))
			return true;
	return false;
}

/* All that is drawn is finite and in the box, words cover no other words. */
static void is_tidy(const struct chart *c)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct mark *m = &c->marks[i];
		for (size_t j = 0; j < m->count; j++) {
			struct point p = m->points[j];
			assert_true(isnan(p.y) ||
				    (p.x >= 0 && p.x <= c->width && p.y >= 0 && p.y <= c->height));
		}
		if (m->kind != MARK_TEXT)
			continue;
		struct box a = plot_box(m);
		assert_true(a.left >= 0 && a.right <= c->width && a.top >= 0);
		assert_true(a.bottom <= c->height);
		for (size_t j = 0; j < i; j++) {
			if (c->marks[j].kind != MARK_TEXT)
				continue;
			struct box b = plot_box(&c->marks[j]);
			assert_true(a.right <= b.left || b.right <= a.left || a.bottom <= b.top ||
				    b.bottom <= a.top);
		}
	}
}

static void spark(struct fixture *f, struct series_values values)
{
	assert_int_equal(sparkline_build(&f->arena, &values, &card, &f->chart), E_OK);
	is_tidy(&f->chart);
}

/* --- facts --- */

static void facts_leave_out_what_is_not_known(void **state)
{
	(void)state;
	struct series_facts facts;
	struct series_values values = VALUES(NOT_KNOWN, 5, NOT_KNOWN, 9, 9, 0, NOT_KNOWN);
	assert_true(series_facts(&values, &facts));
	assert_int_equal(facts.first, 1);
	assert_int_equal(facts.last, 5);
	assert_int_equal(facts.most, 9);
	assert_int_equal(facts.most_day, 3);
	assert_int_equal(facts.latest, 0);
	struct date day = series_date(&values, 31);
	assert_true(day.month == 11 && day.day == 1);
}

static void nothing_known_is_no_chart(void **state)
{
	struct fixture *f = *state;
	struct series_values none = VALUES(NOT_KNOWN, NOT_KNOWN);
	struct series_values empty = {NULL, 0, {2020, 10, 1}};
	const struct time_line what = {.look = card, .goal = NAN};
	assert_int_equal(sparkline_build(&f->arena, &none, &card, &f->chart), E_NOTFOUND);
	assert_int_equal(sparkline_build(&f->arena, &empty, &card, &f->chart), E_NOTFOUND);
	assert_int_equal(time_line_build(&f->arena, &empty, &what, &f->chart), E_NOTFOUND);
}

/* --- sparkline --- */

static void a_sparkline_as_svg(void **state)
{
	struct fixture *f = *state;
	spark(f, VALUES(2014512, 1800000, NOT_KNOWN, 1300000, 1052479));
	chart_write_svg(&f->h, &f->chart);
	assert_int_equal(html_end(&f->h), E_OK);
	writer_char(&f->w, '\0');
	assert_string_equal((const char *)f->w.data,
		"<svg class=\"chart\" viewBox=\"0 0 340 130\" role=\"img\" "
		"aria-labelledby=\"chart-c-title chart-c-desc\"><title "
		"id=\"chart-c-title\">T</title>"
		"<desc id=\"chart-c-desc\">Từ ngày 01/10/2020 đến ngày 05/10/2020. Cao nhất: "
		"2.014.512, ngày 01/10/2020. Ngày cuối: 1.052.479.</desc>"
		"<path class=\"mark-area mark-main\" d=\"M0 107.9l0-83.2 83.5 8.9 0 74.3zM250.5 "
		"107.9l0-53.7 83.5 10.2 0 43.5z\"></path>"
		"<path class=\"mark-line mark-main\" stroke-width=\"2.5\" d=\"M0 24.7l83.5 "
		"8.9M250.5 "
		"54.2l83.5 10.2\"></path>"
		"<path class=\"mark-line mark-soft mark-faint\" stroke-width=\"1\" d=\"M0 "
		"107.9l340 "
		"0\"></path>"
		"<circle class=\"mark-dot mark-accent\" cx=\"334\" cy=\"64.4\" r=\"4.5\"></circle>"
		"<text class=\"mark-text mark-soft\" x=\"0\" y=\"16.9\" font-size=\"13\">cao nhất "
		"2.014.512</text>"
		"<text class=\"mark-text mark-soft\" x=\"340\" y=\"124.8\" font-size=\"13\" "
		"text-anchor=\"end\">05/10/2020</text>"
		"<text class=\"mark-text mark-soft\" x=\"0\" y=\"124.8\" "
		"font-size=\"13\">01/10/2020</text></svg>");
}

static void hostile_series_are_drawn(void **state)
{
	struct fixture *f = *state;
	spark(f, VALUES(7));
	assert_true(says(&f->chart, "01/10/2020"));
	spark(f, VALUES(0, 0, 0));
	assert_true(says(&f->chart, "cao nhất 0"));
	spark(f, VALUES(5, 5, 5, 5));
	spark(f, VALUES(1000000000000, 1, INT64_MAX));
	spark(f, VALUES(NOT_KNOWN, 3, NOT_KNOWN, 4, NOT_KNOWN));
	spark(f, VALUES(-5, -1, 3, INT64_MIN));
}

static void a_single_day_is_a_dot_at_the_end(void **state)
{
	struct fixture *f = *state;
	spark(f, VALUES(NOT_KNOWN, 7));
	const struct mark *dot = first_of(&f->chart, MARK_DOT);
	assert_non_null(dot);
	assert_true(dot->points[0].x > 330 && dot->points[0].x < 340);
}

static void many_days_are_means(void **state)
{
	struct fixture *f = *state;
	static int64_t counts[MANY];
	for (size_t i = 0; i < MANY; i++)
		counts[i] = i == 1234 ? 900 : 100;
	counts[4000] = NOT_KNOWN;
	spark(f, of(counts, MANY));
	const struct mark *line = first_of(&f->chart, MARK_LINE);
	assert_non_null(line);
	assert_true(line->count <= SERIES_POINTS);
	/* A day that is not known among known ones leaves a mean. */
	for (size_t i = 0; i < line->count; i++)
		assert_false(isnan(line->points[i].y));
	assert_true(says(&f->chart, "cao nhất 900"));
}

/* Wherever the largest day is and however narrow the chart. */
static void words_keep_apart(void **state)
{
	struct fixture *f = *state;
	for (double width = 60; width < 900; width *= 1.5)
		for (size_t most = 0; most < 30; most++) {
			int64_t counts[30];
			struct series_look look = card;
			look.width = width;
			for (size_t i = 0; i < 30; i++)
				counts[i] = i == most ? 123456789012 : 100000000000;
			struct series_values values = of(counts, 30);
			arena_clear(&f->arena);
			assert_int_equal(
				sparkline_build(&f->arena, &values, &look, &f->chart), E_OK);
			is_tidy(&f->chart);
		}
}

/* --- time line --- */

static const struct time_band bands[] = {
	{{2020, 10, 3}, {2020, 10, 20}, CHART_MAIN, STR_INIT("trong chiến dịch")},
	{{2020, 10, 12}, {2020, 10, 12}, CHART_ACCENT, STR_INIT("nguồn tin im")},
	{{2020, 10, 14}, {2020, 10, 25}, CHART_ACCENT, STR_INIT("x")},
	{{1999, 1, 1}, {2000, 1, 1}, CHART_SEEN, STR_INIT("trước")},
	{{2019, 1, 1}, {2030, 1, 1}, CHART_SOFT, STR_INIT("")},
};

static void a_time_line_has_axes_goal_and_bands(void **state)
{
	struct fixture *f = *state;
	int64_t counts[60];
	for (int i = 0; i < 60; i++)
		counts[i] = 2000000 - 17000 * i;
	struct series_values values = of(counts, 60);
	struct time_line what = {.look = card,
		.goal = 1000000,
		.goal_label = STR("mục tiêu −50 %"),
		.bands = bands,
		.band_count = 5};
	what.look.width = 720;
	what.look.height = 320;
	assert_int_equal(time_line_build(&f->arena, &values, &what, &f->chart), E_OK);
	is_tidy(&f->chart);
	assert_true(says(&f->chart, "500 nghìn"));
	assert_true(says(&f->chart, "2 triệu"));
	assert_true(says(&f->chart, "1/10"));
	assert_true(says(&f->chart, "mục tiêu −50 %"));
	assert_true(says(&f->chart, "trong chiến dịch"));
	assert_true(says(&f->chart, "997.000"));
	assert_false(says(&f->chart, "trước"));
	assert_false(says(&f->chart, "nguồn tin im"));
}

static void hostile_time_lines_are_tidy(void **state)
{
	struct fixture *f = *state;
	static const double goals[] = {NAN, 0, -5, 1, 1e12, 1e300, INFINITY};
	static const int64_t tops[] = {0, 1, 7, 1000, 1052479, 1000000000000};
	for (size_t goal = 0; goal < 7; goal++)
		for (size_t top = 0; top < 6; top++)
			for (size_t days = 1; days < 900; days = days * 2 + 1) {
				int64_t counts[900];
				for (size_t i = 0; i < days; i++)
					counts[i] = i % 7 == 5 ? NOT_KNOWN : tops[top];
				struct series_values values = of(counts, days);
				struct time_line what = {.look = card,
					.goal = goals[goal],
					.goal_label = STR("mục tiêu"),
					.bands = bands,
					.band_count = 5};
				what.look.height = 260;
				arena_clear(&f->arena);
				assert_int_equal(
					time_line_build(&f->arena, &values, &what, &f->chart),
					E_OK);
				is_tidy(&f->chart);
			}
}

#define IT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IT(facts_leave_out_what_is_not_known),
		IT(nothing_known_is_no_chart),
		IT(a_sparkline_as_svg),
		IT(hostile_series_are_drawn),
		IT(a_single_day_is_a_dot_at_the_end),
		IT(many_days_are_means),
		IT(words_keep_apart),
		IT(a_time_line_has_axes_goal_and_bands),
		IT(hostile_time_lines_are_tidy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
