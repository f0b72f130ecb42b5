/* SPDX-License-Identifier: Apache-2.0 */
#include "feed/column_map.h"

#include <assert.h>

static const struct str roles[] = {
	[MAP_TIME] = STR_INIT("time"),
	[MAP_ADDRESS] = STR_INIT("ip"),
	[MAP_PORT] = STR_INIT("port"),
	[MAP_DESTINATION] = STR_INIT("dst"),
	[MAP_DESTINATION_PORT] = STR_INIT("dst_port"),
	[MAP_PROTOCOL] = STR_INIT("protocol"),
	[MAP_BOTNET] = STR_INIT("botnet"),
	[MAP_IDENTITY] = STR_INIT("id"),
	[MAP_MACHINE] = STR_INIT("machine"),
	[MAP_FIRST] = STR_INIT("first"),
	[MAP_LAST] = STR_INIT("last"),
	[MAP_CLOCK] = STR_INIT("clock"),
};
static_assert(sizeof(roles) / sizeof(roles[0]) == MAP__COUNT, "one name per role");

struct reader {
	struct column_map *map;
	struct problem *problem;
	bool header_said;
};

static enum err refuse(
	const struct reader *r, enum problem_code code, struct str field, struct str got)
{
	problem_set(r->problem, code, field, got);
	r->problem->line = 0;
	r->problem->offset = 0;
	r->problem->limit = 0;
	return E_SYNTAX;
}

static enum err read_column(struct reader *r, enum map_role role, struct str value)
{
	struct map_column *column = &r->map->columns[role];
	uint64_t number = 0;
	if (column->given)
		return refuse(r, PROBLEM_TWICE_FIELD, roles[role], value);
	if (value.size > 1 && value.data[0] == '#' &&
		(!str_to_u64((struct str){value.data + 1, value.size - 1}, 100000, &number) ||
			number == 0))
		return refuse(r, PROBLEM_BAD_FIELD, roles[role], value);
	if (value.size == 0)
		return refuse(r, PROBLEM_BAD_FIELD, roles[role], value);
	*column = (struct map_column){true, value, (uint32_t)number};
	return E_OK;
}

static bool read_separator(struct str value, char *ret_separator)
{
	static const struct {
		struct str name;
		char separator;
	} names[] = {
		{STR_INIT(";"), ';'},
		{STR_INIT("|"), '|'},
		{STR_INIT("\t"), '\t'},
		{STR_INIT("\\t"), '\t'},
		{STR_INIT("tab"), '\t'},
		{STR_INIT("comma"), ','},
		{STR_INIT(""), ','}, /* "separator=," */
		{STR_INIT("semicolon"), ';'},
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_equal(value, names[i].name)) {
			*ret_separator = names[i].separator;
			return true;
		}
	}
	return false;
}

static enum err read_setting(struct reader *r, struct str key, struct str value)
{
	struct column_map *map = r->map;
	bool good;
	if (str_equal(key, STR("separator"))) {
		good = read_separator(value, &map->separator);
	} else if (str_equal(key, STR("header"))) {
		map->header = str_equal(value, STR("yes"));
		good = r->header_said = map->header || str_equal(value, STR("no"));
	} else if (str_equal(key, STR("time-format"))) {
		good = time_format_parse(value, &map->time);
	} else if (str_equal(key, STR("zone"))) {
		good = time_zone_parse(value, &map->time.zone);
	} else {
		return refuse(r, PROBLEM_UNKNOWN_FIELD, STR("map"), key);
	}
	return good ? E_OK : refuse(r, PROBLEM_BAD_FIELD, key, value);
}

static enum err read_part(struct reader *r, struct str part)
{
	struct str value;
	struct str key = str_trim(str_cut(part, '=', &value));
	if (key.size == 0 && value.size == 0)
		return E_OK;
	for (int role = 0; role < MAP__COUNT; role++)
		if (str_equal(key, roles[role]))
			return read_column(r, (enum map_role)role, str_trim(value));
	return read_setting(r, key, value.size > 1 ? str_trim(value) : value);
}

static bool all_numbers(const struct column_map *map)
{
	for (int role = 0; role < MAP__COUNT; role++)
		if (map->columns[role].given && map->columns[role].number == 0)
			return false;
	return true;
}

/* Columns by name need a header. */
static enum err check(struct reader *r)
{
	struct column_map *map = r->map;
	bool time = map->columns[MAP_TIME].given;
	bool half = map->columns[MAP_FIRST].given != map->columns[MAP_LAST].given;
	if (!map->columns[MAP_ADDRESS].given)
		return refuse(r, PROBLEM_NO_FIELD, roles[MAP_ADDRESS], STR(""));
	if (!time && (half || map->columns[MAP_CLOCK].given))
		return refuse(r, PROBLEM_NO_FIELD, roles[MAP_TIME], STR(""));
	if (!r->header_said)
		map->header = !all_numbers(map);
	if (!map->header && !all_numbers(map))
		return refuse(r, PROBLEM_BAD_FIELD, STR("header"), STR("no"));
	return E_OK;
}

enum err column_map_parse(struct str text, struct column_map *ret_map, struct problem *problem)
{
	struct column_map map = {.separator = 0};
	struct reader r = {.map = &map, .problem = problem};
	while (text.size > 0)
		TRY(read_part(&r, str_cut(text, ',', &text)));
	TRY(check(&r));
	*ret_map = map;
	return E_OK;
}
