/* SPDX-License-Identifier: Apache-2.0 */
/* Files that come with a return: kept whole under their SHA-256, looked into by a virus scanner
 * alone. */
#include <sodium.h>

#include "base/limits.h"
#include "model/site.h"
#include "office/form.h"
#include "office/return_parts.h"
#include "os/file.h"

enum {
	HASH = crypto_hash_sha256_BYTES,
	HEX = 2 * HASH + 1,
	NAME = 200 /* bytes of a file's name that are kept */
};

/* By what readers demand, not by what a name says: ISO 32000-1, 7.5.2 and 7.5.5 with annex H's
 * leave to have bytes behind the end. */
static bool is_pdf(struct bytes file)
{
	struct str text = {(const char *)file.data, file.size};
	size_t tail = file.size < 1024 ? file.size : 1024;
	struct str end = {text.data + file.size - tail, tail};
	return file.size > 0 &&
	       (str_starts(text, STR("%PDF-1.")) || str_starts(text, STR("%PDF-2."))) &&
	       str_find(end, STR("%%EOF")) < end.size;
}

/* The last part of what somebody's machine called it. */
static struct str base_name(struct str name)
{
	for (size_t i = name.size; i > 0; i--)
		if (name.data[i - 1] == '/' || name.data[i - 1] == '\\')
			return (struct str){name.data + i, name.size - i};
	return name;
}

static enum err tidy_name(struct arena *arena, struct str said, struct str *ret_name)
{
	struct writer w;
	struct str name = str_trim(base_name(said));
	bool usable =
		name.size > 0 && name.size <= NAME && site_line_valid(name) && name.data[0] != '.';
	writer_init(&w, 1024);
	writer_str(&w, usable ? name : STR("attachment.pdf"));
	if (usable && !str_ends(name, STR(".pdf")) && !str_ends(name, STR(".PDF")))
		writer_text(&w, ".pdf");
	*ret_name = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return ret_name->data ? E_OK : E_NOMEM;
}

static enum err open_folder(struct office *o, bool make, int *ret_folder)
{
	enum err err = folder_open(o->folder, "attachments", ret_folder);
	if (err != E_NOTFOUND || !make)
		return err;
	err = folder_make(o->folder, "attachments");
	return err == E_OK || err == E_EXISTS ? folder_open(o->folder, "attachments", ret_folder)
					      : err;
}

static enum err keep_file(struct office *o, const char *name, struct bytes file)
{
	int folder = -1;
	TRY(open_folder(o, true, &folder));
	enum err err = file_put(folder, name, file, false);
	file_close(&folder);
	return err;
}

static enum err count_kept(struct office *o, int64_t id, struct str but, int64_t *ret_count)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT count(*) FROM attachment WHERE id = ? AND version = 0 AND sha256 <> ?");
	sql_int(&q, id);
	sql_str(&q, but);
	*ret_count = sql_row(&q) ? sql_get(&q, 0) : 0;
	return sql_close(&q);
}

static enum err put(
	struct office *o, int64_t id, int64_t version, const struct attachment *attachment)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT OR REPLACE INTO attachment (id, version, sha256, field, name, size)"
		" VALUES (?, ?, ?, ?, ?, ?)");
	sql_int(&q, id);
	sql_int(&q, version);
	sql_str(&q, attachment->sha256);
	sql_str(&q, attachment->row);
	sql_str(&q, attachment->name);
	sql_count(&q, attachment->size);
	return sql_run(&q);
}

/* A file is a change of the draft like any other: there is one from now on. */
static enum err touch_draft(struct office *o, const struct return_head *head, struct arena *arena)
{
	struct sql q;
	struct return_form form;
	struct return_head stored;
	struct return_content content;
	enum return_state next;
	int64_t version;
	TRY(return_find(o, head->campaign, head->org, arena, &stored));
	if (!return_next(stored.state, RETURN_SAVE, &next))
		return E_DENIED;
	if (!stored.in_work) {
		TRY(return_load(o, &stored, 0, arena, &content));
		TRY(form_load(o, stored.campaign, content.form, arena, &form, &version));
		TRY(return_write(o, stored.id, 0, &form, &content));
	}
	sql_open(&q, &o->db, "UPDATE returns SET in_work = 1, draft = draft + 1 WHERE id = ?");
	sql_int(&q, stored.id);
	return sql_run(&q);
}

enum err return_attach(struct office *o, const struct return_head *head, struct bytes file,
	const struct attachment *told, const struct actor *actor, struct instant now,
	struct arena *arena)
{
	uint8_t hash[HASH];
	char hex[HEX];
	int64_t others;
	struct attachment attachment = *told;
	if (file.size > LIMIT_ATTACHMENT_BYTES)
		return E_LIMIT;
	if (!is_pdf(file))
		return E_UNKNOWN;
	if (!site_line_valid(told->row) || told->row.size > LIMIT_SITE_KEY)
		return E_SYNTAX;
	crypto_hash_sha256(hash, file.data, file.size);
	sodium_bin2hex(hex, sizeof(hex), hash, sizeof(hash));
	attachment.sha256 = str_from(hex);
	attachment.size = file.size;
	TRY(count_kept(o, head->id, attachment.sha256, &others));
	if (others >= (int64_t)LIMIT_ATTACHMENTS)
		return E_LIMIT;
	TRY(tidy_name(arena, told->name, &attachment.name));
	TRY(keep_file(o, hex, file));
	TRY(touch_draft(o, head, arena));
	TRY(put(o, head->id, 0, &attachment));
	return return_note(o, head, actor, now, "attach", 0, attachment.name);
}

enum err return_detach(struct office *o, const struct return_head *head, struct str sha256,
	const struct actor *actor, struct instant now, struct arena *arena)
{
	struct sql q;
	TRY(touch_draft(o, head, arena));
	sql_open(&q, &o->db, "DELETE FROM attachment WHERE id = ? AND version = 0 AND sha256 = ?");
	sql_int(&q, head->id);
	sql_str(&q, sha256);
	TRY(sql_run(&q));
	if (database_changes(&o->db) == 0)
		return E_NOTFOUND;
	return return_note(o, head, actor, now, "detach", 0, sha256);
}

/* --- read --- */

static enum attachment_look look_read(int64_t stored)
{
	return stored > 0 && stored < ATTACHMENT_LOOK__COUNT ? (enum attachment_look)stored
							     : ATTACHMENT_NOT_LOOKED;
}

/* From attachment a: what was found in a file is known of the file, wherever it came with. */
#define ATTACHMENT_COLUMNS                                                                         \
	"a.field, a.name, a.sha256, a.size,"                                                       \
	" coalesce((SELECT look FROM attachment_look WHERE sha256 = a.sha256), 0)"

static enum err read_row(struct sql *q, struct arena *arena, struct attachment *ret_attachment)
{
	*ret_attachment = (struct attachment){
		.row = arena_copy(arena, sql_get_str(q, 0)),
		.name = arena_copy(arena, sql_get_str(q, 1)),
		.sha256 = arena_copy(arena, sql_get_str(q, 2)),
		.size = sql_get_count(q, 3),
		.look = look_read(sql_get(q, 4)),
	};
	return ret_attachment->row.data && ret_attachment->name.data && ret_attachment->sha256.data
		       ? E_OK
		       : E_NOMEM;
}

enum err return_load_attachments(struct office *o, int64_t id, int64_t version, struct arena *arena,
	struct return_content *content)
{
	struct sql q;
	enum err err = E_OK;
	size_t count = 0;
	struct attachment *list = arena_alloc(arena, (size_t)LIMIT_ATTACHMENTS, sizeof(*list));
	if (!list)
		return E_NOMEM;
	sql_open(&q, &o->db,
		"SELECT " ATTACHMENT_COLUMNS " FROM attachment a"
		" WHERE a.id = ? AND a.version = ? ORDER BY a.field, a.name, a.sha256 LIMIT ?");
	sql_int(&q, id);
	sql_int(&q, version);
	sql_count(&q, LIMIT_ATTACHMENTS);
	while (err == E_OK && sql_row(&q))
		err = read_row(&q, arena, &list[count++]);
	enum err closed = sql_close(&q);
	TRY(closed);
	TRY(err);
	content->attachments = list;
	content->attachment_count = count;
	return E_OK;
}

enum err return_write_attachments(
	struct office *o, int64_t id, int64_t version, const struct return_content *content)
{
	for (size_t i = 0; i < content->attachment_count; i++)
		TRY(put(o, id, version, &content->attachments[i]));
	return E_OK;
}

static enum err find(struct office *o, int64_t id, struct str sha256, struct arena *arena,
	struct attachment *ret_attachment)
{
	struct sql q;
	enum err err = E_NOTFOUND;
	sql_open(&q, &o->db,
		"SELECT " ATTACHMENT_COLUMNS " FROM attachment a"
		" WHERE a.id = ? AND a.sha256 = ? ORDER BY a.version LIMIT 1");
	sql_int(&q, id);
	sql_str(&q, sha256);
	if (sql_row(&q))
		err = read_row(&q, arena, ret_attachment);
	enum err closed = sql_close(&q);
	return closed == E_OK ? err : closed;
}

enum err return_attachment_open(struct office *o, const struct return_head *head, struct str sha256,
	struct arena *arena, struct attachment *ret_attachment, int *ret_fd)
{
	int folder = -1;
	struct attachment found;
	TRY(find(o, head->id, sha256, arena, &found));
	if (found.look == ATTACHMENT_FOUND)
		return E_DENIED;
	const char *name = arena_cstr(arena, found.sha256);
	if (!name)
		return E_NOMEM;
	TRY(open_folder(o, false, &folder));
	enum err err = file_open_read(folder, name, ret_fd);
	file_close(&folder);
	if (err == E_OK)
		*ret_attachment = found;
	return err;
}

/* --- looked at by a virus scanner --- */

/* By name after the one before, so that none is skipped when one is taken off meanwhile. */
static enum err next_unlooked(struct office *o, char after[HEX], bool *ret_found)
{
	struct sql q;
	sql_open(&q, &o->db,
		"SELECT min(a.sha256) FROM attachment a WHERE a.sha256 > ? AND NOT EXISTS"
		" (SELECT 1 FROM attachment_look l WHERE l.sha256 = a.sha256)");
	sql_str(&q, str_from(after));
	bool found = sql_row(&q);
	struct str name = found ? sql_get_str(&q, 0) : STR("");
	found = found && name.size == HEX - 1;
	if (found) {
		memcpy(after, name.data, name.size);
		after[name.size] = '\0';
	}
	*ret_found = found;
	return sql_close(&q);
}

static enum err look_at(struct office *o, const char *name, attachment_look_fn *fn, void *context)
{
	int folder = -1;
	int fd = -1;
	TRY(open_folder(o, false, &folder));
	enum err err = file_open_read(folder, name, &fd);
	file_close(&folder);
	if (err == E_OK)
		err = fn(context, str_from(name), fd);
	file_close(&fd);
	return err;
}

enum err return_each_unlooked(struct office *o, attachment_look_fn *fn, void *context)
{
	char name[HEX] = "";
	bool found;
	TRY(next_unlooked(o, name, &found));
	while (found) {
		TRY(look_at(o, name, fn, context));
		TRY(next_unlooked(o, name, &found));
	}
	return E_OK;
}

static enum err note_found(struct office *o, struct str sha256, struct str said,
	const struct actor *actor, struct instant now)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &o->db,
		"SELECT DISTINCT r.id, r.campaign, r.org FROM attachment a JOIN returns r"
		" ON r.id = a.id WHERE a.sha256 = ?");
	sql_str(&q, sha256);
	while (err == E_OK && sql_row(&q)) {
		const struct return_head head = {.id = sql_get(&q, 0),
			.campaign = sql_get_str(&q, 1),
			.org = sql_get(&q, 2)};
		err = return_note(o, &head, actor, now, "found", 0, said);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

enum err return_looked(struct office *o, struct str sha256, enum attachment_look look,
	struct str said, const struct actor *actor, struct instant now)
{
	struct sql q;
	sql_open(&q, &o->db,
		"INSERT OR REPLACE INTO attachment_look (sha256, at, look, said) VALUES (?, ?, ?, "
		"?)");
	sql_str(&q, sha256);
	sql_int(&q, now.seconds);
	sql_int(&q, look);
	sql_str(&q, said);
	TRY(sql_run(&q));
	return look == ATTACHMENT_FOUND ? note_found(o, sha256, said, actor, now) : E_OK;
}
