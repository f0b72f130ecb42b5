/* SPDX-License-Identifier: Apache-2.0 */
/* Files for the visitor to keep, over a real server. */
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ask.h"
#include "os/file.h"
#include "serve.h"

enum {
	LARGE = 16 << 20,
	ANSWER = 4 /* seconds */
};

static struct http_server *server;
static uint16_t port;
static int folder = -1;
static char folder_path[] = "/tmp/quetsach-download-XXXXXX";

/* The path below the folder is the argument: as hostile as a handler can be fooled. */
static void give(const struct http_request *q, struct http_answer *a)
{
	struct str name = STR("");
	a->content_type = "application/octet-stream";
	(void)http_argument(q, "f", &a->file);
	if (http_argument(q, "n", &name))
		a->save_as = name;
}

static void say_error(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	writer_text(a->body, "error ");
	writer_decimal(a->body, a->status);
}

static const struct http_route routes[] = {{.path = STR_INIT("/get"), .handle = give}};

static void put_large(void)
{
	uint8_t *data = malloc(LARGE);
	assert_non_null(data);
	for (size_t i = 0; i < LARGE; i++)
		data[i] = (uint8_t)(i * 2654435761U >> 24);
	assert_int_equal(file_put(folder, "large", (struct bytes){data, LARGE}, true), E_OK);
	free(data);
}

static int start(void **state)
{
	const struct http_site site = {.routes = routes, .route_count = 1, .error = say_error};
	struct http_settings settings = serve_settings();
	const struct timespec times[2] = {{784111777, 5}, {784111777, 5}};
	(void)state;
	assert_non_null(mkdtemp(folder_path));
	assert_int_equal(folder_open(AT_FDCWD, folder_path, &folder), E_OK);
	assert_int_equal(
		file_put(folder, "ten", (struct bytes){(const uint8_t *)"0123456789", 10}, true),
		E_OK);
	assert_int_equal(file_put(folder, "empty", (struct bytes){NULL, 0}, true), E_OK);
	assert_int_equal(utimensat(folder, "ten", times, 0), 0);
	assert_int_equal(mkdirat(folder, "sub", 0755), 0);
	assert_int_equal(
		file_put(folder, "sub/file", (struct bytes){(const uint8_t *)"deep", 4}, true),
		E_OK);
	assert_int_equal(symlinkat("/etc/passwd", folder, "link"), 0);
	assert_int_equal(mkfifoat(folder, "pipe", 0644), 0);
	put_large();
	settings.folder = folder;
	settings.answer_seconds = ANSWER;
	settings.request_seconds = 3;
	server = serve_start(&settings, &site, &port);
	return 0;
}

static int stop(void **state)
{
	static const char *const names[] = {"ten", "empty", "sub/file", "link", "pipe", "large"};
	(void)state;
	http_stop(server);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		(void)!unlinkat(folder, names[i], 0);
	(void)!unlinkat(folder, "sub", AT_REMOVEDIR);
	(void)!rmdir(folder_path);
	file_close(&folder);
	return 0;
}

static const char *get(const char *target, const char *headers)
{
	return ask_get(port, target, headers);
}

static void a_file_comes_whole(void **state)
{
	(void)state;
	const char *answer = get("/get?f=ten&n=mười.txt", "");
	has(answer, "HTTP/1.1 200 ");
	has(answer, "Content-Length: 10\r\n");
	has(answer, "Accept-Ranges: bytes\r\n");
	has(answer, "Last-Modified: Sun, 06 Nov 1994 08:49:37 GMT\r\n");
	has(answer, "Content-Disposition: attachment; filename=\"m__i.txt\"; "
		    "filename*=UTF-8''m%C6%B0%E1%BB%9Di.txt\r\n");
	has(answer, "Content-Security-Policy: default-src 'none'");
	has(answer, "X-Content-Type-Options: nosniff");
	has(answer, "\r\n\r\n0123456789");
	has(get("/get?f=sub/file", ""), "\r\n\r\ndeep");
	has(get("/get?f=empty", ""), "Content-Length: 0\r\n");
	has(get("/get?f=ten", ""), "Content-Disposition: attachment\r\n");
}

static void nothing_else_comes(void **state)
{
	(void)state;
	static const char *const paths[] = {"link", "pipe", "sub", ".", "..", "../etc/passwd",
		"/etc/passwd", "sub/../../etc/passwd", "sub/../ten/x", "nowhere", "sub/", "ten/",
		"ten%00.exe", "%0d%0aSet-Cookie:a=b"};
	char target[2048];
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		(void)snprintf(target, sizeof(target), "/get?f=%s", paths[i]);
		const char *answer = get(target, "");
		has(answer, "HTTP/1.1 404 ");
		has(answer, "error 404");
		has_not(answer, "Content-Disposition");
		has_not(answer, "root:");
	}
	(void)snprintf(target, sizeof(target), "/get?f=%01500d", 7);
	has(get(target, ""), "HTTP/1.1 404 ");
	(void)get("/get?f=ten&n=a%0d%0aSet-Cookie:%20b=c%0d%0a%0d%0a<script>", "");
	has_not(get("/get?f=ten&n=a%0d%0aSet-Cookie:%20b=c", ""), "\r\nSet-Cookie");
	has(get("/get?f=ten&n=a%22;%20x=%22b", ""), "filename=\"a__ x_");
}

static void parts_are_sent(void **state)
{
	(void)state;
	const char *answer = get("/get?f=ten", "Range: bytes=2-5\r\n");
	has(answer, "HTTP/1.1 206 ");
	has(answer, "Content-Range: bytes 2-5/10\r\n");
	has(answer, "Content-Length: 4\r\n");
	has(answer, "\r\n\r\n2345");
	has(get("/get?f=ten", "Range: bytes=-3\r\n"), "\r\n\r\n789");
	has(get("/get?f=ten", "Range: bytes=8-100\r\n"), "Content-Range: bytes 8-9/10\r\n");
	has(get("/get?f=ten", "Range: bytes=0-\r\n"), "Content-Range: bytes 0-9/10\r\n");
}

static void parts_that_are_not_there(void **state)
{
	(void)state;
	static const char *const outside[] = {
		"bytes=10-", "bytes=-0", "bytes=99999999999999999999-"};
	static const char *const ignored[] = {"bytes=5-2", "bytes=a-b", "bytes=0-1,2-3",
		"bytes=", "lines=1-2", "bytes=--1", "bytes 0-1"};
	char field[128];
	for (size_t i = 0; i < sizeof(outside) / sizeof(outside[0]); i++) {
		(void)snprintf(field, sizeof(field), "Range: %s\r\n", outside[i]);
		const char *answer = get("/get?f=ten", field);
		has(answer, "HTTP/1.1 416 ");
		has(answer, "Content-Range: bytes */10\r\n");
		has(answer, "Content-Security-Policy");
	}
	has(get("/get?f=empty", "Range: bytes=0-0\r\n"), "Content-Range: bytes */0\r\n");
	for (size_t i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++) {
		(void)snprintf(field, sizeof(field), "Range: %s\r\n", ignored[i]);
		has(get("/get?f=ten", field), "\r\n\r\n0123456789");
	}
}

static void tag_of_ten(char *to, size_t capacity)
{
	const char *at = strstr(get("/get?f=ten", ""), "ETag: ");
	struct str rest;
	assert_non_null(at);
	(void)snprintf(to, capacity, "%.*s", STR_ARG(str_cut(str_from(at + 6), '\r', &rest)));
}

static void conditions_are_kept(void **state)
{
	(void)state;
	char tag[64];
	char fields[512];
	static const char same[] = "Sun, 06 Nov 1994 08:49:37 GMT";
	static const char before[] = "Sun, 06 Nov 1994 08:49:36 GMT";
	tag_of_ten(tag, sizeof(tag));
	const struct {
		const char *start, *value;
		const char *status;
	} cases[] = {
		{"If-None-Match: ", tag, "304"},
		{"If-None-Match: W/", tag, "304"},
		{"If-None-Match: ", "\"x\"", "200"},
		{"If-Modified-Since: ", same, "304"},
		{"If-Modified-Since: ", before, "200"},
		{"If-Modified-Since: ", "yesterday", "200"},
		{"If-None-Match: \"x\"\r\nIf-Modified-Since: ", same, "200"},
		{"If-Match: ", tag, "200"},
		{"If-Match: W/", tag, "412"},
		{"If-Match: ", "\"x\"", "412"},
		{"If-Unmodified-Since: ", same, "200"},
		{"If-Unmodified-Since: ", before, "412"},
		{"Range: bytes=0-1\r\nIf-Range: ", tag, "206"},
		{"Range: bytes=0-1\r\nIf-Range: ", same, "206"},
		{"Range: bytes=0-1\r\nIf-Range: ", before, "200"},
		{"Range: bytes=0-1\r\nIf-Range: ", "\"x\"", "200"},
		{"Range: bytes=0-1\r\nIf-Range: W/", tag, "200"},
		{"Range: bytes=99-\r\nIf-None-Match: ", tag, "304"},
	};
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		(void)snprintf(fields, sizeof(fields), "%s%s\r\n", cases[i].start, cases[i].value);
		const char *answer = get("/get?f=ten", fields);
		if (strncmp(answer + 9, cases[i].status, 3) != 0)
			fail_msg("%s: %.3s, not %s", fields, answer + 9, cases[i].status);
	}
}

static void head_tells_the_size(void **state)
{
	(void)state;
	static const char request[] =
		"HEAD /get?f=large HTTP/1.1\r\nHost: x\r\nRange: bytes=0-1\r\n"
		"Connection: close\r\n\r\n";
	const char *answer = ask_bytes(port, request, sizeof(request) - 1);
	has(answer, "HTTP/1.1 200 ");
	has(answer, "Content-Length: 16777216\r\n");
	assert_true(str_ends(str_from(answer), STR("\r\n\r\n")));
}

/* --- slow and fast takers --- */

/* A connection whose kernel takes little ahead of its reader, asking for the large file. */
static int ask_for_large(void)
{
	static const char request[] =
		"GET /get?f=large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	const int small = 65536;
	const struct timeval patience = {60, 0};
	const struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(fd >= 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &small, sizeof(small)), 0);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)), 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&to, sizeof(to)), 0);
	assert_int_equal(send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL), sizeof(request) - 1);
	return fd;
}

static size_t read_some(int fd, size_t wanted, uint8_t *chunk, size_t capacity)
{
	size_t got = 0;
	while (got < wanted) {
		ssize_t n = recv(fd, chunk, capacity < wanted - got ? capacity : wanted - got, 0);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	return got;
}

/* Three times as long as an answer may take, then the rest: nothing is missing. */
static void who_takes_bytes_gets_them_all(void **state)
{
	(void)state;
	static uint8_t chunk[65536];
	int fd = ask_for_large();
	size_t got = 0;
	for (int i = 0; i < 3 * ANSWER * 10; i++) {
		got += read_some(fd, 100000, chunk, sizeof(chunk));
		usleep(100000);
	}
	got += read_some(fd, SIZE_MAX, chunk, sizeof(chunk));
	close(fd);
	assert_in_range(got, LARGE + 300, LARGE + 2000);
}

static void wait_for_connections(size_t count)
{
	for (int i = 0; i < 6000 && http_connections(server) != count; i++)
		usleep(10000);
	assert_int_equal(http_connections(server), count);
}

static void who_takes_nothing_is_cut_off(void **state)
{
	(void)state;
	static uint8_t chunk[65536];
	wait_for_connections(0);
	int fd = ask_for_large();
	wait_for_connections(1);
	wait_for_connections(0);
	size_t got = read_some(fd, SIZE_MAX, chunk, sizeof(chunk));
	close(fd);
	assert_true(got < LARGE);
}

static void connections_go_on_after_a_download(void **state)
{
	(void)state;
	static const char request[] = "GET /get?f=ten HTTP/1.1\r\nHost: x\r\n\r\n";
	char reply[4096];
	int fd = ask_connect(port);
	for (int i = 0; i < 20; i++) {
		size_t got = 0;
		assert_int_equal(
			send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL), sizeof(request) - 1);
		do {
			ssize_t n = recv(fd, reply + got, sizeof(reply) - 1 - got, 0);
			assert_true(n > 0);
			got += (size_t)n;
			reply[got] = '\0';
		} while (!strstr(reply, "0123456789"));
	}
	/* Idle, it is ended like any other. */
	assert_int_equal(recv(fd, reply, 1, 0), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_comes_whole),
		cmocka_unit_test(nothing_else_comes),
		cmocka_unit_test(parts_are_sent),
		cmocka_unit_test(parts_that_are_not_there),
		cmocka_unit_test(conditions_are_kept),
		cmocka_unit_test(head_tells_the_size),
		cmocka_unit_test(who_takes_bytes_gets_them_all),
		cmocka_unit_test(who_takes_nothing_is_cut_off),
		cmocka_unit_test(connections_go_on_after_a_download),
	};
	return cmocka_run_group_tests(tests, start, stop);
}
