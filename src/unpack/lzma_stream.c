/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/lzma_stream.h"

#include <lzma.h>

enum {
	PROPERTIES = 5,
	PIECE = 32 << 10,
	MEMORY = 256 << 20
};

static enum err outcome_of(lzma_ret result)
{
	return result == LZMA_OK || result == LZMA_STREAM_END || result == LZMA_BUF_ERROR ? E_OK
	       : result == LZMA_MEM_ERROR || result == LZMA_MEMLIMIT_ERROR                ? E_NOMEM
									   : E_SYNTAX;
}

static enum err expand(struct unpacking *u, lzma_stream *z, struct bytes packed)
{
	uint8_t plain[PIECE];
	lzma_ret result = LZMA_OK;
	z->next_in = packed.data;
	z->avail_in = packed.size;
	while (result == LZMA_OK) {
		z->next_out = plain;
		z->avail_out = sizeof(plain);
		result = lzma_code(z, LZMA_RUN);
		TRY(unpacking_add(u, (struct bytes){plain, sizeof(plain) - z->avail_out}));
	}
	return outcome_of(result);
}

enum err lzma_add(struct unpacking *u, struct bytes packed, uint64_t plain)
{
	uint8_t header[PROPERTIES + 8];
	uint8_t nothing[1];
	lzma_stream z = LZMA_STREAM_INIT;
	if (packed.size <= PROPERTIES)
		return E_TRUNCATED;
	memcpy(header, packed.data, PROPERTIES);
	for (unsigned i = 0; i < 8; i++)
		header[PROPERTIES + i] = (uint8_t)(plain >> (8 * i));
	if (lzma_alone_decoder(&z, MEMORY) != LZMA_OK)
		return E_NOMEM;
	z.next_in = header;
	z.avail_in = sizeof(header);
	z.next_out = nothing;
	z.avail_out = sizeof(nothing);
	enum err err = outcome_of(lzma_code(&z, LZMA_RUN));
	if (err == E_OK && z.avail_in == 0)
		err = expand(
			u, &z, (struct bytes){packed.data + PROPERTIES, packed.size - PROPERTIES});
	else if (err == E_OK)
		err = E_SYNTAX;
	lzma_end(&z);
	return err;
}
