/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scan/wire.h"

/* One thing to look at, from the moment it is opened until it has been answered. Belongs to the
 * queue it stands in. */
struct job {
	struct job *next;
	struct task task; /* path: whole, in `text` */
	enum object_kind kind;
	int fd;     /* owned: kept until the end, so that it can be given again */
	bool alone; /* given for itself: what kills a worker now is this */
	bool cacheable;
	size_t process; /* note of the one whose file or memory it is, from 1; 0: none */
	uint32_t told;  /* answers passed on so far */
	uint32_t heard; /* answers of this try; those already told are not told again */
	bool infected, suspicious, unscanned;
	uint32_t unscanned_for[UNSCANNED__COUNT]; /* how much of it */
	uint32_t found_as[OUTCOME__COUNT];        /* in how much of it something was found */
	bool waits;                               /* for the second opinion */
	char text[];                              /* path, then extra */
};

/* Copies the texts. NULL: no memory; the descriptor then stays the caller's. */
struct job *job_new(const struct task *task, enum object_kind kind, int fd);
void job_free(struct job *job);

/* First in, first out. */
struct job_queue {
	struct job *first, *last;
	size_t count;
};
void job_queue_add(struct job_queue *q, struct job *job);
struct job *job_queue_take(struct job_queue *q); /* NULL: empty */

/* All of `from`, in front of what is there. */
void job_queue_put_back(struct job_queue *q, struct job_queue *from);
void job_queue_release(struct job_queue *q);
