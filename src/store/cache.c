/* SPDX-License-Identifier: Apache-2.0 */
#include "store/cache.h"

#include <stdio.h>
#include <stdlib.h>

#include "store/join.h"

static struct segment_row *list_push(struct segment_list *list)
{
	if (list->count == list->capacity) {
		size_t capacity = list->capacity ? list->capacity * 2 : 64;
		struct segment_row *grown = realloc(list->rows, capacity * sizeof(*grown));
		if (!grown)
			return NULL;
		list->rows = grown;
		list->capacity = capacity;
	}
	return &list->rows[list->count++];
}

static uint32_t get_second(struct sql *q, int column)
{
	uint64_t value = sql_get_count(q, column);
	return value < UINT32_MAX ? (uint32_t)value : UINT32_MAX;
}

static enum err push_row(struct segment_list *list, struct sql *q)
{
	struct segment_row *row = list_push(list);
	if (!row)
		return E_NOMEM;
	*row = (struct segment_row){
		.id = sql_get(q, 0),
		.file = sql_get(q, 1),
		.feed = arena_copy(&list->memory, sql_get_str(q, 2)),
		.rows = get_second(q, 3),
		.bytes = sql_get_count(q, 4),
		.checksum = (uint64_t)sql_get(q, 5),
		.first = get_second(q, 6),
		.last = get_second(q, 7),
		.joined = sql_get(q, 8),
		.joined_of = sql_get_count(q, 9),
	};
	return row->feed.data ? E_OK : E_NOMEM;
}

static enum err load_rows(struct sql *q, struct segment_list *ret_list)
{
	struct segment_list list = {0};
	enum err err = E_OK;
	arena_init(&list.memory, SIZE_MAX);
	while (err == E_OK && sql_row(q))
		err = push_row(&list, q);
	enum err closed = sql_close(q);
	err = err == E_OK ? closed : err;
	if (err == E_OK)
		err = joins_link(&list);
	if (err != E_OK)
		segment_list_release(&list);
	else
		*ret_list = list;
	return err;
}

#define SEGMENT_COLUMNS                                                                            \
	"SELECT s.id, s.file, f.feed, s.rows, s.bytes, s.checksum, s.first, s.last, s.joined,"     \
	" coalesce(j.segments, 0) FROM segment s JOIN file f ON f.id = s.file"                     \
	" LEFT JOIN joined j ON j.id = s.joined "

#define LIVE "f.added <= ?1 AND (f.retracted = 0 OR f.retracted > ?1) AND (?2 = '' OR f.feed = ?2)"

/* A frozen figure must not change silently: what it was made of may have been deleted since. */
static enum err check_kept(struct store *s, const struct store_query *query)
{
	struct sql q;
	if (query->as_of == 0)
		return E_OK;
	sql_open(&q, &s->db,
		"SELECT 1 FROM file WHERE added <= ?1 AND (retracted = 0 OR retracted > ?1)"
		" AND dropped > ?1 AND (?2 = '' OR feed = ?2)"
		" AND (?4 = 0 OR (last >= ?3 AND first < ?4)) LIMIT 1");
	sql_count(&q, query->as_of);
	sql_str(&q, query->feed);
	sql_int(&q, query->time.from.seconds);
	sql_int(&q, query->time.to.seconds);
	bool lost = sql_row(&q);
	TRY(sql_close(&q));
	if (!lost)
		return E_OK;
	return store_complain(
		s, E_NOTFOUND, "as_of", "sightings of that moment were deleted by retention");
}

enum err segment_list_load(
	struct store *s, const struct store_query *query, struct segment_list *ret_list)
{
	struct sql q;
	TRY(check_kept(s, query));
	/* A window is looked up, not filtered: a day is asked about among years. */
	bool always = query->time.to.seconds == 0;
	sql_open(&q, &s->db,
		always ? SEGMENT_COLUMNS "WHERE " LIVE " ORDER BY s.file, s.id"
		       : SEGMENT_COLUMNS "WHERE s.last >= ?3 AND s.first < ?4 AND " LIVE
					 " ORDER BY s.file, s.id");
	sql_count(&q, query->as_of ? query->as_of : INT64_MAX);
	sql_str(&q, query->feed);
	if (!always) {
		sql_int(&q, query->time.from.seconds);
		sql_int(&q, query->time.to.seconds);
	}
	return load_rows(&q, ret_list);
}

enum err segment_list_load_all(struct store *s, struct segment_list *ret_list)
{
	struct sql q;
	sql_open(&q, &s->db, SEGMENT_COLUMNS "ORDER BY s.file, s.id");
	return load_rows(&q, ret_list);
}

enum err segment_list_load_expired(
	struct store *s, struct instant before, struct segment_list *ret_list)
{
	struct sql q;
	sql_open(&q, &s->db, SEGMENT_COLUMNS "WHERE s.last < ?1 AND f.retracted = 0 ORDER BY s.id");
	sql_int(&q, before.seconds);
	return load_rows(&q, ret_list);
}

enum err segment_list_load_small(
	struct store *s, uint32_t rows, struct instant before, struct segment_list *ret_list)
{
	struct sql q;
	sql_open(&q, &s->db,
		SEGMENT_COLUMNS
		"WHERE f.retracted = 0 AND s.rows <= ?1 AND s.last - s.first < 86400"
		" AND s.first < ?2 ORDER BY f.feed, s.first / 86400, s.file, s.id");
	sql_int(&q, rows);
	sql_int(&q, before.seconds);
	return load_rows(&q, ret_list);
}

void segment_list_release(struct segment_list *list)
{
	free(list->rows);
	arena_release(&list->memory);
	*list = (struct segment_list){0};
}

static enum err complain_of(struct store *s, enum folder_part part, int64_t id, enum err err)
{
	char name[PART_NAME_SIZE];
	folder_file_name(part, id, name);
	return store_complain(s, err, name, err_name(err));
}

static enum err still_named(struct store *s, int64_t id, bool *ret_named)
{
	struct sql q;
	sql_open(&q, &s->db, "SELECT 1 FROM segment WHERE id = ?");
	sql_int(&q, id);
	bool named = sql_row(&q);
	TRY(sql_close(&q));
	*ret_named = named;
	return E_OK;
}

static enum err map_segment(struct store *s, int64_t id, struct mapping *ret_mapping)
{
	bool named;
	enum err err = data_folder_map(&s->folder, FOLDER_SEGMENTS, id, ret_mapping);
	if (err != E_NOTFOUND)
		return err == E_OK ? E_OK : complain_of(s, FOLDER_SEGMENTS, id, err);
	TRY(still_named(s, id, &named));
	return named ? complain_of(s, FOLDER_SEGMENTS, id, E_CORRUPT) : E_NOTFOUND;
}

enum err segment_row_open(
	struct store *s, const struct segment_row *row, struct open_segment *ret_open)
{
	struct open_segment o = {0};
	TRY(map_segment(s, row->id, &o.mapping));
	enum err err = segment_open(o.mapping.bytes, &o.segment);
	if (err == E_OK && (o.segment->facts.checksum != row->checksum ||
				   !str_equal(o.segment->feed, row->feed)))
		err = E_CORRUPT;
	if (err != E_OK) {
		open_segment_close(&o);
		(void)complain_of(s, FOLDER_SEGMENTS, row->id, err);
		return err;
	}
	*ret_open = o;
	return E_OK;
}

void open_segment_close(struct open_segment *o)
{
	segment_close(o->segment);
	file_unmap(&o->mapping);
	o->segment = NULL;
}

static enum err add_blocks(
	const struct segment *segment, struct derived_builder *builder, struct writer *w)
{
	struct column_coder *coder = column_coder_new();
	struct batch *block = batch_new();
	enum err err = coder && block ? E_OK : E_NOMEM;
	for (size_t i = 0; i < segment->block_count && err == E_OK; i++) {
		err = segment_read_block(segment, coder, i, SEGMENT_READ_DERIVED, block);
		if (err == E_OK)
			err = derived_builder_add(builder, block);
	}
	column_coder_free(coder);
	batch_free(block);
	if (err != E_OK)
		return err;
	return derived_builder_write(
		builder, segment->facts.checksum, segment->names, segment->name_count, w);
}

enum err derived_make(const struct segment *segment, struct writer *w)
{
	struct derived_builder *builder = derived_builder_new();
	if (!builder)
		return E_NOMEM;
	enum err err = add_blocks(segment, builder, w);
	derived_builder_free(builder);
	return err;
}

/* The file on disk, where it is whole and of this segment. */
static enum err open_stored(struct store *s, const struct segment_row *row, struct opened *o)
{
	TRY(data_folder_map(&s->folder, FOLDER_DERIVED, row->id, &o->mapping));
	enum err err = derived_open(o->mapping.bytes, &o->derived);
	if (err == E_OK && o->derived->segment_checksum == row->checksum)
		return E_OK;
	derived_close(o->derived);
	o->derived = NULL;
	file_unmap(&o->mapping);
	return err == E_NOMEM ? err : E_CORRUPT;
}

static enum err make_anew(struct store *s, const struct segment_row *row, struct opened *o)
{
	struct open_segment segment = {0};
	char name[PART_NAME_SIZE];
	TRY(segment_row_open(s, row, &segment));
	writer_clear(&o->made);
	enum err err = derived_make(segment.segment, &o->made);
	open_segment_close(&segment);
	if (err != E_OK)
		return complain_of(s, FOLDER_SEGMENTS, row->id, err);
	folder_file_name(FOLDER_DERIVED, row->id, name);
	/* Not being able to keep it is no reason not to answer. */
	if (s->mode == STORE_WRITE)
		(void)!file_put(
			s->folder.parts[FOLDER_DERIVED], name, writer_view(&o->made), false);
	return derived_open(writer_view(&o->made), &o->derived);
}

static void opened_free(struct opened *o)
{
	derived_close(o->derived);
	file_unmap(&o->mapping);
	writer_release(&o->made);
	free(o);
}

void derived_release(struct opened *o)
{
	if (o && --o->users == 0)
		opened_free(o);
}

void cache_clear(struct store *s)
{
	for (int i = 0; i < CACHE_SLOTS; i++) {
		derived_release(s->cache[i]);
		s->cache[i] = NULL;
	}
}

static void keep_opened(struct opened **slot, struct opened *o)
{
	derived_release(*slot);
	*slot = o;
	o->users = 2; /* the slot and the caller */
}

static struct opened *find_opened(struct opened *o, int64_t id, uint64_t checksum)
{
	if (!o || o->id != id || o->derived->segment_checksum != checksum)
		return NULL;
	o->users++;
	return o;
}

static enum err open_joined(struct store *s, const struct join *join, struct opened *o)
{
	TRY(data_folder_map(&s->folder, FOLDER_JOINED, join->id, &o->mapping));
	TRY(derived_open(o->mapping.bytes, &o->derived));
	return o->derived->segment_checksum == join->mark ? E_OK : E_CORRUPT;
}

enum err joined_acquire(struct store *s, const struct join *join, struct opened **ret_opened)
{
	struct opened **slot = &s->cache[(uint64_t)-join->id % CACHE_SLOTS];
	*ret_opened = find_opened(*slot, -join->id, join->mark);
	if (*ret_opened)
		return E_OK;
	struct opened *o = calloc(1, sizeof(*o));
	if (!o)
		return E_NOMEM;
	writer_init(&o->made, UINT32_MAX);
	o->id = -join->id;
	enum err err = open_joined(s, join, o);
	if (err != E_OK) {
		opened_free(o);
		return err;
	}
	keep_opened(slot, o);
	*ret_opened = o;
	return E_OK;
}

enum err derived_acquire(struct store *s, const struct segment_row *row, struct opened **ret_opened)
{
	struct opened **slot = &s->cache[(uint64_t)row->id % CACHE_SLOTS];
	*ret_opened = find_opened(*slot, row->id, row->checksum);
	if (*ret_opened)
		return E_OK;
	struct opened *o = calloc(1, sizeof(*o));
	if (!o)
		return E_NOMEM;
	writer_init(&o->made, UINT32_MAX);
	o->id = row->id;
	enum err err = open_stored(s, row, o);
	if (err != E_OK && err != E_NOMEM)
		err = make_anew(s, row, o);
	if (err != E_OK) {
		opened_free(o);
		return err;
	}
	keep_opened(slot, o);
	*ret_opened = o;
	return E_OK;
}
