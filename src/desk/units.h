/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "office/org.h"

/* Within the room: pages on organisations ("units" to people). */

/* "orgs", the tree from the top or from one's own; ?q= and others choose. */
void desk_units(struct desk_request *r);

/* "orgs/ID": one of them; ?day= as it was then. */
void desk_unit(struct desk_request *r);

/* "orgs/new?under=ID", "orgs/ID/change". */
void desk_unit_new(struct desk_request *r);
void desk_unit_change(struct desk_request *r);

/* "orgs/ID/contact?campaign=KEY", "orgs/ID/networks". */
void desk_unit_contact(struct desk_request *r);
void desk_unit_networks(struct desk_request *r);

/* "orgs/ID/end", "orgs/ID/split", "orgs/merge": each shows what will happen before it does. */
void desk_unit_end(struct desk_request *r);
void desk_unit_split(struct desk_request *r);
void desk_unit_merge(struct desk_request *r);

/* "orgs/lines", "orgs/lines/CAMPAIGN": who reports to whom. */
void desk_unit_lines(struct desk_request *r);
void desk_unit_line(struct desk_request *r);

/* "orgs/import", "orgs/import/JOB", "orgs/template": tables of units. */
void desk_unit_import(struct desk_request *r);
void desk_unit_imported(struct desk_request *r);
void desk_unit_template(struct desk_request *r);

/* --- what they share --- */

/* The org of the address as it is today; else as it last was. False: it has been answered, as if
 * there were none where the actor may not see it. */
bool desk_unit_find(struct desk_request *r, enum act act, struct org *ret_org);

/* The tree is that of today from now on. False: it has been answered. */
bool desk_unit_keep_today(struct desk_request *r);

/* May they see it? Errors are no. What is not there today is seen by who coordinated it. */
bool desk_unit_seen(struct desk_request *r, int64_t org);

/* "orgs/12" and what stands behind it. */
struct str desk_unit_path(struct desk_request *r, int64_t org, const char *behind);

/* The name in the language of the page. */
struct str desk_unit_name(const struct desk_request *r, const struct org *org);

/* "Name (code)" as it is or was last called; "–" for what they may not see. */
struct str desk_unit_title(struct desk_request *r, int64_t id);

/* ?day=; false: today, also where it is none, which becomes a problem. */
bool desk_unit_day(struct desk_request *r, struct date *ret_day, struct desk_problems *problems);

/* "2026-11-23", for fields. */
struct str desk_unit_today_text(struct desk_request *r);

/* Says which day is shown, with the way back to today. */
void desk_unit_as_of(struct desk_page *p, struct date day, struct str path);

/* Those directly below on a day, a page at a time; says so where there are none. */
void desk_unit_table(struct desk_page *p, int64_t parent, struct date day, struct str path);

/* All of a choice as a file that can be taken in again. */
struct org_choice;
void desk_unit_export(struct desk_request *r, struct org_choice *choice);

/* The way down to it, as far as they may see; with itself where `self`. */
void desk_unit_way(
	struct desk_request *r, const struct org *org, bool self, struct desk_head *head);

/* What the office found wrong, beside its field. */
void desk_unit_wrong(
	struct desk_request *r, struct desk_problems *problems, const struct problem *problem);

/* What a form was made from, to send along as "mark": another, and somebody else was faster.
 * contact NULL: it has none. */
struct contact;
struct str desk_unit_mark(struct desk_request *r, const struct org *orgs, size_t count,
	const struct contact *contact);
