/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "network/region_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Every region is found by its key, and asking for anything stays in bounds. */
static void ask(const struct region *list, size_t count, struct str anything)
{
	size_t index;
	if (regions_check(list, count, &index) != REGION_SOUND || index != count ||
		regions_find(list, count, anything) > count)
		abort();
	for (size_t i = 0; i < count; i++)
		if (regions_find(list, count, list[i].key) > i)
			abort();
}

/* A file of regions, and the stored form. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct writer stored;
	struct cursor c;
	const struct region *list;
	const struct region *again;
	struct problem problem = {0};
	size_t count;
	size_t count_again;
	struct str text = {(const char *)data, size};
	arena_init(&arena, 1 << 26);
	writer_init(&stored, 1 << 26);
	if (region_file_parse(text, &arena, &list, &count, &problem) == E_OK) {
		ask(list, count, text);
		regions_write(&stored, list, count);
		cursor_init(&c, writer_view(&stored));
		if (regions_read(&c, &arena, &again, &count_again) != E_OK || count_again != count)
			abort();
	} else if (problem.code == PROBLEM_NONE) {
		abort();
	}
	cursor_init(&c, (struct bytes){data, size});
	if (regions_read(&c, &arena, &again, &count_again) == E_OK)
		ask(again, count_again, text);
	writer_release(&stored);
	arena_release(&arena);
	return 0;
}
