/* SPDX-License-Identifier: Apache-2.0 */
/* Which hours and days a feed reported. */
#include "desk/feeds.h"
#include "office/feed_day.h"

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

static enum err take_day(void *context, struct str feed, const struct feed_day *day)
{
	struct looking *l = context;
	int64_t at = day->day - l->health->from.seconds / SECONDS_PER_DAY;
	if (at >= FEEDS_DAYS)
		return E_OK;
	struct feed_life *life = life_of(l, feed);
	if (!life)
		return E_LIMIT;
	life->days[at] = 1;
	life->hours_known = life->hours_known || day->hours_known;
	for (size_t h = 0; h < FEEDS_HOURS; h++)
		life->hours[(size_t)at * FEEDS_HOURS + h] = day->hours[h] > 0;
	return E_OK;
}

enum err feeds_look(struct desk_request *r, struct feeds_health *ret)
{
	struct looking l = {r, ret};
	int64_t today = r->now.seconds / SECONDS_PER_DAY;
	*ret = (struct feeds_health){.from = {(today - FEEDS_DAYS) * SECONDS_PER_DAY},
		.feeds = arena_alloc(r->arena, MOST_FEEDS, sizeof(*ret->feeds))};
	if (!ret->feeds)
		return E_NOMEM;
	return feed_days_each(r->office, STR(""), today - FEEDS_DAYS, take_day, &l);
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
