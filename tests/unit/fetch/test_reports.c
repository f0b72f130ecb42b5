/* SPDX-License-Identifier: Apache-2.0 */
#include "fetch_test.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "fetch/reports.h"

struct got {
	size_t count;
	char ids[8][64];
	struct date days[8];
	bool set[8];
};

static enum err take(void *context, const struct report *r)
{
	struct got *g = context;
	if (g->count < 8) {
		snprintf(g->ids[g->count], 64, "%.*s %.*s %.*s", STR_ARG(r->id), STR_ARG(r->type),
			STR_ARG(r->list));
		g->set[g->count] = r->day_set;
		g->days[g->count] = r->day;
	}
	g->count++;
	return E_OK;
}

static enum err parse(const char *text, struct got *g)
{
	struct problem problem;
	*g = (struct got){0};
	return reports_parse(str_from(text), take, g, &problem);
}

static void test_list(void **state)
{
	struct got g;
	(void)state;
	assert_int_equal(
		parse("[{\"id\":\"a-1\",\"type\":\"event4_sinkhole\",\"report\":\"vietnam\","
		      "\"timestamp\":\"2026-11-20 00:00:00\",\"file\":\"2026-11-21-x.csv\"},"
		      "{\"extra\":{\"id\":[1,{\"id\":\"no\"}]},\"id\":\"b\",\"timestamp\":"
		      "\"2026-11-20 00:00:00\"},{\"timestamp\":\"2026-11-19\",\"id\":\"c\"},"
		      "{\"id\":\"d\"}]",
			&g),
		E_OK);
	assert_int_equal(g.count, 4);
	assert_string_equal(g.ids[0], "a-1 event4_sinkhole vietnam");
	assert_string_equal(g.ids[1], "b  ");
	/* The file's day before that of the list. */
	assert_int_equal(g.days[0].day, 21);
	assert_int_equal(g.days[1].day, 20);
	assert_int_equal(g.days[2].day, 19);
	assert_false(g.set[3]);
	assert_int_equal(parse(" [ ] ", &g), E_OK);
	assert_int_equal(g.count, 0);
}

static void test_hostile(void **state)
{
	static const char *const bad[] = {"", "[", "[{]", "null", "[1]", "[[]]", "[{}]", "[] []",
		"[{\"id\":\"\"}]", "[{\"id\":\"../x\"}]", "[{\"id\":\"a/b\"}]",
		"[{\"id\":\"a b\"}]", "[{\"id\":\".x\"}]", "[{\"id\":\"a\\u0000b\"}]",
		"[{\"id\":\"a%2f\"}]", "[{\"id\":7}]", "{\"x\":1}", "<html>"};
	struct got g;
	struct problem problem;
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (parse(bad[i], &g) != E_SYNTAX)
			fail_msg("not refused as what it is: %s", bad[i]);
	assert_int_equal(
		reports_parse(STR("{\"x\":[],\"error\":\"no such key\"}"), take, &g, &problem),
		E_DENIED);
	assert_str(problem_got(&problem), STR("no such key"));
}

static void test_too_many(void **state)
{
	struct writer w;
	struct got g = {0};
	struct problem problem;
	(void)state;
	writer_init(&w, 4 << 20);
	writer_char(&w, '[');
	for (uint64_t i = 0; i <= LIMIT_FETCH_REPORTS; i++)
		writer_text(&w, i == 0 ? "{\"id\":\"a\"}" : ",{\"id\":\"a\"}");
	writer_char(&w, ']');
	assert_int_equal(reports_parse(writer_view_str(&w), take, &g, &problem), E_LIMIT);
	assert_int_equal(g.count, LIMIT_FETCH_REPORTS);
	writer_release(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_list),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_too_many),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
