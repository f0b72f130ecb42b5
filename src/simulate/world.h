/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/dice.h"
#include "base/err.h"
#include "base/span.h"
#include "simulate/scenario.h"

/* Everything about a scenario that does not change from host to host: who holds which addresses,
 * which feed sees what on which day, how likely it is to be cleaned. Built once, then only read.
 *
 * There are two worlds, with the same random numbers: one where the campaign takes place and one
 * where it does not. Whoever is infected in the first is infected in the second. */
enum world_kind {
	WITH_CAMPAIGN,
	WITHOUT_CAMPAIGN,
	WORLD__COUNT
};

enum {
	WORLD_BOTNETS = 12, /* sizes fall like 1, 1/2, 1/3 … */
	WORLD_TOP = 10,     /* hence the ten largest are 0 … 9 */
	WORLD_FEEDS = 9,    /* the last is the list */
	WORLD_LIST = WORLD_FEEDS - 1,
	WORLD_INSIDE = 10, /* holders inside the country, then those abroad */
	WORLD_HOLDERS = 13
};

/* Raw names as Shadowserver writes them, and the port that the bots call. */
struct world_botnet {
	struct str name;
	uint16_t port;
};
extern const struct world_botnet world_botnets[WORLD_BOTNETS];

enum lease_kind {
	LEASE_HOURS,  /* exponential */
	LEASE_DAYS,   /* whole multiples of 24 hours, geometric, each line at its own time of day */
	LEASE_STATIC, /* for ever */
	LEASE_SHARED, /* exponential sessions over few addresses that many share: carrier NAT */
	LEASE__COUNT
};
struct str lease_kind_name(enum lease_kind kind); /* "hours", "days", "static", "shared" */

/* Hosts are numbered slots, holder after holder. A group of slots has addresses of its own, at most
 * 64, so that a set of them is one word: one host that wanders among them (no other infected host
 * can have an address at the same time), or under carrier NAT many hosts behind a few. */
struct world_holder {
	struct str key;
	enum lease_kind lease;
	double mean_hours; /* of a lease; INFINITY for static */
	bool treated;
	uint32_t asn;
	uint64_t subscribers;
	uint32_t first_slot, slots;
	uint32_t group_slots, group_addresses;
	uint32_t first_address, addresses; /* consecutive IPv4, host order */
	uint32_t stride, offset;           /* scatters groups over them: a bijection */
};

/* What happens to a feed. */
enum feed_change_kind {
	FEED_STARTS_LATE,
	FEED_STOPS,
	FEED_DEAD_HOURS,
	FEED_DEAD_DAYS,
	FEED_DIPS,    /* sees less for some days */
	FEED_DOUBLES, /* sees twice as much from a day on */
	FEED_EXPIRY,  /* the list's rule: days until an address is forgotten */
	FEED_CHANGE__COUNT
};
struct str feed_change_name(enum feed_change_kind kind); /* "starts-late", "doubles" … */

struct feed_change {
	enum feed_change_kind kind;
	uint32_t from, to; /* hours since the first midnight; to: not included */
	double factor;     /* on the probability to see; FEED_EXPIRY: days after the change */
};

struct world_feed {
	struct str name;
	uint16_t botnets;  /* bit i: sees botnet i */
	uint8_t detection; /* a contact is seen with probability detection / 256 */
	struct feed_change change;
	bool changed;
};

/* A feed on one day. */
struct feed_day {
	uint8_t detection; /* of 256 */
	uint8_t expiry;    /* days; of the list */
	uint32_t alive;    /* bit h: hour h */
};

struct world {
	struct scenario scenario;
	uint64_t key; /* of all dice */
	struct world_holder holders[WORLD_HOLDERS];
	struct world_feed feeds[WORLD_FEEDS];
	uint32_t slots;
	uint8_t contact;            /* a host's hours in contact: base probability of 256 */
	double infected;            /* probability of being infected on the first day */
	double clean[WORLD__COUNT]; /* probability a day; WITH_CAMPAIGN: of treated, while it works
				     */
	double *arrive;             /* [day]: probability that a clean host is infected */
	struct feed_day *feed_days; /* [day × WORLD_FEEDS] */
};

/* E_RANGE: invalid, more hosts than the addresses can hold, or an effect that not even a cleaning
 * of nearly all in a day can reach until the end. */
MUST_CHECK enum err world_new(const struct scenario *scenario, struct world **ret_world);
void world_free(struct world *w);

/* Independent dice for each purpose, host and day: what one host or feed does never changes what
 * another draws. */
enum dice_purpose {
	DICE_WORLD,
	DICE_TRAITS,
	DICE_NIGHT,
	DICE_CONTACT,
	DICE_SIGHT,
	DICE_LEASES
};
struct dice world_dice(
	const struct world *w, enum dice_purpose purpose, uint32_t slot, uint32_t day);

const struct feed_day *world_feed_day(const struct world *w, uint32_t day, uint32_t feed);

/* Probability that a host of the holder is cleaned in the night before `day`. */
double world_clean(const struct world *w, enum world_kind kind, const struct world_holder *holder,
	uint32_t day);

/* IPv4 of a group's index-th address. group: number within the holder. */
uint32_t world_address(const struct world_holder *holder, uint32_t group, uint8_t index);

/* First index of the days over which the effect is stated: the last seven with the campaign, or all
 * it has. == days when there is no campaign. */
uint32_t world_effect_from(const struct scenario *s);
