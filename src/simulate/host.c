/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/host.h"

#include <math.h>

enum {
	ALL_HOURS = (1 << 24) - 1,
	ZONE = 7 /* of the country: hours ahead of UTC */
};

/* --- traits --- */

/* P(botnet i) ∝ 1/(i+1). */
static uint8_t pick_botnet(struct dice *dice)
{
	static const unsigned scale = 27720; /* divisible by 1 … 12 */
	unsigned total = 0;
	for (unsigned i = 0; i < WORLD_BOTNETS; i++)
		total += scale / (i + 1);
	uint64_t at = dice_below(dice, total);
	for (unsigned i = 0; i < WORLD_BOTNETS; i++) {
		if (at < scale / (i + 1))
			return (uint8_t)i;
		at -= scale / (i + 1);
	}
	return 0;
}

/* Seven of ten are always on (routers, cameras), the others from the morning or afternoon on for
 * six to fourteen hours, and on one day of twenty not at all. */
static void draw_hours(struct dice *dice, struct host_traits *t)
{
	t->sometimes = dice_chance(dice, 0.3);
	t->on = ALL_HOURS;
	if (!t->sometimes)
		return;
	uint32_t begin = 7 + (uint32_t)dice_below(dice, 8) + 24 - ZONE;
	uint32_t length = 6 + (uint32_t)dice_below(dice, 9);
	t->on = 0;
	for (uint32_t i = 0; i < length; i++)
		t->on |= 1U << (begin + i) % 24;
}

void host_traits(const struct world *w, const struct world_holder *holder, uint32_t slot,
	struct host_traits *ret_traits)
{
	struct dice dice = world_dice(w, DICE_TRAITS, slot, 0);
	struct host_traits t = {
		.slot = slot,
		.holder = holder,
		.group = (slot - holder->first_slot) / holder->group_slots,
		.inside = holder < &w->holders[WORLD_INSIDE],
	};
	t.botnets = (uint16_t)(1 << pick_botnet(&dice));
	if (dice_chance(&dice, 0.15))
		t.botnets |= (uint16_t)(1 << pick_botnet(&dice));
	draw_hours(&dice, &t);
	/* Half to one and a half of the mean. */
	uint64_t contact = w->contact * (128 + dice_below(&dice, 257)) / 256;
	t.contact = (uint8_t)(contact < 1 ? 1 : contact > 250 ? 250 : contact);
	t.phase = (uint32_t)dice_below(&dice, SECONDS_PER_DAY);
	*ret_traits = t;
}

/* --- infection --- */

/* The same two numbers decide in both worlds. */
void host_night(const struct world *w, const struct world_holder *holder, uint32_t slot,
	uint32_t day, struct host *host)
{
	struct dice dice = world_dice(w, DICE_NIGHT, slot, day);
	double cleaned = dice_unit(&dice);
	double reached = dice_unit(&dice);
	uint8_t infected = 0;
	if (day == 0) {
		host->infected = reached < w->infected ? (1 << WORLD__COUNT) - 1 : 0;
		return;
	}
	for (int kind = 0; kind < WORLD__COUNT; kind++) {
		enum world_kind world = (enum world_kind)kind;
		bool now = host_infected(host, world)
				   ? cleaned >= world_clean(w, world, holder, day)
				   : reached < w->arrive[day];
		infected |= (uint8_t)(now << kind);
	}
	host->infected = infected;
}

/* --- contacts --- */

/* 24 bits, each set with probability q / 256: bit by bit, 24 random bytes are compared with q. */
static uint32_t chances(struct dice *dice, uint8_t q)
{
	uint32_t below = 0;
	for (int bit = 0; bit < 8; bit += 2) {
		uint64_t random = dice_next(dice);
		uint32_t low = (uint32_t)random;
		uint32_t high = (uint32_t)(random >> 32);
		below = q >> bit & 1 ? below | ~low : below & ~low;
		below = q >> (bit + 1) & 1 ? below | ~high : below & ~high;
	}
	return below & ALL_HOURS;
}

/* A lease that had ended when the host was next in contact has been followed by others; the one it
 * has now ends as if it had begun now, since neither kind of lease has a memory. */
static uint32_t draw_lease_end(const struct host_traits *t, struct dice *dice, uint32_t now)
{
	const struct world_holder *holder = t->holder;
	double unit = dice_unit(dice);
	if (holder->lease != LEASE_DAYS)
		return now + 1 + (uint32_t)(-log(unit) * holder->mean_hours * SECONDS_PER_HOUR);
	uint32_t since = (now + SECONDS_PER_DAY - t->phase) % SECONDS_PER_DAY;
	uint32_t boundary = now + SECONDS_PER_DAY - since;
	double end = 24 / holder->mean_hours;
	uint32_t further = end < 1 ? (uint32_t)(log(unit) / log1p(-end)) : 0;
	return boundary + further * SECONDS_PER_DAY;
}

static void take_address(
	const struct host_traits *t, struct dice *dice, uint32_t now, struct host *host)
{
	const struct world_holder *holder = t->holder;
	uint64_t step = 1;
	if (holder->lease == LEASE_STATIC || now < host->lease_end)
		return;
	/* The first address is any; then one after another, so that none comes back before the
	 * others were there. Under carrier NAT any, always. */
	if (holder->lease == LEASE_SHARED || host->lease_end == 0)
		step = dice_below(dice, holder->group_addresses);
	host->address = (uint8_t)((host->address + step) % holder->group_addresses);
	host->lease_end = draw_lease_end(t, dice, now);
}

static void make_contacts(const struct world *w, const struct host_traits *t, uint32_t day,
	struct host *host, struct host_day *made)
{
	struct dice dice = world_dice(w, DICE_CONTACT, t->slot, day);
	bool off = t->sometimes && dice_chance(&dice, 0.05);
	made->hours = off ? 0 : t->on & chances(&dice, t->contact);
	for (uint32_t left = made->hours; left != 0; left &= left - 1) {
		uint32_t hour = (uint32_t)__builtin_ctz(left);
		made->second[hour] =
			hour * SECONDS_PER_HOUR + (uint32_t)dice_below(&dice, SECONDS_PER_HOUR);
		take_address(t, &dice, day * SECONDS_PER_DAY + made->second[hour], host);
		made->address[hour] = host->address;
	}
}

/* --- what feeds see --- */

static void remember(struct host *host, uint8_t address, uint32_t day)
{
	int oldest = 0;
	int at = -1;
	for (int i = 0; i < HOST_LISTED; i++) {
		if (host->listed_day[i] != 0 && host->listed[i] == address)
			at = i;
		if (host->listed_day[i] < host->listed_day[oldest])
			oldest = i;
	}
	at = at < 0 ? oldest : at;
	host->listed[at] = address;
	host->listed_day[at] = (uint16_t)(day + 1);
}

/* Forgets what the list has forgotten. */
static uint64_t list_of(struct host *host, uint32_t day, uint32_t expiry)
{
	uint64_t set = 0;
	for (int i = 0; i < HOST_LISTED; i++) {
		if (host->listed_day[i] + expiry <= day + 1)
			host->listed_day[i] = 0;
		if (host->listed_day[i] != 0)
			set |= UINT64_C(1) << host->listed[i];
	}
	return set;
}

static void look(const struct world *w, const struct host_traits *t, uint32_t day,
	struct host *host, struct host_day *made)
{
	struct dice dice = world_dice(w, DICE_SIGHT, t->slot, day);
	for (uint32_t botnets = t->botnets; botnets != 0; botnets &= botnets - 1) {
		uint32_t botnet = (uint32_t)__builtin_ctz(botnets);
		for (uint32_t feed = 0; feed < WORLD_FEEDS; feed++) {
			if (!(w->feeds[feed].botnets >> botnet & 1))
				continue;
			const struct feed_day *how = world_feed_day(w, day, feed);
			uint32_t hours = chances(&dice, how->detection) & how->alive & made->hours;
			if (hours != 0 && feed == WORLD_LIST)
				remember(host, made->address[__builtin_ctz(hours)], day);
			else if (hours != 0)
				made->sights[made->sight_count++] =
					(struct host_sight){(uint8_t)feed, (uint8_t)botnet, hours};
		}
	}
}

void host_live(const struct world *w, const struct host_traits *traits, uint32_t day,
	struct host *host, struct host_day *ret_day)
{
	ret_day->hours = 0;
	ret_day->sight_count = 0;
	if (host_infected(host, WITH_CAMPAIGN)) {
		make_contacts(w, traits, day, host, ret_day);
		look(w, traits, day, host, ret_day);
	}
	ret_day->listed = list_of(host, day, world_feed_day(w, day, WORLD_LIST)->expiry);
}
