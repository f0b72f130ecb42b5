/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#include "store/backup_stream.h"
#include "store/download.h"
#include "store/join.h"

enum {
	TRIES = 3 /* retention may delete a file between the catalogue's copy and its own */
};

/* --- making --- */

struct putting {
	struct store *store;
	struct backup_writer *writer;
	struct writer made;
};

static enum err put_file(struct store *s, struct backup_writer *w, enum folder_part part,
	int64_t id, struct bytes bytes)
{
	char file[PART_NAME_SIZE], name[BACKUP_NAME_MOST];
	(void)s;
	folder_file_name(part, id, file);
	int size = snprintf(name, sizeof(name), "%s/%s", folder_part_name(part), file);
	return backup_writer_entry(w, (struct str){name, (size_t)size}, bytes);
}

/* Every block against its checksum: what is rotten must not pass for a backup. */
static enum err check_blocks(struct store *s, const struct segment *segment)
{
	struct bytes piece;
	for (size_t i = 0; i < segment->block_count; i++) {
		const struct segment_block *block = &segment->blocks[i];
		enum err err = frame_piece(
			&segment->frame, block->offset, block->size, block->checksum, &piece);
		if (err != E_OK)
			return store_complain(s, err, "segment", "a block fails its checksum");
	}
	return E_OK;
}

static enum err put_segment(struct store *s, struct backup_writer *w, const struct segment_row *row)
{
	struct open_segment open;
	struct opened *derived;
	TRY(segment_row_open(s, row, &open));
	enum err err = check_blocks(s, open.segment);
	if (err == E_OK)
		err = put_file(s, w, FOLDER_SEGMENTS, row->id, open.mapping.bytes);
	open_segment_close(&open);
	TRY(err);
	TRY(derived_acquire(s, row, &derived));
	struct bytes bytes =
		derived->made.size > 0 ? writer_view(&derived->made) : derived->mapping.bytes;
	err = put_file(s, w, FOLDER_DERIVED, row->id, bytes);
	derived_release(derived);
	return err;
}

/* Its segments answer as well: one that is broken is made anew, not refused. */
static enum err put_join(void *context, const struct join *join, const struct join_members *members)
{
	struct putting *p = context;
	struct opened *opened;
	enum err err = joined_acquire(p->store, join, &opened);
	if (err == E_OK) {
		err = put_file(p->store, p->writer, FOLDER_JOINED, join->id, opened->mapping.bytes);
		derived_release(opened);
		return err;
	}
	if (err == E_NOMEM)
		return err;
	TRY(join_make(p->store, members, &p->made));
	return put_file(p->store, p->writer, FOLDER_JOINED, join->id, writer_view(&p->made));
}

static enum err put_joins(struct store *s, struct backup_writer *w, const struct segment_list *list)
{
	struct putting p = {.store = s, .writer = w};
	writer_init(&p.made, UINT32_MAX);
	enum err err = joins_each(list, put_join, &p);
	writer_release(&p.made);
	return err;
}

static enum err put_segments(struct store *s, struct backup_writer *w)
{
	struct segment_list list;
	TRY(segment_list_load_all(s, &list));
	enum err err = E_OK;
	for (size_t i = 0; i < list.count && err == E_OK; i++)
		err = put_segment(s, w, &list.rows[i]);
	if (err == E_OK)
		err = put_joins(s, w, &list);
	segment_list_release(&list);
	return err;
}

static enum err put_table(struct store *s, struct backup_writer *w, int64_t id, uint64_t checksum)
{
	struct mapping mapping;
	enum err err = data_folder_map(&s->folder, FOLDER_NETWORK, id, &mapping);
	if (err != E_OK)
		return store_complain(s, E_CORRUPT, "network table", err_name(err));
	if (checksum_of(mapping.bytes) != checksum)
		err = store_complain(s, E_CORRUPT, "network table", "wrong checksum");
	else
		err = put_file(s, w, FOLDER_NETWORK, id, mapping.bytes);
	file_unmap(&mapping);
	return err;
}

static enum err put_tables(struct store *s, struct backup_writer *w)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &s->db, "SELECT id, checksum FROM network_table ORDER BY id");
	while (err == E_OK && sql_row(&q))
		err = put_table(s, w, sql_get(&q, 0), (uint64_t)sql_get(&q, 1));
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

static enum err put_download(
	struct store *s, struct backup_writer *w, struct str sha256, uint64_t bytes)
{
	char name[BACKUP_NAME_MOST];
	struct mapping mapping;
	enum err err = download_map(&s->folder, sha256, bytes, &mapping);
	if (err != E_OK)
		return store_complain(s, E_CORRUPT, "download", err_name(err));
	int size = snprintf(name, sizeof(name), "%s/%.*s", downloads_name, STR_ARG(sha256));
	err = backup_writer_entry(w, (struct str){name, (size_t)size}, mapping.bytes);
	file_unmap(&mapping);
	return err;
}

static enum err put_downloads(struct store *s, struct backup_writer *w)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &s->db,
		"SELECT DISTINCT sha256, size FROM tool WHERE file <> '' ORDER BY sha256");
	while (err == E_OK && sql_row(&q))
		err = put_download(s, w, sql_get_str(&q, 0), sql_get_count(&q, 1));
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

static enum err put_catalogue(struct store *s, struct backup_writer *w)
{
	sqlite3_int64 size = 0;
	unsigned char *copy = sqlite3_serialize(s->db.handle, "main", &size, 0);
	if (!copy)
		return store_complain(s, E_NOMEM, "catalogue", "no copy");
	enum err err = backup_writer_entry(
		w, str_from(catalogue_name), (struct bytes){copy, (size_t)size});
	sqlite3_free(copy);
	return err;
}

struct more {
	store_backup_more *fn; /* NULL: nothing */
	void *context;
};

static enum err put_all(struct store *s, struct backup_writer *w, const struct more *more)
{
	TRY(put_catalogue(s, w));
	TRY(put_segments(s, w));
	TRY(put_tables(s, w));
	TRY(put_downloads(s, w));
	if (more->fn)
		TRY(more->fn(more->context, w));
	return backup_writer_finish(w);
}

enum err store_backup_put(struct backup_writer *w, struct str name, struct bytes content)
{
	return str_starts(name, STR("office/")) ? backup_writer_entry(w, name, content) : E_USAGE;
}

/* One moment of the catalogue for all of it: a read transaction, which hinders nobody. */
static enum err put_moment(struct store *s, struct backup_writer *w, const struct more *more)
{
	int64_t ignored;
	TRY(sql_execute(&s->db, "BEGIN"));
	enum err err = sql_ask(&s->db, "SELECT count(*) FROM meta", 0, &ignored);
	if (err == E_OK)
		err = put_all(s, w, more);
	enum err ended = sql_execute(&s->db, "END");
	return err == E_OK ? ended : err;
}

static enum err write_backup(struct store *s, int folder, const char *name, const struct more *more)
{
	struct file_new file;
	struct backup_writer *w = NULL;
	TRY(file_new_begin(folder, &file));
	enum err err = backup_writer_new(file.fd, &w);
	if (err == E_OK)
		err = put_moment(s, w, more);
	backup_writer_free(w);
	if (err == E_OK)
		return file_new_commit(&file, name, true);
	file_new_abort(&file);
	return err;
}

/* The folder a path lies in, open, and a copy of its last part. */
static enum err open_parent(struct str path, int *ret_folder, char **ret_name)
{
	size_t cut = path.size;
	while (cut > 0 && path.data[cut - 1] != '/')
		cut--;
	char *folder = cut > 0 ? strndup(path.data, cut) : strdup(".");
	char *name = strndup(path.data + cut, path.size - cut);
	enum err err = folder && name ? folder_open(AT_FDCWD, folder, ret_folder) : E_NOMEM;
	free(folder);
	if (err != E_OK)
		free(name);
	else
		*ret_name = name;
	return err;
}

enum err store_backup(struct store *s, struct str file)
{
	return store_backup_with(s, file, NULL, NULL);
}

enum err store_backup_with(struct store *s, struct str file, store_backup_more *fn, void *context)
{
	const struct more more = {fn, context};
	int folder;
	char *name;
	TRY(open_parent(file, &folder, &name));
	enum err err = E_NOTFOUND;
	for (int i = 0; i < TRIES && err == E_NOTFOUND; i++)
		err = write_backup(s, folder, name, &more);
	free(name);
	file_close(&folder);
	return err;
}
