/* SPDX-License-Identifier: Apache-2.0 */
#include "office/keep.h"

#include <sodium.h>
#include <stdio.h>

#include "base/limits.h"

enum {
	PATH_BYTES = 4096,
	HASH = crypto_hash_sha256_BYTES,
	HEX = 2 * HASH + 1,
	NAME = 128
};

/* --- the copy --- */

/* What would let somebody in, or do something a second time, has no place in a copy. */
static const char forgotten[] =
	"DELETE FROM session; DELETE FROM invitation; DELETE FROM attempt; DELETE FROM device;"
	"DELETE FROM outbox; DELETE FROM job WHERE ended = 0; UPDATE job SET output = 0, input = 0";

static enum err copy_into(struct office *o, const char *path)
{
	struct sql q;
	sql_open(&q, &o->db, "VACUUM INTO ?");
	sql_str(&q, str_from(path));
	return sql_run(&q);
}

static enum err forget(struct database *d)
{
	/* What is deleted is overwritten, not only left out. */
	TRY(sql_execute(d, "PRAGMA secure_delete=ON"));
	TRY(database_begin(d));
	return database_end(d, sql_execute(d, forgotten), NULL);
}

static enum err set_apart(struct office_copy *c, const char *path)
{
	int fd = -1;
	TRY(database_open(&c->db, path, SQLITE_OPEN_READWRITE));
	TRY(forget(&c->db));
	TRY(file_open_read(c->file.folder, c->file.temporary, &fd));
	enum err err = file_map(fd, &c->content);
	file_close(&fd);
	return err;
}

enum err office_copy_make(struct office *o, const char *data_folder, struct office_copy *ret_copy)
{
	char path[PATH_BYTES];
	struct office_copy c = {.db = {.name = "copy of the office"}};
	TRY(file_new_begin(o->folder, &c.file));
	int size = snprintf(path, sizeof(path), "%s/office/%s", data_folder, c.file.temporary);
	enum err err = size > 0 && (size_t)size < sizeof(path) ? copy_into(o, path) : E_LIMIT;
	if (err == E_OK)
		err = set_apart(&c, path);
	if (err != E_OK)
		office_copy_release(&c);
	else
		*ret_copy = c;
	return err;
}

void office_copy_release(struct office_copy *c)
{
	file_unmap(&c->content);
	database_close(&c->db);
	file_new_abort(&c->file);
}

/* --- its files --- */

/* E_CORRUPT: gone, or another. */
static enum err map_checked(int folder, struct str sha256, struct mapping *ret_mapping)
{
	uint8_t hash[HASH];
	char hex[HEX];
	int fd = -1;
	struct mapping mapping;
	if (sha256.size != HEX - 1)
		return E_CORRUPT;
	memcpy(hex, sha256.data, sha256.size);
	hex[HEX - 1] = '\0';
	if (file_open_read(folder, hex, &fd) != E_OK)
		return E_CORRUPT;
	enum err err = file_map(fd, &mapping);
	file_close(&fd);
	TRY(err);
	crypto_hash_sha256(hash, mapping.bytes.data, mapping.bytes.size);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	if (!str_equal(str_from(hex), sha256)) {
		file_unmap(&mapping);
		return E_CORRUPT;
	}
	*ret_mapping = mapping;
	return E_OK;
}

static enum err give_file(int folder, struct str sha256, office_file_fn *fn, void *context)
{
	char name[NAME];
	struct mapping mapping;
	TRY(map_checked(folder, sha256, &mapping));
	int size = snprintf(name, sizeof(name), "attachments/%.*s", STR_ARG(sha256));
	enum err err = fn(context, (struct str){name, (size_t)size}, mapping.bytes);
	file_unmap(&mapping);
	return err;
}

/* -1: there are none. */
static enum err open_attachments(struct office *o, int *ret_folder)
{
	enum err err = folder_open(o->folder, "attachments", ret_folder);
	return err == E_NOTFOUND ? E_OK : err;
}

#define ATTACHMENTS "SELECT DISTINCT sha256 FROM attachment ORDER BY sha256"

enum err office_copy_each_file(
	struct office *o, struct office_copy *c, office_file_fn *fn, void *context)
{
	struct sql q;
	int folder = -1;
	enum err err = open_attachments(o, &folder);
	TRY(err);
	sql_open(&q, &c->db, ATTACHMENTS);
	while (err == E_OK && sql_row(&q))
		err = give_file(folder, sql_get_str(&q, 0), fn, context);
	enum err closed = sql_close(&q);
	file_close(&folder);
	return err == E_OK ? closed : err;
}

/* --- whether it is whole --- */

struct verifying {
	office_fault_fn *fn;
	void *context;
	struct office_verdict verdict;
};

static void fault(struct verifying *v, struct str what)
{
	v->verdict.faults++;
	v->fn(v->context, what);
}

/* Each row of it is a fault, but for "ok". */
static enum err ask_database(struct office *o, const char *question, struct verifying *v)
{
	struct sql q;
	char what[NAME * 4];
	sql_open(&q, &o->db, question);
	while (sql_row(&q)) {
		struct str found = sql_get_str(&q, 0);
		if (str_equal(found, STR("ok")))
			continue;
		int size = snprintf(what, sizeof(what), "office/office.db: %.*s",
			(int)(found.size < NAME ? found.size : NAME), found.data);
		fault(v, (struct str){what, (size_t)size});
	}
	return sql_close(&q);
}

static enum err look_at_files(struct office *o, struct verifying *v)
{
	struct sql q;
	struct mapping mapping;
	char what[NAME];
	int folder = -1;
	TRY(open_attachments(o, &folder));
	sql_open(&q, &o->db, ATTACHMENTS);
	while (sql_row(&q)) {
		struct str sha256 = sql_get_str(&q, 0);
		v->verdict.files++;
		if (map_checked(folder, sha256, &mapping) == E_OK) {
			file_unmap(&mapping);
			continue;
		}
		int size = snprintf(what, sizeof(what), "office/attachments/%.*s",
			(int)(sha256.size < HEX ? sha256.size : HEX), sha256.data);
		fault(v, (struct str){what, (size_t)size});
	}
	file_close(&folder);
	return sql_close(&q);
}

enum err office_verify(
	struct office *o, office_fault_fn *fn, void *context, struct office_verdict *ret_verdict)
{
	struct verifying v = {.fn = fn, .context = context, .verdict = {.files = 1}};
	TRY(ask_database(o, "PRAGMA integrity_check(20)", &v));
	TRY(ask_database(o, "PRAGMA foreign_key_check", &v));
	TRY(look_at_files(o, &v));
	*ret_verdict = v.verdict;
	return E_OK;
}
