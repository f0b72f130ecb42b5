/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/inflate.h"

#define ZLIB_CONST /* input is const */
#include <zlib.h>

enum {
	PIECE = 32 << 10,
	INPUT_MOST = 1 << 30 /* zlib counts in 32 bits */
};

static enum err step(struct unpacking *u, z_stream *z, int *ret_result)
{
	uint8_t plain[PIECE];
	z->next_out = plain;
	z->avail_out = sizeof(plain);
	*ret_result = inflate(z, Z_NO_FLUSH);
	return unpacking_add(u, (struct bytes){plain, sizeof(plain) - z->avail_out});
}

static enum err outcome_of(int result)
{
	return result == Z_STREAM_END  ? E_OK
	       : result == Z_MEM_ERROR ? E_NOMEM
	       : result == Z_BUF_ERROR ? E_TRUNCATED
				       : E_SYNTAX;
}

enum err inflate_add(
	struct unpacking *u, struct bytes packed, enum deflate_form form, size_t *ret_used)
{
	z_stream z = {.next_in = packed.data};
	int result = Z_OK;
	enum err err = E_OK;
	z.avail_in = (uInt)(packed.size < INPUT_MOST ? packed.size : INPUT_MOST);
	if (inflateInit2(&z, form == DEFLATE_RAW ? -MAX_WBITS : MAX_WBITS) != Z_OK)
		return E_NOMEM;
	while (result == Z_OK && err == E_OK)
		err = step(u, &z, &result);
	if (ret_used)
		*ret_used = (size_t)(z.next_in - packed.data);
	(void)inflateEnd(&z);
	return err == E_OK ? outcome_of(result) : err;
}

enum err inflate_member(
	struct unpacking *u, struct str name, struct bytes packed, enum deflate_form form)
{
	TRY(unpacking_begin(u, name));
	return unpacking_end(u, inflate_add(u, packed, form, NULL), STR(""));
}
