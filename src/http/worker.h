/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <microhttpd.h>

#include "http/http.h"
#include "http/tally.h"

/* What each thread of the server keeps from one request to the next: the writer that pages are
 * written into, and small responses that were sent. Making a response with its headers takes a
 * third of the time of a small answer, so one with the same headers and the same length is filled
 * anew instead. */

struct kept_response {
	struct MHD_Response *response;
	struct kept_response *next; /* of the idle ones */
	struct worker *worker;
	const char *content_type;
	enum http_cache cache;
	bool secure;
	size_t size;
	uint8_t body[]; /* the response's own bytes */
};

struct worker {
	struct worker *next;
	struct writer page;
	struct kept_response *idle; /* last used first */
	size_t idle_count;
	struct tally tally;
};

struct worker *worker_new(size_t page_limit, size_t routes);
void worker_free(struct worker *w);

/* A response for the answer, ready to be queued; NULL for answers not worth keeping, or without
 * memory. Give it back once it is sent. */
struct kept_response *worker_take(struct worker *w, const struct http_answer *a, bool secure);
void worker_give(struct kept_response *kept);
