/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/problem.h"
#include "model/region.h"

/* A file of regions: CSV with a header of key, name_vi, name_en, short, column, row and where
 * wanted part_of, also. docs/format/regions.md. All of it or nothing: a map with a hole is none.
 * E_SYNTAX, E_LIMIT: `problem` says why. Texts lie in the arena. */
MUST_CHECK enum err region_file_parse(struct str text, struct arena *arena,
	const struct region **ret_list, size_t *ret_count, struct problem *problem);
