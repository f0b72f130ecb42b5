/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "rules/indicator_source.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore_problem(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

/* What was taken from a list is taken again, as the same: except names of files, which only their
 * list said to be such. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size}, again;
	struct arena arena;
	enum indicator_kind kind;
	enum problem_code problem;
	size_t most = indicator_source_most(text);
	struct pack_indicators found = {
		.list = calloc(most, sizeof(*found.list)), .capacity = most};
	arena_init(&arena, 64 << 20);
	if (!found.list)
		abort();
	if (indicator_source_read(text, 0, STR("x"), &arena, ignore_problem, NULL, &found) ==
		E_LIMIT)
		abort();
	for (size_t i = 0; i < found.count; i++) {
		struct pack_indicator *n = &found.list[i];
		if (n->value.size == 0)
			abort();
		if (n->kind != INDICATOR_FILE &&
			(!indicator_parse(n->value, &arena, &kind, &again, &problem) ||
				kind != n->kind || !str_equal(again, n->value)))
			abort();
	}
	free(found.list);
	arena_release(&arena);
	return 0;
}
