/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "scan/verdict_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Under a key of zeros, so that the corpus can hold files that are believed. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct verdict block[VERDICT_BLOCK];
	struct verdict_file f = {0};
	struct cursor c;
	size_t count;
	cursor_init(&c, (struct bytes){data, size});
	if (verdict_read_header(&c, &f) != E_OK)
		return 0;
	while (verdict_read_block(&c, &f, block, &count) == E_OK)
		if (count == 0 || count > VERDICT_BLOCK)
			abort();
	return 0;
}
