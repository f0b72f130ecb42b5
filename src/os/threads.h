/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

/* Several processors for one answer: jobs that share nothing they write. */

typedef void thread_job_fn(void *context, size_t job);

/* Runs job 0 … count − 1, each in a thread of its own but the first, which the caller runs, and
 * returns when all have ended. Where the system gives no thread, the caller runs that job too. */
void threads_run(size_t count, thread_job_fn *job, void *context);

/* One job beside what the caller goes on with. It stays where it is until thread_end(). */
struct thread {
	thread_job_fn *job;
	void *context;
	pthread_t id;
	bool running;
	atomic_bool ended;
};

/* Job 0 of `job`. Where the system gives no thread, it is done when this returns. */
void thread_begin(struct thread *t, thread_job_fn *job, void *context);

/* Never waits. */
bool thread_ended(const struct thread *t);

/* Waits for its end. Safe again, and for a zeroed one. */
void thread_end(struct thread *t);
