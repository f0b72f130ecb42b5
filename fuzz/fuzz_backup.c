/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>
#include <zstd.h>

#include "store/backup_stream.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	LARGEST = 1 << 20,
	HEADER_SIZE = 16
};

struct memory {
	struct bytes left;
	uint64_t promised; /* bytes of the entry that are still to come */
};

static enum err read_memory(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	struct memory *m = context;
	size_t size = m->left.size < capacity ? m->left.size : capacity;
	if (size > 0)
		memcpy(buffer, m->left.data, size);
	m->left.data += size;
	m->left.size -= size;
	*ret_size = size;
	return E_OK;
}

static enum err begin(void *context, struct str name, uint64_t size)
{
	struct memory *m = context;
	if (name.size > BACKUP_NAME_MOST)
		abort();
	m->promised = size;
	return size > LARGEST ? E_LIMIT : E_OK;
}

static enum err take(void *context, struct bytes piece)
{
	struct memory *m = context;
	if (piece.size > m->promised)
		abort();
	m->promised -= piece.size;
	return E_OK;
}

static enum err finish(void *context)
{
	const struct memory *m = context;
	if (m->promised != 0)
		abort();
	return E_OK;
}

static void read_backup(struct bytes file)
{
	struct memory m = {.left = file};
	const struct backup_source source = {&m, read_memory};
	const struct backup_visitor visitor = {&m, begin, take, finish};
	if (backup_read(&source, &visitor) == E_OK && m.left.size != 0)
		abort();
}

/* As it is, and as what is inside the compression: a fuzzer does not get through zstd. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t header[HEADER_SIZE] = "QSBACKUP\1";
	if (size == 0 || size > LARGEST)
		return 0;
	read_backup((struct bytes){data, size});
	size_t room = HEADER_SIZE + ZSTD_compressBound(size);
	uint8_t *file = malloc(room);
	if (!file)
		abort();
	memcpy(file, header, HEADER_SIZE);
	size_t compressed = ZSTD_compress(file + HEADER_SIZE, room - HEADER_SIZE, data, size, 1);
	if (!ZSTD_isError(compressed))
		read_backup((struct bytes){file, HEADER_SIZE + compressed});
	free(file);
	return 0;
}
