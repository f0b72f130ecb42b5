/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/office.h"

/* An office in a scratch folder, open for writing. */
struct office_scene {
	char folder[64];
	struct office office;
	struct arena arena;
};

void office_scene_begin(struct office_scene *scene);

/* Closes, and deletes everything. */
void office_scene_end(struct office_scene *scene);
