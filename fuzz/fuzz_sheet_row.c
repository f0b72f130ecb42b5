/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "format/sheet.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Rows as a parse process sends them: what is taken can be written again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct sheet_cell cells[512];
	struct cursor c;
	uint32_t number;
	size_t count;
	cursor_init(&c, (struct bytes){data, size});
	while (cursor_left(&c) > 0 && sheet_row_read(&c, cells, &number, &count) == E_OK) {
		struct writer w;
		size_t before = c.at;
		writer_init(&w, size + 64);
		sheet_row_write(&w, number, cells, count);
		if (writer_end(&w) != E_OK || w.size > before)
			abort();
		writer_release(&w);
	}
	return 0;
}
