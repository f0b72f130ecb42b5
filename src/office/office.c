/* SPDX-License-Identifier: Apache-2.0 */
#include "office/office.h"

#include <fcntl.h>
#include <stdio.h>

#include "office/org_sort.h"
#include "office/tables.h"
#include "os/entry.h"
#include "os/file.h"

enum {
	PATH_BYTES = 4096
};

static const struct database_form form = {OFFICE_APPLICATION, OFFICE_VERSION};

static enum err fill_new(struct database *d, void *context)
{
	(void)context;
	TRY(sql_execute(d, office_audit_tables));
	TRY(sql_execute(d, office_org_tables));
	TRY(sql_execute(d, office_account_tables));
	TRY(sql_execute(d, office_return_tables));
	TRY(sql_execute(d, office_outbox_tables));
	TRY(sql_execute(d, office_setting_tables));
	TRY(sql_execute(d, office_feed_tables));
	TRY(sql_execute(d, office_notice_tables));
	TRY(sql_execute(d, office_draft_tables));
	TRY(sql_execute(d, office_job_tables));
	TRY(sql_execute(d, office_search_tables));
	return database_mark(d, form);
}

static enum err enter_folder(struct office *o, const char *data_folder, bool make)
{
	int data = -1;
	enum err err = folder_open(AT_FDCWD, data_folder, &data);
	if (err == E_OK)
		err = folder_open(data, "office", &o->folder);
	if (err == E_NOTFOUND && data >= 0 && make) {
		err = folder_make(data, "office");
		if (err == E_OK)
			err = folder_sync(data);
		if (err == E_OK)
			err = folder_open(data, "office", &o->folder);
	}
	file_close(&data);
	return err;
}

/* SQLite writes by name into the private file that then takes the database's name. Two may come at
 * the same time: the later finds it made. */
static enum err make_database(struct office *o, const char *data_folder)
{
	struct file_new file;
	char path[PATH_BYTES];
	TRY(file_new_begin(o->folder, &file));
	int size = snprintf(path, sizeof(path), "%s/office/%s", data_folder, file.temporary);
	enum err err = size > 0 && (size_t)size < sizeof(path)
			       ? database_create(&o->db, path, fill_new, NULL)
			       : E_LIMIT;
	if (err != E_OK) {
		file_new_abort(&file);
		return err;
	}
	err = file_new_commit(&file, "office.db", false);
	return err == E_EXISTS ? E_OK : err;
}

static enum err open_database(struct office *o, const char *path, bool write)
{
	int64_t version;
	TRY(database_open(&o->db, path, write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY));
	TRY(org_sort_register(&o->db));
	TRY(database_version(&o->db, OFFICE_APPLICATION, &version));
	return version == OFFICE_VERSION ? E_OK
					 : database_complain(&o->db, E_VERSION, o->db.name,
						   "made by another version");
}

/* It is never opened here but by SQLite: to close any descriptor of a file gives up all locks that
 * this process has on it, those of other threads' connections too, and another process would then
 * take their log away. */
enum err office_open(struct office *o, const char *data_folder, bool write)
{
	char path[PATH_BYTES];
	struct entry_facts facts;
	*o = (struct office){.db = {.name = "office"}, .folder = -1};
	int size = snprintf(path, sizeof(path), "%s/office/office.db", data_folder);
	if (size < 0 || (size_t)size >= sizeof(path))
		return E_LIMIT;
	enum err err = enter_folder(o, data_folder, write);
	if (err == E_OK)
		err = entry_facts(o->folder, "office.db", &facts);
	if (err == E_NOTFOUND && o->folder >= 0 && write)
		err = make_database(o, data_folder);
	if (err == E_OK)
		err = open_database(o, path, write);
	if (err != E_OK)
		office_close(o);
	return err;
}

void office_close(struct office *o)
{
	database_close(&o->db);
	file_close(&o->folder);
}

struct str office_complaint(const struct office *o)
{
	return str_from(o->db.complaint);
}

enum err office_begin(struct office *o)
{
	return database_begin(&o->db);
}

enum err office_end(struct office *o, enum err err)
{
	bool torn;
	err = database_end(&o->db, err, &torn);
	if (torn)
		(void)sqlite3_exec(o->db.handle, "UPDATE audit_mended SET number = number + 1",
			NULL, NULL, NULL);
	return err;
}
