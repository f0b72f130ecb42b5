/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "model/sighting.h"
#include "os/threads.h"
#include "store/derived.h"
#include "store/placing.h"
#include "store/segment.h"

/* Within the room: packs the blocks of one ingest into segments and their derived files, on a
 * thread of its own, while the next rows come in. */

enum {
	PACKER_AHEAD = 16 /* blocks that wait: as many as come in while a segment's sets are made */
};

struct new_segment {
	int64_t id;
	struct segment_facts facts;
};

/* What ends a segment. */
struct segment_end {
	int64_t id;
	struct text_table *names;   /* of the segment */
	struct text_table *columns; /* of the file, so far */
};

struct packer_job {
	struct batch *block;
	bool ends;              /* the segment ends with it */
	struct segment_end end; /* its tables are owned */
};

struct packer {
	const struct data_folder *folder;
	struct str feed; /* borrowed */

	/* both threads', under the lock */
	pthread_mutex_t lock;
	pthread_cond_t work;                  /* there is a block, or no more will come */
	pthread_cond_t room;                  /* there is room for one */
	struct packer_job jobs[PACKER_AHEAD]; /* a ring: the first is being packed, others wait */
	size_t first;
	size_t count;
	struct batch *spare[PACKER_AHEAD + 1]; /* empty */
	size_t spare_count;
	bool ending;
	enum err err; /* the first that went wrong; nothing is packed after it */
	int error;    /* and its errno */

	pthread_t owner;
	struct thread thread;

	/* the thread's, until packer_wait() */
	struct segment_writer *writer;
	struct derived_builder *derived;
	struct writer derived_file;
	struct new_segment *segments; /* ended, in order */
	size_t segment_count;
	size_t segment_capacity;
	struct placing placing; /* their files */
};

/* E_NOMEM; packer_release() is due all the same. */
MUST_CHECK enum err packer_init(
	struct packer *p, const struct data_folder *folder, struct str feed);

/* Waits first. Files without a name yet are gone. */
void packer_release(struct packer *p);

/* Goes on with *block, which comes back empty, another one. With `end`, the segment ends with it,
 * and its tables are the packer's from here on, whatever is returned; there must be at least one
 * row in the segment. Returns what went wrong with the blocks before: E_IO, E_NOSPACE, E_NOMEM … */
MUST_CHECK enum err packer_take(
	struct packer *p, struct batch **block, const struct segment_end *end);

/* Returns what went wrong with any of the blocks. */
MUST_CHECK enum err packer_wait(struct packer *p);
