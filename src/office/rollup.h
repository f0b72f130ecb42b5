/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/return.h"

/* What a level has declared: sums of the numbers of all organisations at and below one in the
 * campaign's line, with how many of them stand behind each. Sums of what was declared: the same
 * office may be in two of them, unless lists with tax codes are there. */

/* Of so many organisations. expected = on_time + late + sent_back + draft + unopened; what is
 * excused is in none of them but excused. */
struct level_counts {
	uint64_t expected;
	uint64_t on_time, late; /* count in the sums */
	uint64_t submitted;     /* of those: wait to be judged */
	uint64_t accepted;
	uint64_t sent_back, draft, unopened;
	uint64_t overdue;  /* of the last three: past their deadline */
	uint64_t received; /* said that the letter came */
	uint64_t excused;
};

static inline uint64_t level_reported(const struct level_counts *c)
{
	return c->on_time + c->late;
}

struct level_sum {
	uint64_t sum;   /* of what was declared */
	uint64_t units; /* that declared it */
	/* Where every one of them has given a list for this row: organisations, each counted once.
	 * Where some have: of their lists alone, and how much of `sum` those stand for. */
	uint64_t listed_units, listed_sum;
	uint64_t distinct;
};

struct level_child {
	int64_t org; /* the level's own return comes first, under its own id */
	struct str code, name[LANG__COUNT];
	struct level_counts counts;
	const struct level_sum *sums; /* one a row of the form; distinct is not counted here */
};

struct level {
	int64_t org;
	struct str campaign;
	int64_t form; /* version whose rows these are; those of older versions are found by key */
	struct level_counts counts;
	const struct level_sum *sums;       /* one a row of the form; zero where it is not summed */
	const struct level_child *children; /* itself, then those directly below, by name */
	size_t child_count;
};

/* E_NOTFOUND: not in the campaign's line. Grows with what lies below, linearly. */
MUST_CHECK enum err level_read(struct office *o, struct str campaign, int64_t org,
	const struct return_form *form, int64_t form_version, struct instant now,
	struct arena *arena, struct level *ret_level);

/* How all at and below one stand, counted as level_read() counts them, at a third of its work.
 * E_NOTFOUND: not in the campaign's line. */
struct level_standing {
	struct level_counts counts;
	uint64_t below_submitted; /* of counts.submitted: without the level's own */
	struct deadline last;     /* the last of any of them; kind NONE: none has one */
};
MUST_CHECK enum err level_stand(struct office *o, struct str campaign, int64_t org,
	struct instant now, struct level_standing *ret_standing);

/* One organisation of a level and how it stands. */
struct level_unit {
	int64_t org, superior;
	unsigned depth; /* below the level: 0 itself */
	struct str code, name[LANG__COUNT], superior_name[LANG__COUNT];
	struct return_head head; /* state NONE where nobody has opened it */
	struct deadline deadline;
	enum return_timing timing;
};

enum level_choice {
	LEVEL_ALL,
	LEVEL_OVERDUE, /* past the deadline without anything that counts */
	LEVEL_LATE,    /* came late */
	LEVEL_UNOPENED,
	LEVEL_WAITING, /* submitted: waits to be judged */
	LEVEL_SENT_BACK,
	LEVEL_CHOICE__COUNT
};
bool level_choice_parse(struct str name, enum level_choice *ret_choice); /* "overdue" */

/* At and below `org`, without the excused, by depth and name; `direct`: only those right below.
 * Texts are borrowed until fn returns. */
typedef enum err level_unit_fn(void *context, const struct level_unit *unit);
MUST_CHECK enum err level_each_unit(struct office *o, struct str campaign, int64_t org, bool direct,
	enum level_choice choice, struct instant now, level_unit_fn *fn, void *context);
