/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "report/document.h"

/* --- cells --- */

static void reads(enum lang lang, const struct cell *cell, const char *expected)
{
	struct writer w;
	writer_init(&w, 1000);
	cell_write(&w, lang, cell);
	writer_char(&w, '\0');
	assert_int_equal(writer_end(&w), E_OK);
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
}

static struct cell number(enum cell_kind kind, unsigned decimals, double value)
{
	return (struct cell){.kind = kind, .decimals = decimals, .number = estimate_exact(value)};
}

static void cells_read_as_people_write(void **state)
{
	(void)state;
	const struct cell count = number(CELL_COUNT, 0, 1052479);
	const struct cell fall = number(CELL_SHARE, 1, -0.4776);
	struct cell share = number(CELL_SHARE, 1, 0.4776);
	share.number.low = 0.41;
	share.number.high = 0.541;
	const struct cell name = {.kind = CELL_TEXT, .text = STR("Mirai")};
	const struct cell day = {.kind = CELL_DATE, .date = {2020, 9, 2}};
	const struct cell small = {.kind = CELL_SMALL};
	const struct cell unknown = {.kind = CELL_NOT_KNOWN};
	reads(LANG_VI, &count, "1.052.479");
	reads(LANG_EN, &count, "1,052,479");
	reads(LANG_VI, &fall, "−47,8\u00a0%");
	reads(LANG_VI, &share, "47,8\u00a0% (41,0\u00a0%\u00a0– 54,1\u00a0%)");
	reads(LANG_EN, &share, "47.8\u00a0% (41.0\u00a0%\u00a0– 54.1\u00a0%)");
	reads(LANG_VI, &name, "Mirai");
	reads(LANG_EN, &day, "02/09/2020");
	reads(LANG_VI, &small, "<10");
	reads(LANG_VI, &unknown, "–");
}

static void half_an_interval_is_none(void **state)
{
	(void)state;
	struct cell cell = number(CELL_COUNT, 2, 3.14159);
	cell.number.low = 3;
	reads(LANG_VI, &cell, "3,14");
	cell.number = ESTIMATE_UNKNOWN;
	cell.number.low = 1;
	cell.number.high = 2;
	reads(LANG_VI, &cell, "–");
}

/* --- pages --- */

static void page_is(
	const struct block *blocks, size_t count, struct str before, const char *expected)
{
	struct writer w;
	struct html h;
	const struct document d = {.lang = LANG_VI, .blocks = blocks, .block_count = count};
	const struct document_places places = {before};
	writer_init(&w, (size_t)1 << 20);
	html_init_piece(&h, &w);
	document_write_html(&h, &d, &places);
	assert_int_equal(html_end(&h), E_OK);
	writer_char(&w, '\0');
	assert_string_equal((const char *)w.data, expected);
	writer_release(&w);
}

static void words_and_sections(void **state)
{
	(void)state;
	const struct str items[] = {STR("a & b"), STR("c")};
	const struct block blocks[] = {
		{.kind = BLOCK_PARAGRAPH, .tone = TONE_UNSAID, .text = STR("Mô phỏng")},
		{.kind = BLOCK_SECTION, .key = STR("one"), .text = STR("<Một>")},
		{.kind = BLOCK_PARAGRAPH, .text = STR("Chữ")},
		{.kind = BLOCK_SECTION, .key = STR("two"), .text = STR("Hai")},
		{.kind = BLOCK_LIST, .items = items, .item_count = 2},
	};
	page_is(blocks, 5, STR(""),
		"<div class=\"document\"><p class=\"notice caution\">Mô phỏng</p>"
		"<section aria-labelledby=\"one\"><h2 class=\"section\" "
		"id=\"one\">&lt;Một&gt;</h2><p>Chữ</p></section>"
		"<section aria-labelledby=\"two\"><h2 class=\"section\" id=\"two\">Hai</h2>"
		"<ul><li>a &amp; b</li><li>c</li></ul></section></div>");
}

static void a_verdict_has_a_sign_besides_its_colour(void **state)
{
	(void)state;
	static const struct {
		enum block_tone tone;
		const char *html;
	} cases[] = {
		{TONE_GOOD, "<div class=\"judged good\"><svg viewBox=\"0 0 24 24\" "
			    "aria-hidden=\"true\" focusable=\"false\"><path d=\"M5 12.8l4.6 4.6L19 "
			    "7.2\"/></svg>"},
		{TONE_BAD, "<div class=\"judged bad\"><svg viewBox=\"0 0 24 24\" "
			   "aria-hidden=\"true\" focusable=\"false\"><path d=\"M6.5 6.5l11 "
			   "11m0-11l-11 "
			   "11\"/></svg>"},
		{TONE_UNSAID,
			"<div class=\"judged unsaid\"><svg viewBox=\"0 0 24 24\" "
			"aria-hidden=\"true\" focusable=\"false\"><path d=\"M8.4 9a3.6 3.6 0 1 1 "
			"5.5 3c-1.3.8-1.9 1.4-1.9 2.7m0 3.4v.1\"/></svg>"},
		{TONE_PLAIN, "<div class=\"judged\">"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char expected[600] = "<div class=\"document\">";
		const struct block verdict = {.kind = BLOCK_VERDICT,
			.tone = cases[i].tone,
			.text = STR("Đạt"),
			.detail = STR("Mục tiêu 1")};
		size_t size = strlen(expected);
		memcpy(expected + size, cases[i].html, strlen(cases[i].html));
		size += strlen(cases[i].html);
		static const char rest[] = "<div><p>Mục tiêu 1</p><p><strong>Đạt</strong></p>"
					   "</div></div></div>";
		memcpy(expected + size, rest, sizeof(rest));
		page_is(&verdict, 1, STR(""), expected);
	}
}

static const struct column columns[] = {
	{STR_INIT("name"), STR_INIT("Tên"), false, false},
	{STR_INIT("rate"), STR_INIT("Tỷ lệ"), true, true},
	{STR_INIT("day"), STR_INIT("Ngày"), false, false},
};

static const struct cell cells[] = {
	{.kind = CELL_TEXT, .text = STR_INIT("<b>")},
	{.kind = CELL_SHARE, .decimals = 1, .number = {0.5, 0.25, 0.75}},
	{.kind = CELL_SMALL},
};

static struct block table_of(struct str key, size_t rows)
{
	return (struct block){.kind = BLOCK_TABLE,
		.text = STR("Nguồn"),
		.table = {key, STR("Bảng"), columns, 3, cells, rows}};
}

#define GRID(said)                                                                                  \
	"<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"Bảng: Bảng\">"        \
	"<table><caption" said ">Bảng</caption><thead><tr><th scope=\"col\">Tên</th>"            \
	"<th class=\"count\" scope=\"col\">Tỷ lệ</th><th scope=\"col\">Ngày</th></tr></thead>" \
	"<tbody><tr><th scope=\"row\">&lt;b&gt;</th><td class=\"count\">50,0\u00a0% "               \
	"<span class=\"interval\">(25,0\u00a0%\u00a0– "                                           \
	"75,0\u00a0%)</span></td><td>&lt;10</td></tr>"                                              \
	"</tbody></table></div><p class=\"meta\">Nguồn</p>"
#define DOWNLOADS                                                                                    \
	"<p class=\"downloads\"><a href=\"/so-lieu/holders.csv\" aria-label=\"CSV: Bảng\">CSV</a>" \
	" <a href=\"/so-lieu/holders.json\" aria-label=\"JSON: Bảng\">JSON</a></p>"

static void a_table_offers_its_figures(void **state)
{
	(void)state;
	const struct block table = table_of(STR("holders"), 1);
	page_is(&table, 1, STR("/so-lieu/"),
		"<div class=\"document\"><div class=\"figure\"><h2 "
		"id=\"table-holders\">Bảng</h2>" GRID(" class=\"unseen\"") DOWNLOADS
		"</div></div>");
	const struct block empty = table_of(STR("holders"), 0);
	page_is(&empty, 1, STR(""),
		"<div class=\"document\"><div class=\"figure\"><h2 id=\"table-holders\">Bảng</h2>"
		"<p>Chưa có số liệu.</p><p class=\"meta\">Nguồn</p></div></div>");
}

static void a_long_table_unfolds(void **state)
{
	(void)state;
	struct cell rows[13];
	struct writer w;
	struct html h;
	for (size_t i = 0; i < 13; i++)
		rows[i] = number(CELL_COUNT, 0, (double)i);
	const struct block table = {
		.kind = BLOCK_TABLE, .table = {STR("k"), STR("Bảng"), columns, 1, rows, 13}};
	const struct document d = {.lang = LANG_VI, .blocks = &table, .block_count = 1};
	const struct document_places nowhere = {STR("")};
	writer_init(&w, (size_t)1 << 20);
	html_init_piece(&h, &w);
	document_write_html(&h, &d, &nowhere);
	assert_int_equal(html_end(&h), E_OK);
	struct str page = writer_view_str(&w);
	assert_true(str_find(page, STR("<details class=\"unfold\"><summary>Xem bảng (13 dòng)"
				       "</summary><div><div class=\"table\"><table>")) < page.size);
	writer_release(&w);
}

/* A rank stands in front of what the row is about. */
static void rows_are_headed_by_names(void **state)
{
	(void)state;
	const struct column ranked[] = {{STR("rank"), STR("Hạng"), false, true}, columns[0]};
	const struct cell row[] = {number(CELL_COUNT, 0, 1), {.kind = CELL_TEXT, .text = STR("A")}};
	const struct block table = {
		.kind = BLOCK_TABLE, .table = {STR("k"), STR("B"), ranked, 2, row, 1}};
	page_is(&table, 1, STR(""),
		"<div class=\"document\"><div class=\"figure\"><h2 id=\"table-k\">B</h2>"
		"<div class=\"table\"><table><caption class=\"unseen\">B</caption><thead><tr>"
		"<th class=\"count\" scope=\"col\">Hạng</th><th scope=\"col\">Tên</th></tr>"
		"</thead><tbody><tr><td class=\"count\">1</td><th scope=\"row\">A</th></tr>"
		"</tbody></table></div></div></div>");
}

/* Its table is shown once, below it, wherever it stands in the document. */
static void a_chart_has_its_table(void **state)
{
	(void)state;
	const struct chart drawing = {.width = 720, .height = 10, .title = STR("Hình")};
	const struct chart narrow = {.width = 340, .height = 10, .title = STR("Hình")};
	const struct block blocks[] = {
		{.kind = BLOCK_SECTION, .key = STR("s"), .text = STR("S")},
		table_of(STR("holders"), 1),
		{.kind = BLOCK_CHART,
			.key = STR("holders"),
			.text = STR("Lời"),
			.chart = drawing,
			.narrow = narrow},
		{.kind = BLOCK_CHART, .key = STR("holders"), .chart = drawing},
	};
#define DRAWING(css, width, id)                                                                    \
	"<div class=\"" css "\"><svg class=\"chart\" viewBox=\"0 0 " width " 10\" role=\"img\" "   \
	"aria-labelledby=\"chart-" id "-title chart-" id "-desc\"><title id=\"chart-" id           \
	"-title\">Hình</title><desc id=\"chart-" id "-desc\"></desc></svg></div>"
	page_is(blocks, 4, STR("/so-lieu/"),
		"<div class=\"document\"><section aria-labelledby=\"s\"><h2 class=\"section\" "
		"id=\"s\">S</h2><div class=\"figure\"><h3>Hình</h3><figure>" DRAWING(
			"drawing-wide", "720", "1-wide") DRAWING("drawing-narrow", "340",
			"1-narrow") "<figcaption>Lời</figcaption></figure><details "
				    "class=\"unfold\"><summary>Xem số liệu dạng "
				    "bảng</summary><div>" GRID("") DOWNLOADS
		"</div></details></div><div class=\"figure\"><h3>Hình</h3><figure>" DRAWING(
			"drawing", "720", "2-wide") "</figure></div></section></div>");
}

static void tables_are_found(void **state)
{
	(void)state;
	const struct block blocks[] = {{.kind = BLOCK_CHART, .key = STR("b")},
		table_of(STR("a"), 1), table_of(STR("b"), 1)};
	const struct document d = {.blocks = blocks, .block_count = 3};
	assert_ptr_equal(document_table(&d, STR("b")), &blocks[2].table);
	assert_null(document_table(&d, STR("c")));
	assert_null(document_table(&d, STR("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cells_read_as_people_write),
		cmocka_unit_test(half_an_interval_is_none),
		cmocka_unit_test(words_and_sections),
		cmocka_unit_test(a_verdict_has_a_sign_besides_its_colour),
		cmocka_unit_test(a_table_offers_its_figures),
		cmocka_unit_test(a_long_table_unfolds),
		cmocka_unit_test(rows_are_headed_by_names),
		cmocka_unit_test(a_chart_has_its_table),
		cmocka_unit_test(tables_are_found),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
