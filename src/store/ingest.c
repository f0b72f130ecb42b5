/* SPDX-License-Identifier: Apache-2.0 */
#include "store/ingest.h"

#include <assert.h>
#include <stdlib.h>

enum {
	NAME_UNSET = UINT32_MAX
};

static void ingest_free(struct store_ingest *in)
{
	in->store->ingests--;
	placing_forget(&in->placing);
	identity_set_release(&in->seen);
	batch_free(in->block);
	text_table_free(in->names);
	text_table_free(in->columns);
	free(in->name_ids);
	segment_writer_free(in->writer);
	derived_builder_free(in->derived);
	writer_release(&in->derived_file);
	free(in->segments);
	free(in);
}

static bool allocate(struct store_ingest *in)
{
	in->block = batch_new();
	in->names = text_table_new(LIMIT_NAMES_PER_FILE);
	in->columns = text_table_new(LIMIT_COLUMNS);
	in->name_ids = malloc(LIMIT_NAMES_PER_FILE * sizeof(*in->name_ids));
	in->writer = segment_writer_new(in->store->folder.parts[FOLDER_SEGMENTS]);
	in->derived = derived_builder_new();
	return in->block && in->names && in->columns && in->name_ids && in->writer && in->derived;
}

static void forget_names(struct store_ingest *in)
{
	for (size_t i = 0; i < LIMIT_NAMES_PER_FILE; i++)
		in->name_ids[i] = NAME_UNSET;
}

static enum err require_feed(struct store *s, struct str feed)
{
	struct sql q;
	sql_open(&q, &s->db, "SELECT 1 FROM feed WHERE name = ?");
	sql_str(&q, feed);
	bool known = sql_row(&q);
	TRY(sql_close(&q));
	return known ? E_OK : store_complain(s, E_NOTFOUND, "feed", "not registered");
}

/* Numbers after the last one ever committed; files that a crashed ingest left under such a number
 * are replaced when the number is used again. */
static enum err require_segment_id(struct store *s)
{
	if (s->next_segment > 0)
		return E_OK;
	TRY(sql_ask(&s->db, "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'segment'", 1,
		&s->next_segment));
	return E_OK;
}

enum err store_ingest_begin(struct store *s, struct str feed, struct store_ingest **ret_ingest)
{
	TRY(store_require_write(s));
	TRY(require_segment_id(s));
	struct store_ingest *in = calloc(1, sizeof(*in));
	if (!in)
		return E_NOMEM;
	if (feed.size > sizeof(in->feed)) {
		free(in);
		return E_LIMIT;
	}
	in->store = s;
	s->ingests++;
	in->first = UINT32_MAX;
	memcpy(in->feed, feed.data, feed.size);
	in->feed_size = feed.size;
	identity_set_init(&in->seen);
	writer_init(&in->derived_file, UINT32_MAX);
	if (!allocate(in)) {
		ingest_free(in);
		return E_NOMEM;
	}
	forget_names(in);
	*ret_ingest = in;
	return E_OK;
}

/* What the segment's reader would refuse must not get in. */
static bool rows_valid(const struct batch *b, size_t name_count)
{
	bool good = b->rows <= BATCH_ROWS;
	uint32_t end = 0;
	for (size_t i = 0; i < b->rows && good; i++) {
		good = b->kind[i] < KIND__COUNT && b->precision[i] < PRECISION__COUNT &&
		       b->prefix[i] <= 128 && b->last[i] >= b->first[i] &&
		       b->name[i] < name_count && b->extras_end[i] >= end &&
		       b->extras_end[i] - end <= LIMIT_EXTRAS_BYTES;
		end = b->extras_end[i];
	}
	return good && end <= b->extras.size;
}

static enum err copy_columns(struct store_ingest *in, const struct text_table *columns)
{
	uint32_t id;
	for (size_t i = text_table_count(in->columns); i < text_table_count(columns); i++)
		if (!text_table_add(in->columns, text_table_get(columns, i), &id))
			return E_LIMIT;
	return E_OK;
}

static enum err name_id(
	struct store_ingest *in, const struct text_table *names, uint32_t name, uint32_t *ret_id)
{
	if (in->name_ids[name] == NAME_UNSET &&
		!text_table_add(in->names, text_table_get(names, name), &in->name_ids[name]))
		return E_NOMEM;
	*ret_id = in->name_ids[name];
	return E_OK;
}

/* --- blocks --- */

static enum err flush_block(struct store_ingest *in)
{
	TRY(segment_writer_add(in->writer, in->block));
	TRY(derived_builder_add(in->derived, in->block));
	in->segment_rows += in->block->rows;
	batch_clear(in->block);
	return E_OK;
}

/* --- segments --- */

static enum err build_derived(struct store_ingest *in, const struct new_segment *segment)
{
	size_t count = text_table_count(in->names);
	struct str *names = calloc(count + 1, sizeof(*names));
	if (!names)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		names[i] = text_table_get(in->names, i);
	enum err err = derived_builder_write(
		in->derived, segment->facts.checksum, names, count, &in->derived_file);
	free(names);
	return err;
}

static enum err write_derived(struct store_ingest *in, const struct new_segment *segment)
{
	TRY(build_derived(in, segment));
	struct file_new *file = placing_next(&in->placing, FOLDER_DERIVED, segment->id);
	TRY(file_new_begin(in->store->folder.parts[FOLDER_DERIVED], file));
	TRY(file_write(file->fd, writer_view(&in->derived_file)));
	file_new_write_behind(file);
	return E_OK;
}

static enum err write_segment(struct store_ingest *in, struct new_segment *segment)
{
	struct file_new *file = placing_next(&in->placing, FOLDER_SEGMENTS, segment->id);
	return segment_writer_close(in->writer, (struct str){in->feed, in->feed_size}, in->names,
		in->columns, &segment->facts, file);
}

static struct new_segment *push_segment(struct store_ingest *in)
{
	if (in->segment_count == in->segment_capacity) {
		size_t capacity = in->segment_capacity ? in->segment_capacity * 2 : 8;
		struct new_segment *grown = realloc(in->segments, capacity * sizeof(*grown));
		if (!grown)
			return NULL;
		in->segments = grown;
		in->segment_capacity = capacity;
	}
	struct new_segment *segment = &in->segments[in->segment_count++];
	*segment = (struct new_segment){.id = in->store->next_segment++};
	return segment;
}

static enum err new_names(struct store_ingest *in)
{
	struct text_table *names = text_table_new(LIMIT_NAMES_PER_FILE);
	if (!names)
		return E_NOMEM;
	text_table_free(in->names);
	in->names = names;
	forget_names(in);
	return E_OK;
}

static enum err finish_segment(struct store_ingest *in)
{
	if (in->block->rows > 0)
		TRY(flush_block(in));
	if (in->segment_rows == 0)
		return E_OK;
	struct new_segment *segment = push_segment(in);
	if (!segment)
		return E_NOMEM;
	if (placing_full(&in->placing))
		TRY(placing_settle(&in->placing, &in->store->folder));
	TRY(write_segment(in, segment));
	TRY(write_derived(in, segment));
	in->segment_rows = 0;
	return new_names(in);
}

/* --- rows --- */

#define COPY(member) memcpy(&to->member[at], &from->member[row], count * sizeof(to->member[0]))

static enum err copy_extras(struct batch *to, const struct batch *from, size_t row, size_t count)
{
	uint32_t begin = row ? from->extras_end[row - 1] : 0;
	uint32_t end = from->extras_end[row + count - 1];
	uint32_t base = (uint32_t)to->extras.size;
	writer_bytes(&to->extras, (struct bytes){from->extras.data + begin, end - begin});
	for (size_t i = 0; i < count; i++)
		to->extras_end[to->rows + i] = base + (from->extras_end[row + i] - begin);
	return writer_end(&to->extras);
}

/* The rows of one batch that follow each other; there is room for them. */
static enum err copy_rows(struct store_ingest *in, const struct batch *from,
	const struct text_table *names, size_t row, size_t count)
{
	struct batch *to = in->block;
	size_t at = to->rows;
	COPY(first);
	COPY(last);
	COPY(ip);
	COPY(dst);
	COPY(port);
	COPY(dst_port);
	COPY(prefix);
	COPY(precision);
	COPY(kind);
	COPY(protocol);
	COPY(machine);
	COPY(identity);
	for (size_t i = 0; i < count; i++)
		TRY(name_id(in, names, from->name[row + i], &to->name[at + i]));
	TRY(copy_extras(to, from, row, count));
	to->rows += (uint32_t)count;
	return E_OK;
}

/* How many rows from `row` on fit into the block: by rows, and by bytes of extras. */
static size_t fitting(const struct store_ingest *in, const struct batch *b, size_t row, size_t end)
{
	const struct batch *block = in->block;
	size_t most = BATCH_ROWS - block->rows;
	size_t left = SEGMENT_ROWS - in->segment_rows - block->rows;
	most = left < most ? left : most;
	size_t count = end - row < most ? end - row : most;
	uint32_t begin = row ? b->extras_end[row - 1] : 0;
	while (count > 1 && block->extras.size + b->extras_end[row + count - 1] - begin >
				    SEGMENT_BLOCK_EXTRAS + LIMIT_EXTRAS_BYTES)
		count /= 2;
	return count;
}

static bool block_full(const struct store_ingest *in)
{
	return in->block->rows == BATCH_ROWS ||
	       in->segment_rows + in->block->rows == SEGMENT_ROWS ||
	       in->block->extras.size >= SEGMENT_BLOCK_EXTRAS;
}

static enum err append_run(struct store_ingest *in, const struct batch *b,
	const struct text_table *names, size_t row, size_t end)
{
	while (row < end) {
		size_t count = fitting(in, b, row, end);
		TRY(copy_rows(in, b, names, row, count));
		row += count;
		if (block_full(in))
			TRY(flush_block(in));
		if (in->segment_rows == SEGMENT_ROWS)
			TRY(finish_segment(in));
	}
	return E_OK;
}

static void account(struct store_ingest *in, const struct batch *b, size_t row, size_t end)
{
	in->kept += end - row;
	for (size_t i = row; i < end; i++) {
		in->ranges += b->prefix[i] < 128;
		in->first = b->first[i] < in->first ? b->first[i] : in->first;
		in->last = b->last[i] > in->last ? b->last[i] : in->last;
	}
}

enum err store_ingest_batch(struct store_ingest *in, const struct batch *batch,
	const struct text_table *names, const struct text_table *columns)
{
	size_t name_count = text_table_count(names);
	if (name_count > LIMIT_NAMES_PER_FILE || !rows_valid(batch, name_count))
		return E_RANGE;
	TRY(copy_columns(in, columns));
	identity_mix(batch->first, batch->identity, batch->rows, in->mixes);
	TRY(identity_set_add(&in->seen, in->mixes, batch->rows, in->fresh));
	for (size_t row = 0, end; row < batch->rows; row = end) {
		end = row;
		while (end < batch->rows && in->fresh[end])
			end++;
		account(in, batch, row, end);
		TRY(append_run(in, batch, names, row, end));
		while (end < batch->rows && !in->fresh[end]) {
			in->dropped++;
			end++;
		}
	}
	return E_OK;
}

/* --- commit --- */

static enum err insert_file(struct store_ingest *in, const struct store_file *file, int64_t *ret_id)
{
	struct sql q;
	sql_open(&q, &in->store->db,
		"INSERT INTO file (feed, name, sha256, format, rows, sightings, duplicates,"
		" rejected, ranges, first, last, added, added_at)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	sql_str(&q, file->feed);
	sql_str(&q, file->name);
	sql_blob(&q, (struct bytes){file->sha256, sizeof(file->sha256)});
	sql_str(&q, file->format);
	sql_count(&q, file->rows);
	sql_count(&q, file->sightings);
	sql_count(&q, file->duplicates);
	sql_count(&q, file->rejected);
	sql_count(&q, file->ranges);
	sql_int(&q, file->time.from.seconds);
	sql_int(&q, file->time.to.seconds);
	sql_count(&q, file->added);
	sql_int(&q, file->added_at.seconds);
	TRY(sql_run(&q));
	*ret_id = database_last_id(&in->store->db);
	return E_OK;
}

static enum err insert_segment(struct store *s, int64_t file, const struct new_segment *segment)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO segment (id, file, rows, bytes, checksum, first, last)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)");
	sql_int(&q, segment->id);
	sql_int(&q, file);
	sql_count(&q, segment->facts.rows);
	sql_count(&q, segment->facts.bytes);
	sql_int(&q, (int64_t)segment->facts.checksum);
	sql_count(&q, segment->facts.first);
	sql_count(&q, segment->facts.last);
	return sql_run(&q);
}

static enum err insert_repeat(struct store *s, int64_t file, int64_t earlier)
{
	struct sql q;
	sql_open(&q, &s->db, "INSERT INTO repeat (file, earlier) VALUES (?, ?)");
	sql_int(&q, file);
	sql_int(&q, earlier);
	return sql_run(&q);
}

static enum err insert_all(
	struct store_ingest *in, struct store_file *file, const struct repeats *repeats)
{
	TRY(insert_file(in, file, &file->id));
	for (size_t i = 0; i < in->segment_count; i++)
		TRY(insert_segment(in->store, file->id, &in->segments[i]));
	for (size_t i = 0; i < repeats->file_count; i++)
		TRY(insert_repeat(in->store, file->id, repeats->earlier[i]));
	return E_OK;
}

static void fill_file(
	const struct store_ingest *in, const struct repeats *repeats, struct store_file *file)
{
	file->feed = (struct str){in->feed, in->feed_size};
	file->sightings = in->kept - repeats->count;
	file->duplicates = in->dropped + repeats->count;
	file->ranges = in->ranges;
	file->time = (struct span){{0}, {0}};
	if (in->kept > 0)
		file->time = (struct span){{in->first}, {in->last}};
	file->retracted = 0;
}

/* Leftovers do no harm, so errors are nothing. */
static void delete_segments(struct store_ingest *in)
{
	char name[PART_NAME_SIZE];
	for (size_t i = 0; i < in->segment_count; i++) {
		folder_file_name(FOLDER_SEGMENTS, in->segments[i].id, name);
		(void)!file_delete(in->store->folder.parts[FOLDER_SEGMENTS], name);
		folder_file_name(FOLDER_DERIVED, in->segments[i].id, name);
		(void)!file_delete(in->store->folder.parts[FOLDER_DERIVED], name);
	}
	in->segment_count = 0;
}

static enum err commit(struct store_ingest *in, struct store_file *file)
{
	struct repeats repeats;
	int64_t change;
	TRY(require_feed(in->store, (struct str){in->feed, in->feed_size}));
	TRY(finish_segment(in));
	TRY(repeats_find(in, &repeats)); /* while what was written finds its way to the disk */
	enum err err = placing_settle(&in->placing, &in->store->folder);
	if (err != E_OK) {
		repeats_release(&repeats);
		return err;
	}
	fill_file(in, &repeats, file);
	err = store_begin(in->store, file->added_at, "ingest", &change);
	if (err != E_OK) {
		repeats_release(&repeats);
		return err;
	}
	file->added = (uint64_t)change;
	err = insert_all(in, file, &repeats);
	repeats_release(&repeats);
	/* Should COMMIT itself fail, whether it took place is known only after the next recovery:
	 * the files must stay. */
	if (err == E_OK)
		in->segment_count = 0;
	return store_end(in->store, err);
}

enum err store_ingest_commit(
	struct store_ingest *in, const struct store_file *file, struct store_file *ret_file)
{
	struct store_file filled = *file;
	enum err err = commit(in, &filled);
	if (err == E_OK) {
		filled.feed = file->feed;
		*ret_file = filled;
	}
	delete_segments(in);
	ingest_free(in);
	return err;
}

void store_ingest_abort(struct store_ingest *in)
{
	if (!in)
		return;
	delete_segments(in);
	ingest_free(in);
}
