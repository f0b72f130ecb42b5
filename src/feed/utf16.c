/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/utf16.h"

#include "base/utf8_write.h"

enum {
	HIGH_FIRST = 0xD800,
	LOW_FIRST = 0xDC00,
	LOW_LAST = 0xDFFF,
	REPLACEMENT = 0xFFFD
};

static enum utf16_form form_of(uint8_t first, uint8_t second)
{
	if (first == 0xFF && second == 0xFE)
		return UTF16_LITTLE;
	return first == 0xFE && second == 0xFF ? UTF16_BIG : UTF16_NOT;
}

struct bytes utf16_look(struct utf16 *u, struct bytes bytes, struct bytes *ret_before)
{
	size_t used = u->has_held ? 1 : 2;
	*ret_before = (struct bytes){&u->held, 0};
	if (u->form != UTF16_UNKNOWN || bytes.size == 0)
		return bytes;
	if (bytes.size < used) {
		u->held = bytes.data[0];
		u->has_held = true;
		return (struct bytes){bytes.data + 1, 0};
	}
	u->form = form_of(u->has_held ? u->held : bytes.data[0], bytes.data[used - 1]);
	if (u->form == UTF16_NOT) {
		ret_before->size = u->has_held;
		used = 0;
	}
	u->has_held = false;
	return (struct bytes){bytes.data + used, bytes.size - used};
}

static void take_unit(struct utf16 *u, uint32_t unit, struct writer *w)
{
	bool low = unit >= LOW_FIRST && unit <= LOW_LAST;
	if (u->high && low) {
		writer_utf8(w, 0x10000 + ((u->high - HIGH_FIRST) << 10) + (unit - LOW_FIRST));
		u->high = 0;
		return;
	}
	if (u->high)
		writer_utf8(w, REPLACEMENT);
	u->high = unit >= HIGH_FIRST && unit < LOW_FIRST ? unit : 0;
	if (!u->high)
		writer_utf8(w, low ? REPLACEMENT : unit);
}

void utf16_decode(struct utf16 *u, struct bytes bytes, struct writer *w)
{
	bool little = u->form == UTF16_LITTLE;
	for (size_t i = 0; i < bytes.size; i++) {
		uint32_t byte = bytes.data[i];
		if (u->has_held)
			take_unit(
				u, little ? byte << 8 | u->held : (uint32_t)u->held << 8 | byte, w);
		else
			u->held = (uint8_t)byte;
		u->has_held = !u->has_held;
	}
}

void utf16_end(const struct utf16 *u, struct writer *w)
{
	if (u->form == UTF16_UNKNOWN && u->has_held)
		writer_u8(w, u->held);
	else if (u->has_held || u->high)
		writer_utf8(w, REPLACEMENT);
}
