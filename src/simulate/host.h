/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulate/world.h"

enum {
	HOST_LISTED = 4, /* addresses of one host that the list remembers */
	HOST_SEEN = 2 * WORLD_FEEDS
};

/* What is kept of a slot from day to day; all zero before the first. 20 bytes: millions of them. */
struct host {
	uint32_t lease_end; /* seconds since the first midnight */
	uint8_t address;    /* of the group's */
	uint8_t infected;   /* bit w: in world w */
	uint8_t listed[HOST_LISTED];
	uint16_t listed_day[HOST_LISTED]; /* day index + 1 when last seen by the list; 0: none */
};

/* What never changes of a slot. */
struct host_traits {
	uint32_t slot;
	const struct world_holder *holder;
	uint32_t group; /* within the holder */
	bool inside;
	uint16_t botnets;
	uint32_t on;     /* bit h: on in hour h, UTC */
	bool sometimes;  /* a machine that is left off on some days */
	uint8_t contact; /* probability of 256 of being in contact in an hour that it is on */
	uint32_t phase;  /* second of the day at which LEASE_DAYS end */
};

void host_traits(const struct world *w, const struct world_holder *holder, uint32_t slot,
	struct host_traits *ret_traits);

/* The night before `day` (before day 0: whether it is infected at all). */
void host_night(const struct world *w, const struct world_holder *holder, uint32_t slot,
	uint32_t day, struct host *host);

static inline bool host_infected(const struct host *host, enum world_kind kind)
{
	return host->infected >> kind & 1;
}

/* Infected in some world, or the list may remember it: else there is nothing to live through. */
static inline bool host_stirs(const struct host *host)
{
	uint16_t listed = 0;
	for (int i = 0; i < HOST_LISTED; i++)
		listed |= host->listed_day[i];
	return host->infected != 0 || listed != 0;
}

/* One day of a host in the world with the campaign, and what feeds saw of it. In each hour there is
 * at most one contact, from one address. */
struct host_day {
	uint32_t hours;      /* bit h: in contact */
	uint32_t second[24]; /* of the day */
	uint8_t address[24];
	struct host_sight {
		uint8_t feed;
		uint8_t botnet;
		uint32_t hours; /* bit h: seen; never 0 */
	} sights[HOST_SEEN];
	size_t sight_count;
	uint64_t listed; /* bit a: the list has the group's address a on this day */
};

void host_live(const struct world *w, const struct host_traits *traits, uint32_t day,
	struct host *host, struct host_day *ret_day);
