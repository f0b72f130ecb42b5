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
	packer_release(&in->packer);
	identity_set_release(&in->seen);
	batch_free(in->block);
	text_table_free(in->names);
	text_table_free(in->columns);
	free(in->name_ids);
	free(in);
}

static enum err allocate(struct store_ingest *in)
{
	in->block = batch_new();
	in->names = text_table_new(LIMIT_NAMES_PER_FILE);
	in->columns = text_table_new(LIMIT_COLUMNS);
	in->name_ids = malloc(LIMIT_NAMES_PER_FILE * sizeof(*in->name_ids));
	TRY(packer_init(&in->packer, &in->store->folder, (struct str){in->feed, in->feed_size}));
	return in->block && in->names && in->columns && in->name_ids ? E_OK : E_NOMEM;
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
	enum err err = allocate(in);
	if (err != E_OK) {
		ingest_free(in);
		return err;
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

/* What `from` has grown by. */
static enum err copy_columns(struct text_table *to, const struct text_table *from)
{
	uint32_t id;
	for (size_t i = text_table_count(to); i < text_table_count(from); i++)
		if (!text_table_add(to, text_table_get(from, i), &id))
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

/* --- segments --- */

static enum err pack_block(struct store_ingest *in)
{
	in->segment_rows += in->block->rows;
	return packer_take(&in->packer, &in->block, NULL);
}

/* What the segment is called and its texts; the next one begins with none. */
static enum err end_texts(struct store_ingest *in, struct segment_end *ret_end)
{
	struct text_table *columns = text_table_new(LIMIT_COLUMNS);
	struct text_table *names = text_table_new(LIMIT_NAMES_PER_FILE);
	enum err err = columns && names ? copy_columns(columns, in->columns) : E_NOMEM;
	if (err != E_OK) {
		text_table_free(columns);
		text_table_free(names);
		return err;
	}
	*ret_end = (struct segment_end){in->store->next_segment++, in->names, columns};
	in->names = names;
	forget_names(in);
	return E_OK;
}

/* With the rows that wait in the block, if any. */
static enum err end_segment(struct store_ingest *in)
{
	struct segment_end end;
	if (in->segment_rows + in->block->rows == 0)
		return E_OK;
	TRY(end_texts(in, &end));
	in->segment_rows = 0;
	return packer_take(&in->packer, &in->block, &end);
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
	return in->block->rows == BATCH_ROWS || in->block->extras.size >= SEGMENT_BLOCK_EXTRAS;
}

static enum err append_run(struct store_ingest *in, const struct batch *b,
	const struct text_table *names, size_t row, size_t end)
{
	while (row < end) {
		size_t count = fitting(in, b, row, end);
		TRY(copy_rows(in, b, names, row, count));
		row += count;
		if (in->segment_rows + in->block->rows == SEGMENT_ROWS)
			TRY(end_segment(in));
		else if (block_full(in))
			TRY(pack_block(in));
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
	TRY(copy_columns(in->columns, columns));
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
	for (size_t i = 0; i < in->packer.segment_count; i++)
		TRY(insert_segment(in->store, file->id, &in->packer.segments[i]));
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
	struct packer *p = &in->packer;
	(void)!packer_wait(p);
	for (size_t i = 0; i < p->segment_count; i++) {
		folder_file_name(FOLDER_SEGMENTS, p->segments[i].id, name);
		(void)!file_delete(in->store->folder.parts[FOLDER_SEGMENTS], name);
		folder_file_name(FOLDER_DERIVED, p->segments[i].id, name);
		(void)!file_delete(in->store->folder.parts[FOLDER_DERIVED], name);
	}
	p->segment_count = 0;
}

/* Everything that came in, durable. */
static enum err settle_files(struct store_ingest *in)
{
	TRY(packer_wait(&in->packer));
	return placing_settle(&in->packer.placing, &in->store->folder);
}

static enum err record(
	struct store_ingest *in, const struct repeats *repeats, struct store_file *file)
{
	int64_t change;
	fill_file(in, repeats, file);
	TRY(store_begin(in->store, file->added_at, "ingest", &change));
	file->added = (uint64_t)change;
	enum err err = insert_all(in, file, repeats);
	/* Should COMMIT itself fail, whether it took place is known only after the next recovery:
	 * the files must stay. */
	if (err == E_OK)
		in->packer.segment_count = 0;
	return store_end(in->store, err);
}

static enum err commit(struct store_ingest *in, struct store_file *file)
{
	struct repeats repeats;
	TRY(require_feed(in->store, (struct str){in->feed, in->feed_size}));
	TRY(end_segment(in));
	TRY(repeats_find(in, &repeats)); /* while the last rows find their way to the disk */
	enum err err = settle_files(in);
	if (err == E_OK)
		err = record(in, &repeats, file);
	repeats_release(&repeats);
	return err;
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
