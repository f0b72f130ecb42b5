/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/limits.h"
#include "office/contact.h"
#include "office/org.h"
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

/* --- what is seen --- */

struct list {
	char text[512];
};

static enum err take_code(void *context, const struct org *org)
{
	struct list *list = context;
	size_t size = strlen(list->text);
	snprintf(list->text + size, sizeof(list->text) - size, "%s%.*s", size ? " " : "",
		STR_ARG(org->code));
	return E_OK;
}

static enum err take_place(void *context, const struct org *org, struct org_place place)
{
	struct list *list = context;
	TRY(take_code(context, org));
	size_t size = strlen(list->text);
	snprintf(list->text + size, sizeof(list->text) - size, "@%d", (int)place.distance);
	return E_OK;
}

static void assert_children(
	struct office_scene *scene, int64_t parent, const char *day, const char *expected)
{
	struct list list = {""};
	assert_int_equal(
		org_each_child(&scene->office, parent, org_scene_day(day), take_code, &list), E_OK);
	assert_string_equal(list.text, expected);
}

static void assert_below(struct office_scene *scene, int64_t above, const char *expected)
{
	struct list list = {""};
	assert_int_equal(org_each_below(&scene->office, STR(""), above, 0, (struct org_place){0},
				 100, take_place, &list),
		E_OK);
	assert_string_equal(list.text, expected);
}

static struct org find(struct office_scene *scene, int64_t id, const char *day)
{
	struct org org;
	assert_int_equal(
		org_find(&scene->office, id, org_scene_day(day), &scene->arena, &org), E_OK);
	return org;
}

static bool is_below(struct office_scene *scene, const char *campaign, int64_t above, int64_t below)
{
	bool is;
	assert_int_equal(
		line_is_below(&scene->office, str_from(campaign), above, below, &is), E_OK);
	return is;
}

/* What a fresh closure would be, against the one that was kept change by change. */
static void assert_closure_is_true(struct office_scene *scene)
{
	int64_t wrong = -1;
	assert_int_equal(
		sql_ask(&scene->office.db,
			"WITH RECURSIVE up(below, above, distance) AS (VALUES (0, 0, 0) UNION ALL"
			" SELECT v.org, v.org, 0 FROM org_version v, org_tree t WHERE"
			" v.since <= t.day AND v.until > t.day UNION ALL SELECT up.below, v.parent,"
			" distance + 1 FROM up, org_tree t JOIN org_version v ON v.org = up.above"
			" AND v.since <= t.day AND v.until > t.day)"
			" SELECT (SELECT count(*) FROM (SELECT * FROM up EXCEPT SELECT below,"
			" above, distance FROM org_above WHERE campaign = '')) +"
			" (SELECT count(*) FROM (SELECT below, above, distance FROM org_above"
			" WHERE campaign = '' EXCEPT SELECT * FROM up))",
			-1, &wrong),
		E_OK);
	assert_int_equal(wrong, 0);
}

static enum err put(struct office_scene *scene, const struct org *org, struct problem *problem)
{
	int64_t id;
	*problem = (struct problem){0};
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err = org_put(&scene->office, org, &org_scene_by, &id, problem);
	return office_end(&scene->office, err);
}

static void assert_refused(
	struct office_scene *scene, const struct org *org, enum problem_code code, const char *got)
{
	struct problem problem;
	assert_int_equal(put(scene, org, &problem), E_SYNTAX);
	assert_int_equal(problem.code, code);
	assert_true(str_equal(problem_got(&problem), str_from(got)));
	assert_closure_is_true(scene);
}

static int64_t audit_count(struct office_scene *scene)
{
	int64_t count = 0;
	assert_int_equal(sql_ask(&scene->office.db, "SELECT count(*) FROM audit", 0, &count), E_OK);
	return count;
}

/* --- names and places over time --- */

static void a_tree_of_any_depth(void **state)
{
	struct office_scene *scene = *state;
	uint64_t count;
	int64_t ministry = org_scene_put(scene, "B", "", "2020-01-01");
	int64_t province = org_scene_put(scene, "01", "B", "2020-01-01");
	int64_t ward = org_scene_put(scene, "00004", "01", "2020-01-01");
	org_scene_put(scene, "00001", "01", "2020-01-01");
	org_scene_put(scene, "C", "", "2020-01-01");
	assert_children(scene, 0, "2020-06-01", "B C");
	assert_children(scene, province, "2020-06-01", "00001 00004");
	assert_children(scene, province, "2019-12-31", "");
	assert_below(scene, ministry, "01@1 00004@2 00001@2");
	assert_below(scene, 0, "B@1 C@1 01@2 00004@3 00001@3");
	assert_true(is_below(scene, "", ministry, ward));
	assert_true(is_below(scene, "", ward, ward));
	assert_true(is_below(scene, "", 0, ward));
	assert_false(is_below(scene, "", ward, ministry));
	assert_int_equal(org_count_below(&scene->office, STR(""), ministry, &count), E_OK);
	assert_int_equal(count, 3);
	assert_closure_is_true(scene);
}

static void pages_of_those_below(void **state)
{
	struct office_scene *scene = *state;
	struct list first = {""}, second = {""}, level = {""};
	int64_t top = org_scene_put(scene, "T", "", "2020-01-01");
	int64_t a = org_scene_put(scene, "A", "T", "2020-01-01");
	org_scene_put(scene, "A1", "A", "2020-01-01");
	org_scene_put(scene, "B", "T", "2020-01-01");
	assert_int_equal(org_each_below(&scene->office, STR(""), top, 0, (struct org_place){0}, 1,
				 take_place, &first),
		E_OK);
	assert_string_equal(first.text, "A@1");
	assert_int_equal(org_each_below(&scene->office, STR(""), top, 0, (struct org_place){1, a},
				 10, take_place, &second),
		E_OK);
	assert_string_equal(second.text, "B@1 A1@2");
	assert_int_equal(org_each_below(&scene->office, STR(""), top, 2, (struct org_place){0}, 10,
				 take_place, &level),
		E_OK);
	assert_string_equal(level.text, "A1@2");
}

static void what_was_stays(void **state)
{
	struct office_scene *scene = *state;
	struct list versions = {""};
	struct problem problem;
	int64_t id = org_scene_put(scene, "08", "", "2020-01-01");
	const struct org renamed = {.code = STR("08"),
		.name = {STR("Tỉnh Tuyên Quang"), STR("Tuyen Quang")},
		.since = {2025, 7, 1}};
	assert_int_equal(put(scene, &renamed, &problem), E_OK);
	assert_true(str_equal(find(scene, id, "2025-06-30").name[LANG_VI], STR("08")));
	assert_true(str_equal(find(scene, id, "2025-07-01").name[LANG_VI], renamed.name[LANG_VI]));
	assert_int_equal(find(scene, id, "2025-06-30").until.year, 2025);
	assert_int_equal(find(scene, id, "2025-07-01").until.year, 0);
	assert_int_equal(org_each_version(&scene->office, id, take_code, &versions), E_OK);
	assert_string_equal(versions.text, "08 08");
	int64_t before = audit_count(scene);
	assert_int_equal(put(scene, &renamed, &problem), E_OK);
	assert_int_equal(audit_count(scene), before); /* nothing changed */
	/* Earlier than anything known: up to what is. */
	org_scene_put(scene, "08", "", "1990-01-01");
	assert_int_equal(find(scene, id, "1995-01-01").until.year, 2020);
}

static void no_two_versions_overlap(void **state)
{
	struct office_scene *scene = *state;
	org_scene_put(scene, "01", "", "2020-01-01");
	assert_int_equal(sql_execute(&scene->office.db, "INSERT INTO org_version (org, since, "
							"until, name_vi, name_en, level, parent,"
							" tax_code, mail, phone, folded) VALUES "
							"(1, '2021-01-01', '2022-01-01', 'x',"
							" '', '', 0, '', '', '', 'x')"),
		E_EXISTS);
}

static void moving_carries_all_below(void **state)
{
	struct office_scene *scene = *state;
	int64_t a = org_scene_put(scene, "A", "", "2020-01-01");
	int64_t b = org_scene_put(scene, "B", "", "2020-01-01");
	int64_t a1 = org_scene_put(scene, "A1", "A", "2020-01-01");
	int64_t a11 = org_scene_put(scene, "A11", "A1", "2020-01-01");
	org_scene_put(scene, "A1", "B", "2024-01-01");
	assert_true(is_below(scene, "", b, a11));
	assert_false(is_below(scene, "", a, a11));
	assert_false(is_below(scene, "", a, a1));
	assert_closure_is_true(scene);
	assert_children(scene, a, "2023-12-31", "A1");
	assert_children(scene, a, "2024-01-01", "");
}

static void what_is_to_come_comes(void **state)
{
	struct office_scene *scene = *state;
	int64_t a = org_scene_put(scene, "A", "", "2020-01-01");
	int64_t b = org_scene_put(scene, "B", "", "2026-06-01"); /* after org_scene_by */
	assert_false(is_below(scene, "", 0, b));
	assert_closure_is_true(scene);
	assert_int_equal(org_keep_today(&scene->office, org_scene_day("2026-05-31")), E_OK);
	assert_false(is_below(scene, "", 0, b));
	assert_int_equal(org_keep_today(&scene->office, org_scene_day("2026-06-01")), E_OK);
	assert_true(is_below(scene, "", 0, b));
	assert_true(is_below(scene, "", 0, a));
	assert_closure_is_true(scene);
}

/* --- what makes no sense --- */

static void nothing_stands_below_itself(void **state)
{
	struct office_scene *scene = *state;
	int64_t a = org_scene_put(scene, "A", "", "2020-01-01");
	org_scene_put(scene, "A1", "A", "2020-01-01");
	int64_t a11 = org_scene_put(scene, "A11", "A1", "2020-01-01");
	struct org org = {.code = STR("A"), .name = {STR("A")}, .since = {2024, 1, 1}};
	org.parent = a11;
	assert_refused(scene, &org, PROBLEM_UNIT_CYCLE, "A");
	org.parent = a;
	assert_refused(scene, &org, PROBLEM_UNIT_CYCLE, "A");
	/* In days to come too. */
	org_scene_put(scene, "A1", "", "2030-01-01");
	org.parent = a11;
	assert_refused(scene, &org, PROBLEM_UNIT_CYCLE, "A");
	org.since = (struct date){2031, 1, 1};
	struct problem problem;
	assert_int_equal(put(scene, &org, &problem), E_OK); /* turned round by then */
}

static void levels_are_limited(void **state)
{
	struct office_scene *scene = *state;
	char code[16], parent[16] = "";
	for (unsigned i = 1; i <= LIMIT_ORG_DEPTH; i++) {
		snprintf(code, sizeof(code), "L%u", i);
		org_scene_put(scene, code, parent, "2020-01-01");
		memcpy(parent, code, sizeof(code));
	}
	struct org org = {.code = STR("deep"), .name = {STR("x")}, .since = {2020, 1, 1}};
	org.parent = find(scene, (int64_t)LIMIT_ORG_DEPTH, "2020-01-01").id;
	assert_refused(scene, &org, PROBLEM_UNIT_TOO_DEEP, "deep");
	/* Moving what is high below something. */
	int64_t top = org_scene_put(scene, "top", "", "2020-01-01");
	org = (struct org){
		.code = STR("L1"), .name = {STR("L1")}, .since = {2020, 1, 1}, .parent = top};
	assert_refused(scene, &org, PROBLEM_UNIT_TOO_DEEP, "L1");
}

static void superiors_are_there_all_the_time(void **state)
{
	struct office_scene *scene = *state;
	struct problem problem;
	int64_t a = org_scene_put(scene, "A", "", "2020-01-01");
	struct org org = {.code = STR("A1"), .name = {STR("x")}, .since = {2019, 12, 31}};
	org.parent = a;
	assert_refused(scene, &org, PROBLEM_UNIT_NOT_THEN, "A");
	org_scene_put(scene, "A1", "A", "2020-01-01");
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err =
		org_end(&scene->office, a, org_scene_day("2025-01-01"), &org_scene_by, &problem);
	assert_int_equal(office_end(&scene->office, err), E_SYNTAX);
	assert_int_equal(problem.code, PROBLEM_UNIT_HAS_BELOW);
	assert_true(str_equal(problem_got(&problem), STR("A1")));
	assert_closure_is_true(scene);
}

static void texts_are_checked(void **state)
{
	struct office_scene *scene = *state;
	char long_name[401];
	assert_int_equal(sizeof(long_name), LIMIT_ORG_TEXT + 1);
	memset(long_name, 'a', sizeof(long_name));
	struct org org = {.code = STR("01"), .name = {STR("\xff")}, .since = {2020, 1, 1}};
	assert_refused(scene, &org, PROBLEM_BAD_UTF8, "");
	org.name[LANG_VI] = STR("a\nb");
	assert_refused(scene, &org, PROBLEM_CONTROL_CHARACTER, "");
	org.name[LANG_VI] = STR("  ");
	assert_refused(scene, &org, PROBLEM_NO_FIELD, "");
	org.name[LANG_VI] = (struct str){long_name, sizeof(long_name)};
	assert_refused(scene, &org, PROBLEM_FIELD_TOO_LONG, "");
	org.name[LANG_VI] = STR("a");
	org.until = (struct date){2020, 1, 1};
	assert_refused(scene, &org, PROBLEM_UNIT_DAYS, "2020-01-01");
	org.until = (struct date){0};
	org.code = STR("");
	assert_refused(scene, &org, PROBLEM_NO_FIELD, "");
}

/* --- merges and splits --- */

static enum err take_successor(void *context, const struct org_successor *successor)
{
	struct list *list = context;
	struct str how = org_succession_name(successor->how);
	size_t size = strlen(list->text);
	snprintf(list->text + size, sizeof(list->text) - size, "%s%d>%d %.*s", size ? ", " : "",
		(int)successor->from, (int)successor->to, STR_ARG(how));
	return E_OK;
}

static enum err merge(struct office_scene *scene, const int64_t *from, size_t count, int64_t into,
	struct problem *problem)
{
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err = org_merge(&scene->office, from, count, into, org_scene_day("2025-07-01"),
		&org_scene_by, problem);
	return office_end(&scene->office, err);
}

static void many_become_one(void **state)
{
	struct office_scene *scene = *state;
	struct problem problem;
	struct list successors = {""};
	int64_t from[] = {org_scene_put(scene, "02", "", "2020-01-01"),
		org_scene_put(scene, "06", "", "2020-01-01")};
	int64_t into = org_scene_put(scene, "08", "", "2020-01-01");
	int64_t district = org_scene_put(scene, "024", "02", "2020-01-01");
	int64_t ward = org_scene_put(scene, "00688", "024", "2020-01-01");
	org_scene_put(scene, "060", "06", "2020-01-01");
	assert_int_equal(merge(scene, from, 2, into, &problem), E_OK);
	assert_children(scene, 0, "2025-06-30", "02 06 08");
	assert_children(scene, 0, "2025-07-01", "08");
	assert_children(scene, into, "2025-07-01", "024 060");
	assert_children(scene, from[0], "2020-10-01", "024");
	assert_true(is_below(scene, "", into, ward));
	assert_closure_is_true(scene);
	assert_int_equal(
		org_each_successor(&scene->office, into, take_successor, &successors), E_OK);
	assert_string_equal(successors.text, "1>3 merge, 2>3 merge");
	/* Not again, and not into itself. */
	assert_int_equal(merge(scene, from, 2, into, &problem), E_SYNTAX);
	assert_int_equal(problem.code, PROBLEM_UNIT_UNKNOWN);
	assert_int_equal(merge(scene, &into, 1, into, &problem), E_SYNTAX);
	assert_int_equal(merge(scene, &into, 1, ward, &problem), E_SYNTAX); /* below itself */
	assert_closure_is_true(scene);
	assert_int_equal(find(scene, district, "2025-07-01").parent, into);
}

static enum err split(struct office_scene *scene, int64_t from, const int64_t *into, size_t count)
{
	struct problem problem;
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err = org_split(&scene->office, from, into, count, org_scene_day("2024-01-01"),
		&org_scene_by, &problem);
	return office_end(&scene->office, err);
}

static void one_becomes_many(void **state)
{
	struct office_scene *scene = *state;
	struct list successors = {""};
	int64_t from = org_scene_put(scene, "A", "", "2020-01-01");
	int64_t into[] = {org_scene_put(scene, "B", "", "2024-01-01"),
		org_scene_put(scene, "C", "", "2024-01-01")};
	int64_t later = org_scene_put(scene, "D", "", "2024-02-01");
	assert_int_equal(split(scene, from, &later, 1), E_SYNTAX);
	assert_int_equal(split(scene, from, into, 2), E_OK);
	assert_children(scene, 0, "2024-01-01", "B C");
	assert_int_equal(
		org_each_successor(&scene->office, from, take_successor, &successors), E_OK);
	assert_string_equal(successors.text, "1>2 split, 1>3 split");
	assert_closure_is_true(scene);
}

/* --- search --- */

static void assert_found(
	struct office_scene *scene, int64_t above, const char *words, const char *expected)
{
	struct list list = {""};
	assert_int_equal(
		org_search(&scene->office, above, str_from(words), 0, 10, take_code, &list), E_OK);
	assert_string_equal(list.text, expected);
}

static void found_with_and_without_diacritics(void **state)
{
	struct office_scene *scene = *state;
	struct problem problem;
	const struct org names[] = {
		{.code = STR("91"), .name = {STR("Tỉnh Kiên Giang")}, .since = {2020, 1, 1}},
		{.code = STR("911"),
			.name = {STR("Đặc khu Phú Quốc"), STR("Phu Quoc")},
			.parent = 1,
			.tax_code = STR("1700123456"),
			.since = {2020, 1, 1}},
		/* "Hà Nội" taken apart: a + U+0300 … */
		{.code = STR("01"),
			.name = {STR("Tha\xcc\x80nh pho\xcc\x82\xcc\x81 Ha\xcc\x80 "
				     "No\xcc\xa3\xcc\x82i")},
			.since = {2020, 1, 1}},
	};
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(put(scene, &names[i], &problem), E_OK);
	assert_found(scene, 0, "phu quoc", "911");
	assert_found(scene, 0, "ĐẶC KHU phú", "911");
	assert_found(scene, 0, "quoc dac", "911");
	assert_found(scene, 0, "Hà Nội", "01");
	assert_found(scene, 0, "ha noi", "01");
	assert_found(scene, 0, "1700123456", "911");
	assert_found(scene, 0, "91", "91 911"); /* its code first */
	assert_found(scene, 1, "91", "91 911");
	assert_found(scene, 1, "ha noi", "");
	assert_found(scene, 0, "'; DROP", "");
	assert_found(scene, 0, "%", "");
	assert_found(scene, 0, "\xff", "");
	/* Kept composed. */
	assert_true(str_equal(find(scene, 3, "2020-01-01").name[LANG_VI], STR("Thành phố Hà Nội")));
}

/* --- networks and contact points --- */

static enum err take_network(void *context, struct prefix prefix)
{
	struct list *list = context;
	struct writer w;
	writer_init(&w, 64);
	writer_prefix(&w, prefix);
	size_t size = strlen(list->text);
	snprintf(list->text + size, sizeof(list->text) - size, "%s%.*s", size ? " " : "",
		(int)w.size, (const char *)w.data);
	writer_release(&w);
	return E_OK;
}

static void networks_of_its_own(void **state)
{
	struct office_scene *scene = *state;
	struct prefix v4, v6;
	struct list list = {""};
	int64_t id = org_scene_put(scene, "01", "", "2020-01-01");
	assert_true(prefix_parse(STR("203.0.113.0/24"), &v4));
	assert_true(prefix_parse(STR("2001:db8::/32"), &v6));
	assert_int_equal(office_begin(&scene->office), E_OK);
	assert_int_equal(org_network_put(&scene->office, id, v6, &org_scene_by), E_OK);
	assert_int_equal(org_network_put(&scene->office, id, v4, &org_scene_by), E_OK);
	assert_int_equal(org_network_put(&scene->office, id, v4, &org_scene_by), E_OK);
	assert_int_equal(office_end(&scene->office, E_OK), E_OK);
	assert_int_equal(org_each_network(&scene->office, id, take_network, &list), E_OK);
	assert_string_equal(list.text, "203.0.113.0/24 2001:db8::/32");
	assert_int_equal(org_network_remove(&scene->office, id, v4, &org_scene_by), E_OK);
	assert_int_equal(org_network_remove(&scene->office, id, v4, &org_scene_by), E_NOTFOUND);
}

static void contact_of_a_campaign_comes_first(void **state)
{
	struct office_scene *scene = *state;
	struct problem problem;
	struct contact got;
	struct office *o = &scene->office;
	int64_t id = org_scene_put(scene, "01", "", "2020-01-01");
	const struct contact any = {STR("Lan"), STR("024 1"), STR("lan@example.vn")};
	const struct contact own = {STR("Minh"), STR(""), STR("")};
	assert_int_equal(contact_get(o, STR("vn"), id, &scene->arena, &got), E_NOTFOUND);
	assert_int_equal(contact_put(o, STR(""), id, &any, &org_scene_by, &problem), E_OK);
	assert_int_equal(contact_get(o, STR("vn"), id, &scene->arena, &got), E_OK);
	assert_true(str_equal(got.mail, any.mail));
	assert_int_equal(contact_put(o, STR("vn"), id, &own, &org_scene_by, &problem), E_OK);
	assert_int_equal(contact_get(o, STR("vn"), id, &scene->arena, &got), E_OK);
	assert_true(str_equal(got.name, own.name) && got.mail.size == 0);
	assert_int_equal(
		contact_put(o, STR("vn"), id, &(struct contact){0}, &org_scene_by, &problem), E_OK);
	assert_int_equal(contact_get(o, STR("vn"), id, &scene->arena, &got), E_OK);
	assert_true(str_equal(got.name, any.name));
	assert_int_equal(contact_put(o, STR(""), 99, &any, &org_scene_by, &problem), E_NOTFOUND);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_tree_of_any_depth, begin, end),
		cmocka_unit_test_setup_teardown(pages_of_those_below, begin, end),
		cmocka_unit_test_setup_teardown(what_was_stays, begin, end),
		cmocka_unit_test_setup_teardown(no_two_versions_overlap, begin, end),
		cmocka_unit_test_setup_teardown(moving_carries_all_below, begin, end),
		cmocka_unit_test_setup_teardown(what_is_to_come_comes, begin, end),
		cmocka_unit_test_setup_teardown(nothing_stands_below_itself, begin, end),
		cmocka_unit_test_setup_teardown(levels_are_limited, begin, end),
		cmocka_unit_test_setup_teardown(superiors_are_there_all_the_time, begin, end),
		cmocka_unit_test_setup_teardown(texts_are_checked, begin, end),
		cmocka_unit_test_setup_teardown(many_become_one, begin, end),
		cmocka_unit_test_setup_teardown(one_becomes_many, begin, end),
		cmocka_unit_test_setup_teardown(found_with_and_without_diacritics, begin, end),
		cmocka_unit_test_setup_teardown(networks_of_its_own, begin, end),
		cmocka_unit_test_setup_teardown(contact_of_a_campaign_comes_first, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
