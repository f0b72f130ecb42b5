/* SPDX-License-Identifier: Apache-2.0 */
#include "base/span.h"

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool str_equal_nocase(struct str a, struct str b)
{
	if (a.size != b.size)
		return false;
	for (size_t i = 0; i < a.size; i++)
		if (lower(a.data[i]) != lower(b.data[i]))
			return false;
	return true;
}

int str_compare(struct str a, struct str b)
{
	size_t common = a.size < b.size ? a.size : b.size;
	int order = common ? memcmp(a.data, b.data, common) : 0;
	if (order != 0)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

bool str_starts(struct str s, struct str prefix)
{
	return s.size >= prefix.size && str_equal((struct str){s.data, prefix.size}, prefix);
}

bool str_ends(struct str s, struct str suffix)
{
	if (s.size < suffix.size)
		return false;
	return str_equal((struct str){s.data + s.size - suffix.size, suffix.size}, suffix);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

struct str str_trim(struct str s)
{
	while (s.size > 0 && is_space(s.data[0])) {
		s.data++;
		s.size--;
	}
	while (s.size > 0 && is_space(s.data[s.size - 1]))
		s.size--;
	return s;
}

struct str str_cut(struct str s, char at, struct str *rest)
{
	const char *found = s.size ? memchr(s.data, at, s.size) : NULL;
	if (!found) {
		*rest = (struct str){s.data + s.size, 0};
		return s;
	}
	size_t before = (size_t)(found - s.data);
	*rest = (struct str){found + 1, s.size - before - 1};
	return (struct str){s.data, before};
}

size_t str_find(struct str s, struct str needle)
{
	if (needle.size == 0)
		return 0;
	const char *found = s.size ? memmem(s.data, s.size, needle.data, needle.size) : NULL;
	return found ? (size_t)(found - s.data) : s.size;
}

bool str_to_u64(struct str s, uint64_t max, uint64_t *ret_value)
{
	uint64_t value = 0;
	if (s.size == 0)
		return false;
	for (size_t i = 0; i < s.size; i++) {
		unsigned digit = (unsigned)(unsigned char)s.data[i] - '0';
		if (digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
			__builtin_add_overflow(value, digit, &value) || value > max)
			return false;
	}
	*ret_value = value;
	return true;
}
