/* SPDX-License-Identifier: Apache-2.0 */
#include "server/publish.h"

#include <stdlib.h>

#include "base/arena.h"
#include "listing/listing.h"
#include "server/attribution.h"
#include "server/botnet_names.h"
#include "server/publish_site.h"

enum {
	LONGEST_WINDOW = 30 * SECONDS_PER_DAY,
	CHUNK = 4096
};
#define LISTING_LIMIT ((size_t)8 << 30)

struct feed_entry {
	struct str name;
	uint8_t index;
	bool simulated;
};

struct build {
	struct store *store;
	struct instant now;
	struct arena arena;
	struct listing_builder *builder;
	struct listing_facts facts;
	struct names *names;
	struct attribution_image image;
	struct feed_entry *feeds; /* those that may answer visitors */
	struct prefix *allowed;
	size_t allowed_count;
	struct listing_entry *chunk;
	enum err err; /* of callbacks that cannot return one */
};

enum {
	FEEDS = 256,
	ALLOWANCES = 65536
};

static void take_feed(void *context, const struct feed_info *feed)
{
	struct build *b = context;
	if (!feed->public_check || b->err != E_OK)
		return;
	if (b->facts.feeds == FEEDS - 1) {
		b->err = E_LIMIT;
		return;
	}
	struct feed_entry *entry = &b->feeds[b->facts.feeds++];
	entry->name = arena_copy(&b->arena, feed->name);
	entry->simulated = feed->simulated;
	b->err = entry->name.data ? listing_builder_feed(
					    b->builder, feed->name, feed->simulated, &entry->index)
				  : E_NOMEM;
}

static void take_allowance(void *context, const struct allowance *allowance)
{
	struct build *b = context;
	if (allowance->until.seconds <= b->now.seconds || b->err != E_OK)
		return;
	if (b->allowed_count == ALLOWANCES)
		b->err = E_LIMIT;
	else
		b->allowed[b->allowed_count++] = allowance->prefix;
}

static int by_prefix(const void *a, const void *b)
{
	const struct prefix *x = a;
	const struct prefix *y = b;
	int order = ip_compare(x->ip, y->ip);
	return order ? order : (x->length > y->length) - (x->length < y->length);
}

/* Drops prefixes inside another, so that a binary search for the last start suffices. */
static void tidy_allowed(struct build *b)
{
	size_t kept = 0;
	if (b->allowed_count > 0)
		qsort(b->allowed, b->allowed_count, sizeof(*b->allowed), by_prefix);
	for (size_t i = 0; i < b->allowed_count; i++)
		if (kept == 0 || !prefix_contains(b->allowed[kept - 1], b->allowed[i].ip))
			b->allowed[kept++] = b->allowed[i];
	b->allowed_count = kept;
}

/* A /64 is allowed when any allowed address lies in it: better one too few than one wrongly. */
static bool is_allowed(const struct build *b, struct unit unit)
{
	struct ip first = unit_ip(unit);
	struct ip last = unit.v6 ? ip_from_halves(unit.key, UINT64_MAX) : first;
	size_t low = 0;
	size_t high = b->allowed_count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (ip_compare(b->allowed[middle].ip, last) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 && ip_compare(prefix_last(b->allowed[low - 1]), first) >= 0;
}

static const struct feed_entry *find_feed(const struct build *b, struct str name)
{
	for (size_t i = 0; i < b->facts.feeds; i++)
		if (str_equal(b->feeds[i].name, name))
			return &b->feeds[i];
	return NULL;
}

/* Times in the future (a clock that is off, or the end of today) count as now. */
static uint32_t minute(const struct build *b, uint32_t second)
{
	uint32_t now = (uint32_t)b->now.seconds;
	return (second < now ? second : now) / 60;
}

/* Units of a summary ascend: a look-up serves all that its answer reaches to. */
struct pool_run {
	uint32_t first, last; /* first > last: none yet */
	enum pool pool;
};

static enum pool pool_of(const struct build *b, struct unit unit, struct pool_run *run)
{
	uint32_t v4 = (uint32_t)unit.key;
	if (unit.v6)
		return network_look_up(b->image.network, unit_ip(unit)).pool;
	if (v4 < run->first || v4 > run->last) {
		run->first = v4;
		run->pool = network_pool_v4(b->image.network, v4, &run->last);
	}
	return run->pool;
}

static enum err add_chunk(struct build *b, const struct store_summary *summary, size_t from,
	const struct listing_entry *sample, bool simulated)
{
	size_t count = 0;
	struct pool_run run = {1, 0, POOL_UNKNOWN};
	for (size_t i = from; i < summary->count && i < from + CHUNK; i++) {
		struct listing_entry entry = *sample;
		entry.unit = summary->units[i];
		entry.first_minute = minute(b, summary->first[i]);
		entry.last_minute = minute(b, summary->last[i]);
		entry.pool = pool_of(b, entry.unit, &run);
		int64_t ago = b->now.seconds - (int64_t)entry.last_minute * 60;
		bool public = ip_scope(unit_ip(entry.unit)) == IP_SCOPE_GLOBAL;
		if (public && ago <= pool_window(entry.pool) && !is_allowed(b, entry.unit))
			b->chunk[count++] = entry;
	}
	b->facts.simulated = b->facts.simulated || (simulated && count > 0);
	return listing_builder_add(b->builder, b->chunk, count);
}

static enum err take_summary(void *context, const struct store_summary *summary)
{
	struct build *b = context;
	bool mapped;
	struct listing_entry sample = {.kind = summary->kind, .precision = summary->precision};
	const struct feed_entry *feed = find_feed(b, summary->feed);
	if (!feed)
		return E_OK;
	sample.feed = feed->index;
	TRY(listing_builder_botnet(
		b->builder, names_resolve(b->names, summary->name, &mapped), &sample.botnet));
	for (size_t from = 0; from < summary->count; from += CHUNK)
		TRY(add_chunk(b, summary, from, &sample, feed->simulated));
	return E_OK;
}

static enum err gather(struct build *b)
{
	struct instant when;
	b->builder = listing_builder_new();
	b->feeds = arena_alloc(&b->arena, FEEDS, sizeof(*b->feeds));
	b->allowed = arena_alloc(&b->arena, ALLOWANCES, sizeof(*b->allowed));
	b->chunk = arena_alloc(&b->arena, CHUNK, sizeof(*b->chunk));
	if (!b->builder || !b->feeds || !b->allowed || !b->chunk)
		return E_NOMEM;
	TRY(store_change(b->store, &b->facts.change, &when));
	TRY(store_each_feed(b->store, take_feed, b));
	TRY(store_each_allowance(b->store, take_allowance, b));
	TRY(b->err);
	tidy_allowed(b);
	TRY(botnet_names_load(b->store, &b->names));
	TRY(attribution_image_init(&b->image, b->store, instant_date(b->now)));
	const struct store_query query = {
		.time = {{b->now.seconds - LONGEST_WINDOW}, {b->now.seconds + SECONDS_PER_DAY}},
		.kinds = 1 << KIND_INFECTED,
	};
	return store_each_summary(b->store, &query, take_summary, b);
}

static enum err build_and_publish(struct build *b, struct writer *file)
{
	TRY(gather(b));
	b->facts.built = b->now;
	TRY(listing_builder_write(b->builder, &b->facts, file));
	TRY(writer_end(file));
	return store_publish(b->store, STR("listing"), writer_view(file));
}

enum err publish_listing(struct store *store, struct instant now)
{
	struct build b = {.store = store, .now = now};
	struct writer file;
	arena_init(&b.arena, (size_t)64 << 20);
	writer_init(&file, LISTING_LIMIT);
	enum err err = build_and_publish(&b, &file);
	writer_release(&file);
	attribution_image_release(&b.image);
	names_free(b.names);
	listing_builder_free(b.builder);
	arena_release(&b.arena);
	return err;
}

enum err publish_network(struct store *store, struct instant now)
{
	struct attribution_image image;
	TRY(attribution_image_init(&image, store, instant_date(now)));
	enum err err = store_publish(store, STR("network"), writer_view(&image.bytes));
	attribution_image_release(&image);
	return err;
}

enum err publish_sightings(struct store *store, struct instant now)
{
	struct store_compacted compacted;
	TRY(publish_listing(store, now));
	TRY(publish_site(store, now));
	return store_compact(store, now, &compacted);
}

enum err publish_all(struct store *store, struct instant now)
{
	TRY(publish_network(store, now));
	TRY(publish_listing(store, now));
	return publish_site_anew(store, now);
}
