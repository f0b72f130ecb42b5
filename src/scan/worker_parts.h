/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "scan/worker.h"

/* Within a worker: one task at hand. */
struct worker {
	int socket;
	const struct worker_order *order;
	const struct engine *engine;
	struct matcher *matcher;
	struct writer answers;
	uint64_t sent;   /* when, in nanoseconds */
	uint64_t used;   /* processor time then */
	uint8_t *buffer; /* for small files */
	struct writer text;

	/* the task */
	const struct task *task;
	int fd;
	uint64_t began; /* in nanoseconds */
	uint64_t count; /* connections */
	bool whole;
	bool late; /* its time is up */
};

enum {
	WORKER_BUFFER = 256 << 10 /* larger files are mapped */
};

/* Appends and sends what has to be. A worker nobody listens to ends here. */
void worker_say(struct worker *w, const struct answer *answer);

/* The task is not whole any more. */
void worker_unscanned(struct worker *w, struct str object, enum unscanned reason, struct str about);

/* Whether the task's processor time is used up. */
bool worker_late(struct worker *w);

/* Matches content that is called `object` within the task's file (empty: it is the file itself),
 * and says what applies. Only E_TIMEOUT comes back: no more of this task. */
MUST_CHECK enum err worker_match(
	struct worker *w, struct str object, struct bytes content, unsigned flags);

/* Matches it and all that is in it. */
void worker_look(struct worker *w, struct bytes content);

/* Entries of a place. */
void worker_read_place(struct worker *w, struct bytes content);

/* Whether the task only asks if a file is as its package says. */
bool worker_compares(const struct task *task);

/* Regions of a process's memory. */
void worker_look_memory(struct worker *w);

/* Tables of connections, names of machines. */
void worker_look_network(struct worker *w);
