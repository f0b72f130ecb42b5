/* SPDX-License-Identifier: Apache-2.0 */
#include "store/join.h"

#include <stdlib.h>

static bool overlaps(const struct store_query *query, uint32_t first, uint32_t last)
{
	return query->time.to.seconds == 0 ||
	       (last >= query->time.from.seconds && first < query->time.to.seconds);
}

static bool wants_kind(const struct store_query *query, enum kind kind)
{
	return query->kinds == 0 || query->kinds >> kind & 1;
}

static enum precision set_precision(const struct derived_set *set)
{
	return set->key.precision == PRECISION_SECOND ? PRECISION_HOUR : set->key.precision;
}

static bool wants_set(const struct store_query *query, const struct derived_set *set)
{
	return wants_kind(query, set->key.kind) &&
	       (query->precisions == 0 || query->precisions >> set_precision(set) & 1) &&
	       overlaps(query, set->from, set->last);
}

/* What is asked of each segment in turn. */
typedef enum err segment_fn(void *context, struct str feed, struct opened *opened);

void store_held_complain(struct store *s)
{
	(void)store_complain(s, E_CORRUPT, "derived file", "a part fails its checks");
}

struct asking {
	struct store *store;
	const struct store_query *query;
	bool within; /* what lies wholly within the time only is asked together */
	segment_fn *fn;
	void *context;
};

static enum err answer(const struct asking *a, struct str feed, struct opened *opened)
{
	enum err err = a->fn(a->context, feed, opened);
	if (err == E_CORRUPT)
		store_held_complain(a->store);
	derived_release(opened);
	return err;
}

static bool may_join(const struct asking *a, const struct join *join)
{
	const struct span *time = &a->query->time;
	return !a->within || time->to.seconds == 0 ||
	       (join->first >= time->from.seconds && join->last < time->to.seconds);
}

/* Once for all segments of the join, where its file is there and whole. */
static enum err ask_join(const struct asking *a, struct str feed, struct join *join)
{
	struct opened *opened;
	if (join->tried || !may_join(a, join))
		return E_OK;
	join->tried = true;
	enum err err = joined_acquire(a->store, join, &opened);
	if (err != E_OK)
		return err == E_NOMEM ? err : E_OK;
	join->answered = true;
	return answer(a, feed, opened);
}

static enum err ask_segment(
	const struct asking *a, struct segment_list *list, const struct segment_row *row)
{
	struct opened *opened;
	if (row->join > 0) {
		struct join *join = &list->joins[row->join - 1];
		TRY(ask_join(a, row->feed, join));
		if (join->answered)
			return E_OK;
	}
	enum err err = derived_acquire(a->store, row, &opened);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	return answer(a, row->feed, opened);
}

static enum err each_derived(const struct asking *a)
{
	struct segment_list list;
	TRY(segment_list_load(a->store, a->query, &list));
	enum err err = E_OK;
	for (size_t i = 0; i < list.count && err == E_OK; i++)
		err = ask_segment(a, &list, &list.rows[i]);
	segment_list_release(&list);
	return err;
}

/* --- sets --- */

struct set_question {
	const struct store_query *query;
	store_set_fn *fn;
	void *context;
};

static struct store_set describe(
	struct str feed, const struct derived *d, const struct derived_set *entry)
{
	return (struct store_set){
		.bucket = {{entry->from}, {(int64_t)entry->last + 1}},
		.precision = set_precision(entry),
		.name = d->names[entry->key.name],
		.kind = entry->key.kind,
		.feed = feed,
	};
}

static enum err answer_set(
	const struct set_question *q, struct str feed, const struct derived *d, size_t i)
{
	struct unit_set *units;
	struct store_set set = describe(feed, d, &d->sets[i]);
	TRY(derived_read_set(d, i, &units));
	set.units = set.own = units;
	enum err err = q->fn(q->context, &set);
	unit_set_free(units);
	return err;
}

static enum err sets_of(void *context, struct str feed, struct opened *opened)
{
	const struct derived *d = opened->derived;
	const struct set_question *q = context;
	for (size_t i = 0; i < d->set_count; i++)
		if (wants_set(q->query, &d->sets[i]))
			TRY(answer_set(q, feed, d, i));
	return E_OK;
}

enum err store_each_set(
	struct store *s, const struct store_query *query, store_set_fn *fn, void *context)
{
	struct set_question q = {query, fn, context};
	return each_derived(&(struct asking){s, query, false, sets_of, &q});
}

/* --- sets held --- */

struct store_held {
	struct opened **files;
	size_t count, capacity;
};

struct hold_question {
	const struct store_query *query;
	store_stored_fn *fn;
	void *context;
	struct store_held *held;
};

static enum err hold(struct store_held *h, struct opened *opened)
{
	if (h->count == h->capacity) {
		size_t capacity = h->capacity ? 2 * h->capacity : 16;
		struct opened **grown = reallocarray(h->files, capacity, sizeof(struct opened *));
		if (!grown)
			return E_NOMEM;
		h->files = grown;
		h->capacity = capacity;
	}
	opened->users++;
	h->files[h->count++] = opened;
	return E_OK;
}

static enum err hold_sets_of(void *context, struct str feed, struct opened *opened)
{
	const struct hold_question *q = context;
	const struct derived *d = opened->derived;
	TRY(hold(q->held, opened));
	for (size_t i = 0; i < d->set_count; i++) {
		const struct store_set set = describe(feed, d, &d->sets[i]);
		const struct store_stored stored = {d, i};
		if (wants_set(q->query, &d->sets[i]))
			TRY(q->fn(q->context, &set, &stored));
	}
	return E_OK;
}

enum err store_hold_sets(struct store *s, const struct store_query *query, store_stored_fn *fn,
	void *context, struct store_held **ret_held)
{
	struct store_held *held = calloc(1, sizeof(*held));
	if (!held)
		return E_NOMEM;
	struct hold_question q = {query, fn, context, held};
	enum err err = each_derived(&(struct asking){s, query, false, hold_sets_of, &q});
	if (err != E_OK) {
		store_held_release(held);
		return err;
	}
	*ret_held = held;
	return E_OK;
}

enum err store_stored_view(const struct store_stored *stored, struct unit_view *ret)
{
	return derived_view_set(stored->file, stored->index, ret);
}

void store_held_release(struct store_held *held)
{
	if (!held)
		return;
	for (size_t i = 0; i < held->count; i++)
		derived_release(held->files[i]);
	free(held->files);
	free(held);
}

/* --- summaries --- */

struct summary_question {
	const struct store_query *query;
	store_summary_fn *fn;
	void *context;
	struct derived_rows rows;
};

/* Leaves the units whose first … last touches the time asked for. */
static void keep_overlapping(const struct store_query *query, struct derived_rows *rows)
{
	size_t kept = 0;
	for (size_t i = 0; i < rows->count; i++) {
		if (!overlaps(query, rows->first[i], rows->last[i]))
			continue;
		rows->units[kept] = rows->units[i];
		rows->first[kept] = rows->first[i];
		rows->last[kept] = rows->last[i];
		kept++;
	}
	rows->count = kept;
}

static enum err summaries_of(void *context, struct str feed, struct opened *opened)
{
	const struct derived *d = opened->derived;
	struct summary_question *q = context;
	for (size_t i = 0; i < d->summary_count; i++) {
		const struct derived_key *key = &d->summaries[i].key;
		if (!wants_kind(q->query, key->kind))
			continue;
		TRY(derived_read_summary(d, i, &q->rows));
		keep_overlapping(q->query, &q->rows);
		if (q->rows.count == 0)
			continue;
		struct store_summary summary = {
			.name = d->names[key->name],
			.kind = key->kind,
			.precision = key->precision,
			.feed = feed,
			.count = q->rows.count,
			.units = q->rows.units,
			.first = q->rows.first,
			.last = q->rows.last,
		};
		TRY(q->fn(q->context, &summary));
	}
	return E_OK;
}

enum err store_each_summary(
	struct store *s, const struct store_query *query, store_summary_fn *fn, void *context)
{
	struct summary_question q = {query, fn, context, {0}};
	enum err err = each_derived(&(struct asking){s, query, true, summaries_of, &q});
	derived_rows_release(&q.rows);
	return err;
}

/* --- one address --- */

enum {
	SEEN_MOST =
		1 << 20 /* (name, kind, feed, range) of one address: far past any honest store */
};

struct seen_question {
	struct ip ip;
	struct unit unit;
	struct arena memory;
	struct store_seen *seen; /* in the arena, with their texts */
	size_t count;
	size_t capacity;
};

static bool same_thing(const struct store_seen *a, const struct store_seen *b)
{
	return a->kind == b->kind && a->at.length == b->at.length &&
	       ip_compare(a->at.ip, b->at.ip) == 0 && str_equal(a->name, b->name) &&
	       str_equal(a->feed, b->feed);
}

static void merge(struct store_seen *into, const struct store_seen *seen)
{
	if (seen->time.from.seconds < into->time.from.seconds)
		into->time.from = seen->time.from;
	if (seen->time.to.seconds > into->time.to.seconds)
		into->time.to = seen->time.to;
	if (seen->precision > into->precision)
		into->precision = seen->precision;
}

static enum err keep_copy(struct seen_question *q, const struct store_seen *seen)
{
	if (q->count == q->capacity) {
		size_t capacity = q->capacity ? q->capacity * 2 : 16;
		struct store_seen *grown = arena_alloc(&q->memory, capacity, sizeof(*grown));
		if (!grown || capacity > SEEN_MOST)
			return E_NOMEM;
		if (q->count > 0)
			memcpy(grown, q->seen, q->count * sizeof(*grown));
		q->seen = grown;
		q->capacity = capacity;
	}
	struct store_seen copy = *seen;
	copy.name = arena_copy(&q->memory, seen->name);
	copy.feed = arena_copy(&q->memory, seen->feed);
	if (!copy.name.data || !copy.feed.data)
		return E_NOMEM;
	q->seen[q->count++] = copy;
	return E_OK;
}

static enum err note_seen(struct seen_question *q, const struct store_seen *seen)
{
	for (size_t i = 0; i < q->count; i++) {
		if (same_thing(&q->seen[i], seen)) {
			merge(&q->seen[i], seen);
			return E_OK;
		}
	}
	return keep_copy(q, seen);
}

static struct store_seen seen_of(struct str feed, const struct derived *d,
	const struct derived_key *key, struct prefix at, uint32_t first, uint32_t last)
{
	return (struct store_seen){
		.at = at,
		.name = d->names[key->name],
		.kind = key->kind,
		.feed = feed,
		.time = {{first}, {last}},
		.precision = key->precision,
	};
}

static enum err seen_in_ranges(struct seen_question *q, struct str feed, const struct derived *d)
{
	struct cursor c;
	struct derived_range range;
	if (d->range_count == 0)
		return E_OK;
	TRY(derived_ranges(d, &c));
	while (derived_next_range(d, &c, &range)) {
		if (!prefix_contains(range.prefix, q->ip))
			continue;
		struct store_seen seen =
			seen_of(feed, d, &range.key, range.prefix, range.first, range.last);
		TRY(note_seen(q, &seen));
	}
	return cursor_end(&c) == E_OK ? E_OK : E_CORRUPT;
}

static enum err seen_in(void *context, struct str feed, struct opened *opened)
{
	const struct derived *d = opened->derived;
	struct seen_question *q = context;
	struct prefix at = {unit_ip(q->unit), q->unit.v6 ? 64 : 128};
	for (size_t i = 0; i < d->summary_count; i++) {
		uint32_t first, last;
		enum err err = derived_find(d, i, q->unit, &first, &last);
		if (err == E_NOTFOUND)
			continue;
		TRY(err);
		struct store_seen seen = seen_of(feed, d, &d->summaries[i].key, at, first, last);
		TRY(note_seen(q, &seen));
	}
	return seen_in_ranges(q, feed, d);
}

enum err store_each_seen(struct store *s, struct ip ip, store_seen_fn *fn, void *context)
{
	struct seen_question q = {.ip = ip, .unit = ip_unit(ip)};
	struct store_query everything = {.kinds = KIND_SET_ALL};
	arena_init(&q.memory, SIZE_MAX);
	enum err err = each_derived(&(struct asking){s, &everything, false, seen_in, &q});
	for (size_t i = 0; err == E_OK && i < q.count; i++)
		fn(context, &q.seen[i]);
	arena_release(&q.memory);
	return err;
}
