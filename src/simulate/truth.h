/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "simulate/host.h"

/* What really happened: infected hosts per day, in both worlds. */
struct truth {
	uint32_t days;
	uint32_t *by_holder[WORLD__COUNT]; /* [day × WORLD_HOLDERS] */
	uint32_t *by_botnet;               /* [day × WORLD_BOTNETS]: inside, with the campaign */
};

MUST_CHECK enum err truth_init(struct truth *t, uint32_t days);
void truth_release(struct truth *t); /* safe on a zeroed one */

void truth_add(struct truth *t, const struct world *w, const struct host_traits *traits,
	uint32_t day, const struct host *host);

/* Infected hosts inside the country on a day; of treated holders alone if asked. */
uint32_t truth_hosts(const struct truth *t, const struct world *w, uint32_t day,
	enum world_kind kind, bool treated);

/* Share of host-days of days first … last (indexes) that the campaign took away. */
double truth_effect(
	const struct truth *t, const struct world *w, uint32_t first, uint32_t last, bool treated);

/* truth.json; its form: docs/design/simulate.md. */
void truth_write(const struct truth *t, const struct world *w, struct writer *to);
