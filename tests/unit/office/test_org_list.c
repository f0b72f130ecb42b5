/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "office/contact.h"
#include "office/org_import.h"
#include "office/org_list.h"
#include "office/search.h"
#include "org_scene.h"

/* VN; 01 and 02 below it; 001 below 01; 024 and 025 below 02. On 2025-07-01 02 becomes part of 01,
 * with 024; 025 ended before. */
struct scene {
	struct office_scene office;
	int64_t country, capital, province, district, town, gone;
};

static void end_town(struct scene *s)
{
	struct problem problem = {0};
	struct office *o = &s->office.office;
	assert_int_equal(office_begin(o), E_OK);
	enum err err = org_end(o, s->gone, org_scene_day("2023-01-01"), &org_scene_by, &problem);
	if (err == E_OK)
		err = org_merge(o, &s->province, 1, s->capital, org_scene_day("2025-07-01"),
			&org_scene_by, &problem);
	assert_int_equal(office_end(o, err), E_OK);
}

static int begin(void **state)
{
	static struct scene s;
	office_scene_begin(&s.office);
	s.country = org_scene_put(&s.office, "VN", "", "2020-01-01");
	s.capital = org_scene_put(&s.office, "01", "VN", "2020-01-01");
	s.province = org_scene_put(&s.office, "02", "VN", "2020-01-01");
	s.district = org_scene_put(&s.office, "001", "01", "2020-01-01");
	s.town = org_scene_put(&s.office, "024", "02", "2020-01-01");
	s.gone = org_scene_put(&s.office, "025", "02", "2020-01-01");
	end_town(&s);
	*state = &s;
	return 0;
}

static int end(void **state)
{
	struct scene *s = *state;
	office_scene_end(&s->office);
	return 0;
}

struct list {
	char text[256];
};

static enum err take_code(void *context, const struct org *org)
{
	struct list *list = context;
	size_t size = strlen(list->text);
	snprintf(list->text + size, sizeof(list->text) - size, "%s%.*s", size ? " " : "",
		STR_ARG(org->code));
	return E_OK;
}

static void assert_list(struct scene *s, struct org_choice choice, const char *day, uint64_t count,
	const char *expected)
{
	uint64_t all;
	struct list list = {""};
	choice.day = org_scene_day(day);
	choice.limit = choice.limit ? choice.limit : 100;
	assert_int_equal(org_list(&s->office.office, &choice, take_code, &list), E_OK);
	assert_string_equal(list.text, expected);
	assert_int_equal(org_list_count(&s->office.office, &choice, &all), E_OK);
	assert_int_equal(all, count);
}

#define THERE(...) ((struct org_choice){.order = ORG_BY_CODE, __VA_ARGS__})

static void of_any_day(void **state)
{
	struct scene *s = *state;
	assert_list(s, THERE(.above = 0), "2026-01-01", 4, "001 01 024 VN");
	assert_list(s, THERE(.above = 0), "2021-01-01", 6, "001 01 02 024 025 VN");
	assert_list(s, THERE(.standing = ORG_HAS_ENDED), "2026-01-01", 2, "02 025");
	assert_list(s, THERE(.standing = ORG_HAS_ENDED), "2024-01-01", 1, "025");
	assert_list(s, THERE(.standing = ORG_IS_TO_COME), "2019-01-01", 6, "001 01 02 024 025 VN");
	assert_list(
		s, THERE(.standing = ORG_ANY_STANDING), "2026-01-01", 6, "001 01 02 024 025 VN");
}

static void chosen_and_sorted(void **state)
{
	struct scene *s = *state;
	assert_list(s, THERE(.words = STR("02")), "2021-01-01", 3, "02 024 025");
	assert_list(s, THERE(.words = STR("\xFF")), "2021-01-01", 0, "");
	assert_list(s, THERE(.down = true, .limit = 2), "2026-01-01", 4, "VN 024");
	assert_list(s, THERE(.skip = 3), "2026-01-01", 4, "VN");
	assert_list(s, THERE(.children = true, .parent = s->capital), "2026-01-01", 2, "001 024");
	assert_list(s, THERE(.by_kind = true, .kind = ORG_ENTERPRISE), "2026-01-01", 0, "");
	assert_list(s, THERE(.level = STR("tỉnh")), "2026-01-01", 0, "");
}

/* What became part of one's own is one's own history. */
static void whose_it_was(void **state)
{
	struct scene *s = *state;
	struct org_choice capital = THERE(.above = s->capital);
	struct org_choice province = THERE(.above = s->province);
	assert_list(s, capital, "2026-01-01", 3, "001 01 024");
	assert_list(s, capital, "2021-01-01", 5, "001 01 02 024 025");
	assert_list(s, province, "2021-01-01", 3, "02 024 025");
	capital.standing = province.standing = ORG_HAS_ENDED;
	assert_list(s, capital, "2026-01-01", 2, "02 025");
	assert_list(s, province, "2026-01-01", 2, "02 025");
	struct org_choice district = THERE(.above = s->district, .standing = ORG_HAS_ENDED);
	assert_list(s, district, "2026-01-01", 0, "");
}

static bool was(struct scene *s, int64_t above, int64_t id, const char *day)
{
	bool is = false;
	struct date then = {0};
	if (*day)
		then = org_scene_day(day);
	assert_int_equal(org_was_below(&s->office.office, above, id, then, &is), E_OK);
	return is;
}

static void it_was_below(void **state)
{
	struct scene *s = *state;
	assert_true(was(s, s->province, s->gone, ""));
	assert_true(was(s, s->capital, s->gone, ""));
	assert_true(was(s, s->country, s->gone, ""));
	assert_false(was(s, s->district, s->gone, ""));
	assert_true(was(s, s->province, s->town, "2021-01-01"));
	assert_false(was(s, s->province, s->town, "2026-01-01"));
	assert_false(was(s, s->country, 99, ""));
}

/* --- tables, for somebody --- */

static void take_problem(void *context, const struct problem *problem)
{
	struct list *list = context;
	size_t size = strlen(list->text);
	snprintf(list->text + size, sizeof(list->text) - size, "%u %.*s;", (unsigned)problem->line,
		STR_ARG(problem_field(problem)));
}

static void take_change(void *context, const struct org_import_change *change)
{
	struct list *list = context;
	size_t size = strlen(list->text);
	/* What is changed was there before; what comes or ends has nothing to be held against. */
	assert_int_equal(change->before != NULL, change->effect == ORG_IMPORT_CHANGES);
	snprintf(list->text + size, sizeof(list->text) - size, "%u %.*s %.*s;", change->line,
		STR_ARG(change->org->code), STR_ARG(org_import_effect_name(change->effect)));
}

static void assert_import(
	struct scene *s, int64_t org, const char *csv, const char *problems, const char *changes)
{
	struct org_import *import;
	struct problem problem;
	struct list wrong = {""}, done = {""};
	struct org_import_totals totals;
	const struct actor actor = {.role = ROLE_COORDINATOR, .org = org};
	const struct org_import_options options = {.day = org_scene_day("2026-01-01"),
		.under = org,
		.name = STR("x"),
		.actor = &actor,
		.on_change = take_change,
		.change_context = &done};
	assert_int_equal(org_import_new(take_problem, &wrong, &import), E_OK);
	assert_int_equal(sheet_read_csv(str_from(csv), org_import_row, import, &problem), E_OK);
	assert_int_equal(office_begin(&s->office.office), E_OK);
	enum err err =
		org_import_apply(import, &s->office.office, &options, &org_scene_by, &totals);
	assert_int_equal(office_end(&s->office.office, err), *problems ? E_SYNTAX : E_OK);
	assert_string_equal(wrong.text, problems);
	assert_string_equal(done.text, changes);
	org_import_free(import);
}

static void nothing_beside_or_above(void **state)
{
	struct scene *s = *state;
	int64_t own = s->capital;
	assert_import(s, own, "code,parent,name_vi\n003,01,Ba\n004,003,Bon\n001,01,001\n", "",
		"2 003 new;3 004 new;");
	assert_import(s, own, "code,parent,name_vi\n005,,Nam\n", "", "2 005 new;");
	assert_import(s, own, "code,parent,name_vi\nVN,,x\n", "2 code (A2);", "");
	assert_import(s, own, "code,parent,name_vi\n006,VN,x\n", "2 parent (B2);", "");
	assert_import(s, own, "code,parent,name_vi\n01,VN,Thu do\n", "", "2 01 changed;");
	assert_import(s, own, "code,parent,name_vi\n01,,Thu do moi\n", "", "2 01 changed;");
	assert_import(s, own, "code,parent,name_vi\n01,001,x\n", "2 parent (B2);", "");
	assert_import(s, s->district, "code,until\n024,2025-12-01\n", "2 code (A2);", "");
	assert_import(s, own, "code,until,successor\n024,2026-01-01,001\n", "", "2 024 ended;");
	assert_import(s, own, "code,until,successor\n001,2026-01-01,VN\n", "2 successor (C2);",
		"2 001 ended;");
}

/* --- what else lists are made of --- */

static enum err take_contact(void *context, struct str campaign, const struct contact *contact)
{
	struct list *list = context;
	size_t size = strlen(list->text);
	snprintf(list->text + size, sizeof(list->text) - size, "%.*s:%.*s;", STR_ARG(campaign),
		STR_ARG(contact->name));
	return E_OK;
}

static enum err take_difference(void *context, int64_t org, int64_t tree, int64_t superior)
{
	int64_t *seen = context;
	seen[0] = org;
	seen[1] = tree;
	seen[2] = superior;
	return E_OK;
}

static void contacts_and_lines(void **state)
{
	struct scene *s = *state;
	struct problem problem;
	struct list list = {""};
	int64_t seen[3] = {0};
	struct office *o = &s->office.office;
	const struct contact lan = {STR("Lan"), STR(""), STR("")},
			     minh = {STR("Minh"), STR(""), STR("")};
	assert_int_equal(office_begin(o), E_OK);
	enum err err = contact_put(o, STR("vn"), s->town, &minh, &org_scene_by, &problem);
	if (err == E_OK)
		err = contact_put(o, STR(""), s->town, &lan, &org_scene_by, &problem);
	if (err == E_OK)
		err = line_start(o, STR("vn"), org_scene_day("2026-01-01"), &org_scene_by);
	if (err == E_OK)
		err = line_move(o, STR("vn"), s->town, s->country, &org_scene_by, &problem);
	assert_int_equal(office_end(o, err), E_OK);
	assert_int_equal(contact_each(o, s->town, take_contact, &list), E_OK);
	assert_string_equal(list.text, ":Lan;vn:Minh;");
	assert_int_equal(line_each_difference(o, STR("vn"), 10, take_difference, seen), E_OK);
	assert_int_equal(seen[0], s->town);
	assert_int_equal(seen[1], s->capital);
	assert_int_equal(seen[2], s->country);
}

static enum err take_account(void *context, const struct account *account)
{
	struct list *list = context;
	size_t size = strlen(list->text);
	snprintf(list->text + size, sizeof(list->text) - size, "%.*s;", STR_ARG(account->mail));
	return E_OK;
}

static void assert_accounts(struct scene *s, int64_t org, const char *words, const char *expected)
{
	struct list list = {""};
	const struct actor actor = {.role = org ? ROLE_COORDINATOR : ROLE_OPERATOR, .org = org};
	assert_int_equal(
		account_search(&s->office.office, &actor, str_from(words), 10, take_account, &list),
		E_OK);
	assert_string_equal(list.text, expected);
}

static void add_account(struct scene *s, const char *mail, const char *name, int64_t org)
{
	int64_t id = 0;
	struct office *o = &s->office.office;
	const struct actor by = {.role = ROLE_OPERATOR, .mail = STR("operator")};
	const struct account account = {
		.mail = str_from(mail), .name = str_from(name), .role = ROLE_REPORTER, .org = org};
	assert_int_equal(office_begin(o), E_OK);
	assert_int_equal(office_end(o, account_add(o, &by, &account, org_scene_by.at, &id)), E_OK);
}

static void people(void **state)
{
	struct scene *s = *state;
	add_account(s, "dung@x.vn", "Đỗ Đức Dũng", s->district);
	add_account(s, "a.dung@x.vn", "Trần An", s->town);
	assert_accounts(s, 0, "DUC đo", "dung@x.vn;");
	assert_accounts(s, 0, "dung@x.vn", "dung@x.vn;a.dung@x.vn;");
	assert_accounts(s, s->district, "dung", "dung@x.vn;");
	assert_accounts(s, 0, "\"*(", "");
	assert_accounts(s, 0, " ", "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(of_any_day, begin, end),
		cmocka_unit_test_setup_teardown(chosen_and_sorted, begin, end),
		cmocka_unit_test_setup_teardown(whose_it_was, begin, end),
		cmocka_unit_test_setup_teardown(it_was_below, begin, end),
		cmocka_unit_test_setup_teardown(nothing_beside_or_above, begin, end),
		cmocka_unit_test_setup_teardown(contacts_and_lines, begin, end),
		cmocka_unit_test_setup_teardown(people, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
