/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/limits.h"
#include "store/catalogue.h"
#include "store/identity_set.h"
#include "store/packer.h"

/* Within the room: a file on its way in. */
struct store_ingest {
	struct store *store;
	char feed[64]; /* LIMIT_FEED_NAME */
	size_t feed_size;
	struct identity_set seen;
	struct batch *block;        /* rows kept, until there are enough for a block */
	struct text_table *names;   /* of the segment being written */
	struct text_table *columns; /* of the file */
	uint32_t *name_ids;    /* from the file's numbers to the segment's; UINT32_MAX: not yet */
	uint32_t segment_rows; /* handed to the packer for the segment, without `block` */
	struct packer packer;
	uint64_t kept;
	uint64_t dropped; /* exact repeats within the file */
	uint64_t ranges;
	uint32_t first;
	uint32_t last;
	uint64_t mixes[BATCH_ROWS];
	bool fresh[BATCH_ROWS];
};

/* --- repeats.c --- */
struct repeats {
	uint64_t count;   /* sightings of this file that a live file of the feed has too */
	int64_t *earlier; /* ids of those files */
	size_t file_count;
};

/* What of in->seen the feed's live files hold already. */
MUST_CHECK enum err repeats_find(struct store_ingest *in, struct repeats *ret_repeats);
void repeats_release(struct repeats *r);
