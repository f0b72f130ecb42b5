/* SPDX-License-Identifier: Apache-2.0 */
#include "store/catalogue.h"

#define FILE_COLUMNS                                                                               \
	"SELECT id, feed, name, sha256, format, rows, sightings, duplicates, rejected, ranges,"    \
	" first, last, added, retracted, added_at FROM file "

static bool get_file(struct sql *q, struct store_file *ret_file)
{
	struct store_file file = {
		.id = sql_get(q, 0),
		.feed = sql_get_str(q, 1),
		.name = sql_get_str(q, 2),
		.format = sql_get_str(q, 4),
		.rows = sql_get_count(q, 5),
		.sightings = sql_get_count(q, 6),
		.duplicates = sql_get_count(q, 7),
		.rejected = sql_get_count(q, 8),
		.ranges = sql_get_count(q, 9),
		.time = {{sql_get(q, 10)}, {sql_get(q, 11)}},
		.added = sql_get_count(q, 12),
		.retracted = sql_get_count(q, 13),
		.added_at = {sql_get(q, 14)},
	};
	struct bytes sha256 = sql_get_blob(q, 3);
	if (sha256.size != sizeof(file.sha256))
		return false;
	memcpy(file.sha256, sha256.data, sha256.size);
	*ret_file = file;
	return true;
}

static enum err each_file(
	struct store *s, struct sql *q, size_t *ret_count, store_file_fn *fn, void *context)
{
	struct store_file file;
	size_t count = 0;
	enum err err = E_OK;
	while (err == E_OK && sql_row(q)) {
		if (get_file(q, &file))
			fn(context, &file);
		else
			err = store_complain(s, E_CORRUPT, "catalogue", "a file's SHA-256");
		count++;
	}
	enum err closed = sql_close(q);
	*ret_count = count;
	return err == E_OK ? closed : err;
}

enum err store_find_content(
	struct store *s, const uint8_t sha256[32], store_file_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db, FILE_COLUMNS "WHERE sha256 = ? AND retracted = 0");
	sql_blob(&q, (struct bytes){sha256, 32});
	TRY(each_file(s, &q, &count, fn, context));
	return count > 0 ? E_OK : E_NOTFOUND;
}

enum err store_each_file(struct store *s, store_file_fn *fn, void *context)
{
	struct sql q;
	size_t count;
	sql_open(&q, &s->db, FILE_COLUMNS "ORDER BY id");
	return each_file(s, &q, &count, fn, context);
}

static enum err retract(struct store *s, int64_t file, int64_t change)
{
	struct sql q;
	sql_open(&q, &s->db, "UPDATE file SET retracted = ? WHERE id = ? AND retracted = 0");
	sql_int(&q, change);
	sql_int(&q, file);
	TRY(sql_run(&q));
	return database_changes(&s->db) > 0 ? E_OK : E_NOTFOUND;
}

enum err store_retract(struct store *s, int64_t file, struct instant now)
{
	int64_t change;
	TRY(store_begin(s, now, "retract", &change));
	return store_end(s, retract(s, file, change));
}
