/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/exchange.h"
#include "http/pool.h"
#include "http/request.h"

/* A request that is not answered at once: its form comes piece by piece, or its handler takes its
 * time on a thread of the pool while the library leaves the connection alone. */
struct task {
	struct exchange x;
	struct form_reader *reader; /* of a POST; NULL: there is no form */
	struct form form;
	bool slow;
	bool made;                     /* by the pool: */
	struct MHD_Response *response; /* NULL: without memory */
	unsigned status;
	uint64_t size; /* of the answer's body */
	struct task *next;
	char path[]; /* the library's own may move */
};

/* What to do with a request whose header has come: 0 and perhaps a task, which is the connection's;
 * or the status that refuses it. The exchange gets the client's address. */
unsigned task_begin(struct exchange *x, const char *method, const struct request_framing *framing,
	struct task **ret_task);

/* The library has more of the body, or, without a size, all of it, or the answer is made. */
enum MHD_Result task_go_on(struct task *task, struct bytes upload);

void task_free(struct task *task); /* NULL is fine */
