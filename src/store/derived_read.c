/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "store/column.h"
#include "store/derived.h"
#include "store/segment.h"

enum {
	NAME_ENTRY_LEAST = 8,
	SET_ENTRY_SIZE = 26,
	SUMMARY_ENTRY_LEAST = 14,
	BLOCK_ENTRY_SIZE = 24,
	RANGE_SIZE = 31
};

/* The directory as it is read: pieces of the body follow each other without a gap. */
struct reading {
	struct cursor c;
	struct derived *d;
	uint64_t offset;
};

/* Room for `count` entries that each take `least` bytes or more of what is left. */
static void *room_for(struct reading *r, size_t count, size_t least, size_t size)
{
	if (count > cursor_left(&r->c) / least)
		cursor_fail(&r->c, E_SYNTAX);
	if (r->c.err != E_OK)
		return NULL;
	void *room = arena_alloc(&r->d->memory, count, size);
	if (!room)
		cursor_fail(&r->c, E_NOMEM);
	return room;
}

static void read_names(struct reading *r)
{
	struct derived *d = r->d;
	uint64_t rows = 0;
	size_t count = cursor_u32(&r->c);
	d->names = room_for(r, count, NAME_ENTRY_LEAST, sizeof(*d->names));
	d->name_rows = room_for(r, count, NAME_ENTRY_LEAST, sizeof(*d->name_rows));
	for (size_t i = 0; i < count && r->c.err == E_OK; i++) {
		d->names[i] = cursor_string(&r->c, LIMIT_NAME_BYTES);
		d->name_rows[i] = cursor_u32(&r->c);
		rows += d->name_rows[i];
	}
	if (rows != d->rows)
		cursor_fail(&r->c, E_SYNTAX);
	d->name_count = count;
}

static struct derived_key read_key(struct cursor *c, const struct derived *d)
{
	uint32_t name = cursor_u32(c);
	unsigned kind = cursor_u8(c), precision = cursor_u8(c);
	if (name >= d->name_count || kind >= KIND__COUNT || precision >= PRECISION__COUNT) {
		cursor_fail(c, E_SYNTAX);
		return (struct derived_key){0};
	}
	return (struct derived_key){name, (enum kind)kind, (enum precision)precision};
}

static void read_sets(struct reading *r)
{
	struct cursor *c = &r->c;
	size_t count = cursor_u32(c);
	r->d->sets = room_for(r, count, SET_ENTRY_SIZE, sizeof(*r->d->sets));
	for (size_t i = 0; i < count && c->err == E_OK; i++) {
		struct derived_set *set = &r->d->sets[i];
		set->from = cursor_u32(c);
		set->last = cursor_u32(c);
		set->key = read_key(c, r->d);
		set->size = cursor_u32(c);
		set->checksum = cursor_u64(c);
		set->offset = r->offset;
		r->offset += set->size;
		if (set->from > set->last)
			cursor_fail(c, E_SYNTAX);
	}
	r->d->set_count = count;
}

static void read_blocks(struct reading *r, struct derived_summary *summary)
{
	struct cursor *c = &r->c;
	size_t count;
	summary->v4_blocks = cursor_u32(c);
	summary->v6_blocks = cursor_u32(c);
	count = (size_t)summary->v4_blocks + summary->v6_blocks;
	summary->blocks = room_for(r, count, BLOCK_ENTRY_SIZE, sizeof(*summary->blocks));
	for (size_t i = 0; i < count && c->err == E_OK; i++) {
		struct derived_block *block = &summary->blocks[i];
		block->unit = cursor_u64(c);
		block->count = cursor_u32(c);
		block->size = cursor_u32(c);
		block->checksum = cursor_u64(c);
		block->offset = r->offset;
		r->offset += block->size;
		summary->count += block->count;
		bool starts = i == 0 || i == summary->v4_blocks;
		if (block->count == 0 || block->count > DERIVED_BLOCK ||
			(!starts && block->unit <= block[-1].unit))
			cursor_fail(c, E_SYNTAX);
	}
}

/* Each unit and each range comes from a row at least: what claims more is refused, before anybody
 * makes room for it. */
static void read_summaries(struct reading *r)
{
	struct derived *d = r->d;
	uint64_t units = 0;
	size_t count = cursor_u32(&r->c);
	d->summaries = room_for(r, count, SUMMARY_ENTRY_LEAST, sizeof(*d->summaries));
	for (size_t i = 0; i < count && r->c.err == E_OK; i++) {
		d->summaries[i].key = read_key(&r->c, d);
		read_blocks(r, &d->summaries[i]);
		units += d->summaries[i].count;
	}
	if (units > d->rows)
		cursor_fail(&r->c, E_SYNTAX);
	d->summary_count = count;
}

static enum err read_directory(struct derived *d)
{
	struct reading r = {.d = d};
	cursor_init(&r.c, d->frame.directory);
	d->segment_checksum = cursor_u64(&r.c);
	d->rows = cursor_u32(&r.c);
	if (d->rows > SEGMENT_ROWS)
		cursor_fail(&r.c, E_SYNTAX);
	read_names(&r);
	read_sets(&r);
	read_summaries(&r);
	d->range_count = cursor_u32(&r.c);
	d->range_size = cursor_u32(&r.c);
	d->range_checksum = cursor_u64(&r.c);
	d->range_offset = r.offset;
	if (r.offset + d->range_size != d->frame.body.size ||
		d->range_size != (uint64_t)d->range_count * RANGE_SIZE)
		cursor_fail(&r.c, E_SYNTAX);
	return cursor_end(&r.c);
}

enum err derived_open(struct bytes file, struct derived **ret_derived)
{
	struct frame frame;
	TRY(frame_open(&derived_frame_kind, file, &frame));
	struct derived *d = calloc(1, sizeof(*d));
	if (!d)
		return E_NOMEM;
	arena_init(&d->memory, SIZE_MAX);
	d->frame = frame;
	enum err err = read_directory(d);
	if (err != E_OK) {
		derived_close(d);
		return err == E_NOMEM ? err : E_CORRUPT;
	}
	*ret_derived = d;
	return E_OK;
}

void derived_close(struct derived *d)
{
	if (!d)
		return;
	arena_release(&d->memory);
	free(d);
}

enum err derived_read_set(const struct derived *d, size_t index, struct unit_set **ret_set)
{
	const struct derived_set *entry = &d->sets[index];
	struct bytes piece;
	struct cursor c;
	struct unit_set *set;
	TRY(frame_piece(&d->frame, entry->offset, entry->size, entry->checksum, &piece));
	cursor_init(&c, piece);
	enum err err = unit_set_read(&c, &set);
	if (err != E_OK)
		return err == E_NOMEM ? err : E_CORRUPT;
	if (cursor_end(&c) != E_OK) {
		unit_set_free(set);
		return E_CORRUPT;
	}
	*ret_set = set;
	return E_OK;
}

enum err derived_view_set(const struct derived *d, size_t index, struct unit_view *ret_view)
{
	const struct derived_set *entry = &d->sets[index];
	struct bytes piece;
	struct cursor c;
	struct unit_view view;
	TRY(frame_piece(&d->frame, entry->offset, entry->size, entry->checksum, &piece));
	cursor_init(&c, piece);
	if (unit_view_read(&c, &view) != E_OK || cursor_end(&c) != E_OK)
		return E_CORRUPT;
	*ret_view = view;
	return E_OK;
}

struct block_rows {
	uint64_t units[DERIVED_BLOCK];
	uint64_t first[DERIVED_BLOCK];
	uint64_t last[DERIVED_BLOCK];
};

/* Gaps become units: ascending, none past the family's end. */
static bool restore_units(struct block_rows *rows, size_t count, uint64_t unit, uint64_t most)
{
	bool good = unit <= most;
	rows->units[0] = unit;
	for (size_t i = 1; i < count; i++) {
		good &= unit < most && rows->units[i] <= most - unit - 1;
		unit += rows->units[i] + 1;
		rows->units[i] = unit;
	}
	return good;
}

static bool restore_times(struct block_rows *rows, size_t count)
{
	bool good = true;
	for (size_t i = 0; i < count; i++) {
		good &= rows->first[i] <= UINT32_MAX &&
			rows->last[i] <= UINT32_MAX - rows->first[i];
		rows->last[i] += rows->first[i];
	}
	return good;
}

static enum err read_block(const struct derived *d, const struct derived_block *block, bool v6,
	struct block_rows *rows)
{
	struct bytes piece;
	struct cursor c;
	TRY(frame_piece(&d->frame, block->offset, block->size, block->checksum, &piece));
	cursor_init(&c, piece);
	packed_read(&c, rows->units + 1, block->count - 1);
	packed_read(&c, rows->first, block->count);
	packed_read(&c, rows->last, block->count);
	if (!restore_units(rows, block->count, block->unit, v6 ? UINT64_MAX : UINT32_MAX) ||
		!restore_times(rows, block->count))
		cursor_fail(&c, E_SYNTAX);
	return cursor_end(&c) == E_OK ? E_OK : E_CORRUPT;
}

void derived_rows_release(struct derived_rows *rows)
{
	free(rows->units);
	free(rows->first);
	free(rows->last);
	*rows = (struct derived_rows){0};
}

static enum err rows_make_room(struct derived_rows *rows, size_t count)
{
	if (count <= rows->capacity)
		return E_OK;
	derived_rows_release(rows);
	rows->units = calloc(count, sizeof(*rows->units));
	rows->first = calloc(count, sizeof(*rows->first));
	rows->last = calloc(count, sizeof(*rows->last));
	if (!rows->units || !rows->first || !rows->last) {
		derived_rows_release(rows);
		return E_NOMEM;
	}
	rows->capacity = count;
	return E_OK;
}

static void append_rows(
	struct derived_rows *rows, const struct block_rows *block, size_t count, bool v6)
{
	for (size_t i = 0; i < count; i++) {
		size_t at = rows->count++;
		rows->units[at] = (struct unit){block->units[i], v6};
		rows->first[at] = (uint32_t)block->first[i];
		rows->last[at] = (uint32_t)block->last[i];
	}
}

enum err derived_read_summary(const struct derived *d, size_t index, struct derived_rows *rows)
{
	const struct derived_summary *summary = &d->summaries[index];
	struct block_rows block;
	rows->count = 0;
	TRY(rows_make_room(rows, summary->count));
	for (size_t i = 0; i < (size_t)summary->v4_blocks + summary->v6_blocks; i++) {
		bool v6 = i >= summary->v4_blocks;
		TRY(read_block(d, &summary->blocks[i], v6, &block));
		append_rows(rows, &block, summary->blocks[i].count, v6);
	}
	return E_OK;
}

/* The last block that begins at or before the unit; count where there is none. */
static size_t find_block(const struct derived_block *blocks, size_t count, uint64_t unit)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (blocks[middle].unit <= unit)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? low - 1 : count;
}

static int compare_units(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

enum err derived_find(const struct derived *d, size_t index, struct unit unit, uint32_t *ret_first,
	uint32_t *ret_last)
{
	const struct derived_summary *summary = &d->summaries[index];
	const struct derived_block *blocks = summary->blocks + (unit.v6 ? summary->v4_blocks : 0);
	size_t count = unit.v6 ? summary->v6_blocks : summary->v4_blocks;
	struct block_rows rows;
	size_t block = find_block(blocks, count, unit.key);
	if (block == count)
		return E_NOTFOUND;
	TRY(read_block(d, &blocks[block], unit.v6, &rows));
	const uint64_t *found = bsearch(
		&unit.key, rows.units, blocks[block].count, sizeof(rows.units[0]), compare_units);
	if (!found)
		return E_NOTFOUND;
	*ret_first = (uint32_t)rows.first[found - rows.units];
	*ret_last = (uint32_t)rows.last[found - rows.units];
	return E_OK;
}

enum err derived_ranges(const struct derived *d, struct cursor *ret_cursor)
{
	struct bytes piece;
	TRY(frame_piece(&d->frame, d->range_offset, d->range_size, d->range_checksum, &piece));
	cursor_init(ret_cursor, piece);
	return E_OK;
}

bool derived_next_range(const struct derived *d, struct cursor *c, struct derived_range *ret_range)
{
	struct derived_range range;
	if (cursor_left(c) == 0)
		return false;
	struct bytes octets = cursor_take(c, sizeof(range.prefix.ip.octets));
	if (octets.size == sizeof(range.prefix.ip.octets))
		memcpy(range.prefix.ip.octets, octets.data, octets.size);
	range.prefix.length = cursor_u8(c);
	range.key = read_key(c, d);
	range.first = cursor_u32(c);
	range.last = cursor_u32(c);
	if (range.prefix.length >= 128 || range.first > range.last)
		cursor_fail(c, E_SYNTAX);
	if (c->err != E_OK)
		return false;
	*ret_range = range;
	return true;
}
