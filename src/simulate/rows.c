/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/rows.h"

#include <stdlib.h>

#include "simulate/csv_rows.h"

enum {
	AT_ONCE = 16384,
	SECONDS = SECONDS_PER_DAY
};

/* A growing array. */
struct sightings {
	struct csv_sighting *items;
	size_t count, capacity;
};

struct rows {
	const struct world *world;
	struct truth truth;
	uint32_t day;       /* number of days lived through */
	struct host *hosts; /* [slot] */
	struct sightings unsorted;
	struct csv_sighting *sorted; /* by feed, then second */
	size_t sorted_capacity;
	size_t *starts;           /* [feed × SECONDS + second], then the end */
	size_t at[WORLD_FEEDS];   /* next to write */
	size_t ends[WORLD_FEEDS]; /* of sorted; of the list: of `listed` */
	bool begun[WORLD_FEEDS];
	uint32_t *listed; /* IPv4 */
	size_t listed_count, listed_capacity;
};

enum err rows_new(const struct world *w, struct rows **ret_rows)
{
	struct rows *r = calloc(1, sizeof(*r));
	if (!r)
		return E_NOMEM;
	r->world = w;
	r->hosts = calloc(w->slots, sizeof(*r->hosts));
	r->starts = calloc((size_t)WORLD_LIST * SECONDS + 1, sizeof(*r->starts));
	enum err err = truth_init(&r->truth, w->scenario.days);
	if (err == E_OK && (!r->hosts || !r->starts))
		err = E_NOMEM;
	if (err != E_OK) {
		rows_free(r);
		return err;
	}
	*ret_rows = r;
	return E_OK;
}

void rows_free(struct rows *r)
{
	if (!r)
		return;
	truth_release(&r->truth);
	free(r->hosts);
	free(r->unsorted.items);
	free(r->sorted);
	free(r->starts);
	free(r->listed);
	free(r);
}

const struct truth *rows_truth(const struct rows *r)
{
	return &r->truth;
}

uint64_t rows_count(const struct rows *r)
{
	return r->unsorted.count + r->listed_count;
}

/* Room for `more` items beyond `count`. */
static enum err make_room(void **items, size_t size, size_t count, size_t more, size_t *capacity)
{
	if (*capacity - count >= more)
		return E_OK;
	size_t wanted = *capacity + *capacity / 2 + more + 4096;
	void *grown = reallocarray(*items, wanted, size);
	if (!grown)
		return E_NOMEM;
	*items = grown;
	*capacity = wanted;
	return E_OK;
}

static enum err add_sightings(
	struct sightings *all, const struct host_traits *t, const struct host_day *day)
{
	void *items = all->items;
	enum err err = make_room(
		&items, sizeof(*all->items), all->count, day->sight_count * 24, &all->capacity);
	all->items = items;
	TRY(err);
	for (size_t i = 0; i < day->sight_count; i++) {
		const struct host_sight *sight = &day->sights[i];
		for (uint32_t left = sight->hours; left != 0; left &= left - 1) {
			uint32_t hour = (uint32_t)__builtin_ctz(left);
			all->items[all->count++] = (struct csv_sighting){
				.second = day->second[hour],
				.address = world_address(t->holder, t->group, day->address[hour]),
				.port = csv_port(t->slot, day->second[hour]),
				.feed = sight->feed,
				.botnet = sight->botnet,
			};
		}
	}
	return E_OK;
}

static enum err add_listed(struct rows *r, const struct host_traits *t, uint64_t set)
{
	void *items = r->listed;
	enum err err =
		make_room(&items, sizeof(*r->listed), r->listed_count, 64, &r->listed_capacity);
	r->listed = items;
	TRY(err);
	for (; set != 0; set &= set - 1)
		r->listed[r->listed_count++] =
			world_address(t->holder, t->group, (uint8_t)__builtin_ctzll(set));
	return E_OK;
}

/* A list names an address once, whoever of its group was seen there. */
static enum err live_group(
	struct rows *r, const struct world_holder *holder, uint32_t first, uint32_t last)
{
	struct host_traits traits;
	struct host_day day;
	uint64_t listed = 0;
	for (uint32_t slot = first; slot < last; slot++) {
		struct host *host = &r->hosts[slot];
		host_night(r->world, holder, slot, r->day, host);
		if (!host_stirs(host))
			continue;
		host_traits(r->world, holder, slot, &traits);
		truth_add(&r->truth, r->world, &traits, r->day, host);
		host_live(r->world, &traits, r->day, host, &day);
		TRY(add_sightings(&r->unsorted, &traits, &day));
		listed |= day.listed;
	}
	return listed != 0 ? add_listed(r, &traits, listed) : E_OK;
}

static enum err live_holder(struct rows *r, const struct world_holder *holder)
{
	uint32_t end = holder->first_slot + holder->slots;
	for (uint32_t slot = holder->first_slot; slot < end; slot += holder->group_slots) {
		uint32_t last = slot + holder->group_slots;
		TRY(live_group(r, holder, slot, last < end ? last : end));
	}
	return E_OK;
}

static size_t bucket(const struct csv_sighting *s)
{
	return (size_t)s->feed * SECONDS + s->second;
}

/* Counting sort; sightings of one second stay in the order of hosts. */
static enum err sort_sightings(struct rows *r)
{
	size_t buckets = (size_t)WORLD_LIST * SECONDS;
	void *items = r->sorted;
	enum err err =
		make_room(&items, sizeof(*r->sorted), 0, r->unsorted.count, &r->sorted_capacity);
	r->sorted = items;
	TRY(err);
	memset(r->starts, 0, (buckets + 1) * sizeof(*r->starts));
	for (size_t i = 0; i < r->unsorted.count; i++)
		r->starts[bucket(&r->unsorted.items[i]) + 1]++;
	for (size_t i = 0; i < buckets; i++)
		r->starts[i + 1] += r->starts[i];
	for (uint32_t feed = 0; feed < WORLD_LIST; feed++) {
		r->at[feed] = r->starts[(size_t)feed * SECONDS];
		r->ends[feed] = r->starts[(size_t)(feed + 1) * SECONDS];
	}
	for (size_t i = 0; i < r->unsorted.count; i++)
		r->sorted[r->starts[bucket(&r->unsorted.items[i])]++] = r->unsorted.items[i];
	return E_OK;
}

enum err rows_day(struct rows *r, bool *ret_any)
{
	*ret_any = r->day < r->world->scenario.days;
	if (!*ret_any)
		return E_OK;
	r->unsorted.count = 0;
	r->listed_count = 0;
	for (size_t i = 0; i < WORLD_HOLDERS; i++)
		TRY(live_holder(r, &r->world->holders[i]));
	TRY(sort_sightings(r));
	r->at[WORLD_LIST] = 0;
	r->ends[WORLD_LIST] = r->listed_count;
	memset(r->begun, 0, sizeof(r->begun));
	r->day++;
	return E_OK;
}

static void write_head(const struct rows *r, uint32_t feed, struct date day, struct writer *w)
{
	if (feed != WORLD_LIST) {
		csv_head(w);
		return;
	}
	writer_text(w, "# ");
	writer_str(w, r->world->feeds[feed].name);
	writer_text(w, ": made up by quetsach-simulate\n# Updated: ");
	writer_date(w, day);
	writer_char(w, '\n');
}

bool rows_exist(const struct rows *r, uint32_t feed)
{
	return r->at[feed] < r->ends[feed];
}

bool rows_write(struct rows *r, uint32_t feed, struct writer *w)
{
	int64_t since = (int64_t)(r->day - 1) * SECONDS_PER_DAY;
	struct date day = instant_date(
		(struct instant){date_instant(r->world->scenario.first).seconds + since});
	size_t left = r->ends[feed] - r->at[feed];
	size_t count = left < AT_ONCE ? left : AT_ONCE;
	if (r->begun[feed] && left == 0)
		return false;
	if (!r->begun[feed])
		write_head(r, feed, day, w);
	r->begun[feed] = true;
	if (feed == WORLD_LIST)
		csv_list(w, &r->listed[r->at[feed]], count);
	else
		csv_sightings(w, r->world, day, &r->sorted[r->at[feed]], count);
	r->at[feed] += count;
	return true;
}
