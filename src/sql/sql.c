/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/sql.h"

#include <errno.h>

enum err sql_err(sqlite3 *db, int code)
{
	int system = db ? sqlite3_system_errno(db) : 0;
	switch (code & 0xff) {
	case SQLITE_OK:
	case SQLITE_DONE:
	case SQLITE_ROW:
		return E_OK;
	case SQLITE_NOMEM:
		return E_NOMEM;
	case SQLITE_FULL:
		return E_NOSPACE;
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return E_BUSY;
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
	case SQLITE_FORMAT:
		return E_CORRUPT;
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return E_DENIED;
	case SQLITE_CONSTRAINT:
		return E_EXISTS;
	case SQLITE_TOOBIG:
		return E_LIMIT;
	default:
		return system == ENOSPC || system == EDQUOT ? E_NOSPACE : E_IO;
	}
}

static void note(struct sql *q, int code)
{
	if (q->err != E_OK || sql_err(NULL, code) == E_OK)
		return;
	sqlite3 *handle = q->database->handle;
	q->err = database_complain(
		q->database, sql_err(handle, code), q->database->name, sqlite3_errmsg(handle));
}

void sql_open(struct sql *q, struct database *d, const char *text)
{
	*q = (struct sql){.database = d};
	note(q, sqlite3_prepare_v2(d->handle, text, -1, &q->statement, NULL));
}

void sql_int(struct sql *q, int64_t value)
{
	q->bound++;
	if (q->err == E_OK)
		note(q, sqlite3_bind_int64(q->statement, q->bound, value));
}

void sql_count(struct sql *q, uint64_t value)
{
	if (value > INT64_MAX)
		note(q, SQLITE_TOOBIG);
	sql_int(q, (int64_t)value);
}

void sql_real(struct sql *q, double value)
{
	q->bound++;
	if (q->err == E_OK)
		note(q, sqlite3_bind_double(q->statement, q->bound, value));
}

void sql_null(struct sql *q)
{
	q->bound++;
	if (q->err == E_OK)
		note(q, sqlite3_bind_null(q->statement, q->bound));
}

void sql_str(struct sql *q, struct str value)
{
	q->bound++;
	if (q->err == E_OK)
		note(q, sqlite3_bind_text64(q->statement, q->bound, value.size ? value.data : "",
				value.size, SQLITE_STATIC, SQLITE_UTF8));
}

void sql_blob(struct sql *q, struct bytes value)
{
	q->bound++;
	if (q->err == E_OK)
		note(q, sqlite3_bind_blob64(q->statement, q->bound,
				value.size ? (const void *)value.data : "", value.size,
				SQLITE_STATIC));
}

bool sql_row(struct sql *q)
{
	if (q->err != E_OK)
		return false;
	int code = sqlite3_step(q->statement);
	note(q, code);
	return code == SQLITE_ROW;
}

int64_t sql_get(struct sql *q, int column)
{
	return sqlite3_column_int64(q->statement, column);
}

uint64_t sql_get_count(struct sql *q, int column)
{
	int64_t value = sql_get(q, column);
	if (value < 0) {
		note(q, SQLITE_CORRUPT);
		return 0;
	}
	return (uint64_t)value;
}

double sql_get_real(struct sql *q, int column)
{
	return sqlite3_column_double(q->statement, column);
}

bool sql_is_null(struct sql *q, int column)
{
	return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

struct bytes sql_get_blob(struct sql *q, int column)
{
	const uint8_t *data = sqlite3_column_blob(q->statement, column);
	int size = sqlite3_column_bytes(q->statement, column);
	return (struct bytes){data, data && size > 0 ? (size_t)size : 0};
}

struct str sql_get_str(struct sql *q, int column)
{
	struct bytes b = sql_get_blob(q, column);
	return (struct str){b.size ? (const char *)b.data : "", b.size};
}

enum err sql_close(struct sql *q)
{
	sqlite3_finalize(q->statement);
	q->statement = NULL;
	return q->err;
}

enum err sql_run(struct sql *q)
{
	while (sql_row(q)) {
	}
	return sql_close(q);
}

enum err sql_execute(struct database *d, const char *text)
{
	int code = sqlite3_exec(d->handle, text, NULL, NULL, NULL);
	enum err err = sql_err(d->handle, code);
	return err == E_OK ? E_OK : database_complain(d, err, d->name, sqlite3_errmsg(d->handle));
}

enum err sql_ask(struct database *d, const char *text, int64_t otherwise, int64_t *ret_value)
{
	struct sql q;
	sql_open(&q, d, text);
	int64_t value = sql_row(&q) ? sql_get(&q, 0) : otherwise;
	TRY(sql_close(&q));
	*ret_value = value;
	return E_OK;
}
