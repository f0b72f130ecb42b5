/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "os/fork.h"
#include "os/process.h"
#include "scan/pool.h"

/* Within the pool. */

struct pool_worker {
	bool alive;
	pid_t pid;
	int pidfd, socket;
	struct job_queue jobs;          /* given, in order, not answered */
	size_t batches[2], batch_count; /* jobs of the batches that are out */
	uint64_t tasks;                 /* given since it was made */
	/* Of the job in front: when it began, by both clocks. */
	uint64_t awake, used;
	/* The finding that is being told. */
	bool telling;
	struct arena arena;
	struct finding finding;
	uint64_t finding_socket;
	struct rule_match *matches;
	size_t match_count;
};

struct pool {
	const struct pool_order *order;
	const struct pool_sink *sink;
	struct child maker;
	bool maker_runs;
	unsigned maker_starts;
	struct pool_worker workers[POOL_WORKERS];
	struct job_queue open; /* the batch that is being filled */
	uint64_t open_bytes;
	struct job_queue alone; /* to be given one by one */
	struct writer message;
	uint8_t *packet;
	uint64_t awake;
	uint64_t used; /* of workers that have ended */
};

/* --- pool_makers.c: processes come and go --- */

/* A running worker in this place. */
MUST_CHECK enum err pool_worker_start(struct pool *p, struct pool_worker *w);

/* Kills it and says how it ended ("SIGSEGV"); its jobs stay in it. */
struct str pool_worker_end(struct pool *p, struct pool_worker *w, char buffer[STATUS_TEXT]);
void pool_maker_end(struct pool *p);

/* --- pool_answers.c: what workers say --- */

/* All that has come. False: it has ended or is not to be believed. */
bool pool_worker_hear(struct pool *p, struct pool_worker *w, bool *ret_nonsense);
