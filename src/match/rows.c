/* SPDX-License-Identifier: Apache-2.0 */
#include "match/rows.h"

uint32_t row_u32(const uint8_t *place)
{
	return (uint32_t)place[0] | (uint32_t)place[1] << 8 | (uint32_t)place[2] << 16 |
	       (uint32_t)place[3] << 24;
}

void rows_save(struct writer *w, struct bytes rows)
{
	writer_u64(w, rows.size);
	writer_bytes(w, rows);
}

struct bytes rows_load(struct cursor *in, size_t row)
{
	uint64_t size = cursor_u64(in);
	if (size > cursor_left(in) || size % row != 0)
		cursor_fail(in, E_CORRUPT);
	return cursor_take(in, in->err == E_OK ? size : 0);
}

void row_check_text(struct cursor *in, struct bytes names, const uint8_t *place)
{
	uint32_t at = row_u32(place), size = row_u32(place + 4);
	if (at > names.size || size > names.size - at)
		cursor_fail(in, E_CORRUPT);
}

struct str row_text(struct bytes names, const uint8_t *place)
{
	return (struct str){(const char *)names.data + row_u32(place), row_u32(place + 4)};
}
