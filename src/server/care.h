/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "server/command.h"

/* What the commands share that look after a data folder. */

/* Named counts: {"files":1,…} for machines, the message with them for people. At most
 * CARE_MOST_COUNTS. */
enum {
	CARE_MOST_COUNTS = 5,
	CARE_LONGEST_PAUSE = 31 * 86400 /* seconds after which deleting asks again */
};
void care_write_counts(struct context *c, const char *const *names, const uint64_t *values,
	size_t count, enum message message);

/* Says which process writes to a data folder, where the system tells. */
void care_say_writer(struct context *c, const char *folder);

/* Whether the clock can be right: not before the last change of the data folder (by more than a
 * day), and not more than so many seconds after it (0: any). Says so where it is not; --yes makes
 * it right. */
bool care_clock_fits(struct context *c, struct store *store, int64_t pause);
