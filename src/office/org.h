/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/ip.h"
#include "base/lang.h"
#include "base/problem.h"
#include "office/audit.h"
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

/* Of whatever day. E_NOTFOUND: there never was such an org. */
MUST_CHECK enum err org_id_of(struct office *o, struct str code, int64_t *ret_id);

/* The code of an org of whatever day; lies in the arena. */
MUST_CHECK enum err org_code_of(
	struct office *o, int64_t id, struct arena *arena, struct str *ret_code);

/* Every name and place it had, oldest first. */
MUST_CHECK enum err org_each_version(struct office *o, int64_t id, org_fn *fn, void *context);

/* Those directly below, by name; parent 0: those at the top. */
MUST_CHECK enum err org_each_child(
	struct office *o, int64_t parent, struct date day, org_fn *fn, void *context);

/* Those below `above` today in the line of a campaign ("": the tree), nearest first: levels in
 * order, by id within one. `distance` 0: of all levels, else only that far below. From behind
 * `after` (all zero: from the first), at most `limit`. */
struct org_place {
	int64_t distance; /* from `above`: 1 is directly below */
	int64_t org;
};
typedef enum err org_below_fn(void *context, const struct org *org, struct org_place place);
MUST_CHECK enum err org_each_below(struct office *o, struct str campaign, int64_t above,
	int64_t distance, struct org_place after, size_t limit, org_below_fn *fn, void *context);

/* How many stand below, itself not counted; above 0: all there are. */
MUST_CHECK enum err org_count_below(
	struct office *o, struct str campaign, int64_t above, uint64_t *ret_count);

/* Those of today whose name, code or tax code has every word of `words`, with or without
 * diacritics; the one whose code it is first, then by name. above: only what stands below it and
 * itself; 0: everywhere. At most `limit` from the `skip`th on. */
MUST_CHECK enum err org_search(struct office *o, int64_t above, struct str words, size_t skip,
	size_t limit, org_fn *fn, void *context);

/* --- changes: within a transaction; each writes what was done to the audit as `by` (account,
 * actor, at), whose day (UTC) is today. E_SYNTAX: `problem` says what is wrong with it --- */

/* Makes the tree of today that of this day: what was to begin or end by then does. Called by every
 * change; by whoever answers for long once a day. Costs nothing where nothing is due. */
MUST_CHECK enum err org_advance(struct office *o, struct date today);

/* The same in a transaction of its own, and only where a day has passed: for who reads the tree. */
MUST_CHECK enum err org_keep_today(struct office *o, struct date today);

/* The org with that code is called so and stands there from org->since on, until what is known to
 * come next; a new one where there is none. Same as before: changes nothing. until.year not 0: ends
 * then. Moving costs the size of what moves times its depth. org->id is not read. */
MUST_CHECK enum err org_put(struct office *o, const struct org *org, const struct audit_entry *by,
	int64_t *ret_id, struct problem *problem);

/* Not there any more from that day on; nothing may stand below it then. */
MUST_CHECK enum err org_end(struct office *o, int64_t id, struct date day,
	const struct audit_entry *by, struct problem *problem);

/* From that day on `into` stands for all of `from`, which end; what stood below them stands below
 * it. */
MUST_CHECK enum err org_merge(struct office *o, const int64_t *from, size_t count, int64_t into,
	struct date day, const struct audit_entry *by, struct problem *problem);

/* From that day on `into`, of which there is some on that day, stand for `from`. `from` may be
 * among them and goes on; else it ends: nothing may stand below it then. */
MUST_CHECK enum err org_split(struct office *o, int64_t from, const int64_t *into, size_t count,
	struct date day, const struct audit_entry *by, struct problem *problem);

enum org_succession {
	ORG_MERGED,
	ORG_SPLIT,
	ORG_RENAMED, /* under another code */
	ORG_SUCCESSION__COUNT
};
struct str org_succession_name(enum org_succession how); /* "merge", "split", "renamed" */

struct org_successor {
	int64_t from, to;
	struct date day;
	enum org_succession how;
};
MUST_CHECK enum err org_successor_put(
	struct office *o, const struct org_successor *successor, const struct audit_entry *by);

/* Who came after it, and after whom it came; by day. */
typedef enum err org_successor_fn(void *context, const struct org_successor *successor);
MUST_CHECK enum err org_each_successor(
	struct office *o, int64_t id, org_successor_fn *fn, void *context);

/* --- networks: prefixes that are its own, to fill in beforehand what the system knows --- */
MUST_CHECK enum err org_network_put(struct office *o, int64_t id, struct prefix prefix,
	const struct audit_entry *by); /* there already: changes nothing */
MUST_CHECK enum err org_network_remove(struct office *o, int64_t id, struct prefix prefix,
	const struct audit_entry *by); /* E_NOTFOUND */
typedef enum err org_network_fn(void *context, struct prefix prefix);
MUST_CHECK enum err org_each_network(
	struct office *o, int64_t id, org_network_fn *fn, void *context);

/* --- lines of reporting: who reports to whom in a campaign --- */

/* A campaign's line starts as the tree of a day and is changed from there: an agency organised
 * vertically stands in the tree under its ministry and may report to its province. `campaign` ""
 * means the tree of today wherever a line is asked for. */
MUST_CHECK enum err line_start(
	struct office *o, struct str campaign, struct date day, const struct audit_entry *by);

/* Within a transaction. superior 0: at the top. Who is not in that line yet is added. E_SYNTAX with
 * the problem where it would stand below itself or too deep. */
MUST_CHECK enum err line_move(struct office *o, struct str campaign, int64_t org, int64_t superior,
	const struct audit_entry *by, struct problem *problem);

/* E_OK and *ret_has: was that line started? */
MUST_CHECK enum err line_exists(struct office *o, struct str campaign, bool *ret_has);

/* Is `below` the same as `above` or anywhere below it in that line? Costs O(1): the closure is
 * stored. */
MUST_CHECK enum err line_is_below(
	struct office *o, struct str campaign, int64_t above, int64_t below, bool *ret_is);

/* 0: at the top. E_NOTFOUND: not in that line. */
MUST_CHECK enum err line_superior(
	struct office *o, struct str campaign, int64_t org, int64_t *ret_superior);

/* Those that report to another than they stand below in the tree of today, by name; at most
 * `limit`. */
typedef enum err line_difference_fn(
	void *context, int64_t org, int64_t tree_parent, int64_t superior);
MUST_CHECK enum err line_each_difference(
	struct office *o, struct str campaign, size_t limit, line_difference_fn *fn, void *context);
