/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>

#include "official_cases.h"
#include "report/official_parts.h"
#include "report/official_place.h"
#include "text/text.h"

enum {
	BYTES = 8 << 20
};

struct written {
	struct arena arena;
	struct official official;
	struct document document;
	struct writer text;
};

static struct written *make(enum official_case c)
{
	static struct written w;
	arena_init(&w.arena, 64 << 20);
	writer_init(&w.text, BYTES);
	assert_int_equal(official_case_make(c, &w.arena, &w.official), E_OK);
	assert_int_equal(official_as_document(&w.official, &w.arena, &w.document), E_OK);
	return &w;
}

static void release(struct written *w)
{
	writer_release(&w->text);
	arena_release(&w->arena);
}

static bool holds(const struct writer *w, const char *what)
{
	return memmem(w->data, w->size, what, strlen(what)) != NULL;
}

#define CHECK_LINE(w, call, expected)                                                              \
	do {                                                                                       \
		const char *expected_ = (expected);                                                \
		writer_clear(&(w)->text);                                                          \
		call;                                                                              \
		assert_int_equal(writer_end(&(w)->text), E_OK);                                    \
		assert_int_equal((w)->text.size, strlen(expected_));                               \
		assert_memory_equal((w)->text.data, expected_, strlen(expected_));                 \
	} while (0)

/* --- lines --- */

static void lines_are_those_of_the_decree(void **state)
{
	(void)state;
	struct written *w = make(CASE_LONG_LETTER);
	const struct official *o = &w->official;
	CHECK_LINE(w, official_write_number(&w->text, o), "Số: 2049/BCĐƯPKCSC-KTHTATTT");
	CHECK_LINE(w, official_write_place_date(&w->text, o),
		"Thành phố Hồ Chí Minh, ngày 03 tháng 02 năm 2020");
	CHECK_LINE(w, official_write_signing(&w->text, o, 0), "TM. Ủy ban nhân dân");
	CHECK_LINE(w, official_write_signing(&w->text, o, 1), "KT. Chủ tịch");
	CHECK_LINE(w, official_write_item(&w->text, o->copies, 5, 0), "- Như trên;");
	CHECK_LINE(w, official_write_item(&w->text, o->copies, 5, 4), "- Lưu: VT, CNTT.");
	w->official.number = STR("7");
	CHECK_LINE(w, official_write_number(&w->text, o), "Số: 07/BCĐƯPKCSC-KTHTATTT");
	release(w);
}

/* Months from March on have no zero in front, days under ten have. */
static void months_are_written_as_offices_do(void **state)
{
	(void)state;
	struct written *w = make(CASE_LETTER);
	w->official.date = (struct date){2026, 3, 9};
	CHECK_LINE(w, official_write_place_date(&w->text, &w->official),
		"Hải Phòng, ngày 09 tháng 3 năm 2026");
	w->official.lang = LANG_EN;
	CHECK_LINE(w, official_write_place_date(&w->text, &w->official), "Hải Phòng, 9 March 2026");
	release(w);
}

static void a_hand_finds_room(void **state)
{
	(void)state;
	struct written *w = make(CASE_RETURN);
	writer_clear(&w->text);
	official_write_number(&w->text, &w->official);
	assert_true(holds(&w->text, "Số: ………/BC-UBND"));
	writer_clear(&w->text);
	official_write_place_date(&w->text, &w->official);
	assert_true(holds(&w->text, ", ngày …… tháng …… năm 2020"));
	w->official.symbol = w->official.place = STR("");
	w->official.date.year = 0;
	CHECK_LINE(w, official_write_number(&w->text, &w->official), "Số: ………/………");
	CHECK_LINE(w, official_write_place_date(&w->text, &w->official),
		"……………, ngày …… tháng …… năm ………");
	release(w);
}

static void names_of_offices_tell_the_place(void **state)
{
	static const char *const places[][2] = {
		{"Ủy ban nhân dân thành phố Hải Phòng", "Hải Phòng"}, {"Tỉnh Đắk Lắk", "Đắk Lắk"},
		{"Thành phố Hồ Chí Minh", "Thành phố Hồ Chí Minh"},
		{"Sở Y tế tỉnh Bà Rịa - Vũng Tàu", "Bà Rịa - Vũng Tàu"},
		{"UBND phường Máy Tơ quận Ngô Quyền", "Phường Máy Tơ"}, {"Quận 5", "Quận 5"},
		{"Ủy ban nhân dân xã Ô Lâm, huyện Tri Tôn", "Xã Ô Lâm"},
		{"Thành phố Đà Nẵng", "Đà Nẵng"}, {"Huyện Ứng Hòa (cũ)", "Ứng Hòa"},
		{"Thông tấn xã Việt Nam", ""}, {"Bộ Y tế", ""}, {"Hợp tác xã Ánh Dương", ""},
		{"Ban Quản lý các tỉnh ở phía Bắc", ""}, {"Xã hội số", ""}, {"Tỉnh ", ""},
		{"", ""}};
	struct writer w;
	(void)state;
	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		writer_init(&w, 1 << 10);
		assert_int_equal(official_write_place_of(&w, str_from(places[i][0])),
			places[i][1][0] != '\0');
		assert_true(str_equal(writer_view_str(&w), str_from(places[i][1])));
		writer_release(&w);
	}
}

static void annexes_are_numbered_when_there_are_several(void **state)
{
	(void)state;
	struct written *w = make(CASE_ROLLUP);
	assert_int_equal(w->official.annex_count, 3);
	CHECK_LINE(w, official_write_annex_label(&w->text, &w->official, 2), "Phụ lục III");
	w->official.annex_count = 40;
	CHECK_LINE(w, official_write_annex_label(&w->text, &w->official, 38), "Phụ lục XXXIX");
	CHECK_LINE(w, official_write_annex_label(&w->text, &w->official, 39), "Phụ lục 40");
	w->official.annex_count = 1;
	CHECK_LINE(w, official_write_annex_label(&w->text, &w->official, 0), "Phụ lục");
	release(w);
}

/* --- what returns and roll-ups say --- */

static const struct table *table_of(const struct written *w, const char *key)
{
	const struct table *t = document_table(&w->document, str_from(key));
	assert_non_null(t);
	return t;
}

static struct cell cell_at(const struct table *t, size_t row, size_t column)
{
	assert_true(row < t->row_count && column < t->column_count);
	return t->cells[row * t->column_count + column];
}

static void check_cell(enum lang lang, struct cell cell, const char *expected)
{
	struct writer w;
	writer_init(&w, BYTES);
	cell_write(&w, lang, &cell);
	assert_int_equal(w.size, strlen(expected));
	assert_memory_equal(w.data, expected, w.size);
	writer_release(&w);
}

static void a_return_has_the_rows_of_appendix_two(void **state)
{
	(void)state;
	struct written *w = make(CASE_RETURN);
	const struct table *t = table_of(w, "return");
	assert_true(str_equal(w->official.title, STR("Thống kê, báo cáo kết quả triển khai")));
	assert_true(str_equal(w->official.body_blocks.blocks[1].text, STR("1. Thông tin chung")));
	assert_int_equal(t->column_count, 4);
	assert_true(str_equal(t->columns[0].title, STR("Stt")));
	assert_true(str_equal(t->columns[1].title, STR("Nội dung")));
	assert_true(str_equal(t->columns[2].title, STR("Số lượng")));
	assert_true(str_equal(t->columns[3].title, STR("Ghi chú")));
	check_cell(LANG_VI, cell_at(t, 1, 1), "Tổng số cơ quan, tổ chức triển khai chiến dịch");
	check_cell(LANG_VI, cell_at(t, 0, 2), "1.052");
	check_cell(LANG_VI, cell_at(t, 1, 2), "987");
	release(w);
}

static void what_was_not_declared_is_no_zero(void **state)
{
	(void)state;
	struct written *w = make(CASE_LONG_RETURN);
	check_cell(LANG_VI, cell_at(table_of(w, "return"), 7, 2), "–");
	release(w);
	w = make(CASE_EMPTY_ROLLUP);
	check_cell(LANG_VI, cell_at(table_of(w, "sums"), 0, 2), "–");
	check_cell(LANG_VI, cell_at(table_of(w, "states"), 0, 3), "–");
	assert_int_equal(w->official.annex_count, 0);
	release(w);
}

static void beside_every_sum_stands_how_complete_it_is(void **state)
{
	(void)state;
	struct written *w = make(CASE_ROLLUP);
	const struct table *t = table_of(w, "sums");
	assert_true(str_equal(t->title, STR("Tổng các số đã khai")));
	check_cell(LANG_VI, cell_at(t, 0, 2), "1.052.479");
	check_cell(LANG_VI, cell_at(t, 0, 3), "187\u00a0trên\u00a0212 đơn vị");
	check_cell(LANG_VI, cell_at(t, 1, 3), "180\u00a0trên\u00a0212 đơn vị");
	check_cell(LANG_VI, cell_at(t, 0, 4), "Đếm theo mã số thuế, mỗi tổ chức một lần: 917.492.");
	release(w);
}

static void states_add_up(void **state)
{
	(void)state;
	struct written *w = make(CASE_ROLLUP);
	const struct table *t = table_of(w, "states");
	double sum = 0;
	for (size_t i = 0; i < ROLLUP_STATE__COUNT; i++)
		sum += cell_at(t, i, 2).number.value;
	assert_true(sum == cell_at(t, ROLLUP_STATE__COUNT, 2).number.value);
	check_cell(LANG_VI, cell_at(t, ROLLUP_STATE__COUNT, 2), "212");
	check_cell(LANG_VI, cell_at(t, 1, 3), "14,6\u00a0%");
	release(w);
}

/* The fall of a sum is not the fall of what it counts, when others declared. */
static void a_comparison_says_who_declared(void **state)
{
	(void)state;
	struct written *w = make(CASE_ROLLUP);
	const struct table *t = table_of(w, "compared");
	check_cell(LANG_VI, cell_at(t, 0, 2), "2.014.512");
	check_cell(LANG_VI, cell_at(t, 0, 3), "203");
	check_cell(LANG_VI, cell_at(t, 0, 5), "187");
	check_cell(LANG_VI, cell_at(t, 0, 6), "−47,8\u00a0%");
	check_cell(LANG_VI, cell_at(t, 1, 6), "–");
	official_write_page(&w->text, &w->official);
	assert_true(holds(&w->text, "không phải là thay đổi của kết quả"));
	release(w);
}

static void annexes_list_children_and_the_late(void **state)
{
	(void)state;
	struct written *w = make(CASE_ROLLUP);
	const struct table *children = table_of(w, "children"), *late = table_of(w, "late");
	assert_int_equal(children->row_count, CASE_CHILDREN + 1);
	check_cell(LANG_VI, cell_at(children, 0, 2), "150\u00a0trên\u00a0160");
	check_cell(LANG_VI, cell_at(children, 13, 3), "–");
	check_cell(LANG_VI, cell_at(children, CASE_CHILDREN, 3), "1.052.479");
	check_cell(LANG_VI, cell_at(late, 0, 3), "Chưa gửi");
	check_cell(LANG_VI, cell_at(late, 1, 3), "23/10/2020");
	assert_int_equal(table_of(w, "unopened")->row_count, 12);
	release(w);
}

/* More rows than stand beside each other are split; none is lost. */
static void wide_rollups_are_split(void **state)
{
	(void)state;
	struct written *w = make(CASE_WIDE_ROLLUP);
	const struct official_annex *annex = &w->official.annexes[0];
	size_t columns = 0, tables = 0;
	for (size_t i = 0; i < annex->body.count; i++)
		if (annex->body.blocks[i].kind == OFFICIAL_TABLE) {
			columns += annex->body.blocks[i].table.column_count - 3;
			tables++;
		}
	assert_int_equal(tables, 2);
	assert_int_equal(columns, 7);
	release(w);
}

/* --- as blocks, as a page --- */

static void blocks_open_again(void **state)
{
	(void)state;
	for (enum official_case c = 0; c < CASE_HOSTILE; c++) {
		struct written *w = make(c);
		struct document again;
		document_freeze(&w->text, &w->document);
		assert_int_equal(writer_end(&w->text), E_OK);
		assert_int_equal(document_open(writer_view(&w->text), &w->arena, &again), E_OK);
		assert_int_equal(again.block_count, w->document.block_count);
		release(w);
	}
}

static void pages_have_headings_and_named_tables(void **state)
{
	(void)state;
	struct written *w = make(CASE_ROLLUP);
	official_write_page(&w->text, &w->official);
	assert_int_equal(writer_end(&w->text), E_OK);
	assert_true(holds(&w->text, "<h1 class=\"capitals\">Báo cáo</h1>"));
	assert_true(holds(&w->text, "<h2>2. Thông tin số liệu</h2>"));
	assert_true(holds(&w->text, "<caption>Tổng các số đã khai</caption>"));
	assert_true(holds(&w->text, "scope=\"col\""));
	assert_true(holds(&w->text, "scope=\"row\""));
	assert_true(holds(&w->text, "<li>Lưu: VT, CNTT</li>"));
	assert_false(holds(&w->text, "<script"));
	release(w);
}

static void a_letter_has_one_heading_too(void **state)
{
	(void)state;
	struct written *w = make(CASE_LETTER);
	official_write_page(&w->text, &w->official);
	assert_true(holds(&w->text, "<h1 class=\"official-subject\">V/v tham gia chiến dịch"));
	writer_clear(&w->text);
	struct html h;
	html_init_piece(&h, &w->text);
	official_write_html(&h, &w->official);
	assert_int_equal(html_end(&h), E_OK);
	assert_true(holds(&w->text, "<h2 class=\"official-subject\">"));
	assert_false(holds(&w->text, "<h1"));
	release(w);
}

static void texts_are_text(void **state)
{
	(void)state;
	struct written *w = make(CASE_HOSTILE);
	official_write_page(&w->text, &w->official);
	assert_int_equal(writer_end(&w->text), E_OK);
	assert_true(holds(&w->text, "&lt;/table&gt;&lt;script&gt;"));
	assert_false(holds(&w->text, "</table><script>"));
	release(w);
}

/* Nothing national where nothing is given. */
static void other_countries_have_a_plain_letter(void **state)
{
	(void)state;
	struct written *w = make(CASE_ROLLUP_EN);
	official_write_page(&w->text, &w->official);
	assert_true(holds(&w->text, "Ministry of Information"));
	assert_true(holds(&w->text, "187\u00a0of\u00a0212 units"));
	assert_true(holds(&w->text, "1,052,479"));
	assert_false(holds(&w->text, "Độc lập"));
	assert_false(holds(&w->text, "Kính gửi"));
	release(w);
}

static void a_full_arena_is_told(void **state)
{
	(void)state;
	for (size_t limit = 0; limit < 20000; limit += 700) {
		struct arena arena;
		struct official o = {0};
		arena_init(&arena, limit);
		enum err err = official_case_make(CASE_LONG_RETURN, &arena, &o);
		assert_true(err == E_OK || err == E_NOMEM);
		arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_are_those_of_the_decree),
		cmocka_unit_test(months_are_written_as_offices_do),
		cmocka_unit_test(a_hand_finds_room),
		cmocka_unit_test(names_of_offices_tell_the_place),
		cmocka_unit_test(annexes_are_numbered_when_there_are_several),
		cmocka_unit_test(a_return_has_the_rows_of_appendix_two),
		cmocka_unit_test(what_was_not_declared_is_no_zero),
		cmocka_unit_test(beside_every_sum_stands_how_complete_it_is),
		cmocka_unit_test(states_add_up),
		cmocka_unit_test(a_comparison_says_who_declared),
		cmocka_unit_test(annexes_list_children_and_the_late),
		cmocka_unit_test(wide_rollups_are_split),
		cmocka_unit_test(blocks_open_again),
		cmocka_unit_test(pages_have_headings_and_named_tables),
		cmocka_unit_test(a_letter_has_one_heading_too),
		cmocka_unit_test(texts_are_text),
		cmocka_unit_test(other_countries_have_a_plain_letter),
		cmocka_unit_test(a_full_arena_is_told),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
