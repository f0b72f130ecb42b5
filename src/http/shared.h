/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdatomic.h>

#include "base/span.h"
#include "http/variants.h"

/* Answers that are the same for every visitor. One thread makes an answer; meanwhile the others get
 * the one before, when another edition made it old, and wait where there is none or where it
 * is older than its time. So nothing is made twice, and nothing is sent that is older than that,
 * but for lasting answers of the edition asked for.
 * Bounded in number and bytes; whose last visit is longest ago goes first. */
struct shared;

/* An answer that is kept; stays as it is until released. */
struct shared_answer {
	_Atomic unsigned holders;
	bool lasting; /* as old as its edition */
	struct variants variants;
};

/* The right to make one, and the duty to put it. */
struct shared_ticket {
	struct slot *slot; /* NULL: for oneself only, it will not be kept */
	uint64_t edition;
	uint64_t made; /* nanoseconds */
};

/* lifetime in nanoseconds; secret: random, so that nobody chooses paths that share a place. NULL
 * without memory. */
struct shared *shared_new(size_t answers, size_t bytes, uint64_t lifetime, uint64_t secret);
void shared_free(struct shared *s);

/* NULL: make it, then put it. now: nanoseconds of a clock that never jumps; secure tells answers
 * with other header fields apart. */
struct shared_answer *shared_get(struct shared *s, struct str path, bool secure, uint64_t edition,
	uint64_t now, struct shared_ticket *ret_ticket);

/* Made for a ticket, held by its maker; NULL: not to be kept, and the one before is forgotten. */
void shared_put(struct shared *s, const struct shared_ticket *ticket, struct shared_answer *answer);

/* Held once; NULL without memory. */
struct shared_answer *shared_answer_new(const struct http_answer *a, bool secure);
void shared_release(struct shared_answer *answer);

struct shared_state {
	size_t answers;
	size_t bytes;
};
struct shared_state shared_state(struct shared *s);
