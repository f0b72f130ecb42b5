/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/numbers.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool hex_number(struct str s, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;
	if (s.size == 0)
		return false;
	for (size_t i = 0; i < s.size; i++) {
		int d = digit(s.data[i]);
		if (d < 0 || value > UINT64_MAX >> 4)
			return false;
		value = value << 4 | (uint64_t)d;
	}
	if (value > max)
		return false;
	*ret_value = value;
	return true;
}
