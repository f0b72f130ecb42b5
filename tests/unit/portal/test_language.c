/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "portal/language.h"

static void the_visitor_is_heard(void **state)
{
	(void)state;
	static const struct {
		const char *header;
		enum lang lang;
	} cases[] = {
		{"", LANG_VI},
		{"*", LANG_VI},
		{"fr-FR,fr;q=0.9", LANG_VI},
		{"vi", LANG_VI},
		{"en", LANG_EN},
		{"en-GB", LANG_EN},
		{"EN-us;q=0.5", LANG_EN},
		{"vi;q=0.8, en;q=0.9", LANG_EN},
		{"vi;q=0.9, en;q=0.9", LANG_VI},
		{"en;q=0", LANG_VI},
		{"en;q=0.001", LANG_EN},
		{"en;q=1.000,vi;q=0.999", LANG_EN},
		{"en;q=2,vi;q=0.1", LANG_VI},
		{"en;q=x", LANG_VI},
		{"en;q=0.1234", LANG_VI},
		{"en ; q=0.4 , vi ; q=0.3", LANG_EN},
		{",,;;,en", LANG_EN},
		{"english", LANG_VI},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (language_accepted(str_from(cases[i].header)) != cases[i].lang)
			fail_msg("%s", cases[i].header);
}

static void paths_name_languages(void **state)
{
	(void)state;
	enum lang lang = LANG_VI;
	assert_true(language_of_path(STR("/en/check"), &lang));
	assert_int_equal(lang, LANG_EN);
	assert_true(language_of_path(STR("/vi"), &lang));
	assert_int_equal(lang, LANG_VI);
	assert_false(language_of_path(STR("/"), &lang));
	assert_false(language_of_path(STR(""), &lang));
	assert_false(language_of_path(STR("/enter"), &lang));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_visitor_is_heard),
		cmocka_unit_test(paths_name_languages),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
