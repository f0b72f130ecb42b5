/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "model/unit_set.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* What is read obeys the rules of a set: the walk ascends and agrees with the count, and what is
 * written again is read again. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct unit_set *s = NULL, *again = NULL;
	struct cursor c;
	struct writer w;
	uint32_t piece[64];
	cursor_init(&c, (struct bytes){data, size});
	if (unit_set_read(&c, &s) != E_OK)
		return 0;
	uint64_t position = 0, walked = 0, before = 0;
	for (size_t n; (n = unit_set_read_v4(s, &position, piece, 64)) > 0; walked += n) {
		if (walked > 0 && piece[0] <= before)
			abort();
		before = piece[n - 1];
	}
	if (walked != unit_set_count_v4(s))
		abort();
	writer_init(&w, size * 3 + 1000);
	unit_set_write(s, &w);
	cursor_init(&c, writer_view(&w));
	if (writer_end(&w) != E_OK || unit_set_read(&c, &again) != E_OK)
		abort();
	if (unit_set_count_v4(again) != walked || unit_set_count_v6(again) != unit_set_count_v6(s))
		abort();
	writer_release(&w);
	unit_set_free(s);
	unit_set_free(again);
	return 0;
}
