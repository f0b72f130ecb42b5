/* SPDX-License-Identifier: Apache-2.0 */
#include "survey/match.h"

static bool same(char a, char b, bool any_case)
{
	return a == b || (any_case && str_equal_nocase((struct str){&a, 1}, (struct str){&b, 1}));
}

bool part_fits(struct str pattern, struct str name, bool any_case)
{
	size_t p = 0, n = 0, star = pattern.size, from = 0;
	while (n < name.size) {
		if (p < pattern.size && pattern.data[p] == '*') {
			star = p++;
			from = n;
		} else if (p < pattern.size && same(pattern.data[p], name.data[n], any_case)) {
			p++;
			n++;
		} else if (star < pattern.size) {
			/* The last star takes one byte more. */
			p = star + 1;
			n = ++from;
		} else {
			return false;
		}
	}
	while (p < pattern.size && pattern.data[p] == '*')
		p++;
	return p == pattern.size;
}

static bool path_fits(struct str pattern, struct str path, bool any_case)
{
	while (pattern.size > 0 && path.size > 0) {
		struct str part = str_cut(pattern, '/', &pattern);
		struct str name = str_cut(path, '/', &path);
		if (name.size == 0 || !part_fits(part, name, any_case))
			return false;
	}
	return pattern.size == 0 && path.size == 0;
}

const struct place *survey_place_of(struct str path)
{
	size_t count;
	const struct place *places = survey_places(&count);
	while (str_starts(path, STR("/")))
		path = (struct str){path.data + 1, path.size - 1};
	for (size_t i = 0; i < count; i++)
		if (path_fits(places[i].pattern, path, places[i].windows))
			return &places[i];
	return NULL;
}

const struct place *survey_place_named(struct str key)
{
	size_t count;
	const struct place *places = survey_places(&count);
	for (size_t i = 0; i < count; i++)
		if (str_equal(places[i].key, key))
			return &places[i];
	return NULL;
}
