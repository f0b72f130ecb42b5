/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/cursor.h"
#include "base/err.h"
#include "base/lang.h"
#include "base/writer.h"

/* A part of a country, as figures by region name it, and its place on a map of equal squares.
 * Which regions there are is data: 63 provinces then, 34 now. Texts are borrowed. */
struct region {
	struct str key; /* as tables of regions give it: "01", "VN-HN" */
	struct str name[LANG__COUNT];
	struct str short_name; /* at most 4 letters, inside its square */
	uint8_t column, row;   /* of its square, from 0; below REGION_GRID */
	struct str part_of;    /* islands drawn apart: key of the region whose figures are theirs
				  too; empty: a region of its own */
	struct str also;       /* what tables call it besides, by spaces; '_' stands for a space */
};

enum {
	REGION_GRID = 40,
	REGION_SHORT = 4 /* letters */
};

struct region_set {
	struct str name;    /* "VN-63" */
	struct str country; /* "VN" */
	const struct region *list;
	size_t count;
};

/* What is wrong with regions, and which one: index, or count when it is about none. */
enum region_fault {
	REGION_SOUND,
	REGION_NO_KEY,
	REGION_BAD_TEXT,  /* a text that is none, or too long */
	REGION_BAD_SHORT, /* none, or more than REGION_SHORT letters */
	REGION_OFF_GRID,
	REGION_TWICE,        /* a key that another has */
	REGION_SAME_SQUARE,  /* where another is */
	REGION_PART_OF_NONE, /* part_of names no region of its own */
	REGION_FAULT__COUNT
};
enum region_fault regions_check(const struct region *list, size_t count, size_t *ret_index);

/* The region that a table means: by key, by key without a zero in front, by a name or by what it is
 * called besides; letters of ASCII without case, spaces and hyphens left out. `count`: none. */
size_t regions_find(const struct region *list, size_t count, struct str said);

/* The stored form, and the wire's. Reading checks like regions_check(); texts borrow from the
 * bytes. E_CORRUPT, E_LIMIT, E_NOMEM. */
void regions_write(struct writer *w, const struct region *list, size_t count);
MUST_CHECK enum err regions_read(
	struct cursor *c, struct arena *arena, const struct region **ret_list, size_t *ret_count);
