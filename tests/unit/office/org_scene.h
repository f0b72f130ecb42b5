/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/org.h"
#include "office_scene.h"

/* For tests that need a tree: organisations by code, put by "operator" on 2026-01-01. */
extern const struct audit_entry org_scene_by;

struct date org_scene_day(const char *text);

/* In a transaction of its own; parent "": at the top. Its id. */
int64_t org_scene_put(
	struct office_scene *scene, const char *code, const char *parent, const char *since);
