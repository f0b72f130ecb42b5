/* SPDX-License-Identifier: Apache-2.0 */
/* The portal's sandbox leaves the server all it needs: opening below the folder, sending from the
 * disk, compressing, asking how much was taken. A call it forbids ends the process. */
#include <errno.h>
#include <fcntl.h>
#include <seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ask.h"
#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"
#include "serve.h"

static char folder_path[] = "/tmp/quetsach-sandboxed-XXXXXX";

static void give(const struct http_request *q, struct http_answer *a)
{
	(void)http_argument(q, "f", &a->file);
	a->save_as = STR("file.bin");
}

static void page(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	for (int i = 0; i < 1000; i++)
		writer_text(a->body, "Quét Sạch ");
}

static void say_error(const struct http_request *q, struct http_answer *a)
{
	(void)q;
	writer_text(a->body, "error");
}

static const struct http_route routes[] = {
	{.path = STR_INIT("/get"), .handle = give},
	{.path = STR_INIT("/page"), .handle = page, .shared = true},
};

/* As on a kernel that has none. */
static bool hide_landlock(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	bool fine = filter &&
		    seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
			    SCMP_SYS(landlock_create_ruleset), 0) == 0 &&
		    seccomp_load(filter) == 0;
	seccomp_release(filter);
	return fine;
}

/* Never returns; ends when the pipe does. */
static void serve_sandboxed(int socket, int folder, int pipe_end, bool landlock)
{
	const struct http_site site = {.routes = routes, .route_count = 2, .error = say_error};
	struct http_settings settings = serve_settings();
	struct http_server *server;
	char byte;
	settings.socket = socket;
	settings.folder = folder;
	settings.answer_seconds = 3;
	if (!landlock && !hide_landlock())
		sandbox_exit(3);
	if (sandbox_enter_portal(folder_path) != E_OK ||
		http_start(&settings, &site, &server) != E_OK)
		sandbox_exit(2);
	(void)!read(pipe_end, &byte, 1);
	http_stop(server);
	sandbox_exit(0);
}

static void put_file(int folder)
{
	static uint8_t data[300000];
	memset(data, 'x', sizeof(data));
	assert_int_equal(file_put(folder, "f", (struct bytes){data, sizeof(data)}, true), E_OK);
	assert_int_equal(mkdirat(folder, "sub", 0755), 0);
	assert_int_equal(symlinkat("sub", folder, "link"), 0);
	assert_int_equal(file_put(folder, "sub/f", (struct bytes){data, 5}, true), E_OK);
}

static void serve_and_ask(bool landlock)
{
	int folder;
	int socket;
	int ends[2];
	int status;
	uint16_t port;
	assert_int_equal(folder_open(AT_FDCWD, folder_path, &folder), E_OK);
	put_file(folder);
	assert_int_equal(socket_listen(ip_from_v4(0x7F000001), 0, &socket), E_OK);
	assert_int_equal(socket_port(socket, &port), E_OK);
	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	pid_t child = fork();
	if (child == 0) {
		close(ends[1]);
		serve_sandboxed(socket, folder, ends[0], landlock);
	}
	close(socket);
	has(ask_get(port, "/page", ""), "Quét Sạch");
	has(ask_get(port, "/page", "Accept-Encoding: gzip\r\n"), "Content-Encoding: gzip");
	const char *whole = ask_get(port, "/get?f=f", "");
	has(whole, "HTTP/1.1 200 ");
	has(whole, "Content-Length: 300000");
	assert_true(str_ends(str_from(whole), STR("xxxxx")));
	has(ask_get(port, "/get?f=f", "Range: bytes=-5\r\n"), "\r\n\r\nxxxxx");
	has(ask_get(port, "/get?f=sub/f", ""), "\r\n\r\nxxxxx");
	has(ask_get(port, "/get?f=../../etc/passwd", ""), "HTTP/1.1 404 ");
	has(ask_get(port, "/get?f=sub/../f", ""), landlock ? "HTTP/1.1 200 " : "HTTP/1.1 404 ");
	has(ask_get(port, "/get?f=link/f", ""), "HTTP/1.1 404 ");
	has(ask_get(port, "/get?f=sub", ""), "HTTP/1.1 404 ");
	has(ask_get(port, "/get?f=/etc/passwd", ""), "HTTP/1.1 404 ");
	has(ask_get(port, "/get?f=nowhere", ""), "HTTP/1.1 404 ");
	/* Past the deadline of an answer, the sweep has looked at a download. */
	int slow = ask_connect(port);
	static const char request[] = "GET /get?f=f HTTP/1.1\r\nHost: x\r\n\r\n";
	assert_int_equal(write(slow, request, sizeof(request) - 1), sizeof(request) - 1);
	sleep(4);
	close(slow);
	has(ask_get(port, "/page", ""), "HTTP/1.1 200 ");
	close(ends[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	close(ends[0]);
	(void)!unlinkat(folder, "sub/f", 0);
	(void)!unlinkat(folder, "sub", AT_REMOVEDIR);
	(void)!unlinkat(folder, "link", 0);
	(void)!unlinkat(folder, "f", 0);
	close(folder);
}

static void the_sandbox_leaves_what_is_needed(void **state)
{
	(void)state;
	serve_and_ask(true);
}

static void so_it_does_without_landlock(void **state)
{
	(void)state;
	serve_and_ask(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sandbox_leaves_what_is_needed),
		cmocka_unit_test(so_it_does_without_landlock),
	};
	if (!mkdtemp(folder_path))
		return 1;
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	(void)!rmdir(folder_path);
	return failed;
}
