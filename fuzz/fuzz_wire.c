/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "feed/wire.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void read_batch(struct bytes b)
{
	struct text_table *names = text_table_new(LIMIT_NAMES_PER_FILE);
	struct text_table *columns = text_table_new(LIMIT_COLUMNS);
	struct batch *batch = batch_new();
	struct cursor c;
	cursor_init(&c, b);
	if (names && columns && batch && wire_read_batch(&c, batch, names, columns) == E_OK) {
		/* The same bytes again; reading every row touches all that a store would. */
		struct writer w;
		writer_init(&w, LIMIT_WIRE_BYTES);
		wire_write_batch(&w, batch, names, 0, columns, 0);
		if (w.size != b.size || memcmp(w.data, b.data, b.size) != 0)
			abort();
		for (uint32_t i = 0; i < batch->rows; i++)
			if (batch_get(batch, names, i).time.from.seconds < 0)
				abort();
		writer_release(&w);
	}
	text_table_free(names);
	text_table_free(columns);
	batch_free(batch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct problem problem;
	struct feed_totals totals;
	struct feed_options options;
	struct cursor c;
	if (size == 0)
		return 0;
	struct bytes b = {data + 1, size - 1};
	cursor_init(&c, b);
	switch (data[0] % 4) {
	case 0:
		read_batch(b);
		break;
	case 1:
		(void)!wire_read_problem(&c, &problem);
		break;
	case 2:
		(void)!wire_read_totals(&c, &totals);
		break;
	default:
		(void)!wire_read_options(&c, &options);
		break;
	}
	return 0;
}
