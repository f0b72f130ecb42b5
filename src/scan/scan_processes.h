/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/limits.h"
#include "os/running.h"
#include "scan/scan_parts.h"

/* Within scan_processes*.c. */

enum {
	PROCESS_LABEL = 96
};

/* One process. */
struct looking {
	struct scan *s;
	int proc, memory, pages;
	pid_t pid;
	struct running_facts facts;
	char name[PROCESS_LABEL];
	struct str label; /* "process 123 (sshd)" */
	struct writer regions;
	uint64_t gathered; /* bytes in `regions` */
	uint64_t bytes;    /* of all that was handed on */
	bool runnable;     /* first what may be run, then the rest */
	bool too_much, kept_back;
};

/* "process 123 (sshd)"; name empty: not known. */
struct str process_label(pid_t pid, const char *name, char room[PROCESS_LABEL]);

/* Tells that something about a process was not looked at. */
void process_missed(struct looking *l, enum unscanned reason, const char *about);

/* Hands its memory to the workers. E_NOTFOUND: it has ended. */
MUST_CHECK enum err process_look_at_memory(struct looking *l);

/* Numbers of processes. */
struct number_set {
	uint64_t *words;
	pid_t end; /* numbers in it are below */
};
MUST_CHECK enum err number_set_init(struct number_set *set, pid_t end);
void number_set_release(struct number_set *set);
void number_set_add(struct number_set *set, pid_t number);
bool number_set_has(const struct number_set *set, pid_t number);

/* Those that are there and in no list: found[0 … *ret_count). */
enum {
	HIDDEN_MOST = 256
};
struct turn {
	void *context;
	enum err (*take)(void *context); /* now and then; an error ends it */
};
MUST_CHECK enum err processes_hidden(
	const struct turn *turn, int proc, pid_t found[HIDDEN_MOST], size_t *ret_count);
