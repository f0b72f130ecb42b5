/* SPDX-License-Identifier: Apache-2.0 */
#include "unpack/base64.h"

enum {
	PIECE = 4096
};

static int value_of(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
}

static bool is_space(uint8_t c)
{
	return c == ' ' || (c >= 9 && c <= 13);
}

enum err base64_add(struct unpacking *u, struct bytes text, size_t *ret_used)
{
	uint8_t plain[PIECE];
	size_t size = 0;
	uint32_t bits = 0;
	unsigned held = 0;
	size_t at = 0;
	for (; at < text.size; at++) {
		int value = value_of(text.data[at]);
		if (value < 0 && is_space(text.data[at]))
			continue;
		if (value < 0)
			break;
		bits = bits << 6 | (uint32_t)value;
		held += 6;
		if (held >= 8) {
			held -= 8;
			plain[size++] = (uint8_t)(bits >> held);
		}
		if (size == PIECE) {
			TRY(unpacking_add(u, (struct bytes){plain, size}));
			size = 0;
		}
	}
	*ret_used = at;
	return unpacking_add(u, (struct bytes){plain, size});
}
