/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "os/entry.h"

/* Processes as /proc shows them, below an open folder of it. E_NOTFOUND: it has ended; E_DENIED: of
 * somebody else. */

enum {
	RUNNING_NAME = 32,
	RUNNING_PATH = 4096
};

/* What the kernel calls it, "sshd"; any bytes. */
MUST_CHECK enum err running_name(int proc, pid_t pid, char ret_name[RUNNING_NAME]);

/* The file it runs, also when that has no name any more: its path then ends in " (deleted)".
 * E_NOTFOUND for the kernel's own. */
MUST_CHECK enum err running_program(int proc, pid_t pid, int *ret_fd, struct entry_facts *ret_facts,
	char ret_path[RUNNING_PATH]);

/* Its memory, to be read at its addresses. */
MUST_CHECK enum err running_memory(int proc, pid_t pid, int *ret_fd);

/* /proc/PID/maps as it stands. */
MUST_CHECK enum err running_maps(int proc, pid_t pid, struct writer *into);

/* Which of its pages there are: what was reserved and never used is left out. */
struct page_runs {
	void *context;
	enum err (*run)(void *context, uint64_t from, uint64_t to);
};
MUST_CHECK enum err running_pages_open(int proc, pid_t pid, int *ret_fd);

/* Runs of pages between two addresses, small gaps filled. An error of the callback ends it. */
MUST_CHECK enum err running_pages(
	int pages, uint64_t from, uint64_t to, const struct page_runs *runs);
