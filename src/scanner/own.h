/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* What belongs to scanners themselves and is not looked at. */
struct own_paths {
	const char **paths;
	size_t count, capacity;
};

/* `most`: paths besides those of other users. E_NOMEM. */
MUST_CHECK enum err own_paths_init(struct own_paths *own, struct arena *arena, size_t most);

/* Not empty ones. */
void own_paths_add(struct own_paths *own, const char *path);

/* Compiled packs that scans of other users keep below `root`. E_NOMEM. */
MUST_CHECK enum err own_paths_add_others(
	struct own_paths *own, struct arena *arena, const char *root);
