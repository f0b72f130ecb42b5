/* SPDX-License-Identifier: Apache-2.0 */
/* Episodes of addresses in the frozen ten, else in the current ten (measure/durations.h), from the
 * days of the second pass. The groups that G belongs to are the holders, and all others together.
 */
#include <stdlib.h>

#include "server/census_parts.h"

enum {
	CHUNK = 1 << 16 /* addresses read at once */
};

/* Addresses that follow each other, of one holder. */
struct run {
	uint32_t first, last;
	uint32_t holder;
};

struct runs {
	struct run *list;
	size_t count, capacity;
};

struct census_durations {
	uint8_t *lit;
	struct duration_stretch *stretches;
	struct durations *counting;
	uint32_t *addresses; /* of a day */
	size_t capacity;
};

static enum err add_run(struct runs *r, struct run run)
{
	if (!r->list || r->count == r->capacity) {
		size_t capacity = r->capacity ? 2 * r->capacity : 256;
		struct run *grown = reallocarray(r->list, capacity, sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		r->list = grown;
		r->capacity = capacity;
	}
	r->list[r->count++] = run;
	return E_OK;
}

static enum err extend(struct runs *r, uint32_t address, uint32_t holder)
{
	struct run *last = r->count > 0 ? &r->list[r->count - 1] : NULL;
	if (!last || last->holder != holder || last->last + 1 != address)
		return add_run(r, (struct run){address, address, holder});
	last->last = address;
	return E_OK;
}

static enum err add_runs_of(
	struct runs *r, const struct unit_set *set, uint32_t holder, uint32_t *chunk)
{
	uint64_t position = 0;
	size_t count;
	while ((count = unit_set_read_v4(set, &position, chunk, CHUNK)) > 0) {
		TRY(extend(r, chunk[0], holder));
		bool whole = chunk[count - 1] - chunk[0] == count - 1;
		if (whole)
			r->list[r->count - 1].last = chunk[count - 1];
		for (size_t i = 1; !whole && i < count; i++)
			TRY(extend(r, chunk[i], holder));
	}
	return E_OK;
}

static enum err add_holder(
	const struct census_work *w, struct runs *r, uint32_t holder, uint32_t *chunk)
{
	struct unit_set *set = NULL;
	enum err err = census_gather(&set, area_v4(w->areas[holder]), w->country);
	if (err == E_OK)
		err = census_settle(set, w->country);
	if (err == E_OK)
		err = add_runs_of(r, set, holder, chunk);
	unit_set_free(set);
	return err;
}

static int by_first(const void *a, const void *b)
{
	const struct run *x = a;
	const struct run *y = b;
	return (x->first > y->first) - (x->first < y->first);
}

/* Runs with what lies between them. */
static size_t fill_stretches(
	const struct runs *r, uint32_t others, struct duration_stretch *stretches)
{
	size_t count = 0;
	uint64_t next = 0; /* first address of none so far */
	for (size_t i = 0; i < r->count; i++) {
		if (r->list[i].first > next)
			stretches[count++] = (struct duration_stretch){(uint32_t)next, others};
		stretches[count++] = (struct duration_stretch){r->list[i].first, r->list[i].holder};
		next = (uint64_t)r->list[i].last + 1;
	}
	if (next <= UINT32_MAX)
		stretches[count++] = (struct duration_stretch){(uint32_t)next, others};
	return count;
}

static enum err make_stretches(
	const struct census_work *w, struct census_durations *c, size_t *ret_count)
{
	struct runs r = {0};
	enum err err = E_OK;
	uint32_t *chunk = calloc(CHUNK, sizeof(*chunk));
	if (!chunk)
		return E_NOMEM;
	for (uint32_t i = 0; err == E_OK && i < w->holder_count; i++)
		err = add_holder(w, &r, i, chunk);
	if (err == E_OK && r.count > 0)
		qsort(r.list, r.count, sizeof(*r.list), by_first);
	c->stretches = calloc(2 * r.count + 1, sizeof(*c->stretches));
	if (err == E_OK)
		err = c->stretches ? E_OK : E_NOMEM;
	if (err == E_OK)
		*ret_count = fill_stretches(&r, (uint32_t)w->holder_count, c->stretches);
	free(chunk);
	free(r.list);
	return err;
}

/* Days without a report of the panel, or odd ones, pass no time. */
static void find_lit(const struct census_work *w, uint8_t *lit)
{
	for (size_t d = 0; d < w->days; d++)
		lit[d] = w->panel->members > 0 && w->panel->days[d];
}

static void put_windows(const struct census_work *w, struct duration_question *q)
{
	for (int k = 0; k < WINDOW__COUNT; k++) {
		int64_t since = date_instant(w->windows[k].first).seconds - w->from.seconds;
		if (!days_set(w->windows[k]))
			continue;
		q->windows[k].from = (size_t)(since / SECONDS_PER_DAY);
		q->windows[k].to = q->windows[k].from + (size_t)days_count(w->windows[k]);
	}
}

static enum err start(const struct census_work *w, size_t botnets, struct census_durations *c)
{
	size_t stretches;
	struct duration_question q = {
		.days = w->days, .lit = c->lit, .groups = w->holder_count + 1, .botnets = botnets};
	find_lit(w, c->lit);
	TRY(make_stretches(w, c, &stretches));
	put_windows(w, &q);
	q.stretches = c->stretches;
	q.stretch_count = stretches;
	c->counting = durations_new(&q);
	return c->counting ? E_OK : E_NOMEM;
}

enum err census_durations_new(
	const struct census_work *w, size_t botnets, struct census_durations **ret)
{
	struct census_durations *c = calloc(1, sizeof(*c));
	if (!c)
		return E_NOMEM;
	c->lit = calloc(w->days + 1, 1);
	enum err err = c->lit ? start(w, botnets, c) : E_NOMEM;
	if (err != E_OK) {
		census_durations_free(c);
		return err;
	}
	*ret = c;
	return E_OK;
}

void census_durations_free(struct census_durations *c)
{
	if (!c)
		return;
	durations_free(c->counting);
	free(c->lit);
	free(c->stretches);
	free(c->addresses);
	free(c);
}

static enum err make_room(struct census_durations *c, size_t count)
{
	if (count <= c->capacity)
		return E_OK;
	free(c->addresses);
	c->capacity = 0;
	c->addresses = calloc(count, sizeof(*c->addresses));
	if (!c->addresses)
		return E_NOMEM;
	c->capacity = count;
	return E_OK;
}

enum err census_durations_day(
	struct census_durations *c, size_t day, size_t botnet, const struct unit_set *set)
{
	uint64_t position = 0;
	size_t count = (size_t)unit_set_count_v4(set);
	if (count == 0)
		return E_OK;
	TRY(make_room(c, count));
	count = unit_set_read_v4(set, &position, c->addresses, count);
	return durations_day(c->counting, day, botnet, c->addresses, count);
}

enum err census_durations_take(struct census_work *w, struct census_durations *c)
{
	struct duration_result found[WINDOW__COUNT];
	TRY(durations_finish(c->counting, w->arena, found));
	for (int k = 0; k < WINDOW__COUNT; k++) {
		if (!days_set(w->windows[k]))
			continue;
		found[k].days = w->windows[k];
		w->durations[w->duration_count++] = found[k];
	}
	return E_OK;
}
