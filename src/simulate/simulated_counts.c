/* SPDX-License-Identifier: Apache-2.0 */
#include "simulate/simulated_counts.h"

#include <stdlib.h>

/* Series that one group of hosts can take part in. A group's addresses are its own, so distinct
 * addresses of a series are the sum over groups, and within a group bits of a word. */
enum {
	SERIES_ALL,
	SERIES_TOP,
	SERIES_BOTNETS,
	SERIES_FEEDS = SERIES_BOTNETS + WORLD_BOTNETS,
	SERIES_COUNT = SERIES_FEEDS + WORLD_FEEDS
};

struct tally {
	uint32_t hours; /* bit h: something in hour h */
	uint64_t hour[24];
	uint64_t day;
	uint64_t base, end;
};

struct counter {
	struct simulated_counts *counts;
	const struct simulated_panel *panel;
	struct host *hosts; /* of the group */
	struct tally tallies[SERIES_COUNT];
	uint32_t touched; /* bit s: tally s has something of this day */
	uint32_t ever;    /* of any day */
	struct simulated_series *targets[SERIES_COUNT];
	struct simulated_series *holder;
};

static bool within(struct simulated_days days, uint32_t day)
{
	return day >= days.first && day <= days.last;
}

/* --- one day of a group --- */

static void tally_hours(struct counter *c, int series, const struct host_day *day, uint32_t hours)
{
	struct tally *t = &c->tallies[series];
	uint32_t fresh = hours & ~t->hours;
	for (uint32_t left = hours; left != 0; left &= left - 1) {
		int hour = __builtin_ctz(left);
		uint64_t bit = UINT64_C(1) << day->address[hour];
		t->hour[hour] = fresh >> hour & 1 ? bit : t->hour[hour] | bit;
		t->day |= bit;
	}
	t->hours |= hours;
	c->touched |= 1U << series;
}

static void tally_day(struct counter *c, const struct host_traits *t, const struct host_day *day)
{
	for (size_t i = 0; i < day->sight_count; i++) {
		const struct host_sight *sight = &day->sights[i];
		tally_hours(c, SERIES_FEEDS + sight->feed, day, sight->hours);
		if (!(c->panel->feeds >> sight->feed & 1))
			continue;
		tally_hours(c, SERIES_ALL, day, sight->hours);
		if (!t->inside)
			continue;
		tally_hours(c, SERIES_BOTNETS + sight->botnet, day, sight->hours);
		if (sight->botnet < WORLD_TOP)
			tally_hours(c, SERIES_TOP, day, sight->hours);
	}
	if (day->listed != 0) {
		c->tallies[SERIES_FEEDS + WORLD_LIST].day |= day->listed;
		c->touched |= 1U << (SERIES_FEEDS + WORLD_LIST);
	}
}

static void add_day(const struct tally *t, uint32_t day, struct simulated_series *to)
{
	if (!to)
		return;
	for (uint32_t left = t->hours; left != 0; left &= left - 1) {
		uint32_t hour = (uint32_t)__builtin_ctz(left);
		to->hours[day * 24 + hour] += (uint32_t)__builtin_popcountll(t->hour[hour]);
	}
	to->days[day] += (uint32_t)__builtin_popcountll(t->day);
}

static void end_day(struct counter *c, uint32_t day)
{
	for (uint32_t left = c->touched; left != 0; left &= left - 1) {
		int series = __builtin_ctz(left);
		struct tally *t = &c->tallies[series];
		add_day(t, day, c->targets[series]);
		if (series == SERIES_ALL)
			add_day(t, day, c->holder);
		t->base |= within(c->panel->base, day) ? t->day : 0;
		t->end |= within(c->panel->end, day) ? t->day : 0;
		t->hours = 0;
		t->day = 0;
	}
	c->ever |= c->touched;
	c->touched = 0;
}

/* --- groups --- */

static void add_windows(const struct tally *t, struct simulated_series *to)
{
	if (!to)
		return;
	to->base += (uint64_t)__builtin_popcountll(t->base);
	to->end += (uint64_t)__builtin_popcountll(t->end);
}

static void end_group(struct counter *c)
{
	for (uint32_t left = c->ever; left != 0; left &= left - 1) {
		int series = __builtin_ctz(left);
		struct tally *t = &c->tallies[series];
		add_windows(t, c->targets[series]);
		if (series == SERIES_ALL)
			add_windows(t, c->holder);
		t->base = 0;
		t->end = 0;
	}
	c->ever = 0;
}

static void live_group(struct counter *c, const struct world_holder *holder, uint32_t first,
	uint32_t last, struct host_traits *traits)
{
	const struct world *w = c->counts->world;
	struct host_day lived;
	memset(c->hosts, 0, (last - first) * sizeof(*c->hosts));
	for (uint32_t slot = first; slot < last; slot++)
		host_traits(w, holder, slot, &traits[slot - first]);
	for (uint32_t day = 0; day < c->counts->days; day++) {
		for (uint32_t slot = first; slot < last; slot++) {
			struct host *host = &c->hosts[slot - first];
			host_night(w, holder, slot, day, host);
			if (!host_stirs(host))
				continue;
			truth_add(&c->counts->truth, w, &traits[slot - first], day, host);
			host_live(w, &traits[slot - first], day, host, &lived);
			tally_day(c, &traits[slot - first], &lived);
		}
		end_day(c, day);
	}
	end_group(c);
}

static void set_targets(struct counter *c, size_t holder)
{
	struct simulated_counts *counts = c->counts;
	bool inside = holder < WORLD_INSIDE;
	c->holder = &counts->holders[holder];
	c->targets[SERIES_ALL] = inside ? &counts->all : NULL;
	c->targets[SERIES_TOP] = inside ? &counts->top : NULL;
	for (size_t i = 0; i < WORLD_BOTNETS; i++)
		c->targets[SERIES_BOTNETS + i] = inside ? &counts->botnets[i] : NULL;
	for (size_t i = 0; i < WORLD_FEEDS; i++)
		c->targets[SERIES_FEEDS + i] =
			inside ? &counts->feeds_inside[i] : &counts->feeds_outside[i];
}

static enum err live_all(struct counter *c)
{
	const struct world *w = c->counts->world;
	uint32_t most = 1;
	for (size_t i = 0; i < WORLD_HOLDERS; i++)
		most = w->holders[i].group_slots > most ? w->holders[i].group_slots : most;
	struct host_traits *traits = calloc(most, sizeof(*traits));
	c->hosts = calloc(most, sizeof(*c->hosts));
	bool fine = traits && c->hosts;
	for (size_t i = 0; fine && i < WORLD_HOLDERS; i++) {
		const struct world_holder *h = &w->holders[i];
		uint32_t end = h->first_slot + h->slots;
		set_targets(c, i);
		for (uint32_t slot = h->first_slot; slot < end; slot += h->group_slots) {
			uint32_t last = slot + h->group_slots;
			live_group(c, h, slot, last < end ? last : end, traits);
		}
	}
	free(traits);
	free(c->hosts);
	return fine ? E_OK : E_NOMEM;
}

/* --- memory --- */

static void place(struct simulated_series *s, uint32_t days, bool hours, uint32_t **memory)
{
	s->days = *memory;
	*memory += days;
	s->hours = hours ? *memory : NULL;
	*memory += hours ? days * 24 : 0;
}

static enum err make_series(struct simulated_counts *c)
{
	size_t series = 2 + WORLD_BOTNETS + WORLD_HOLDERS + 2 * WORLD_FEEDS;
	c->memory = calloc(series * c->days, 25 * sizeof(*c->memory));
	if (!c->memory)
		return E_NOMEM;
	uint32_t *memory = c->memory;
	place(&c->all, c->days, true, &memory);
	place(&c->top, c->days, true, &memory);
	for (size_t i = 0; i < WORLD_BOTNETS; i++)
		place(&c->botnets[i], c->days, true, &memory);
	for (size_t i = 0; i < WORLD_HOLDERS; i++)
		place(&c->holders[i], c->days, true, &memory);
	for (size_t i = 0; i < WORLD_FEEDS; i++) {
		place(&c->feeds_inside[i], c->days, i != WORLD_LIST, &memory);
		place(&c->feeds_outside[i], c->days, i != WORLD_LIST, &memory);
	}
	return E_OK;
}

static enum err prepare(const struct scenario *scenario, struct simulated_counts *c)
{
	TRY(world_new(scenario, &c->world));
	c->days = scenario->days;
	TRY(truth_init(&c->truth, c->days));
	return make_series(c);
}

enum err simulation_counts(const struct scenario *scenario, const struct simulated_panel *panel,
	struct simulated_counts *ret_counts)
{
	struct simulated_counts counts = {0};
	struct counter c = {.counts = &counts, .panel = panel};
	if (panel->base.last >= scenario->days || panel->end.last >= scenario->days)
		return E_RANGE;
	enum err err = prepare(scenario, &counts);
	if (err == E_OK)
		err = live_all(&c);
	if (err == E_OK)
		*ret_counts = counts;
	else
		simulated_counts_release(&counts);
	return err;
}

void simulated_counts_release(struct simulated_counts *c)
{
	truth_release(&c->truth);
	free(c->memory);
	world_free(c->world);
	*c = (struct simulated_counts){0};
}
