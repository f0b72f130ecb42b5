/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cairo-pdf.h>
#include <cmocka.h>
#include <math.h>
#include <pango/pangocairo.h>
#include <stdio.h>

#include "official_cases.h"
#include "report/official_paper.h"
#include "report/official_sheet.h"

enum {
	BYTES = 8 << 20
};

static struct writer file, again;
static struct arena arena;
static struct official official;

static int set_up(void **state)
{
	(void)state;
	writer_init(&file, BYTES);
	writer_init(&again, BYTES);
	arena_init(&arena, 64 << 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	writer_release(&file);
	writer_release(&again);
	arena_release(&arena);
	return 0;
}

static struct sheet laid_out_official(void)
{
	struct sheet s = {.official = &official};
	arena_init(&s.arena, 256 << 20);
	writer_init(&s.line, 1 << 20);
	assert_int_equal(picture_new_on(cairo_pdf_surface_create(NULL, 1, 1), &s.picture), E_OK);
	sheet_set_up(&s);
	sheet_lay_out(&s);
	assert_int_equal(s.err, E_OK);
	return s;
}

static struct sheet laid_out(enum official_case c)
{
	assert_int_equal(official_case_make(c, &arena, &official), E_OK);
	return laid_out_official();
}

static void release(struct sheet *s)
{
	sheet_release(s);
	arena_clear(&arena);
}

static void slips_keep_to_pages(void **state)
{
	(void)state;
	for (enum official_case c = 0; c < OFFICIAL_CASE__COUNT; c++) {
		struct sheet s = laid_out(c);
		for (size_t i = 0; i < s.slip_count; i++) {
			const struct slip *slip = &s.slips[i];
			assert_true(slip->y >= sheet_top);
			assert_true(slip->y + slip->height <= sheet_bottom + .01);
			assert_true(slip->page < s.page_count);
			if (i > 0 && slip[-1].page == slip->page)
				assert_true(slip->y >= slip[-1].y + slip[-1].height - .01);
			if (i > 0)
				assert_in_range(slip->page, slip[-1].page, slip[-1].page + 1);
		}
		release(&s);
	}
}

static void words_stay_within_the_margins(void **state)
{
	(void)state;
	size_t lines = 0;
	for (enum official_case c = 0; c < OFFICIAL_CASE__COUNT; c++) {
		struct sheet s = laid_out(c);
		for (size_t i = 0; i < s.slip_count; i++)
			for (size_t k = 0; k < s.slips[i].word_count; k++) {
				const struct script_words *w = &s.slips[i].words[k];
				double width = script_words_width(w);
				double part = w->anchor == ANCHOR_END      ? 1
					      : w->anchor == ANCHOR_MIDDLE ? .5
									   : 0;
				double left = w->x - width * part;
				assert_true(left >= -1);
				assert_true(left + width <= sheet_right - sheet_left + 1);
				assert_true(w->y >= -.01);
				assert_true(
					w->y + script_words_height(w) <= s.slips[i].height + .01);
				lines += (size_t)(w->to - w->from);
			}
		release(&s);
	}
	assert_true(lines > 500);
}

/* The slip with these words. */
static const struct slip *find(const struct sheet *s, const char *words)
{
	for (size_t i = 0; i < s->slip_count; i++)
		for (size_t k = 0; k < s->slips[i].word_count; k++) {
			const struct script_words *w = &s->slips[i].words[k];
			if (w->to > w->from && strstr(pango_layout_get_text(w->layout), words))
				return &s->slips[i];
		}
	return NULL;
}

/* Made longer line by line, so that it falls on every place around the end of a page. */
static void a_signature_never_stands_alone(void **state)
{
	(void)state;
	static struct official_block blocks[30];
	for (size_t count = 12; count < 30; count++) {
		assert_int_equal(official_case_make(CASE_LETTER, &arena, &official), E_OK);
		for (size_t i = 0; i < count; i++)
			blocks[i] = (struct official_block){
				.kind = OFFICIAL_PARAGRAPH, .text = STR("Một dòng của văn bản.")};
		official.body_blocks = (struct official_blocks){blocks, count};
		struct sheet s = laid_out_official();
		const struct slip *signature = find(&s, "Nguyễn Thị Bích Ngọc");
		assert_non_null(signature);
		assert_true(signature->y > sheet_top + 10);
		assert_int_equal(signature[-1].page, signature->page);
		release(&s);
	}
}

static void rows_on_a_new_page_have_their_titles(void **state)
{
	(void)state;
	struct sheet s = laid_out(CASE_ROLLUP);
	size_t begun = 0;
	for (size_t i = 1; i < s.slip_count; i++) {
		const struct slip *row = &s.slips[i];
		if (row->head == NONE || row[-1].page == row->page)
			continue;
		assert_true(row->y >= sheet_top + s.slips[row->head].height - .01);
		begun++;
	}
	assert_true(begun >= 2);
	release(&s);
}

static void annexes_begin_pages(void **state)
{
	(void)state;
	struct sheet s = laid_out(CASE_ROLLUP);
	size_t parts = 0;
	for (size_t i = 1; i < s.slip_count; i++)
		if (s.slips[i].part != s.slips[i - 1].part) {
			assert_true(s.slips[i].page > s.slips[i - 1].page);
			parts++;
		}
	assert_int_equal(parts, 3);
	release(&s);
}

static double size_of(const struct sheet *s, const char *words)
{
	for (size_t i = 0; i < s->slip_count; i++)
		for (size_t k = 0; k < s->slips[i].word_count; k++) {
			const struct script_words *w = &s->slips[i].words[k];
			if (w->to > w->from && strstr(pango_layout_get_text(w->layout), words))
				return w->size;
		}
	fail_msg("%s is not there", words);
	return 0;
}

static void check_size(const struct sheet *s, const char *words, double least, double most)
{
	double size = size_of(s, words);
	assert_true(size >= least && size <= most);
}

static void sizes_are_those_of_the_decree(void **state)
{
	(void)state;
	for (enum official_case c = CASE_LETTER; c <= CASE_LONG_LETTER; c++) {
		struct sheet s = laid_out(c);
		check_size(&s, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", 12, 13);
		check_size(&s, "Độc lập - Tự do - Hạnh phúc", 13, 14);
		check_size(&s, "ỦY BAN NHÂN DÂN", 12, 13);
		check_size(&s, "Số: 2049", 13, 13);
		check_size(&s, "năm 2020", 13, 14);
		check_size(&s, "V/v tham gia", 12, 13);
		check_size(&s, "Kính gửi:", 13, 14);
		check_size(&s, "Rất mong nhận", 13, 14);
		check_size(&s, "Nơi nhận:", 12, 12);
		check_size(&s, "Lưu: VT", 11, 11);
		check_size(&s, "KT. ", 13, 14);
		release(&s);
	}
}

/* Two pages of which one holds a signature become one. */
static void a_letter_is_drawn_together(void **state)
{
	(void)state;
	struct sheet s = laid_out(CASE_RETURN);
	assert_int_equal(s.page_count, 1);
	assert_true(s.tight);
	release(&s);
	s = laid_out(CASE_LETTER);
	assert_false(s.tight);
	release(&s);
}

/* A cell of many lines is cut, and all of it is there. */
static void giant_cells_lose_nothing(void **state)
{
	(void)state;
	struct sheet s = laid_out(CASE_HOSTILE);
	int next = 0, all = 0;
	for (size_t i = 0; i < s.slip_count; i++)
		for (size_t k = 0; k < s.slips[i].word_count; k++) {
			const struct script_words *w = &s.slips[i].words[k];
			if (!w->tag || strcmp(w->tag, "TD") != 0 ||
				strncmp(pango_layout_get_text(w->layout), "lặp lại", 7) != 0)
				continue;
			assert_int_equal(w->from, next);
			next = w->to;
			all = pango_layout_get_line_count(w->layout);
		}
	assert_true(all > 60);
	assert_int_equal(next, all);
	release(&s);
}

static bool holds(const struct writer *w, const char *what)
{
	return memmem(w->data, w->size, what, strlen(what)) != NULL;
}

static void the_same_document_is_the_same_file(void **state)
{
	(void)state;
	assert_int_equal(official_case_make(CASE_ROLLUP, &arena, &official), E_OK);
	assert_int_equal(official_write_pdf(&official, &file), E_OK);
	assert_int_equal(official_write_pdf(&official, &again), E_OK);
	assert_int_equal(file.size, again.size);
	assert_memory_equal(file.data, again.data, file.size);
	assert_true(holds(&file, "/Lang (vi)"));
	assert_true(holds(&file, "/StructTreeRoot"));
	writer_clear(&file);
	writer_clear(&again);
	assert_int_equal(official_write_xlsx(&official, &file), E_OK);
	assert_int_equal(official_write_xlsx(&official, &again), E_OK);
	assert_int_equal(file.size, again.size);
	assert_memory_equal(file.data, again.data, file.size);
}

static void an_empty_document_is_a_page(void **state)
{
	(void)state;
	const struct official nothing = {.lang = LANG_EN};
	assert_int_equal(official_write_pdf(&nothing, &file), E_OK);
	assert_memory_equal(file.data, "%PDF", 4);
	assert_false(holds(&file, "CreationDate"));
}

static void a_limit_is_told(void **state)
{
	(void)state;
	assert_int_equal(official_case_make(CASE_RETURN, &arena, &official), E_OK);
	writer_release(&file);
	writer_init(&file, 5000);
	assert_int_equal(official_write_pdf(&official, &file), E_LIMIT);
	writer_clear(&file);
	assert_int_equal(official_write_xlsx(&official, &file), E_LIMIT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(slips_keep_to_pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(words_stay_within_the_margins, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_signature_never_stands_alone, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			rows_on_a_new_page_have_their_titles, set_up, tear_down),
		cmocka_unit_test_setup_teardown(annexes_begin_pages, set_up, tear_down),
		cmocka_unit_test_setup_teardown(sizes_are_those_of_the_decree, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_letter_is_drawn_together, set_up, tear_down),
		cmocka_unit_test_setup_teardown(giant_cells_lose_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			the_same_document_is_the_same_file, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_empty_document_is_a_page, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_limit_is_told, set_up, tear_down),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
