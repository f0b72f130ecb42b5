/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "sql/database.h"

/* One SQL statement from text to end, with an error that sticks. Values are always
 * bound, never written into the text. */
struct sql {
	struct database *database;
	sqlite3_stmt *statement;
	int bound; /* parameters so far */
	enum err err;
};

void sql_open(struct sql *q, struct database *d, const char *text);

/* The next parameter. Texts and blobs are borrowed until sql_close(). */
void sql_int(struct sql *q, int64_t value);
void sql_count(struct sql *q, uint64_t value);
void sql_real(struct sql *q, double value);
void sql_null(struct sql *q);
void sql_str(struct sql *q, struct str value);
void sql_blob(struct sql *q, struct bytes value);

/* The next row; false at the end and after an error. */
bool sql_row(struct sql *q);

int64_t sql_get(struct sql *q, int column);
uint64_t sql_get_count(struct sql *q, int column); /* negative: the database is corrupt */
double sql_get_real(struct sql *q, int column);
bool sql_is_null(struct sql *q, int column);

/* Borrowed until the next row. */
struct str sql_get_str(struct sql *q, int column);
struct bytes sql_get_blob(struct sql *q, int column);

/* Gives the statement back; the sticky error. */
MUST_CHECK enum err sql_close(struct sql *q);

/* Runs to the end without looking at rows, and closes. */
MUST_CHECK enum err sql_run(struct sql *q);

/* Fixed text without parameters. */
MUST_CHECK enum err sql_execute(struct database *d, const char *text);

/* One number, or `otherwise` where there is no row. */
MUST_CHECK enum err sql_ask(
	struct database *d, const char *text, int64_t otherwise, int64_t *ret_value);

enum err sql_err(sqlite3 *db, int code);
