/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdatomic.h>

#include "http/http.h"

/* What one thread of the server has done. Only it writes them, so counting costs a load and a
 * store; anybody may read them at any time. */
enum {
	COUNTER_CLASSES = 4,   /* of status: 2xx … 5xx */
	COUNTER_DURATIONS = 10 /* buckets, the last for all that took longer */
};

struct counters {
	size_t places;              /* the routes, then the two of counter_place */
	_Atomic uint64_t *requests; /* [places][COUNTER_CLASSES] */
	_Atomic uint64_t durations[COUNTER_DURATIONS];
	_Atomic uint64_t nanoseconds;
	_Atomic uint64_t bytes;
	_Atomic uint64_t rate_limited;
	_Atomic uint64_t shared_kept;
	_Atomic uint64_t shared_made;
};

/* Where a request is counted that meets no route: after the routes. */
enum counter_place {
	COUNTER_ASSETS,
	COUNTER_ELSEWHERE,
	COUNTER_PLACE__COUNT
};

bool counters_init(struct counters *c, size_t routes); /* false without memory */
void counters_release(struct counters *c);

static inline void counter_add(_Atomic uint64_t *counter, uint64_t more)
{
	atomic_store_explicit(counter, atomic_load_explicit(counter, memory_order_relaxed) + more,
		memory_order_relaxed);
}

void counters_request(struct counters *c, size_t place, unsigned status);

/* How long a handler took. */
void counters_duration(struct counters *c, uint64_t nanoseconds);

/* Adds `other` to `c`, which has as many places and is nobody else's. */
void counters_unite(struct counters *c, const struct counters *other);

/* What the server as a whole knows. */
struct server_figures {
	size_t connections;
	uint64_t refused;  /* connections of those who had enough */
	uint64_t deadline; /* connections ended by a deadline */
	size_t shared_answers;
	size_t shared_bytes;
};

/* Prometheus text format 0.0.4. */
void counters_write(struct writer *w, const struct counters *c, const struct server_figures *f,
	const struct http_site *site);
