/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "office/form.h"
#include "office/rollup.h"
#include "org_scene.h"

enum {
	NOW = 1600000000,
	CITIES = 3,
	WARDS = 5
};

static struct office_scene scene;
static struct office *o;
static struct return_form form;
static int64_t top, city[CITIES], ward[CITIES][WARDS];
static struct actor operator_actor = {
	0, ROLE_OPERATOR, 0, LANG_VI, STR_INIT("operator"), STR_INIT("")};
#define C STR("vn-2020")

#define CHANGE(expression)                                                                         \
	do {                                                                                       \
		assert_int_equal(office_begin(o), E_OK);                                           \
		assert_int_equal(office_end(o, (expression)), E_OK);                               \
	} while (0)

static struct instant at(int64_t seconds)
{
	return (struct instant){NOW + seconds};
}

static int begin(void **state)
{
	(void)state;
	char code[32];
	char parent[32];
	int64_t version;
	office_scene_begin(&scene);
	o = &scene.office;
	top = org_scene_put(&scene, "VN", "", "2020-01-01");
	for (int i = 0; i < CITIES; i++) {
		snprintf(parent, sizeof(parent), "%d", i);
		city[i] = org_scene_put(&scene, parent, "VN", "2020-01-01");
		for (int k = 0; k < WARDS; k++) {
			snprintf(code, sizeof(code), "%d.%d", i, k);
			ward[i][k] = org_scene_put(&scene, code, parent, "2020-01-01");
		}
	}
	assert_int_equal(form_load(o, C, -1, &scene.arena, &form, &version), E_OK);
	return 0;
}

static int end(void **state)
{
	(void)state;
	office_scene_end(&scene);
	return 0;
}

static enum err declare(
	int64_t org, unsigned informed, unsigned deployed, int64_t list, int64_t when)
{
	struct return_head head;
	int64_t draft;
	int64_t version;
	char texts[2][16];
	snprintf(texts[0], sizeof(texts[0]), "%u", informed);
	snprintf(texts[1], sizeof(texts[1]), "%u", deployed);
	struct answer answers[3] = {
		{str_from(texts[0]), STR("")}, {str_from(texts[1]), STR("")}, {STR(""), STR("")}};
	struct return_content content = {.answers = answers, .answer_count = 3, .list = list};
	TRY(return_open(o, C, org, &operator_actor, at(0), &scene.arena, &head));
	content.form = head.form;
	TRY(return_save(
		o, &head, head.draft, &content, &operator_actor, at(when), &scene.arena, &draft));
	return return_submit(
		o, &head, draft, STR(""), true, &operator_actor, at(when), &scene.arena, &version);
}

static enum err send_back(int64_t org)
{
	struct return_head head;
	TRY(return_find(o, C, org, &scene.arena, &head));
	return return_send_back(o, &head, head.versions, STR("?"), &operator_actor, at(50));
}

static struct level read_level(int64_t org, int64_t when)
{
	struct level level = {0};
	struct level_standing standing;
	assert_int_equal(level_read(o, C, org, &form, 0, at(when), &scene.arena, &level), E_OK);
	assert_int_equal(level_stand(o, C, org, at(when), &standing), E_OK);
	assert_memory_equal(&standing.counts, &level.counts, sizeof(level.counts));
	return level;
}

static void test_sums_and_completeness_of_each_level(void **state)
{
	(void)state;
	struct return_head head;
	struct deadline due = {DEADLINE_DAY, {2020, 9, 14}, at(100)};
	CHANGE(deadline_set_level(o, C, 2, &due, &operator_actor, at(0)));
	CHANGE(declare(ward[0][0], 10, 3, 0, 10));
	CHANGE(declare(ward[0][1], 20, 4, 0, 100)); /* the first late second */
	CHANGE(declare(ward[0][2], 1000, 1000, 0, 10));
	CHANGE(send_back(ward[0][2]));
	CHANGE(return_open(o, C, ward[0][3], &operator_actor, at(1), &scene.arena, &head));
	CHANGE(declare(city[0], 5, 1, 0, 10));
	CHANGE(declare(ward[1][0], 7, 7, 0, 10));
	CHANGE(declare(ward[1][0], 8, 8, 0, 11)); /* again: counted once */
	struct level level = read_level(city[0], 200);
	assert_int_equal(level.sums[0].sum, 35);
	assert_int_equal(level.sums[0].units, 3);
	assert_int_equal(level.sums[1].sum, 8);
	assert_int_equal(level.counts.expected, 6);
	assert_int_equal(level.counts.on_time, 2);
	assert_int_equal(level.counts.late, 1);
	assert_int_equal(level.counts.sent_back, 1);
	assert_int_equal(level.counts.draft, 1);
	assert_int_equal(level.counts.unopened, 1);
	assert_int_equal(level.counts.overdue, 3);
	assert_int_equal(level.child_count, 1 + WARDS);
	assert_int_equal(level.children[0].org, city[0]);
	assert_int_equal(level.children[0].sums[0].sum, 5);
	level = read_level(top, 200);
	assert_int_equal(level.sums[0].sum, 43);
	assert_int_equal(level.counts.expected, 1 + CITIES * (1 + WARDS));
	assert_int_equal(level.child_count, 1 + CITIES);
	assert_int_equal(level.children[1].sums[0].sum, 35);
	assert_int_equal(level.children[2].sums[0].sum, 8);
	assert_int_equal(read_level(0, 200).sums[0].sum, 43);
	level = read_level(ward[1][0], 200);
	assert_int_equal(level.sums[1].sum, 8);
	assert_int_equal(level.counts.expected, 1);
}

static void test_how_a_level_stands(void **state)
{
	(void)state;
	struct level_standing standing;
	struct deadline due = {DEADLINE_DAY, {2020, 9, 14}, at(100)};
	struct deadline later = {DEADLINE_DAY, {2020, 9, 16}, at(300)};
	CHANGE(declare(city[0], 5, 1, 0, 10));
	CHANGE(declare(ward[0][0], 5, 1, 0, 10));
	CHANGE(declare(ward[1][0], 5, 1, 0, 10));
	assert_int_equal(level_stand(o, C, city[0], at(200), &standing), E_OK);
	assert_int_equal(standing.last.kind, DEADLINE_NONE);
	assert_int_equal(standing.counts.submitted, 2);
	assert_int_equal(standing.below_submitted, 1); /* nobody judges their own */
	CHANGE(deadline_set_level(o, C, 1, &later, &operator_actor, at(0)));
	CHANGE(deadline_set_level(o, C, 2, &due, &operator_actor, at(0)));
	assert_int_equal(level_stand(o, C, city[0], at(200), &standing), E_OK);
	assert_int_equal(standing.last.day.day, 16);
	assert_int_equal(standing.counts.overdue, WARDS - 1);
	assert_int_equal(level_stand(o, C, ward[0][0], at(200), &standing), E_OK);
	assert_int_equal(standing.last.day.day, 14);
	assert_int_equal(standing.below_submitted, 0);
	assert_int_equal(level_stand(o, C, 0, at(200), &standing), E_OK);
	assert_int_equal(standing.below_submitted, 3);
	assert_int_equal(level_stand(o, C, 999, at(200), &standing), E_NOTFOUND);
}

static void test_a_campaign_has_its_own_line(void **state)
{
	(void)state;
	struct problem problem;
	struct level level;
	CHANGE(declare(ward[0][0], 10, 3, 0, 10));
	CHANGE(line_start(o, C, org_scene_day("2020-06-01"), &org_scene_by));
	assert_int_equal(read_level(city[0], 20).sums[0].sum, 10);
	CHANGE(line_move(o, C, ward[0][0], city[1], &org_scene_by, &problem));
	assert_int_equal(read_level(city[0], 20).sums[0].sum, 0);
	assert_int_equal(read_level(city[1], 20).sums[0].sum, 10);
	assert_int_equal(level_read(o, C, 999, &form, 0, at(0), &scene.arena, &level), E_NOTFOUND);
}

static void test_lists_are_counted_once(void **state)
{
	(void)state;
	int64_t list[2];
	size_t bad;
	const struct listed_org a[] = {
		{STR("0200000001"), STR("A"), 3}, {STR("0200000002"), STR("B"), 1}};
	const struct listed_org b[] = {
		{STR("0200000002"), STR("B"), 1}, {STR("0200000003"), STR("C"), 1}};
	CHANGE(return_list_add(o, &form, a, 2, at(0), &list[0], &bad));
	CHANGE(return_list_add(o, &form, b, 2, at(0), &list[1], &bad));
	CHANGE(declare(ward[0][0], 2, 1, list[0], 10));
	CHANGE(declare(ward[0][1], 2, 5, list[1], 10));
	struct level level = read_level(city[0], 20);
	assert_int_equal(level.sums[0].sum, 4);
	assert_int_equal(level.sums[0].listed_units, 2);
	assert_int_equal(level.sums[0].distinct, 3);
	assert_int_equal(level.sums[1].units, 2);
	assert_int_equal(level.sums[1].listed_units, 1);
	assert_int_equal(level.sums[1].listed_sum, 1);
	assert_int_equal(level.sums[1].distinct, 1);
}

static void test_who_is_excused_is_not_missed(void **state)
{
	(void)state;
	struct deadline excused = {.kind = DEADLINE_EXCUSED};
	CHANGE(deadline_set_level(o, C, 0, &excused, &operator_actor, at(0)));
	CHANGE(deadline_set_org(o, C, ward[0][0], &excused, &operator_actor, at(0)));
	CHANGE(deadline_set_org(o, C, ward[0][1], &excused, &operator_actor, at(0)));
	CHANGE(declare(ward[0][1], 4, 4, 0, 10)); /* came all the same */
	struct level level = read_level(top, 20);
	assert_int_equal(level.counts.excused, 2);
	assert_int_equal(level.counts.expected, CITIES * (1 + WARDS) - 1);
	assert_int_equal(level.sums[0].sum, 4);
}

static enum err count_unit(void *context, const struct level_unit *unit)
{
	unsigned *count = context;
	assert_true(unit->name[LANG_VI].size > 0);
	(*count)++;
	return E_OK;
}

static unsigned units(int64_t org, bool direct, enum level_choice choice, int64_t when)
{
	unsigned count = 0;
	assert_int_equal(
		level_each_unit(o, C, org, direct, choice, at(when), count_unit, &count), E_OK);
	return count;
}

static void test_who_is_late_one_by_one(void **state)
{
	(void)state;
	struct deadline due = {DEADLINE_DAY, {2020, 9, 14}, at(100)};
	CHANGE(deadline_set_level(o, C, 2, &due, &operator_actor, at(0)));
	CHANGE(declare(ward[0][0], 10, 3, 0, 10));
	CHANGE(declare(ward[0][1], 20, 4, 0, 100));
	assert_int_equal(units(top, false, LEVEL_ALL, 0), 1 + CITIES * (1 + WARDS));
	assert_int_equal(units(top, true, LEVEL_ALL, 0), CITIES);
	assert_int_equal(units(top, false, LEVEL_OVERDUE, 99), 0);
	assert_int_equal(units(top, false, LEVEL_OVERDUE, 100), CITIES * WARDS - 2);
	assert_int_equal(units(city[0], false, LEVEL_LATE, 100), 1);
	assert_int_equal(units(city[0], false, LEVEL_WAITING, 100), 2);
	assert_int_equal(units(city[1], false, LEVEL_UNOPENED, 100), 1 + WARDS);
	assert_int_equal(units(0, false, LEVEL_LATE, 100), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_sums_and_completeness_of_each_level, begin, end),
		cmocka_unit_test_setup_teardown(test_how_a_level_stands, begin, end),
		cmocka_unit_test_setup_teardown(test_a_campaign_has_its_own_line, begin, end),
		cmocka_unit_test_setup_teardown(test_lists_are_counted_once, begin, end),
		cmocka_unit_test_setup_teardown(test_who_is_excused_is_not_missed, begin, end),
		cmocka_unit_test_setup_teardown(test_who_is_late_one_by_one, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
