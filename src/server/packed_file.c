/* SPDX-License-Identifier: Apache-2.0 */
#include "server/packed_file.h"

#include <assert.h>
#include <stdlib.h>
#include <zlib.h>
#include <zstd.h>

#include "os/file.h"

enum {
	BUFFER_SIZE = 128 << 10,
	GZIP_LEVEL = 1, /* made-up rows are read once: speed counts */
	GZIP_WINDOW = 15 + 16,
	GZIP_MEMORY = 8,
	ZSTD_LEVEL = 3
};

struct packed_file {
	enum packing packing;
	int fd;
	z_stream z;
	bool z_ready;
	ZSTD_CCtx *zstd;
	uint8_t buffer[BUFFER_SIZE];
};

static const struct str suffixes[] = {
	[PACKING_NONE] = STR_INIT(""),
	[PACKING_GZIP] = STR_INIT("gz"),
	[PACKING_ZSTD] = STR_INIT("zst"),
};
static_assert(sizeof(suffixes) / sizeof(suffixes[0]) == PACKING__COUNT, "a suffix each");

struct str packing_suffix(enum packing packing)
{
	return suffixes[packing];
}

bool packing_parse(struct str name, enum packing *ret_packing)
{
	for (int i = 0; i < PACKING__COUNT; i++) {
		if (!str_equal(name, suffixes[i]))
			continue;
		*ret_packing = (enum packing)i;
		return true;
	}
	return false;
}

enum err packed_file_new(enum packing packing, struct packed_file **ret_file)
{
	struct packed_file *f = calloc(1, sizeof(*f));
	if (!f)
		return E_NOMEM;
	f->packing = packing;
	f->fd = -1;
	f->z_ready =
		packing == PACKING_GZIP && deflateInit2(&f->z, GZIP_LEVEL, Z_DEFLATED, GZIP_WINDOW,
						   GZIP_MEMORY, Z_DEFAULT_STRATEGY) == Z_OK;
	f->zstd = packing == PACKING_ZSTD ? ZSTD_createCCtx() : NULL;
	bool fine = packing == PACKING_NONE || f->z_ready ||
		    (f->zstd && !ZSTD_isError(ZSTD_CCtx_setParameter(
					f->zstd, ZSTD_c_compressionLevel, ZSTD_LEVEL)));
	if (!fine) {
		packed_file_free(f);
		return E_NOMEM;
	}
	*ret_file = f;
	return E_OK;
}

void packed_file_free(struct packed_file *f)
{
	if (!f)
		return;
	if (f->z_ready)
		(void)deflateEnd(&f->z);
	ZSTD_freeCCtx(f->zstd);
	free(f);
}

enum err packed_file_begin(struct packed_file *f, int fd)
{
	f->fd = fd;
	if (f->z_ready && deflateReset(&f->z) != Z_OK)
		return E_NOMEM;
	if (f->zstd && ZSTD_isError(ZSTD_CCtx_reset(f->zstd, ZSTD_reset_session_only)))
		return E_NOMEM;
	return E_OK;
}

/* The library takes its input as not const but writes none. */
static enum err write_gzip(struct packed_file *f, struct bytes b, int flush)
{
	union {
		const uint8_t *read_only;
		uint8_t *data;
	} in = {.read_only = b.data};
	int result = Z_OK;
	f->z.next_in = in.data;
	f->z.avail_in = (uInt)b.size;
	do {
		f->z.next_out = f->buffer;
		f->z.avail_out = BUFFER_SIZE;
		result = deflate(&f->z, flush);
		TRY(file_write(f->fd, (struct bytes){f->buffer, BUFFER_SIZE - f->z.avail_out}));
	} while (f->z.avail_out == 0);
	return result == Z_STREAM_ERROR ? E_IO : E_OK;
}

static enum err write_zstd(struct packed_file *f, struct bytes b, ZSTD_EndDirective directive)
{
	ZSTD_inBuffer in = {b.data, b.size, 0};
	for (;;) {
		ZSTD_outBuffer out = {f->buffer, BUFFER_SIZE, 0};
		size_t left = ZSTD_compressStream2(f->zstd, &out, &in, directive);
		if (ZSTD_isError(left))
			return E_NOMEM;
		TRY(file_write(f->fd, (struct bytes){f->buffer, out.pos}));
		if (directive == ZSTD_e_end ? left == 0 : in.pos == in.size)
			return E_OK;
	}
}

enum err packed_file_write(struct packed_file *f, struct bytes b)
{
	if (f->z_ready)
		return write_gzip(f, b, Z_NO_FLUSH);
	return f->zstd ? write_zstd(f, b, ZSTD_e_continue) : file_write(f->fd, b);
}

enum err packed_file_end(struct packed_file *f)
{
	struct bytes none = {NULL, 0};
	if (f->z_ready)
		return write_gzip(f, none, Z_FINISH);
	return f->zstd ? write_zstd(f, none, ZSTD_e_end) : E_OK;
}
