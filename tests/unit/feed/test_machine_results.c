/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "feed/machine_results.h"

#define HEAD "tool,week,province,platform,scan_runs,machines,infected,cleaned\n"

enum {
	SEEN = 16
};

struct seen {
	struct problem list[SEEN];
	size_t count;
};

static void see(void *context, const struct problem *problem)
{
	struct seen *seen = context;
	if (seen->count < SEEN)
		seen->list[seen->count] = *problem;
	seen->count++;
}

static enum err parse(struct str text, struct arena *arena, struct seen *seen,
	struct machine_results *results, struct problem *problem)
{
	*seen = (struct seen){0};
	*problem = (struct problem){0};
	return machine_results_parse(
		str_bytes(text), (struct date){2020, 12, 31}, see, seen, arena, results, problem);
}

static void weeks(void **state)
{
	(void)state;
	static const struct {
		const char *said;
		struct date monday; /* year 0: no week */
	} all[] = {
		{"2020-10-05", {2020, 10, 5}},
		{"2020-10-11", {2020, 10, 5}},
		{"11/10/2020", {2020, 10, 5}},
		{"2020-W41", {2020, 10, 5}},
		{"2020W41", {2020, 10, 5}},
		{"2020-W53", {2020, 12, 28}},
		{"2021-W01", {2021, 1, 4}},
		{"2020-W01", {2019, 12, 30}},
		{"2015-W53", {2015, 12, 28}},
		{"2021-W53", {0, 0, 0}},
		{"2020-W00", {0, 0, 0}},
		{"2020-W1", {0, 0, 0}},
		{"2020-W54", {0, 0, 0}},
		{"31/02/2020", {0, 0, 0}},
		{"10/13/2020", {0, 0, 0}},
		{"1969-12-31", {0, 0, 0}},
		{"1970-01-01", {0, 0, 0}}, /* its Monday is in 1969 */
		{"2106-01-01", {0, 0, 0}},
		{"", {0, 0, 0}},
		{"W", {0, 0, 0}},
		{"W41", {0, 0, 0}},
	};
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct date monday;
		bool week = week_parse(str_from(all[i].said), &monday);
		assert_int_equal(week, all[i].monday.year != 0);
		if (!week)
			continue;
		assert_int_equal(date_instant(monday).seconds, date_instant(all[i].monday).seconds);
	}
}

static void good_rows(void **state)
{
	(void)state;
	struct arena arena;
	struct seen seen;
	struct problem problem;
	struct machine_results r;
	arena_init(&arena, 1 << 24);
	assert_int_equal(parse(STR("\xef\xbb\xbf# from An\n" HEAD
				   "Bkav Home,2020-W41,Hà Nội,Windows,300,200,20,5\n\n"
				   "cmc_bothunt,07/10/2020,,,1,1,0,1\n"),
				 &arena, &seen, &r, &problem),
		E_OK);
	assert_int_equal(r.count, 2);
	assert_int_equal(r.rejected + seen.count, 0);
	assert_true(str_equal(r.list[0].tool, STR("bkav-home")));
	assert_true(str_equal(r.list[0].region, STR("Hà Nội")));
	assert_true(str_equal(r.list[0].platform, STR("windows")));
	assert_int_equal(r.list[0].runs, 300);
	assert_int_equal(r.list[0].machines, 200);
	assert_int_equal(r.list[0].infected, 20);
	assert_int_equal(r.list[0].cleaned, 5);
	assert_true(str_equal(r.list[1].tool, STR("cmc-bothunt")));
	assert_int_equal(r.list[1].week.day, 5);
	/* Semicolons, other names, columns of no meaning here. */
	assert_int_equal(parse(STR("note;devices;product;date;runs;infected;cleaned\n"
				   "x;8;tool;2020-10-05;9;7;6\n"),
				 &arena, &seen, &r, &problem),
		E_OK);
	assert_int_equal(r.list[0].machines, 8);
	assert_int_equal(r.list[0].region.size, 0);
	arena_release(&arena);
}

static void bad_rows_are_told_and_left_out(void **state)
{
	(void)state;
	static const struct {
		const char *row;
		enum problem_code code;
		const char *field, *got;
		uint64_t limit;
	} rows[] = {
		{"a,2020-10-05,01,x,10,11,1,0\n", PROBLEM_MORE_THAN, "machines", "11", 10},
		{"a,2020-10-05,01,x,10,9,10,0\n", PROBLEM_MORE_THAN, "infected", "10", 9},
		{"a,2020-10-05,01,x,10,9,1,10\n", PROBLEM_MORE_THAN, "cleaned", "10", 9},
		{"a,2020-10-05,01,x,-1,9,1,0\n", PROBLEM_BAD_NUMBER, "scan_runs", "-1", UINT32_MAX},
		{"a,2020-10-05,01,x,10,1.5,1,0\n", PROBLEM_BAD_NUMBER, "machines", "1.5",
			UINT32_MAX},
		{"a,2020-10-05,01,x,99999999999,1,1,0\n", PROBLEM_BAD_NUMBER, "scan_runs",
			"99999999999", UINT32_MAX},
		{"a,last week,01,x,10,9,1,0\n", PROBLEM_BAD_WEEK, "week", "last week", 0},
		{"a,2021-01-04,01,x,10,9,1,0\n", PROBLEM_FUTURE_TIME, "week", "2021-01-04", 0},
		{"a!,2020-10-05,01,x,10,9,1,0\n", PROBLEM_BAD_FIELD, "tool", "a!", 0},
		{",2020-10-05,01,x,10,9,1,0\n", PROBLEM_BAD_FIELD, "tool", "", 0},
		{"a,2020-10-05,\x01,x,10,9,1,0\n", PROBLEM_BAD_FIELD, "region", "\x01", 0},
		{"a,2020-10-05,01,x y!,10,9,1,0\n", PROBLEM_BAD_FIELD, "platform", "x y!", 0},
		{"a,2020-10-05,01,x,10,9,1\n", PROBLEM_FIELD_COUNT, "", "7", 8},
		{"good,2020-10-07,01,x,1,1,1,1\n", PROBLEM_TWICE_ROW, "", "good, 2020-10-05, 01, x",
			0},
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct arena arena;
		struct seen seen;
		struct problem problem;
		struct machine_results r;
		char text[400];
		(void)snprintf(text, sizeof(text), "%sgood,2020-10-05,01,x,4,3,2,1\n%s", HEAD,
			rows[i].row);
		arena_init(&arena, 1 << 20);
		assert_int_equal(parse(str_from(text), &arena, &seen, &r, &problem), E_OK);
		assert_int_equal(r.count, 1);
		assert_int_equal(r.rejected, 1);
		assert_int_equal(seen.count, 1);
		assert_int_equal(seen.list[0].code, rows[i].code);
		assert_int_equal(seen.list[0].line, 3);
		assert_int_equal(seen.list[0].limit, rows[i].limit);
		assert_true(str_equal(problem_field(&seen.list[0]), str_from(rows[i].field)));
		assert_true(str_equal(problem_got(&seen.list[0]), str_from(rows[i].got)));
		arena_release(&arena);
	}
}

static void refused_files(void **state)
{
	(void)state;
	static const struct {
		const char *text;
		enum problem_code code;
	} files[] = {
		{"", PROBLEM_EMPTY_FILE},
		{HEAD, PROBLEM_EMPTY_FILE},
		{"tool,week,scan_runs,machines,infected\n", PROBLEM_NO_COLUMN},
		{HEAD "a,b,c\n", PROBLEM_TOO_MANY_BAD},
	};
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct arena arena;
		struct seen seen;
		struct problem problem;
		struct machine_results r;
		arena_init(&arena, 1 << 20);
		assert_int_equal(
			parse(str_from(files[i].text), &arena, &seen, &r, &problem), E_SYNTAX);
		assert_int_equal(problem.code, files[i].code);
		arena_release(&arena);
	}
}

/* What a parse process that was taken over could say. */
static void the_wire_is_not_believed(void **state)
{
	(void)state;
	struct arena arena;
	struct cursor c;
	struct writer w;
	struct machine_result *list;
	size_t count;
	struct machine_result r = {.tool = STR("a"),
		.week = {2020, 10, 5},
		.region = STR("01"),
		.platform = STR("x"),
		.runs = 4,
		.machines = 3,
		.infected = 2,
		.cleaned = 1};
	arena_init(&arena, 1 << 22);
	writer_init(&w, 1 << 20);
	machine_results_write(&w, &r, 1);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(machine_results_read(&c, &arena, &list, &count), E_OK);
	assert_int_equal(count, 1);
	for (size_t size = 0; size < w.size; size++) {
		cursor_init(&c, (struct bytes){w.data, size});
		assert_int_not_equal(machine_results_read(&c, &arena, &list, &count), E_OK);
	}
	r.infected = 5;
	writer_clear(&w);
	machine_results_write(&w, &r, 1);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(machine_results_read(&c, &arena, &list, &count), E_CORRUPT);
	r.infected = 2;
	r.week.day = 6;
	writer_clear(&w);
	machine_results_write(&w, &r, 1);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(machine_results_read(&c, &arena, &list, &count), E_CORRUPT);
	writer_clear(&w);
	writer_u32(&w, UINT32_MAX);
	cursor_init(&c, writer_view(&w));
	assert_int_equal(machine_results_read(&c, &arena, &list, &count), E_LIMIT);
	writer_release(&w);
	arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(weeks),
		cmocka_unit_test(good_rows),
		cmocka_unit_test(bad_rows_are_told_and_left_out),
		cmocka_unit_test(refused_files),
		cmocka_unit_test(the_wire_is_not_believed),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
