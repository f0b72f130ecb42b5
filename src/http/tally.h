/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdatomic.h>

#include "http/http.h"

/* What one thread of the server has done. Only it writes them, so counting costs a load and a
 * store; anybody may read them at any time. */
enum {
	TALLY_CLASSES = 4,   /* of status: 2xx … 5xx */
	TALLY_DURATIONS = 10 /* buckets, the last for all that took longer */
};

struct tally {
	size_t places;              /* the routes, then the two of tally_place */
	_Atomic uint64_t *requests; /* [places][TALLY_CLASSES] */
	_Atomic uint64_t durations[TALLY_DURATIONS];
	_Atomic uint64_t nanoseconds;
	_Atomic uint64_t bytes;
	_Atomic uint64_t rate_limited;
	_Atomic uint64_t shared_kept;
	_Atomic uint64_t shared_made;
};

/* Where a request is counted that meets no route: after the routes. */
enum tally_place {
	TALLY_ASSETS,
	TALLY_ELSEWHERE,
	TALLY_PLACE__COUNT
};

bool tally_init(struct tally *c, size_t routes); /* false without memory */
void tally_release(struct tally *c);

static inline void tally_add(_Atomic uint64_t *counter, uint64_t more)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + more,
		memory_order_relaxed);
}

void tally_request(struct tally *c, size_t place, unsigned status);

/* How long an answer was in the making. */
void tally_duration(struct tally *c, uint64_t nanoseconds);

/* Adds `other` to `c`, which has as many places and is nobody else's. */
void tally_unite(struct tally *c, const struct tally *other);

/* What the server as a whole knows. */
struct server_figures {
	size_t connections;
	uint64_t refused;  /* connections of those who had enough */
	uint64_t deadline; /* connections ended by a deadline */
	size_t shared_answers;
	size_t shared_bytes;
};

/* Prometheus text format 0.0.4. */
void tally_write(struct writer *w, const struct tally *c, const struct server_figures *f,
	const struct http_site *site);
