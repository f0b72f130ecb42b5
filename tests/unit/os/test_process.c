/* SPDX-License-Identifier: Apache-2.0 */
/* This program is its own child: with arguments it plays a role, without it is the test. */
#include "scratch.h"

#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "os/file.h"
#include "os/process.h"
#include "os/sandbox.h"

enum {
	STEP = 60000 /* milliseconds to wait for a child at most */
};

/* Sends back what it got, with the number of bytes the descriptor gives. */
static int role_echo(void)
{
	uint8_t buffer[64];
	size_t size;
	int fd;
	if (sandbox_enter_parse() != E_OK)
		return 20;
	while (socket_receive(CHILD_SOCKET, -1, buffer, sizeof(buffer) - 1, &size, &fd) == E_OK) {
		uint8_t ignored[32];
		size_t got = 0;
		if (fd >= 0 && file_read(fd, ignored, sizeof(ignored), &got) != E_OK)
			return 21;
		file_close(&fd);
		buffer[size] = (uint8_t)('0' + got);
		if (socket_send(CHILD_SOCKET, (struct bytes){buffer, size + 1}, -1) != E_OK)
			return 22;
	}
	return 0;
}

/* What a child has: open descriptors and environment, as two numbers. */
static int role_census(void)
{
	uint8_t counts[2] = {0, 0};
	for (int fd = 0; fd < 1000; fd++)
		counts[0] = (uint8_t)(counts[0] + (fcntl(fd, F_GETFD) >= 0));
	for (char **variable = environ; *variable; variable++)
		if (!strstr(*variable, "SAN_OPTIONS="))
			counts[1]++;
	return socket_send(CHILD_SOCKET, (struct bytes){counts, 2}, -1) == E_OK ? 0 : 20;
}

/* Starts a child that waits, tells its number, and ends. */
static int role_parent(void)
{
	const char *const arguments[] = {"wait", NULL};
	struct child c;
	if (child_start(arguments, SOCK_SEQPACKET, &c) != E_OK)
		return 20;
	return socket_send(CHILD_SOCKET, (struct bytes){(uint8_t *)&c.pid, sizeof(c.pid)}, -1) ==
			       E_OK
		       ? 0
		       : 21;
}

_Noreturn static int role_wait(void)
{
	for (;;)
		pause();
}

static int role_open(void)
{
	if (sandbox_enter_parse() != E_OK)
		return 20;
	return open("/etc/passwd", O_RDONLY | O_CLOEXEC) < 0 ? 1 : 0;
}

static struct child start(const char *role)
{
	const char *const arguments[] = {role, NULL};
	struct child c;
	assert_int_equal(child_start(arguments, SOCK_SEQPACKET, &c), E_OK);
	assert_true(c.pid > 0 && c.pidfd >= 0 && c.socket >= 0);
	return c;
}

static void test_echo(void **state)
{
	const struct scratch *s = *state;
	struct child c = start("echo");
	uint8_t buffer[64];
	size_t size;
	int fd;
	int status;
	assert_int_equal(file_put(s->fd, "a", str_bytes(STR("seven b")), false), E_OK);
	assert_int_equal(file_open_read(s->fd, "a", &fd), E_OK);
	assert_int_equal(socket_send(c.socket, str_bytes(STR("file")), fd), E_OK);
	file_close(&fd);
	assert_int_equal(socket_receive(c.socket, STEP, buffer, sizeof(buffer), &size, &fd), E_OK);
	assert_int_equal(size, 5);
	assert_memory_equal(buffer, "file7", 5);
	file_close(&c.socket);
	assert_int_equal(child_wait(&c, &status), E_OK);
	assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	child_kill(&c);
}

static void test_child_has_only_its_own(void **state)
{
	(void)state;
	uint8_t counts[2];
	size_t size;
	int fd;
	int status;
	int leak = open("/dev/null", O_RDONLY); /* not close-on-exec */
	setenv("SECRET", "1", 1);
	struct child c = start("census");
	assert_int_equal(socket_receive(c.socket, STEP, counts, sizeof(counts), &size, &fd), E_OK);
	assert_int_equal(counts[0], 4);
	assert_int_equal(counts[1], 0);
	assert_int_equal(child_wait(&c, &status), E_OK);
	close(leak);
}

static void test_crash_is_told(void **state)
{
	(void)state;
	int status;
	uint8_t byte;
	size_t size;
	int fd;
	struct child c = start("open");
	assert_int_equal(socket_receive(c.socket, STEP, &byte, 1, &size, &fd), E_TRUNCATED);
	assert_int_equal(child_wait(&c, &status), E_OK);
	assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS);
}

static void test_kill(void **state)
{
	(void)state;
	int status;
	struct child c = start("wait");
	pid_t pid = c.pid;
	child_kill(&c);
	child_kill(&c);
	assert_int_equal(kill(pid, 0), -1);
	assert_int_equal(child_wait(&c, &status), E_USAGE);
}

static void test_grandchild_dies_with_its_parent(void **state)
{
	(void)state;
	pid_t grandchild;
	size_t size;
	int fd;
	int status;
	struct child c = start("parent");
	assert_int_equal(socket_receive(c.socket, STEP, (uint8_t *)&grandchild, sizeof(grandchild),
				 &size, &fd),
		E_OK);
	assert_int_equal(child_wait(&c, &status), E_OK);
	assert_int_equal(WEXITSTATUS(status), 0);
	/* Whoever inherits it may not reap it: a zombie is dead too. */
	char path[64];
	char state_line[256] = "";
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)grandchild);
	for (int tries = 0; tries < 6000; tries++) {
		FILE *stat = fopen(path, "r");
		if (!stat)
			return;
		char *line = fgets(state_line, sizeof(state_line), stat);
		fclose(stat);
		if (line && strstr(line, ") Z "))
			return;
		usleep(10000);
	}
	fail_msg("process %d lives on", (int)grandchild);
}

static void test_too_many_arguments(void **state)
{
	(void)state;
	const char *arguments[CHILD_ARGUMENTS + 2] = {NULL};
	struct child c;
	for (int i = 0; i <= CHILD_ARGUMENTS; i++)
		arguments[i] = "x";
	assert_int_equal(child_start(arguments, SOCK_STREAM, &c), E_LIMIT);
}

static const struct {
	const char *name;
	int (*play)(void);
} roles[] = {
	{"echo", role_echo},
	{"census", role_census},
	{"parent", role_parent},
	{"wait", role_wait},
	{"open", role_open},
};

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_echo, scratch_make, scratch_remove),
		cmocka_unit_test(test_child_has_only_its_own),
		cmocka_unit_test(test_crash_is_told),
		cmocka_unit_test(test_kill),
		cmocka_unit_test(test_grandchild_dies_with_its_parent),
		cmocka_unit_test(test_too_many_arguments),
	};
	for (size_t i = 0; argc == 2 && i < sizeof(roles) / sizeof(roles[0]); i++)
		if (strcmp(argv[1], roles[i].name) == 0)
			sandbox_exit(roles[i].play());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
