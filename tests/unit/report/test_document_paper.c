/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <archive.h>
#include <archive_entry.h>
#include <cairo-pdf.h>
#include <cmocka.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "report/document_paper_parts.h"

enum {
	HOLDERS = 64,
	COLUMNS = 8,
	MOST_BLOCKS = 40,
	BYTES = 8 << 20
};

static struct writer file, again;

static int set_up(void **state)
{
	(void)state;
	writer_init(&file, BYTES);
	writer_init(&again, BYTES);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	writer_release(&file);
	writer_release(&again);
	return 0;
}

/* --- a document with everything --- */

static const struct column holder_columns[COLUMNS] = {
	{STR_INIT("rank"), STR_INIT("Hạng"), false, true},
	{STR_INIT("holder"), STR_INIT("Đơn vị giữ mạng"), false, false},
	{STR_INIT("base"), STR_INIT("Trung bình giờ ở kỳ gốc"), true, true},
	{STR_INIT("end"), STR_INIT("Trung bình giờ ở kỳ cuối"), true, true},
	{STR_INIT("rate_base"), STR_INIT("Trên 1.000 thuê bao, kỳ gốc"), true, true},
	{STR_INIT("rate_end"), STR_INIT("Trên 1.000 thuê bao, kỳ cuối"), true, true},
	{STR_INIT("reduction"), STR_INIT("Mức giảm"), true, true},
	{STR_INIT("since"), STR_INIT("Ghi từ ngày"), false, true},
};
static struct cell holder_cells[HOLDERS * COLUMNS];
static char holder_names[HOLDERS][80];

static const struct column odd_columns[] = {
	{STR_INIT("name"), STR_INIT("=1+1"), false, false},
	{STR_INIT("value"), STR_INIT("Số"), true, true},
};
static const char long_word[] =
	"Gxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
static char long_text[9000];
static struct cell odd_cells[12];

static struct cell text_cell(const char *text)
{
	return (struct cell){.kind = CELL_TEXT, .text = str_from(text)};
}

static struct cell number_cell(enum cell_kind kind, unsigned decimals, double value, double half)
{
	return (struct cell){
		.kind = kind, .decimals = decimals, .number = {value, value - half, value + half}};
}

static void fill_holders(void)
{
	for (int i = 0; i < HOLDERS; i++) {
		struct cell *row = &holder_cells[i * COLUMNS];
		snprintf(holder_names[i], sizeof(holder_names[i]),
			i % 5 ? "Nhà mạng số %d"
			      : "Công ty Cổ phần Viễn thông Đường sắt miền Trung %d",
			i + 1);
		row[0] = number_cell(CELL_COUNT, 0, i + 1, NAN);
		row[1] = text_cell(holder_names[i]);
		row[2] = number_cell(CELL_COUNT, 0, 1052479.0 / (i + 1), 3000.0 / (i + 1));
		row[3] = number_cell(CELL_COUNT, 0, 917492.0 / (i + 1), 2500.0 / (i + 1));
		row[4] = number_cell(CELL_COUNT, 2, 41.37 / (i + 1), .4);
		row[5] = number_cell(CELL_COUNT, 2, 21.05 / (i + 1), .3);
		row[6] = number_cell(CELL_SHARE, 1, .4780 - i * .01, .06);
		row[7] = (struct cell){.kind = CELL_DATE, .date = {2020, 10, 1 + i % 31}};
		if (i % 9 == 8)
			row[6] = row[5] = (struct cell){.kind = CELL_SMALL};
		if (i % 11 == 10)
			row[6] = (struct cell){.kind = CELL_NOT_KNOWN};
	}
}

static void fill_odd(void)
{
	for (size_t i = 0; i + 1 < sizeof(long_text); i++)
		long_text[i] = i % 9 == 8 ? ' ' : 'n';
	odd_cells[0] = text_cell("=HYPERLINK(\"https://elsewhere.example\")");
	odd_cells[1] = number_cell(CELL_COUNT, 0, 2014512, NAN);
	odd_cells[2] = text_cell(long_word);
	odd_cells[3] = number_cell(CELL_SHARE, 3, INFINITY, NAN);
	odd_cells[4] = text_cell("@x \x01 \xFF\xFE </t> ]]> & “ngoặc”");
	odd_cells[5] = (struct cell){.kind = CELL_NOT_KNOWN};
	odd_cells[6] = text_cell(long_text);
	odd_cells[7] = number_cell(CELL_COUNT, 6, -1e15, 3);
	odd_cells[8] = text_cell("");
	odd_cells[9] = (struct cell){.kind = CELL_SMALL};
	odd_cells[10] = text_cell("+84");
	odd_cells[11] = text_cell("-1");
}

static const struct point line_points[] = {
	{40, 20}, {150, 60}, {260, NAN}, {370, 110}, {480, 140}, {700, 190}};
static const struct point axis_points[] = {{40, 230}, {700, 230}};
static const struct point bar_points[] = {{300, 20}, {420, 230}};
static const struct point label_point[] = {{40, 250}};
static const struct point word_point[] = {{360, 34}};
static const struct mark marks[] = {
	{.kind = MARK_BAR, .tone = CHART_ACCENT, .points = bar_points, .count = 2, .faint = true},
	{.kind = MARK_LINE,
		.tone = CHART_SOFT,
		.points = axis_points,
		.count = 2,
		.size = 1,
		.faint = true},
	{.kind = MARK_AREA, .points = line_points, .count = 6, .base = 230},
	{.kind = MARK_LINE, .points = line_points, .count = 6, .size = 2.5},
	{.kind = MARK_DOT, .points = line_points, .count = 6, .size = 4},
	{.kind = MARK_TEXT,
		.tone = CHART_SOFT,
		.points = label_point,
		.count = 1,
		.size = 13,
		.text = STR_INIT("Tháng Mười")},
	{.kind = MARK_TEXT,
		.tone = CHART_INK,
		.points = word_point,
		.count = 1,
		.size = 13,
		.strong = true,
		.anchor = ANCHOR_MIDDLE,
		.text = STR_INIT("Chiến dịch")},
};

static const struct str reasons[] = {
	STR_INIT("Nguồn dữ liệu “sinkhole-2” im lặng 31 giờ trong kỳ gốc, nên kỳ gốc chỉ tính "
		 "những giờ mà mọi nguồn đều báo."),
	STR_INIT("Khoảng tin cậy 95 % không chứa mục tiêu."),
	STR_INIT("Cách đo: https://quetsach.example/vi/cach-do, mục 2."),
};

static const char paragraph[] = "Trong kỳ gốc, trung bình mỗi giờ thấy 1.052.479 địa chỉ IP nhiễm "
				"mã độc; đến kỳ cuối còn 917.492. "
				"Số đo này chỉ tính những giờ mà mọi nguồn dữ liệu đều hoạt động, "
				"để một nguồn im lặng không bị hiểu "
				"nhầm là mã độc đã giảm. Mười mạng máy tính ma lớn nhất được chốt "
				"ở kỳ gốc và không đổi về sau.";

static struct block blocks[MOST_BLOCKS];

static void add(struct document *d, struct block block)
{
	assert_true(d->block_count < MOST_BLOCKS);
	blocks[d->block_count++] = block;
}

static void add_section(struct document *d, const char *heading)
{
	add(d, (struct block){.kind = BLOCK_SECTION, .text = str_from(heading)});
}

static void add_verdict(struct document *d, enum block_tone tone, const char *verdict)
{
	add(d, (struct block){.kind = BLOCK_VERDICT,
		       .tone = tone,
		       .detail = STR("Giảm 50 % số địa chỉ IP nhiễm mã độc trong 60 ngày"),
		       .text = str_from(verdict)});
	add(d, (struct block){.kind = BLOCK_LIST, .items = reasons, .item_count = 3});
}

static void add_table(struct document *d, const char *title, const struct column *columns,
	size_t column_count, const struct cell *cells, size_t rows)
{
	add(d, (struct block){.kind = BLOCK_TABLE,
		       .text = STR("Nguồn: các nguồn dữ liệu trong bảng cuối. Trong ngoặc là "
				   "khoảng tin cậy 95 %."),
		       .table = {STR_INIT("t"), str_from(title), columns, column_count, cells,
			       rows}});
}

static void add_chart(struct document *d)
{
	add(d, (struct block){.kind = BLOCK_CHART,
		       .text = STR(
			       "Đường: trung bình mỗi giờ theo tuần. Nền: thời gian chiến dịch."),
		       .chart = {.width = 720,
			       .height = 260,
			       .title = STR("Địa chỉ IP nhiễm mã độc theo tuần"),
			       .description = STR("Giảm từ 1.052.479 xuống 917.492."),
			       .marks = marks,
			       .count = sizeof(marks) / sizeof(marks[0])}});
}

static struct document whole_document(enum lang lang)
{
	struct document d = {.lang = lang,
		.title = STR("Đánh giá Chiến dịch rà quét và xử lý mã độc trên toàn quốc năm 2020"),
		.subtitle = STR("Bản số 2 · dữ liệu đến 01/02/2021 · lập lúc 09:30 03/02/2021"),
		.summary = STR("Một mục tiêu đạt, một mục tiêu chưa thể kết luận."),
		.author = STR("Trung tâm Giám sát an toàn không gian mạng quốc gia"),
		.made = {1612341000},
		.blocks = blocks};
	fill_holders();
	fill_odd();
	add_section(&d, "Mục tiêu đã đạt chưa?");
	add_verdict(&d, TONE_GOOD, "Đạt: giảm 52,3 % (50,4 % – 54,1 %)");
	add_verdict(&d, TONE_BAD, "Chưa đạt: giảm 31,0 % (28,2 % – 33,9 %)");
	add_verdict(&d, TONE_UNSAID,
		"Chưa thể kết luận: nguồn đã công bố không nêu kỳ đo, nên không biết hai số có so "
		"sánh được với nhau hay không");
	add_section(&d, "Chiến dịch đã làm được gì?");
	add(&d, (struct block){.kind = BLOCK_PARAGRAPH, .text = str_from(paragraph)});
	add_chart(&d);
	add(&d, (struct block){.kind = BLOCK_PARAGRAPH, .text = str_from(paragraph)});
	add_section(&d, "Các đơn vị giữ mạng");
	add_table(&d, "Đơn vị giữ mạng theo tỷ lệ", holder_columns, COLUMNS, holder_cells, HOLDERS);
	add_table(&d, "Chuyện lạ: [a]/b*c?", odd_columns, 2, odd_cells, 6);
	add_table(&d, "Chuyện lạ: [a]/b*c?", odd_columns, 2, odd_cells, 0);
	add_table(&d, "Hai cột", odd_columns, 2, odd_cells, 1);
	add_section(&d, "Cách đo và giới hạn");
	for (int i = 0; i < 6; i++)
		add(&d, (struct block){.kind = BLOCK_PARAGRAPH, .text = str_from(paragraph)});
	return d;
}

/* --- on paper --- */

static struct paper laid_out(const struct document *d)
{
	struct paper p = {.document = d};
	arena_init(&p.arena, 256 << 20);
	assert_int_equal(picture_new_on(cairo_pdf_surface_create(NULL, 1, 1), &p.picture), E_OK);
	paper_set_up(&p);
	paper_flow(&p);
	assert_int_equal(p.err, E_OK);
	paper_paginate(&p);
	return p;
}

static void release(struct paper *p)
{
	for (struct paper_layout *l = p->layouts; l; l = l->next)
		g_object_unref(l->layout);
	picture_free(p->picture);
	arena_release(&p->arena);
}

static void check_place(const struct paper *p, const struct piece *piece)
{
	const struct frame *frame = paper_frame(piece->across);
	assert_true((piece->height > 0 || piece->with_next) && piece->y >= frame->top);
	assert_true(piece->y + piece->height <= frame->bottom + .01);
	assert_true(piece->left >= frame->left);
	assert_true(piece->left + piece->width <= frame->right + 20);
	assert_true(piece->page < p->page_count);
}

static void pieces_keep_to_pages(void **state)
{
	(void)state;
	const struct document d = whole_document(LANG_VI);
	struct paper p = laid_out(&d);
	assert_in_range(p.page_count, 8, 15);
	for (size_t i = 0; i < p.piece_count; i++) {
		const struct piece *piece = &p.pieces[i], *next = piece + 1;
		check_place(&p, piece);
		if (i + 1 == p.piece_count)
			break;
		assert_true(next->page >= piece->page && next->page <= piece->page + 1);
		if (next->page == piece->page)
			assert_int_equal(next->across, piece->across);
		if (next->page == piece->page)
			assert_true(next->y >= piece->y + piece->height - .01);
		if (piece->with_next && !(piece->kind == PIECE_ROW && piece->height > 400) &&
			!(next->kind == PIECE_ROW && next->height > 400))
			assert_int_equal(piece->page, next->page);
	}
	release(&p);
}

/* A page that begins within a table has room for its titles. */
static void rows_have_their_titles(void **state)
{
	(void)state;
	const struct document d = whole_document(LANG_VI);
	struct paper p = laid_out(&d);
	size_t begun = 0;
	for (size_t i = 1; i < p.piece_count; i++) {
		const struct piece *row = &p.pieces[i];
		if (row->kind != PIECE_ROW || row[-1].page == row->page)
			continue;
		assert_int_equal(p.pieces[row->head].kind, PIECE_HEAD);
		assert_true(row->y >= paper_frame(row->across)->top + p.pieces[row->head].height);
		begun++;
	}
	assert_true(begun >= 2);
	release(&p);
}

static void check_words(const struct piece *piece, const struct words *w)
{
	for (int i = w->from; i < w->to; i++) {
		PangoRectangle logical;
		PangoLayoutLine *line = pango_layout_get_line_readonly(w->layout, i);
		pango_layout_line_get_extents(line, NULL, &logical);
		double width = (double)logical.width / PANGO_SCALE;
		double left = piece->left + w->x - (w->anchor == ANCHOR_END ? width : 0);
		assert_true(left >= paper_frame(piece->across)->left - .5);
		assert_true(left + width <= paper_frame(piece->across)->right + 1);
		double bottom = w->y + (i - w->from + 1) * w->leading;
		bool dash = piece->height == 0;
		assert_true(w->y >= 0 && (dash || bottom <= piece->height + .01));
	}
}

static void words_stay_in_their_pieces(void **state)
{
	(void)state;
	const struct document d = whole_document(LANG_VI);
	struct paper p = laid_out(&d);
	size_t lines = 0;
	for (size_t i = 0; i < p.piece_count; i++)
		for (size_t k = 0; k < p.pieces[i].word_count; k++) {
			check_words(&p.pieces[i], &p.pieces[i].words[k]);
			lines += (size_t)(p.pieces[i].words[k].to - p.pieces[i].words[k].from);
		}
	assert_true(lines > HOLDERS * COLUMNS);
	release(&p);
}

/* A cell of many pages is cut, and all of it is there. */
static void giant_rows_lose_nothing(void **state)
{
	(void)state;
	const struct document d = whole_document(LANG_VI);
	struct paper p = laid_out(&d);
	size_t slices = 0;
	int next = 0, all = 0;
	for (size_t i = 0; i < p.piece_count; i++) {
		const struct words *w = &p.pieces[i].words[0];
		if (p.pieces[i].kind != PIECE_ROW || !w->layout ||
			strlen(pango_layout_get_text(w->layout)) + 1 != sizeof(long_text))
			continue;
		assert_int_equal(w->from, next);
		next = w->to;
		all = pango_layout_get_line_count(w->layout);
		slices++;
	}
	assert_int_equal(next, all);
	assert_true(slices >= 2);
	release(&p);
}

/* --- pages left half empty --- */

/* A section of some lines, a tall chart and the table of its figures. */
static struct document chart_after(size_t lines, size_t rows)
{
	struct document d = {.lang = LANG_VI, .title = STR("Đánh giá"), .blocks = blocks};
	fill_holders();
	for (size_t i = 0; i < lines; i++)
		add(&d, (struct block){.kind = BLOCK_PARAGRAPH, .text = STR("Một dòng.")});
	add_section(&d, "Các mạng");
	add(&d, (struct block){.kind = BLOCK_PARAGRAPH, .text = STR("Xem hình và bảng.")});
	add_chart(&d);
	blocks[d.block_count - 1].chart.height = 500;
	add_table(&d, "Bảng", holder_columns, COLUMNS, holder_cells, rows);
	add_section(&d, "Hết");
	return d;
}

static const struct piece *find_kind(const struct paper *p, enum piece_kind kind)
{
	for (size_t i = 0; i < p->piece_count; i++)
		if (p->pieces[i].kind == kind)
			return &p->pieces[i];
	return NULL;
}

/* How much of its page is empty below the last piece before the first page turns. */
static double blank_of_first_page(const struct paper *p)
{
	const struct frame *frame = paper_frame(false);
	double end = frame->top;
	for (size_t i = 0; i < p->piece_count && p->pieces[i].page == 0; i++)
		end = p->pieces[i].y + p->pieces[i].height;
	return (frame->bottom - end) / (frame->bottom - frame->top);
}

static void a_chart_is_drawn_smaller_to_fit(void **state)
{
	(void)state;
	struct document d = chart_after(1, 8);
	struct paper p = laid_out(&d);
	double whole = find_kind(&p, PIECE_CHART)->height;
	release(&p);
	size_t shrunk = 0;
	for (size_t lines = 2; lines < 25; lines++) {
		d = chart_after(lines, 8);
		p = laid_out(&d);
		const struct piece *chart = find_kind(&p, PIECE_CHART);
		assert_true(chart->height >= .7 * whole - .01);
		shrunk += chart->height < whole - 1;
		release(&p);
	}
	assert_in_range(shrunk, 2, 12);
}

/* Whatever stands before it, and with its titles still found. */
static void a_table_goes_before_a_tall_chart(void **state)
{
	(void)state;
	size_t before = 0;
	for (size_t lines = 1; lines < 25; lines++) {
		const struct document d = chart_after(lines, 12);
		struct paper p = laid_out(&d);
		const struct piece *chart = find_kind(&p, PIECE_CHART);
		const struct piece *row = find_kind(&p, PIECE_ROW);
		if (p.page_count > 1)
			assert_true(blank_of_first_page(&p) < .27);
		before += row < chart;
		for (size_t i = 0; i < p.piece_count; i++)
			if (p.pieces[i].kind == PIECE_ROW)
				assert_int_equal(p.pieces[p.pieces[i].head].kind, PIECE_HEAD);
		release(&p);
	}
	assert_in_range(before, 1, 23);
}

static bool holds(const struct writer *w, const char *what)
{
	return memmem(w->data, w->size, what, strlen(what)) != NULL;
}

static void the_same_document_is_the_same_pdf(void **state)
{
	(void)state;
	const struct document d = whole_document(LANG_VI);
	assert_int_equal(document_write_pdf(&d, &file), E_OK);
	assert_int_equal(document_write_pdf(&d, &again), E_OK);
	assert_int_equal(file.size, again.size);
	assert_memory_equal(file.data, again.data, file.size);
	assert_in_range(file.size, 20000, 400000);
	assert_memory_equal(file.data, "%PDF-1.5", 8);
	assert_true(holds(&file, "/Lang (vi)"));
	assert_true(holds(&file, "/CreationDate (D:20210203083000Z)"));
	assert_true(holds(&file, "/StructTreeRoot"));
	assert_true(holds(&file, "/Outlines"));
	assert_true(holds(&file, "/URI (https://quetsach.example/vi/cach-do)"));
	assert_false(holds(&file, "/URI (https://elsewhere"));
}

static void without_a_time_there_is_none(void **state)
{
	(void)state;
	const struct document d = {.lang = LANG_EN, .title = STR("Nothing yet")};
	writer_text(&file, "before");
	assert_int_equal(document_write_pdf(&d, &file), E_OK);
	assert_memory_equal(file.data, "before%PDF", 10);
	assert_true(holds(&file, "/Lang (en)"));
	assert_false(holds(&file, "CreationDate"));
}

static void a_limit_is_told(void **state)
{
	(void)state;
	const struct document d = whole_document(LANG_VI);
	writer_release(&file);
	writer_init(&file, 5000);
	assert_int_equal(document_write_pdf(&d, &file), E_LIMIT);
	writer_clear(&file);
	assert_int_equal(document_write_xlsx(&d, &file), E_LIMIT);
}

/* --- in a spreadsheet --- */

/* The named member of the file, appended. */
static void unpack(const struct writer *xlsx, const char *name, struct writer *into)
{
	struct archive *a = archive_read_new();
	struct archive_entry *entry;
	archive_read_support_format_zip(a);
	assert_int_equal(archive_read_open_memory(a, xlsx->data, xlsx->size), ARCHIVE_OK);
	while (archive_read_next_header(a, &entry) == ARCHIVE_OK) {
		if (strcmp(archive_entry_pathname(entry), name) != 0)
			continue;
		uint8_t chunk[4096];
		for (ssize_t got; (got = archive_read_data(a, chunk, sizeof(chunk))) > 0;)
			writer_bytes(into, (struct bytes){chunk, (size_t)got});
	}
	archive_read_free(a);
	assert_true(into->size > 0);
}

static void the_same_document_is_the_same_xlsx(void **state)
{
	(void)state;
	const struct document d = whole_document(LANG_VI);
	assert_int_equal(document_write_xlsx(&d, &file), E_OK);
	assert_int_equal(document_write_xlsx(&d, &again), E_OK);
	assert_int_equal(file.size, again.size);
	assert_memory_equal(file.data, again.data, file.size);
}

static void numbers_are_numbers_and_text_is_text(void **state)
{
	(void)state;
	const struct document d = whole_document(LANG_VI);
	struct writer sheet, words, book;
	writer_init(&sheet, BYTES);
	writer_init(&words, BYTES);
	writer_init(&book, BYTES);
	assert_int_equal(document_write_xlsx(&d, &file), E_OK);
	unpack(&file, "xl/worksheets/sheet3.xml", &sheet);
	unpack(&file, "xl/sharedStrings.xml", &words);
	unpack(&file, "xl/workbook.xml", &book);
	assert_true(holds(&sheet, "<v>2014512</v>"));
	assert_true(holds(&sheet, "<v>-1000000000000000</v>"));
	assert_true(holds(&sheet, "<v>-1000000000000003</v>"));
	assert_false(holds(&sheet, "<f>"));
	assert_false(holds(&sheet, "<hyperlink"));
	assert_true(holds(&words, "<t>=HYPERLINK("));
	assert_true(holds(&words, "&lt;/t&gt; ]]&gt; &amp; “ngoặc”"));
	assert_true(holds(&words, "<t>&lt;10</t>"));
	assert_true(holds(&book, "name=\"Chuyện lạ   a  b c \""));
	assert_true(holds(&book, "name=\"Chuyện lạ   a  b c  2\""));
	writer_release(&book);
	writer_release(&words);
	writer_release(&sheet);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(pieces_keep_to_pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(rows_have_their_titles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_stay_in_their_pieces, set_up, tear_down),
		cmocka_unit_test_setup_teardown(giant_rows_lose_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_chart_is_drawn_smaller_to_fit, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_table_goes_before_a_tall_chart, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_same_document_is_the_same_pdf, set_up, tear_down),
		cmocka_unit_test_setup_teardown(without_a_time_there_is_none, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_limit_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_same_document_is_the_same_xlsx, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			numbers_are_numbers_and_text_is_text, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
