/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/org.h"
#include "server/command_user.h"

/* What the commands on organisations ("units" to people) share. */

/* --day, else today; false: it said why not. */
bool unit_day(struct context *c, struct date *ret_day);

/* The id of a code, of whatever day; says so where there is none. */
bool unit_id(struct user_desk *d, const char *code, int64_t *ret_id);

/* Who does it, now. */
struct audit_entry unit_by(const struct user_desk *d);

/* The catalogue's campaign of that key; says so where there is none. */
bool unit_campaign(struct context *c, struct str key);

/* Ends the transaction begun for a change that gave `err`, and says what is wrong. Exit status. */
int unit_finish(
	struct user_desk *d, struct str subject, enum err err, const struct problem *problem);
