/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "base/span.h"

/* Copies of a process that holds much already and shares it with them, and what others may know
 * and do about such processes. */

/* *ret_pid is 0 in the copy, which is killed when its parent ends. */
MUST_CHECK enum err fork_copy(pid_t *ret_pid);

/* A descriptor for a running process, for process_kill(). */
MUST_CHECK enum err process_open(pid_t pid, int *ret_pidfd);

/* Of a child: waits for its end; status as of waitpid(). E_NOTFOUND: none of ours. */
MUST_CHECK enum err fork_wait(pid_t pid, int *ret_status);

/* SIGKILL; no error when it has ended. */
void process_kill(int pidfd);

/* Processor time it has used so far, in nanoseconds. E_NOTFOUND. */
MUST_CHECK enum err process_time(pid_t pid, uint64_t *ret_nanoseconds);

/* "SIGSEGV" or "exit 3", of a status as of waitpid(). */
enum {
	STATUS_TEXT = 32
};
struct str status_text(int status, char buffer[STATUS_TEXT]);

/* From now on this process and those it starts give way to others, at processor and disk. What the
 * kernel refuses is left. */
void priority_low(void);

/* From now on what goes to standard output and error leads nowhere. */
MUST_CHECK enum err output_discard(void);

/* Where a process was started without descriptors 0, 1 or 2, no file that is opened later may take
 * their place: nothing can be read from what stands there now, nor written to it. */
MUST_CHECK enum err standard_descriptors_fill(void);

/* Descriptors this process may have open, raised to what it may raise it to. */
uint64_t descriptors_most(void);

/* Memory that only this process has, as the limit of sandbox_enter_worker() counts it: a descriptor
 * that also answers in a sandbox, of the process that opened it. */
MUST_CHECK enum err memory_meter_open(int *ret_fd);
MUST_CHECK enum err memory_meter_read(int fd, uint64_t *ret_bytes);
