/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"

/* What of a source was taken already, by days, numbers of reports or states of files: a set of
 * texts that fit in a line. Those that the source does not offer any more are forgotten. */
struct taken_entry {
	struct str key; /* borrowed from `bytes` or `added` */
	bool offered;
};

struct taken {
	struct writer bytes;         /* of the file it was read from */
	struct taken_entry *entries; /* sorted by key */
	size_t count;
	char **added; /* each its own memory */
	size_t added_count, added_room;
};

void taken_init(struct taken *t);
void taken_release(struct taken *t);

/* `bytes` is taken over (a writer that may be released afterwards). E_CORRUPT, E_VERSION, E_LIMIT.
 */
MUST_CHECK enum err taken_parse(struct taken *t, struct writer *bytes);

/* Says that the source offers it; whether it was taken. */
bool taken_has(struct taken *t, struct str key);

/* E_LIMIT past LIMIT_FETCH_TAKEN. Keys without line ends. */
MUST_CHECK enum err taken_add(struct taken *t, struct str key);

/* `all`: also what was not offered since it was read. */
void taken_write(struct writer *w, const struct taken *t, bool all);
