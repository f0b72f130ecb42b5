/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "model/botnet.h"
#include "server/census_parts.h"

/* --- distinct units by feed and botnet --- */

static enum err grow(struct census_work *w)
{
	size_t capacity = w->pair_capacity ? 2 * w->pair_capacity : 256;
	struct census_pair *grown = reallocarray(w->pairs, capacity, sizeof(*grown));
	if (!grown)
		return E_NOMEM;
	w->pairs = grown;
	w->pair_capacity = capacity;
	return E_OK;
}

/* The key is the feed's number, then the name. */
static enum err find_pair(struct census_work *w, size_t feed, struct str botnet, uint32_t *ret_id)
{
	struct writer key;
	writer_init(&key, sizeof(uint32_t) + botnet.size);
	writer_u32(&key, (uint32_t)feed);
	writer_str(&key, botnet);
	bool good = writer_end(&key) == E_OK &&
		    text_table_add(w->pair_keys, writer_view_str(&key), ret_id);
	writer_release(&key);
	if (!good)
		return E_NOMEM;
	if (*ret_id < w->pair_count)
		return E_OK;
	if (w->pair_count == w->pair_capacity)
		TRY(grow(w));
	struct str text = text_table_get(w->pair_keys, *ret_id);
	struct str name = {text.data + sizeof(uint32_t), text.size - sizeof(uint32_t)};
	w->pairs[w->pair_count++] = (struct census_pair){.feed = feed, .botnet = name};
	return E_OK;
}

enum err census_pair_find(struct census_work *w, struct str name, size_t feed, uint32_t *ret_pair)
{
	bool mapped;
	return find_pair(w, feed, names_resolve(w->names, name, &mapped), ret_pair);
}

enum err census_pair_add(
	struct census_work *w, const struct store_set *set, size_t feed, enum census_window window)
{
	uint32_t id;
	TRY(census_pair_find(w, set->name, feed, &id));
	return census_gather(&w->pairs[id].units[window], set->units, NULL);
}

struct span_work {
	struct census_work *w;
	enum census_window window;
};

static enum err take_span(void *context, const struct store_set *set)
{
	const struct span_work *s = context;
	const struct census_feed *feed = census_find_feed(s->w, set->feed);
	return feed ? census_pair_add(s->w, set, (size_t)(feed - s->w->feeds), s->window) : E_OK;
}

enum err census_pair_spans(struct census_work *w, enum census_window window)
{
	struct span_work s = {w, window};
	if (!days_set(w->windows[window]))
		return E_OK;
	const struct store_query query = census_window_query(w, w->windows[window]);
	return store_each_set(w->store, &query, take_span, &s);
}

enum err census_pairs_settle(struct census_work *w)
{
	for (size_t i = 0; i < w->pair_count; i++)
		for (int k = 0; k < WINDOW__COUNT; k++)
			TRY(census_settle(w->pairs[i].units[k], NULL));
	return E_OK;
}

void census_pairs_release(struct census_work *w)
{
	for (size_t i = 0; i < w->pair_count; i++)
		for (int k = 0; k < WINDOW__COUNT; k++)
			unit_set_free(w->pairs[i].units[k]);
	free(w->pairs);
	w->pairs = NULL;
	w->pair_count = w->pair_capacity = 0;
}

/* --- the largest botnets --- */

/* Pairs of one botnet stand together; what has no name last of its kind. */
static int by_botnet(const void *a, const void *b)
{
	const struct census_pair *const *x = a;
	const struct census_pair *const *y = b;
	return str_compare((*x)->botnet, (*y)->botnet);
}

static const struct census_pair **sorted_pairs(
	const struct census_work *w, enum census_window window, size_t *ret_count)
{
	size_t count = 0;
	const struct census_pair **sorted =
		arena_alloc(w->arena, w->pair_count + 1, sizeof(struct census_pair *));
	for (size_t i = 0; sorted && i < w->pair_count; i++)
		if (w->feeds[w->pairs[i].feed].in_panel && w->pairs[i].units[window])
			sorted[count++] = &w->pairs[i];
	if (count > 1)
		qsort(sorted, count, sizeof(struct census_pair *), by_botnet);
	*ret_count = count;
	return sorted;
}

/* Counts the union of pairs that are of one botnet; with a single feed there is nothing to unite.
 */
static enum err count_botnet(const struct census_work *w, enum census_window window,
	const struct census_pair *const *pairs, size_t count, struct ranking_row *row)
{
	uint64_t counts[CENSUS__COUNT];
	struct unit_set *united = NULL;
	enum err err = E_OK;
	for (size_t i = 0; count > 1 && err == E_OK && i < count; i++)
		err = census_gather(&united, pairs[i]->units[window], NULL);
	if (err == E_OK)
		err = census_settle(united, NULL);
	if (err == E_OK) {
		census_count(w->country, united ? united : pairs[0]->units[window], counts);
		*row = (struct ranking_row){.key = pairs[0]->botnet,
			.addresses = counts[CENSUS_V4],
			.nets6 = counts[CENSUS_V6]};
	}
	unit_set_free(united);
	return err;
}

static bool is_botnet(const struct ranking_row *row)
{
	return row->addresses + row->nets6 > 0 && !str_equal(row->key, STR("unknown"));
}

enum err census_rank(struct census_work *w, enum census_window window, struct str ret_top[PLAN_TOP],
	size_t *ret_count)
{
	size_t count;
	size_t row_count = 0;
	const struct census_pair **pairs = sorted_pairs(w, window, &count);
	struct ranking_row *rows = arena_alloc(w->arena, count + 1, sizeof(*rows));
	if (!pairs || !rows)
		return E_NOMEM;
	for (size_t i = 0, next; i < count; i = next) {
		for (next = i + 1; next < count && by_botnet(&pairs[i], &pairs[next]) == 0;)
			next++;
		TRY(count_botnet(w, window, pairs + i, next - i, &rows[row_count]));
		row_count += is_botnet(&rows[row_count]);
	}
	ranking_sort(rows, row_count);
	*ret_count = row_count < PLAN_TOP ? row_count : PLAN_TOP;
	for (size_t i = 0; i < *ret_count; i++) {
		ret_top[i] = arena_copy(w->arena, rows[i].key);
		if (!ret_top[i].data)
			return E_NOMEM;
	}
	return E_OK;
}

/* --- the largest holders --- */

struct chosen {
	struct census_work *w;
	struct ranking_row *rows; /* key: of the holder */
	size_t count;
	uint32_t asns[CENSUS_HOLDERS]; /* of holders that are an AS alone; else 0 */
};

static struct str asn_key(struct arena *arena, uint32_t asn)
{
	struct writer w;
	writer_init(&w, 32);
	writer_text(&w, "AS");
	writer_decimal(&w, asn);
	struct str key = arena_copy(arena, writer_view_str(&w));
	writer_release(&w);
	return key;
}

static struct ranking_row *row_of(struct chosen *c, struct str key)
{
	for (size_t i = 0; i < c->count; i++)
		if (str_equal(c->rows[i].key, key))
			return &c->rows[i];
	c->rows[c->count] = (struct ranking_row){.key = key};
	return &c->rows[c->count++];
}

static enum err add_rows(struct chosen *c, const struct asn_count *counts, size_t count)
{
	c->rows = arena_alloc(c->w->arena, count + 1, sizeof(*c->rows));
	if (!c->rows)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++) {
		struct str key = network_asn_holder(c->w->image.network, counts[i].asn);
		if (counts[i].asn == 0)
			continue;
		key = key.size ? arena_copy(c->w->arena, key) : asn_key(c->w->arena, counts[i].asn);
		if (!key.data)
			return E_NOMEM;
		struct ranking_row *row = row_of(c, key);
		row->addresses += counts[i].v4;
		row->nets6 += counts[i].v6;
	}
	ranking_sort(c->rows, c->count);
	c->count = c->count < CENSUS_HOLDERS ? c->count : CENSUS_HOLDERS;
	return E_OK;
}

static enum err rank_holders(struct chosen *c)
{
	struct census_work *w = c->w;
	struct asn_count *counts;
	size_t count;
	struct unit_set *all = unit_set_new();
	enum err err = all ? E_OK : E_NOMEM;
	for (size_t i = 0; err == E_OK && i < w->pair_count * WINDOW__COUNT; i++) {
		const struct census_pair *pair = &w->pairs[i / WINDOW__COUNT];
		const struct unit_set *units = pair->units[i % WINDOW__COUNT];
		if (units && w->feeds[pair->feed].in_panel)
			err = unit_set_gather(all, units);
	}
	if (err == E_OK)
		err = unit_set_settle(all);
	if (err == E_OK && w->country)
		area_keep(w->country, all);
	if (err == E_OK)
		err = network_count_asns(w->image.network, all, &counts, &count);
	if (err == E_OK) {
		err = add_rows(c, counts, count);
		free(counts);
	}
	unit_set_free(all);
	return err;
}

static size_t group_of(void *context, uint32_t asn)
{
	const struct chosen *c = context;
	struct str holder = network_asn_holder(c->w->image.network, asn);
	for (size_t i = 0; i < c->count; i++) {
		bool alone = c->asns[i] == asn && holder.size == 0;
		if (alone || (holder.size > 0 && str_equal(c->rows[i].key, holder)))
			return i;
	}
	return CENSUS_HOLDERS;
}

static uint64_t announced(const struct census_work *w, const struct area *area)
{
	return area_common_v4(area, w->country ? w->country : area);
}

static enum err keep_title(struct arena *arena, struct str title, struct str *ret_title)
{
	*ret_title = arena_copy(arena, title);
	return ret_title->data ? E_OK : E_NOMEM;
}

static enum err describe(struct chosen *c, size_t i)
{
	struct census_work *w = c->w;
	struct census_holder *h = &w->holders[i];
	struct holder known = network_holder(w->image.network, c->rows[i].key);
	*h = (struct census_holder){.key = c->rows[i].key, .subscribers = known.subscribers};
	h->announced = announced(w, w->areas[i]);
	if (c->asns[i])
		known.title_vi = known.title_en = network_as_name(w->image.network, c->asns[i]);
	TRY(keep_title(w->arena, known.title_vi, &h->title[LANG_VI]));
	return keep_title(w->arena, known.title_en, &h->title[LANG_EN]);
}

/* An AS whose holder is not known stands for itself. */
static void find_alone(struct chosen *c)
{
	for (size_t i = 0; i < c->count; i++) {
		uint64_t asn;
		struct str key = c->rows[i].key;
		struct str digits = {key.data + 2, key.size > 2 ? key.size - 2 : 0};
		bool held = network_holder(c->w->image.network, key).key.size > 0;
		if (!held && str_starts(key, STR("AS")) && str_to_u64(digits, UINT32_MAX, &asn))
			c->asns[i] = (uint32_t)asn;
	}
}

enum err census_choose_holders(struct census_work *w)
{
	struct chosen c = {.w = w};
	TRY(rank_holders(&c));
	find_alone(&c);
	w->holders = arena_alloc(w->arena, c.count + 1, sizeof(*w->holders));
	if (!w->holders)
		return E_NOMEM;
	TRY(area_new_groups(w->image.network, group_of, &c, c.count, w->areas));
	w->holder_count = c.count;
	TRY(partition_new_groups(w->image.network, group_of, &c, c.count, &w->holder_parts));
	for (size_t i = 0; i < c.count; i++)
		TRY(describe(&c, i));
	return E_OK;
}
