/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/reading.h"

#include "base/limits.h"
#include "feed/feed.h"

static bool known(struct str name)
{
	for (size_t i = 0; i < feed_format_count(); i++)
		if (str_equal(feed_format_name(i), name))
			return true;
	return false;
}

static enum err check_map(struct str format, struct str map, struct problem *problem)
{
	struct column_map parsed;
	if (map.size > LIMIT_MAP_BYTES) {
		problem_set(problem, PROBLEM_FIELD_TOO_LONG, STR("map"), STR(""));
		problem->limit = LIMIT_MAP_BYTES;
		return E_LIMIT;
	}
	TRY(column_map_parse(map, &parsed, problem));
	/* Every file would be refused. */
	if (format.size > 0 && !feed_format_mapped(format)) {
		problem_set(problem, PROBLEM_FIELDS_CLASH, STR("map"), format);
		return E_SYNTAX;
	}
	return E_OK;
}

enum reading_fault feed_reading_check(struct str format, struct str map, struct problem *problem)
{
	*problem = (struct problem){.code = PROBLEM_NONE};
	if (format.size > 0 && !known(format))
		return READING_FORMAT;
	if (map.size > 0 && check_map(format, map, problem) != E_OK)
		return READING_MAP;
	return READING_FINE;
}
