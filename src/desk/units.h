/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "desk/page.h"
#include "office/org.h"

/* Within the room: pages on organisations ("units" to people). */

/* "orgs", the tree from the top or from one's own; ?q= finds. */
void desk_units(struct desk_request *r);

/* "orgs/ID": one of them. */
void desk_unit(struct desk_request *r);

/* "orgs/new?under=ID", "orgs/ID/change". */
void desk_unit_new(struct desk_request *r);
void desk_unit_change(struct desk_request *r);

/* "orgs/ID/contact", "orgs/ID/networks". */
void desk_unit_contact(struct desk_request *r);
void desk_unit_networks(struct desk_request *r);

/* The org of the address as it is today; else as it last was. False: it has been answered, as if
 * there were none where the actor may not see it. */
bool desk_unit_find(struct desk_request *r, enum act act, struct org *ret_org);

/* May they see it? Errors are no. */
bool desk_unit_seen(struct desk_request *r, int64_t org);

/* "orgs/12" and what stands behind it. */
struct str desk_unit_path(struct desk_request *r, int64_t org, const char *behind);

/* The name in the language of the page. */
struct str desk_unit_name(const struct desk_request *r, const struct org *org);

/* Those directly below, by name, a page at a time; says so where there are none. */
void desk_unit_table(struct desk_page *p, int64_t parent, struct str path);

/* The way down to it, as far as they may see; with itself where `self`. */
void desk_unit_way(
	struct desk_request *r, const struct org *org, bool self, struct desk_head *head);

/* What the office found wrong, beside its field. */
void desk_unit_wrong(
	struct desk_request *r, struct desk_problems *problems, const struct problem *problem);
