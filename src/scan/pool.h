/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <poll.h>
#include <sys/types.h>

#include "scan/job.h"

/* Workers, kept busy and kept in check. Jobs are handed over in batches; what a worker that died,
 * hung or talked nonsense had not answered is given again one by one, and what kills a worker when
 * it is alone with it has failed. */

struct pool_sink {
	void *context;
	/* A finding (with its matches), something unscanned, an entry. */
	void (*answer)(void *context, struct job *job, const struct answer *answer);
	/* The job is over and the sink's. `whole` as the worker says. */
	void (*done)(void *context, struct job *job, bool whole, uint64_t bytes);
	/* The job is over and the sink's: nobody could look at it. */
	void (*failed)(void *context, struct job *job, enum unscanned reason, struct str about);
};

struct pool_order {
	struct worker_order worker; /* without the engine's place */
	struct bytes engine;
	int engine_file; /* 0: none, the bytes are copied */
	uint64_t engine_offset;
	unsigned workers; /* at least 1 */
	/* Descriptors of one message; of each worker twice as many are out. 0: usual */
	size_t batch_jobs;
};

struct pool;

/* Starts nothing yet. `order` and `sink` are borrowed. E_NOMEM. */
MUST_CHECK enum err pool_new(
	const struct pool_order *order, const struct pool_sink *sink, struct pool **ret_pool);
void pool_free(struct pool *p); /* kills what is left; its jobs are freed */

/* Whether another job would find room before somebody has answered. */
bool pool_has_room(const struct pool *p);

/* Takes the job. */
void pool_add(struct pool *p, struct job *job);

/* Hands over what can be handed over; `all`: batches that are not full too. E_CRASHED, E_CORRUPT,
 * E_VERSION (of the engine), E_NOMEM: no workers can be had. */
MUST_CHECK enum err pool_give(struct pool *p, bool all);

size_t pool_jobs(const struct pool *p); /* not answered yet */

/* For poll(): fills at most `capacity`, gives how many. */
size_t pool_waits(struct pool *p, struct pollfd *fds, size_t capacity);

/* After poll(): takes what workers have said, ends those that hang. `awake`: nanoseconds that this
 * process was awake for, so that a pause is nobody's delay. */
void pool_turn(struct pool *p, uint64_t awake);

/* Whether that process is the maker or a worker. */
bool pool_has_process(const struct pool *p, pid_t pid);

/* Processor time of all workers so far, in nanoseconds. */
uint64_t pool_used(const struct pool *p);

enum {
	POOL_WORKERS = 64
};
