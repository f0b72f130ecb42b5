/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "survey/survey.h"

/* A file of a place: a reason it must give at a line, or none ("") where it is a clean neighbour.
 */
struct fixture {
	const char *path, *content;
	const char *why;
	uint64_t line;
	const char *program; /* of the entry with the sign, or of the last one; NULL: not asked */
};
const struct fixture *fixtures_of_text(size_t *ret_count);

/* What a file of that key holds when something is planted in it, and when nothing is: freed with
 * free(); *ret_why: the reason it must give. NULL: the key is judged elsewhere, not by its reader
 * alone. */
uint8_t *planted_content(struct str key, bool clean, size_t *ret_size, const char **ret_why);

/* A path that a pattern stands for: x or y for each star; of Windows in
 * capitals. Freed with free(). */
char *planted_path(const struct place *place);
