/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "office/org.h"
#include "org_scene.h"

#define CAMPAIGN STR("vn-2026")

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

static enum err start(struct office_scene *scene, const char *day)
{
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err = line_start(&scene->office, CAMPAIGN, org_scene_day(day), &org_scene_by);
	return office_end(&scene->office, err);
}

static enum err move(
	struct office_scene *scene, int64_t org, int64_t superior, enum problem_code *ret_code)
{
	struct problem problem = {0};
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err = line_move(&scene->office, CAMPAIGN, org, superior, &org_scene_by, &problem);
	*ret_code = problem.code;
	return office_end(&scene->office, err);
}

static bool below(struct office_scene *scene, struct str campaign, int64_t above, int64_t org)
{
	bool is;
	assert_int_equal(line_is_below(&scene->office, campaign, above, org, &is), E_OK);
	return is;
}

/* A tax department stands under its ministry, and reports to its province. */
static void two_superiors(void **state)
{
	struct office_scene *scene = *state;
	enum problem_code code;
	int64_t superior;
	int64_t ministry = org_scene_put(scene, "BTC", "", "2020-01-01");
	int64_t province = org_scene_put(scene, "01", "", "2020-01-01");
	int64_t tax = org_scene_put(scene, "TAX01", "BTC", "2020-01-01");
	int64_t branch = org_scene_put(scene, "TAX011", "TAX01", "2020-01-01");
	assert_int_equal(line_superior(&scene->office, CAMPAIGN, tax, &superior), E_NOTFOUND);
	assert_int_equal(move(scene, tax, province, &code), E_NOTFOUND);
	assert_int_equal(start(scene, "2020-10-01"), E_OK);
	assert_int_equal(start(scene, "2020-10-01"), E_EXISTS);
	assert_true(below(scene, CAMPAIGN, ministry, branch));
	assert_int_equal(move(scene, tax, province, &code), E_OK);
	assert_true(below(scene, CAMPAIGN, province, branch));
	assert_false(below(scene, CAMPAIGN, ministry, branch));
	assert_true(below(scene, STR(""), ministry, branch));
	assert_false(below(scene, STR(""), province, branch));
	assert_int_equal(line_superior(&scene->office, CAMPAIGN, tax, &superior), E_OK);
	assert_int_equal(superior, province);
	assert_int_equal(line_superior(&scene->office, STR(""), tax, &superior), E_OK);
	assert_int_equal(superior, ministry);
	/* The tree's own move leaves the line alone. */
	org_scene_put(scene, "TAX01", "", "2021-01-01");
	assert_true(below(scene, CAMPAIGN, province, branch));
}

static void starts_as_the_tree_of_its_day(void **state)
{
	struct office_scene *scene = *state;
	enum problem_code code;
	int64_t a = org_scene_put(scene, "A", "", "2020-01-01");
	int64_t b = org_scene_put(scene, "B", "A", "2020-01-01");
	org_scene_put(scene, "B", "", "2022-01-01");
	int64_t late = org_scene_put(scene, "C", "", "2022-01-01");
	assert_int_equal(start(scene, "2020-10-01"), E_OK);
	assert_true(below(scene, CAMPAIGN, a, b));
	assert_false(below(scene, CAMPAIGN, 0, late));
	/* Who came later is added, below somebody who is in it. */
	assert_int_equal(move(scene, late, b, &code), E_OK);
	assert_true(below(scene, CAMPAIGN, a, late));
}

static void no_circles(void **state)
{
	struct office_scene *scene = *state;
	enum problem_code code;
	int64_t a = org_scene_put(scene, "A", "", "2020-01-01");
	int64_t b = org_scene_put(scene, "B", "A", "2020-01-01");
	int64_t c = org_scene_put(scene, "C", "B", "2020-01-01");
	int64_t late = org_scene_put(scene, "D", "", "2022-01-01");
	assert_int_equal(start(scene, "2020-10-01"), E_OK);
	assert_int_equal(move(scene, a, c, &code), E_SYNTAX);
	assert_int_equal(code, PROBLEM_UNIT_CYCLE);
	assert_int_equal(move(scene, a, a, &code), E_SYNTAX);
	assert_int_equal(code, PROBLEM_UNIT_CYCLE);
	assert_int_equal(move(scene, a, late, &code), E_SYNTAX);
	assert_int_equal(code, PROBLEM_UNIT_UNKNOWN);
	assert_int_equal(move(scene, c, 0, &code), E_OK);
	assert_int_equal(move(scene, a, c, &code), E_OK);
	assert_true(below(scene, CAMPAIGN, c, b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(two_superiors, begin, end),
		cmocka_unit_test_setup_teardown(starts_as_the_tree_of_its_day, begin, end),
		cmocka_unit_test_setup_teardown(no_circles, begin, end),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
