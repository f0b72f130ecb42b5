/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdatomic.h>

#include "base/ip.h"

/* The open connections: whose they are, and until when the next thing must have happened. The
 * library's own timeout starts anew with every byte, so a client that sends one a second would stay
 * for ever; connections_sweep() ends it. */
struct kept_response;
struct task;

struct connection {
	struct ip peer;
	bool trusted; /* a proxy of ours: not limited, may speak for others */
	int socket;   /* -1: free */
	bool ended;   /* the other end will send no more */
	_Atomic uint64_t deadline;
	/* Of a download: how many bytes must have been taken until the deadline, for it to be moved
	 * on by so many nanoseconds. pace 0: no download. */
	_Atomic uint64_t pace, window, taken;
	struct task *task; /* its request is not answered at once; gone when it is completed; NULL:
			      none */
	struct kept_response *sending; /* given back when the request is completed; NULL: none */
	struct connection *next;       /* in its bucket, or of the free ones */
};

struct connections;
struct connections *connections_new(size_t limit, size_t per_unit, uint64_t secret);
void connections_free(struct connections *c);

/* May one more from there be accepted? */
bool connections_admit(struct connections *c, struct ip peer);

/* NULL when all places are taken. */
struct connection *connections_open(
	struct connections *c, struct ip peer, bool trusted, int socket, uint64_t deadline);

/* Before the socket is closed, so that a sweep never shuts a stranger's. NULL is fine. */
void connections_close(struct connections *c, struct connection *connection);

/* From now on its deadline moves on as long as each window more than `pace` bytes are taken; so
 * many have been before. connection_end_download() is safe without. */
void connection_begin_download(
	struct connection *connection, uint64_t taken, uint64_t pace, uint64_t window);
void connection_end_download(struct connection *connection);

/* How many are open. */
size_t connections_open_count(struct connections *c);

/* Shuts what is past its deadline; how many. Has the library look again at those whose other end
 * will send no more. */
size_t connections_sweep(struct connections *c, uint64_t now);
