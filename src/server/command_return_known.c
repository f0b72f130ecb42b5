/* SPDX-License-Identifier: Apache-2.0 */
/* What the system knows of the networks of units: for people who fill in returns. */
#include "model/unit_set.h"
#include "office/return_known.h"
#include "server/command_return.h"
#include "server/command_site.h"

enum {
	FEEDS = 12, /* named; of more, that there are more */
	CHUNK = 4096
};

struct knowing {
	struct return_command *r;
	struct days window;
	struct unit_set *seen;     /* infected in the window, within the networks of units */
	struct unit_set *networks; /* of all units; IPv4 */
	struct str feeds[FEEDS];
	size_t feed_count;
	bool more_feeds;
	struct writer sources;
	/* of the organisation being counted */
	struct unit_set *own;
	uint64_t own_networks;
	uint64_t *first6, *last6; /* of its IPv6 networks, /64s */
	size_t count6;
	uint64_t counted;
};

/* --- what was seen --- */

static enum err note_feed(struct knowing *k, struct str feed)
{
	for (size_t i = 0; i < k->feed_count; i++)
		if (str_equal(k->feeds[i], feed))
			return E_OK;
	k->more_feeds = k->more_feeds || k->feed_count == FEEDS;
	if (k->feed_count == FEEDS)
		return E_OK;
	struct str copy = arena_copy(&k->r->c->arena, feed);
	k->feeds[k->feed_count++] = copy;
	return copy.data ? E_OK : E_NOMEM;
}

static enum err take_set(void *context, const struct store_set *set)
{
	struct knowing *k = context;
	TRY(note_feed(k, set->feed));
	return unit_set_gather_within(k->seen, set->units, k->networks);
}

static enum err read_seen(struct knowing *k)
{
	struct store *store;
	const struct store_query query = {
		.time = {date_instant(k->window.first),
			{date_instant(k->window.last).seconds + SECONDS_PER_DAY}},
		.kinds = 1 << KIND_INFECTED,
		.feed = STR("")};
	if (!context_store(k->r->c, STORE_READ, &store))
		return E_IO;
	enum err err = store_each_set(store, &query, take_set, k);
	if (err == E_OK)
		err = unit_set_settle(k->seen);
	else
		context_store_failed(k->r->c, store, err);
	store_close(store);
	return err;
}

static void write_sources(struct knowing *k)
{
	writer_clear(&k->sources);
	for (size_t i = 0; i < k->feed_count; i++) {
		writer_text(&k->sources, i ? ", " : "");
		writer_str(&k->sources, k->feeds[i]);
	}
	if (k->more_feeds)
		writer_text(&k->sources, ", …");
}

/* --- networks --- */

static enum err add_v4(struct unit_set *set, struct prefix prefix)
{
	return unit_set_add_range_v4(set, ip_v4(prefix.ip), ip_v4(prefix_last(prefix)));
}

static enum err take_network(void *context, struct prefix prefix)
{
	struct knowing *k = context;
	k->own_networks++;
	return ip_is_v4(prefix.ip) ? add_v4(k->networks, prefix) : E_OK;
}

static enum err take_org(void *context, const struct level_unit *unit)
{
	struct knowing *k = context;
	return org_each_network(&k->r->office, unit->org, take_network, k);
}

/* --- one organisation --- */

static enum err take_own(void *context, struct prefix prefix)
{
	struct knowing *k = context;
	k->own_networks++;
	if (ip_is_v4(prefix.ip))
		return add_v4(k->own, prefix);
	/* Longer than a /64 is less than one counting unit: it is that /64. Networks come in order,
	 * the wider first, and those within it are counted with it. */
	uint64_t last = ip_high(prefix_last(prefix));
	if (k->count6 > 0 && last <= k->last6[k->count6 - 1])
		return E_OK;
	if (k->count6 == CHUNK)
		return E_LIMIT;
	k->first6[k->count6] = ip_high(prefix.ip);
	k->last6[k->count6++] = last;
	return E_OK;
}

/* Index of the first that is not below. */
static size_t lower_bound(const uint64_t *nets, size_t count, uint64_t wanted)
{
	size_t low = 0;
	while (low < count) {
		size_t middle = low + (count - low) / 2;
		if (nets[middle] < wanted)
			low = middle + 1;
		else
			count = middle;
	}
	return low;
}

static uint64_t count_nets(const struct knowing *k)
{
	size_t count;
	uint64_t seen = 0;
	const uint64_t *nets = unit_set_v6(k->seen, &count);
	for (size_t n = 0; n < k->count6; n++) {
		uint64_t last = k->last6[n];
		size_t end = last == UINT64_MAX ? count : lower_bound(nets, count, last + 1);
		seen += end - lower_bound(nets, count, k->first6[n]);
	}
	return seen;
}

static enum err count_org(void *context, const struct level_unit *unit)
{
	struct knowing *k = context;
	struct return_command *r = k->r;
	unit_set_clear(k->own);
	k->own_networks = k->count6 = 0;
	TRY(org_each_network(&r->office, unit->org, take_own, k));
	const struct return_known known = {.made = r->c->now,
		.from = k->window.first,
		.to = k->window.last,
		.networks = k->own_networks,
		.addresses = unit_set_common_v4(k->seen, k->own),
		.nets = count_nets(k),
		.sources = writer_view_str(&k->sources)};
	k->counted++;
	return return_known_put(&r->office, r->plan.campaign.key, unit->org, &known);
}

/* --- the command --- */

/* Of the campaign, as far as it has come. */
static bool find_window(struct knowing *k)
{
	const struct campaign *c = &k->r->plan.campaign;
	int64_t now = k->r->c->now.seconds;
	k->window = (struct days){c->begins, c->ends};
	if (c->begins.year == 0 || date_instant(c->begins).seconds > now)
		return false;
	if (c->ends.year == 0 || date_instant(c->ends).seconds > now)
		k->window.last = instant_date(k->r->c->now);
	return true;
}

struct one {
	struct knowing *k;
	int64_t org; /* 0: all */
	level_unit_fn *fn;
};

static enum err if_wanted(void *context, const struct level_unit *unit)
{
	const struct one *one = context;
	return one->org == 0 || one->org == unit->org ? one->fn(one->k, unit) : E_OK;
}

static enum err each_org(struct knowing *k, int64_t org, level_unit_fn *fn)
{
	struct one one = {k, org, fn};
	return level_each_unit(&k->r->office, k->r->plan.campaign.key, org, false, LEVEL_ALL,
		k->r->c->now, if_wanted, &one);
}

static enum err count_all(struct knowing *k, int64_t org)
{
	TRY(each_org(k, org, take_org));
	if (k->own_networks > 0)
		TRY(read_seen(k));
	write_sources(k);
	TRY(office_begin(&k->r->office));
	return office_end(&k->r->office, each_org(k, org, count_org));
}

static int know(struct knowing *k)
{
	struct org org = {.id = 0};
	struct return_command *r = k->r;
	if (r->c->options.word_count > 1 && !return_command_org(r, 1, &org))
		return EXIT_FAILED;
	if (!return_command_may(r, org.id ? ACT_SEE_RETURN : ACT_CHANGE_CAMPAIGN, org.id))
		return EXIT_FAILED;
	if (!find_window(k))
		return return_command_refuse(r, MESSAGE_RETURNS_NOT_BEGUN, r->plan.campaign.key);
	enum err err = count_all(k, org.id);
	if (err != E_OK)
		return return_command_failed(r, err);
	site_say_with(r->c, MESSAGE_RETURNS_KNOWN, context_number_text(r->c, "units", k->counted));
	return EXIT_FINE;
}

static int with_sets(struct return_command *r)
{
	struct knowing k = {.r = r,
		.seen = unit_set_new(),
		.networks = unit_set_new(),
		.own = unit_set_new(),
		.first6 = arena_alloc(&r->c->arena, CHUNK, sizeof(uint64_t)),
		.last6 = arena_alloc(&r->c->arena, CHUNK, sizeof(uint64_t))};
	writer_init(&k.sources, 64 << 10);
	int status = k.seen && k.networks && k.own && k.first6 && k.last6
			     ? know(&k)
			     : return_command_failed(r, E_NOMEM);
	writer_release(&k.sources);
	unit_set_free(k.seen);
	unit_set_free(k.networks);
	unit_set_free(k.own);
	return status;
}

int command_return_known(struct context *context)
{
	struct return_command r;
	int status = return_command_begin(&r, context, true) ? with_sets(&r) : EXIT_FAILED;
	return_command_end(&r);
	return status;
}
