/* SPDX-License-Identifier: Apache-2.0 */
#include "store/join.h"

#include <stdlib.h>

#include "base/limits.h"

/* --- which joins a list holds --- */

struct membership {
	int64_t join;
	size_t row;
};

static int compare_memberships(const void *a, const void *b)
{
	const struct membership *x = a, *y = b;
	if (x->join != y->join)
		return x->join < y->join ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static size_t collect(const struct segment_list *list, struct membership *members)
{
	size_t count = 0;
	for (size_t i = 0; i < list->count; i++)
		if (list->rows[i].joined > 0)
			members[count++] = (struct membership){list->rows[i].joined, i};
	if (count > 0)
		qsort(members, count, sizeof(*members), compare_memberships);
	return count;
}

static void add_member(struct join *join, const struct segment_row *row)
{
	bool begins = join->here++ == 0;
	join->rows += row->rows;
	join->first = begins || row->first < join->first ? row->first : join->first;
	join->last = row->last > join->last ? row->last : join->last;
}

/* The marks of one join's segments, in the order of its rows. */
static enum err mark_of(
	const struct segment_list *list, const struct membership *members, struct join *join)
{
	struct writer w;
	writer_init(&w, SIZE_MAX);
	for (size_t i = 0; i < join->here; i++)
		writer_u64(&w, list->rows[members[i].row].checksum);
	enum err err = writer_end(&w);
	if (err == E_OK)
		join->mark = checksum_of(writer_view(&w));
	writer_release(&w);
	return err;
}

static enum err link_run(struct segment_list *list, const struct membership *members, size_t count,
	struct join *join)
{
	*join = (struct join){
		.id = members[0].join, .segments = list->rows[members[0].row].joined_of};
	for (size_t i = 0; i < count; i++)
		add_member(join, &list->rows[members[i].row]);
	if (join->here != join->segments)
		return E_OK;
	TRY(mark_of(list, members, join));
	list->join_count++;
	for (size_t i = 0; i < count; i++)
		list->rows[members[i].row].join = list->join_count;
	return E_OK;
}

static enum err link_all(struct segment_list *list, struct membership *members)
{
	size_t count = collect(list, members);
	if (count == 0)
		return E_OK;
	list->joins = arena_alloc(&list->memory, count, sizeof(*list->joins));
	if (!list->joins)
		return E_NOMEM;
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i; end < count && members[end].join == members[i].join;)
			end++;
		TRY(link_run(list, members + i, end - i, &list->joins[list->join_count]));
	}
	return E_OK;
}

enum err joins_link(struct segment_list *list)
{
	struct membership *members = calloc(list->count + 1, sizeof(*members));
	if (!members)
		return E_NOMEM;
	enum err err = link_all(list, members);
	free(members);
	return err;
}

static enum err each_with(const struct segment_list *list, const struct membership *members,
	size_t count, size_t *rows, join_fn *fn, void *context)
{
	for (size_t i = 0, end; i < count; i = end) {
		size_t index = list->rows[members[i].row].join;
		for (end = i; end < count && members[end].join == members[i].join; end++)
			rows[end - i] = members[end].row;
		const struct join_members of = {list, rows, end - i};
		if (index > 0)
			TRY(fn(context, &list->joins[index - 1], &of));
	}
	return E_OK;
}

enum err joins_each(const struct segment_list *list, join_fn *fn, void *context)
{
	struct membership *members = calloc(list->count + 1, sizeof(*members));
	size_t *rows = calloc(list->count + 1, sizeof(*rows));
	enum err err = E_NOMEM;
	if (members && rows)
		err = each_with(list, members, collect(list, members), rows, fn, context);
	free(members);
	free(rows);
	return err;
}

/* --- the file --- */

struct making {
	struct store *store;
	struct derived_builder *builder;
	struct column_coder *coder;
	struct batch *block;
	struct text_table *names; /* of all segments */
	uint32_t *ids;            /* of the segment at hand: its names → names */
	struct writer marks;
};

static enum err take_names(struct making *m, const struct segment *segment)
{
	uint32_t *ids = reallocarray(m->ids, segment->name_count + 1, sizeof(*ids));
	if (!ids)
		return E_NOMEM;
	m->ids = ids;
	for (size_t i = 0; i < segment->name_count; i++)
		if (!text_table_add(m->names, segment->names[i], &ids[i]))
			return E_LIMIT;
	return E_OK;
}

static enum err add_blocks(struct making *m, const struct segment *segment)
{
	TRY(take_names(m, segment));
	for (size_t i = 0; i < segment->block_count; i++) {
		TRY(segment_read_block(segment, m->coder, i, SEGMENT_READ_DERIVED, m->block));
		for (size_t row = 0; row < m->block->rows; row++)
			m->block->name[row] = m->ids[m->block->name[row]];
		TRY(derived_builder_add(m->builder, m->block));
	}
	return E_OK;
}

static enum err add_segment(struct making *m, const struct segment_row *row)
{
	struct open_segment open;
	TRY(segment_row_open(m->store, row, &open));
	enum err err = add_blocks(m, open.segment);
	open_segment_close(&open);
	writer_u64(&m->marks, row->checksum);
	return err;
}

static enum err write_made(struct making *m, struct writer *w)
{
	size_t count = text_table_count(m->names);
	struct str *names = calloc(count + 1, sizeof(*names));
	if (!names)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		names[i] = text_table_get(m->names, i);
	enum err err = writer_end(&m->marks);
	if (err == E_OK)
		err = derived_builder_write(
			m->builder, checksum_of(writer_view(&m->marks)), names, count, w);
	free(names);
	return err;
}

static enum err make(struct making *m, const struct join_members *members, struct writer *w)
{
	if (!m->builder || !m->coder || !m->block || !m->names)
		return E_NOMEM;
	for (size_t i = 0; i < members->count; i++)
		TRY(add_segment(m, &members->list->rows[members->rows[i]]));
	return write_made(m, w);
}

enum err join_make(struct store *s, const struct join_members *members, struct writer *w)
{
	struct making m = {
		.store = s,
		.builder = derived_builder_new(),
		.coder = column_coder_new(),
		.block = batch_new(),
		.names = text_table_new(LIMIT_NAMES_PER_FILE),
	};
	writer_init(&m.marks, SIZE_MAX);
	writer_clear(w);
	enum err err = make(&m, members, w);
	derived_builder_free(m.builder);
	column_coder_free(m.coder);
	batch_free(m.block);
	text_table_free(m.names);
	free(m.ids);
	writer_release(&m.marks);
	return err;
}

/* --- in the catalogue --- */

bool joins_known(struct store *s, int64_t id)
{
	int64_t count = 0;
	struct sql q;
	sql_open(&q, &s->db, "SELECT count(*) FROM joined WHERE id = ?");
	sql_int(&q, id);
	if (sql_row(&q))
		count = sql_get(&q, 0);
	return sql_close(&q) == E_OK && count > 0;
}

enum err joins_forget_broken(struct store *s)
{
	TRY(sql_execute(&s->db, "DELETE FROM joined WHERE segments <>"
				" (SELECT count(*) FROM segment s WHERE s.joined = joined.id)"));
	return sql_execute(&s->db, "UPDATE segment SET joined = 0 WHERE joined > 0"
				   " AND joined NOT IN (SELECT id FROM joined)");
}
