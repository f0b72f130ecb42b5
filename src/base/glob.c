/* SPDX-License-Identifier: Apache-2.0 */
#include "base/glob.h"

/* Only the last * ever takes one byte more: those before it have what they need. */
static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool glob_fits(struct str pattern, struct str text, bool nocase)
{
	size_t p = 0, t = 0, star = SIZE_MAX, from = 0;
	while (t < text.size) {
		char want = p < pattern.size ? pattern.data[p] : '\0', have = text.data[t];
		bool same = nocase ? lower(want) == lower(have) : want == have;
		if (p < pattern.size && want == '*') {
			star = p++;
			from = t;
		} else if (p < pattern.size && (want == '?' || same)) {
			p++;
			t++;
		} else if (star != SIZE_MAX) {
			p = star + 1;
			t = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.size && pattern.data[p] == '*')
		p++;
	return p == pattern.size;
}
