/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "measure/evaluation.h"

/* Estimator 9 over a whole country: how long addresses stay in a botnet, from the distinct IPv4
 * addresses of each (botnet, day), exactly.
 *
 * Clock: only days that count (`lit`) pass; a day on which the panel was down or odd ends nothing,
 * but whoever is seen on it is seen. An episode is a run of sightings of one (address, botnet) no
 * two neighbours of which lie more than G days of that clock apart. G belongs to the group (holder)
 * of the address: the 95th percentile (nearest rank) of its times between sightings, at least 1, at
 * most DURATIONS_GAP; of all groups together where a group has fewer than DURATIONS_TIMES of them.
 *
 * An episode's length is that from its first to its last day, both included. What happened is known
 * up to G days before the end of the data: who is seen after that was still infected then, and is
 * censored there. An episode that may have begun before the data do is left out and counted.
 * Kaplan–Meier over those that began in a window (survival.h): addresses are not independent of
 * each other, so intervals say how much chance there is in the number of them, no more.
 *
 * G is known only at the end, so that for each address the beginnings of its episodes under every
 * possible G are kept: those differ only where it had longer and longer gaps, mostly nowhere. */
enum {
	DURATIONS_GAP = 14,
	DURATIONS_TIMES = 100,
	DURATIONS_AFTER = 14 /* days, of duration_result.after_14 */
};

/* Addresses from `first` up to the next stretch's first. */
struct duration_stretch {
	uint32_t first;
	uint32_t group;
};

/* Arrays are borrowed. */
struct duration_question {
	size_t days;        /* at most LIMIT_PLAN_DAYS */
	const uint8_t *lit; /* of each day: 1: it counts */
	struct {
		size_t from, to; /* episodes that begin on days [from, to); equal: none */
	} windows[2];
	const struct duration_stretch *stretches; /* ascending, the first begins at 0 */
	size_t stretch_count;
	size_t groups, botnets;
};

struct durations;
struct durations *durations_new(const struct duration_question *q); /* NULL without memory */
void durations_free(struct durations *d);

/* The addresses of a botnet on a day, ascending, each once. Days ascend, some may be missing. */
MUST_CHECK enum err durations_day(
	struct durations *d, size_t day, size_t botnet, const uint32_t *addresses, size_t count);

/* For addresses counted apart by the same question: after the last day everything that `other` saw
 * is `d`'s. No address may be in both. */
MUST_CHECK enum err durations_join(struct durations *d, struct durations *other);

/* After the last day, once. `days` of the results are left unset, and the arena is for working in.
 * E_NOMEM. */
MUST_CHECK enum err durations_finish(
	struct durations *d, struct arena *arena, struct duration_result ret[2]);

/* After durations_finish(): G of a group. */
unsigned durations_gap(const struct durations *d, size_t group);
