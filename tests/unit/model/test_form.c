/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "model/form.h"

static struct arena arena;

static int begin(void **state)
{
	(void)state;
	arena_init(&arena, 16 << 20);
	return 0;
}

static int end(void **state)
{
	(void)state;
	arena_release(&arena);
	return 0;
}

static struct return_form appendix(void)
{
	struct return_form form = {.row_count = 0};
	struct problem problem;
	assert_int_equal(form_parse(form_appendix_two(), &arena, &form, &problem), E_OK);
	return form;
}

static void test_appendix_two_says_what_the_letter_says(void **state)
{
	(void)state;
	struct return_form form = appendix();
	assert_int_equal(form.row_count, 3);
	assert_true(str_equal(form.title[LANG_VI], STR("THỐNG KÊ, BÁO CÁO KẾT QUẢ TRIỂN KHAI")));
	assert_true(str_equal(form.rows[0].label[LANG_VI],
		STR("Tổng số cơ quan, tổ chức, doanh nghiệp nhận được thông tin về chiến dịch")));
	assert_true(str_equal(form.rows[1].label[LANG_VI],
		STR("Tổng số cơ quan, tổ chức triển khai chiến dịch")));
	assert_true(str_equal(form.rows[2].label[LANG_VI],
		STR("Đánh giá kết quả thực hiện chiến dịch trên địa bàn/phạm vi quản lý")));
	assert_true(form.rows[0].summed && form.rows[0].listed && form.rows[0].note);
	assert_int_equal(form.rows[2].type, ROW_TEXT);
	assert_false(form.rows[2].required);
	assert_int_equal(form.check_count, 1);
	assert_int_equal(form.checks[0].left, 1);
	assert_int_equal(form.checks[0].right, 0);
	assert_false(form.checks[0].error);
}

static void assert_refused(const char *text, enum problem_code code, uint64_t line)
{
	struct return_form form;
	struct problem problem;
	assert_int_not_equal(form_parse(str_from(text), &arena, &form, &problem), E_OK);
	assert_int_equal(problem.code, code);
	assert_int_equal(problem.line, line);
}

#define HEAD "title-vi: A\ntitle-en: A\n"
#define ROW "row: a\nlabel-vi: A\nlabel-en: A\n"

static void test_bad_forms_are_refused_where_they_are_bad(void **state)
{
	(void)state;
	assert_refused("", PROBLEM_NO_FIELD, 0);
	assert_refused(HEAD, PROBLEM_NO_FIELD, 2);
	assert_refused(HEAD "nonsense\n", PROBLEM_NOT_A_FIELD, 3);
	assert_refused(HEAD "colour: red\n", PROBLEM_UNKNOWN_FIELD, 3);
	assert_refused(HEAD ROW "colour: red\n", PROBLEM_UNKNOWN_FIELD, 6);
	assert_refused(HEAD "row: 1a\n", PROBLEM_BAD_FIELD, 3);
	assert_refused(HEAD ROW ROW, PROBLEM_TWICE_FIELD, 6);
	assert_refused(HEAD ROW "label-vi: B\n", PROBLEM_TWICE_FIELD, 6);
	assert_refused(HEAD ROW "type: picture\n", PROBLEM_BAD_FIELD, 6);
	assert_refused(HEAD ROW "type: text\nsummed: yes\n", PROBLEM_FIELDS_CLASH, 3);
	assert_refused(HEAD ROW "type: choice\n", PROBLEM_FIELDS_CLASH, 3);
	assert_refused(HEAD ROW "choice: x | X | X\n", PROBLEM_FIELDS_CLASH, 3);
	assert_refused(HEAD ROW "least: 5\nmost: 4\n", PROBLEM_FIELDS_CLASH, 3);
	assert_refused(HEAD ROW "most: 100000000001\n", PROBLEM_BAD_FIELD, 6);
	assert_refused(HEAD ROW "check: a > b\ntext-vi: x\ntext-en: x\n", PROBLEM_BAD_FIELD, 6);
	assert_refused(HEAD ROW "help-vi: a\x01"
				"b\n",
		PROBLEM_CONTROL_CHARACTER, 6);
	assert_refused(HEAD ROW "help-vi: \xff\n", PROBLEM_CONTROL_CHARACTER, 6);
}

static void test_values_go_on_and_choices_are_kept(void **state)
{
	(void)state;
	struct return_form form;
	struct problem problem;
	const char *text = "\xef\xbb\xbf# of ours\r\n" HEAD ROW
			   "type: choice\nhelp-vi: one\n\ttwo\nchoice: yes | Có | Yes\n"
			   "choice: no | Không | No\n";
	assert_int_equal(form_parse(str_from(text), &arena, &form, &problem), E_OK);
	assert_true(str_equal(form.rows[0].help[LANG_VI], STR("one two")));
	assert_int_equal(form.rows[0].choice_count, 2);
	assert_true(str_equal(form.rows[0].choices[1].label[LANG_VI], STR("Không")));
}

static void assert_number(const char *text, uint64_t expected)
{
	uint64_t got;
	assert_true(form_number_parse(str_from(text), &got));
	assert_int_equal(got, expected);
}

static void test_numbers_as_people_write_them(void **state)
{
	(void)state;
	static const char *const bad[] = {"", " ", "-1", "+1", "1.5", "1.05", "1.052,479", "1..052",
		".052", "1.0524", "1234.567", "12 345 67", "1e3", "0x10", "100000000001",
		"99999999999999999999", "12a", "٣"};
	uint64_t got;
	assert_number("0", 0);
	assert_number(" 187 ", 187);
	assert_number("007", 7);
	assert_number("1.052.479", 1052479);
	assert_number("1,052,479", 1052479);
	assert_number("1 052 479", 1052479);
	assert_number("1\xc2\xa0"
		      "052",
		1052);
	assert_number("100000000000", UINT64_C(100000000000));
	assert_number("100.000.000.000", UINT64_C(100000000000));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(form_number_parse(str_from(bad[i]), &got));
}

static size_t look(const struct return_form *form, const char *informed, const char *deployed,
	const struct number_before *before, struct answer_finding *findings)
{
	struct answer answers[3] = {
		{str_from(informed), {"", 0}}, {str_from(deployed), {"", 0}}, {{"", 0}, {"", 0}}};
	return form_check_answers(form, answers, before, findings);
}

static void test_two_populations_are_a_warning(void **state)
{
	(void)state;
	struct return_form form = appendix();
	struct answer_finding f[16];
	assert_in_range(form_findings_most(&form), 1, 16);
	assert_int_equal(look(&form, "10", "10", NULL, f), 0);
	assert_int_equal(look(&form, "10", "11", NULL, f), 1);
	assert_int_equal(f[0].kind, ANSWER_CHECK);
	assert_false(f[0].error);
	assert_int_equal(look(&form, "0", "0", NULL, f), 1);
	assert_int_equal(f[0].kind, ANSWER_ALL_ZERO);
	assert_int_equal(look(&form, "", "x", NULL, f), 2);
	assert_true(f[0].error && f[1].error);
	assert_int_equal(f[0].kind, ANSWER_MISSING);
	assert_int_equal(f[1].kind, ANSWER_NOT_NUMBER);
}

static void test_ten_times_the_campaign_before(void **state)
{
	(void)state;
	struct return_form form = appendix();
	struct answer_finding f[16];
	const struct number_before before[3] = {{true, 30}, {false, 0}, {false, 0}};
	assert_int_equal(look(&form, "299", "1", before, f), 0);
	assert_int_equal(look(&form, "300", "1", before, f), 1);
	assert_int_equal(f[0].kind, ANSWER_TENFOLD);
	assert_int_equal(f[0].before, 30);
	assert_int_equal(f[0].got, 300);
	const struct number_before many[3] = {{true, 3000}, {false, 0}, {false, 0}};
	assert_int_equal(look(&form, "300", "1", many, f), 1);
}

static void test_texts_are_kept_within_bounds(void **state)
{
	(void)state;
	struct return_form form = appendix();
	struct answer_finding f[16];
	struct answer answers[3] = {
		{STR("1"), {"", 0}}, {STR("1"), STR("a\x1b[2J")}, {STR("\xc3\x28"), {"", 0}}};
	assert_int_equal(form_check_answers(&form, answers, NULL, f), 2);
	assert_int_equal(f[0].kind, ANSWER_BAD_TEXT);
	assert_int_equal(f[0].row, 1);
	assert_int_equal(f[1].row, 2);
}

static void test_what_is_wrong_stays_as_typed(void **state)
{
	(void)state;
	struct return_form form = appendix();
	struct answer tidy;
	assert_int_equal(form_answer_tidy(&form.rows[0], &arena,
				 (struct answer){STR(" 1.052.479 "), STR(" a\r\nb ")}, &tidy),
		E_OK);
	assert_true(str_equal(tidy.value, STR("1052479")));
	assert_true(str_equal(tidy.note, STR("a\nb")));
	assert_int_equal(form_answer_tidy(&form.rows[0], &arena,
				 (struct answer){STR("about 1.5"), STR("")}, &tidy),
		E_OK);
	assert_true(str_equal(tidy.value, STR("about 1.5")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_appendix_two_says_what_the_letter_says, begin, end),
		cmocka_unit_test_setup_teardown(
			test_bad_forms_are_refused_where_they_are_bad, begin, end),
		cmocka_unit_test_setup_teardown(test_values_go_on_and_choices_are_kept, begin, end),
		cmocka_unit_test_setup_teardown(test_numbers_as_people_write_them, begin, end),
		cmocka_unit_test_setup_teardown(test_two_populations_are_a_warning, begin, end),
		cmocka_unit_test_setup_teardown(test_ten_times_the_campaign_before, begin, end),
		cmocka_unit_test_setup_teardown(test_texts_are_kept_within_bounds, begin, end),
		cmocka_unit_test_setup_teardown(test_what_is_wrong_stays_as_typed, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
