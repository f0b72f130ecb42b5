/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/org.h"

/* Within the room: what the files on organisations share. */

#define ORG_FOREVER "9999-12-31"

/* A day as it stands in the tables. */
struct day_text {
	char text[16];
};
struct day_text day_text(struct date day); /* year 0: ORG_FOREVER */
struct str day_str(const struct day_text *day);

/* As text in the tables; year 0 for ORG_FOREVER and what is none. */
struct date day_read(struct str text);

/* What org_row() reads, from org o and org_version v. */
#define ORG_COLUMNS                                                                                \
	"o.id, o.code, o.kind, v.name_vi, v.name_en, v.level, v.parent, v.tax_code, v.mail,"       \
	" v.phone, v.since, v.until"
enum {
	ORG_COLUMN_COUNT = 12
};

/* Texts are borrowed until the next row. */
struct org org_row(struct sql *q);

/* Calls fn for each row, and closes. */
MUST_CHECK enum err org_rows(struct sql *q, org_fn *fn, void *context);

/* The day whose tree the line "" is. */
MUST_CHECK enum err org_tree_day(struct office *o, struct day_text *ret_day);

/* The code of an org into `w`. */
MUST_CHECK enum err org_write_code(struct office *o, int64_t id, struct writer *w);

/* --- org_version.c --- */

/* Checks and cleans the texts of an org: NFC, within limits, no control characters. They lie in
 * the arena. */
MUST_CHECK enum err org_clean(
	const struct org *org, struct arena *arena, struct org *ret_org, struct problem *problem);

enum org_change {
	ORG_UNCHANGED,
	ORG_CREATED,
	ORG_CHANGED
};

/* org->id is called so from org->since on, whoever stands above or below; texts were cleaned.
 * until.year not 0: ends then. */
MUST_CHECK enum err org_keep(struct office *o, const struct org *org, enum org_change *ret_change);

/* A new id for a code that there is none of. */
MUST_CHECK enum err org_new(struct office *o, const struct org *org, int64_t *ret_id);

/* Its last version ends on that day. */
MUST_CHECK enum err org_cut(struct office *o, int64_t id, struct date day);

/* --- org_check.c --- */

/* Every day of every version of it (0: of all) has its superior, what is below it has it, and
 * nothing stands below itself or too deep. *ret_org: whose version is wrong. */
MUST_CHECK enum err org_check(
	struct office *o, int64_t id, int64_t *ret_org, struct problem *problem);

/* Sets the problem with the code of an org as what was got. Returns E_SYNTAX. */
MUST_CHECK enum err org_refuse(struct office *o, struct problem *problem, enum problem_code code,
	const char *field, int64_t got);

/* --- line.c --- */

/* Puts it there, or moves it with all below it; nothing is checked. */
MUST_CHECK enum err line_set(struct office *o, struct str campaign, int64_t org, int64_t superior);

/* The tree of today again, as far as it is about this org: after a change of its versions. */
MUST_CHECK enum err line_follow(struct office *o, int64_t org);

/* A whole line from the tree of a day. */
MUST_CHECK enum err line_rebuild(struct office *o, struct str campaign, const struct day_text *day);
