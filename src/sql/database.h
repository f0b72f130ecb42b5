/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"

/* One SQLite database in WAL mode, opened so that what is stored in it cannot act: no trusted
 * schema, no links followed, commits on the disk when they are told. A zeroed one with its name is
 * closed. */
enum {
	DATABASE_COMPLAINT = 256
};

struct database {
	const char *name; /* of complaints: "catalogue" */
	sqlite3 *handle;  /* NULL: closed */
	char complaint[DATABASE_COMPLAINT];
};

/* What stands in the head of each of our databases. */
struct database_form {
	int32_t application; /* PRAGMA application_id */
	int32_t version;     /* PRAGMA user_version */
};

/* SQLITE_OPEN_READONLY, READWRITE, READWRITE | CREATE. */
MUST_CHECK enum err database_open(struct database *d, const char *path, int flags);
void database_close(struct database *d);

/* Puts the form into the head, within the transaction like everything else. */
MUST_CHECK enum err database_mark(struct database *d, struct database_form form);

/* E_CORRUPT: not a database of this application. */
MUST_CHECK enum err database_version(struct database *d, int32_t application, int64_t *ret_version);

/* A new one: its tables are made within a transaction, and only when everything is in the file
 * itself is the write-ahead log switched on: what a log holds would be lost by a rename. */
typedef enum err database_fill(struct database *d, void *context);
MUST_CHECK enum err database_create(
	struct database *d, const char *path, database_fill *fill, void *context);

MUST_CHECK enum err database_begin(struct database *d);

/* Commits when err is E_OK, else rolls back; returns what is known afterwards. *ret_torn, where it
 * is not NULL: a commit failed while syncing and has left a whole transaction in the log, which
 * would come alive when the log is next recovered; any other write overwrites it and has to be made
 * now. */
MUST_CHECK enum err database_end(struct database *d, enum err err, bool *ret_torn);

/* Sets the complaint: "what: detail". Returns err. */
enum err database_complain(struct database *d, enum err err, const char *what, const char *detail);

/* Of the last row that was inserted. */
int64_t database_last_id(const struct database *d);

/* Rows that the last statement changed. */
int64_t database_changes(const struct database *d);

/* From now on relative paths stay relative in this process: a folder that it has entered can be
 * used though those above it may not be passed through. Before any database is opened; the current
 * folder must not change afterwards. */
MUST_CHECK enum err database_stay_in_folder(void);
