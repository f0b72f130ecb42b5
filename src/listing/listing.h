/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/ip.h"
#include "model/holder.h"
#include "model/sighting.h"

/* The frozen answer to "is this unit listed". An immutable file, mapped and asked; a new one takes
 * its place by rename. Format: docs/format/listing.md. A million lines or more take at most 16
 * bytes each for IPv4 and 20 for IPv6. */

/* One line of the listing: a unit seen in a botnet by a feed. Times are whole minutes. */
struct listing_entry {
	struct unit unit;
	uint32_t first_minute; /* minutes since 1970: first and last seen within what was built from
				*/
	uint32_t last_minute;
	uint16_t botnet; /* index into the listing's botnet names */
	uint8_t feed;    /* index into the listing's feed names, at most 255 feeds */
	enum kind kind;
	enum pool pool;
	enum precision precision; /* coarsest among its sightings */
};

/* Collects entries in any order; same (unit, botnet, feed, kind) are merged. */
struct listing_builder;
struct listing_builder *listing_builder_new(void);
void listing_builder_free(struct listing_builder *b);
MUST_CHECK enum err listing_builder_botnet(
	struct listing_builder *b, struct str name, uint16_t *ret_index);
MUST_CHECK enum err listing_builder_feed(
	struct listing_builder *b, struct str name, bool simulated, uint8_t *ret_index);
MUST_CHECK enum err listing_builder_add(
	struct listing_builder *b, const struct listing_entry *entries, size_t count);

/* Facts that stand in the header. */
struct listing_facts {
	struct instant built;
	uint64_t change; /* the catalogue's change number it was built from (as_of) */
	bool simulated;  /* some entry comes from a simulated feed */
	uint32_t feeds;  /* feeds that took part, with entries or without */
	uint64_t v4, v6; /* distinct units */
};

/* Sorts, merges and writes the file's bytes. v4, v6 of the facts are filled in. */
MUST_CHECK enum err listing_builder_write(
	struct listing_builder *b, const struct listing_facts *facts, struct writer *w);

/* Over borrowed bytes (a mapping). Opening checks header, sizes and the index, not each entry, so
 * that 2 M entries open in under 5 ms; listing_check() reads and checks everything. */
struct listing;
MUST_CHECK enum err listing_open(struct bytes file, struct listing **ret_listing);
MUST_CHECK enum err listing_check(struct bytes file);
void listing_close(struct listing *l);
const struct listing_facts *listing_facts(const struct listing *l);
struct str listing_botnet(const struct listing *l, uint16_t index);
struct str listing_feed(const struct listing *l, uint8_t index);
bool listing_feed_simulated(const struct listing *l, uint8_t index);

/* Is any entry of the unit within its pool's window at `now`? The fast question. */
bool listing_has(const struct listing *l, struct unit unit, struct instant now);

/* The unit's entries, at most `capacity`; returns how many there are in all. Entries outside their
 * window at `now` are left out. */
size_t listing_look_up(const struct listing *l, struct unit unit, struct instant now,
	struct listing_entry *entries, size_t capacity);

/* The index-th unit of the IPv4 part (0 … v4−1), for the "look as" links of simulated data. */
struct unit listing_unit(const struct listing *l, uint64_t index);
