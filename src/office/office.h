/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/instant.h"
#include "sql/sql.h"

/* What people do behind the public site: organisations and their order, accounts and rights, the
 * returns they send in, who did what. One database, office/office.db of the data folder, apart from
 * the catalogue, so that an import of an hour keeps nobody from handing in a return.
 * docs/design/desk.md */
struct office {
	struct database db;
	int folder; /* office/ of the data folder: attachments and the like; -1: closed */
};

enum {
	OFFICE_VERSION = 1,
	OFFICE_APPLICATION = 0x5153636f /* "QSco": PRAGMA application_id */
};

/* Opens the office of a data folder, which is made where it is missing and `write` says so. Not
 * for two threads at once: each has its own. E_NOTFOUND: there is no such folder, or no office yet
 * and it was to be read; E_VERSION: made by a newer program; an older one is upgraded. */
MUST_CHECK enum err office_open(struct office *o, const char *data_folder, bool write);
void office_close(struct office *o); /* a closed one is fine */

/* What went wrong last, for the log. */
struct str office_complaint(const struct office *o);

/* One transaction; what it changed is known to all once office_end() gave E_OK. Never held while
 * anything but the database is waited for. */
MUST_CHECK enum err office_begin(struct office *o);
MUST_CHECK enum err office_end(struct office *o, enum err err);
