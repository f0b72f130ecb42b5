/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/lang.h"
#include "office/office.h"

/* Organisations that take part ("đơn vị", "unit" in the interface; here "org", because a unit is
 * what addresses are counted in): a tree of any depth and naming that changes over time. What an
 * org was called and stood under is kept with the days it was so, and asked for as of a day. */
enum org_kind {
	ORG_AGENCY,     /* cơ quan, tổ chức */
	ORG_ENTERPRISE, /* doanh nghiệp */
	ORG_KIND__COUNT
};

struct org {
	int64_t id;      /* 1 …; never used again */
	struct str code; /* of its own country's register: "01", "00004"; unique, stable; never
			    empty */
	enum org_kind kind;
	struct str name[LANG__COUNT]; /* Vietnamese never empty; English empty: none is known */
	struct str level; /* as the tree calls it: "tỉnh", "phường"; may be empty */
	int64_t parent;   /* 0: at the top */
	struct str tax_code, mail, phone; /* empty: not known */
	struct date since, until; /* of this name and place; until.year 0: still so; else the first
				     day that it is not */
};

typedef enum err org_fn(void *context, const struct org *org);

/* As of a day; texts lie in the arena. E_NOTFOUND: none, or not on that day. */
MUST_CHECK enum err org_find(
	struct office *o, int64_t id, struct date day, struct arena *arena, struct org *ret_org);
MUST_CHECK enum err org_find_code(struct office *o, struct str code, struct date day,
	struct arena *arena, struct org *ret_org);

/* Those directly below, by name; parent 0: those at the top. */
MUST_CHECK enum err org_each_child(
	struct office *o, int64_t parent, struct date day, org_fn *fn, void *context);

/* --- lines of reporting: who reports to whom in a campaign --- */

/* A campaign's line starts as the tree of a day and is changed from there: an agency organised
 * vertically stands in the tree under its ministry and may report to its province. `campaign` ""
 * means the tree of today wherever a line is asked for. */
MUST_CHECK enum err line_start(struct office *o, struct str campaign, struct date day);
MUST_CHECK enum err line_move(struct office *o, struct str campaign, int64_t org, int64_t superior);

/* Is `below` the same as `above` or anywhere below it in that line? Costs O(1): the closure is
 * stored. */
MUST_CHECK enum err line_is_below(
	struct office *o, struct str campaign, int64_t above, int64_t below, bool *ret_is);

/* 0: at the top. E_NOTFOUND: not in that line. */
MUST_CHECK enum err line_superior(
	struct office *o, struct str campaign, int64_t org, int64_t *ret_superior);
