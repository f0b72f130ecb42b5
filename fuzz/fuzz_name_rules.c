/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "feed/name_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore_problem(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

/* Rules that were taken from a file are good ones for names_new(). */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct arena arena;
	struct problem problem;
	struct name_rule *rules;
	struct names *names;
	size_t count, bad;
	arena_init(&arena, 64 << 20);
	if (name_rules_parse(text, STR("fuzz"), &arena, ignore_problem, NULL, &problem, &rules,
		    &count) == E_OK) {
		if (names_new(rules, count, &problem, &bad, &names) != E_OK)
			abort();
		names_free(names);
	}
	arena_release(&arena);
	return 0;
}
