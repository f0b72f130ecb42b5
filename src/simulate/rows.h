/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "simulate/truth.h"

/* The sightings of a campaign as files: one of each feed and day, sinkholes as Shadowserver
 * event4_sinkhole CSV in order of time whose public_source says "quetsach-simulate", the list as
 * plain addresses in the order of hosts. Memory: 20 bytes a slot (three for two hosts inside, and
 * two fifths of that again abroad), and 24 bytes a sighting of one day. */
struct rows;
MUST_CHECK enum err rows_new(const struct world *w, struct rows **ret_rows);
void rows_free(struct rows *r);

/* Lives through the next day; false when there is none. */
MUST_CHECK enum err rows_day(struct rows *r, bool *ret_any);

/* Whether rows are left to write. Where there are none from the start, as on a day that the feed is
 * dark, nothing is to be sent: a file without rows says nothing of whose it is. */
bool rows_exist(const struct rows *r, uint32_t feed);

/* Appends the next rows of a feed's file of that day, its head before them, some thousands at a
 * time. False when the file is complete. */
bool rows_write(struct rows *r, uint32_t feed, struct writer *w);

/* Of the days lived through; the rest is zero. */
const struct truth *rows_truth(const struct rows *r);
uint64_t rows_count(const struct rows *r); /* sightings of the day */

/* What to import with `quetsach network import` so that the addresses are attributed as in the
 * truth: ranges with AS numbers, the country's prefixes, holders. */
void rows_write_asns(const struct world *w, struct writer *to);
void rows_write_prefixes(const struct world *w, struct writer *to);
void rows_write_holders(const struct world *w, struct writer *to);

/* For `network import --kind regions`: the addresses inside, cut among regions of these keys. */
void rows_write_regions(
	const struct world *w, const struct str *keys, size_t count, struct writer *to);
