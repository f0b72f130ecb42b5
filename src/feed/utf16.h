/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"
#include "base/writer.h"

/* Text as programs of Windows save it ("Unicode"), made UTF-8 while it streams: within room feed
 * only. It is UTF-16 where it begins with the mark, else it goes through as it is. */
enum utf16_form {
	UTF16_UNKNOWN, /* fewer than two bytes so far */
	UTF16_NOT,
	UTF16_LITTLE,
	UTF16_BIG
};

struct utf16 {
	enum utf16_form form;
	bool has_held;
	uint8_t held;  /* a byte that waits for the next */
	uint32_t high; /* the first half of a pair; 0: none */
};

/* Decides by the first two bytes of the input; after that nothing changes. What is left of `bytes`
 * is returned; *ret_before comes before it, where text that is no UTF-16 came with its first byte
 * alone. */
struct bytes utf16_look(struct utf16 *u, struct bytes bytes, struct bytes *ret_before);

/* Half a character becomes U+FFFD. */
void utf16_decode(struct utf16 *u, struct bytes bytes, struct writer *w);

/* The end of the input, of any form: what still waits. */
void utf16_end(const struct utf16 *u, struct writer *w);
