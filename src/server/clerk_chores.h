/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "office/office.h"
#include "text/text.h"

/* What an hour and a day bring to the office: old sessions, jobs and counts go, the tree of today
 * is kept; every ten minutes reminders, digests and mails that wait. What fails is logged and tried
 * the next time. */
struct clerk_chores {
	const char *user;           /* whom mail is for when we are root; NULL: nobody else */
	const char *mail_from;      /* NULL: no mail */
	struct zone *zone;          /* where the desk is */
	struct instant sweep, post; /* when they are due */
};

void clerk_chores_init(
	struct clerk_chores *c, const char *user, const char *mail_from, const char *zone);
void clerk_chores_release(struct clerk_chores *c);
struct instant clerk_chores_due(const struct clerk_chores *c);

/* Those that are due. The current folder is the data folder, also open as `data`. */
void clerk_chores_do(struct clerk_chores *c, struct office *office, int data);
