/* SPDX-License-Identifier: Apache-2.0 */
/* A real server on a loopback port, spoken to in raw bytes. */
#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "ask.h"
#include "http/http.h"
#include "os/process.h"
#include "os/system.h"

enum {
	RATE = 5,
	BURST = 10,
	ASKED = 40
};

static struct http_server *server;
static uint16_t port;
static char reply[4096];

static void say_client(const struct http_request *q, struct http_answer *a)
{
	struct str argument = STR("none");
	a->content_type = "text/plain";
	(void)http_argument(q, "a", &argument);
	writer_ip(a->body, q->client);
	writer_char(a->body, ' ');
	writer_str(a->body, argument);
}

static void fail_to_write(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	writer_text(a->body, "half a page");
	writer_fail(a->body, E_USAGE);
}

static void say_error(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	a->content_type = "text/plain";
	writer_text(a->body, "error ");
	writer_decimal(a->body, a->status);
}

static const struct http_route routes[] = {
	{.path = STR_INIT("/ip"), .handle = say_client, .guard = HTTP_ANYONE},
	{.path = STR_INIT("/check"), .handle = say_client, .guard = HTTP_SAME_SITE},
	{.path = STR_INIT("/broken"), .handle = fail_to_write, .guard = HTTP_ANYONE},
};

static const struct http_asset assets[] = {{.path = STR_INIT("/static/a-1234.css"),
	.content_type = "text/css",
	.etag = "\"1234\"",
	.body = {(const uint8_t *)"p{}", 3}}};

static void start_with(unsigned seconds)
{
	static struct prefix loopback;
	struct http_settings settings = http_settings_default();
	const struct http_site site = {.routes = routes,
		.route_count = sizeof(routes) / sizeof(routes[0]),
		.assets = assets,
		.asset_count = 1,
		.error = say_error};
	assert_true(prefix_parse(STR("127.0.0.1"), &loopback));
	settings.threads = 2;
	settings.rate = RATE;
	settings.burst = BURST;
	settings.request_seconds = seconds;
	settings.proxies = (struct proxies){&loopback, 1};
	assert_int_equal(socket_listen(ip_from_v4(INADDR_LOOPBACK), 0, &settings.socket), E_OK);
	assert_int_equal(socket_port(settings.socket, &port), E_OK);
	assert_int_equal(http_start(&settings, &site, &server), E_OK);
}

/* Nobody is slow but by a busy machine. */
static int start(void **state)
{
	(void)state;
	start_with(10);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	http_stop(server);
	return 0;
}

static int connected(void)
{
	int fd = ask_connect(port);
	assert_true(fd >= 0);
	return fd;
}

static const char *get(const char *target, const char *headers)
{
	return ask_get(port, target, headers);
}

static void has(const char *answer, const char *part)
{
	if (!answer || !strstr(answer, part))
		fail_msg("“%s” is not in: %s", part, answer ? answer : "");
}

static void answers_carry_the_security_headers(void **state)
{
	(void)state;
	static const char *const targets[] = {"/ip", "/nowhere", "/static/a-1234.css", "/broken"};
	for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++) {
		const char *answer = get(targets[i], "");
		has(answer, "Content-Security-Policy: default-src 'none';");
		has(answer, "X-Content-Type-Options: nosniff");
		has(answer, "Referrer-Policy: no-referrer");
		has(answer, "Cross-Origin-Resource-Policy: same-origin");
		has(answer, "Permissions-Policy:");
		assert_null(strstr(answer, "Set-Cookie"));
		assert_null(strstr(answer, "Access-Control"));
	}
}

static void routes_and_errors(void **state)
{
	(void)state;
	has(get("/ip?a=1%202", ""), "127.0.0.1 1 2");
	has(get("/ip?a", ""), "HTTP/1.1 200 ");
	has(get("/ip", ""), "Cache-Control: no-store");
	has(get("/nowhere", ""), "error 404");
	has(get("/broken", ""), "error 500");
	assert_null(strstr(get("/broken", ""), "half a page"));
	has(get("/ip/", ""), "error 404");
}

static void only_reading_is_answered(void **state)
{
	(void)state;
	static const char post[] = "POST /ip HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
	static const char head[] = "HEAD /ip HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	const char *answer = ask_bytes(port, post, sizeof(post) - 1);
	has(answer, "HTTP/1.1 405 ");
	has(answer, "Allow: GET, HEAD");
	answer = ask_bytes(port, head, sizeof(head) - 1);
	has(answer, "HTTP/1.1 200 ");
	assert_true(str_ends(str_from(answer), STR("\r\n\r\n")));
	has(get("/ip", "Content-Length: 3\r\n"), "HTTP/1.1 413 ");
	has(get("/ip", "Transfer-Encoding: chunked\r\n"), "HTTP/1.1 413 ");
}

static void other_sites_are_refused_where_it_matters(void **state)
{
	(void)state;
	has(get("/check", "Sec-Fetch-Site: cross-site\r\n"), "error 403");
	has(get("/check", "Sec-Fetch-Site: same-site\r\n"), "error 403");
	has(get("/check", "Sec-Fetch-Site: same-origin\r\n"), "HTTP/1.1 200 ");
	has(get("/check", "Sec-Fetch-Site: none\r\n"), "HTTP/1.1 200 ");
	has(get("/check", ""), "HTTP/1.1 200 ");
	has(get("/ip", "Sec-Fetch-Site: cross-site\r\n"), "HTTP/1.1 200 ");
}

static void proxies_speak_for_clients(void **state)
{
	(void)state;
	has(get("/ip", "X-Forwarded-For: 9.9.9.9\r\nX-Forwarded-For: 14.160.1.2\r\n"),
		"\r\n\r\n14.160.1.2 ");
	has(get("/ip", "Forwarded: for=\"[2001:db8::9]\"\r\n"), "\r\n\r\n2001:db8::9 ");
	has(get("/ip", "X-Forwarded-For: 1.1.1.1\r\nForwarded: for=2.2.2.2\r\n"), "error 400");
	has(get("/ip", "X-Forwarded-For: nobody\r\n"), "error 400");
	has(get("/ip", "X-Forwarded-For: 14.160.1.2\r\nX-Forwarded-Proto: https\r\n"),
		"Strict-Transport-Security: max-age=31536000");
	assert_null(strstr(get("/ip", ""), "Strict-Transport-Security"));
}

static void assets_are_kept_by_browsers(void **state)
{
	(void)state;
	const char *answer = get("/static/a-1234.css", "");
	has(answer, "immutable");
	has(answer, "ETag: \"1234\"");
	has(answer, "\r\n\r\np{}");
	has(get("/static/a-1234.css", "If-None-Match: \"1234\"\r\n"), "HTTP/1.1 304 ");
}

static void a_unit_is_limited_and_others_are_not(void **state)
{
	(void)state;
	unsigned refused = 0;
	uint64_t began = system_monotonic();
	for (int i = 0; i < ASKED; i++)
		refused +=
			strstr(get("/ip", "X-Forwarded-For: 14.160.7.7\r\n"), "error 429") != NULL;
	/* On a busy machine some seconds' more are allowed. */
	uint64_t allowed = BURST + 1 + RATE * ((system_monotonic() - began) / 1000000000 + 1);
	assert_true(refused <= ASKED - BURST && ASKED - refused <= allowed);
	has(get("/ip", "X-Forwarded-For: 14.160.7.8\r\n"), "HTTP/1.1 200 ");
}

static void connections_are_kept(void **state)
{
	(void)state;
	static const char request[] = "GET /ip HTTP/1.1\r\nHost: x\r\n\r\n";
	int fd = connected();
	for (int i = 0; i < 50; i++) {
		assert_int_equal(
			send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL), sizeof(request) - 1);
		ssize_t n = recv(fd, reply, sizeof(reply) - 1, 0);
		assert_true(n > 0);
		reply[n] = '\0';
		has(reply, "HTTP/1.1 200 ");
	}
	close(fd);
}

static void long_headers_are_refused(void **state)
{
	(void)state;
	struct writer w;
	writer_init(&w, 65536);
	writer_text(&w, "X-Long: ");
	for (int i = 0; i < 9000; i++)
		writer_char(&w, 'a');
	writer_text(&w, "\r\n");
	writer_char(&w, '\0');
	has(get("/ip", (const char *)w.data), "error 431");
	writer_release(&w);
}

/* A byte every tenth of a second keeps the library's own timeout away for ever. */
static void slow_clients_are_cut_off(void **state)
{
	int sent = 0;
	stop(state);
	start_with(1);
	int fd = connected();
	uint64_t began = system_monotonic();
	while (sent < 600 && send(fd, "G", 1, MSG_NOSIGNAL) == 1 &&
		recv(fd, reply, 1, MSG_DONTWAIT) != 0) {
		usleep(100000);
		sent++;
	}
	close(fd);
	assert_in_range(sent, 1, 599);
	assert_true(system_monotonic() - began > 500000000);
	stop(state);
	start(state);
}

/* Each may be answered or cut off; afterwards the server still answers. */
static void malformed_requests_do_no_harm(void **state)
{
	(void)state;
	static const char *const bad[] = {"\r\n\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n",
		"GET /ip HTTP/1.1\r\n\r\n",
		"GET /%00%ff%zz?%00=%&&== HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"GET /ip HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
		"GET /ip HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999999999999\r\n\r\n",
		"GET /ip HTTP/1.1\r\n: x\r\n\r\n",
		"GET /ip HTTP/1.1\r\nHost x\r\nConnection: close\r\n\r\n",
		"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
		"GET http://x/ip HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
		"OPTIONS * HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"};
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int fd = connected();
		(void)!send(fd, bad[i], strlen(bad[i]), MSG_NOSIGNAL);
		shutdown(fd, SHUT_WR);
		while (recv(fd, reply, sizeof(reply), 0) > 0)
			;
		close(fd);
	}
	has(get("/ip", ""), "HTTP/1.1 200 ");
}

/* Where two readers could find two different requests, there is none. A second one follows each. */
static void doubtful_requests_are_refused(void **state)
{
	(void)state;
#define NEXT "GET /ip HTTP/1.1\r\nHost: x\r\n\r\n"
	static const struct str doubtful[] = {
		STR_INIT("GET /ip HTTP/1.1\r\n\r\n" NEXT),
		STR_INIT("GET /ip HTTP/1.1\r\nHost: x\r\nHost: y\r\n\r\n" NEXT),
		STR_INIT("GET /ip HTTP/1.1\r\nHost : x\r\n\r\n" NEXT),
		STR_INIT("GET /ip HTTP/1.1\r\nHost: x\r\nContent-Length : 5\r\n\r\n" NEXT),
		STR_INIT(
			"GET /ip HTTP/1.1\r\nHost: x\r\nTransfer-Encoding\t: chunked\r\n\r\n" NEXT),
		STR_INIT("GET /ip HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\nContent-Length: "
			 "5\r\n\r\n" NEXT),
		STR_INIT("GET /ip HTTP/1.1\r\nHost: x\r\nX\xFF: 1\r\n\r\n" NEXT),
		STR_INIT("GET /ip\0/x HTTP/1.1\r\nHost: x\r\n\r\n" NEXT),
		STR_INIT("GET /ip?a\0b HTTP/1.1\r\nHost: x\r\n\r\n" NEXT),
		STR_INIT("GET /ip?a b HTTP/1.1\r\nHost: x\r\n\r\n" NEXT),
		STR_INIT("GET /ip\tx HTTP/1.1\r\nHost: x\r\n\r\n" NEXT),
	};
	for (size_t i = 0; i < sizeof(doubtful) / sizeof(doubtful[0]); i++) {
		const char *answer = ask_bytes(port, doubtful[i].data, doubtful[i].size);
		has(answer, "HTTP/1.1 400 ");
		has(answer, "error 400");
		has(answer, "Content-Security-Policy:");
		assert_null(strstr(answer, "HTTP/1.1 200 "));
	}
	has(get("/ip%00", ""), "HTTP/1.1 404 ");
	has(get("/ip?a=%00b", ""), "127.0.0.1 %00b");
	has(get("/%69p?a=%2g%", ""), "127.0.0.1 %2g%");
	static const char old[] = "GET /ip HTTP/1.0\r\n\r\n";
	has(ask_bytes(port, old, sizeof(old) - 1), " 200 OK");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_carry_the_security_headers),
		cmocka_unit_test(routes_and_errors),
		cmocka_unit_test(only_reading_is_answered),
		cmocka_unit_test(other_sites_are_refused_where_it_matters),
		cmocka_unit_test(proxies_speak_for_clients),
		cmocka_unit_test(assets_are_kept_by_browsers),
		cmocka_unit_test(a_unit_is_limited_and_others_are_not),
		cmocka_unit_test(connections_are_kept),
		cmocka_unit_test(long_headers_are_refused),
		cmocka_unit_test(slow_clients_are_cut_off),
		cmocka_unit_test(malformed_requests_do_no_harm),
		cmocka_unit_test(doubtful_requests_are_refused),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
