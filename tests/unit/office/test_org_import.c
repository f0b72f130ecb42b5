/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "office/org_import.h"
#include "org_scene.h"

static int begin(void **state)
{
	static struct office_scene scene;
	office_scene_begin(&scene);
	*state = &scene;
	return 0;
}

static int end(void **state)
{
	office_scene_end(*state);
	return 0;
}

/* "3 parent (B3) UNIT_UNKNOWN 99;" for each problem. */
static void take_problem(void *context, const struct problem *problem)
{
	struct writer *w = context;
	writer_decimal(w, problem->line);
	writer_char(w, ' ');
	writer_str(w, problem_field(problem));
	writer_char(w, ' ');
	writer_str(w, problem_code_name(problem->code));
	writer_char(w, ' ');
	writer_str(w, problem_got(problem));
	writer_char(w, ';');
}

struct outcome {
	enum err err;
	struct org_import_totals totals;
	char problems[1024];
};

static struct outcome import_under(
	struct office_scene *scene, const char *csv, const char *day, int64_t under)
{
	struct outcome outcome = {0};
	struct org_import *import;
	struct problem problem = {0};
	struct writer problems;
	const struct org_import_options options = {
		.day = org_scene_day(day), .under = under, .name = STR("units.csv")};
	writer_init(&problems, sizeof(outcome.problems) - 1);
	assert_int_equal(org_import_new(take_problem, &problems, &import), E_OK);
	assert_int_equal(sheet_read_csv(str_from(csv), org_import_row, import, &problem), E_OK);
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err =
		org_import_apply(import, &scene->office, &options, &org_scene_by, &outcome.totals);
	outcome.err = office_end(&scene->office, err);
	org_import_free(import);
	snprintf(outcome.problems, sizeof(outcome.problems), "%.*s", (int)problems.size,
		problems.size ? (const char *)problems.data : "");
	writer_release(&problems);
	return outcome;
}

static void assert_imported(struct office_scene *scene, const char *csv, const char *day,
	uint64_t created, uint64_t changed, uint64_t ended, uint64_t unchanged)
{
	struct outcome o = import_under(scene, csv, day, 0);
	assert_string_equal(o.problems, "");
	assert_int_equal(o.err, E_OK);
	assert_int_equal(o.totals.created, created);
	assert_int_equal(o.totals.changed, changed);
	assert_int_equal(o.totals.ended, ended);
	assert_int_equal(o.totals.unchanged, unchanged);
}

static void assert_refused(struct office_scene *scene, const char *csv, const char *problems)
{
	int64_t before, after;
	assert_int_equal(sql_ask(&scene->office.db, "SELECT count(*) FROM org", 0, &before), E_OK);
	struct outcome o = import_under(scene, csv, "2020-01-01", 0);
	assert_int_equal(o.err, E_SYNTAX);
	assert_string_equal(o.problems, problems);
	assert_int_equal(sql_ask(&scene->office.db, "SELECT count(*) FROM org", 0, &after), E_OK);
	assert_int_equal(before, after);
}

static enum err write_row(void *context, const struct org_export_row *row)
{
	struct writer *w = context;
	for (size_t i = 0; i < ORG_EXPORT_COLUMNS; i++) {
		writer_char(w, i ? ',' : '\n');
		writer_csv(w, row->cells[i]);
	}
	return writer_end(w);
}

static void export(struct office_scene *scene, const char *day, char *text, size_t size)
{
	struct writer w;
	writer_init(&w, size);
	for (size_t i = 0; i < ORG_EXPORT_COLUMNS; i++) {
		writer_text(&w, i ? "," : "");
		writer_str(&w, org_export_column(i));
	}
	assert_int_equal(org_export(&scene->office, org_scene_day(day), write_row, &w), E_OK);
	writer_char(&w, '\0');
	assert_int_equal(writer_end(&w), E_OK);
	memcpy(text, w.data, w.size);
	writer_release(&w);
}

static const char small[] = "code,parent,name_vi,level\n"
			    "00004,001,Phường Trúc Bạch,phường\n"
			    "001,01,Quận Ba Đình,quận\n"
			    "01,,Thành phố Hà Nội,thành phố\n"
			    "02,,Tỉnh Hà Giang,tỉnh\n";

static void parents_may_come_later(void **state)
{
	char text[2048];
	assert_imported(*state, small, "2020-01-01", 4, 0, 0, 0);
	export(*state, "2020-10-01", text, sizeof(text));
	assert_string_equal(text,
		"code,parent,name_vi,name_en,level,kind,tax_code,mail,phone,since,until\n"
		"01,,Thành phố Hà Nội,,thành phố,agency,,,,2020-01-01,\n"
		"02,,Tỉnh Hà Giang,,tỉnh,agency,,,,2020-01-01,\n"
		"001,01,Quận Ba Đình,,quận,agency,,,,2020-01-01,\n"
		"00004,001,Phường Trúc Bạch,,phường,agency,,,,2020-01-01,");
}

static void the_same_twice_changes_nothing(void **state)
{
	struct office_scene *scene = *state;
	char first[2048], again[2048];
	assert_imported(scene, small, "2020-01-01", 4, 0, 0, 0);
	assert_imported(scene, small, "2020-01-01", 0, 0, 0, 4);
	assert_imported(scene, small, "2023-01-01", 0, 0, 0, 4);
	export(scene, "2024-01-01", first, sizeof(first));
	assert_imported(scene, first, "2026-01-01", 0, 0, 0, 4);
	export(scene, "2024-01-01", again, sizeof(again));
	assert_string_equal(first, again);
}

/* A table written from one office makes the same tree in another. */
static void what_was_written_reads_back(void **state)
{
	static struct office_scene other;
	struct office_scene *scene = *state;
	char first[4096], again[4096];
	assert_imported(scene, small, "2020-01-01", 4, 0, 0, 0);
	/* The ward's district changes its name, the ward does not: its days go further back. */
	assert_imported(scene, "code,name_vi\n001,\"Quận \"\"Ba Đình\"\", mới\"\n", "2023-05-01", 0,
		1, 0, 0);
	export(scene, "2024-01-01", first, sizeof(first));
	office_scene_begin(&other);
	assert_imported(&other, first, "2026-01-01", 4, 0, 0, 0);
	export(&other, "2024-01-01", again, sizeof(again));
	assert_string_equal(first, again);
	office_scene_end(&other);
}

static void changes_become_versions(void **state)
{
	struct office_scene *scene = *state;
	struct org org;
	assert_imported(scene, small, "2020-01-01", 4, 0, 0, 0);
	assert_imported(scene,
		"mã;cấp trên;tên;từ ngày\n001;02;Ba Đình;01/07/2025\n01;;Thành phố Hà Nội;\n",
		"2026-01-01", 0, 1, 0, 1);
	assert_int_equal(org_find_code(&scene->office, STR("001"), org_scene_day("2025-06-30"),
				 &scene->arena, &org),
		E_OK);
	assert_true(str_equal(org.name[LANG_VI], STR("Quận Ba Đình")));
	assert_int_equal(org_find_code(&scene->office, STR("001"), org_scene_day("2025-07-01"),
				 &scene->arena, &org),
		E_OK);
	assert_true(str_equal(org.name[LANG_VI], STR("Ba Đình")));
	assert_true(str_equal(org.level, STR("quận"))); /* no such column: as it was */
}

static void some_end_and_have_successors(void **state)
{
	struct office_scene *scene = *state;
	struct org org;
	int64_t count;
	static const char change[] = "code,until,successor\n001,2025-07-01,\n00004,2025-07-01,01\n"
				     "02,2025-07-01,01 01\n";
	assert_imported(scene, small, "2020-01-01", 4, 0, 0, 0);
	assert_imported(scene, change, "2025-07-01", 0, 0, 3, 0);
	assert_imported(scene, change, "2025-07-01", 0, 0, 0, 3);
	assert_int_equal(org_find_code(&scene->office, STR("02"), org_scene_day("2025-07-01"),
				 &scene->arena, &org),
		E_NOTFOUND);
	assert_int_equal(
		sql_ask(&scene->office.db, "SELECT count(*) FROM org_successor", 0, &count), E_OK);
	assert_int_equal(count, 2);
}

static void under_somebody(void **state)
{
	struct office_scene *scene = *state;
	bool is;
	int64_t top = org_scene_put(scene, "VN", "", "2020-01-01");
	struct outcome o = import_under(scene, small, "2020-01-01", top);
	assert_int_equal(o.err, E_OK);
	assert_int_equal(line_is_below(&scene->office, STR(""), top, top + 1, &is), E_OK);
	assert_true(is);
}

static void what_is_wrong_is_told_by_cell(void **state)
{
	struct office_scene *scene = *state;
	assert_refused(scene, "code,parent,name_vi\n01,,A\n02,99,B\n03,,\n01,,C\n,,D\n",
		"5 code (A5) UNIT_TWICE 01;4 name_vi (C4) NO_FIELD ;6 code (A6) NO_FIELD ;"
		"3 parent (B3) UNIT_UNKNOWN 99;");
	assert_refused(scene, "code,name_vi,since,kind\n1,A,2020-13-01,\n2,B,,chùa\n",
		"2 since (C2) BAD_DAY 2020-13-01;3 kind (D3) BAD_FIELD chùa;");
	assert_refused(scene, "code,name_vi,màu,code\n1,A,,\n",
		"1 màu UNKNOWN_FIELD màu;1 code TWICE_COLUMN code;");
	assert_refused(scene, "name_vi\nA\n", "0 code NO_COLUMN ;");
	assert_refused(scene, "", "0  EMPTY_FILE ;");
	assert_refused(
		scene, "code,parent,name_vi\n1,2,A\n2,3,B\n3,1,C\n", "2 parent (B2) UNIT_CYCLE 1;");
	assert_refused(scene, "code,parent,name_vi,since\n1,2,A,2019-01-01\n2,,B,\n",
		"2 parent (B2) UNIT_NOT_THEN 2;");
	assert_refused(scene, "code,name_vi,since,until\n1,A,2020-01-01,2019-01-01\n",
		"2 until (D2) UNIT_DAYS 2019-01-01;");
	assert_refused(scene, "code,until\n7,2019-01-01\n", "2 code (A2) UNIT_UNKNOWN 7;");
	assert_refused(
		scene, "code,name_vi,successor\n1,A,8\n", "2 successor (C2) UNIT_UNKNOWN 8;");
}

static void nobody_is_left_below_none(void **state)
{
	struct office_scene *scene = *state;
	assert_imported(scene, small, "2020-01-01", 4, 0, 0, 0);
	assert_refused(scene, "code,until\n001,2020-01-01\n", "2 until (B2) UNIT_HAS_BELOW 00004;");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(parents_may_come_later, begin, end),
		cmocka_unit_test_setup_teardown(the_same_twice_changes_nothing, begin, end),
		cmocka_unit_test_setup_teardown(what_was_written_reads_back, begin, end),
		cmocka_unit_test_setup_teardown(changes_become_versions, begin, end),
		cmocka_unit_test_setup_teardown(some_end_and_have_successors, begin, end),
		cmocka_unit_test_setup_teardown(under_somebody, begin, end),
		cmocka_unit_test_setup_teardown(what_is_wrong_is_told_by_cell, begin, end),
		cmocka_unit_test_setup_teardown(nobody_is_left_below_none, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
