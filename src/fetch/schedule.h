/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/instant.h"
#include "base/writer.h"

/* When a source is looked at: every so often, or on whole days at a time of the clock. */
struct schedule {
	int64_t every; /* seconds, a minute to 31 days */
	bool at_set;   /* only where `every` is whole days */
	int32_t at;    /* seconds after local midnight, 0–86399 */
};

/* "15m", "1h", "1d", "7d", "1d 06:30", "1d at 06:30", "1d@06:30"; false for anything else. */
bool schedule_parse(struct str s, struct schedule *ret_schedule);

/* In the first of those forms; "1d at 06:30". */
void schedule_write(struct writer *w, const struct schedule *s);

/* When it is due after it was last done; `offset`: seconds east of UTC of the source's zone. */
struct instant schedule_next(const struct schedule *s, struct instant last, int32_t offset);

/* Seconds until it is tried again after so many failures in a row: a minute, doubled each time, six
 * hours at most; up to a quarter more by jitter (0–255), so that many who failed together do not
 * come together. Never shorter than what the server asked for (`asked` seconds, 0: nothing, at most
 * a day counts). */
int64_t fetch_patience(uint64_t failures, uint8_t jitter, int64_t asked);
