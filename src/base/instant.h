/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/span.h"
#include "base/writer.h"

/* A point in time: seconds since 1970-01-01T00:00:00Z without leap seconds. Its own type, so that
 * it is never mixed up with a length of time. Sightings lie in 1970-01-01 … 2106-02-07 (32 bits).
 */
struct instant {
	int64_t seconds;
};

/* From `from` up to, not including, `to`. */
struct span {
	struct instant from;
	struct instant to;
};

/* How exactly a sighting's time is known. */
enum precision {
	PRECISION_SECOND,
	PRECISION_HOUR,
	PRECISION_DAY,
	PRECISION_SPAN, /* somewhere between first and last seen */
	PRECISION__COUNT
};

struct str precision_name(enum precision precision);
bool precision_parse(struct str name, enum precision *ret_precision);

enum {
	SECONDS_PER_HOUR = 3600,
	SECONDS_PER_DAY = 86400
};

/* A day of the proleptic Gregorian calendar; month 1–12, day 1–31. */
struct date {
	int year;
	int month;
	int day;
};

/* UTC. date_instant() is 00:00:00 of that day. */
struct date instant_date(struct instant t);
struct instant date_instant(struct date d);

/* 0 = Monday … 6 = Sunday. */
int date_weekday(struct date d);

/* "2020-10-15", nothing around it; false when it is no day of the calendar. */
bool date_parse(struct str s, struct date *ret_date);

/* The first YYYY-MM-DD (or YYYYMMDD, or YYYY_MM_DD) that stands in a file name between non-digits.
 */
bool date_find(struct str s, struct date *ret_date);

/* "2020-10-15 23:59:01", 'T' for the space, optional fraction, optional 'Z', ±hh:mm or ±hh; without
 * an offset it is UTC. False where it is not that, or outside 1970–2106. */
bool instant_parse(struct str s, struct instant *ret_instant);

/* "2020-10-15T23:59:01Z" and "2020-10-15". */
void writer_instant(struct writer *w, struct instant t);
void writer_date(struct writer *w, struct date d);
