/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/evaluation_charts.h"
#include "report/plot.h"

enum {
	ROUNDS = 400, /* of random inputs, each in two widths */
	MOST = 60
};

struct fixture {
	struct arena arena;
	struct writer w;
	struct html h;
	struct chart chart;
	uint64_t state; /* of the generator */
};

static int set_up(void **state)
{
	static struct fixture f;
	f = (struct fixture){.state = 88172645463325252u};
	arena_init(&f.arena, (size_t)1 << 25);
	writer_init(&f.w, (size_t)1 << 22);
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

/* --- random inputs: xorshift64, the same every time --- */

static uint64_t any(struct fixture *f, uint64_t below)
{
	f->state ^= f->state << 13;
	f->state ^= f->state >> 7;
	f->state ^= f->state << 17;
	return f->state % below;
}

/* What a figure may be, and what it must never be. */
static double any_value(struct fixture *f, double high)
{
	static const double odd[] = {
		NAN, INFINITY, -INFINITY, 0, -1, 1e300, -1e300, 1e-300, 123456789012345.0};
	if (any(f, 8) == 0)
		return odd[any(f, sizeof(odd) / sizeof(odd[0]))];
	return high * (double)any(f, 1000000) / 1000000;
}

static struct estimate any_estimate(struct fixture *f, double high)
{
	struct estimate e = {any_value(f, high), NAN, NAN};
	if (any(f, 3) == 0)
		return e;
	e.low = e.value - any_value(f, high / 5);
	e.high = e.value + any_value(f, high / 5);
	return e;
}

static struct str any_words(struct fixture *f)
{
	static const struct str words[] = {STR_INIT("VNPT"), STR_INIT(""),
		STR_INIT("Công ty Cổ phần Hạ tầng Viễn thông và Dịch vụ Trực tuyến Miền Trung"),
		STR_INIT("Đà Nẵng"), STR_INIT("\xff\xfe\x80"), STR_INIT("trong chiến dịch"),
		STR_INIT("WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW"),
		STR_INIT("<script>&\"'"), STR_INIT(" ")};
	return words[any(f, sizeof(words) / sizeof(words[0]))];
}

static struct date any_day(struct fixture *f, unsigned span)
{
	struct instant t = date_instant((struct date){2020, 5, 4});
	t.seconds += ((int64_t)any(f, span) - (int64_t)span / 4) * SECONDS_PER_DAY;
	return instant_date(t);
}

static struct series_look look_of(struct fixture *f, double width)
{
	return (struct series_look){.lang = any(f, 2) ? LANG_VI : LANG_EN,
		.width = width,
		.title = STR("T"),
		.id = STR("c")};
}

/* --- what every chart must be --- */

static bool inside(const struct chart *c, struct point p)
{
	static const double rounding = 1e-6;
	return p.x >= -rounding && p.x <= c->width + rounding && p.y >= -rounding &&
	       p.y <= c->height + rounding;
}

static bool apart(struct box a, struct box b)
{
	return a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top;
}

static void words_are_tidy(const struct chart *c, size_t index)
{
	struct box box = plot_box(&c->marks[index]);
	assert_true(box.left >= 0 && box.right <= c->width + 1e-6);
	assert_true(box.top >= 0 && box.bottom <= c->height);
	for (size_t i = 0; i < index; i++)
		if (c->marks[i].kind == MARK_TEXT)
			assert_true(apart(box, plot_box(&c->marks[i])));
}

static void is_tidy(struct fixture *f, const struct chart *c)
{
	assert_true(isfinite(c->height) && c->height > 0 && c->height < 5000);
	assert_true(c->description.size > 10);
	for (size_t i = 0; i < c->count; i++) {
		const struct mark *m = &c->marks[i];
		for (size_t j = 0; j < m->count; j++)
			assert_true(isnan(m->points[j].y) || inside(c, m->points[j]));
		if (m->kind == MARK_TEXT)
			words_are_tidy(c, i);
	}
	writer_clear(&f->w);
	html_init_piece(&f->h, &f->w);
	chart_write_svg(&f->h, c);
	assert_int_equal(html_end(&f->h), E_OK);
}

static bool says(const struct chart *c, const char *words)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->marks[i].kind == MARK_TEXT && str_equal(c->marks[i].text, str_from(words)))
			return true;
	return false;
}

static void is_described(const struct chart *c, const char *words)
{
	struct str wanted = str_from(words);
	if (!str_equal(c->description, wanted))
		fail_msg("%.*s", STR_ARG(c->description));
}

static size_t count_of(const struct chart *c, enum mark_kind kind, bool hollow)
{
	size_t count = 0;
	for (size_t i = 0; i < c->count; i++)
		count += c->marks[i].kind == kind && c->marks[i].hollow == hollow;
	return count;
}

static const double widths[] = {720, 340};

/* Every size of arena that does not suffice is told, none ends otherwise. */
#define RUNS_OUT_OF_MEMORY(build, what)                                                            \
	do {                                                                                       \
		size_t limit = 1 << 10;                                                            \
		enum err err = E_NOMEM;                                                            \
		for (; err == E_NOMEM; limit += 1 << 10) {                                         \
			struct arena small;                                                        \
			struct chart chart;                                                        \
			arena_init(&small, limit);                                                 \
			err = build(&small, what, &chart);                                         \
			arena_release(&small);                                                     \
		}                                                                                  \
		assert_int_equal(err, E_OK);                                                       \
	} while (0)

/* --- gauge --- */

static const struct gauge unsaid = {
	.look = {.lang = LANG_VI, .width = 720, .title = STR_INIT("T"), .id = STR_INIT("c")},
	.reduction = {.478, .41, .541},
	.goal = .5,
	.verdict = VERDICT_CANNOT_BE_SAID};

static void a_gauge_says_all_in_words(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < 2; i++) {
		struct gauge what = unsaid;
		what.look.width = widths[i];
		assert_int_equal(gauge_build(&f->arena, &what, &f->chart), E_OK);
		is_tidy(f, &f->chart);
		assert_true(says(&f->chart, "Giảm 47,8\u00a0%"));
		assert_true(says(&f->chart, "khoảng tin cậy 95 %: 41,0\u00a0% – 54,1\u00a0%"));
		assert_true(says(&f->chart, "mục tiêu: giảm 50\u00a0%"));
		assert_true(says(&f->chart, "Chưa thể kết luận"));
		assert_true(says(&f->chart, "0\u00a0%"));
		assert_true(says(&f->chart, "−100\u00a0%"));
	}
	is_described(&f->chart,
		"Giảm 47,8\u00a0% (khoảng tin cậy 95 %: 41,0\u00a0% – 54,1\u00a0%); "
		"mục tiêu: giảm 50\u00a0%. Chưa thể kết luận.");
	RUNS_OUT_OF_MEMORY(gauge_build, &unsaid);
}

static void a_rise_is_no_fall(void **state)
{
	struct fixture *f = *state;
	struct gauge what = unsaid;
	what.reduction = (struct estimate){-.12, -.31, .05};
	what.verdict = VERDICT_NOT_MET;
	assert_int_equal(gauge_build(&f->arena, &what, &f->chart), E_OK);
	assert_true(says(&f->chart, "Tăng 12,0\u00a0%"));
	assert_true(says(&f->chart, "khoảng tin cậy 95 %: tăng 31,0\u00a0% – giảm 5,0\u00a0%"));
	assert_true(says(&f->chart, "Chưa đạt mục tiêu"));
	what.reduction = (struct estimate){-7, -9, -6};
	assert_int_equal(gauge_build(&f->arena, &what, &f->chart), E_OK);
	assert_true(says(&f->chart, "Tăng 700,0\u00a0%"));
	assert_true(says(&f->chart, "khoảng tin cậy 95 %: 600,0\u00a0% – 900,0\u00a0%"));
	assert_int_equal(count_of(&f->chart, MARK_SHAPE, false), 1);
}

static void what_is_not_known_has_no_bar(void **state)
{
	struct fixture *f = *state;
	struct gauge what = unsaid;
	what.reduction = ESTIMATE_UNKNOWN;
	assert_int_equal(gauge_build(&f->arena, &what, &f->chart), E_OK);
	assert_int_equal(count_of(&f->chart, MARK_BAR, false), 1); /* the ground */
	assert_true(says(&f->chart, "Chưa biết giảm hay tăng"));
	what.goal = NAN;
	assert_int_equal(gauge_build(&f->arena, &what, &f->chart), E_NOTFOUND);
}

static void any_gauge_is_tidy(void **state)
{
	struct fixture *f = *state;
	for (int round = 0; round < 2 * ROUNDS; round++) {
		struct gauge what = {.look = look_of(f, widths[round % 2]),
			.reduction = any_estimate(f, 1),
			.goal = any(f, 5) ? (double)any(f, 101) / 100 : any_value(f, 1),
			.verdict = (enum verdict)any(f, VERDICT__COUNT)};
		if (any(f, 3) == 0)
			what.reduction.value = -10 * what.reduction.value;
		arena_clear(&f->arena);
		enum err err = gauge_build(&f->arena, &what, &f->chart);
		if (err == E_OK)
			is_tidy(f, &f->chart);
		else
			assert_int_equal(err, E_NOTFOUND);
	}
}

/* --- pairs --- */

static const struct pair_row three[] = {
	{STR_INIT("Viettel"), {42, 38, 46}, {18.9, 16, 22}},
	{STR_INIT("VNPT"), {20.3, NAN, NAN}, {24.4, NAN, NAN}},
	{STR_INIT("FPT"), {NAN, NAN, NAN}, {10, 9, 11}},
};
static const struct pairs holders = {
	.look = {.lang = LANG_VI, .width = 720, .title = STR_INIT("T"), .id = STR_INIT("c")},
	.base_label = STR_INIT("trước"),
	.end_label = STR_INIT("sau"),
	.rows = three,
	.row_count = 3,
	.decimals = 1};

static void pairs_differ_by_shape(void **state)
{
	struct fixture *f = *state;
	assert_int_equal(pairs_build(&f->arena, &holders, &f->chart), E_OK);
	is_tidy(f, &f->chart);
	assert_true(says(&f->chart, "Viettel") && says(&f->chart, "42,0"));
	assert_true(says(&f->chart, "18,9") && says(&f->chart, "–"));
	assert_true(says(&f->chart, "trước") && says(&f->chart, "sau"));
	assert_int_equal(count_of(&f->chart, MARK_DOT, true), 3); /* the key's too */
	assert_int_equal(count_of(&f->chart, MARK_DOT, false), 4);
	is_described(&f->chart, "3 dòng, so “trước” với “sau”: 1 giảm, 1 tăng, 1 chưa biết. "
				"Giảm nhiều nhất: Viettel, từ 42,0 xuống 18,9.");
	RUNS_OUT_OF_MEMORY(pairs_build, &holders);
}

static void nothing_known_is_no_chart(void **state)
{
	struct fixture *f = *state;
	struct pair_row none = {STR("x"), ESTIMATE_UNKNOWN, ESTIMATE_UNKNOWN};
	struct pairs what = holders;
	what.rows = &none;
	what.row_count = 1;
	assert_int_equal(pairs_build(&f->arena, &what, &f->chart), E_NOTFOUND);
	what.row_count = 0;
	assert_int_equal(pairs_build(&f->arena, &what, &f->chart), E_NOTFOUND);
	const struct week_line weeks = {.look = holders.look};
	assert_int_equal(week_line_build(&f->arena, &weeks, &f->chart), E_NOTFOUND);
	const struct tile_map tiles = {.look = holders.look};
	assert_int_equal(tile_map_build(&f->arena, &tiles, &f->chart), E_NOTFOUND);
	const struct health_chart health = {.look = holders.look};
	assert_int_equal(health_chart_build(&f->arena, &health, &f->chart), E_NOTFOUND);
}

static void long_lists_point_to_the_table(void **state)
{
	struct fixture *f = *state;
	struct pair_row rows[MOST];
	struct pairs what = holders;
	for (size_t i = 0; i < MOST; i++)
		rows[i] = three[0];
	what.rows = rows;
	what.row_count = 40;
	assert_int_equal(pairs_build(&f->arena, &what, &f->chart), E_OK);
	assert_int_equal(count_of(&f->chart, MARK_DOT, true), 41);
	what.row_count = MOST;
	assert_int_equal(pairs_build(&f->arena, &what, &f->chart), E_OK);
	assert_true(says(&f->chart, "còn 20 dòng nữa trong bảng số liệu"));
	is_tidy(f, &f->chart);
}

static void any_pairs_are_tidy(void **state)
{
	struct fixture *f = *state;
	static const double highs[] = {1, 50, 2014512, 1e12};
	for (int round = 0; round < 2 * ROUNDS; round++) {
		struct pair_row rows[MOST];
		struct pairs what = {.look = look_of(f, widths[round % 2]),
			.base_label = any_words(f),
			.end_label = any_words(f),
			.rows = rows,
			.row_count = any(f, MOST),
			.decimals = (unsigned)any(f, 4)};
		double high = highs[any(f, 4)];
		for (size_t i = 0; i < what.row_count; i++)
			rows[i] = (struct pair_row){
				any_words(f), any_estimate(f, high), any_estimate(f, high)};
		arena_clear(&f->arena);
		enum err err = pairs_build(&f->arena, &what, &f->chart);
		if (err == E_OK)
			is_tidy(f, &f->chart);
		else
			assert_int_equal(err, E_NOTFOUND);
	}
}

/* --- weeks --- */

static struct date monday(size_t week)
{
	struct instant t = date_instant((struct date){2020, 5, 4});
	t.seconds += (int64_t)week * 7 * SECONDS_PER_DAY;
	return instant_date(t);
}

static const struct time_band bands[] = {
	{{2020, 5, 1}, {2020, 6, 14}, CHART_SOFT, STR_INIT("trước")},
	{{2020, 6, 15}, {2020, 7, 20}, CHART_MAIN, STR_INIT("trong chiến dịch")},
	{{2020, 6, 1}, {2020, 6, 2}, CHART_ACCENT, STR_INIT("nguồn tin im")},
	{{1990, 1, 1}, {1991, 1, 1}, CHART_SEEN, STR_INIT("đã lâu")},
	{{2020, 7, 1}, {2020, 6, 1}, CHART_MAIN, STR_INIT("ngược")},
};

static size_t runs_of(const struct mark *m)
{
	size_t runs = 0;
	for (size_t i = 0; i < m->count; i++)
		runs += !isnan(m->points[i].y) && (i == 0 || isnan(m->points[i - 1].y));
	return runs;
}

static const struct mark *last_line(const struct chart *c)
{
	const struct mark *line = NULL;
	for (size_t i = 0; i < c->count; i++)
		if (c->marks[i].kind == MARK_LINE && c->marks[i].count > 2 &&
			c->marks[i].tone == CHART_MAIN)
			line = &c->marks[i];
	return line;
}

static void weeks_keep_their_gaps(void **state)
{
	struct fixture *f = *state;
	struct week_result weeks[12];
	for (size_t i = 0; i < 12; i++) {
		double x = 2000000 - 100000 * (double)i;
		weeks[i] = (struct week_result){.monday = monday(i),
			.all = {x, x * .95, x * 1.05},
			.top = ESTIMATE_UNKNOWN,
			.expected = i < 6 ? NAN : 1900000};
	}
	weeks[3].all = ESTIMATE_UNKNOWN;
	weeks[11].monday = monday(14); /* three weeks are not there at all */
	struct week_line what = {.look = holders.look,
		.weeks = weeks,
		.week_count = 12,
		.expected_label = STR("nếu không có chiến dịch"),
		.bands = bands,
		.band_count = 5};
	assert_int_equal(week_line_build(&f->arena, &what, &f->chart), E_OK);
	is_tidy(f, &f->chart);
	const struct mark *line = last_line(&f->chart);
	assert_non_null(line);
	assert_int_equal(runs_of(line), 3);
	assert_true(says(&f->chart, "nếu không có chiến dịch"));
	assert_true(says(&f->chart, "nguồn tin im"));
	assert_true(says(&f->chart, "trong chiến dịch"));
	assert_false(says(&f->chart, "đã lâu"));
	assert_false(says(&f->chart, "ngược"));
	assert_true(says(&f->chart, "900.000"));
	assert_true(says(&f->chart, "0"));
	is_described(&f->chart,
		"Trung bình từng tuần, từ tuần 04/05/2020 đến tuần 10/08/2020: tuần đầu "
		"2.000.000, tuần cuối 900.000; cao nhất 2.000.000, tuần 04/05/2020. Ước tính nếu "
		"không có chiến dịch: 1.900.000 (tuần 10/08/2020).");
	RUNS_OUT_OF_MEMORY(week_line_build, &what);
	what.figure = WEEK_TOP;
	assert_int_equal(week_line_build(&f->arena, &what, &f->chart), E_NOTFOUND);
}

static void any_weeks_are_tidy(void **state)
{
	struct fixture *f = *state;
	static const double highs[] = {5, 900, 2014512, 1e12};
	for (int round = 0; round < 2 * ROUNDS; round++) {
		struct week_result weeks[MOST];
		struct time_band some[8];
		struct week_line what = {.look = look_of(f, widths[round % 2]),
			.figure = (enum week_figure)any(f, WEEK_FIGURE__COUNT),
			.weeks = weeks,
			.week_count = any(f, MOST),
			.expected_label = any_words(f),
			.bands = some,
			.band_count = any(f, 9)};
		double high = highs[any(f, 4)];
		bool orderly = any(f, 5) > 0;
		for (size_t i = 0; i < what.week_count; i++)
			weeks[i] = (struct week_result){
				.monday = orderly ? monday(i) : any_day(f, 40000),
				.all = any_estimate(f, high),
				.top = any_estimate(f, high),
				.expected = any_value(f, high),
				.blocklisted = any_value(f, high)};
		for (size_t i = 0; i < what.band_count; i++)
			some[i] = (struct time_band){any_day(f, 400), any_day(f, 400),
				(enum chart_tone)any(f, CHART_TONE__COUNT), any_words(f)};
		arena_clear(&f->arena);
		enum err err = week_line_build(&f->arena, &what, &f->chart);
		if (err == E_OK)
			is_tidy(f, &f->chart);
		else
			assert_int_equal(err, E_NOTFOUND);
	}
}

/* --- tiles --- */

static const struct region regions[] = {
	{.key = STR_INIT("01"),
		.name = {STR_INIT("Hà Nội"), STR_INIT("Hanoi")},
		.short_name = STR_INIT("HN"),
		.column = 2,
		.row = 2},
	{.key = STR_INIT("48"),
		.name = {STR_INIT("Đà Nẵng"), STR_INIT("Da Nang")},
		.short_name = STR_INIT("ĐN"),
		.column = 4,
		.row = 4},
	{.key = STR_INIT("48-HS"),
		.name = {STR_INIT("Hoàng Sa"), STR_INIT("Hoang Sa")},
		.short_name = STR_INIT("HS"),
		.column = 7,
		.row = 4,
		.part_of = STR_INIT("48")},
	{.key = STR_INIT("46"),
		.name = {STR_INIT("Huế"), STR_INIT("Hue")},
		.short_name = STR_INIT("Huế"),
		.column = 3,
		.row = 3},
	{.key = STR_INIT("04"),
		.name = {STR_INIT("Cao Bằng"), STR_INIT("Cao Bang")},
		.short_name = STR_INIT("CB"),
		.column = 3,
		.row = 0},
};
static const struct tile five[] = {{&regions[0], 12.3, false}, {&regions[1], .4, false},
	{&regions[2], NAN, false}, {&regions[3], 5, true}, {&regions[4], NAN, false}};
static const struct tile_map map = {
	.look = {.lang = LANG_VI, .width = 720, .title = STR_INIT("T"), .id = STR_INIT("c")},
	.tiles = five,
	.tile_count = 5,
	.decimals = 1};

static size_t times(const struct chart *c, const char *words)
{
	size_t count = 0;
	for (size_t i = 0; i < c->count; i++)
		count += c->marks[i].kind == MARK_TEXT &&
			 str_equal(c->marks[i].text, str_from(words));
	return count;
}

static void a_tile_map_withholds_and_outlines(void **state)
{
	struct fixture *f = *state;
	for (size_t i = 0; i < 2; i++) {
		struct tile_map what = map;
		what.look.width = widths[i];
		assert_int_equal(tile_map_build(&f->arena, &what, &f->chart), E_OK);
		is_tidy(f, &f->chart);
		assert_true(says(&f->chart, "HN") && says(&f->chart, "12,3"));
		assert_true(says(&f->chart, "10,0 – 12,5"));
		assert_int_equal(times(&f->chart, "0,4"), 2); /* Hoàng Sa too */
		assert_int_equal(times(&f->chart, "<10"), 2); /* and the legend's */
		assert_int_equal(times(&f->chart, "–"), 2);
		assert_false(says(&f->chart, "5,0")); /* what is withheld is nowhere */
		assert_int_equal(count_of(&f->chart, MARK_BAR, true), 4);
		assert_int_equal(count_of(&f->chart, MARK_BAR, false), 3 + 5);
	}
	is_described(&f->chart,
		"2 nơi có số liệu: cao nhất Hà Nội (12,3), thấp nhất Đà Nẵng (0,4). 1 nơi dưới 10 "
		"nên không nêu số, 1 nơi chưa biết.");
	RUNS_OUT_OF_MEMORY(tile_map_build, &map);
}

/* A withheld value must not shine through the legend's bounds. */
static void what_is_withheld_moves_no_bound(void **state)
{
	struct fixture *f = *state;
	struct tile tiles[5];
	struct tile_map what = map;
	memcpy(tiles, five, sizeof(tiles));
	tiles[3].value = 9999;
	what.tiles = tiles;
	assert_int_equal(tile_map_build(&f->arena, &what, &f->chart), E_OK);
	assert_true(says(&f->chart, "10,0 – 12,5"));
}

static void one_square_is_drawn_once(void **state)
{
	struct fixture *f = *state;
	const struct tile twice[] = {five[0], five[0]};
	struct tile_map what = map;
	what.tiles = twice;
	what.tile_count = 2;
	assert_int_equal(tile_map_build(&f->arena, &what, &f->chart), E_OK);
	assert_int_equal(count_of(&f->chart, MARK_BAR, false), 1 + 5);
}

static void any_tiles_are_tidy(void **state)
{
	struct fixture *f = *state;
	static const double highs[] = {1, 12, 2014512, 1e9};
	for (int round = 0; round < 2 * ROUNDS; round++) {
		struct region some[MOST];
		struct tile tiles[MOST];
		struct tile_map what = {.look = look_of(f, widths[round % 2]),
			.tiles = tiles,
			.tile_count = any(f, MOST),
			.decimals = (unsigned)any(f, 3),
			.share = any(f, 2) == 0};
		unsigned grid = any(f, 4) ? 12 : REGION_GRID + 5;
		double high = highs[any(f, 4)];
		for (size_t i = 0; i < what.tile_count; i++) {
			some[i] = regions[any(f, 5)];
			some[i].column = (uint8_t)any(f, grid);
			some[i].row = (uint8_t)any(f, grid);
			if (any(f, 4) == 0)
				some[i].short_name = any_words(f);
			tiles[i] = (struct tile){&some[i],
				any_value(f, high) * (any(f, 4) ? 1 : -1), any(f, 6) == 0};
		}
		arena_clear(&f->arena);
		enum err err = tile_map_build(&f->arena, &what, &f->chart);
		if (err == E_OK)
			is_tidy(f, &f->chart);
		else
			assert_int_equal(err, E_NOTFOUND);
	}
}

/* --- words on shades: WCAG 2.2, 1.4.3 --- */

static double channel(uint32_t colour, int shift)
{
	return (colour >> shift & 0xFF) / 255.0;
}

static double linear(double c)
{
	return c <= .04045 ? c / 12.92 : pow((c + .055) / 1.055, 2.4);
}

static double luminance(uint32_t tone, uint32_t ground, double cover)
{
	static const double weights[] = {.2126, .7152, .0722};
	double sum = 0;
	for (int i = 0; i < 3; i++) {
		int shift = 16 - 8 * i;
		sum += weights[i] *
		       linear(channel(tone, shift) * cover + channel(ground, shift) * (1 - cover));
	}
	return sum;
}

static double contrast(double a, double b)
{
	return (fmax(a, b) + .05) / (fmin(a, b) + .05);
}

/* The tokens of web/style/base.css and print.css, and forced colours black on white and white on
 * black: --green, --card, --ink. */
static const uint32_t themes[][3] = {{0x0b6b4f, 0xffffff, 0x14211b}, {0x5fcfa5, 0x14211b, 0xe6efea},
	{0x074a37, 0xffffff, 0x000000}, {0x000000, 0xffffff, 0x000000},
	{0xffffff, 0x000000, 0xffffff}};

static void words_on_tiles_can_be_read(void **state)
{
	struct fixture *f = *state;
	struct tile tiles[5];
	struct region squares[5];
	struct tile_map what = map;
	for (size_t i = 0; i < 5; i++) {
		squares[i] = regions[0];
		squares[i].column = (uint8_t)i;
		tiles[i] = (struct tile){&squares[i], 2.5 * (double)i + 1, false};
	}
	what.tiles = tiles;
	assert_int_equal(tile_map_build(&f->arena, &what, &f->chart), E_OK);
	size_t pairs = 0;
	for (size_t i = 0; i + 1 < f->chart.count; i++) {
		const struct mark *bar = &f->chart.marks[i];
		const struct mark *words = &f->chart.marks[i + 1];
		if (bar->kind != MARK_BAR || !words->strong)
			continue;
		pairs++;
		for (size_t theme = 0; theme < sizeof(themes) / sizeof(themes[0]); theme++) {
			const uint32_t *t = themes[theme];
			uint32_t ink = words->tone == CHART_PAPER ? t[1] : t[2];
			assert_true(contrast(luminance(ink, ink, 1),
					    luminance(t[0], t[1], bar->cover)) >= 4.5);
		}
	}
	assert_int_equal(pairs, 5);
}

/* --- health --- */

static void health_shows_steps_and_the_panel(void **state)
{
	struct fixture *f = *state;
	const double steady[] = {1, 1, 1, 1};
	const double lame[] = {NAN, 1, .5, 0};
	const struct health_row rows[] = {
		{STR("a"), steady, {0}, true}, {STR("b"), lame, {2020, 5, 20}, false}};
	const struct health_chart what = {.look = holders.look,
		.first = {2020, 5, 4},
		.week_count = 4,
		.rows = rows,
		.row_count = 2};
	assert_int_equal(health_chart_build(&f->arena, &what, &f->chart), E_OK);
	is_tidy(f, &f->chart);
	assert_true(says(&f->chart, "20/05/2020"));
	assert_int_equal(count_of(&f->chart, MARK_DOT, true), 2); /* the key's too */
	assert_int_equal(count_of(&f->chart, MARK_DOT, false), 2);
	/* Ground and filling of two rows; triangles of key, row and date. */
	assert_int_equal(count_of(&f->chart, MARK_SHAPE, false), 4 + 3);
	is_described(&f->chart,
		"2 nguồn dữ liệu trong 4 tuần từ ngày 04/05/2020: 1 nguồn dùng để đo; 1 nguồn có "
		"tuần không đủ tin; 1 nguồn có số lượng thay đổi đột ngột.");
	RUNS_OUT_OF_MEMORY(health_chart_build, &what);
}

static size_t cut_words(const struct chart *c)
{
	size_t count = 0;
	for (size_t i = 0; i < c->count; i++)
		count += c->marks[i].kind == MARK_TEXT && str_ends(c->marks[i].text, STR("…"));
	return count;
}

/* Names too long for their room are cut, never left out. */
static void long_names_are_cut(void **state)
{
	struct fixture *f = *state;
	const struct str name = STR("nguồn dữ liệu có tên rất dài của một đơn vị ở xa Hà Nội lắm");
	const double alive[] = {1, .5};
	const struct health_row feeds[] = {
		{name, alive, {0}, true}, {name, alive, {2020, 5, 6}, true}};
	const struct pair_row rows[] = {{name, {5, 4, 6}, {2, 1, 3}}};
	for (size_t i = 0; i < 2; i++) {
		struct health_chart health = {.look = holders.look,
			.first = monday(0),
			.week_count = 2,
			.rows = feeds,
			.row_count = 2};
		struct pairs pairs = holders;
		health.look.width = pairs.look.width = widths[i];
		pairs.rows = rows;
		pairs.row_count = 1;
		assert_int_equal(health_chart_build(&f->arena, &health, &f->chart), E_OK);
		is_tidy(f, &f->chart);
		assert_int_equal(cut_words(&f->chart), 2);
		assert_int_equal(pairs_build(&f->arena, &pairs, &f->chart), E_OK);
		is_tidy(f, &f->chart);
		assert_int_equal(cut_words(&f->chart), 1);
	}
}

static void any_health_is_tidy(void **state)
{
	struct fixture *f = *state;
	static double alive[MOST][5 * MOST];
	for (int round = 0; round < ROUNDS; round++) {
		struct health_row rows[MOST];
		struct health_chart what = {.look = look_of(f, widths[round % 2]),
			.first = monday(0),
			.week_count = any(f, any(f, 3) ? MOST : 5 * MOST),
			.rows = rows,
			.row_count = any(f, MOST)};
		bool steps = any(f, 2) == 0;
		for (size_t i = 0; i < what.row_count; i++) {
			for (size_t week = 0; week < what.week_count; week++)
				alive[i][week] = any_value(f, 1);
			rows[i] = (struct health_row){any_words(f), alive[i],
				steps && any(f, 3) ? any_day(f, 400) : (struct date){0, 0, 0},
				any(f, 2) == 0};
		}
		arena_clear(&f->arena);
		enum err err = health_chart_build(&f->arena, &what, &f->chart);
		if (err == E_OK)
			is_tidy(f, &f->chart);
		else
			assert_int_equal(err, E_NOTFOUND);
	}
}

#define IT(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		IT(a_gauge_says_all_in_words),
		IT(a_rise_is_no_fall),
		IT(what_is_not_known_has_no_bar),
		IT(any_gauge_is_tidy),
		IT(pairs_differ_by_shape),
		IT(nothing_known_is_no_chart),
		IT(long_lists_point_to_the_table),
		IT(any_pairs_are_tidy),
		IT(weeks_keep_their_gaps),
		IT(any_weeks_are_tidy),
		IT(a_tile_map_withholds_and_outlines),
		IT(what_is_withheld_moves_no_bound),
		IT(one_square_is_drawn_once),
		IT(any_tiles_are_tidy),
		IT(words_on_tiles_can_be_read),
		IT(health_shows_steps_and_the_panel),
		IT(long_names_are_cut),
		IT(any_health_is_tidy),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
