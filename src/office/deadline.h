/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/actor.h"

struct zone; /* text/text.h: this room only hands it on */

/* "Before day D" is exclusive: the first instant that is late, which is when D begins in that zone.
 * Where clocks skip midnight, the instant they skip to; where D begins twice, the first of those
 * that are followed by no instant of the day before. `offset` is zone_offset(). */
typedef int32_t zone_offset_fn(const struct zone *zone, struct instant t);
struct instant deadline_instant(struct date day, zone_offset_fn *offset, const struct zone *zone);

/* Deadlines stand per campaign for all organisations so far from the top of its line (0: the top),
 * or for one of them. */
enum deadline_kind {
	DEADLINE_NONE, /* nobody has set one: nothing is ever late */
	DEADLINE_DAY,
	DEADLINE_EXCUSED /* owes no return of its own */
};
struct deadline {
	enum deadline_kind kind;
	struct date day;    /* before this day */
	struct instant end; /* first late instant */
};

enum {
	DEADLINE_LEVELS = 32 /* distances from the top that can have one */
};

/* Within a transaction; writes their audit entries. E_RANGE: some unit's deadline would not lie
 * before its coordinator's; nothing is changed then, roll back. */
MUST_CHECK enum err deadline_set_level(struct office *o, struct str campaign, unsigned level,
	const struct deadline *deadline, const struct actor *actor, struct instant now);
MUST_CHECK enum err deadline_set_org(struct office *o, struct str campaign, int64_t org,
	const struct deadline *deadline, const struct actor *actor, struct instant now);

/* Of one organisation in the campaign's line: its own, else its level's. E_NOTFOUND: not in it. */
MUST_CHECK enum err deadline_find(
	struct office *o, struct str campaign, int64_t org, struct deadline *ret_deadline);

/* One that was set: org 0 for a level's. */
struct deadline_entry {
	unsigned level;
	int64_t org;
	struct deadline deadline;
};
typedef enum err deadline_fn(void *context, const struct deadline_entry *entry);
MUST_CHECK enum err deadline_each(
	struct office *o, struct str campaign, deadline_fn *fn, void *context);

/* One distance from the top of the campaign's line, and who stands there today. */
struct deadline_level {
	unsigned level;
	uint64_t orgs;
	uint64_t own, excused; /* of them with a deadline of their own; that owe no return */
	struct str called; /* "tỉnh": what most of them are called; borrowed until fn returns */
	struct deadline deadline;
};
typedef enum err deadline_level_fn(void *context, const struct deadline_level *level);

/* From the top down. */
MUST_CHECK enum err deadline_each_level(struct office *o, struct str campaign, struct date today,
	deadline_level_fn *fn, void *context);
