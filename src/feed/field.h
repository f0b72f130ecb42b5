/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/ip.h"
#include "base/problem.h"

/* Values as feeds write them. */

/* The second of a timestamp, remembering the day: rows of a file share few days. */
struct field_time {
	char day[11]; /* "2020-10-15 " or with T */
	uint32_t midnight;
	bool known;
};

/* False where it is no time in 1970 … 2106. */
bool field_time_parse(struct field_time *t, struct str s, uint32_t *ret_second);

enum {
	FIELD_DEFANGED_MOST = 256
};

/* Addresses as people send them to each other so that nobody clicks on them: "192[.]0[.]2[.]1",
 * "2001[:]db8[:]:1", "192(.)0(.)2(.)1", "192[dot]0 …" are written out in `text`; all else, and what
 * is longer, is returned as it stands. */
struct str field_refang(struct str s, char text[FIELD_DEFANGED_MOST]);

/* Empty is 0. */
bool field_port_parse(struct str s, uint16_t *ret_port);

/* "tcp", "UDP", "6" …; empty is 0. */
bool field_protocol_parse(struct str s, uint8_t *ret_protocol);

/* One address (or a range where `ranges`), and that it is globally routable. PROBLEM_NONE when it
 * is. */
enum problem_code field_source_parse(struct str s, bool ranges, struct prefix *ret_prefix);

/* Whether a column seems to hold a person's name for a machine, or a password: "username",
 * "extra.password". What attackers typed, or leaks hold, may be somebody's real one: never kept. */
bool field_private(struct str column);
