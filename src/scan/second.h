/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <poll.h>

#include "scan/job.h"

/* A second opinion: clamd on its local socket gets each file's descriptor. Its word is a hint,
 * never a proof; no answer is never a hit. clamd(8), FILDES. */

enum second_word {
	SECOND_NOTHING,
	SECOND_FOUND,
	SECOND_SILENT /* no connection, no answer in time, an error of its own */
};

struct second_sink {
	void *context;
	/* The job is the sink's again. name: of what it found, or its words. */
	void (*said)(void *context, struct job *job, enum second_word word, struct str name);
};

struct second;
MUST_CHECK enum err second_new(const char *path, unsigned milliseconds,
	const struct second_sink *sink, struct second **ret_second);
void second_free(struct second *s);

/* Takes the job. */
void second_ask(struct second *s, struct job *job);
size_t second_jobs(const struct second *s);

/* As of pool.h. */
size_t second_waits(const struct second *s, struct pollfd *fds, size_t capacity);
void second_turn(struct second *s, uint64_t awake);

enum {
	SECOND_LINES = 4 /* connections at once */
};

/* One answer as clamd gives it: "fd[10]: OK", "fd[10]: Eicar FOUND", "… ERROR". */
enum second_word second_read(struct str answer, struct str *ret_name);
