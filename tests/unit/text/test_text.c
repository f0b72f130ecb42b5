/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "text/text.h"

static void holds(const struct writer *w, const char *expected)
{
	assert_true(str_equal(writer_view_str(w), str_from(expected)));
}

static void numbers_are_grouped(void **state)
{
	(void)state;
	static const struct {
		uint64_t value;
		const char *vi;
		const char *en;
	} cases[] = {
		{0, "0", "0"},
		{999, "999", "999"},
		{1000, "1.000", "1,000"},
		{1052479, "1.052.479", "1,052,479"},
		{UINT64_MAX, "18.446.744.073.709.551.615", "18,446,744,073,709,551,615"},
	};
	struct writer w;
	writer_init(&w, 100);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		text_number(&w, LANG_VI, cases[i].value);
		holds(&w, cases[i].vi);
		writer_clear(&w);
		text_number(&w, LANG_EN, cases[i].value);
		holds(&w, cases[i].en);
		writer_clear(&w);
	}
	writer_release(&w);
}

static void decimals_are_written(void **state)
{
	(void)state;
	static const struct {
		double value;
		unsigned decimals;
		const char *vi, *en;
	} cases[] = {
		{0, 0, "0", "0"},
		{-0.04, 1, "0,0", "0.0"},
		{-0.05, 1, "−0,1", "−0.1"},
		{2014512, 0, "2.014.512", "2,014,512"},
		{1052479.25, 2, "1.052.479,25", "1,052,479.25"},
		{-1234.005, 1, "−1.234,0", "−1,234.0"},
		{0.000001, 6, "0,000001", "0.000001"},
		{0.5, 9, "0,500000", "0.500000"},
		{NAN, 1, "–", "–"},
		{INFINITY, 1, "–", "–"},
		{-1e300, 0, "–", "–"},
	};
	struct writer w;
	writer_init(&w, 1000);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		writer_clear(&w);
		text_decimal(&w, LANG_VI, cases[i].value, cases[i].decimals);
		assert_true(str_equal(writer_view_str(&w), str_from(cases[i].vi)));
		writer_clear(&w);
		text_decimal(&w, LANG_EN, cases[i].value, cases[i].decimals);
		assert_true(str_equal(writer_view_str(&w), str_from(cases[i].en)));
	}
	writer_clear(&w);
	text_percent(&w, LANG_VI, -0.47755, 1);
	assert_true(str_equal(writer_view_str(&w), STR("−47,8\u00a0%")));
	writer_release(&w);
}

static void languages_are_named(void **state)
{
	(void)state;
	enum lang lang = LANG_EN;
	assert_true(lang_parse(STR("VI"), &lang));
	assert_int_equal(lang, LANG_VI);
	assert_false(lang_parse(STR("fr"), &lang));
	assert_true(str_equal(lang_code(LANG_EN), STR("en")));
}

static void problems_are_told(void **state)
{
	(void)state;
	struct problem p = {.line = 3, .limit = 65000};
	struct writer w;
	writer_init(&w, 1000);
	problem_set(&p, PROBLEM_BAD_ADDRESS, STR("src_ip"), STR("300.1.2.3"));
	text_problem(&w, LANG_EN, &p);
	holds(&w, "not an IP address: “300.1.2.3”");
	writer_clear(&w);
	text_problem(&w, LANG_VI, &p);
	holds(&w, "không phải địa chỉ IP: “300.1.2.3”");
	writer_clear(&w);
	problem_set(&p, PROBLEM_TOO_MANY_NAMES, STR(""), STR(""));
	text_problem(&w, LANG_VI, &p);
	holds(&w, "quá nhiều tên mã độc khác nhau trong một tệp (giới hạn 65.000)");
	writer_release(&w);
}

/* A value that looks like a placeholder is not filled in again. */
static void values_stay_values(void **state)
{
	(void)state;
	struct problem p = {.limit = 7};
	struct writer w;
	writer_init(&w, 1000);
	problem_set(&p, PROBLEM_BAD_ADDRESS, STR(""), STR("{limit}"));
	text_problem(&w, LANG_EN, &p);
	holds(&w, "not an IP address: “{limit}”");
	writer_release(&w);
}

static void every_error_and_problem_has_words(void **state)
{
	(void)state;
	struct problem p = {0};
	struct writer w;
	writer_init(&w, 1000);
	for (int lang = 0; lang < LANG__COUNT; lang++) {
		for (int err = 0; err < ERR__COUNT; err++)
			assert_true(text_err((enum lang)lang, (enum err)err).size > 0);
		for (int code = 0; code < PROBLEM__COUNT; code++) {
			problem_set(&p, (enum problem_code)code, STR("f"), STR("g"));
			writer_clear(&w);
			text_problem(&w, (enum lang)lang, &p);
			assert_true(w.size > 0);
		}
	}
	writer_release(&w);
}

static void messages_come_apart(void **state)
{
	(void)state;
	struct str rest = STR("a {b} c");
	struct str words;
	struct str name;
	assert_true(text_next(&rest, &words, &name));
	assert_true(str_equal(words, STR("a ")) && str_equal(name, STR("b")));
	assert_true(text_next(&rest, &words, &name));
	assert_true(str_equal(words, STR(" c")) && name.size == 0);
	assert_false(text_next(&rest, &words, &name));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_are_grouped),
		cmocka_unit_test(decimals_are_written),
		cmocka_unit_test(languages_are_named),
		cmocka_unit_test(problems_are_told),
		cmocka_unit_test(values_stay_values),
		cmocka_unit_test(every_error_and_problem_has_words),
		cmocka_unit_test(messages_come_apart),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
