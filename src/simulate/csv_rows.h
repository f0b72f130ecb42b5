/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "simulate/world.h"

/* Within the room: rows of a Shadowserver event4_sinkhole report, some millions a second. */
struct csv_sighting {
	uint32_t second; /* of the day */
	uint32_t address;
	uint16_t port;
	uint8_t feed;
	uint8_t botnet;
};

/* Source port of a contact: any of 1024 … 65535. */
uint16_t csv_port(uint32_t slot, uint32_t second);

void csv_head(struct writer *w);
void csv_sightings(struct writer *w, const struct world *world, struct date day,
	const struct csv_sighting *sightings, size_t count);

/* IPv4 addresses, one a line. */
void csv_list(struct writer *w, const uint32_t *addresses, size_t count);
