/* SPDX-License-Identifier: Apache-2.0 */
#include <assert.h>
#include <math.h>

#include "simulate/world_parts.h"

enum {
	INSIDE_FIRST = 10 << 24, /* 10.0.0.0/8 (RFC 1918): no visitor can ever come from there */
	INSIDE_ADDRESSES = 1 << 24,
	OUTSIDE_FIRST = 100 << 24 | 64 << 16, /* 100.64.0.0/10 (RFC 6598) */
	OUTSIDE_ADDRESSES = 1 << 22,
	GROUP_MOST = 64, /* bits of a word */
	NAT_SLOTS = 256, /* share … */
	NAT_ADDRESSES = 8,
	ASN_FIRST = 64512,  /* for private use (RFC 6996) */
	PER_SUBSCRIBER = 25 /* subscribers that one slot stands among */
};

/* Hosts abroad beside those inside. */
static const double outside_share = 0.4;

static const struct {
	struct str key;
	enum lease_kind lease;
	double mean_hours;
	double share; /* of the hosts inside, or of those abroad */
} table[WORLD_HOLDERS] = {
	{STR_INIT("sim-days-24h-1"), LEASE_DAYS, 24, 0.20},
	{STR_INIT("sim-days-24h-2"), LEASE_DAYS, 24, 0.12},
	{STR_INIT("sim-days-36h"), LEASE_DAYS, 36, 0.20},
	{STR_INIT("sim-days-48h"), LEASE_DAYS, 48, 0.11},
	{STR_INIT("sim-hours-8h"), LEASE_HOURS, 8, 0.09},
	{STR_INIT("sim-minutes-90m"), LEASE_HOURS, 1.5, 0.02},
	{STR_INIT("sim-static-1"), LEASE_STATIC, INFINITY, 0.10},
	{STR_INIT("sim-static-2"), LEASE_STATIC, INFINITY, 0.08},
	{STR_INIT("sim-static-3"), LEASE_STATIC, INFINITY, 0.05},
	{STR_INIT("sim-mobile"), LEASE_SHARED, 0.75, 0.03},
	{STR_INIT("sim-abroad-days"), LEASE_DAYS, 48, 0.5},
	{STR_INIT("sim-abroad-hours"), LEASE_HOURS, 8, 0.1},
	{STR_INIT("sim-abroad-static"), LEASE_STATIC, INFINITY, 0.4},
};

struct str lease_kind_name(enum lease_kind kind)
{
	static const struct str names[] = {
		[LEASE_HOURS] = STR_INIT("hours"),
		[LEASE_DAYS] = STR_INIT("days"),
		[LEASE_STATIC] = STR_INIT("static"),
		[LEASE_SHARED] = STR_INIT("shared"),
	};
	static_assert(sizeof(names) / sizeof(names[0]) == LEASE__COUNT, "a name each");
	return names[kind];
}

void world_shuffle(struct dice *dice, uint8_t *order, size_t count)
{
	for (size_t i = 0; i < count; i++)
		order[i] = (uint8_t)i;
	for (size_t i = count; i > 1; i--) {
		size_t other = dice_below(dice, i);
		uint8_t swap = order[i - 1];
		order[i - 1] = order[other];
		order[other] = swap;
	}
}

static uint32_t common_divisor(uint32_t a, uint32_t b)
{
	while (b != 0) {
		uint32_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

static bool wanders(enum lease_kind lease)
{
	return lease == LEASE_HOURS || lease == LEASE_DAYS;
}

static void set_group(struct world_holder *h, uint32_t wander)
{
	h->group_slots = h->lease == LEASE_SHARED ? NAT_SLOTS : 1;
	h->group_addresses = h->lease == LEASE_SHARED ? NAT_ADDRESSES : wander;
	if (h->lease == LEASE_STATIC)
		h->group_addresses = 1;
}

static uint32_t group_count(const struct world_holder *h)
{
	return (h->slots + h->group_slots - 1) / h->group_slots;
}

/* Steps of about 0.62 of the addresses leave neighbours far apart. */
static void set_addresses(struct world_holder *h, struct dice *dice, uint32_t first)
{
	h->first_address = first;
	h->addresses = group_count(h) * h->group_addresses;
	h->offset = (uint32_t)dice_below(dice, h->addresses);
	h->stride = (uint32_t)(h->addresses * 0.6180339887498949);
	while (h->addresses > 1 && common_divisor(h->stride, h->addresses) != 1)
		h->stride++;
}

/* Addresses that a wandering host may have: as many as there are, at most GROUP_MOST. */
static uint32_t wander_width(const struct world_holder *holders, size_t count, uint32_t space)
{
	uint64_t fixed = 0;
	uint64_t wandering = 0;
	for (size_t i = 0; i < count; i++)
		*(wanders(holders[i].lease) ? &wandering : &fixed) += holders[i].slots;
	fixed += NAT_SLOTS;
	if (fixed >= space)
		return 0;
	uint64_t width = wandering ? (space - fixed) / wandering : GROUP_MOST;
	return (uint32_t)(width < GROUP_MOST ? width : GROUP_MOST);
}

static enum err lay_out(struct world *w, size_t from, size_t count, uint32_t first, uint32_t space)
{
	struct world_holder *holders = &w->holders[from];
	struct dice dice = world_dice(w, DICE_WORLD, 1, (uint32_t)from);
	uint32_t width = wander_width(holders, count, space);
	if (width < 2)
		return E_RANGE;
	for (size_t i = 0; i < count; i++) {
		set_group(&holders[i], width);
		set_addresses(&holders[i], &dice, first);
		first += holders[i].addresses;
	}
	return E_OK;
}

static void set_slots(struct world *w, size_t i, double slots)
{
	struct world_holder *h = &w->holders[i];
	*h = (struct world_holder){
		.key = table[i].key,
		.lease = table[i].lease,
		.mean_hours = table[i].mean_hours,
		.asn = ASN_FIRST + (uint32_t)i,
		.first_slot = w->slots,
		.slots = (uint32_t)fmax(round(slots * table[i].share), 1),
	};
	h->subscribers = (uint64_t)h->slots * PER_SUBSCRIBER;
	w->slots += h->slots;
}

/* Holders in random order are left alone as long as that brings their share nearer to the one asked
 * for; at least one is treated, and where controls are asked for at least one is not. */
static void choose_controls(struct world *w)
{
	uint8_t order[WORLD_INSIDE];
	struct dice dice = world_dice(w, DICE_WORLD, 2, 0);
	double left = w->scenario.controls;
	size_t treated = WORLD_INSIDE;
	world_shuffle(&dice, order, WORLD_INSIDE);
	for (size_t i = 0; i < WORLD_INSIDE; i++)
		w->holders[i].treated = true;
	for (size_t i = 0; i < WORLD_INSIDE && treated > 1; i++) {
		double share = table[order[i]].share;
		if (share / 2 > left)
			continue;
		w->holders[order[i]].treated = false;
		left -= share;
		treated--;
	}
	if (treated == WORLD_INSIDE && w->scenario.controls > 0)
		w->holders[order[0]].treated = false;
}

enum err world_set_holders(struct world *w, double infected)
{
	double inside = w->scenario.hosts / infected;
	for (size_t i = 0; i < WORLD_HOLDERS; i++)
		set_slots(w, i, i < WORLD_INSIDE ? inside : inside * outside_share);
	choose_controls(w);
	TRY(lay_out(w, 0, WORLD_INSIDE, INSIDE_FIRST, INSIDE_ADDRESSES));
	return lay_out(
		w, WORLD_INSIDE, WORLD_HOLDERS - WORLD_INSIDE, OUTSIDE_FIRST, OUTSIDE_ADDRESSES);
}
