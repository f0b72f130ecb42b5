/* SPDX-License-Identifier: Apache-2.0 */
#include "server/day_counts.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/limits.h"
#include "model/sighting.h"

enum {
	FEEDS = 4096,
	FORM = 1, /* of what is kept: another one is another mark */
	NAMES_MOST = 1 << 24
};

struct counted_feed {
	struct str name;
	bool simulated;
};

struct day_counts {
	struct store *store;
	struct instant from;
	size_t days;
	bool anew;
	bool *fresh;     /* counted in this run already */
	uint64_t *marks; /* of each day's sightings; 0: none */
	struct counted_feed *feeds;
	size_t feed_count;
	struct arena arena;
	enum err err; /* of callbacks that cannot return one */

	/* the day being counted */
	struct text_table *names;
	struct store_groups *sets; /* by name */
	bool *simulated;           /* of each name */
	size_t capacity;
	struct writer content;
};

/* --- what each day is counted from --- */

static void take_feed(void *context, const struct feed_info *feed)
{
	struct day_counts *d = context;
	if (!feed->public_stats || d->err != E_OK)
		return;
	struct str name = arena_copy(&d->arena, feed->name);
	if (!name.data || d->feed_count == FEEDS)
		d->err = name.data ? E_LIMIT : E_NOMEM;
	else
		d->feeds[d->feed_count++] = (struct counted_feed){name, feed->simulated};
}

static const struct counted_feed *find_feed(const struct day_counts *d, struct str name)
{
	for (size_t i = 0; i < d->feed_count; i++)
		if (str_equal(d->feeds[i].name, name))
			return &d->feeds[i];
	return NULL;
}

/* Order does not matter: segments come file by file. */
static uint64_t mixed(uint64_t word)
{
	word ^= word >> 30;
	word *= 0xbf58476d1ce4e5b9u;
	word ^= word >> 27;
	word *= 0x94d049bb133111ebu;
	return word ^ word >> 31;
}

static void take_input(void *context, const struct store_input *input)
{
	struct day_counts *d = context;
	const struct counted_feed *feed = find_feed(d, input->feed);
	if (!feed)
		return;
	uint64_t mark = mixed(mixed((uint64_t)input->segment * 2 + feed->simulated) + FORM) ^
			mixed(input->checksum);
	for (size_t day = 0; day < d->days; day++) {
		int64_t begin = d->from.seconds + (int64_t)day * SECONDS_PER_DAY;
		if (input->last < begin || input->first >= begin + SECONDS_PER_DAY)
			continue;
		d->marks[day] += mixed(mark);
		d->marks[day] += d->marks[day] == 0; /* 0 is a day without sightings */
	}
}

static struct date date_of(const struct day_counts *d, size_t day)
{
	return instant_date((struct instant){d->from.seconds + (int64_t)day * SECONDS_PER_DAY});
}

/* Of what was retracted or deleted nothing is kept. */
static enum err forget_empty(struct day_counts *d)
{
	for (size_t day = 0; day < d->days; day++)
		if (d->marks[day] == 0)
			TRY(store_forget_counted_day(d->store, date_of(d, day)));
	return E_OK;
}

static enum err prepare(struct day_counts *d)
{
	const struct store_query query = {
		.time = {d->from, {d->from.seconds + (int64_t)d->days * SECONDS_PER_DAY}},
	};
	d->marks = arena_alloc(&d->arena, d->days, sizeof(*d->marks));
	d->fresh = arena_alloc(&d->arena, d->days, sizeof(*d->fresh));
	d->feeds = arena_alloc(&d->arena, FEEDS, sizeof(*d->feeds));
	if (!d->marks || !d->fresh || !d->feeds)
		return E_NOMEM;
	memset(d->marks, 0, d->days * sizeof(*d->marks));
	memset(d->fresh, 0, d->days * sizeof(*d->fresh));
	TRY(store_each_feed(d->store, take_feed, d));
	TRY(d->err);
	TRY(store_each_input(d->store, &query, take_input, d));
	TRY(store_forget_counted(d->store, instant_date(d->from)));
	return forget_empty(d);
}

enum err day_counts_new(struct store *store, struct instant from, size_t days, bool anew,
	struct day_counts **ret_counts)
{
	struct day_counts *d = calloc(1, sizeof(*d));
	if (!d)
		return E_NOMEM;
	d->store = store;
	d->from = from;
	d->days = days;
	d->anew = anew;
	arena_init(&d->arena, (size_t)16 << 20);
	writer_init(&d->content, SIZE_MAX);
	enum err err = prepare(d);
	if (err == E_OK)
		*ret_counts = d;
	else
		day_counts_free(d);
	return err;
}

static void forget_day(struct day_counts *d)
{
	store_groups_free(d->sets);
	free(d->simulated);
	text_table_free(d->names);
	d->sets = NULL;
	d->simulated = NULL;
	d->names = NULL;
	d->capacity = 0;
}

void day_counts_free(struct day_counts *d)
{
	if (!d)
		return;
	forget_day(d);
	arena_release(&d->arena);
	writer_release(&d->content);
	free(d);
}

/* --- counting a day --- */

static enum err make_room(struct day_counts *d, size_t id)
{
	if (id < d->capacity)
		return E_OK;
	size_t capacity = id * 2 + 16;
	bool *simulated = reallocarray(d->simulated, capacity, sizeof(*simulated));
	if (!simulated)
		return E_NOMEM;
	d->simulated = simulated;
	for (size_t i = d->capacity; i < capacity; i++)
		simulated[i] = false;
	d->capacity = capacity;
	return E_OK;
}

static enum err take_set(
	void *context, const struct store_set *set, const struct store_stored *stored)
{
	uint32_t id;
	struct day_counts *d = context;
	const struct counted_feed *feed = find_feed(d, set->feed);
	if (!feed)
		return E_OK;
	if (!text_table_add(d->names, set->name, &id))
		return E_NOMEM;
	TRY(make_room(d, id));
	d->simulated[id] = d->simulated[id] || feed->simulated;
	return store_groups_add(d->sets, id, stored);
}

static enum err write_name(
	struct day_counts *d, size_t name, struct unit_set *units, struct writer *set)
{
	unit_set_clear(units);
	writer_clear(set);
	TRY(store_groups_unite(d->sets, name, units));
	unit_set_write(units, set);
	TRY(writer_end(set));
	writer_string(&d->content, text_table_get(d->names, name));
	writer_u8(&d->content, d->simulated[name]);
	writer_string(&d->content, writer_view_str(set));
	return E_OK;
}

static enum err write_day(struct day_counts *d)
{
	struct writer set;
	struct unit_set *units = unit_set_new();
	size_t count = text_table_count(d->names);
	enum err err = units ? E_OK : E_NOMEM;
	writer_clear(&d->content);
	writer_u32(&d->content, (uint32_t)count);
	writer_init(&set, SIZE_MAX);
	for (size_t i = 0; i < count && err == E_OK; i++)
		err = write_name(d, i, units, &set);
	writer_release(&set);
	unit_set_free(units);
	return err == E_OK ? writer_end(&d->content) : err;
}

static enum err count_sets(struct day_counts *d, const struct store_query *query)
{
	struct store_held *held;
	d->names = text_table_new(NAMES_MOST);
	d->sets = store_groups_new();
	if (!d->names || !d->sets)
		return E_NOMEM;
	TRY(store_hold_sets(d->store, query, take_set, d, &held));
	enum err err = write_day(d);
	if (err == E_CORRUPT)
		store_held_complain(d->store);
	store_held_release(held);
	return err;
}

static enum err count_day(struct day_counts *d, size_t day)
{
	int64_t begin = d->from.seconds + (int64_t)day * SECONDS_PER_DAY;
	const struct store_query query = {
		.time = {{begin}, {begin + SECONDS_PER_DAY}},
		.kinds = 1 << KIND_INFECTED,
		.precisions = 1 << PRECISION_HOUR | 1 << PRECISION_DAY,
	};
	enum err err = count_sets(d, &query);
	forget_day(d);
	return err;
}

/* --- a day's sets --- */

static enum err each_in(
	struct bytes content, day_counts_wanted_fn *wanted, day_counts_fn *fn, void *context)
{
	struct cursor c;
	cursor_init(&c, content);
	for (uint32_t left = cursor_u32(&c); left > 0 && c.err == E_OK; left--) {
		struct unit_set *units;
		struct cursor set;
		struct str name = cursor_string(&c, LIMIT_NAME_BYTES);
		bool simulated = cursor_u8(&c) != 0;
		struct str bytes = cursor_string(&c, SIZE_MAX);
		if (c.err != E_OK || (wanted && !wanted(context, name)))
			continue;
		cursor_init(&set, str_bytes(bytes));
		TRY(unit_set_read(&set, &units));
		enum err err = fn(context, name, simulated, units);
		unit_set_free(units);
		TRY(err);
	}
	return cursor_end(&c);
}

enum err day_counts_each_of(struct day_counts *d, size_t day, day_counts_wanted_fn *wanted,
	day_counts_fn *fn, void *context)
{
	struct mapping mapping;
	struct bytes content;
	struct date date = date_of(d, day);
	if (d->marks[day] == 0)
		return E_OK;
	enum err err = d->anew && !d->fresh[day]
			       ? E_NOTFOUND
			       : store_counted(d->store, date, d->marks[day], &mapping, &content);
	if (err == E_OK) {
		err = each_in(content, wanted, fn, context);
		file_unmap(&mapping);
		return err;
	}
	if (err != E_NOTFOUND)
		return err;
	TRY(count_day(d, day));
	/* Not being able to keep it is no reason not to answer. */
	d->fresh[day] =
		store_put_counted(d->store, date, d->marks[day], writer_view(&d->content)) == E_OK;
	return each_in(writer_view(&d->content), wanted, fn, context);
}

enum err day_counts_each(struct day_counts *d, size_t day, day_counts_fn *fn, void *context)
{
	return day_counts_each_of(d, day, NULL, fn, context);
}
