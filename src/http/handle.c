/* SPDX-License-Identifier: Apache-2.0 */
/* One request: from its path to an answer. */
#include "base/limits.h"
#include "http/answer.h"
#include "http/request.h"
#include "http/server.h"
#include "os/system.h"

enum {
	PAGE_LIMIT = 1 << 20
};

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
	       rate_take(s->rate, ip_unit(client), server_now(s) - s->started);
}

/* 0, or the status with which the request is refused. */
static unsigned refusal(struct http_server *s, struct MHD_Connection *connection,
	const struct http_route *route, struct ip client)
{
	size_t size = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
			      ->header_size;
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
enum MHD_Result handle_request(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **request)
{
	static const char seen = 0;
	struct http_server *s = context;
	struct str path = str_from(url);
	size_t asset;
	struct connection *from = server_connection(connection);
	(void)version;
	(void)upload;
	if (!from)
		return MHD_NO;
	if (!*request) {
		/* As if the client had asked for it: the answer says that it is the last. */
		if (atomic_load_explicit(&s->retiring, memory_order_relaxed))
			(void)MHD_set_connection_value(
				connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONNECTION, "close");
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
	server_set_deadline(s, from, s->settings.answer_seconds);
	if (find_asset(s, path, &asset))
		return answer_with_asset(s, connection, asset);
	return answer_page(s, connection, from, path, 0);
}
