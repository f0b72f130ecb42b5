/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

#include "http/accept.h"
#include "http/connections.h"
#include "http/http.h"
#include "http/paths.h"
#include "http/pool.h"
#include "http/rate.h"
#include "http/shared.h"
#include "http/worker.h"

/* The server as its own files see it: connections, beginning and end in server.c, one request in
 * handle.c. */

#define SECOND UINT64_C(1000000000)

struct http_server {
	struct http_settings settings;
	struct http_site site;
	struct connections *connections;
	struct rate *rate; /* NULL: no limit */
	uint64_t started;
	struct paths *paths;
	struct variants *assets; /* as many as the site's */
	struct shared *shared;
	struct MHD_Daemon *daemon;
	struct pool *pool;    /* for slow routes; NULL: none */
	pthread_key_t worker; /* each thread's own */
	bool has_key;
	pthread_mutex_t lock; /* of the list; connections may end after their thread */
	struct worker *workers;
	pthread_t sweeper;
	bool has_sweeper;
	struct accept_loop *accept; /* with proxy_protocol; else the library accepts */
	_Atomic size_t arriving;    /* handed to the library, which does not count them yet */
	_Atomic bool retiring;
	_Atomic bool stopping;
	_Atomic uint64_t refused; /* connections */
	_Atomic uint64_t late;    /* connections past their deadline */
	_Atomic uint64_t now;     /* monotonic, a sweep old: exact enough for deadlines and rates */
};

/* The connection of a request: NULL when there was no place left for it. */
struct connection *server_connection(struct MHD_Connection *connection);

/* What the calling thread keeps; NULL without memory. */
struct worker *server_worker(struct http_server *s);

/* Monotonic nanoseconds, a sweep old. */
uint64_t server_now(const struct http_server *s);

/* From now on so many seconds until the next thing must have happened. */
void server_set_deadline(const struct http_server *s, struct connection *c, uint64_t seconds);

/* The library's handler of requests; context is the server. */
enum MHD_Result handle_request(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **request);
