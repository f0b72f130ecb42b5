/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/parser.h"
#include "format/csv.h"

/* The report types of the Shadowserver Foundation that carry sightings: within room feed only. */
struct shadowserver_report {
	struct str file; /* as in the file name; '*' stands for any part */
	struct str type; /* the same for IPv4 and IPv6: enters the identity of rows */
	int kind;        /* enum kind; -1: must be said */
	bool v6;
	bool ranges;           /* the address column may hold a CIDR */
	struct str telling[3]; /* columns that no other type has; empty: known by file name only */
};

/* The header's columns. */
struct shadowserver_header {
	uint32_t count;
	struct str names[256]; /* borrowed from what was parsed; empty names as they are */
};

bool shadowserver_has(const struct shadowserver_header *h, struct str column);

/* What the file is: by the type in its name, else by telling columns. v6: an address of the first
 * row has a colon. NULL: not one of ours. */
const struct feed_format *shadowserver_recognise(
	struct str file_name, const struct shadowserver_header *h, bool v6);

const struct feed_format *shadowserver_formats(size_t *ret_count);
