/* SPDX-License-Identifier: Apache-2.0 */
#include "org_scene.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

const struct audit_entry org_scene_by = {
	.at = {1767225600}, .actor = STR_INIT("operator")}; /* 2026-01-01 */

struct date org_scene_day(const char *text)
{
	struct date day;
	assert_true(date_parse(str_from(text), &day));
	return day;
}

int64_t org_scene_put(
	struct office_scene *scene, const char *code, const char *parent, const char *since)
{
	struct org above = {0};
	struct problem problem;
	int64_t id = 0;
	struct date day = org_scene_day(since);
	if (*parent)
		assert_int_equal(
			org_find_code(&scene->office, str_from(parent), day, &scene->arena, &above),
			E_OK);
	const struct org org = {.code = str_from(code),
		.name = {[LANG_VI] = str_from(code)},
		.parent = above.id,
		.since = day};
	assert_int_equal(office_begin(&scene->office), E_OK);
	enum err err = org_put(&scene->office, &org, &org_scene_by, &id, &problem);
	if (err != E_OK)
		print_error("%s\n", scene->office.db.complaint);
	assert_int_equal(office_end(&scene->office, err), E_OK);
	return id;
}
