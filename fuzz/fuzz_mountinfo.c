/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "scanner/disks.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Whatever the kernel says: the root comes first and once, every path is absolute. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct disks disks;
	arena_init(&arena, 64 << 20);
	if (disks_read((struct bytes){data, size}, &arena, &disks) != E_OK)
		abort();
	for (size_t i = 0; i < disks.count; i++)
		if (disks.paths[i][0] != '/' || (strcmp(disks.paths[i], "/") == 0) != (i == 0))
			abort();
	arena_release(&arena);
	return 0;
}
