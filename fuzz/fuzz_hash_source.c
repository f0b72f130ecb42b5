/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "rules/hash_source.h"
#include "rules/pack_order.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void ignore_problem(void *context, const struct problem *problem)
{
	(void)context;
	(void)problem;
}

/* No more hashes than were promised, with names that can be shown; in order they are strictly so.
 */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	struct arena arena;
	size_t most = hash_source_most(text);
	struct pack_hashes hashes = {.list = calloc(most, sizeof(*hashes.list)), .capacity = most};
	arena_init(&arena, 64 << 20);
	if (!hashes.list)
		abort();
	if (hash_source_read(text, 0, STR("x"), &arena, ignore_problem, NULL, &hashes) == E_LIMIT)
		abort();
	for (size_t i = 0; i < hashes.count; i++)
		for (struct str name = hashes.list[i].name; name.size > 0;) {
			size_t length = utf8_length(name);
			if (length == 0 || (uint8_t)name.data[0] < ' ')
				abort();
			name = (struct str){name.data + length, name.size - length};
		}
	pack_hashes_order(hashes.list, &hashes.count);
	for (size_t i = 1; i < hashes.count; i++)
		if (pack_hash_compare(&hashes.list[i - 1], &hashes.list[i]) >= 0)
			abort();
	free(hashes.list);
	arena_release(&arena);
	return 0;
}
