/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/org.h"

/* Organisations of a day, chosen and sorted: what lists are made of. */

/* How one stands on the day of a list. */
enum org_standing {
	ORG_IS_THERE,
	ORG_HAS_ENDED,  /* as it was last called */
	ORG_IS_TO_COME, /* as it will first be called */
	ORG_ANY_STANDING,
	ORG_STANDING__COUNT
};

enum org_order {
	ORG_BY_NAME,
	ORG_BY_CODE,
	ORG_BY_LEVEL, /* then by name */
	ORG_BY_SINCE,
	ORG_BY_UNTIL,
	ORG_ORDER__COUNT
};

struct org_choice {
	struct date day;
	enum org_standing standing;
	int64_t above;    /* whose list it is: what stands, or stood, below it and itself; 0: all
			     there are */
	bool children;    /* only those directly below `parent` */
	int64_t parent;   /* 0: those at the top */
	struct str words; /* all of which stand in name, code or tax code, with or without
			     diacritics; empty: any */
	struct str level; /* empty: any */
	bool by_kind;
	enum org_kind kind;
	enum org_order order;
	bool down; /* the other way round */
	size_t skip, limit;
};

/* Where words are given and the order is by name, the one whose code it is comes first. */
MUST_CHECK enum err org_list(
	struct office *o, const struct org_choice *choice, org_fn *fn, void *context);

/* How many there are, whatever skip and limit say. */
MUST_CHECK enum err org_list_count(
	struct office *o, const struct org_choice *choice, uint64_t *ret_count);

/* What levels there are, of whatever day, by how many versions have them: "tỉnh". At most
 * `limit`. */
typedef enum err org_level_fn(void *context, struct str level);
MUST_CHECK enum err org_each_level(struct office *o, size_t limit, org_level_fn *fn, void *context);

/* Did it stand below `above` on that day, or becomes, by mergers and splits, what stands below it
 * or is it itself? Year 0: on its last day, or the first where it has no last. Who coordinated it
 * may see what has ended. */
MUST_CHECK enum err org_was_below(
	struct office *o, int64_t above, int64_t id, struct date day, bool *ret_was);
