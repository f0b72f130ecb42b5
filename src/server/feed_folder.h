/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* The files of a folder of somebody else's, below it at any depth, by their paths from it and in
 * the order of their bytes. Hidden names are passed over. Links, devices and pipes are never
 * opened. */
struct feed_folder {
	const char **files;
	size_t count;
	const char **left; /* what is neither file nor folder */
	size_t left_count;
};

/* Paths live in the arena. E_LIMIT: more than LIMIT_FOLDER_FILES, or deeper than
 * LIMIT_FOLDER_DEPTH.
 */
MUST_CHECK enum err feed_folder_list(
	int folder, struct arena *arena, struct feed_folder *ret_folder);

/* Is that path among the files? */
bool feed_folder_has(const struct feed_folder *folder, const char *path);
