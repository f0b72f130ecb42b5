/* SPDX-License-Identifier: Apache-2.0 */
#include "server/region_choice.h"

#include "network/region_file.h"
#include "server/embedded.h"
#include "store/results.h"

enum {
	COUNTRY = 2
};

struct str region_set_name(struct str file, struct str *ret_country)
{
	struct str name = file;
	for (struct str rest = file; rest.size > 0;)
		name = str_cut(rest, '/', &rest);
	if (str_ends(name, STR(".csv")))
		name.size -= 4;
	bool country = name.size > COUNTRY && name.data[COUNTRY] == '-';
	for (size_t i = 0; country && i < COUNTRY; i++)
		country = name.data[i] >= 'A' && name.data[i] <= 'Z';
	*ret_country = country ? (struct str){name.data, COUNTRY} : STR("");
	return name;
}

enum err region_embedded(size_t index, struct arena *arena, struct region_set *ret_set)
{
	struct problem problem;
	struct region_set set;
	if (index >= region_file_count)
		return E_NOTFOUND;
	struct bytes bytes = region_files[index].bytes;
	struct str text = {(const char *)bytes.data, bytes.size};
	set.name = region_set_name(str_from(region_files[index].name), &set.country);
	enum err err = region_file_parse(text, arena, &set.list, &set.count, &problem);
	if (err != E_OK)
		return err == E_NOMEM ? E_NOMEM : E_CORRUPT;
	*ret_set = set;
	return E_OK;
}

/* --- how well a set fits the tables --- */

struct fit {
	size_t known; /* words of the tables that the set knows */
	size_t hit;   /* regions that they mean */
	size_t keys;  /* of the words: keys of regions, not names or what they are called besides */
};

/* Islands are counted with whom they belong to. */
static size_t owner_of(const struct region_set *set, size_t index)
{
	struct str part_of = set->list[index].part_of;
	return part_of.size > 0 ? regions_find(set->list, set->count, part_of) : index;
}

static enum err fit_of(const struct region_set *set, const struct network *n, struct arena *arena,
	struct region_choice *ret_choice, struct fit *ret_fit)
{
	size_t count = network_region_count(n);
	struct region_choice c = {.set = *set};
	struct fit fit = {0};
	bool *hit = arena_alloc(arena, set->count + 1, sizeof(*hit));
	struct str *strangers = arena_alloc(arena, count + 1, sizeof(*strangers));
	c.part = arena_alloc(arena, count + 1, sizeof(*c.part));
	if (!hit || !strangers || !c.part)
		return E_NOMEM;
	c.strangers = strangers;
	for (size_t i = 0; i < count; i++) {
		struct network_region r = network_region(n, i);
		c.part[i] = UINT32_MAX;
		if (!str_equal(r.country, set->country))
			continue;
		c.table_count++;
		size_t index = regions_find(set->list, set->count, r.key);
		if (index == set->count) {
			strangers[c.stranger_count] = arena_copy(arena, r.key);
			if (!strangers[c.stranger_count++].data)
				return E_NOMEM;
			continue;
		}
		fit.keys += str_equal_nocase(set->list[index].key, r.key);
		index = owner_of(set, index);
		c.part[i] = (uint32_t)index;
		fit.known++;
		fit.hit += !hit[index];
		hit[index] = true;
	}
	*ret_choice = c;
	*ret_fit = fit;
	return E_OK;
}

/* More words known, then more regions told apart, then more words that are keys, then fewer regions
 * that nobody speaks of. */
static bool better(
	struct fit a, const struct region_choice *x, struct fit b, const struct region_choice *y)
{
	if (a.known != b.known)
		return a.known > b.known;
	if (a.hit != b.hit)
		return a.hit > b.hit;
	if (a.keys != b.keys)
		return a.keys > b.keys;
	return x->set.count < y->set.count;
}

static enum err choose_own(struct str country, const struct network *n, struct arena *arena,
	struct region_choice *ret_choice)
{
	struct region_choice best = {0};
	struct fit best_fit = {0};
	for (size_t i = 0;; i++) {
		struct fit fit;
		struct region_set set;
		struct region_choice choice;
		enum err err = region_embedded(i, arena, &set);
		if (err == E_NOTFOUND)
			break;
		TRY(err);
		if (!str_equal(set.country, country))
			continue;
		TRY(fit_of(&set, n, arena, &choice, &fit));
		if (best.set.count > 0 && !better(fit, &choice, best_fit, &best))
			continue;
		best = choice;
		best_fit = fit;
	}
	if (best.table_count == 0)
		return E_NOTFOUND;
	*ret_choice = best;
	return E_OK;
}

enum err region_choice_make(struct store *store, uint64_t as_of, struct str country,
	const struct network *network, struct arena *arena, struct region_choice *ret_choice)
{
	struct fit fit;
	struct region_entry entry;
	struct region_choice choice;
	enum err err = store_find_regions(store, as_of, country, arena, &entry);
	if (err == E_NOTFOUND || (err == E_OK && entry.set.count == 0))
		return choose_own(country, network, arena, ret_choice);
	TRY(err);
	TRY(fit_of(&entry.set, network, arena, &choice, &fit));
	if (choice.table_count == 0)
		return E_NOTFOUND;
	choice.brought = true;
	*ret_choice = choice;
	return E_OK;
}
