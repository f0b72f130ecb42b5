/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "os/file.h"
#include "store/store.h"

/* What was counted of a day, kept so that it is counted once: files of the folder `counted`, each
 * of which names what it was counted from. They can be deleted at any time. */

/* Of the segments that a question of that feed and time is answered from: first and last second of
 * their sightings. Retracted ones are not among them. */
struct store_input {
	struct str feed;
	int64_t segment;
	uint64_t checksum;
	uint32_t first;
	uint32_t last;
};
typedef void store_input_fn(void *context, const struct store_input *input);
MUST_CHECK enum err store_each_input(
	struct store *s, const struct store_query *query, store_input_fn *fn, void *context);

/* The content put for that day with that mark. E_NOTFOUND: none, another mark, or not whole. */
MUST_CHECK enum err store_counted(struct store *s, struct date day, uint64_t mark,
	struct mapping *ret_mapping, struct bytes *ret_content);
MUST_CHECK enum err store_put_counted(
	struct store *s, struct date day, uint64_t mark, struct bytes content);

/* Deletes those of days before this one. */
MUST_CHECK enum err store_forget_counted(struct store *s, struct date before);

/* Deletes that day's, where there is one. */
MUST_CHECK enum err store_forget_counted_day(struct store *s, struct date day);
