/* SPDX-License-Identifier: Apache-2.0 */
/* Whether memory is why the library could begin nothing: it says "unrecognized" then. */
#include "unpack/container_archive.h"

#include <archive.h>
#include <lzma.h>

#include "base/cursor.h"

enum {
	BEGINNING = 64 << 10,
	ZSTD_MAGIC = 4,
	ZSTD_ONE_SEGMENT = 0x20, /* no window: it is as large as the content */
	ZSTD_WINDOW_MOST = 17    /* as an exponent above 10: what zstd itself opens unasked */
};

/* Its decoder takes the whole dictionary before the first byte. */
static bool lzma_needs_much(struct bytes content)
{
	uint8_t plain[1];
	lzma_stream z = LZMA_STREAM_INIT;
	if (lzma_auto_decoder(&z, UINT64_MAX, 0) != LZMA_OK)
		return true;
	z.next_in = content.data;
	z.avail_in = content.size < BEGINNING ? content.size : BEGINNING;
	z.next_out = plain;
	z.avail_out = sizeof(plain);
	bool much = lzma_code(&z, LZMA_RUN) == LZMA_MEM_ERROR;
	lzma_end(&z);
	return much;
}

/* RFC 8878 3.1.1.1: window descriptor. */
static bool zstd_needs_much(struct bytes content)
{
	struct cursor c;
	cursor_init(&c, content);
	(void)cursor_take(&c, ZSTD_MAGIC);
	uint8_t descriptor = cursor_u8(&c);
	uint8_t window = cursor_u8(&c);
	if (c.err != E_OK || descriptor & ZSTD_ONE_SEGMENT)
		return false;
	return window >> 3 > ZSTD_WINDOW_MOST || (window >> 3 == ZSTD_WINDOW_MOST && window & 7);
}

bool archive_needs_much(int filter, struct bytes content)
{
	switch (filter) {
	case ARCHIVE_FILTER_XZ:
	case ARCHIVE_FILTER_LZIP:
	case ARCHIVE_FILTER_LZMA:
		return lzma_needs_much(content);
	case ARCHIVE_FILTER_ZSTD:
		return zstd_needs_much(content);
	default:
		return false;
	}
}
