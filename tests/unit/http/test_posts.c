/* SPDX-License-Identifier: Apache-2.0 */
/* A running server that takes forms, with handlers that take their time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#include "ask.h"
#include "serve.h"

static _Atomic bool gate; /* slow handlers wait for it */
static _Atomic int inside;

static void say_form(const struct http_request *q, struct http_answer *a)
{
	writer_text(a->body, q->form ? "form" : "page");
	for (size_t i = 0; q->form && i < q->form->field_count; i++) {
		writer_char(a->body, '|');
		writer_str(a->body, q->form->fields[i].name);
		writer_char(a->body, '=');
		writer_str(a->body, q->form->fields[i].value);
	}
	for (size_t i = 0; q->form && i < q->form->file_count; i++) {
		writer_text(a->body, "|file ");
		writer_decimal(a->body, q->form->files[i].size);
	}
	writer_text(a->body, http_is_same_origin(q) ? "|ours" : "|foreign");
	writer_text(a->body, "|cookie ");
	writer_str(a->body, http_cookie(q, "desk"));
	a->cookies[a->cookie_count++] =
		(struct http_cookie){.name = STR("desk"), .value = STR("abc"), .seconds = 60};
	a->cookies[a->cookie_count++] = (struct http_cookie){.name = STR("old"), .forget = true};
}

static void say_slowly(const struct http_request *q, struct http_answer *a)
{
	const struct timespec pause = {0, 1000000};
	atomic_fetch_add(&inside, 1);
	while (!atomic_load(&gate))
		(void)nanosleep(&pause, NULL);
	say_form(q, a);
}

static void say_error(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	writer_text(a->body, "error ");
	writer_decimal(a->body, a->status);
}

static struct http_intake intake(const struct http_request *q, bool post)
{
	(void)post;
	if (str_equal(q->path, STR("/get")))
		return (struct http_intake){0};
	return (struct http_intake){.post = true,
		.only_post = str_equal(q->path, STR("/only")),
		.body = 20000,
		.slow = str_starts(q->path, STR("/slow"))};
}

static const struct http_route routes[] = {
	{.path = STR_INIT("/form"), .handle = say_form},
	{.path = STR_INIT("/only"), .handle = say_form},
	{.path = STR_INIT("/get"), .handle = say_form},
	{.path = STR_INIT("/slow"), .handle = say_slowly},
};

static struct http_server *server;
static uint16_t port;

static int set_up(void **state)
{
	const struct http_site site = {
		.routes = routes, .route_count = 4, .error = say_error, .intake = intake};
	struct http_settings settings = serve_settings();
	(void)state;
	settings.slow_threads = 2;
	settings.uploads = open("/tmp", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	atomic_store(&gate, true);
	server = serve_start(&settings, &site, &port);
	return server ? 0 : -1;
}

static int tear_down(void **state)
{
	(void)state;
	atomic_store(&gate, true);
	http_stop(server);
	return 0;
}

static const char *post(const char *path, const char *headers, const char *body)
{
	static char request[65536];
	int size = snprintf(request, sizeof(request),
		"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%sContent-Length: "
		"%zu\r\n\r\n%s",
		path, headers, strlen(body), body);
	return ask_bytes(port, request, (size_t)size);
}

#define PLAIN "Content-Type: application/x-www-form-urlencoded\r\n"

static void forms_are_read(void **state)
{
	(void)state;
	has(post("/form", PLAIN, "a=1&b=%C3%AA"), "form|a=1|b=\xc3\xaa|ours|cookie ");
	has(post("/form", PLAIN, ""), "form|ours");
	has(ask_get(port, "/form", ""), "page|ours");
	has(post("/form", "Content-Type: multipart/form-data; boundary=B\r\n",
		    "--B\r\nContent-Disposition: form-data; name=\"f\"; "
		    "filename=\"x\"\r\n\r\n12345\r\n"
		    "--B--\r\n"),
		"form|file 5|");
}

static void cookies_are_set_and_read(void **state)
{
	(void)state;
	has(ask_get(port, "/form", "Cookie: a=b; desk=xyz; c=d\r\n"), "|cookie xyz");
	has(ask_get(port, "/form", ""),
		"Set-Cookie: desk=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=60\r\n");
	has(ask_get(port, "/form", ""),
		"Set-Cookie: old=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
	has(ask_get(port, "/form", "Cookie: desktop=1; xdesk=2; __Host-desk=3\r\n"), "|cookie \0");
}

static void strangers_are_known(void **state)
{
	(void)state;
	has(post("/form", PLAIN "Sec-Fetch-Site: same-origin\r\n", "a"), "|ours");
	has(post("/form", PLAIN "Sec-Fetch-Site: cross-site\r\n", "a"), "|foreign");
	has(post("/form", PLAIN "Sec-Fetch-Site: none\r\n", "a"), "|foreign");
	has(post("/form", PLAIN "Origin: https://evil.example\r\n", "a"), "|foreign");
	has(post("/form", PLAIN "Origin: null\r\n", "a"), "|foreign");
	has(post("/form", PLAIN "Origin: http://x\r\n", "a"), "|ours");
}

static void what_is_not_taken_is_refused(void **state)
{
	static char large[20002];
	(void)state;
	memset(large, 'x', 20001);
	has(post("/get", PLAIN, "a=1"), "HTTP/1.1 405 ");
	has(post("/nothing", PLAIN, "a=1"), "HTTP/1.1 405 ");
	has(ask_get(port, "/only", ""), "Allow: POST\r\n");
	has(post("/form", PLAIN, large), "HTTP/1.1 413 ");
	has(post("/form", "Content-Type: text/plain\r\n", "a"), "HTTP/1.1 415 ");
	has(post("/form", "", "a"), "HTTP/1.1 415 ");
	has(post("/form", "Content-Type: multipart/form-data\r\n", "a"), "HTTP/1.1 400 ");
	has(post("/form", PLAIN, "a=%00"), "HTTP/1.1 400 ");
	static const char chunked[] = "POST /form HTTP/1.1\r\nHost: x\r\n" PLAIN
				      "Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
	has(ask_bytes(port, chunked, sizeof(chunked) - 1), "HTTP/1.1 411 ");
	static const char put[] =
		"PUT /form HTTP/1.1\r\nHost: x\r\n" PLAIN "Content-Length: 1\r\n\r\na";
	has(ask_bytes(port, put, sizeof(put) - 1), "HTTP/1.1 405 ");
	static const char get[] = "GET /form HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\na";
	has(ask_bytes(port, get, sizeof(get) - 1), "HTTP/1.1 413 ");
}

static void *ask_slowly(void *context)
{
	static const char get[] = "GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
	char *answer = context;
	int s = ask_connect(port);
	(void)!write(s, get, sizeof(get) - 1);
	ssize_t size = read(s, answer, 511);
	answer[size > 0 ? size : 0] = '\0';
	close(s);
	return NULL;
}

static void wait_inside(int count)
{
	const struct timespec pause = {0, 1000000};
	for (int i = 0; i < 60000 && atomic_load(&inside) < count; i++)
		(void)nanosleep(&pause, NULL);
	assert_int_equal(atomic_load(&inside), count);
}

static void slow_ones_hold_up_nobody(void **state)
{
	enum {
		ASKED = 6
	};
	static char answers[ASKED][512];
	pthread_t threads[ASKED];
	(void)state;
	atomic_store(&gate, false);
	atomic_store(&inside, 0);
	for (int i = 0; i < ASKED; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_slowly, answers[i]), 0);
	/* Both threads of the pool are busy; others are answered. */
	wait_inside(2);
	for (int i = 0; i < 10; i++)
		has(post("/form", PLAIN, "a=1"), "form|a=1");
	atomic_store(&gate, true);
	for (int i = 0; i < ASKED; i++) {
		pthread_join(threads[i], NULL);
		has(answers[i], "HTTP/1.1 200 ");
	}
	has(post("/slow", PLAIN, "a=1"), "form|a=1");
}

static void *open_gate(void *context)
{
	const struct timespec pause = {0, 100000000};
	(void)context;
	(void)nanosleep(&pause, NULL);
	atomic_store(&gate, true);
	return NULL;
}

/* What waits when the server ends is told to come again. */
static void an_end_leaves_nobody_waiting(void **state)
{
	static char answers[4][512];
	pthread_t threads[4];
	pthread_t opener;
	int fine = 0;
	atomic_store(&gate, false);
	atomic_store(&inside, 0);
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, ask_slowly, answers[i]), 0);
	wait_inside(2);
	assert_int_equal(pthread_create(&opener, NULL, open_gate, NULL), 0);
	http_stop(server);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		fine += strstr(answers[i], "HTTP/1.1 200 ") != NULL;
	}
	pthread_join(opener, NULL);
	assert_true(fine >= 2);
	assert_int_equal(set_up(state), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(forms_are_read),
		cmocka_unit_test(cookies_are_set_and_read),
		cmocka_unit_test(strangers_are_known),
		cmocka_unit_test(what_is_not_taken_is_refused),
		cmocka_unit_test(slow_ones_hold_up_nobody),
		cmocka_unit_test(an_end_leaves_nobody_waiting),
	};
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
