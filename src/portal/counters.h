/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

/* How often each thing (a tool of the catalogue) was fetched: totals and today's, in fixed memory
 * that several threads and processes change at once. No lock, no address of anybody.
 * docs/format/counters.md says what lies where. */
enum {
	COUNTERS_BYTES = 1 << 20
};

/* Over the caller's memory, which outlives it; nothing to free. */
struct counters {
	void *memory;
};

/* Memory of COUNTERS_BYTES, aligned for 64-bit words: a shared mapping, or a file that was read.
 * Memory that is all zero in front becomes an empty set when `fresh` is true. E_CORRUPT, E_VERSION,
 * E_TRUNCATED. */
MUST_CHECK enum err counters_open(
	void *memory, size_t size, bool fresh, struct counters *ret_counters);

/* One more, in total and on that day (UTC). The key is as site_key_valid() has it. False: there is
 * no place left for another key, or the key is none. */
bool counters_add(const struct counters *c, struct str key, struct instant now);

struct counter {
	struct str key; /* borrowed for the call */
	uint64_t total;
	uint32_t today; /* of the last day something was counted */
	struct date day;
};

/* Zeros for a key that was never counted. */
struct counter counters_get(const struct counters *c, struct str key);

/* Every key once, in no order. */
typedef void counters_fn(void *context, const struct counter *counter);
void counters_each(const struct counters *c, counters_fn *fn, void *context);
