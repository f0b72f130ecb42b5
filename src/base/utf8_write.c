/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8_write.h"

void writer_utf8(struct writer *w, uint32_t c)
{
	if (c < 0x80) {
		writer_u8(w, (uint8_t)c);
		return;
	}
	if (c < 0x800) {
		writer_u8(w, (uint8_t)(0xC0 | c >> 6));
	} else if (c < 0x10000) {
		writer_u8(w, (uint8_t)(0xE0 | c >> 12));
		writer_u8(w, (uint8_t)(0x80 | (c >> 6 & 63)));
	} else {
		writer_u8(w, (uint8_t)(0xF0 | c >> 18));
		writer_u8(w, (uint8_t)(0x80 | (c >> 12 & 63)));
		writer_u8(w, (uint8_t)(0x80 | (c >> 6 & 63)));
	}
	writer_u8(w, (uint8_t)(0x80 | (c & 63)));
}
