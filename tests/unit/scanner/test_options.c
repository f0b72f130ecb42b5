/* SPDX-License-Identifier: Apache-2.0 */
#include "scanner/options.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static struct settings read(int count, const char *const *words)
{
	struct options options = {0};
	struct arena arena;
	struct console console;
	struct settings settings = {0};
	const char *at;
	arena_init(&arena, 1 << 20);
	console_init(&console, "test", LANG_EN, false);
	assert_int_equal(options_parse(&options, scanner_options(), &arena, count, words, &at),
		OPTIONS_FINE);
	assert_true(settings_read(&options, &console, &settings));
	assert_true(console_finish(&console));
	arena_release(&arena);
	return settings;
}
#define READ(...)                                                                                  \
	read(sizeof((const char *[]){"", __VA_ARGS__}) / sizeof(char *),                           \
		(const char *[]){"", __VA_ARGS__, NULL})

/* "Under a minute", unless somebody says otherwise. */
static void test_time(void **state)
{
	(void)state;
	assert_int_equal(READ("--quick").seconds_most, 50);
	assert_int_equal(READ("--quick", "--for", "7").seconds_most, 7);
	assert_int_equal(READ("--for", "7").seconds_most, 7);
	assert_int_equal(READ("--quiet").seconds_most, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(test_time)};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
