/* SPDX-License-Identifier: Apache-2.0 */
#include "scanning.h"

static const char rules[] =
	"rule planted { strings: $a = \"harmless planted text\" condition: $a }";

static int begin(void **state)
{
	struct scanning *s = calloc(1, sizeof(*s));
	scanning_begin(s, rules);
	*state = s;
	return 0;
}

static int end(void **state)
{
	struct scanning *s = *state;
	scanning_end(s);
	free(s);
	return 0;
}

static void put(struct scanning *s, const char *name, const char *text)
{
	scanning_file(s, name, text, strlen(text));
}

static void test_finds(void **state)
{
	struct scanning *s = *state;
	scanning_folder(s, "below");
	put(s, "clean", "nothing of note");
	put(s, "empty", "");
	put(s, "below/bad", "some harmless planted text here");
	scanning_run(s);
	assert_int_equal(s->totals.files, 3);
	assert_int_equal(s->totals.infected, 1);
	assert_int_equal(s->totals.not_scanned, 0);
	assert_int_equal(s->found_count, 1);
	assert_true(scanning_found(s, "/below/bad| planted"));
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_finds, begin, end),
	};
	if (argc == 3 && strcmp(argv[1], "--role") == 0)
		scan_parse_role();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
