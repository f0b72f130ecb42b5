/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/cursor.h"
#include "base/ip.h"
#include "base/writer.h"
#include "match/engine_lists.h"

/* Within the engine: addresses and names of machines that malware talks to, as tables that stay
 * where they were read from. */

struct engine_network {
	struct bytes addresses; /* rows "address, length, port, set, name", ordered by these */
	struct bytes domains;   /* rows "set, text, name", ordered by text */
	struct bytes names;     /* texts that rows point into */
};

MUST_CHECK enum err network_make(
	const struct pack *pack, struct arena *arena, struct engine_network *ret_network);
void network_save(const struct engine_network *network, struct writer *w);

/* Borrows what the cursor reads. Failures are the cursor's. */
void network_load(struct cursor *in, uint32_t set_count, struct engine_network *ret_network);

/* What is listed of an address and a port: with that port or with none; the address, or one of the
 * prefixes it is in. */
void network_find_address(const struct engine_network *network, struct ip ip, uint16_t port,
	listed_fn *fn, void *context);

/* What is listed of a name, lower case: it, or what it is below. */
void network_find_domain(
	const struct engine_network *network, struct str name, listed_fn *fn, void *context);
