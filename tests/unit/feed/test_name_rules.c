/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/writer.h"
#include "feed/name_rules.h"

enum {
	ARENA_BYTES = 64 << 20
};

struct result {
	struct arena arena;
	struct name_rule *rules;
	size_t count;
	size_t problems;
	struct problem last;
	struct problem whole;
	enum err err;
};

static void note_problem(void *context, const struct problem *problem)
{
	struct result *r = context;
	r->problems++;
	r->last = *problem;
}

static void parse(struct result *r, struct str text)
{
	*r = (struct result){.count = 99};
	arena_init(&r->arena, ARENA_BYTES);
	r->err = name_rules_parse(text, STR("mapping.csv"), &r->arena, note_problem, r, &r->whole,
		&r->rules, &r->count);
}

static void rules_in_their_order(void **state)
{
	(void)state;
	struct result r;
	parse(&r,
		STR("\xEF\xBB\xBFPattern,Name,comment\r\n"
		    "# a comment, with \"quotes\"\n"
		    "\"^b106-(bladabindi|cb)$\",bladabindi/jenxcus,\"used, by \"\"x\"\"\",more\r\n"
		    "\n"
		    "\"a, \"\"b\"\" \", Two \n"
		    "^last$,Last"));
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.problems, 0);
	assert_int_equal(r.count, 3);
	assert_true(str_equal(r.rules[0].pattern, STR("^b106-(bladabindi|cb)$")));
	assert_true(str_equal(r.rules[0].botnet, STR("bladabindi/jenxcus")));
	assert_true(str_equal(r.rules[0].source, STR("mapping.csv")));
	assert_true(str_equal(r.rules[1].pattern, STR("a, \"b\" ")));
	assert_true(str_equal(r.rules[1].botnet, STR("Two")));
	assert_true(str_equal(r.rules[2].botnet, STR("Last")));
	arena_release(&r.arena);
}

static void one_bad_row(struct str text, enum problem_code code, uint64_t line, size_t good)
{
	struct result r;
	parse(&r, text);
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.problems, 1);
	assert_int_equal(r.last.code, code);
	assert_int_equal(r.last.line, line);
	assert_int_equal(r.count, good);
	arena_release(&r.arena);
}

static void bad_rows_are_told_and_left_out(void **state)
{
	(void)state;
	one_bad_row(STR("^a$,A\n^(b,B\n^c$,C\n"), PROBLEM_BAD_PATTERN, 2, 2);
	one_bad_row(STR("^a$,A\n^b$\n"), PROBLEM_NO_COLUMN, 2, 1);
	one_bad_row(STR("^a$, ,comment\n"), PROBLEM_NO_COLUMN, 1, 0);
	one_bad_row(STR(",Name\n^b$,B\n"), PROBLEM_NO_COLUMN, 1, 1);
	one_bad_row(STR("^a$,A\n\"^b$,B\n"), PROBLEM_BAD_QUOTE, 2, 1);
	one_bad_row(STR("\\C,A\n"), PROBLEM_BAD_PATTERN, 1, 0);
	one_bad_row(STR("\xC3(,A\n"), PROBLEM_BAD_PATTERN, 1, 0);
}

static void nothing_is_no_rules(void **state)
{
	(void)state;
	struct result r;
	parse(&r, STR(""));
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.count, 0);
	arena_release(&r.arena);
	parse(&r, STR("pattern,name\n"));
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.count, 0);
	arena_release(&r.arena);
}

static void too_many_rules_refuse_the_file(void **state)
{
	(void)state;
	struct result r;
	struct writer w;
	writer_init(&w, LIMIT_NAME_RULES_BYTES + 2);
	for (uint64_t i = 0; i < LIMIT_NAME_RULES; i++)
		writer_text(&w, "x,Y\n");
	parse(&r, writer_view_str(&w));
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.count, LIMIT_NAME_RULES);
	arena_release(&r.arena);
	writer_text(&w, "x,Y\n");
	parse(&r, writer_view_str(&w));
	assert_int_equal(r.err, E_LIMIT);
	assert_int_equal(r.whole.code, PROBLEM_TOO_MANY_NAMES);
	assert_int_equal(r.whole.line, LIMIT_NAME_RULES + 1);
	arena_release(&r.arena);
	while (w.size <= LIMIT_NAME_RULES_BYTES)
		writer_char(&w, '\n');
	parse(&r, writer_view_str(&w));
	assert_int_equal(r.err, E_LIMIT);
	assert_int_equal(r.whole.code, PROBLEM_TOO_LARGE);
	arena_release(&r.arena);
	writer_release(&w);
}

static void maps(struct names *names, struct str raw, const char *expected)
{
	bool mapped = false;
	struct str name = names_resolve(names, raw, &mapped);
	if (!mapped || !str_equal(name, str_from(expected)))
		fail_msg("%.*s became %.*s, not %s", STR_ARG(raw), STR_ARG(name), expected);
}

/* The file in the folder given as the program's argument, or the test is skipped. */
static char *public_file(const char *path, size_t *ret_size)
{
	FILE *file = path ? fopen(path, "rb") : NULL;
	if (!file) {
		print_message("skipped: %s is not there\n", path ? path : "the public list");
		skip();
	}
	char *text = malloc(1 << 20);
	assert_non_null(text);
	*ret_size = fread(text, 1, 1 << 20, file);
	fclose(file);
	return text;
}

static void the_public_list_becomes_rules(void **state)
{
	struct result r;
	size_t size;
	char *text = public_file(*state, &size);
	parse(&r, (struct str){text, size});
	free(text);
	assert_int_equal(r.err, E_OK);
	assert_int_equal(r.problems, 0);
	assert_int_equal(r.count, 777);
	struct names *names = NULL;
	size_t bad;
	assert_int_equal(names_new(r.rules, r.count, &r.whole, &bad, &names), E_OK);
	arena_release(&r.arena);
	maps(names, STR("b106-bladabindi"), "njRAT");
	maps(names, STR("B106-CB"), "njRAT");
	maps(names, STR("b106-fynloski"), "DarkComet");
	maps(names, STR("iotmirai"), "Mirai");
	maps(names, STR("downadup"), "Conficker");
	maps(names, STR("sality_p2pv4"), "Sality");
	maps(names, STR("b68-zeroaccess-2-64bit"), "ZeroAccess");
	maps(names, STR("win.revil"), "REvil");
	maps(names, STR("linux.backdoor.setag"), "BillGates");
	maps(names, STR("android.hummer"), "Hummer");
	maps(names, STR("b106-rebhip"), "CyberGate");
	maps(names, STR("b106-delfsnif"), "delfinject"); /* not ours: the rule's own word */
	maps(names, STR("gafgyt"), "Gafgyt");            /* no rule, but ours */
	assert_int_equal(names_abandoned(names), 0);
	names_free(names);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rules_in_their_order),
		cmocka_unit_test(bad_rows_are_told_and_left_out),
		cmocka_unit_test(nothing_is_no_rules),
		cmocka_unit_test(too_many_rules_refuse_the_file),
		cmocka_unit_test_prestate(the_public_list_becomes_rules, argc > 1 ? argv[1] : NULL),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
