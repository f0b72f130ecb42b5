/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/instant.h"

/* Estimator 9: episodes. An episode is a run of sightings of one (address, botnet) in which no two
 * neighbours lie further apart than G; G belongs to the AS: the 95th percentile of the times
 * between sightings. */
struct episode {
	struct instant first, last;
	bool ended; /* no sighting for longer than G before `until`: else still going on (censored)
		     */
};

/* `times` in order. Writes up to `most` episodes, returns how many there are. */
size_t episodes_of(const struct instant *times, size_t count, int64_t gap, struct instant until,
	struct episode *ret, size_t most);

/* G in seconds from times between sightings (changed: sorted); NAN for none. */
double episodes_gap(double *seconds, size_t count);
