/* SPDX-License-Identifier: Apache-2.0 */
/* Routes, shared answers and web files over a real server. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

#include "ask.h"
#include "serve.h"

static struct http_server *server;
static uint16_t port;
static _Atomic uint64_t edition = 1;
static _Atomic unsigned made;

/* Long enough to be compressed; the same edition at both ends. */
static void edition_page(const struct http_request *q, struct http_answer *a)
{
	uint64_t now = atomic_load(&edition);
	struct str argument = STR("none");
	atomic_fetch_add(&made, 1);
	a->language = "vi";
	(void)http_argument(q, "a", &argument);
	writer_text(a->body, "<begin ");
	writer_decimal(a->body, now);
	writer_text(a->body, ">");
	for (int i = 0; i < 500; i++)
		writer_text(a->body, "Quét Sạch ");
	writer_str(a->body, argument);
	writer_str(a->body, http_header(q, "User-Agent"));
	writer_ip(a->body, q->client);
	writer_text(a->body, "<end ");
	writer_decimal(a->body, now);
	writer_text(a->body, ">");
}

static void below_page(const struct http_request *q, struct http_answer *a)
{
	atomic_fetch_add(&made, 1);
	a->content_type = "text/plain";
	if (str_find(q->path, STR("missing")) < q->path.size)
		a->status = 404;
	writer_text(a->body, "below: ");
	writer_str(a->body, q->path);
}

static void table_page(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	a->content_type = "text/csv; charset=utf-8";
	a->save_as = STR("bảng \"1\".csv");
	writer_text(a->body, "a,b");
}

static void deeper_page(const struct http_request *q, struct http_answer *a)
{
	writer_text(a->body, "deeper: ");
	writer_str(a->body, q->path);
}

static void whole_page(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	writer_text(a->body, "the list itself");
}

static void picture(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	a->elsewhere = true;
	a->content_type = "image/svg+xml";
	writer_text(a->body, "<svg/>");
}

/* More than the old bound of 1 MiB, so that a page of a large evaluation is no error. */
static void large_page(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	for (int i = 0; i < 50000; i++)
		writer_text(a->body, "a row of a table, then another one; ");
	writer_text(a->body, "<end>");
}

static void endless_page(const struct http_request *q, struct http_answer *a)
{
	static const char row[1 << 16] = {[0 ... sizeof(row) - 2] = 'x'};
	(void)q;
	while (a->body->err == E_OK)
		writer_text(a->body, row);
}

static void evil_location(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	a->status = 302;
	a->location = "/x\r\nSet-Cookie: a=b";
}

static void metrics(const struct http_request *q, struct http_answer *a)
{
	a->content_type = HTTP_METRICS_TYPE;
	http_write_metrics(q, a->body);
}

static void say_error(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	a->content_type = "text/plain";
	writer_text(a->body, "error ");
	writer_decimal(a->body, a->status);
	writer_text(a->body, a->why == E_LIMIT ? " too large" : "");
}

static const struct http_route routes[] = {
	{.path = STR_INIT("/vi/"), .handle = edition_page, .shared = true},
	{.path = STR_INIT("/vi/list"), .handle = whole_page},
	{.path = STR_INIT("/vi/list/"), .handle = below_page, .below = true, .shared = true},
	{.path = STR_INIT("/vi/list/deep/"), .handle = deeper_page, .below = true},
	{.path = STR_INIT("/vi/table"), .handle = table_page, .shared = true},
	{.path = STR_INIT("/vi/table-anew"), .handle = table_page},
	{.path = STR_INIT("/picture"), .handle = picture},
	{.path = STR_INIT("/large"), .handle = large_page},
	{.path = STR_INIT("/endless"), .handle = endless_page},
	{.path = STR_INIT("/evil"), .handle = evil_location},
	{.path = STR_INIT("/metrics"), .handle = metrics, .guard = HTTP_OPERATOR},
};

static const uint8_t packed[] = "packed";
static const struct http_asset assets[] = {{.path = STR_INIT("/static/site-1.css"),
	.content_type = "text/css",
	.etag = "\"1\"",
	.body = {(const uint8_t *)"body{}", 6},
	.gzip_etag = "\"1-gzip\"",
	.gzip = {packed, 6}}};

static int start(void **state)
{
	static struct prefix proxy[2];
	const struct http_site site = {.routes = routes,
		.route_count = sizeof(routes) / sizeof(routes[0]),
		.assets = assets,
		.asset_count = 1,
		.error = say_error,
		.edition = &edition};
	struct http_settings settings = serve_settings();
	(void)state;
	assert_true(prefix_parse(STR("127.0.0.1"), &proxy[0]));
	settings.proxies = (struct proxies){proxy, 1};
	server = serve_start(&settings, &site, &port);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_stop(server);
	return 0;
}

static const char *get(const char *target, const char *headers)
{
	return ask_get(port, target, headers);
}

/* The text after a field's name, up to the line's end. */
static struct str field_of(const char *answer, const char *name)
{
	const char *at = strstr(answer, name);
	struct str rest;
	assert_non_null(at);
	return str_cut(str_from(at + strlen(name)), '\r', &rest);
}

static const char *body_of(const char *answer)
{
	const char *at = strstr(answer, "\r\n\r\n");
	assert_non_null(at);
	return at + 4;
}

static const char *header_line(const char *name, struct str value)
{
	static char line[256];
	(void)snprintf(line, sizeof(line), "%s: %.*s\r\n", name, STR_ARG(value));
	return line;
}

static void the_longest_route_below_counts(void **state)
{
	(void)state;
	has(get("/vi/list", ""), "the list itself");
	has(get("/vi/list/mirai", ""), "below: /vi/list/mirai");
	has(get("/vi/list/deep", ""), "below: /vi/list/deep");
	has(get("/vi/list/deep/er", ""), "deeper: /vi/list/deep/er");
	has(get("/vi/list/a/b", ""), "below: /vi/list/a/b");
	has(get("/vi/list/", ""), "error 404");
	has(get("/vi/lis", ""), "error 404");
	has(get("/vi/listx", ""), "error 404");
	has(get("/vi", ""), "error 404");
	has(get("/vi/list/missing", ""), "HTTP/1.1 404 ");
}

static void shared_answers_are_made_once(void **state)
{
	(void)state;
	unsigned before = atomic_load(&made);
	has(get("/vi/", ""), "Cache-Control: no-cache");
	has(get("/vi/?a=1", "User-Agent: curl\r\n"), "Content-Language: vi");
	has(get("/vi/?a=1", "User-Agent: curl\r\n"), "Quét Sạch none::<end");
	has(get("/vi/", "Accept-Encoding: gzip\r\n"), "Content-Encoding: gzip");
	assert_in_range(atomic_load(&made) - before, 0, 1);
	atomic_fetch_add(&edition, 1);
	(void)get("/vi/", "");
	(void)get("/vi/", "");
	assert_in_range(atomic_load(&made) - before, 1, 2);
}

static void other_answers_are_not_kept(void **state)
{
	(void)state;
	unsigned before = atomic_load(&made);
	has(get("/vi/list/missing", ""), "HTTP/1.1 404 ");
	has(get("/vi/list/missing", ""), "HTTP/1.1 404 ");
	has_not(get("/vi/list/missing", ""), "ETag");
	assert_int_equal(atomic_load(&made) - before, 3);
}

static void shared_answers_carry_every_header(void **state)
{
	(void)state;
	const char *const encodings[] = {"", "Accept-Encoding: gzip\r\n"};
	for (size_t i = 0; i < 2; i++) {
		const char *answer = get("/vi/", encodings[i]);
		has(answer, "Vary: Accept-Encoding");
		has(answer, "ETag: \"");
		has(answer, "Content-Security-Policy: default-src 'none'; script-src 'self'; ");
		has(answer, "frame-ancestors 'none'");
		has(answer, "Cross-Origin-Resource-Policy: same-origin");
		has(answer, "X-Content-Type-Options: nosniff");
		has_not(answer, "Access-Control");
		has_not(answer, "Strict-Transport-Security");
	}
	has(get("/vi/", "X-Forwarded-For: 14.160.1.2\r\nX-Forwarded-Proto: https\r\n"),
		"Strict-Transport-Security: max-age=");
	has_not(get("/vi/", "X-Forwarded-For: 14.160.1.2\r\n"), "Strict-Transport-Security");
}

static void a_body_may_be_kept_under_a_name(void **state)
{
	(void)state;
	for (int again = 0; again < 2; again++) {
		const char *name = "Content-Disposition: attachment; filename=\"";
		has(get("/vi/table", ""), name);
		has(get("/vi/table-anew", ""), name);
		has(get("/vi/table", ""), "filename*=UTF-8''b%E1%BA%A3ng");
	}
	has_not(get("/vi/", ""), "Content-Disposition");
}

static void the_compressed_page_is_the_page(void **state)
{
	(void)state;
	static uint8_t plain[65536];
	static char expected[65536];
	(void)snprintf(expected, sizeof(expected), "%s", body_of(get("/vi/", "")));
	const char *answer = get("/vi/", "Accept-Encoding: gzip, br\r\n");
	struct str length = field_of(answer, "Content-Length: ");
	uint64_t size = 0;
	assert_true(str_to_u64(length, 65536, &size));
	assert_in_range(size, 20, 400);
	z_stream z = {.avail_in = (uInt)size, .avail_out = sizeof(plain), .next_out = plain};
	uint8_t *copy = malloc(size);
	memcpy(copy, body_of(answer), size);
	z.next_in = copy;
	assert_int_equal(inflateInit2(&z, 15 + 16), Z_OK);
	assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
	assert_int_equal(z.total_out, strlen(expected));
	assert_memory_equal(plain, expected, z.total_out);
	inflateEnd(&z);
	free(copy);
}

static void versions_are_told_apart(void **state)
{
	(void)state;
	char plain[64];
	char gzip[64];
	const char *gzip_wanted = "Accept-Encoding: gzip\r\n";
	char both[512];
	(void)snprintf(plain, sizeof(plain), "%.*s", STR_ARG(field_of(get("/vi/", ""), "ETag: ")));
	(void)snprintf(
		gzip, sizeof(gzip), "%.*s", STR_ARG(field_of(get("/vi/", gzip_wanted), "ETag: ")));
	assert_string_not_equal(plain, gzip);
	has(get("/vi/", header_line("If-None-Match", str_from(plain))), "HTTP/1.1 304 ");
	has(get("/vi/", header_line("If-None-Match", str_from(gzip))), "HTTP/1.1 200 ");
	(void)snprintf(both, sizeof(both), "%sIf-None-Match: \"x\", W/%s\r\n", gzip_wanted, gzip);
	const char *answer = get("/vi/", both);
	has(answer, "HTTP/1.1 304 ");
	has(answer, "Vary: Accept-Encoding");
	has(answer, gzip);
	assert_string_equal(body_of(answer), "");
	has(get("/vi/", "If-None-Match: *\r\n"), "HTTP/1.1 304 ");
	has(get("/vi/", "If-None-Match: x\r\n"), "HTTP/1.1 200 ");
	atomic_fetch_add(&edition, 1);
	has(get("/vi/", header_line("If-None-Match", str_from(plain))), "HTTP/1.1 200 ");
}

static void head_says_as_much_as_get(void **state)
{
	(void)state;
	static const char *const targets[] = {
		"/vi/", "/static/site-1.css", "/picture", "/vi/list/x"};
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		char request[256];
		char length[32];
		(void)snprintf(length, sizeof(length), "Content-Length: %.*s\r\n",
			STR_ARG(field_of(get(targets[i], ""), "Content-Length: ")));
		int size = snprintf(request, sizeof(request),
			"HEAD %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", targets[i]);
		const char *answer = ask_bytes(port, request, (size_t)size);
		has(answer, "HTTP/1.1 200 ");
		has(answer, length);
		assert_string_equal(body_of(answer), "");
	}
}

static void web_files_are_negotiated(void **state)
{
	(void)state;
	const char *answer = get("/static/site-1.css", "");
	has(answer, "\r\n\r\nbody{}");
	has(answer, "ETag: \"1\"\r\n");
	has(answer, "Vary: Accept-Encoding");
	has(answer, "immutable");
	answer = get("/static/site-1.css", "Accept-Encoding: gzip\r\n");
	has(answer, "\r\n\r\npacked");
	has(answer, "ETag: \"1-gzip\"");
	has(answer, "Content-Encoding: gzip");
	has(get("/static/site-1.css", "Accept-Encoding: gzip;q=0\r\n"), "\r\n\r\nbody{}");
	has(get("/static/site-1.css", "If-None-Match: W/\"1\"\r\n"), "HTTP/1.1 304 ");
	has(get("/static/site-1.css", "If-None-Match: \"11\"\r\n"), "HTTP/1.1 200 ");
	has(get("/static/site-1.css", "Accept-Encoding: gzip\r\nIf-None-Match: \"1-gzip\"\r\n"),
		"HTTP/1.1 304 ");
}

static void only_what_says_so_is_shown_elsewhere(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *answer = get("/picture", "");
		has(answer, "frame-ancestors *");
		has(answer, "Cross-Origin-Resource-Policy: cross-origin");
		has_not(answer, "Access-Control");
		answer = get("/vi/list", "");
		has(answer, "frame-ancestors 'none'");
		has(answer, "Cross-Origin-Resource-Policy: same-origin");
	}
}

static void nothing_but_reading(void **state)
{
	(void)state;
	static const char *const requests[] = {
		"OPTIONS /vi/ HTTP/1.1\r\nHost: x\r\nOrigin: https://y\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n",
		"TRACE /vi/ HTTP/1.1\r\nHost: x\r\n\r\n",
		"DELETE /static/site-1.css HTTP/1.1\r\nHost: x\r\n\r\n",
		"HEADS /vi/ HTTP/1.1\r\nHost: x\r\n\r\n",
	};
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		const char *answer = ask_bytes(port, requests[i], strlen(requests[i]));
		has(answer, "HTTP/1.1 405 ");
		has(answer, "Allow: GET, HEAD");
		has(answer, "Content-Security-Policy: ");
		has_not(answer, "Access-Control");
	}
}

static void no_header_is_smuggled_in(void **state)
{
	(void)state;
	has_not(get("/evil", ""), "Set-Cookie");
	has_not(get("/vi/list/a%0d%0aSet-Cookie:%20a=b", ""), "\r\nSet-Cookie: a=b\r\n\r\n");
	has(get("/vi/list", ""), "HTTP/1.1 200 ");
}

static void only_operators_see_the_figures(void **state)
{
	(void)state;
	const char *answer = get("/metrics", "");
	has(answer, "HTTP/1.1 200 ");
	has(answer, "Content-Type: text/plain; version=0.0.4");
	has(get("/metrics", "X-Forwarded-For: 127.0.0.1\r\n"), "HTTP/1.1 404 ");
	has(get("/metrics", "Forwarded: for=127.0.0.1\r\n"), "HTTP/1.1 404 ");
	has(get("/metrics", "X-Forwarded-For:\r\n"), "HTTP/1.1 404 ");
	has(get("/metrics", "Via: 1.1 proxy\r\n"), "HTTP/1.1 404 ");
	has(get("/metrics", "X-Real-IP: 14.160.1.2\r\n"), "HTTP/1.1 404 ");
	has(get("/metrics", "X-Forwarded-Proto: https\r\n"), "HTTP/1.1 404 ");
	has(get("/metrics", "Sec-Fetch-Site: cross-site\r\n"), "HTTP/1.1 404 ");
}

/* "quetsach_http_name value" of the figures. */
static uint64_t figure(const char *name)
{
	char start[128];
	uint64_t value = 0;
	struct str rest;
	(void)snprintf(start, sizeof(start), "\nquetsach_http_%s ", name);
	const char *at = strstr(get("/metrics", ""), start);
	if (!at)
		fail_msg("no %s", name);
	struct str line = str_cut(str_from(at + strlen(start)), '\n', &rest);
	if (!str_to_u64(str_trim(line), UINT64_MAX, &value))
		fail_msg("%s:%.*s", name, STR_ARG(line));
	return value;
}

static void figures_count(void **state)
{
	(void)state;
	uint64_t pages = figure("requests_total{path=\"/vi/\",class=\"2xx\"}");
	uint64_t kept = figure("shared_kept_total");
	uint64_t made_before = figure("shared_made_total");
	uint64_t bytes = figure("body_bytes_total");
	(void)get("/vi/", "");
	(void)get("/vi/", "");
	(void)get("/nowhere?secret=14.160.1.2", "X-Forwarded-For: 14.160.1.2\r\n");
	(void)get("/static/site-1.css", "");
	assert_int_equal(figure("requests_total{path=\"/vi/\",class=\"2xx\"}"), pages + 2);
	assert_in_range(figure("shared_made_total") - made_before, 0, 1);
	assert_in_range(figure("shared_kept_total") - kept, 1, 2);
	assert_true(figure("requests_total{path=\"elsewhere\",class=\"4xx\"}") >= 1);
	assert_true(figure("requests_total{path=\"assets\",class=\"2xx\"}") >= 1);
	assert_true(figure("body_bytes_total") > bytes + 10000);
	assert_true(figure("handler_seconds_bucket{le=\"+Inf\"}") > 0);
	assert_in_range(figure("connections"), 1, 50);
	has_not(get("/metrics", ""), "14.160");
	has_not(get("/metrics", ""), "nowhere");
}

/* Each sample belongs to a family that was introduced, and each family is introduced once. */
static void figures_are_well_formed(void **state)
{
	(void)state;
	struct str rest = str_from(body_of(get("/metrics", "")));
	char family[128] = "";
	while (rest.size > 0) {
		struct str line = str_cut(rest, '\n', &rest);
		if (str_starts(line, STR("# HELP "))) {
			struct str help;
			struct str name =
				str_cut((struct str){line.data + 7, line.size - 7}, ' ', &help);
			(void)snprintf(family, sizeof(family), "%.*s", STR_ARG(name));
			assert_true(help.size > 10);
		} else if (!str_starts(line, STR("# TYPE "))) {
			assert_true(family[0] != '\0' && str_starts(line, str_from(family)));
		}
	}
}

/* --- many at once --- */

enum {
	VISITORS = 6,
	VISITS = 300
};

static _Atomic bool wrong;

/* The number after a mark; 0: none. */
static uint64_t number_after(const char *reply, const char *mark)
{
	const char *at = strstr(reply, mark);
	struct str rest;
	uint64_t value = 0;
	if (at)
		(void)str_to_u64(
			str_cut(str_from(at + strlen(mark)), '>', &rest), UINT64_MAX, &value);
	return value;
}

/* Whole answers, both ends of one edition, none older than the one before. */
static void look_at(const char *reply, uint64_t known)
{
	uint64_t first = number_after(reply, "<begin ");
	if (first == 0 || first != number_after(reply, "<end ") || first + 1 < known)
		atomic_store(&wrong, true);
}

static void *visit(void *context)
{
	static const char request[] = "GET /vi/ HTTP/1.1\r\nHost: x\r\n\r\n";
	enum {
		REPLY = 16384
	};
	char *reply = malloc(REPLY);
	int fd = ask_connect(port);
	(void)context;
	for (int i = 0; i < VISITS && reply && fd >= 0; i++) {
		uint64_t known = atomic_load(&edition);
		size_t got = 0;
		(void)!send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL);
		do {
			ssize_t n = recv(fd, reply + got, REPLY - 1 - got, 0);
			if (n <= 0)
				break;
			got += (size_t)n;
			reply[got] = '\0';
		} while (reply[got - 1] != '>');
		look_at(reply, known);
	}
	close(fd);
	free(reply);
	return NULL;
}

static void no_torn_or_stale_answer_in_a_crowd(void **state)
{
	(void)state;
	pthread_t visitors[VISITORS];
	for (int i = 0; i < VISITORS; i++)
		assert_int_equal(pthread_create(&visitors[i], NULL, visit, NULL), 0);
	for (int i = 0; i < 100; i++) {
		char expected[64];
		/* Not faster than it is shown, or the one before is two before. */
		(void)snprintf(expected, sizeof(expected), "<begin %d>",
			(int)atomic_fetch_add(&edition, 1) + 1);
		while (!strstr(get("/vi/", ""), expected))
			;
	}
	for (int i = 0; i < VISITORS; i++)
		pthread_join(visitors[i], NULL);
	assert_false(atomic_load(&wrong));
}

static void paths_without_number_are_bounded(void **state)
{
	(void)state;
	for (int i = 0; i < 1500; i++) {
		char target[64];
		(void)snprintf(target, sizeof(target), "/vi/list/%d", i);
		has(get(target, ""), target);
	}
	assert_in_range(figure("shared_answers"), 100, 1024);
	assert_in_range(figure("shared_bytes"), 100000, 32 << 20);
}

static void a_large_page_is_sent_whole(void **state)
{
	(void)state;
	const char *answer = ask_get(port, "/large", "");
	assert_non_null(answer);
	assert_non_null(strstr(answer, "HTTP/1.1 200"));
	assert_string_equal(answer + strlen(answer) - 5, "<end>");
}

static void a_page_without_end_is_said_to_be_too_large(void **state)
{
	(void)state;
	const char *answer = ask_get(port, "/endless", "");
	assert_non_null(strstr(answer, "HTTP/1.1 500"));
	assert_non_null(strstr(answer, "error 500 too large"));
	/* And the thread goes on. */
	assert_non_null(strstr(ask_get(port, "/picture", ""), "HTTP/1.1 200"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_longest_route_below_counts),
		cmocka_unit_test(shared_answers_are_made_once),
		cmocka_unit_test(other_answers_are_not_kept),
		cmocka_unit_test(shared_answers_carry_every_header),
		cmocka_unit_test(a_body_may_be_kept_under_a_name),
		cmocka_unit_test(the_compressed_page_is_the_page),
		cmocka_unit_test(versions_are_told_apart),
		cmocka_unit_test(head_says_as_much_as_get),
		cmocka_unit_test(web_files_are_negotiated),
		cmocka_unit_test(only_what_says_so_is_shown_elsewhere),
		cmocka_unit_test(nothing_but_reading),
		cmocka_unit_test(no_header_is_smuggled_in),
		cmocka_unit_test(only_operators_see_the_figures),
		cmocka_unit_test(figures_count),
		cmocka_unit_test(figures_are_well_formed),
		cmocka_unit_test(no_torn_or_stale_answer_in_a_crowd),
		cmocka_unit_test(a_large_page_is_sent_whole),
		cmocka_unit_test(a_page_without_end_is_said_to_be_too_large),
		cmocka_unit_test(paths_without_number_are_bounded),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
