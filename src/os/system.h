/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

/* Clock, randomness and what this process uses. */

struct instant system_now(void);

/* Nanoseconds of a clock that never jumps. */
uint64_t system_monotonic(void);

/* Returns once that clock shows `until`. */
void system_sleep_until(uint64_t until);

/* Nanoseconds of processor time of this process. */
uint64_t system_processor_time(void);

/* A file that grows past what this process may write fails like a full disk, instead of killing. */
void system_survive_file_limit(void);

void system_random(void *buffer, size_t size);

/* Peak resident memory of this process in bytes. */
uint64_t system_peak_memory(void);

/* Processors this process may run on, at least 1. */
unsigned system_processors(void);

/* Who is at work: the name of the login, else of the user; "?" where the system has none. */
enum {
	LOGIN_NAME_SIZE = 64
};
void system_login(char ret_name[LOGIN_NAME_SIZE]);

/* An errno as enum err: ENOSPC, EDQUOT and EFBIG are E_NOSPACE, ENOENT and ENOTDIR E_NOTFOUND,
 * EEXIST and ENOTEMPTY E_EXISTS, EACCES, EPERM, ELOOP, EXDEV and EROFS E_DENIED, EAGAIN and
 * EADDRINUSE E_BUSY, ENOMEM E_NOMEM, the rest E_IO. */
enum err system_err(int number);
