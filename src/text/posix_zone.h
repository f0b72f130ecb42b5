/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"

/* The rule that stands at the end of a TZif file: a POSIX TZ string with the extensions of RFC
 * 8536, 3.3.1 (hours −167 … 167). */

enum change_form {
	CHANGE_JULIAN, /* Jn: day 1–365, 29 February never counted */
	CHANGE_DAY,    /* n: day 0–365 */
	CHANGE_WEEKDAY /* Mm.w.d */
};

/* When, every year, local time changes. */
struct zone_change {
	enum change_form form;
	int day;  /* of the year, or weekday with 0 = Sunday */
	int week; /* 1–5, 5 is the last */
	int month;
	int32_t time; /* seconds after local midnight */
};

struct posix_zone {
	int32_t standard; /* seconds east of UTC */
	int32_t summer;
	bool has_summer;
	struct zone_change begin;
	struct zone_change end;
};

bool posix_zone_parse(struct str s, struct posix_zone *ret_zone);
int32_t posix_zone_offset(const struct posix_zone *z, struct instant t);
