/* SPDX-License-Identifier: Apache-2.0 */
/* The loop that reads PROXY headers, over real sockets. What it hands on is told who they are. */
#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "ask.h"
#include "base/limits.h"
#include "http/accept.h"
#include "os/process.h"

#define LINE "PROXY TCP4 14.160.1.2 127.0.0.1 50000 80\r\n"
#define SIGNATURE "\r\n\r\n\0\r\nQUIT\n"

enum {
	MORE = 100,
	LONG = 30 /* seconds: nobody is late, however busy the machine is */
};

static struct accept_loop *loop;
static int listening = -1;
static uint16_t port;
static struct prefix trusted;

static void say_who(void *context, int socket, struct ip client, uint16_t from)
{
	struct writer w;
	(void)context;
	writer_init(&w, 100);
	writer_ip(&w, client);
	writer_char(&w, ' ');
	writer_decimal(&w, from);
	(void)!send(socket, w.data, w.size, MSG_NOSIGNAL);
	writer_release(&w);
	(void)close(socket);
}

static void start_for(const char *proxy, unsigned seconds)
{
	const struct accept_settings settings = {.socket = listening,
		.proxies = {&trusted, 1},
		.seconds = seconds,
		.hand_over = say_who};
	assert_true(prefix_parse(str_from(proxy), &trusted));
	assert_int_equal(accept_start(&settings, &loop), E_OK);
}

static int start(void **state)
{
	(void)state;
	assert_int_equal(socket_listen(ip_from_v4(INADDR_LOOPBACK), 0, &listening), E_OK);
	assert_int_equal(socket_port(listening, &port), E_OK);
	start_for("127.0.0.1", LONG);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	accept_free(loop);
	loop = NULL;
	(void)close(listening);
	return 0;
}

static int connected(void)
{
	int fd = ask_connect(port);
	assert_true(fd >= 0);
	return fd;
}

/* Everything until the other side closes. */
static const char *rest_of(int fd)
{
	static char text[200];
	size_t size = 0;
	ssize_t got;
	while ((got = recv(fd, text + size, sizeof(text) - 1 - size, 0)) > 0)
		size += (size_t)got;
	assert_false(got < 0 && errno == EAGAIN);
	text[size] = '\0';
	(void)close(fd);
	return text;
}

static void is_told(const char *header, size_t size, const char *expected)
{
	assert_string_equal(ask_bytes(port, header, size), expected);
}

static void headers_name_the_client(void **state)
{
	(void)state;
	static const char binary[] =
		SIGNATURE "\x21\x11\0\x0C\x0E\xA0\x01\x03\x7F\0\0\x01\0\x07\0P";
	static const char v6[] = "PROXY TCP6 2001:db8::5 ::1 9 80\r\n";
	is_told(LINE, sizeof(LINE) - 1, "14.160.1.2 50000");
	is_told(binary, sizeof(binary) - 1, "14.160.1.3 7");
	is_told(v6, sizeof(v6) - 1, "2001:db8::5 9");
}

/* Checks of its own come from the proxy; visitors it cannot name are nobody, not the proxy. */
static void without_a_name_it_is_the_peer_or_nobody(void **state)
{
	(void)state;
	static const char local[] = SIGNATURE "\x20\0\0\0";
	static const char unknown[] = "PROXY UNKNOWN\r\n";
	static const char unspecified[] = SIGNATURE "\x21\0\0\0";
	assert_non_null(strstr(ask_bytes(port, local, sizeof(local) - 1), "127.0.0.1 "));
	is_told(unknown, sizeof(unknown) - 1, ":: 0");
	is_told(unspecified, sizeof(unspecified) - 1, ":: 0");
}

static void a_header_may_come_in_pieces(void **state)
{
	(void)state;
	const struct timespec moment = {0, 2000000};
	int fd = connected();
	for (size_t i = 0; i < sizeof(LINE) - 1; i++) {
		assert_int_equal(send(fd, &LINE[i], 1, MSG_NOSIGNAL), 1);
		nanosleep(&moment, NULL);
	}
	assert_string_equal(rest_of(fd), "14.160.1.2 50000");
}

static void wrong_ones_are_closed_without_a_word(void **state)
{
	(void)state;
	static const char *const wrong[] = {"GET / HTTP/1.1\r\nHost: x\r\n\r\n", "PROXY\r\n",
		"PROXY TCP4 14.160.1.2\r\n", "\x16\x03\x01", "\r\n\r\n\r\n"};
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		is_told(wrong[i], strlen(wrong[i]), "");
}

static void late_and_cut_ones_too(void **state)
{
	(void)state;
	accept_free(loop);
	start_for("127.0.0.1", 1);
	int late = connected();
	int silent = connected();
	int cut = connected();
	assert_true(send(late, "PROXY TCP4", 10, MSG_NOSIGNAL) == 10);
	assert_true(send(cut, "PROXY TCP4", 10, MSG_NOSIGNAL) == 10);
	assert_int_equal(shutdown(cut, SHUT_WR), 0);
	assert_string_equal(rest_of(cut), "");
	assert_string_equal(rest_of(late), "");
	assert_string_equal(rest_of(silent), "");
}

static void strangers_are_not_heard(void **state)
{
	(void)state;
	accept_free(loop);
	start_for("10.0.0.0/8", LONG);
	is_told(LINE, sizeof(LINE) - 1, "");
}

/* More half headers than there are places: who waited longest goes, who comes is served. */
static void half_headers_hold_up_nobody(void **state)
{
	static int half[(1 << 11)];
	struct rlimit files;
	size_t count = LIMIT_PROXY_WAITING + MORE;
	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &files), 0);
	files.rlim_cur = files.rlim_max;
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &files), 0);
	for (size_t i = 0; i < count; i++) {
		half[i] = connected();
		assert_int_equal(send(half[i], "PROXY", 5, MSG_NOSIGNAL), 5);
	}
	is_told(LINE, sizeof(LINE) - 1, "14.160.1.2 50000");
	assert_string_equal(rest_of(half[0]), "");
	for (size_t i = 1; i < count; i++)
		(void)close(half[i]);
	is_told(LINE, sizeof(LINE) - 1, "14.160.1.2 50000");
}

enum {
	ROUNDS = 10,
	ENDING = 8
};

/* With every place taken, a new one gets the place of one whose end is being told of just then. */
static void a_new_one_does_not_inherit_an_end(void **state)
{
	static int old[(1 << 11)];
	int fresh[ENDING];
	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < LIMIT_PROXY_WAITING; i++)
			old[i] = connected();
		is_told(LINE, sizeof(LINE) - 1, "14.160.1.2 50000");
		for (size_t i = 0; i < ENDING; i++) {
			(void)close(old[i]);
			fresh[i] = connected();
		}
		for (size_t i = 0; i < ENDING; i++) {
			(void)!send(fresh[i], LINE, sizeof(LINE) - 1, MSG_NOSIGNAL);
			assert_string_equal(rest_of(fresh[i]), "14.160.1.2 50000");
		}
		for (size_t i = ENDING; i < LIMIT_PROXY_WAITING; i++)
			(void)close(old[i]);
	}
}

static void *finish(void *context)
{
	const struct timespec moment = {0, 100000000};
	const int *fd = context;
	nanosleep(&moment, NULL);
	(void)!send(*fd, &LINE[5], sizeof(LINE) - 6, MSG_NOSIGNAL);
	return NULL;
}

/* At the end a header that has begun may go on. */
static void begun_ones_are_waited_for(void **state)
{
	(void)state;
	pthread_t thread;
	int fd = connected();
	assert_int_equal(send(fd, LINE, 5, MSG_NOSIGNAL), 5);
	is_told(LINE, sizeof(LINE) - 1, "14.160.1.2 50000"); /* so the first is known by now */
	assert_int_equal(pthread_create(&thread, NULL, finish, &fd), 0);
	accept_stop(loop);
	pthread_join(thread, NULL);
	assert_string_equal(rest_of(fd), "14.160.1.2 50000");
}

int main(void)
{
#define WITH_LOOP(test) cmocka_unit_test_setup_teardown(test, start, stop)
	const struct CMUnitTest tests[] = {
		WITH_LOOP(headers_name_the_client),
		WITH_LOOP(without_a_name_it_is_the_peer_or_nobody),
		WITH_LOOP(a_header_may_come_in_pieces),
		WITH_LOOP(wrong_ones_are_closed_without_a_word),
		WITH_LOOP(late_and_cut_ones_too),
		WITH_LOOP(strangers_are_not_heard),
		WITH_LOOP(half_headers_hold_up_nobody),
		WITH_LOOP(a_new_one_does_not_inherit_an_end),
		WITH_LOOP(begun_ones_are_waited_for),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
