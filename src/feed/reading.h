/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/column_map.h"

/* How the files of a feed are read, as somebody says it of all of them. */
enum reading_fault {
	READING_FINE,
	READING_FORMAT, /* is none of the list */
	READING_MAP     /* the problem says what is wrong with it */
};

/* `format`: empty, or a name of feed.h; `map`: empty, or as column_map.h has it, at most
 * LIMIT_MAP_BYTES, and beside no format but the one that is read by it. A fault is that of the
 * first part that has one. */
enum reading_fault feed_reading_check(struct str format, struct str map, struct problem *problem);
