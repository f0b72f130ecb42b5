/* SPDX-License-Identifier: Apache-2.0 */
#include "store/results.h"

#include "store/catalogue.h"

static int64_t until(uint64_t as_of)
{
	return as_of > 0 && as_of < INT64_MAX ? (int64_t)as_of : INT64_MAX;
}

/* --- scan results --- */

static void bind_key(struct sql *q, const struct machine_result *r)
{
	sql_str(q, r->tool);
	sql_int(q, date_instant(r->week).seconds);
	sql_str(q, r->region);
	sql_str(q, r->platform);
}

/* Whether the key is there, and with the same numbers. */
static enum err find_result(
	struct store *s, const struct machine_result *r, bool *ret_there, bool *ret_same)
{
	struct sql q;
	*ret_there = *ret_same = false;
	sql_open(&q, &s->db,
		"SELECT runs, machines, infected, cleaned FROM machine_result WHERE tool = ?"
		" AND week = ? AND region = ? AND platform = ? ORDER BY id DESC LIMIT 1");
	bind_key(&q, r);
	if (sql_row(&q)) {
		*ret_there = true;
		*ret_same =
			sql_get_count(&q, 0) == r->runs && sql_get_count(&q, 1) == r->machines &&
			sql_get_count(&q, 2) == r->infected && sql_get_count(&q, 3) == r->cleaned;
	}
	return sql_close(&q);
}

struct import {
	struct str source, author;
	struct instant now;
	int64_t change;
	struct result_tally tally;
};

static enum err put_result(struct store *s, const struct machine_result *r, struct import *in)
{
	struct sql q;
	bool there;
	bool same;
	TRY(find_result(s, r, &there, &same));
	in->tally.same += same;
	in->tally.replaced += there && !same;
	in->tally.added += !there;
	if (same)
		return E_OK;
	sql_open(&q, &s->db,
		"INSERT INTO machine_result (tool, week, region, platform, runs, machines, "
		"infected,"
		" cleaned, source, author, made, added) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, "
		"?)");
	bind_key(&q, r);
	sql_count(&q, r->runs);
	sql_count(&q, r->machines);
	sql_count(&q, r->infected);
	sql_count(&q, r->cleaned);
	sql_str(&q, in->source);
	sql_str(&q, in->author);
	sql_int(&q, in->now.seconds);
	sql_int(&q, in->change);
	return sql_run(&q);
}

/* E_EXISTS where nothing is new: the change is taken back. */
static enum err put_all(
	struct store *s, const struct machine_result *list, size_t count, struct import *in)
{
	for (size_t i = 0; i < count; i++)
		TRY(put_result(s, &list[i], in));
	return in->tally.added + in->tally.replaced > 0 ? E_OK : E_EXISTS;
}

enum err store_put_results(struct store *s, const struct machine_result *list, size_t count,
	struct str source, struct str author, struct instant now, struct result_tally *ret_tally)
{
	struct import in = {.source = source, .author = author, .now = now};
	TRY(store_begin(s, now, "scan results", &in.change));
	enum err err = store_end(s, put_all(s, list, count, &in));
	if (err != E_OK && err != E_EXISTS)
		return err;
	*ret_tally = in.tally;
	return E_OK;
}

enum err store_each_result(
	struct store *s, uint64_t as_of, bool history, store_result_fn *fn, void *context)
{
	struct sql q;
	enum err err = E_OK;
	sql_open(&q, &s->db,
		"SELECT tool, week, region, platform, runs, machines, infected, cleaned, source,"
		" author, made, id = max(id) OVER (PARTITION BY tool, week, region, platform)"
		" FROM machine_result WHERE added <= ?"
		" ORDER BY tool, week, region, platform, id");
	sql_int(&q, until(as_of));
	while (err == E_OK && sql_row(&q)) {
		const struct result_entry e = {
			.result = {.tool = sql_get_str(&q, 0),
				.week = instant_date((struct instant){sql_get(&q, 1)}),
				.region = sql_get_str(&q, 2),
				.platform = sql_get_str(&q, 3),
				.runs = sql_get_count(&q, 4),
				.machines = sql_get_count(&q, 5),
				.infected = sql_get_count(&q, 6),
				.cleaned = sql_get_count(&q, 7)},
			.source = sql_get_str(&q, 8),
			.author = sql_get_str(&q, 9),
			.made = {sql_get(&q, 10)},
			.current = sql_get(&q, 11) != 0,
		};
		if (history || e.current)
			err = fn(context, &e);
	}
	enum err closed = sql_close(&q);
	return err == E_OK ? closed : err;
}

/* --- regions --- */

static enum err put_set(
	struct store *s, const struct region_set *set, struct bytes list, struct import *in)
{
	struct sql q;
	sql_open(&q, &s->db,
		"INSERT INTO region_set (country, name, list, source, author, made, added)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)");
	sql_str(&q, set->country);
	sql_str(&q, set->name);
	sql_blob(&q, list);
	sql_str(&q, in->source);
	sql_str(&q, in->author);
	sql_int(&q, in->now.seconds);
	sql_int(&q, in->change);
	return sql_run(&q);
}

enum err store_put_regions(struct store *s, const struct region_set *set, struct str source,
	struct str author, struct instant now)
{
	struct writer list;
	struct import in = {.source = source, .author = author, .now = now};
	writer_init(&list, (size_t)1 << 22);
	regions_write(&list, set->list, set->count);
	enum err err = writer_end(&list);
	if (err == E_OK)
		err = store_begin(s, now, "regions", &in.change);
	if (err == E_OK)
		err = store_end(s, put_set(s, set, writer_view(&list), &in));
	writer_release(&list);
	return err;
}

static enum err take_set(struct sql *q, struct arena *arena, struct region_entry *e)
{
	struct cursor c;
	struct bytes list = sql_get_blob(q, 1);
	struct str copy = arena_copy(arena, (struct str){(const char *)list.data, list.size});
	e->set.name = arena_copy(arena, sql_get_str(q, 0));
	e->source = arena_copy(arena, sql_get_str(q, 2));
	e->author = arena_copy(arena, sql_get_str(q, 3));
	e->made.seconds = sql_get(q, 4);
	if (!copy.data || !e->set.name.data || !e->source.data || !e->author.data)
		return E_NOMEM;
	cursor_init(&c, str_bytes(copy));
	return regions_read(&c, arena, &e->set.list, &e->set.count);
}

enum err store_find_regions(struct store *s, uint64_t as_of, struct str country,
	struct arena *arena, struct region_entry *ret_entry)
{
	struct sql q;
	struct region_entry e = {.set.country = country};
	sql_open(&q, &s->db,
		"SELECT name, list, source, author, made FROM region_set WHERE country = ?"
		" AND added <= ? ORDER BY id DESC LIMIT 1");
	sql_str(&q, country);
	sql_int(&q, until(as_of));
	bool found = sql_row(&q);
	enum err err = found ? take_set(&q, arena, &e) : E_OK;
	enum err closed = sql_close(&q);
	TRY(err);
	TRY(closed);
	if (!found)
		return E_NOTFOUND;
	*ret_entry = e;
	return E_OK;
}
