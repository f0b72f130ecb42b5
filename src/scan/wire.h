/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/writer.h"
#include "model/finding.h"
#include "os/file.h"
#include "survey/survey.h"
#include "unpack/unpack.h"

/* What walk, the maker of workers and workers say to each other: packets of at most WIRE_PACKET
 * bytes. Workers are not trusted: what they say is checked here, and again against what they were
 * asked. Texts borrow from the bytes under the cursor. */

enum {
	WIRE_PACKET = 64 << 10,
	WIRE_NAME = 1024, /* bytes of a rule's, a set's, an author's name */
	WIRE_PATH = 4096, /* bytes of a path as a worker gets it: no program opens longer ones */
	WIRE_EXTRA = 16 << 10,
	WIRE_MATCHES = 4096,     /* of one object */
	MEMORY_PIECE = 16 << 20, /* most bytes of one region of a task */
	MEMORY_OVERLAP = 4096    /* what lies across two such pieces is seen in one of them */
};

/* --- walk to maker --- */

struct worker_order {
	struct unpack_limits limits;
	uint32_t milliseconds; /* of processor time for one task */
	uint64_t memory_most;
	uint64_t file_size_most;
	bool all_matches;
	uint64_t engine_offset, engine_size; /* in the file handed over */
};
void wire_write_order(struct writer *w, const struct worker_order *order);
MUST_CHECK enum err wire_read_order(struct cursor *c, struct worker_order *ret_order);

/* --- walk to worker: one descriptor a task --- */

enum task_kind {
	TASK_FILE,
	TASK_PLACE,  /* extra: key of the place; or SUM_MARK and an MD5 that the file should have */
	TASK_MEMORY, /* of a process, /proc/PID/mem; extra: regions, a start and a size in bytes
			each */
	TASK_NETWORK, /* extra: what is in it, one of the names below */
	TASK__COUNT
};

#define NETWORK_TCP "tcp" /* /proc/net/tcp and its like */
#define NETWORK_UDP "udp"
#define NETWORK_HOSTS "hosts"       /* /etc/hosts */
#define NETWORK_RESOLVER "resolver" /* /etc/resolv.conf */

#define SUM_MARK "md5:"
enum {
	SUM_DIGITS = 32
};

struct task {
	enum task_kind kind;
	struct file_stamp stamp; /* as walk saw it */
	struct str path;         /* its last WIRE_PATH bytes */
	struct str extra;
};
void wire_write_task(struct writer *w, const struct task *task);
MUST_CHECK enum err wire_read_task(struct cursor *c, struct task *ret_task);

/* --- worker to walk, about its tasks in order --- */

enum answer_kind {
	ANSWER_FINDING, /* then its matches, then ANSWER_FOUND */
	ANSWER_MATCH,
	ANSWER_FOUND,
	ANSWER_UNSCANNED,
	ANSWER_ENTRY, /* of a place */
	ANSWER_DONE,  /* with the task */
	ANSWER__COUNT
};

struct answer {
	struct finding finding; /* FINDING: object, match_total, digests */
	struct rule_match match;
	struct not_scanned unscanned; /* reason, object, about */
	struct place_entry entry;
	uint64_t socket; /* FINDING: the one it is about, as the kernel numbers them; 0: none */
	uint64_t bytes;  /* DONE: of the file; of TASK_NETWORK connections to others */
	enum answer_kind kind;
	bool whole; /* DONE: looked at from end to end, unchanged */
};
void wire_write_answer(struct writer *w, const struct answer *answer);
MUST_CHECK enum err wire_read_answer(struct cursor *c, struct answer *ret_answer);
