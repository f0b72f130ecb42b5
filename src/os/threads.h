/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stddef.h>

/* Several processors for one answer: jobs that share nothing they write. */

typedef void thread_job_fn(void *context, size_t job);

/* Runs job 0 … count − 1, each in a thread of its own but the first, which the caller runs, and
 * returns when all have ended. Where the system gives no thread, the caller runs that job too. */
void threads_run(size_t count, thread_job_fn *job, void *context);
