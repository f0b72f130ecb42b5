/* SPDX-License-Identifier: Apache-2.0 */
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "http/answer.h"
#include "http/connections.h"
#include "http/http.h"
#include "http/rate.h"
#include "http/request.h"
#include "http/worker.h"
#include "os/system.h"

enum {
	PAGE_LIMIT = 1 << 20,
	ANSWER_HEADER = 4096, /* room for ours after the longest of theirs */
	SWEEPS_PER_SECOND = 4,
	QUIET_MILLISECONDS = 1000
};

#define SECOND UINT64_C(1000000000)

/* An asset's two answers, made once and sent any number of times. */
struct prepared {
	struct MHD_Response *whole;
	struct MHD_Response *not_modified;
};

struct http_server {
	struct http_settings settings;
	struct http_site site;
	struct connections *connections;
	struct rate *rate; /* NULL: no limit */
	uint64_t started;
	struct prepared *assets;
	struct MHD_Daemon *daemon;
	pthread_key_t worker; /* each thread's own */
	bool has_key;
	pthread_mutex_t lock; /* of the list; connections may end after their thread */
	struct worker *workers;
	pthread_t sweeper;
	bool has_sweeper;
	_Atomic bool stopping;
	_Atomic uint64_t now; /* monotonic, a sweep old: exact enough for deadlines and rates */
};

/* --- connections --- */

static enum MHD_Result admit(void *context, const struct sockaddr *address, socklen_t size)
{
	struct http_server *s = context;
	struct ip peer = request_peer(address);
	(void)size;
	return proxies_trust(&s->settings.proxies, peer) || ip_scope(peer) == IP_SCOPE_LOOPBACK ||
			       connections_admit(s->connections, peer)
		       ? MHD_YES
		       : MHD_NO;
}

static const union MHD_ConnectionInfo *about(
	struct MHD_Connection *connection, enum MHD_ConnectionInfoType what)
{
	return MHD_get_connection_info(connection, what);
}

static struct connection *open_connection(struct http_server *s, struct MHD_Connection *connection)
{
	struct ip peer =
		request_peer(about(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS)->client_addr);
	return connections_open(s->connections, peer, proxies_trust(&s->settings.proxies, peer),
		about(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
		system_monotonic() + s->settings.request_seconds * SECOND);
}

static void connection_notified(void *context, struct MHD_Connection *connection,
	void **socket_context, enum MHD_ConnectionNotificationCode what)
{
	struct http_server *s = context;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*socket_context = open_connection(s, connection);
		return;
	}
	connections_close(s->connections, *socket_context);
	*socket_context = NULL;
}

static struct connection *connection_of(struct MHD_Connection *connection)
{
	return about(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

static uint64_t now_of(const struct http_server *s)
{
	return atomic_load_explicit(&s->now, memory_order_relaxed);
}

static void set_deadline(const struct http_server *s, struct connection *c, uint64_t seconds)
{
	atomic_store_explicit(&c->deadline, now_of(s) + seconds * SECOND, memory_order_relaxed);
}

/* An answer is out: the next request's time begins. */
static void request_completed(void *context, struct MHD_Connection *connection, void **request,
	enum MHD_RequestTerminationCode how)
{
	const struct http_server *s = context;
	struct connection *c = connection_of(connection);
	(void)request;
	(void)how;
	if (!c)
		return;
	set_deadline(s, c, s->settings.request_seconds);
	if (c->sending)
		worker_give(c->sending);
	c->sending = NULL;
}

static void *sweep(void *context)
{
	struct http_server *s = context;
	const struct timespec pause = {0, (long)(SECOND / SWEEPS_PER_SECOND)};
	while (!atomic_load(&s->stopping)) {
		uint64_t now = system_monotonic();
		atomic_store_explicit(&s->now, now, memory_order_relaxed);
		(void)connections_sweep(s->connections, now);
		(void)nanosleep(&pause, NULL);
	}
	return NULL;
}

/* --- one request --- */

static struct worker *worker_of(struct http_server *s)
{
	struct worker *w = pthread_getspecific(s->worker);
	if (w)
		return w;
	w = worker_new(PAGE_LIMIT);
	if (!w || pthread_setspecific(s->worker, w) != 0) {
		worker_free(w);
		return NULL;
	}
	pthread_mutex_lock(&s->lock);
	w->next = s->workers;
	s->workers = w;
	pthread_mutex_unlock(&s->lock);
	return w;
}

static enum MHD_Result send_answer(struct worker *w, struct MHD_Connection *connection,
	struct connection *to, const struct http_answer *a, bool secure)
{
	struct kept_response *kept = to->sending ? NULL : worker_take(w, a, secure);
	if (kept) {
		to->sending = kept;
		return MHD_queue_response(connection, a->status, kept->response);
	}
	struct MHD_Response *response = answer_response(a, secure);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = MHD_queue_response(connection, a->status, response);
	MHD_destroy_response(response);
	return result;
}

static void answer_init(struct http_answer *a, struct writer *page)
{
	*a = (struct http_answer){
		.status = 200, .content_type = "text/html; charset=utf-8", .body = page};
}

static void make_error(
	struct http_server *s, const struct http_request *q, struct http_answer *a, unsigned status)
{
	writer_clear(a->body);
	answer_init(a, a->body);
	a->status = status;
	s->site.error(q, a);
	/* Without memory even for that: the status alone says it. */
	if (writer_end(a->body) != E_OK)
		writer_clear(a->body);
}

static const struct http_route *find_route(const struct http_server *s, struct str path)
{
	for (size_t i = 0; i < s->site.route_count; i++)
		if (str_equal(s->site.routes[i].path, path))
			return &s->site.routes[i];
	return NULL;
}

static bool within_rate(struct http_server *s, struct ip client)
{
	return !s->rate || ip_scope(client) == IP_SCOPE_LOOPBACK ||
	       rate_take(s->rate, ip_unit(client), now_of(s) - s->started);
}

/* 0, or the status with which the request is refused. */
static unsigned refusal(struct http_server *s, struct MHD_Connection *connection,
	const struct http_route *route, struct ip client)
{
	size_t size = about(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)->header_size;
	if (size > LIMIT_HTTP_HEADER)
		return 431;
	if (!within_rate(s, client))
		return 429;
	if (!route)
		return 404;
	return route->guard == HTTP_SAME_SITE && request_is_cross_site(connection) ? 403 : 0;
}

static enum MHD_Result answer_page(struct http_server *s, struct MHD_Connection *connection,
	struct connection *from, struct str path, unsigned status)
{
	struct http_request q = {.path = path,
		.now = system_now(),
		.context = s->site.context,
		.connection = connection,
		.client = from->peer};
	struct http_answer a;
	bool secure = false;
	const struct http_route *route = find_route(s, path);
	struct worker *worker = worker_of(s);
	if (!worker)
		return MHD_NO;
	writer_clear(&worker->page);
	answer_init(&a, &worker->page);
	if (request_client(connection, from, &s->settings.proxies, &q.client, &secure) != E_OK)
		status = status ? status : 400;
	status = status ? status : refusal(s, connection, route, q.client);
	if (status)
		make_error(s, &q, &a, status);
	else
		route->handle(&q, &a);
	if (writer_end(&worker->page) != E_OK)
		make_error(s, &q, &a, 500);
	return send_answer(worker, connection, from, &a, secure);
}

static enum MHD_Result answer_with_asset(
	struct http_server *s, struct MHD_Connection *connection, size_t index)
{
	const char *known = MHD_lookup_connection_value(
		connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_IF_NONE_MATCH);
	const struct prepared *p = &s->assets[index];
	if (known && strstr(known, s->site.assets[index].etag))
		return MHD_queue_response(connection, 304, p->not_modified);
	return MHD_queue_response(connection, 200, p->whole);
}

static bool find_asset(const struct http_server *s, struct str path, size_t *ret_index)
{
	for (size_t i = 0; i < s->site.asset_count; i++) {
		if (str_equal(s->site.assets[i].path, path)) {
			*ret_index = i;
			return true;
		}
	}
	return false;
}

static bool is_reading(const char *method)
{
	return str_equal(str_from(method), STR("GET")) || str_equal(str_from(method), STR("HEAD"));
}

/* The library asks twice. Answering the first time closes the connection, which is right for what
 * would bring a body, and costs four fifths of the speed for everything else. */
static enum MHD_Result handle(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **request)
{
	static const char seen = 0;
	struct http_server *s = context;
	struct str path = str_from(url);
	size_t asset;
	struct connection *from = connection_of(connection);
	(void)version;
	(void)upload;
	if (!from)
		return MHD_NO;
	if (!*request) {
		*request = (union {
			const char *read_only;
			void *any;
		}){.read_only = &seen}
				   .any;
		if (!is_reading(method))
			return answer_page(s, connection, from, path, 405);
		return request_has_body(connection) ? answer_page(s, connection, from, path, 413)
						    : MHD_YES;
	}
	*upload_size = 0;
	set_deadline(s, from, s->settings.answer_seconds);
	if (find_asset(s, path, &asset))
		return answer_with_asset(s, connection, asset);
	return answer_page(s, connection, from, path, 0);
}

/* --- beginning and end --- */

struct http_settings http_settings_default(void)
{
	return (struct http_settings){.socket = -1,
		.folder = -1,
		.threads = 1,
		.rate = (uint32_t)LIMIT_HTTP_RATE,
		.burst = (uint32_t)LIMIT_HTTP_BURST,
		.request_seconds = (uint32_t)LIMIT_HTTP_REQUEST_SECONDS,
		.answer_seconds = (uint32_t)LIMIT_HTTP_ANSWER_SECONDS};
}

static bool prepare_assets(struct http_server *s)
{
	s->assets = calloc(s->site.asset_count + 1, sizeof(*s->assets));
	for (size_t i = 0; s->assets && i < s->site.asset_count; i++) {
		s->assets[i].whole = answer_asset(&s->site.assets[i]);
		s->assets[i].not_modified = answer_not_modified(&s->site.assets[i]);
		if (!s->assets[i].whole || !s->assets[i].not_modified)
			return false;
	}
	return s->assets != NULL;
}

static bool prepare(struct http_server *s)
{
	uint64_t secrets[2];
	system_random(secrets, sizeof(secrets));
	s->connections = connections_new(
		LIMIT_HTTP_CONNECTIONS, LIMIT_HTTP_CONNECTIONS_PER_UNIT, secrets[0]);
	if (s->settings.rate > 0) {
		s->rate = rate_new(secrets[1], s->settings.rate, s->settings.burst);
		if (!s->rate)
			return false;
	}
	s->has_key = pthread_key_create(&s->worker, NULL) == 0;
	return s->connections && s->has_key && prepare_assets(s);
}

static struct MHD_Daemon *start_daemon(struct http_server *s)
{
	return MHD_start_daemon(MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO, 0, admit, s, handle,
		s, MHD_OPTION_LISTEN_SOCKET, s->settings.socket, MHD_OPTION_THREAD_POOL_SIZE,
		s->settings.threads, MHD_OPTION_CONNECTION_LIMIT, (unsigned)LIMIT_HTTP_CONNECTIONS,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)(LIMIT_HTTP_HEADER + ANSWER_HEADER),
		MHD_OPTION_CONNECTION_TIMEOUT, s->settings.answer_seconds,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_NOTIFY_CONNECTION, connection_notified,
		s, MHD_OPTION_NOTIFY_COMPLETED, request_completed, s, MHD_OPTION_END);
}

enum err http_start(const struct http_settings *settings, const struct http_site *site,
	struct http_server **ret_server)
{
	struct http_server *s = calloc(1, sizeof(*s));
	if (!s)
		return E_NOMEM;
	s->settings = *settings;
	s->site = *site;
	s->started = system_monotonic();
	atomic_store(&s->now, s->started);
	pthread_mutex_init(&s->lock, NULL);
	if (!prepare(s)) {
		http_stop(s);
		return E_NOMEM;
	}
	s->daemon = start_daemon(s);
	if (!s->daemon) {
		http_stop(s);
		return E_IO;
	}
	s->has_sweeper = pthread_create(&s->sweeper, NULL, sweep, s) == 0;
	if (!s->has_sweeper) {
		http_stop(s);
		return E_NOMEM;
	}
	*ret_server = s;
	return E_OK;
}

static void drain(struct http_server *s)
{
	const struct timespec pause = {0, 20 * 1000000};
	MHD_socket listening = MHD_quiesce_daemon(s->daemon);
	for (int waited = 0; waited < QUIET_MILLISECONDS; waited += 20) {
		const union MHD_DaemonInfo *info =
			MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
		if (!info || info->num_connections == 0)
			break;
		(void)nanosleep(&pause, NULL);
	}
	MHD_stop_daemon(s->daemon);
	if (listening != MHD_INVALID_SOCKET)
		(void)close(listening);
}

void http_stop(struct http_server *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	if (s->daemon)
		drain(s);
	if (s->has_sweeper)
		pthread_join(s->sweeper, NULL);
	for (size_t i = 0; s->assets && i < s->site.asset_count; i++) {
		if (s->assets[i].whole)
			MHD_destroy_response(s->assets[i].whole);
		if (s->assets[i].not_modified)
			MHD_destroy_response(s->assets[i].not_modified);
	}
	free(s->assets);
	if (s->has_key)
		pthread_key_delete(s->worker);
	while (s->workers) {
		struct worker *next = s->workers->next;
		worker_free(s->workers);
		s->workers = next;
	}
	pthread_mutex_destroy(&s->lock);
	connections_free(s->connections);
	rate_free(s->rate);
	free(s);
}
