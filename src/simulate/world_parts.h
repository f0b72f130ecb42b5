/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulate/world.h"

/* Within the room: the parts that world_new() puts together. */

/* Holders with their slots, addresses and whether the campaign treats them. E_RANGE: too many hosts
 * for the addresses. `infected`: share of slots infected on the first day. */
MUST_CHECK enum err world_set_holders(struct world *w, double infected);

/* Feeds, what happens to them, and from that how they are day by day. */
void world_set_feeds(struct world *w);

/* 0 … count−1 in random order. */
void world_shuffle(struct dice *dice, uint8_t *order, size_t count);
