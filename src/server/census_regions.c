/* SPDX-License-Identifier: Apache-2.0 */
/* Regions share nothing, so one walk along a union counts all of them; what is left over lies in
 * none that is known. */
#include "server/census_tiles.h"

struct census_region_work {
	struct region_choice choice;
	struct partition *partition;
	struct census_line **lines; /* of each region of the set; NULL: part of another */
	struct census_line *none;
	uint64_t *counts[CENSUS__COUNT]; /* by region */
};

static struct str key_of(const struct census_work *w, size_t i)
{
	return arena_copy(w->arena, w->regions->choice.set.list[i].key);
}

static enum err make_lines(struct census_work *w)
{
	struct census_region_work *r = w->regions;
	size_t count = r->choice.set.count;
	r->lines = arena_alloc(w->arena, count + 1, sizeof(struct census_line *));
	r->none = census_line_new(w, COUNT_REGION, STR(""));
	if (!r->lines || !r->none)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		if (r->choice.set.list[i].part_of.size > 0)
			continue;
		r->lines[i] = census_line_new(w, COUNT_REGION, key_of(w, i));
		if (!r->lines[i])
			return E_NOMEM;
	}
	return E_OK;
}

enum err census_regions_begin(struct census_work *w)
{
	struct region_choice choice;
	struct str country = w->question->plan->campaign.country;
	enum err err = region_choice_make(
		w->store, w->question->as_of, country, w->image.network, w->arena, &choice);
	if (err != E_OK)
		return err == E_NOTFOUND ? E_OK : err;
	w->regions = arena_alloc(w->arena, 1, sizeof(*w->regions));
	if (!w->regions)
		return E_NOMEM;
	w->regions->choice = choice;
	for (int f = 0; f < CENSUS__COUNT; f++) {
		w->regions->counts[f] =
			arena_alloc(w->arena, choice.set.count + 1, sizeof(uint64_t));
		if (!w->regions->counts[f])
			return E_NOMEM;
	}
	TRY(partition_new(w->image.network, choice.part, choice.set.count, &w->regions->partition));
	return make_lines(w);
}

void census_regions_release(struct census_work *w)
{
	if (w->regions)
		partition_free(w->regions->partition);
	w->regions = NULL;
}

/* What no region has of all. */
static void count(struct census_region_work *r, const struct unit_set *units,
	const uint64_t all[CENSUS__COUNT], uint64_t ret_none[CENSUS__COUNT])
{
	partition_count(r->partition, units, r->counts[CENSUS_V4], r->counts[CENSUS_V6]);
	for (int f = 0; f < CENSUS__COUNT; f++) {
		ret_none[f] = all[f];
		for (size_t i = 0; i < r->choice.set.count; i++)
			ret_none[f] -= r->counts[f][i];
	}
}

static void counts_of(
	const struct census_region_work *r, size_t i, uint64_t ret_counts[CENSUS__COUNT])
{
	for (int f = 0; f < CENSUS__COUNT; f++)
		ret_counts[f] = r->counts[f][i];
}

size_t census_regions_count(const struct census_work *w)
{
	return w->regions ? w->regions->choice.set.count : 0;
}

const struct partition *census_regions_partition(const struct census_work *w)
{
	return w->regions ? w->regions->partition : NULL;
}

void census_regions_put(
	struct census_work *w, size_t day, const census_tally *tallies, const census_tally *all)
{
	census_tally none;
	struct census_region_work *r = w->regions;
	if (!r)
		return;
	memcpy(none, *all, sizeof(none));
	for (size_t i = 0; i < r->choice.set.count; i++) {
		census_put_tally(r->lines[i], day, &tallies[i]);
		for (int f = 0; f < CENSUS__COUNT; f++)
			for (size_t slot = 0; slot < SLOTS; slot++)
				none[f][slot] -= tallies[i][f][slot];
	}
	census_put_tally(r->none, day, (const census_tally *)&none);
}

void census_regions_window(struct census_work *w, enum census_window window,
	const struct unit_set *units, const uint64_t all[CENSUS__COUNT])
{
	struct census_region_work *r = w->regions;
	if (!r || !units)
		return;
	count(r, units, all, r->none->windows[window]);
	for (size_t i = 0; i < r->choice.set.count; i++)
		if (r->lines[i])
			counts_of(r, i, r->lines[i]->windows[window]);
}

void census_regions_hours_known(struct census_work *w, bool known)
{
	struct census_region_work *r = w->regions;
	if (!r)
		return;
	r->none->hours_known = known;
	for (size_t i = 0; i < r->choice.set.count; i++)
		if (r->lines[i])
			r->lines[i]->hours_known = known;
}

/* --- what they are --- */

static enum err keep(struct arena *arena, struct str *text)
{
	*text = arena_copy(arena, *text);
	return text->data ? E_OK : E_NOMEM;
}

static enum err keep_set(struct arena *arena, const struct region_set *set, struct region_set *ret)
{
	struct region *list = arena_alloc(arena, set->count + 1, sizeof(*list));
	*ret = *set;
	if (!list)
		return E_NOMEM;
	memcpy(list, set->list, set->count * sizeof(*list));
	ret->list = list;
	TRY(keep(arena, &ret->name));
	return keep(arena, &ret->country);
}

enum err census_regions_describe(const struct census_work *w, struct census *census)
{
	const struct census_region_work *r = w->regions;
	if (!r)
		return E_OK;
	uint64_t *sizes = r->counts[CENSUS_V4];
	TRY(keep_set(w->arena, &r->choice.set, &census->region_set));
	census->regions = arena_alloc(w->arena, r->choice.set.count + 1, sizeof(*census->regions));
	if (!census->regions)
		return E_NOMEM;
	partition_sizes(r->partition, w->country, sizes);
	for (size_t i = 0; i < r->choice.set.count; i++)
		if (r->lines[i])
			census->regions[census->region_count++] =
				(struct census_region){r->lines[i]->key, sizes[i]};
	return E_OK;
}
