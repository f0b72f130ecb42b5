/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "feed/field.h"
#include "feed/parser.h"

/* One row on its way into the batch, value by value, for formats that name their fields: within
 * room feed only. A value that is no such thing makes a bad row: the function counts it and answers
 * E_SYNTAX; go on with the next row. E_LIMIT and E_NOMEM end the file, `problem` filled. `field` is
 * the input's own word for it. */
struct record {
	struct feed_parser *p;
	struct problem *problem;   /* of the call in hand, borrowed */
	struct hash_key event_key; /* of rows that bring an identity */
	struct hash_key row_key;   /* of rows as they stand */
	struct field_time time;
	struct field_time until;
	uint64_t line; /* of the row in hand, for problems */
	uint64_t offset;
	bool any_row; /* record_simulated() was asked */
	bool has_time;
	bool has_source;
	bool has_identity;
};

/* `what` enters the identities: the format's name, the same for all that may repeat each other's
 * rows. */
void record_init(struct record *r, struct feed_parser *p, struct str what);

/* A new row of which nothing is known; its kind is the one decided (feed_decide_kind()) and its
 * name that of rows without one. What a row before left half-done is forgotten. */
void record_begin(struct record *r, uint64_t line, uint64_t offset, struct problem *problem);

/* Where the kind stands in the row. What the operator said goes before. */
void record_kind(struct record *r, enum kind kind);
enum kind record_kind_now(const struct record *r);

/* "2020-10-15 23:59:01" and as instant_parse() has it; to the second. */
MUST_CHECK enum err record_time(struct record *r, struct str field, struct str value);

/* The same, already a number: seconds since 1970. value: as it stands, for the problem. */
MUST_CHECK enum err record_second(
	struct record *r, struct str field, struct str value, int64_t second);

/* Once it has a time: seconds since 1970 of its beginning. */
uint32_t record_first(const struct record *r);

/* Somewhere in between: first seen … last seen, seconds since 1970. Takes the place of a time. */
MUST_CHECK enum err record_span(
	struct record *r, struct str field, struct str value, int64_t first, int64_t last);

/* All that is known is the day. */
MUST_CHECK enum err record_day(struct record *r, struct str field, struct date day);

/* ranges: it may be a CIDR. */
MUST_CHECK enum err record_source(
	struct record *r, struct str field, struct str value, bool ranges);
MUST_CHECK enum err record_port(struct record *r, struct str field, struct str value);
MUST_CHECK enum err record_destination_port(struct record *r, struct str field, struct str value);

/* "192.0.2.1:443", "[2001:db8::1]:443": source and its port. */
MUST_CHECK enum err record_endpoint(struct record *r, struct str field, struct str value);

/* What says nothing against the source is kept as an extra where it cannot be read. */
MUST_CHECK enum err record_destination(struct record *r, struct str field, struct str value);
MUST_CHECK enum err record_protocol(struct record *r, struct str field, struct str value);

/* The raw malware name. Empty: nothing changes. */
MUST_CHECK enum err record_name(struct record *r, struct str field, struct str value);

/* The machine's own name: kept as a keyed hash. */
void record_machine(struct record *r, struct str value);

/* The feed's own identity of the row; else it is a hash of the row as it stands. */
void record_identity(struct record *r, struct str value);

/* Two texts that are the identity together: parts of the row, or its identity and an address of
 * several. */
void record_identity_of(struct record *r, struct str first, struct str second);

/* Kept as it stands. Empty: nothing. */
MUST_CHECK enum err record_extra(struct record *r, struct str column, struct str value);

/* The same by a column's number, which record_column() gives; false: there are no more. */
bool record_column(struct record *r, struct str column, uint8_t *ret_number);
MUST_CHECK enum err record_extra_number(struct record *r, uint8_t number, struct str value);

/* What stands before a value of that size in the extras: returns past it, at most 6 bytes on. */
static inline uint8_t *record_extra_head(uint8_t *at, uint8_t number, size_t size)
{
	*at++ = number;
	for (; size >= 128; size >>= 7)
		*at++ = (uint8_t)(size | 128);
	*at++ = (uint8_t)size;
	return at;
}

/* The same for inputs whose rows name their own columns: one that is too long, or one too many for
 * the file, stands as "column=value" in the column "more". */
MUST_CHECK enum err record_member(struct record *r, struct str column, struct str value);

/* Whether `quetsach simulate` made the row: a file is made up or it is not, from its first row on.
 * E_LIMIT. */
MUST_CHECK enum err record_simulated(struct record *r, struct str field, bool simulated);

/* A bad row, and E_SYNTAX. limit: 0, or the number the message names. */
enum err record_bad(
	struct record *r, enum problem_code code, struct str field, struct str got, uint64_t limit);

/* The same of a row of a table with more or fewer fields than it has columns. */
enum err record_bad_count(struct record *r, uint64_t fields, uint64_t columns);

/* The row is whole: NO_FIELD of `time_field` or `source_field` where nobody gave those. raw: the
 * row as it stands. */
MUST_CHECK enum err record_done(
	struct record *r, struct bytes raw, struct str time_field, struct str source_field);

/* A good row of no interest: counted as skipped. */
void record_skip(struct record *r);
