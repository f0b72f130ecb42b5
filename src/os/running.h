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

struct running_facts {
	char name[RUNNING_NAME]; /* what the kernel calls it, "sshd"; any bytes but NUL */
	uint64_t began; /* ticks since the machine's start: tells two of one number apart */
	bool kernel;    /* a part of the kernel, which runs no program */
	bool ended;     /* nobody has asked how; it has no memory any more */
};
MUST_CHECK enum err running_facts(int proc, pid_t pid, struct running_facts *ret_facts);

/* The file it runs, also when that has no name any more: its path then ends in " (deleted)". */
MUST_CHECK enum err running_program(int proc, pid_t pid, int *ret_fd, struct entry_facts *ret_facts,
	char ret_path[RUNNING_PATH]);

/* /proc/PID/maps as it stands. */
MUST_CHECK enum err running_maps(int proc, pid_t pid, struct writer *into);

/* The plain file behind one line of these, also without a name. E_DENIED: who may not, or none. */
MUST_CHECK enum err running_mapped(int proc, pid_t pid, uint64_t from, uint64_t to, int *ret_fd,
	struct entry_facts *ret_facts);

/* Where a file has content: the first run from `from` on, from == to: none any more. */
MUST_CHECK enum err file_content(int fd, uint64_t from, uint64_t *ret_from, uint64_t *ret_to);

/* --- memory --- */

/* Its memory, to be read at its addresses. */
MUST_CHECK enum err running_memory(int proc, pid_t pid, int *ret_fd);

/* Fills from an address on. What the process has given back stays as it is in the buffer;
 * *ret_size: bytes that were there. Also for other files. */
void memory_read(int fd, uint64_t at, uint8_t *buffer, size_t size, size_t *ret_size);

/* Which of its pages there are. */
struct page_runs {
	void *context;
	enum err (*run)(void *context, uint64_t from, uint64_t to);
};
MUST_CHECK enum err running_pages_open(int proc, pid_t pid, int *ret_fd);

/* Runs of pages between two addresses: those in memory or swapped out, without what was reserved
 * and never used. `own`: only those that do not come from a file. An error of the callback ends it.
 * E_LIMIT: too far to go page by page, which kernels before 6.7 ask for; nothing was given. */
MUST_CHECK enum err running_pages(
	int pages, uint64_t from, uint64_t to, bool own, const struct page_runs *runs);

/* The same, always page by page. */
MUST_CHECK enum err running_pages_listed(
	int pages, uint64_t from, uint64_t to, bool own, const struct page_runs *runs);

/* --- what it holds --- */

/* Number of its network namespace. */
MUST_CHECK enum err running_network(int proc, pid_t pid, uint64_t *ret_number);

/* /proc/PID/net/NAME: sockets of its network. */
MUST_CHECK enum err running_table(int proc, pid_t pid, const char *name, int *ret_fd);

/* What its descriptors lead to, "socket:[123]". */
typedef enum err running_link_fn(void *context, struct str target);
MUST_CHECK enum err running_links(int proc, pid_t pid, running_link_fn *fn, void *context);

/* --- which there are --- */

/* Names of /proc, and of the threads of each, that are numbers. */
typedef enum err running_number_fn(void *context, pid_t number);
MUST_CHECK enum err running_each(int proc, running_number_fn *fn, void *context);
MUST_CHECK enum err running_threads(int proc, pid_t pid, running_number_fn *fn, void *context);

/* Whether the kernel knows a process or thread of that number, by every way to ask but the list of
 * /proc. */
bool running_answers(int proc, pid_t number);

/* The cheapest of these ways, for millions of numbers. */
bool running_takes_signals(pid_t number);

/* What a process or thread belongs to. */
struct running_owner {
	pid_t whole;   /* the process that a thread is one of */
	uint32_t user; /* the one it acts as */
};
MUST_CHECK enum err running_owner(int proc, pid_t number, struct running_owner *ret_owner);

/* A user's name, else the number. */
void running_user_name(uint32_t user, char ret_name[RUNNING_NAME]);

/* Numbers that processes of this machine have had are below: at most RUNNING_NUMBERS. */
enum {
	RUNNING_NUMBERS = 1 << 22 /* linux/include/linux/threads.h: PID_MAX_LIMIT */
};
pid_t running_numbers(int proc);

/* Whether the numbers of this /proc are those that we are known by. */
bool running_is_ours(int proc);
