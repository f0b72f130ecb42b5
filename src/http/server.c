/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "http/request.h"
#include "http/server.h"
#include "http/task.h"
#include "os/address.h"
#include "os/system.h"

enum {
	ANSWER_HEADER = 4096, /* room for ours after the longest of theirs */
	SWEEPS_PER_SECOND = 4,
	QUIET_MILLISECONDS = 1000
};

/* --- connections --- */

/* May its header fields speak for others? Behind a PROXY header they are the visitor's own words,
 * whoever it names. */
static bool is_proxy(const struct http_server *s, struct ip peer)
{
	return !s->settings.proxy_protocol && proxies_trust(&s->settings.proxies, peer);
}

static enum MHD_Result admit(void *context, const struct sockaddr *address, socklen_t size)
{
	struct http_server *s = context;
	struct ip peer = request_peer(address);
	(void)size;
	if (is_proxy(s, peer) || ip_scope(peer) == IP_SCOPE_LOOPBACK ||
		connections_admit(s->connections, peer))
		return MHD_YES;
	atomic_fetch_add(&s->refused, 1);
	return MHD_NO;
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
	return connections_open(s->connections, peer, is_proxy(s, peer),
		about(connection, MHD_CONNECTION_INFO_CONNECTION_FD)->connect_fd,
		system_monotonic() + s->settings.request_seconds * SECOND);
}

static void connection_notified(void *context, struct MHD_Connection *connection,
	void **socket_context, enum MHD_ConnectionNotificationCode what)
{
	struct http_server *s = context;
	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		if (s->settings.proxy_protocol)
			atomic_fetch_sub(&s->arriving, 1);
		*socket_context = open_connection(s, connection);
		if (!*socket_context)
			atomic_fetch_add(&s->refused, 1);
		return;
	}
	connections_close(s->connections, *socket_context);
	*socket_context = NULL;
}

struct connection *server_connection(struct MHD_Connection *connection)
{
	return about(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT)->socket_context;
}

uint64_t server_now(const struct http_server *s)
{
	return atomic_load_explicit(&s->now, memory_order_relaxed);
}

void server_set_deadline(const struct http_server *s, struct connection *c, uint64_t seconds)
{
	atomic_store_explicit(&c->deadline, server_now(s) + seconds * SECOND, memory_order_relaxed);
}

/* An answer is out: the next request's time begins. */
static void request_completed(void *context, struct MHD_Connection *connection, void **request,
	enum MHD_RequestTerminationCode how)
{
	const struct http_server *s = context;
	struct connection *c = server_connection(connection);
	(void)request;
	(void)how;
	if (!c)
		return;
	connection_end_download(c);
	task_free(c->task);
	c->task = NULL;
	server_set_deadline(s, c, s->settings.request_seconds);
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
		atomic_fetch_add(&s->late, connections_sweep(s->connections, now));
		(void)nanosleep(&pause, NULL);
	}
	return NULL;
}

/* --- beginning and end --- */

struct http_settings http_settings_default(void)
{
	return (struct http_settings){.socket = -1,
		.folder = -1,
		.uploads = -1,
		.threads = 1,
		.rate = (uint32_t)LIMIT_HTTP_RATE,
		.burst = (uint32_t)LIMIT_HTTP_BURST,
		.request_seconds = (uint32_t)LIMIT_HTTP_REQUEST_SECONDS,
		.answer_seconds = (uint32_t)LIMIT_HTTP_ANSWER_SECONDS};
}

static bool prepare_assets(struct http_server *s)
{
	s->assets = calloc(s->site.asset_count + 1, sizeof(*s->assets));
	for (size_t i = 0; s->assets && i < s->site.asset_count; i++)
		if (!variants_of_asset(&s->assets[i], &s->site.assets[i]))
			return false;
	return s->assets != NULL;
}

static bool prepare(struct http_server *s)
{
	uint64_t secrets[3];
	system_random(secrets, sizeof(secrets));
	s->connections = connections_new(
		LIMIT_HTTP_CONNECTIONS, LIMIT_HTTP_CONNECTIONS_PER_UNIT, secrets[0]);
	if (s->settings.rate > 0) {
		s->rate = rate_new(secrets[1], s->settings.rate, s->settings.burst);
		if (!s->rate)
			return false;
	}
	s->shared = shared_new(LIMIT_HTTP_SHARED_ANSWERS, LIMIT_HTTP_SHARED_BYTES,
		HTTP_SHARED_SECONDS * SECOND, secrets[2]);
	s->paths = paths_new(&s->site);
	s->has_key = pthread_key_create(&s->worker, NULL) == 0;
	if (s->settings.slow_threads > 0) {
		s->pool = pool_new(s->settings.slow_threads);
		if (!s->pool)
			return false;
	}
	return s->connections && s->shared && s->paths && s->has_key && prepare_assets(s);
}

static struct MHD_Daemon *start_daemon(struct http_server *s)
{
	/* Without ITC its threads cannot be told to accept no more. */
	unsigned flags = MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_TURBO | MHD_USE_ITC;
	if (s->pool)
		flags |= MHD_ALLOW_SUSPEND_RESUME;
	struct MHD_OptionItem socket[] = {
		{MHD_OPTION_LISTEN_SOCKET, s->settings.socket, NULL}, {MHD_OPTION_END, 0, NULL}};
	if (s->settings.proxy_protocol) {
		/* Connections come from our own loop; the library refuses even to be told of none.
		 */
		flags |= MHD_USE_NO_LISTEN_SOCKET;
		socket[0].option = MHD_OPTION_END;
	}
	return MHD_start_daemon(flags, 0, admit, s, handle_request, s, MHD_OPTION_ARRAY, socket,
		MHD_OPTION_THREAD_POOL_SIZE, s->settings.threads, MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)LIMIT_HTTP_CONNECTIONS, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)(LIMIT_HTTP_HEADER + ANSWER_HEADER), MHD_OPTION_CONNECTION_TIMEOUT,
		s->settings.answer_seconds, MHD_OPTION_URI_LOG_CALLBACK, request_target_end, NULL,
		MHD_OPTION_UNESCAPE_CALLBACK, request_unescape, NULL, MHD_OPTION_NOTIFY_CONNECTION,
		connection_notified, s, MHD_OPTION_NOTIFY_COMPLETED, request_completed, s,
		MHD_OPTION_END);
}

/* A connection whose PROXY header has been read. */
static void take_over(void *context, int socket, struct ip client, uint16_t port)
{
	struct http_server *s = context;
	struct sockaddr_storage address;
	socklen_t size = address_fill(&address, client, port);
	atomic_fetch_add(&s->arriving, 1);
	/* Closed by the library where it is refused. */
	if (MHD_add_connection(s->daemon, socket, (const struct sockaddr *)&address, size) !=
		MHD_YES)
		atomic_fetch_sub(&s->arriving, 1);
}

static enum err start_accepting(struct http_server *s)
{
	if (!s->settings.proxy_protocol)
		return E_OK;
	const struct accept_settings settings = {.socket = s->settings.socket,
		.proxies = s->settings.proxies,
		.seconds = (uint32_t)LIMIT_PROXY_SECONDS,
		.hand_over = take_over,
		.context = s};
	return accept_start(&settings, &s->accept);
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
	enum err err = start_accepting(s);
	if (err != E_OK) {
		http_stop(s);
		return err;
	}
	*ret_server = s;
	return E_OK;
}

/* The socket stays open: the library's threads may be looking at it until they end. */
static void stop_accepting(struct http_server *s)
{
	if (s->accept)
		accept_stop(s->accept);
	else if (!atomic_load(&s->retiring))
		(void)MHD_quiesce_daemon(s->daemon);
}

void http_retire(struct http_server *s)
{
	stop_accepting(s);
	atomic_store(&s->retiring, true);
}

size_t http_connections(struct http_server *s)
{
	const union MHD_DaemonInfo *info =
		MHD_get_daemon_info(s->daemon, MHD_DAEMON_INFO_CURRENT_CONNECTIONS);
	return (info ? info->num_connections : 0) + atomic_load(&s->arriving);
}

static void drain(struct http_server *s)
{
	const struct timespec pause = {0, 20 * 1000000};
	http_retire(s);
	/* The library must not end while connections are taken away from it. */
	if (s->pool)
		pool_stop(s->pool);
	for (int waited = 0; waited < QUIET_MILLISECONDS && http_connections(s) > 0; waited += 20)
		(void)nanosleep(&pause, NULL);
	MHD_stop_daemon(s->daemon);
	(void)close(s->settings.socket);
}

void http_stop(struct http_server *s)
{
	if (!s)
		return;
	atomic_store(&s->stopping, true);
	if (s->daemon)
		drain(s);
	accept_free(s->accept);
	pool_free(s->pool);
	if (s->has_sweeper)
		pthread_join(s->sweeper, NULL);
	for (size_t i = 0; s->assets && i < s->site.asset_count; i++)
		variants_release(&s->assets[i]);
	free(s->assets);
	shared_free(s->shared);
	paths_free(s->paths);
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
