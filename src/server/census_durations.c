/* SPDX-License-Identifier: Apache-2.0 */
/* Episodes of addresses in the frozen ten, else in the current ten (measure/durations.h), from the
 * days of the second pass. The groups that G belongs to are the holders, and all others together.
 */
#include <stdlib.h>

#include "server/census_parts.h"

/* Addresses of a botnet and day. */
struct addresses {
	uint32_t *list;
	size_t count, capacity;
};

struct shard {
	struct durations *counting;
	struct addresses *botnets;
};

struct census_durations {
	uint8_t *lit;
	struct duration_stretch *stretches;
	struct shard *shards;
	size_t shard_count, botnet_count;
};

/* Stretches of the holders, the others' among them. */
static enum err make_stretches(
	const struct census_work *w, struct census_durations *c, size_t *ret_count)
{
	const uint32_t *start, *part;
	size_t count = partition_stretches(w->holder_parts, &start, &part);
	c->stretches = calloc(count + 1, sizeof(*c->stretches));
	if (!c->stretches)
		return E_NOMEM;
	c->stretches[0].group = (uint32_t)w->holder_count;
	for (size_t i = 0; i < count; i++)
		c->stretches[i] = (struct duration_stretch){start[i], part[i]};
	*ret_count = count > 0 ? count : 1;
	return E_OK;
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
	for (size_t i = 0; i < c->shard_count; i++) {
		struct shard *s = &c->shards[i];
		s->counting = durations_new(&q);
		s->botnets = calloc(botnets + 1, sizeof(*s->botnets));
		if (!s->counting || !s->botnets)
			return E_NOMEM;
	}
	return E_OK;
}

enum err census_durations_new(
	const struct census_work *w, size_t botnets, size_t shards, struct census_durations **ret)
{
	struct census_durations *c = calloc(1, sizeof(*c));
	if (!c)
		return E_NOMEM;
	c->botnet_count = botnets;
	c->lit = calloc(w->days + 1, 1);
	c->shards = calloc(shards, sizeof(*c->shards));
	c->shard_count = c->shards ? shards : 0;
	enum err err = c->lit && c->shards ? start(w, botnets, c) : E_NOMEM;
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
	for (size_t i = 0; i < c->shard_count; i++) {
		struct shard *s = &c->shards[i];
		for (size_t n = 0; s->botnets && n < c->botnet_count; n++)
			free(s->botnets[n].list);
		free(s->botnets);
		durations_free(s->counting);
	}
	free(c->shards);
	free(c->lit);
	free(c->stretches);
	free(c);
}

static enum err make_room(struct addresses *a, size_t count)
{
	if (a->list && count <= a->capacity)
		return E_OK;
	size_t capacity = count < 2 * a->capacity ? 2 * a->capacity : count;
	uint32_t *grown = reallocarray(a->list, capacity, sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	a->list = grown;
	a->capacity = capacity;
	return E_OK;
}

enum err census_durations_add(struct census_durations *c, size_t shard, size_t botnet,
	const struct unit_board *board, uint32_t high)
{
	struct addresses *a = &c->shards[shard].botnets[botnet];
	if (board->count == 0)
		return E_OK;
	TRY(make_room(a, a->count + board->count));
	unit_board_read(board, high, a->list + a->count);
	a->count += board->count;
	return E_OK;
}

enum err census_durations_day(struct census_durations *c, size_t shard, size_t day)
{
	struct shard *s = &c->shards[shard];
	for (size_t i = 0; i < c->botnet_count; i++) {
		struct addresses *a = &s->botnets[i];
		if (a->count > 0)
			TRY(durations_day(s->counting, day, i, a->list, a->count));
		a->count = 0;
	}
	return E_OK;
}

enum err census_durations_take(struct census_work *w, struct census_durations *c)
{
	struct duration_result found[WINDOW__COUNT];
	for (size_t i = 1; i < c->shard_count; i++)
		TRY(durations_join(c->shards[0].counting, c->shards[i].counting));
	TRY(durations_finish(c->shards[0].counting, w->arena, found));
	for (int k = 0; k < WINDOW__COUNT; k++) {
		if (!days_set(w->windows[k]))
			continue;
		found[k].days = w->windows[k];
		w->durations[w->duration_count++] = found[k];
	}
	return E_OK;
}
