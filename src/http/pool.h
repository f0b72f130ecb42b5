/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/http.h"

/* Threads for handlers that take their time, and those that wait for one: at most
 * LIMIT_HTTP_SLOW_WAITING. */
struct pool;
struct task;

/* NULL without memory or threads. */
struct pool *pool_new(unsigned threads);

/* Takes the task's connection away from the library until its answer is made. False: too many wait,
 * or it is over. */
bool pool_put(struct pool *p, struct task *task);

/* What is being made is finished, what waits gets 503. */
void pool_stop(struct pool *p);

/* Stops it too; NULL is fine. */
void pool_free(struct pool *p);
