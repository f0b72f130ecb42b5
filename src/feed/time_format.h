/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"

/* How a feed nobody made a format for writes its times. */
enum time_style {
	TIME_ANY,     /* ISO 8601, YYYYMMDD, YYYYMMDDHHMMSS, seconds or milliseconds since 1970 of
			 nine digits and more */
	TIME_ISO,     /* 2020-10-15, 2020-10-15 23:59:01, T, Z, fraction, offset */
	TIME_SECONDS, /* since 1970; a fraction is cut off */
	TIME_MILLISECONDS,
	TIME_PATTERN /* DD/MM/YYYY HH:MM:SS and the like, "excel" */
};

struct time_format {
	enum time_style style;
	struct str pattern; /* borrowed */
	bool serial;  /* "excel": days since 30 December 1899, a fraction is the time of day */
	int32_t zone; /* seconds east of UTC, of times that do not say */
};

/* "iso", "epoch", "milliseconds", "excel", or a pattern of YYYY MM MON DD HH MM SS AM (each once;
 * MM after HH are minutes, AM is either half of the day) with anything between. False: not that, or
 * the day is not whole. */
bool time_format_parse(struct str text, struct time_format *format);

/* "+07:00", "-3:30", "Z". */
bool time_zone_parse(struct str text, int32_t *ret_seconds);

/* What a value says: the first and the last second it may mean, inclusive. day: all of one day of
 * UTC. Not checked for 1970 … 2106. */
struct time_read {
	int64_t first;
	int64_t last;
	bool day;
};
bool time_format_read(const struct time_format *format, struct str value, struct time_read *ret);
