/* SPDX-License-Identifier: Apache-2.0 */
#include <endian.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "report/document.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void expect(bool kept)
{
	if (!kept)
		abort();
}

/* What opens can be written in every shape, and is frozen again as it was. */
static void look(const struct document *d, struct bytes file)
{
	struct writer w;
	writer_init(&w, (size_t)1 << 28);
	document_freeze(&w, d);
	expect(writer_end(&w) == E_OK && w.size == file.size);
	expect(memcmp(w.data, file.data, file.size) == 0);
	writer_clear(&w);
	document_write_page(&w, d);
	for (size_t i = 0; i < d->block_count; i++) {
		const struct table *t = &d->blocks[i].table;
		if (d->blocks[i].kind != BLOCK_TABLE)
			continue;
		expect(document_table(d, t->key) == t);
		table_write_csv(&w, t);
		table_write_json(&w, t);
	}
	expect(writer_end(&w) == E_OK);
	writer_release(&w);
}

/* Any bytes as a frozen document, with the checksum put right so that what it covers is tried. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct document d;
	uint8_t *copy = malloc(size + (size == 0));
	if (!copy)
		return 0;
	memcpy(copy, data, size);
	arena_init(&arena, (size_t)1 << 25);
	if (document_open((struct bytes){copy, size}, &arena, &d) == E_OK)
		look(&d, (struct bytes){copy, size});
	if (size >= 16) {
		uint64_t sum = htole64(XXH3_64bits(copy + 16, size - 16));
		memcpy(copy + 8, &sum, sizeof(sum));
		arena_clear(&arena);
		if (document_open((struct bytes){copy, size}, &arena, &d) == E_OK)
			look(&d, (struct bytes){copy, size});
	}
	arena_release(&arena);
	free(copy);
	return 0;
}
