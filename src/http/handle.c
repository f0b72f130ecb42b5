/* SPDX-License-Identifier: Apache-2.0 */
/* One request: from its path to an answer. */
#include "base/limits.h"
#include "http/answer.h"
#include "http/exchange.h"
#include "http/request.h"
#include "http/task.h"
#include "os/system.h"

enum {
	PAGE_KEPT = 1 << 20 /* memory that a thread keeps for its next page */
};

struct worker *server_worker(struct http_server *s)
{
	struct worker *w = pthread_getspecific(s->worker);
	if (w)
		return w;
	w = worker_new(LIMIT_HTTP_PAGE, s->site.route_count);
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

/* --- sending --- */

enum MHD_Result exchange_queue(
	struct exchange *x, struct MHD_Response *response, unsigned status, uint64_t size)
{
	enum MHD_Result result = MHD_queue_response(x->connection, status, response);
	if (result != MHD_YES)
		return result;
	tally_request(&x->worker->tally, x->place, status);
	if (!x->head && status != 304)
		tally_add(&x->worker->tally.bytes, size);
	return result;
}

static enum MHD_Result send_variant(struct exchange *x, const struct variants *v)
{
	struct chosen c = variants_choose(v, x->connection);
	return exchange_queue(x, c.variant->response, c.status, c.variant->size);
}

static enum MHD_Result send_body(struct exchange *x, const struct http_answer *a)
{
	struct connection *to = x->from;
	size_t size = a->body->size;
	struct kept_response *kept = to->sending ? NULL : worker_take(x->worker, a, x->secure);
	if (kept) {
		to->sending = kept;
		return exchange_queue(x, kept->response, a->status, size);
	}
	struct MHD_Response *response = answer_response(a, x->secure);
	if (!response)
		return MHD_NO;
	enum MHD_Result result = exchange_queue(x, response, a->status, size);
	MHD_destroy_response(response);
	return result;
}

/* --- making --- */

static void answer_init(struct http_answer *a, struct writer *page)
{
	size_t limit = page->limit;
	/* A large page now and then must not cost every thread its size for good. */
	if (page->capacity > PAGE_KEPT) {
		writer_release(page);
		writer_init(page, limit);
	}
	writer_clear(page);
	*a = (struct http_answer){
		.status = 200, .content_type = "text/html; charset=utf-8", .body = page};
}

static struct http_request request_of(const struct exchange *x)
{
	return (struct http_request){.path = x->path,
		.client = x->client,
		.now = system_now(),
		.head = x->head,
		.secure = x->secure,
		.form = x->form,
		.context = x->server->site.context,
		.connection = x->connection,
		.server = x->server};
}

static void make_error(
	const struct exchange *x, struct http_answer *a, unsigned status, enum err why)
{
	const struct http_request q = request_of(x);
	answer_init(a, a->body);
	a->status = status;
	a->why = why;
	a->allow = x->allow;
	x->server->site.error(&q, a);
	/* Without memory even for that: the status alone says it. */
	if (writer_end(a->body) != E_OK)
		writer_clear(a->body);
}

static void make(const struct exchange *x, const struct http_request *q, struct http_answer *a)
{
	x->route->handle(q, a);
	tally_duration(&x->worker->tally, system_monotonic() - x->now);
	enum err err = writer_end(a->body);
	if (err != E_OK)
		make_error(x, a, 500, err);
}

void exchange_make(struct exchange *x, unsigned status, struct http_answer *a)
{
	const struct http_request q = request_of(x);
	answer_init(a, &x->worker->page);
	if (status)
		make_error(x, a, status, E_OK);
	else
		make(x, &q, a);
}

enum MHD_Result exchange_error(struct exchange *x, unsigned status)
{
	struct http_answer a;
	exchange_make(x, status, &a);
	return send_body(x, &a);
}

static enum MHD_Result send_answer(struct exchange *x, const struct http_answer *a)
{
	enum MHD_Result result = MHD_NO;
	if (a->status == 200 && a->file.size > 0) {
		enum err err = exchange_send_file(x, a, &result);
		return err == E_OK ? result : exchange_error(x, err == E_NOTFOUND ? 404 : 500);
	}
	return send_body(x, a);
}

enum MHD_Result exchange_answer(struct exchange *x)
{
	struct http_answer a;
	exchange_make(x, 0, &a);
	return send_answer(x, &a);
}

/* --- shared answers --- */

/* Nothing of the request but its path: what the handler does not see it cannot give away. */
static void make_shared(const struct exchange *x, struct http_answer *a)
{
	const struct http_request q = {.path = x->path,
		.now = system_now(),
		.context = x->server->site.context,
		.server = x->server};
	answer_init(a, &x->worker->page);
	a->cache = HTTP_NO_CACHE;
	make(x, &q, a);
}

static struct shared_answer *worth_keeping(const struct exchange *x, const struct http_answer *a)
{
	return a->status == 200 && a->file.size == 0 ? shared_answer_new(a, x->secure) : NULL;
}

static uint64_t edition_of(const struct http_server *s)
{
	return s->site.edition ? atomic_load(s->site.edition) : 0;
}

static enum MHD_Result answer_shared(struct exchange *x)
{
	struct http_server *s = x->server;
	struct shared_ticket ticket;
	struct http_answer a;
	enum MHD_Result result;
	/* Before it is made: what changes meanwhile makes it old, not new for a minute. */
	struct shared_answer *answer =
		shared_get(s->shared, x->path, x->secure, edition_of(s), x->now, &ticket);
	tally_add(answer ? &x->worker->tally.shared_kept : &x->worker->tally.shared_made, 1);
	if (!answer) {
		make_shared(x, &a);
		answer = worth_keeping(x, &a);
		shared_put(s->shared, &ticket, answer);
	}
	if (!answer)
		return send_answer(x, &a);
	result = send_variant(x, &answer->variants);
	shared_release(answer);
	return result;
}

/* --- who may --- */

static bool within_rate(const struct exchange *x)
{
	const struct http_server *s = x->server;
	return !s->rate || ip_scope(x->client) == IP_SCOPE_LOOPBACK ||
	       rate_take(s->rate, ip_unit(x->client), x->now - s->started);
}

static bool is_operator(const struct exchange *x)
{
	return (ip_scope(x->from->peer) == IP_SCOPE_LOOPBACK ||
		       proxies_trust(&x->server->settings.operators, x->from->peer)) &&
	       !request_is_forwarded(x->connection) && !request_is_cross_site(x->connection);
}

static unsigned refused_by(const struct exchange *x, enum http_guard guard)
{
	switch (guard) {
	case HTTP_ANYONE:
		return 0;
	case HTTP_SAME_SITE:
		return request_is_cross_site(x->connection) ? 403 : 0;
	case HTTP_OPERATOR:
		return is_operator(x) ? 0 : 404;
	}
	return 0;
}

/* 0, or the status with which the request is refused. */
static unsigned refusal(const struct exchange *x)
{
	size_t size =
		MHD_get_connection_info(x->connection, MHD_CONNECTION_INFO_REQUEST_HEADER_SIZE)
			->header_size;
	if (size > LIMIT_HTTP_HEADER)
		return 431;
	if (!within_rate(x)) {
		tally_add(&x->worker->tally.rate_limited, 1);
		return 429;
	}
	return x->route ? refused_by(x, x->route->guard) : 404;
}

unsigned exchange_refusal(struct exchange *x)
{
	if (request_client(x->connection, x->from, &x->server->settings.proxies, &x->client,
		    &x->secure) != E_OK)
		return 400;
	return refusal(x);
}

/* --- from the library --- */

static enum MHD_Result answer(struct exchange *x)
{
	unsigned status = exchange_refusal(x);
	if (status)
		return exchange_error(x, status);
	return x->route->shared ? answer_shared(x) : exchange_answer(x);
}

static enum MHD_Result answer_asset(struct exchange *x, const struct http_asset *asset)
{
	const struct http_server *s = x->server;
	x->place = s->site.route_count + TALLY_ASSETS;
	return send_variant(x, &s->assets[asset - s->site.assets]);
}

/* The request has been seen. */
static void *seen_mark(void)
{
	static const char seen = 0;
	return (union {
		const char *read_only;
		void *any;
	}){.read_only = &seen}
		.any;
}

/* As if the client had asked for it: the answer says that it is the last. */
static void close_when_retiring(const struct http_server *s, struct MHD_Connection *connection)
{
	if (atomic_load_explicit(&s->retiring, memory_order_relaxed))
		(void)MHD_set_connection_value(
			connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONNECTION, "close");
}

static struct exchange exchange_of(struct http_server *s, struct MHD_Connection *connection,
	struct connection *from, const char *url, const char *method)
{
	return (struct exchange){.server = s,
		.connection = connection,
		.from = from,
		.worker = server_worker(s),
		.path = str_from(url),
		.now = system_monotonic(),
		.place = s->site.route_count + TALLY_ELSEWHERE,
		.head = str_equal(str_from(method), STR("HEAD"))};
}

/* An asset, or a route or none. */
static const struct http_asset *find(struct exchange *x)
{
	const struct http_server *s = x->server;
	struct found found = paths_find(s->paths, x->path);
	x->route = found.route;
	if (!found.asset && x->route)
		x->place = (size_t)(x->route - s->site.routes);
	return found.asset;
}

/* Before anything of its body is read, which closes the connection. */
static enum MHD_Result refuse(struct exchange *x, unsigned status)
{
	if (request_client(x->connection, x->from, &x->server->settings.proxies, &x->client,
		    &x->secure) != E_OK)
		status = 400;
	server_set_deadline(x->server, x->from, x->server->settings.answer_seconds);
	return exchange_error(x, status);
}

/* The header has come. What needs no more is answered when the library asks again. */
static enum MHD_Result begin(
	struct exchange *x, const char *method, const char *version, void **request)
{
	const struct request_framing framing = request_framing(x->connection, version, *request);
	*request = seen_mark();
	close_when_retiring(x->server, x->connection);
	if (x->server->site.intake && find(x))
		x->route = NULL;
	unsigned status = task_begin(x, method, &framing, &x->from->task);
	if (x->from->task)
		*request = x->from->task;
	return status ? refuse(x, status) : MHD_YES;
}

/* The library asks twice. Answering the first time closes the connection, which is right for what
 * would bring a body, and costs four fifths of the speed for everything else. */
enum MHD_Result handle_request(void *context, struct MHD_Connection *connection, const char *url,
	const char *method, const char *version, const char *upload, size_t *upload_size,
	void **request)
{
	struct http_server *s = context;
	struct connection *from = server_connection(connection);
	struct bytes body = {(const uint8_t *)upload, *upload_size};
	if (!from)
		return MHD_NO;
	*upload_size = 0;
	if (from->task && *request == from->task)
		return task_go_on(from->task, body);
	struct exchange x = exchange_of(s, connection, from, url, method);
	if (!x.worker)
		return MHD_NO;
	if (*request != seen_mark())
		return begin(&x, method, version, request);
	server_set_deadline(s, from, s->settings.answer_seconds);
	const struct http_asset *asset = find(&x);
	return asset ? answer_asset(&x, asset) : answer(&x);
}
