/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "model/machine_result.h"
#include "model/region.h"
#include "store/store.h"

/* What others bring: results of their scans, and which regions a country has. Nothing is
 * overwritten: rows are added, the newest of a key counts, and the change number says which one
 * counted at any as_of. Values are checked by whoever puts them in. */

/* --- scan results: key is tool, week, region, platform --- */
struct result_entry {
	struct machine_result result;
	struct str source; /* file it came in */
	struct str author; /* who imported it */
	struct instant made;
	bool current; /* in history: the one that counts */
};

/* How the rows of one file met those that were there. */
struct result_tally {
	uint64_t added, replaced, same; /* same: nothing was written */
};

/* All in one change; where every row is there already, there is no change. */
MUST_CHECK enum err store_put_results(struct store *s, const struct machine_result *list,
	size_t count, struct str source, struct str author, struct instant now,
	struct result_tally *ret_tally);

/* By tool, week, region, platform, then as imported; as_of 0: now. Without history only those that
 * count. */
typedef enum err store_result_fn(void *context, const struct result_entry *entry);
MUST_CHECK enum err store_each_result(
	struct store *s, uint64_t as_of, bool history, store_result_fn *fn, void *context);

/* --- regions: of a country the newest set counts --- */
struct region_entry {
	struct region_set set; /* count 0: the program chooses one of its own */
	struct str source;
	struct str author;
	struct instant made;
};
MUST_CHECK enum err store_put_regions(struct store *s, const struct region_set *set,
	struct str source, struct str author, struct instant now);

/* Texts lie in the arena. E_NOTFOUND: nobody has brought regions of that country. */
MUST_CHECK enum err store_find_regions(struct store *s, uint64_t as_of, struct str country,
	struct arena *arena, struct region_entry *ret_entry);
