/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/problem.h"
#include "feed/time_format.h"

/* What an operator says of the columns of a CSV file: "time=Timestamp,ip=Source,botnet=#7". */
enum map_role {
	MAP_TIME,
	MAP_ADDRESS,
	MAP_PORT,
	MAP_DESTINATION,
	MAP_DESTINATION_PORT,
	MAP_PROTOCOL,
	MAP_BOTNET,
	MAP_IDENTITY,
	MAP_MACHINE,
	MAP_FIRST,
	MAP_LAST,
	MAP_CLOCK, /* the time of day, where the column of the time has only the day */
	MAP__COUNT
};

struct map_column {
	bool given;
	struct str text; /* as the operator wrote it */
	uint32_t number; /* from 1: "#N"; 0: by name */
};

struct column_map {
	struct map_column columns[MAP__COUNT];
	char separator; /* 0: whichever the file has of , ; tab | */
	bool header;    /* the first line names the columns */
	struct time_format time;
};

/* Settings beside the columns: separator=, ; | tab, header=yes|no (else yes, unless all columns are
 * numbers), time-format= and zone= as time_format.h has them. Texts are borrowed. E_SYNTAX:
 * `problem` says which part is wrong; ip must be there, first not without last. */
MUST_CHECK enum err column_map_parse(
	struct str text, struct column_map *ret_map, struct problem *problem);
