/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "os/running.h"
#include "scan/pace.h"
#include "scan/pool.h"
#include "scan/scan.h"
#include "scan/second.h"
#include "scan/verdicts.h"
#include "scan/walker.h"

/* A process that was looked at, for what is told of it later. */
struct process_note {
	uint32_t pid, user;
	uint64_t began; /* tells it from another of that number */
	char name[RUNNING_NAME];
	char *program;            /* owned; NULL: not known */
	struct identity nameless; /* the file it runs, when that has no name any more */
};

/* Within a scan. */
struct scan {
	const struct scan_order *order;
	const struct scan_sink *sink;
	struct scan_totals totals;
	struct pool_order pool_order;
	struct pool_sink pool_sink;
	struct pool *pool;
	struct second_sink second_sink;
	struct second *second;     /* NULL: not asked for */
	struct verdicts *verdicts; /* NULL: none */
	struct identities own;
	struct identities looked; /* files that were looked at for another's sake */
	struct walker_order walker_order;
	struct walker *walker;
	struct walker *counter; /* goes ahead to count; NULL: done, or nobody asks */
	size_t counted_paths;
	struct pace pace;
	uint64_t file_size_most;
	int64_t settled_before; /* nanoseconds since 1970: changes up to then have come to rest */
	int64_t settled_nanoseconds;

	uint64_t began, last, awake; /* nanoseconds */
	uint64_t told_progress, saved;
	uint64_t expected_files, expected_bytes;
	uint64_t read;          /* bytes given to workers */
	struct writer current;  /* path */
	struct writer text;     /* of an entry */
	struct writer programs; /* paths below the root, each with a NUL, that places start */
	int root;
	struct identity self;     /* our own program */
	struct identities mapped; /* files in memory, as the kernel numbers them, looked at */
	struct identities told;   /* processes that were counted: enum outcome, note */
	struct process_note *notes;
	size_t note_count, note_capacity;
	size_t process;         /* note of the one at hand, from 1; 0: none */
	struct holder *holders; /* of sockets, ordered by these */
	size_t holder_count, holder_capacity;
	bool stopped;
};

/* Waits until something happens, at most `milliseconds`, and takes what has; also progress, stop,
 * pause and pace. */
MUST_CHECK enum err scan_turn(struct scan *s, int milliseconds, bool all);

/* Until all that was given has been answered. */
MUST_CHECK enum err scan_drain(struct scan *s);

/* --- scan_places.c --- */

MUST_CHECK enum err scan_places(struct scan *s);
MUST_CHECK enum err scan_drops(struct scan *s); /* folders where malware is dropped first */
void scan_on_entry(struct scan *s, struct job *job, const struct place_entry *entry);

/* --- scan_processes.c --- */

MUST_CHECK enum err scan_processes(struct scan *s);
void scan_notes_release(struct scan *s);

/* What was found in a program without a name, for the others that run it. */
void scan_tell_sharers(struct scan *s, const struct job *job, const struct finding *told);

/* The note of a process, from 1; the one there is, or a new one. */
MUST_CHECK enum err scan_note(struct scan *s, int proc, pid_t pid, size_t *ret_note);

/* --- scan_connections.c --- */

MUST_CHECK enum err scan_connections(struct scan *s);
void scan_on_connection(struct scan *s, struct job *job, const struct answer *answer);

/* --- scan_files.c --- */

/* Opens what was walked to and has it looked at, unless it is known to be clean. */
MUST_CHECK enum err scan_take_file(struct scan *s, const struct walked *walked);

/* A file found by other ways, once. `fd` is taken in any case. */
MUST_CHECK enum err scan_take_open(struct scan *s, const struct task *task, enum object_kind kind,
	int fd, const struct entry_facts *facts);
MUST_CHECK enum err scan_walk(struct scan *s, const char *path);

/* Some steps of counting; true: there is more to count. */
bool scan_count(struct scan *s);

/* The same under its own name: passed where it is known to be clean. `fd` is taken. */
MUST_CHECK enum err scan_take_named(
	struct scan *s, struct str path, int fd, const struct entry_facts *facts);

/* --- scan_answers.c --- */

/* Counts; a process (its note, from 1) once, however much of it there is to say. 0: something
 * else. */
struct tally {
	bool infected, suspicious, unscanned;
};
void scan_tally(struct scan *s, size_t process, const struct tally *tally);

/* Tells a finding that no worker made, and counts it. */
void scan_tell(struct scan *s, size_t process, enum object_kind kind, struct str path,
	const struct finding *told);

void scan_not_scanned(struct scan *s, enum object_kind kind, struct str path, struct str object,
	enum unscanned reason, struct str about);
/* What the scan's end came before. */
void scan_not_reached(struct scan *s, enum object_kind kind, struct str path);

/* Tells a finding of a job, unless there were many; matches, object and digests are set. */
void scan_find(struct scan *s, struct job *job, const struct finding *told);
void scan_on_answer(void *context, struct job *job, const struct answer *answer);
void scan_on_done(void *context, struct job *job, bool whole, uint64_t bytes);
void scan_on_failed(void *context, struct job *job, enum unscanned reason, struct str about);
void scan_on_second(void *context, struct job *job, enum second_word word, struct str name);
