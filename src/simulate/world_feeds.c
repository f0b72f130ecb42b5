/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>

#include "simulate/world_parts.h"

enum {
	ALL_HOURS = (1 << 24) - 1,
	EXPIRY = 5, /* days; the list keeps an address that long after it was last seen */
	SINKHOLES = WORLD_LIST,
	CHANGES = FEED_EXPIRY /* kinds that happen to sinkholes */
};

/* Every botnet is seen by several; a sinkhole sees 18 … 45 of 100 contacts. */
static const struct {
	struct str name;
	uint16_t botnets;
	uint8_t detection;
} table[WORLD_FEEDS] = {
	{STR_INIT("sim-sinkhole-1"), 0x0FF, 110},
	{STR_INIT("sim-sinkhole-2"), 0xF3F, 90},
	{STR_INIT("sim-sinkhole-3"), 0xFF3, 75},
	{STR_INIT("sim-sinkhole-4"), 0x6DB, 100},
	{STR_INIT("sim-sinkhole-5"), 0xB6D, 60},
	{STR_INIT("sim-sinkhole-6"), 0xDB6, 45},
	{STR_INIT("sim-sinkhole-7"), 0x555, 115},
	{STR_INIT("sim-sinkhole-8"), 0xAAA, 115},
	{STR_INIT("sim-list"), 0xFFF, 20},
};

struct str feed_change_name(enum feed_change_kind kind)
{
	static const struct str names[] = {
		[FEED_STARTS_LATE] = STR_INIT("starts-late"),
		[FEED_STOPS] = STR_INIT("stops"),
		[FEED_DEAD_HOURS] = STR_INIT("dead-hours"),
		[FEED_DEAD_DAYS] = STR_INIT("dead-days"),
		[FEED_DIPS] = STR_INIT("dips"),
		[FEED_DOUBLES] = STR_INIT("doubles"),
		[FEED_EXPIRY] = STR_INIT("expiry"),
	};
	static_assert(sizeof(names) / sizeof(names[0]) == FEED_CHANGE__COUNT, "a name each");
	return names[kind];
}

static uint32_t between(struct dice *dice, uint32_t least, uint32_t most)
{
	return least + (uint32_t)dice_below(dice, (uint64_t)most - least + 1);
}

/* Somewhere in the middle eight tenths. */
static struct feed_change make_change(struct dice *dice, enum feed_change_kind kind, uint32_t days)
{
	uint32_t end = days * 24;
	uint32_t day = between(dice, days / 10, days - 1 - days / 10);
	uint32_t hour = day * 24 + between(dice, 0, 23);
	uint32_t length = between(dice, 2, 12);
	switch (kind) {
	case FEED_STARTS_LATE:
		return (struct feed_change){kind, 0, day * 24, 0};
	case FEED_STOPS:
		return (struct feed_change){kind, hour, end, 0};
	case FEED_DEAD_HOURS:
		return (struct feed_change){kind, hour, hour + length, 0};
	case FEED_DEAD_DAYS:
		return (struct feed_change){kind, day * 24, (day + length) * 24, 0};
	case FEED_DIPS:
		return (struct feed_change){kind, day * 24, (day + length) * 24, 0.3};
	case FEED_DOUBLES:
		return (struct feed_change){kind, day * 24, end, 2};
	case FEED_EXPIRY:
	case FEED_CHANGE__COUNT:
		break;
	}
	return (struct feed_change){FEED_EXPIRY, day * 24, end, 2};
}

/* Each kind of change happens to one of the sinkholes; two stay as they were. */
static void make_changes(struct world *w)
{
	uint8_t order[SINKHOLES];
	struct dice dice = world_dice(w, DICE_WORLD, 3, 0);
	world_shuffle(&dice, order, SINKHOLES);
	for (uint32_t i = 0; i <= CHANGES; i++) {
		struct world_feed *feed = &w->feeds[i < CHANGES ? order[i] : WORLD_LIST];
		enum feed_change_kind kind = (enum feed_change_kind)i;
		feed->change = make_change(&dice, kind, w->scenario.days);
		feed->changed = true;
		if (feed->change.to > w->scenario.days * 24)
			feed->change.to = w->scenario.days * 24;
	}
}

/* The hours of a day that lie in [from, to). */
static uint32_t hours_within(uint32_t day, uint32_t from, uint32_t to)
{
	uint32_t mask = 0;
	for (uint32_t hour = 0; hour < 24; hour++)
		if (day * 24 + hour >= from && day * 24 + hour < to)
			mask |= 1U << hour;
	return mask;
}

static struct feed_day make_day(const struct world_feed *feed, uint32_t day)
{
	const struct feed_change *change = &feed->change;
	struct feed_day made = {feed->detection, EXPIRY, ALL_HOURS};
	uint32_t hours = feed->changed ? hours_within(day, change->from, change->to) : 0;
	if (hours == 0)
		return made;
	if (change->kind == FEED_EXPIRY)
		made.expiry = (uint8_t)change->factor;
	else if (change->factor == 0)
		made.alive &= ~hours;
	else
		made.detection = (uint8_t)lround(feed->detection * change->factor);
	return made;
}

void world_set_feeds(struct world *w)
{
	for (uint32_t i = 0; i < WORLD_FEEDS; i++)
		w->feeds[i] = (struct world_feed){.name = table[i].name,
			.botnets = table[i].botnets,
			.detection = table[i].detection};
	if (w->scenario.feed_changes)
		make_changes(w);
	for (uint32_t day = 0; day < w->scenario.days; day++)
		for (uint32_t i = 0; i < WORLD_FEEDS; i++)
			w->feed_days[(size_t)day * WORLD_FEEDS + i] = make_day(&w->feeds[i], day);
}
