/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <stdlib.h>

#include "store/column.h"
#include "store/derived.h"
#include "store/segment.h"
#include "store/sighting_sort.h"

const struct frame_kind derived_frame_kind = {"QSDERIV\n", 1};

struct listed {
	struct ip ip;
	uint64_t what; /* as in struct key */
	uint32_t first;
	uint32_t last;
	uint8_t length;
};

struct derived_builder {
	struct key_table buckets;
	struct key_table summaries;
	uint32_t *summary_of; /* of each bucket */
	size_t summary_count;
	size_t summary_capacity;
	uint32_t *name_rows;
	size_t name_capacity;
	uint32_t rows;
	struct unit_row *units;
	struct unit_row *scratch; /* of the same capacity */
	size_t unit_count;
	size_t unit_capacity;
	struct listed *ranges;
	size_t range_count;
	size_t range_capacity;
	struct unit_set *set;
	struct writer directory;
};

struct derived_builder *derived_builder_new(void)
{
	struct derived_builder *b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->set = unit_set_new();
	writer_init(&b->directory, UINT32_MAX);
	if (!b->set) {
		derived_builder_free(b);
		return NULL;
	}
	return b;
}

void derived_builder_free(struct derived_builder *b)
{
	if (!b)
		return;
	key_table_release(&b->buckets);
	key_table_release(&b->summaries);
	free(b->summary_of);
	free(b->name_rows);
	free(b->units);
	free(b->scratch);
	free(b->ranges);
	unit_set_free(b->set);
	writer_release(&b->directory);
	free(b);
}

static void clear(struct derived_builder *b)
{
	key_table_clear(&b->buckets);
	key_table_clear(&b->summaries);
	b->summary_count = 0;
	if (b->name_capacity)
		memset(b->name_rows, 0, b->name_capacity * sizeof(*b->name_rows));
	b->rows = 0;
	b->unit_count = 0;
	b->range_count = 0;
}

static enum err count_name(struct derived_builder *b, uint32_t name)
{
	if (name >= b->name_capacity) {
		size_t capacity = (size_t)name * 2 + 64;
		uint32_t *grown = realloc(b->name_rows, capacity * sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		memset(grown + b->name_capacity, 0, (capacity - b->name_capacity) * sizeof(*grown));
		b->name_rows = grown;
		b->name_capacity = capacity;
	}
	b->name_rows[name]++;
	return E_OK;
}

static uint64_t what_of(const struct batch *block, size_t row)
{
	return (uint64_t)block->name[row] << 16 | (uint64_t)block->kind[row] << 8 |
	       block->precision[row];
}

static uint64_t bucket_time(enum precision precision, uint32_t first, uint32_t last)
{
	uint32_t step = precision == PRECISION_DAY || precision == PRECISION_SPAN
				? SECONDS_PER_DAY
				: SECONDS_PER_HOUR;
	uint32_t end = precision == PRECISION_SPAN ? last : first;
	uint32_t from = first - first % step;
	end -= end % step;
	uint32_t inclusive = end > UINT32_MAX - (step - 1) ? UINT32_MAX : end + (step - 1);
	return (uint64_t)from << 32 | inclusive;
}

static enum err add_range(struct derived_builder *b, const struct batch *block, size_t row)
{
	if (b->range_count == b->range_capacity) {
		size_t capacity = b->range_capacity ? b->range_capacity * 2 : 256;
		struct listed *grown = realloc(b->ranges, capacity * sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		b->ranges = grown;
		b->range_capacity = capacity;
	}
	b->ranges[b->range_count++] = (struct listed){
		.ip = block->ip[row],
		.what = what_of(block, row),
		.first = block->first[row],
		.last = block->last[row],
		.length = block->prefix[row],
	};
	return E_OK;
}

/* The number of the row's bucket; a new one brings its summary with it. */
static enum err find_bucket(struct derived_builder *b, struct key key, uint32_t *ret_bucket)
{
	uint32_t bucket;
	TRY(key_table_id(&b->buckets, key, &bucket));
	if (bucket >= b->summary_capacity) {
		size_t capacity = (size_t)bucket * 2 + 256;
		uint32_t *grown = realloc(b->summary_of, capacity * sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		b->summary_of = grown;
		b->summary_capacity = capacity;
	}
	if (bucket == b->summary_count) {
		struct key summary = {0, key.what};
		TRY(key_table_id(&b->summaries, summary, &b->summary_of[bucket]));
		b->summary_count++;
	}
	*ret_bucket = bucket;
	return E_OK;
}

static enum err add_unit(struct derived_builder *b, const struct batch *block, size_t row)
{
	struct unit unit = ip_unit(block->ip[row]);
	uint32_t first = block->first[row], last = block->last[row], bucket;
	uint64_t what = what_of(block, row);
	uint64_t time = bucket_time((enum precision)block->precision[row], first, last);
	TRY(find_bucket(b, (struct key){time, what}, &bucket));
	uint32_t *words = b->units[b->unit_count++].words;
	words[WORD_LOW] = (uint32_t)unit.key;
	words[WORD_HIGH] = (uint32_t)(unit.key >> 32);
	words[WORD_MAJOR] = b->summary_of[bucket] * 2 + unit.v6;
	words[WORD_BUCKET] = bucket * 2 + unit.v6;
	words[WORD_FIRST] = first;
	words[WORD_LAST] = last;
	return E_OK;
}

/* Most files are far smaller than a segment may be. */
static enum err make_room(struct derived_builder *b, size_t rows)
{
	size_t capacity = b->unit_capacity ? b->unit_capacity : 4096;
	if (b->unit_count + rows <= b->unit_capacity)
		return E_OK;
	while (capacity < b->unit_count + rows)
		capacity *= 2;
	struct unit_row *units = realloc(b->units, capacity * sizeof(*units));
	if (units)
		b->units = units;
	free(b->scratch);
	b->scratch = malloc(capacity * sizeof(*b->scratch));
	b->unit_capacity = units && b->scratch ? capacity : 0;
	return b->unit_capacity ? E_OK : E_NOMEM;
}

enum err derived_builder_add(struct derived_builder *b, const struct batch *block)
{
	if (block->rows > SEGMENT_ROWS - b->rows)
		return E_LIMIT;
	TRY(make_room(b, block->rows));
	for (size_t row = 0; row < block->rows; row++) {
		TRY(count_name(b, block->name[row]));
		if (block->prefix[row] == 128)
			TRY(add_unit(b, block, row));
		else
			TRY(add_range(b, block, row));
	}
	b->rows += block->rows;
	return E_OK;
}

static uint64_t unit_of(const struct unit_row *row)
{
	return (uint64_t)row->words[WORD_HIGH] << 32 | row->words[WORD_LOW];
}

static void write_key(struct writer *w, uint64_t what)
{
	writer_u32(w, (uint32_t)(what >> 16));
	writer_u8(w, (uint8_t)(what >> 8));
	writer_u8(w, (uint8_t)what);
}

static void write_piece_entry(struct writer *directory, const struct writer *w, size_t start)
{
	struct bytes piece = {w->data + start, w->size - start};
	writer_u32(directory, (uint32_t)piece.size);
	writer_u64(directory, w->err == E_OK ? checksum_of(piece) : 0);
}

/* --- sets --- */

/* Rows come ascending by unit within a summary, and a bucket lies within one summary: handing them
 * out to their buckets in this order keeps them ascending there. starts[i] … ends[i] is bucket i's
 * part of `placed`, each unit once. */
static void place_by_bucket(const struct unit_row *rows, size_t count, uint32_t *starts,
	uint32_t *ends, size_t buckets, uint64_t *placed)
{
	memset(ends, 0, buckets * sizeof(*ends));
	for (size_t i = 0; i < count; i++)
		ends[rows[i].words[WORD_BUCKET]]++;
	uint32_t start = 0;
	for (size_t i = 0; i < buckets; i++) {
		starts[i] = start;
		start += ends[i];
		ends[i] = starts[i];
	}
	for (size_t i = 0; i < count; i++) {
		uint32_t bucket = rows[i].words[WORD_BUCKET];
		uint64_t unit = unit_of(&rows[i]);
		if (ends[bucket] == starts[bucket] || placed[ends[bucket] - 1] != unit)
			placed[ends[bucket]++] = unit;
	}
}

static enum err add_v4(struct unit_set *set, const uint64_t *units, size_t count)
{
	uint32_t piece[1024];
	while (count > 0) {
		size_t now = count < 1024 ? count : 1024;
		for (size_t i = 0; i < now; i++)
			piece[i] = (uint32_t)units[i];
		TRY(unit_set_add_v4(set, piece, now));
		units += now;
		count -= now;
	}
	return E_OK;
}

static enum err write_set(struct derived_builder *b, struct writer *w, struct key key,
	const uint64_t *placed, const uint32_t *starts, const uint32_t *ends)
{
	unit_set_clear(b->set);
	TRY(add_v4(b->set, placed + starts[0], ends[0] - starts[0]));
	TRY(unit_set_add_v6(b->set, placed + starts[1], ends[1] - starts[1]));
	size_t start = w->size;
	unit_set_write(b->set, w);
	writer_u32(&b->directory, (uint32_t)(key.time >> 32));
	writer_u32(&b->directory, (uint32_t)key.time);
	write_key(&b->directory, key.what);
	write_piece_entry(&b->directory, w, start);
	return writer_end(w);
}

static enum err write_sets(
	struct derived_builder *b, const struct unit_row *rows, uint64_t *placed, struct writer *w)
{
	size_t buckets = b->buckets.count * 2;
	uint32_t *starts = calloc(buckets + 1, 2 * sizeof(*starts));
	if (!starts)
		return E_NOMEM;
	uint32_t *ends = starts + buckets;
	place_by_bucket(rows, b->unit_count, starts, ends, buckets, placed);
	writer_u32(&b->directory, (uint32_t)b->buckets.count);
	enum err err = E_OK;
	for (size_t i = 0; i < b->buckets.count && err == E_OK; i++)
		err = write_set(b, w, b->buckets.keys[i], placed, starts + i * 2, ends + i * 2);
	free(starts);
	return err;
}

/* --- summaries --- */

struct summary_block {
	size_t count;
	uint64_t units[DERIVED_BLOCK]; /* then the gaps between them */
	uint64_t first[DERIVED_BLOCK];
	uint64_t last[DERIVED_BLOCK]; /* then the lengths */
};

static void write_block(struct writer *w, struct writer *directory, struct summary_block *block)
{
	size_t start = w->size;
	if (block->count == 0)
		return;
	uint64_t unit = block->units[0];
	for (size_t i = block->count - 1; i > 0; i--)
		block->units[i] -= block->units[i - 1] + 1;
	for (size_t i = 0; i < block->count; i++)
		block->last[i] -= block->first[i];
	packed_write(w, block->units + 1, block->count - 1);
	packed_write(w, block->first, block->count);
	packed_write(w, block->last, block->count);
	writer_u64(directory, unit);
	writer_u32(directory, (uint32_t)block->count);
	write_piece_entry(directory, w, start);
	block->count = 0;
}

static void merge_row(struct summary_block *block, const struct unit_row *row)
{
	size_t at = block->count - 1;
	uint32_t first = row->words[WORD_FIRST], last = row->words[WORD_LAST];
	block->first[at] = first < block->first[at] ? first : block->first[at];
	block->last[at] = last > block->last[at] ? last : block->last[at];
}

static void append_row(struct summary_block *block, const struct unit_row *row)
{
	size_t at = block->count++;
	block->units[at] = unit_of(row);
	block->first[at] = row->words[WORD_FIRST];
	block->last[at] = row->words[WORD_LAST];
}

/* The rows of one summary and family; returns how many blocks. */
static uint32_t write_run(struct writer *w, struct writer *directory, const struct unit_row *rows,
	size_t count, struct summary_block *block)
{
	uint32_t blocks = 0;
	block->count = 0;
	for (size_t i = 0; i < count; i++) {
		if (block->count > 0 && block->units[block->count - 1] == unit_of(&rows[i])) {
			merge_row(block, &rows[i]);
			continue;
		}
		if (block->count == DERIVED_BLOCK) {
			write_block(w, directory, block);
			blocks++;
		}
		append_row(block, &rows[i]);
	}
	blocks += block->count > 0;
	write_block(w, directory, block);
	return blocks;
}

static size_t run_length(const struct unit_row *rows, size_t count, uint32_t major)
{
	size_t length = 0;
	while (length < count && rows[length].words[WORD_MAJOR] == major)
		length++;
	return length;
}

static void put_u32(struct writer *w, size_t at, uint32_t value)
{
	for (size_t i = 0; i < sizeof(value) && w->err == E_OK; i++)
		w->data[at + i] = (uint8_t)(value >> (8 * i));
}

static enum err write_summaries(
	struct derived_builder *b, const struct unit_row *rows, struct writer *w)
{
	struct writer *directory = &b->directory;
	struct summary_block *block = malloc(sizeof(*block));
	if (!block)
		return E_NOMEM;
	size_t at = 0;
	writer_u32(directory, (uint32_t)b->summaries.count);
	for (uint32_t i = 0; i < b->summaries.count; i++) {
		write_key(directory, b->summaries.keys[i].what);
		size_t counts_at = directory->size;
		writer_u64(directory, 0);
		for (uint32_t v6 = 0; v6 < 2; v6++) {
			size_t length = run_length(rows + at, b->unit_count - at, i * 2 + v6);
			uint32_t blocks = write_run(w, directory, rows + at, length, block);
			put_u32(directory, counts_at + v6 * sizeof(blocks), blocks);
			at += length;
		}
	}
	assert(at == b->unit_count);
	free(block);
	return writer_end(w);
}

/* --- listed ranges --- */

static int compare_listed(const void *a, const void *b)
{
	const struct listed *x = a, *y = b;
	int by_ip = ip_compare(x->ip, y->ip);
	if (by_ip != 0)
		return by_ip;
	if (x->length != y->length)
		return x->length < y->length ? -1 : 1;
	return (x->what > y->what) - (x->what < y->what);
}

/* Same range, name, kind and precision: one, from the first second to the last. */
static size_t merge_listed(struct listed *ranges, size_t count)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct listed *before = kept > 0 ? &ranges[kept - 1] : NULL;
		if (!before || compare_listed(before, &ranges[i]) != 0) {
			ranges[kept++] = ranges[i];
			continue;
		}
		before->first = ranges[i].first < before->first ? ranges[i].first : before->first;
		before->last = ranges[i].last > before->last ? ranges[i].last : before->last;
	}
	return kept;
}

static void write_ranges(struct derived_builder *b, struct writer *w)
{
	size_t start = w->size;
	if (b->range_count > 0)
		qsort(b->ranges, b->range_count, sizeof(*b->ranges), compare_listed);
	size_t count = merge_listed(b->ranges, b->range_count);
	for (size_t i = 0; i < count; i++) {
		const struct listed *r = &b->ranges[i];
		writer_bytes(w, (struct bytes){r->ip.octets, sizeof(r->ip.octets)});
		writer_u8(w, r->length);
		write_key(w, r->what);
		writer_u32(w, r->first);
		writer_u32(w, r->last);
	}
	writer_u32(&b->directory, (uint32_t)count);
	write_piece_entry(&b->directory, w, start);
}

static enum err write_names(struct derived_builder *b, const struct str *names, size_t count)
{
	writer_u32(&b->directory, (uint32_t)count);
	for (size_t i = 0; i < count; i++) {
		writer_string(&b->directory, names[i]);
		writer_u32(&b->directory, i < b->name_capacity ? b->name_rows[i] : 0);
	}
	return writer_end(&b->directory);
}

static enum err write_all(struct derived_builder *b, uint64_t segment_checksum,
	const struct str *names, size_t name_count, struct writer *w)
{
	struct unit_row *rows = unit_rows_sort(b->units, b->scratch, b->unit_count);
	struct unit_row *free_rows = rows == b->units ? b->scratch : b->units;
	writer_clear(&b->directory);
	writer_u64(&b->directory, segment_checksum);
	writer_u32(&b->directory, b->rows);
	TRY(write_names(b, names, name_count));
	frame_write_header(&derived_frame_kind, w);
	TRY(write_sets(b, rows, (uint64_t *)(void *)free_rows, w));
	TRY(write_summaries(b, rows, w));
	write_ranges(b, w);
	TRY(writer_end(&b->directory));
	size_t at = w->size;
	writer_bytes(w, writer_view(&b->directory));
	frame_write_tail(&derived_frame_kind, w, at, writer_view(&b->directory));
	return writer_end(w);
}

enum err derived_builder_write(struct derived_builder *b, uint64_t segment_checksum,
	const struct str *names, size_t name_count, struct writer *w)
{
	writer_clear(w);
	enum err err = write_all(b, segment_checksum, names, name_count, w);
	clear(b);
	return err;
}
