/* SPDX-License-Identifier: Apache-2.0 */
#include "server/census_tiles.h"

#include <stdlib.h>

#include "os/system.h"
#include "os/threads.h"

struct pieces {
	struct census_piece *list;
	size_t count, capacity;
};

/* Entries are checked and taken to pieces by as many readers as there are shards. */
struct reader {
	struct pieces of[CENSUS_SHARDS];
	enum err err;
};

struct shard {
	struct pieces sorted;
	uint32_t *ends; /* TILES + 1: where the pieces of each tile end */
	census_tally *tallies;
	enum err err;
};

struct census_tiles {
	struct census_work *w;
	struct census_tiles_question question;
	size_t shard_count;
	struct census_entry *entries;
	size_t count, capacity;
	struct reader readers[CENSUS_SHARDS];
	struct shard shards[CENSUS_SHARDS];
	uint8_t *reach;            /* enum census_reach of each /16; of its shard alone */
	struct unit_board **parts; /* where that is REACH_PART */
};

static size_t choose_shards(const struct census_work *w)
{
	size_t count = w->question->processors ? w->question->processors : system_processors();
	return count < CENSUS_SHARDS ? count : CENSUS_SHARDS;
}

enum err census_tiles_new(struct census_work *w, const struct census_tiles_question *q,
	struct census_tiles **ret_tiles)
{
	struct census_tiles *t = calloc(1, sizeof(*t));
	if (!t)
		return E_NOMEM;
	*t = (struct census_tiles){.w = w, .question = *q, .shard_count = choose_shards(w)};
	t->reach = calloc(TILES, sizeof(*t->reach));
	t->parts = calloc(TILES, sizeof(struct unit_board *));
	bool good = t->reach && t->parts;
	for (size_t i = 0; i < t->shard_count; i++) {
		struct shard *s = &t->shards[i];
		s->ends = calloc(TILES + 1, sizeof(*s->ends));
		s->tallies = calloc(q->series + 1, sizeof(*s->tallies));
		good = good && s->ends && s->tallies;
	}
	if (!good) {
		census_tiles_free(t);
		return E_NOMEM;
	}
	*ret_tiles = t;
	return E_OK;
}

void census_tiles_free(struct census_tiles *t)
{
	if (!t)
		return;
	for (size_t i = 0; i < t->shard_count; i++) {
		for (size_t k = 0; k < t->shard_count; k++)
			free(t->readers[i].of[k].list);
		free(t->shards[i].sorted.list);
		free(t->shards[i].ends);
		free(t->shards[i].tallies);
	}
	for (size_t i = 0; t->parts && i < TILES; i++)
		free(t->parts[i]);
	free(t->parts);
	free(t->reach);
	free(t->entries);
	free(t);
}

size_t census_tiles_shards(const struct census_tiles *t)
{
	return t->shard_count;
}

enum err census_tiles_add(struct census_tiles *t, const struct census_entry *entry)
{
	if (t->count == t->capacity) {
		size_t capacity = t->capacity ? 2 * t->capacity : 256;
		struct census_entry *grown = reallocarray(t->entries, capacity, sizeof(*grown));
		if (!grown)
			return E_NOMEM;
		t->entries = grown;
		t->capacity = capacity;
	}
	if (t->count == UINT32_MAX)
		return E_LIMIT;
	t->entries[t->count++] = *entry;
	return E_OK;
}

/* --- entries become pieces --- */

static enum err reserve(struct pieces *p, size_t count)
{
	if (count <= p->capacity)
		return E_OK;
	size_t capacity = count < 2 * p->capacity ? 2 * p->capacity : count + 256;
	struct census_piece *grown = reallocarray(p->list, capacity, sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	p->list = grown;
	p->capacity = capacity;
	return E_OK;
}

static enum err put_piece(
	const struct census_tiles *t, struct reader *r, const struct census_piece *piece)
{
	struct pieces *p = &r->of[piece->tile % t->shard_count];
	TRY(reserve(p, p->count + 1));
	p->list[p->count++] = *piece;
	return E_OK;
}

static enum err read_entry(const struct census_tiles *t, struct reader *r, size_t i)
{
	struct unit_view view;
	struct unit_pages pages;
	struct census_piece piece = {.entry = (uint32_t)i};
	TRY(store_stored_view(&t->entries[i].stored, &view));
	unit_pages_begin(&pages, view.v4);
	while (unit_pages_next(&pages, &piece.page)) {
		piece.tile = piece.page.high;
		TRY(put_piece(t, r, &piece));
	}
	piece.page = (struct unit_page){
		.data = view.nets.data, .count = (uint32_t)(view.nets.size / sizeof(uint64_t))};
	piece.tile = TILE_V6;
	return piece.page.count > 0 ? put_piece(t, r, &piece) : E_OK;
}

static void read_some(void *context, size_t job)
{
	struct census_tiles *t = context;
	struct reader *r = &t->readers[job];
	for (size_t k = 0; k < CENSUS_SHARDS; k++)
		r->of[k].count = 0;
	r->err = E_OK;
	size_t end = t->count * (job + 1) / t->shard_count;
	for (size_t i = t->count * job / t->shard_count; r->err == E_OK && i < end; i++)
		r->err = read_entry(t, r, i);
}

/* By tile; those of one tile stay in the order of the entries. */
static enum err sort_pieces(struct census_tiles *t, size_t shard)
{
	struct shard *s = &t->shards[shard];
	size_t count = 0;
	for (size_t r = 0; r < t->shard_count; r++)
		count += t->readers[r].of[shard].count;
	if (count > UINT32_MAX)
		return E_LIMIT;
	TRY(reserve(&s->sorted, count));
	memset(s->ends, 0, (TILES + 1) * sizeof(*s->ends));
	for (size_t r = 0; r < t->shard_count; r++)
		for (size_t i = 0; i < t->readers[r].of[shard].count; i++)
			s->ends[t->readers[r].of[shard].list[i].tile + 1]++;
	for (size_t i = 0; i < TILES; i++)
		s->ends[i + 1] += s->ends[i];
	for (size_t r = 0; r < t->shard_count; r++)
		for (size_t i = 0; i < t->readers[r].of[shard].count; i++) {
			const struct census_piece *piece = &t->readers[r].of[shard].list[i];
			s->sorted.list[s->ends[piece->tile]++] = *piece;
		}
	s->sorted.count = count;
	return E_OK;
}

/* --- a tile --- */

static enum err find_reach(struct census_tiles *t, uint32_t number)
{
	const struct area *country = t->w->country;
	uint32_t first = number << 16;
	uint64_t inside = BOARD_BITS;
	if (country)
		inside = area_count_range_v4(country, first, first | UINT16_MAX);
	t->reach[number] = inside == BOARD_BITS ? REACH_ALL : inside > 0 ? REACH_PART : REACH_NONE;
	if (t->reach[number] != REACH_PART)
		return E_OK;
	t->parts[number] = calloc(1, sizeof(*t->parts[number]));
	if (!t->parts[number]) {
		t->reach[number] = REACH_UNKNOWN;
		return E_NOMEM;
	}
	area_read_board(country, number, t->parts[number]);
	return E_OK;
}

static enum err count_tile(
	struct census_tiles *t, size_t shard, const struct census_piece *pieces, size_t count)
{
	const struct census_tiles_question *q = &t->question;
	struct census_tile tile = {
		.number = pieces->tile,
		.family = pieces->tile == TILE_V6 ? CENSUS_V6 : CENSUS_V4,
		.cut = q->cut,
		.country = t->w->country,
		.entries = t->entries,
		.pieces = pieces,
		.count = count,
	};
	if (tile.family == CENSUS_V4 && t->reach[tile.number] == REACH_UNKNOWN)
		TRY(find_reach(t, tile.number));
	tile.reach = (enum census_reach)t->reach[tile.number];
	tile.part = t->parts[tile.number];
	if (q->cut && tile.reach == REACH_NONE)
		return E_OK;
	return q->tile(q->context, shard, &tile, t->shards[shard].tallies);
}

static enum err count_shard(struct census_tiles *t, size_t shard)
{
	const struct census_tiles_question *q = &t->question;
	struct shard *s = &t->shards[shard];
	memset(s->tallies, 0, q->series * sizeof(*s->tallies));
	TRY(sort_pieces(t, shard));
	for (size_t i = 0, next; i < s->sorted.count; i = next) {
		next = s->ends[s->sorted.list[i].tile];
		TRY(count_tile(t, shard, s->sorted.list + i, next - i));
	}
	return q->done ? q->done(q->context, shard) : E_OK;
}

static void count_some(void *context, size_t job)
{
	struct census_tiles *t = context;
	t->shards[job].err = count_shard(t, job);
}

/* --- a day --- */

static int by_hour(const void *a, const void *b)
{
	const struct census_entry *x = a;
	const struct census_entry *y = b;
	if (x->hour != y->hour)
		return x->hour < y->hour ? -1 : 1;
	return (x->order > y->order) - (x->order < y->order);
}

static void add_tallies(census_tally *sums, const census_tally *tallies, size_t count)
{
	uint64_t *into = &sums[0][0][0];
	const uint64_t *from = &tallies[0][0][0];
	for (size_t i = 0; i < count * CENSUS__COUNT * SLOTS; i++)
		into[i] += from[i];
}

enum err census_tiles_count(struct census_tiles *t, const census_tally **ret_tallies)
{
	if (t->count > 1)
		qsort(t->entries, t->count, sizeof(*t->entries), by_hour);
	threads_run(t->shard_count, read_some, t);
	for (size_t i = 0; i < t->shard_count; i++) {
		if (t->readers[i].err == E_CORRUPT)
			store_held_complain(t->w->store);
		TRY(t->readers[i].err);
	}
	threads_run(t->shard_count, count_some, t);
	for (size_t i = 0; i < t->shard_count; i++)
		TRY(t->shards[i].err);
	for (size_t i = 1; i < t->shard_count; i++)
		add_tallies(t->shards[0].tallies, t->shards[i].tallies, t->question.series);
	t->count = 0;
	*ret_tallies = t->shards[0].tallies;
	return E_OK;
}

void census_put_tally(struct census_line *line, size_t day, const census_tally *tally)
{
	for (size_t slot = 0; line && slot < SLOTS; slot++) {
		const uint64_t counts[CENSUS__COUNT] = {
			(*tally)[CENSUS_V4][slot], (*tally)[CENSUS_V6][slot]};
		if (slot < HOURS)
			census_put_hour(line, day, slot, counts);
		else
			census_put_day(line, day, counts);
	}
}
