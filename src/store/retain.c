/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "os/system.h"
#include "store/counted.h"
#include "store/join.h"
#include "store/strays.h"

/* A day, or the span of sightings that know no better. */
struct period {
	uint32_t first;
	uint32_t last; /* inclusive */
};

/* Units of one (name, kind, feed) within a period. */
struct tally {
	struct str feed;
	struct str name;
	enum kind kind;
	struct unit_set *units;
};

struct retention {
	struct store *store;
	struct segment_list expired;
	struct period *periods;
	size_t period_count;
	size_t period_capacity;
	struct period period; /* the one being counted */
	struct arena memory;
	struct text_table *keys; /* feed, NUL, kind, name → tally of that number */
	struct tally *tallies;
	size_t tally_capacity;
	int64_t change;
	struct store_retained done;
};

static struct period period_of(uint32_t first, uint32_t last, enum precision precision)
{
	if (precision == PRECISION_SPAN)
		return (struct period){first, last};
	uint32_t day = first - first % SECONDS_PER_DAY;
	uint32_t end =
		day > UINT32_MAX - (SECONDS_PER_DAY - 1) ? UINT32_MAX : day + (SECONDS_PER_DAY - 1);
	return (struct period){day, end};
}

static int compare_periods(const void *a, const void *b)
{
	const struct period *x = a, *y = b;
	if (x->first != y->first)
		return x->first < y->first ? -1 : 1;
	return (x->last > y->last) - (x->last < y->last);
}

/* --- which periods lose sightings --- */

static enum err push_period(struct retention *r, struct period period)
{
	if (r->period_count > 0 && compare_periods(&r->periods[r->period_count - 1], &period) == 0)
		return E_OK;
	if (r->period_count == r->period_capacity) {
		size_t capacity = r->period_capacity ? r->period_capacity * 2 : 64;
		struct period *grown = realloc(r->periods, capacity * sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		r->periods = grown;
		r->period_capacity = capacity;
	}
	r->periods[r->period_count++] = period;
	return E_OK;
}

static enum err collect_from(struct retention *r, const struct segment_row *row)
{
	struct opened *opened;
	enum err err = derived_acquire(r->store, row, &opened);
	TRY(err);
	const struct derived *d = opened->derived;
	for (size_t i = 0; i < d->set_count && err == E_OK; i++)
		err = push_period(
			r, period_of(d->sets[i].from, d->sets[i].last, d->sets[i].key.precision));
	derived_release(opened);
	return err;
}

static void sort_periods(struct retention *r)
{
	size_t kept = 0;
	if (r->period_count > 0)
		qsort(r->periods, r->period_count, sizeof(*r->periods), compare_periods);
	for (size_t i = 0; i < r->period_count; i++)
		if (kept == 0 || compare_periods(&r->periods[kept - 1], &r->periods[i]) != 0)
			r->periods[kept++] = r->periods[i];
	r->period_count = kept;
}

/* --- counting one period over all that is live --- */

static enum err tally_for(struct retention *r, const struct store_set *set, struct tally **ret)
{
	struct writer key;
	uint32_t id = 0;
	writer_init(&key, 1024);
	writer_string(&key, set->feed);
	writer_u8(&key, (uint8_t)set->kind);
	writer_str(&key, set->name);
	bool added =
		writer_end(&key) == E_OK && text_table_add(r->keys, writer_view_str(&key), &id);
	writer_release(&key);
	if (!added)
		return E_NOMEM;
	if (id >= r->tally_capacity) {
		size_t capacity = (size_t)id * 2 + 16;
		struct tally *grown = realloc(r->tallies, capacity * sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		memset(grown + r->tally_capacity, 0,
			(capacity - r->tally_capacity) * sizeof(*grown));
		r->tallies = grown;
		r->tally_capacity = capacity;
	}
	*ret = &r->tallies[id];
	return E_OK;
}

static enum err add_set(void *context, const struct store_set *set)
{
	struct retention *r = context;
	struct tally *tally;
	struct period period = period_of((uint32_t)set->bucket.from.seconds,
		(uint32_t)(set->bucket.to.seconds - 1), set->precision);
	if (compare_periods(&period, &r->period) != 0)
		return E_OK;
	TRY(tally_for(r, set, &tally));
	if (!tally->units) {
		tally->feed = arena_copy(&r->memory, set->feed);
		tally->name = arena_copy(&r->memory, set->name);
		tally->kind = set->kind;
		tally->units = unit_set_new();
	}
	if (!tally->feed.data || !tally->name.data || !tally->units)
		return E_NOMEM;
	return unit_set_unite(tally->units, set->units);
}

/* What was counted before stands where it is larger: it saw sightings that are gone by now. */
static enum err put_count(struct retention *r, const struct tally *tally)
{
	struct sql q;
	sql_open(&q, &r->store->db,
		"INSERT INTO past_count (first, last, feed, name, kind, v4, v6)"
		" VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (first, last, feed, name, kind)"
		" DO UPDATE SET v4 = max(v4, excluded.v4), v6 = max(v6, excluded.v6)");
	sql_count(&q, r->period.first);
	sql_count(&q, r->period.last);
	sql_str(&q, tally->feed);
	sql_str(&q, tally->name);
	sql_int(&q, tally->kind);
	sql_count(&q, unit_set_count_v4(tally->units));
	sql_count(&q, unit_set_count_v6(tally->units));
	return sql_run(&q);
}

static void forget_tallies(struct retention *r)
{
	for (size_t i = 0; i < r->tally_capacity; i++)
		unit_set_free(r->tallies[i].units);
	free(r->tallies);
	r->tallies = NULL;
	r->tally_capacity = 0;
	text_table_free(r->keys);
	r->keys = NULL;
	arena_release(&r->memory);
}

static enum err count_tallies(struct retention *r)
{
	struct store_query query = {
		.time = {{r->period.first}, {(int64_t)r->period.last + 1}},
	};
	r->keys = text_table_new(UINT32_MAX);
	if (!r->keys)
		return E_NOMEM;
	TRY(store_each_set(r->store, &query, add_set, r));
	for (size_t i = 0; i < text_table_count(r->keys); i++)
		TRY(put_count(r, &r->tallies[i]));
	return E_OK;
}

static enum err count_periods(struct retention *r)
{
	for (size_t i = 0; i < r->expired.count; i++)
		TRY(collect_from(r, &r->expired.rows[i]));
	sort_periods(r);
	for (size_t i = 0; i < r->period_count; i++) {
		r->period = r->periods[i];
		enum err err = count_tallies(r);
		forget_tallies(r);
		TRY(err);
	}
	return E_OK;
}

/* --- letting go --- */

/* Segments that are wholly old, and all of retracted files. */
#define GONE "(f.retracted > 0 OR s.last < ?1)"

static enum err mark_files(struct retention *r, struct instant before)
{
	struct sql q;
	sql_open(&q, &r->store->db,
		"UPDATE file SET dropped = ?2 WHERE id IN (SELECT f.id FROM segment s"
		" JOIN file f ON f.id = s.file WHERE " GONE ")");
	sql_int(&q, before.seconds);
	sql_int(&q, r->change);
	TRY(sql_run(&q));
	sql_open(&q, &r->store->db,
		"DELETE FROM segment WHERE id IN (SELECT s.id FROM segment s"
		" JOIN file f ON f.id = s.file WHERE " GONE ")");
	sql_int(&q, before.seconds);
	TRY(sql_run(&q));
	return joins_forget_broken(r->store);
}

static enum err change_catalogue(struct retention *r, struct instant before)
{
	TRY(store_begin(r->store, system_now(), "retain", &r->change));
	enum err err = count_periods(r);
	if (err == E_OK)
		err = mark_files(r, before);
	return store_end(r->store, err);
}

static enum err sum_up(struct retention *r, struct instant before)
{
	struct sql q;
	sql_open(&q, &r->store->db,
		"SELECT count(*), total(s.rows), total(s.bytes) FROM segment s"
		" JOIN file f ON f.id = s.file WHERE " GONE);
	sql_int(&q, before.seconds);
	if (sql_row(&q)) {
		r->done.segments = sql_get_count(&q, 0);
		r->done.sightings = sql_get_count(&q, 1);
		r->done.bytes = sql_get_count(&q, 2);
	}
	return sql_close(&q);
}

static enum err count_stray(void *context, int folder, const char *name, uint64_t size)
{
	struct retention *r = context;
	(void)folder;
	(void)name;
	r->done.bytes += size;
	return E_OK;
}

static enum err delete_stray(void *context, int folder, const char *name, uint64_t size)
{
	(void)context;
	(void)size;
	enum err err = file_delete(folder, name);
	return err == E_NOTFOUND ? E_OK : err;
}

static enum err retain(struct retention *r, struct instant before, bool dry_run)
{
	TRY(sum_up(r, before));
	TRY(strays_each(r->store, count_stray, r));
	if (dry_run)
		return E_OK;
	TRY(segment_list_load_expired(r->store, before, &r->expired));
	TRY(change_catalogue(r, before));
	/* The catalogue no longer names them: they are strays now. */
	cache_clear(r->store);
	TRY(store_forget_counted(
		r->store, instant_date((struct instant){before.seconds + SECONDS_PER_DAY})));
	return strays_each(r->store, delete_stray, NULL);
}

enum err store_retain(
	struct store *s, struct instant before, bool dry_run, struct store_retained *ret_retained)
{
	struct retention r = {.store = s};
	if (!dry_run)
		TRY(store_require_write(s));
	if (s->ingests > 0)
		return store_complain(s, E_BUSY, "retain", "a file is being ingested");
	arena_init(&r.memory, SIZE_MAX);
	enum err err = retain(&r, before, dry_run);
	segment_list_release(&r.expired);
	free(r.periods);
	forget_tallies(&r);
	if (err == E_OK)
		*ret_retained = r.done;
	return err;
}

enum err store_each_past_count(struct store *s, store_past_fn *fn, void *context)
{
	struct sql q;
	sql_open(&q, &s->db,
		"SELECT first, last, name, kind, feed, v4, v6 FROM past_count"
		" ORDER BY first, last, feed, name, kind");
	while (sql_row(&q)) {
		struct store_past_count past = {
			.period = {{sql_get(&q, 0)}, {sql_get(&q, 1) + 1}},
			.name = sql_get_str(&q, 2),
			.kind = (enum kind)sql_get(&q, 3),
			.feed = sql_get_str(&q, 4),
			.v4 = sql_get_count(&q, 5),
			.v6 = sql_get_count(&q, 6),
		};
		fn(context, &past);
	}
	return sql_close(&q);
}
