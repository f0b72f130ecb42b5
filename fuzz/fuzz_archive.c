/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "format/archive.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	UNPACKED_LIMIT = 1 << 20,
	CHUNK = 4099 /* no multiple of any block inside */
};

static enum err read_some(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	struct bytes *left = context;
	size_t size = left->size < capacity ? left->size : capacity;
	if (size > 0)
		memcpy(buffer, left->data, size);
	*left = (struct bytes){left->data + size, left->size - size};
	*ret_size = size;
	return E_OK;
}

static enum err read_all(struct archive_reader *r, struct problem *problem)
{
	static uint8_t chunk[CHUNK];
	uint64_t total = 0;
	size_t size;
	do {
		TRY(archive_reader_read(r, chunk, CHUNK, &size, problem));
		if (size > CHUNK || (total += size) > UNPACKED_LIMIT)
			abort();
	} while (size > 0);
	return E_OK;
}

/* Never more than the limit, and a refusal always says why. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct bytes left = {data, size};
	const struct archive_source source = {&left, read_some};
	struct problem problem = {0};
	struct archive_reader *r = NULL;
	if (archive_warm_up() != E_OK)
		return 0;
	enum err err = archive_reader_open(&source, UNPACKED_LIMIT, &r, &problem);
	if (err == E_OK)
		err = read_all(r, &problem);
	if (err != E_OK && err != E_NOMEM && problem.code == PROBLEM_NONE)
		abort();
	archive_reader_close(r);
	return 0;
}
