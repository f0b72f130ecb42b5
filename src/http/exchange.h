/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/server.h"

/* One request while it is being answered. */
struct exchange {
	struct http_server *server;
	struct MHD_Connection *connection;
	struct connection *from;
	struct worker *worker;
	const struct http_route *route; /* NULL: none */
	struct str path;
	struct ip client;
	const struct form *form; /* that was sent; NULL: none */
	const char *allow;       /* for a 405; NULL: GET and HEAD */
	uint64_t now;            /* monotonic nanoseconds */
	size_t place;            /* where it is counted */
	bool head;               /* asks for no body */
	bool secure;             /* came by TLS, says a proxy of ours */
};

/* Finds out whose it is and whether they may: 0, or the status that refuses it. */
unsigned exchange_refusal(struct exchange *x);

/* The route's answer, or an error's. */
enum MHD_Result exchange_answer(struct exchange *x);
enum MHD_Result exchange_error(struct exchange *x, unsigned status);

/* Only makes one, in the worker's page: the route's where status is 0, else an error's. */
void exchange_make(struct exchange *x, unsigned status, struct http_answer *a);

/* Hands a response on, which stays the caller's, and counts it; size: of its body. */
enum MHD_Result exchange_queue(
	struct exchange *x, struct MHD_Response *response, unsigned status, uint64_t size);

/* The file a->file. E_NOTFOUND: there is none that may be sent; then nothing has been. */
MUST_CHECK enum err exchange_send_file(
	struct exchange *x, const struct http_answer *a, enum MHD_Result *ret_result);
