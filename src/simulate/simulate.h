/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/writer.h"

/* Sightings of a made-up campaign, as a Shadowserver event4_sinkhole CSV whose public_source says
 * "quetsach-simulate", or as IntelMQ events whose feed.provider does: an ingest marks its feed as
 * simulated by that. Same settings, same bytes; in both forms the same sightings.
 *
 * The model: `hosts` infected hosts live on addresses of the given space. Each day a host is on
 * with probability 0.8 and reports `reports` times on average, more in the evening of UTC+7 than at
 * night. Six of ten hosts sit behind a dynamic address that changes at the day's turn with
 * probability 1/2, the rest keep theirs. A host is cleaned with probability 0.01 a day and replaced
 * by another infection with probability 0.008. Families follow a Zipf law over the list in
 * simulate.c. */
struct simulation {
	uint64_t seed;
	uint32_t days;
	struct date end;      /* last day, UTC */
	struct instant until; /* nothing later than this */
	uint32_t hosts;
	uint32_t reports; /* mean number of reports a host and day */
	uint64_t space;   /* number of addresses to choose from */
	uint32_t (*address)(void *context, uint64_t index); /* index < space; IPv4, host order */
	uint32_t (*asn)(void *context, uint32_t address);
	void *context;
	char country[3];
	bool intelmq;
};

struct simulator;
MUST_CHECK enum err simulator_new(const struct simulation *settings, struct simulator **ret);
void simulator_free(struct simulator *s);

/* The header (IntelMQ has none), then one day after another, rows in order of time: appends to w
 * and returns false when there is no further day. */
void simulator_header(struct simulator *s, struct writer *w);
bool simulator_day(struct simulator *s, struct writer *w);
