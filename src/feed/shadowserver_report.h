/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/parser.h"
#include "format/csv.h"

/* Columns with a field of their own in struct batch. The others are extras, the private ones
 * nothing. */
enum role {
	ROLE_TIMESTAMP,
	ROLE_SOURCE,
	ROLE_PORT,
	ROLE_PROTOCOL,
	ROLE_DESTINATION,
	ROLE_DESTINATION_PORT,
	ROLE_INFECTION,
	ROLE_FAMILY,
	ROLE_TAG,
	ROLE_EVENT_ID,
	ROLE_MACHINE,
	ROLE_BOT_ID, /* what the malware calls the machine: stands in for its name */
	ROLE_FIRST_SEEN,
	ROLE_LAST_SEEN,
	ROLE_PUBLIC_SOURCE,
	ROLE_PRIVATE,
	ROLE_EXTRA,
	ROLE__COUNT
};

struct report_column {
	struct str name;
	enum role role;
};

/* The report types of the Shadowserver Foundation that carry sightings: within room feed only. */
struct shadowserver_report {
	struct str file; /* as in the file name; '*' stands for any part */
	struct str type; /* the same for IPv4 and IPv6: enters the identity of rows */
	int kind;        /* enum kind; -1: must be said */
	bool v6;
	bool either;           /* one report for IPv4 and IPv6 */
	bool ranges;           /* the address column may hold a CIDR */
	struct str telling[3]; /* columns that no other type has; empty: known by file name only */
	struct report_column own[6]; /* columns that mean something else here than elsewhere */
	/* Of a report about services: the column that tells which are broken into, and its word.
	 * Other rows are skipped; a file without the column is not this report. */
	struct str only_column;
	struct str only_word;
};

/* The header's columns. */
struct shadowserver_header {
	uint32_t count;
	struct str names[256]; /* borrowed from what was parsed; empty names as they are */
};

bool shadowserver_has(const struct shadowserver_header *h, struct str column);

/* All of those that are not empty. */
bool shadowserver_has_all(const struct shadowserver_header *h, const struct str columns[3]);

/* '*' in `pattern` stands for any part that is not empty. */
bool shadowserver_type_matches(struct str pattern, struct str type);

/* The report type in "2021-03-04-event4_sinkhole-viet_nam-asn.csv", with or without the day. */
struct str shadowserver_type_in_name(struct str file_name);

/* What a column is for in that report. */
enum role shadowserver_role(const struct shadowserver_report *report, struct str column);

/* What the file is: by the type in its name, else by telling columns. v6: an address of the first
 * row has a colon. NULL: not one of ours. */
const struct feed_format *shadowserver_recognise(
	struct str file_name, const struct shadowserver_header *h, bool v6);

/* A report that tells of no infected, malicious or attacking address; false: none that we know.
 * *ret_code and *ret_got say what it tells of. */
bool shadowserver_refuses(struct str file_name, const struct shadowserver_header *h,
	enum problem_code *ret_code, struct str *ret_got);

/* Has the columns that all reports have. *ret_got says so. */
bool shadowserver_nameless(const struct shadowserver_header *h, struct str *ret_got);

enum {
	SHADOWSERVER_FORMATS = 56
};
extern const struct feed_format shadowserver_formats[];
