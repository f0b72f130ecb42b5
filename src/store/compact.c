/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "base/limits.h"
#include "store/join.h"
#include "store/strays.h"

/* Joins the small segments of days that are over. Nothing counts differently afterwards, so it is
 * no numbered change. */
enum {
	SMALL_ROWS = 1 << 16, /* larger segments gain nothing */
	LEAST_LOOSE = 4,      /* segments of a day that make it worth while */
	MOST_PIECES = 8       /* joins and loose segments of a day; past that they become one */
};

struct compaction {
	struct store *store;
	struct segment_list list; /* by feed, day, file, number */
	size_t *members;          /* of the join at hand: rows of the list */
	size_t member_count;
	uint64_t rows;
	size_t names; /* no more than so many in the join at hand */
	struct writer file;
	bool begun;
	int64_t next; /* number of the next join */
	struct store_compacted done;
};

/* --- which segments --- */

static enum err load(struct compaction *c, struct instant now)
{
	int64_t today = now.seconds - now.seconds % SECONDS_PER_DAY;
	return segment_list_load_small(c->store, SMALL_ROWS, (struct instant){today}, &c->list);
}

static bool same_day(const struct segment_row *a, const struct segment_row *b)
{
	return a->first / SECONDS_PER_DAY == b->first / SECONDS_PER_DAY &&
	       str_equal(a->feed, b->feed);
}

static struct join *join_of(const struct compaction *c, size_t row)
{
	size_t join = c->list.rows[row].join;
	return join > 0 ? &c->list.joins[join - 1] : NULL;
}

/* Half a segment is as good as one. */
static bool is_full(const struct join *join)
{
	return join->rows > SEGMENT_ROWS / 2;
}

struct day_facts {
	size_t loose;
	size_t joins; /* that are not full */
};

static struct day_facts facts_of(const struct compaction *c, size_t begin, size_t end)
{
	struct day_facts facts = {0};
	for (size_t i = begin; i < end; i++) {
		struct join *join = join_of(c, i);
		facts.loose += !join;
		if (!join || join->tried)
			continue;
		join->tried = true;
		facts.joins += !is_full(join);
	}
	return facts;
}

/* --- one join --- */

static enum err begin(struct compaction *c)
{
	if (c->begun)
		return E_OK;
	TRY(database_begin(&c->store->db));
	c->begun = true;
	return sql_ask(&c->store->db, "SELECT seq + 1 FROM sqlite_sequence WHERE name = 'joined'",
		1, &c->next);
}

static enum err insert(struct compaction *c, int64_t id)
{
	struct sql q;
	sql_open(&q, &c->store->db, "INSERT INTO joined (id, segments, bytes) VALUES (?, ?, ?)");
	sql_int(&q, id);
	sql_count(&q, c->member_count);
	sql_count(&q, c->file.size);
	TRY(sql_run(&q));
	for (size_t i = 0; i < c->member_count; i++) {
		sql_open(&q, &c->store->db, "UPDATE segment SET joined = ? WHERE id = ?");
		sql_int(&q, id);
		sql_int(&q, c->list.rows[c->members[i]].id);
		TRY(sql_run(&q));
	}
	return E_OK;
}

/* The file comes first: what a crash leaves is a stray, and replaced when its number comes again.
 */
static enum err put_join(struct compaction *c)
{
	char name[PART_NAME_SIZE];
	const struct join_members members = {&c->list, c->members, c->member_count};
	TRY(begin(c));
	int64_t id = c->next++;
	TRY(join_make(c->store, &members, &c->file));
	folder_file_name(FOLDER_JOINED, id, name);
	TRY(file_put(c->store->folder.parts[FOLDER_JOINED], name, writer_view(&c->file), false));
	TRY(insert(c, id));
	c->done.joins++;
	c->done.segments += c->member_count;
	return E_OK;
}

static enum err join_members(struct compaction *c)
{
	if (c->member_count > 1)
		TRY(put_join(c));
	c->member_count = 0;
	c->rows = c->names = 0;
	return E_OK;
}

static enum err name_count(struct compaction *c, const struct segment_row *row, size_t *ret_count)
{
	struct open_segment open;
	TRY(segment_row_open(c->store, row, &open));
	*ret_count = open.segment->name_count;
	open_segment_close(&open);
	return E_OK;
}

/* What one derived file cannot hold any more begins the next. */
static enum err add_member(struct compaction *c, size_t row)
{
	size_t names;
	const struct segment_row *segment = &c->list.rows[row];
	TRY(name_count(c, segment, &names));
	if (c->rows + segment->rows > SEGMENT_ROWS || c->names + names > LIMIT_NAMES_PER_FILE)
		TRY(join_members(c));
	c->members[c->member_count++] = row;
	c->rows += segment->rows;
	c->names += names;
	return E_OK;
}

static enum err join_day(struct compaction *c, size_t begin, size_t end)
{
	struct day_facts facts = facts_of(c, begin, end);
	bool all = facts.loose + facts.joins >= MOST_PIECES;
	if (facts.loose < LEAST_LOOSE && !all)
		return E_OK;
	for (size_t i = begin; i < end; i++) {
		const struct join *join = join_of(c, i);
		if (!join || (all && !is_full(join)))
			TRY(add_member(c, i));
	}
	return join_members(c);
}

static enum err join_days(struct compaction *c)
{
	for (size_t i = 0, end; i < c->list.count; i = end) {
		for (end = i + 1;
			end < c->list.count && same_day(&c->list.rows[i], &c->list.rows[end]);)
			end++;
		TRY(join_day(c, i, end));
	}
	return c->begun ? joins_forget_broken(c->store) : E_OK;
}

/* --- files nobody needs any more --- */

static enum err delete_unknown(void *context, int folder, const char *name, uint64_t size)
{
	int64_t id;
	(void)context;
	(void)size;
	/* Other strays are for retention. */
	if (!folder_file_id(FOLDER_JOINED, str_from(name), &id))
		return E_OK;
	enum err err = file_delete(folder, name);
	return err == E_NOTFOUND ? E_OK : err;
}

static enum err compact(struct compaction *c, struct instant now)
{
	TRY(load(c, now));
	c->members = calloc(c->list.count + 1, sizeof(*c->members));
	if (!c->members)
		return E_NOMEM;
	enum err err = join_days(c);
	if (!c->begun)
		return err;
	TRY(store_end(c->store, err));
	cache_clear(c->store);
	/* Whoever reads one of them still finds its segments where it is gone. */
	return strays_each(c->store, delete_unknown, NULL);
}

enum err store_compact(struct store *s, struct instant now, struct store_compacted *ret_compacted)
{
	struct compaction c = {.store = s};
	TRY(store_require_write(s));
	if (s->ingests > 0)
		return store_complain(s, E_BUSY, "compact", "a file is being ingested");
	writer_init(&c.file, UINT32_MAX);
	enum err err = compact(&c, now);
	segment_list_release(&c.list);
	free(c.members);
	writer_release(&c.file);
	if (err == E_OK)
		*ret_compacted = c.done;
	return err;
}
