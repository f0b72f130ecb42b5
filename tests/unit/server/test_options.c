/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "server/option_words.h"
#include "server/options.h"

static struct arena arena;

static enum options_complaint parse(struct options *o, int count, const char *const *words)
{
	const char *at;
	return options_parse(o, server_options(), &arena, count, words, &at);
}

static void option_before_environment_before_file(void **state)
{
	(void)state;
	struct options o;
	struct problem problem;
	const char *const words[] = {"quetsach", "top", "--kind=c2", "asns", "--json", "--", "--x"};
	assert_int_equal(parse(&o, 7, words), OPTIONS_FINE);
	assert_int_equal(o.word_count, 3);
	assert_string_equal(o.words[2], "--x");
	assert_int_equal(
		options_configure(
			&o, STR("# ours\nkind = infected\n\nfeed=file\ntitle = a = b\n"), &problem),
		E_OK);
	setenv("QUETSACH_KIND", "blocklisted", 1);
	setenv("QUETSACH_FEED", "environment", 1);
	assert_string_equal(options_get(&o, "kind"), "c2");
	assert_string_equal(options_get(&o, "feed"), "environment");
	assert_string_equal(options_get(&o, "title"), "a = b");
	assert_true(options_has(&o, "json"));
	assert_false(options_has(&o, "country"));
	unsetenv("QUETSACH_KIND");
	unsetenv("QUETSACH_FEED");
}

static void complaints(void **state)
{
	(void)state;
	struct options o;
	struct problem problem;
	assert_int_equal(
		parse(&o, 2, (const char *const[]){"quetsach", "--kindd"}), OPTIONS_UNKNOWN);
	assert_int_equal(
		parse(&o, 2, (const char *const[]){"quetsach", "--kind"}), OPTIONS_NEEDS_VALUE);
	assert_int_equal(
		parse(&o, 2, (const char *const[]){"quetsach", "--json=1"}), OPTIONS_NO_VALUE);
	assert_int_equal(options_configure(&o, STR("kind = c2\nknd = c2\n"), &problem), E_UNKNOWN);
	assert_int_equal(problem.line, 2);
	assert_true(str_equal(problem_got(&problem), STR("knd")));
}

static void repeated_option(void **state)
{
	(void)state;
	struct options o;
	const char *const words[] = {
		"quetsach", "serve", "--trusted-proxy", "10.0.0.1", "--trusted-proxy", "10.0.0.2"};
	assert_int_equal(parse(&o, 6, words), OPTIONS_FINE);
	assert_int_equal(options_count(&o, "trusted-proxy"), 2);
	assert_string_equal(options_nth(&o, "trusted-proxy", 1), "10.0.0.2");
}

/* All of one place, nothing of the next. */
static void repeated_in_the_file(void **state)
{
	(void)state;
	struct options o;
	struct problem problem;
	const struct str file =
		STR("trusted-proxy = 10.0.0.1\nzone = UTC\ntrusted-proxy=10.0.0.2\n");
	const char *const words[] = {"quetsach", "serve", "--trusted-proxy", "10.0.0.9"};
	assert_int_equal(parse(&o, 2, words), OPTIONS_FINE);
	assert_int_equal(options_configure(&o, file, &problem), E_OK);
	assert_int_equal(options_count(&o, "trusted-proxy"), 2);
	assert_string_equal(options_nth(&o, "trusted-proxy", 0), "10.0.0.1");
	assert_string_equal(options_nth(&o, "trusted-proxy", 1), "10.0.0.2");
	setenv("QUETSACH_TRUSTED_PROXY", "10.0.0.5", 1);
	assert_int_equal(options_count(&o, "trusted-proxy"), 1);
	assert_string_equal(options_nth(&o, "trusted-proxy", 0), "10.0.0.5");
	unsetenv("QUETSACH_TRUSTED_PROXY");
	assert_int_equal(parse(&o, 4, words), OPTIONS_FINE);
	assert_int_equal(options_configure(&o, file, &problem), E_OK);
	assert_int_equal(options_count(&o, "trusted-proxy"), 1);
	assert_string_equal(options_nth(&o, "trusted-proxy", 0), "10.0.0.9");
}

static void flags_in_the_file(void **state)
{
	(void)state;
	struct options o;
	struct problem problem;
	const char *const words[] = {"quetsach", "serve"};
	assert_int_equal(parse(&o, 2, words), OPTIONS_FINE);
	assert_int_equal(
		options_configure(&o, STR("proxy-protocol = yes\njson = no\n"), &problem), E_OK);
	assert_true(options_has(&o, "proxy-protocol"));
	assert_false(options_has(&o, "json"));
	assert_int_equal(options_configure(&o, STR("proxy-protocol = on\n"), &problem), E_UNKNOWN);
}

/* A new option needs a line in option_words.c, and its message in po. */
static void every_option_has_words(void **state)
{
	(void)state;
	struct option_words words;
	size_t count;
	const struct option_table *table = server_options();
	for (size_t i = 0; i < table->count; i++)
		if (!option_words_find(STR("any"), str_from(table->infos[i].name), &words))
			fail_msg("--%s has no words", table->infos[i].name);
	const struct option_words *rows = option_words_of_commands(&count);
	assert_true(count > 0);
	for (size_t i = 0; i < count; i++)
		if (!option_find(table, str_from(rows[i].option)))
			fail_msg("--%s is no option", rows[i].option);
}

static void words_of_a_command(void **state)
{
	(void)state;
	struct option_words words;
	assert_true(option_words_find(STR("network show"), STR("as-of"), &words));
	assert_int_equal(words.message, MESSAGE_OPTION_AS_OF_OF_NETWORK);
	assert_string_equal(words.value, "DATE");
	assert_true(option_words_find(STR("networks"), STR("as-of"), &words));
	assert_int_equal(words.message, MESSAGE_OPTION_AS_OF);
	assert_string_equal(words.value, "N");
	assert_true(option_words_find(STR("fetch"), STR("again"), &words));
	assert_null(words.value);
	assert_false(option_words_find(STR("fetch"), STR("agai"), &words));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(option_before_environment_before_file),
		cmocka_unit_test(complaints),
		cmocka_unit_test(repeated_option),
		cmocka_unit_test(repeated_in_the_file),
		cmocka_unit_test(flags_in_the_file),
		cmocka_unit_test(every_option_has_words),
		cmocka_unit_test(words_of_a_command),
	};
	arena_init(&arena, 1 << 24);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	arena_release(&arena);
	return failed;
}
