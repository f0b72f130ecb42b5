/* SPDX-License-Identifier: Apache-2.0 */
#include "sql/database.h"

#include <stdio.h>

#include "sql/sql.h"

enum {
	BUSY_MILLISECONDS = 10000
};

enum err database_complain(struct database *d, enum err err, const char *what, const char *detail)
{
	snprintf(d->complaint, sizeof(d->complaint), "%s: %s", what, detail);
	return err;
}

enum err database_open(struct database *d, const char *path, int flags)
{
	int code = sqlite3_open_v2(path, &d->handle, flags | SQLITE_OPEN_NOFOLLOW, NULL);
	if (code == SQLITE_OK)
		code = sqlite3_busy_timeout(d->handle, BUSY_MILLISECONDS);
	if (code == SQLITE_OK)
		code = sqlite3_db_config(d->handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	if (code == SQLITE_OK)
		return sql_execute(d, "PRAGMA trusted_schema=OFF; PRAGMA foreign_keys=ON;"
				      "PRAGMA cell_size_check=ON; PRAGMA synchronous=FULL");
	return database_complain(d, sql_err(d->handle, code), d->name,
		d->handle ? sqlite3_errmsg(d->handle) : sqlite3_errstr(code));
}

void database_close(struct database *d)
{
	sqlite3_close(d->handle);
	d->handle = NULL;
}

enum err database_mark(struct database *d, struct database_form form)
{
	char pragmas[96];
	snprintf(pragmas, sizeof(pragmas), "PRAGMA application_id=%d; PRAGMA user_version=%d",
		(int)form.application, (int)form.version);
	return sql_execute(d, pragmas);
}

enum err database_version(struct database *d, int32_t application, int64_t *ret_version)
{
	int64_t found;
	TRY(sql_ask(d, "PRAGMA application_id", 0, &found));
	if (found != application)
		return database_complain(d, E_CORRUPT, d->name, "not one of ours");
	return sql_ask(d, "PRAGMA user_version", 0, ret_version);
}

static enum err switch_to_log(struct database *d)
{
	struct sql q;
	sql_open(&q, d, "PRAGMA journal_mode=WAL");
	bool switched = sql_row(&q) && str_equal(sql_get_str(&q, 0), STR("wal"));
	TRY(sql_close(&q));
	return switched ? E_OK : database_complain(d, E_IO, d->name, "no write-ahead log");
}

enum err database_create(struct database *d, const char *path, database_fill *fill, void *context)
{
	enum err err = database_open(d, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	if (err == E_OK)
		err = database_begin(d);
	if (err == E_OK)
		err = fill(d, context);
	if (err == E_OK)
		err = sql_execute(d, "COMMIT");
	if (err == E_OK)
		err = switch_to_log(d);
	database_close(d);
	return err;
}

enum err database_begin(struct database *d)
{
	return sql_execute(d, "BEGIN IMMEDIATE");
}

enum err database_end(struct database *d, enum err err, bool *ret_torn)
{
	bool torn = false;
	if (err == E_OK) {
		err = sql_execute(d, "COMMIT");
		torn = err != E_OK;
	}
	if (err != E_OK && !sqlite3_get_autocommit(d->handle))
		(void)sqlite3_exec(d->handle, "ROLLBACK", NULL, NULL, NULL);
	if (ret_torn)
		*ret_torn = torn;
	return err;
}

int64_t database_last_id(const struct database *d)
{
	return sqlite3_last_insert_rowid(d->handle);
}

int64_t database_changes(const struct database *d)
{
	return sqlite3_changes(d->handle);
}

/* --- relative paths --- */

static int keep_path(sqlite3_vfs *vfs, const char *name, int room, char *ret_path)
{
	(void)vfs;
	sqlite3_snprintf(room, ret_path, "%s", name);
	return SQLITE_OK;
}

enum err database_stay_in_folder(void)
{
	static sqlite3_vfs vfs;
	const sqlite3_vfs *usual = sqlite3_vfs_find(NULL);
	if (!usual)
		return E_NOMEM;
	vfs = *usual;
	vfs.pNext = NULL;
	vfs.zName = "quetsach-folder";
	vfs.xFullPathname = keep_path;
	return sqlite3_vfs_register(&vfs, 1) == SQLITE_OK ? E_OK : E_NOMEM;
}
