/* SPDX-License-Identifier: Apache-2.0 */
/* Which hours and days a feed reported. */
#include "base/limits.h"
#include "desk/feeds.h"

enum {
	MOST_FEEDS = 500
};

struct looking {
	struct desk_request *r;
	struct feeds_health *health;
};

static struct feed_life *life_of(struct looking *l, struct str feed)
{
	struct feeds_health *health = l->health;
	for (size_t i = 0; i < health->count; i++)
		if (str_equal(health->feeds[i].feed, feed))
			return &health->feeds[i];
	if (health->count == MOST_FEEDS)
		return NULL;
	health->feeds[health->count] = (struct feed_life){.feed = arena_copy(l->r->arena, feed)};
	return &health->feeds[health->count++];
}

static enum err take_set(
	void *context, const struct store_set *set, const struct store_stored *stored)
{
	struct looking *l = context;
	(void)stored;
	int64_t at = set->bucket.from.seconds - l->health->from.seconds;
	if (set->precision == PRECISION_SPAN || at < 0 ||
		at >= (int64_t)FEEDS_DAYS * SECONDS_PER_DAY)
		return E_OK;
	struct feed_life *life = life_of(l, set->feed);
	if (!life)
		return E_NOMEM;
	life->days[at / SECONDS_PER_DAY] = 1;
	if (set->precision == PRECISION_HOUR) {
		life->hours[at / SECONDS_PER_HOUR] = 1;
		life->hours_known = true;
	}
	return E_OK;
}

enum err feeds_look(
	struct desk_request *r, struct store *store, struct str feed, struct feeds_health *ret)
{
	struct store_held *held;
	struct looking l = {r, ret};
	int64_t today = r->now.seconds - r->now.seconds % SECONDS_PER_DAY;
	*ret = (struct feeds_health){.from = {today - (int64_t)FEEDS_DAYS * SECONDS_PER_DAY},
		.feeds = arena_alloc(r->arena, MOST_FEEDS, sizeof(*ret->feeds))};
	const struct store_query query = {.time = {ret->from, {today}}, .feed = feed};
	if (!ret->feeds)
		return E_NOMEM;
	TRY(store_hold_sets(store, &query, take_set, &l, &held));
	store_held_release(held);
	return E_OK;
}

const struct feed_life *feeds_life(const struct feeds_health *health, struct str feed)
{
	for (size_t i = 0; i < health->count; i++)
		if (str_equal(health->feeds[i].feed, feed))
			return &health->feeds[i];
	return NULL;
}

double feeds_alive_share(const struct feed_life *life)
{
	size_t seen = 0;
	size_t all = life->hours_known ? FEEDS_DAYS * FEEDS_HOURS : FEEDS_DAYS;
	for (size_t i = 0; i < all; i++)
		seen += life->hours_known ? life->hours[i] : life->days[i];
	return (double)seen / (double)all;
}

struct str feeds_percent(struct desk_request *r, double share, unsigned decimals)
{
	struct writer w;
	writer_init(&w, 64);
	text_percent(&w, r->lang, share, decimals);
	struct str copy = arena_copy(r->arena, writer_view_str(&w));
	writer_release(&w);
	return copy.data ? copy : STR("");
}

struct str feeds_alive_words(
	struct desk_request *r, const struct feeds_health *health, struct str feed)
{
	const struct feed_life *life = feeds_life(health, feed);
	if (!life)
		return text(r->lang, MESSAGE_DESK_FEED_NOT_ALIVE);
	const struct text_arg args[] = {
		{STR("share"), feeds_percent(r, feeds_alive_share(life), 0)}};
	return desk_words(r,
		life->hours_known ? MESSAGE_DESK_FEED_ALIVE_HOURS : MESSAGE_DESK_FEED_ALIVE_DAYS,
		args, 1);
}
