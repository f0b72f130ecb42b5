/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/glob.h"

static void patterns_fit(void **state)
{
	static const struct {
		const char *pattern, *text;
		bool nocase, fits;
	} cases[] = {
		{"", "", false, true},
		{"*", "", false, true},
		{"/a/b", "/a/b", false, true},
		{"/a/b", "/a/bc", false, false},
		{"/a/*", "/a/b/c", false, true},
		{"*.log", "/var/x.log", false, true},
		{"*.log", "/var/x.log.gz", false, false},
		{"/?/b", "/a/b", false, true},
		{"/?/b", "//b", false, false},
		{"*a*b*c", "xxaxbxbxc", false, true},
		{"*a*b*c", "xxaxcxb", false, false},
		{"**", "anything", false, true},
		{"*.EXE", "a.exe", false, false},
		{"*.EXE", "a.exe", true, true},
		{"*[", "{", true, false},
	};
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (glob_fits(str_from(cases[i].pattern), str_from(cases[i].text),
			    cases[i].nocase) != cases[i].fits)
			fail_msg("%s on %s", cases[i].pattern, cases[i].text);
}

/* What takes others exponential time. */
static void many_stars_take_no_longer(void **state)
{
	char pattern[2001], text[2001];
	(void)state;
	for (int i = 0; i < 2000; i++) {
		pattern[i] = i % 2 ? 'a' : '*';
		text[i] = 'a';
	}
	pattern[2000] = text[2000] = '\0';
	pattern[1999] = 'b';
	assert_false(glob_fits(str_from(pattern), str_from(text), false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(patterns_fit),
		cmocka_unit_test(many_stars_take_no_longer),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
