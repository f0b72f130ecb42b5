/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <zstd.h>

#include "rules/pack.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	HEAD = 16,
	ROOM = 1 << 22
};

/* A body as it stands, packed here: a fuzzer cannot. What opens is written again the same. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena;
	struct writer file, again;
	struct pack pack;
	arena_init(&arena, ROOM);
	writer_init(&file, ROOM);
	writer_init(&again, ROOM);
	writer_text(&file, "QSRP");
	writer_u32(&file, 1);
	writer_u64(&file, size);
	size_t room = ZSTD_compressBound(size);
	uint8_t *packed = writer_reserve(&file, room);
	if (packed) {
		file.size = HEAD + ZSTD_compress(packed, room, data, size, 1);
		if (pack_open(writer_view(&file), &arena, &pack) == E_OK) {
			pack_write(&again, &pack);
			arena_clear(&arena);
			if (writer_end(&again) != E_OK ||
				pack_open(writer_view(&again), &arena, &pack) != E_OK)
				abort();
		}
	}
	writer_release(&again);
	writer_release(&file);
	arena_release(&arena);
	return 0;
}
