/* SPDX-License-Identifier: Apache-2.0 */
#include "os/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "os/file.h"
#include "os/system.h"

enum {
	NO_EXEC = 127,
	ANSWER_ROOM = 2 << 20 /* bytes */
};

/* execve() takes its strings as not const though it writes none. */
union words {
	const char *const *read_only;
	char *const *words;
};

struct image {
	const char *arguments[CHILD_ARGUMENTS + 2];
	const char *environment[4];
};

static enum err image_fill(struct image *image, const char *const *arguments)
{
	static const char *const kept[] = {"ASAN_OPTIONS=", "UBSAN_OPTIONS=", "LSAN_OPTIONS="};
	size_t count = 0;
	*image = (struct image){.arguments = {program_invocation_short_name}};
	for (size_t i = 0; arguments[i]; i++) {
		if (i == CHILD_ARGUMENTS)
			return E_LIMIT;
		image->arguments[i + 1] = arguments[i];
	}
	for (char **variable = environ; variable && *variable; variable++)
		for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
			if (count < 3 && strncmp(*variable, kept[i], strlen(kept[i])) == 0)
				image->environment[count++] = *variable;
	return E_OK;
}

/* The child's: -1 where it has none of that. */
struct ends {
	int output, complaints; /* -1: our standard error */
	int socket;
};

/* Each out of the way of 0 … 3 first, then into place: dup2() clears close-on-exec. */
static bool child_place(int from, int otherwise, int *ret_safe)
{
	*ret_safe = fcntl(from >= 0 ? from : otherwise, F_DUPFD_CLOEXEC, CHILD_SOCKET + 1);
	return *ret_safe >= 0;
}

/* Descriptors 0 to 3 as promised, nothing else. Only what is safe after fork(). */
static bool child_arrange(const struct ends *e)
{
	int nothing, output, complaints, socket;
	nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (nothing < 0 || !child_place(e->output, STDERR_FILENO, &output) ||
		!child_place(e->complaints, STDERR_FILENO, &complaints) ||
		!child_place(e->socket, nothing, &socket))
		return false;
	unsigned first = e->socket >= 0 ? CHILD_SOCKET + 1 : CHILD_SOCKET;
	return dup2(nothing, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
	       dup2(complaints, STDERR_FILENO) >= 0 && dup2(socket, CHILD_SOCKET) >= 0 &&
	       close_range(first, ~0U, 0) == 0;
}

_Noreturn static void child_become(const struct image *image, const struct ends *ends, pid_t parent)
{
	sigset_t none;
	sigemptyset(&none);
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent || !child_arrange(ends))
		_exit(NO_EXEC);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execve("/proc/self/exe", (union words){.read_only = image->arguments}.words,
		(union words){.read_only = image->environment}.words);
	_exit(NO_EXEC);
}

static pid_t child_fork(const struct image *image, const struct ends *ends)
{
	/* No handler of ours may run in the child before exec. */
	sigset_t all;
	sigset_t before;
	pid_t parent = getpid();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	pid_t pid = fork();
	if (pid == 0)
		child_become(image, ends, parent);
	int saved = errno;
	sigprocmask(SIG_SETMASK, &before, NULL);
	errno = saved;
	return pid;
}

/* `socket` is our end, which becomes the child's. */
static enum err child_begin(
	const struct image *image, const struct ends *ends, int socket, struct child *ret_child)
{
	struct child c = {.pid = child_fork(image, ends), .pidfd = -1, .socket = socket};
	enum err err = c.pid < 0 ? system_err(errno) : E_OK;
	if (err == E_OK) {
		c.pidfd = (int)syscall(SYS_pidfd_open, c.pid, 0);
		if (c.pidfd < 0)
			err = system_err(errno);
	}
	if (err != E_OK) {
		child_kill(&c);
		return err;
	}
	*ret_child = c;
	return E_OK;
}

enum err child_start(const char *const *arguments, int socket_type, struct child *ret_child)
{
	struct image image;
	int ends[2];
	TRY(image_fill(&image, arguments));
	if (socketpair(AF_UNIX, socket_type | SOCK_CLOEXEC, 0, ends) != 0)
		return system_err(errno);
	/* What the child tells may wait; the kernel gives as much of it as it allows. */
	int room = ANSWER_ROOM;
	(void)setsockopt(ends[1], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	const struct ends theirs = {.output = -1, .complaints = -1, .socket = ends[1]};
	enum err err = child_begin(&image, &theirs, ends[0], ret_child);
	file_close(&ends[1]);
	return err;
}

enum err child_start_heard(
	const char *const *arguments, struct child *ret_child, int *ret_output, int *ret_complaints)
{
	struct image image;
	int output[2] = {-1, -1}, complaints[2] = {-1, -1};
	TRY(image_fill(&image, arguments));
	if (pipe2(output, O_CLOEXEC) != 0)
		return system_err(errno);
	enum err err = pipe2(complaints, O_CLOEXEC) == 0 ? E_OK : system_err(errno);
	if (err == E_OK && (fcntl(output[0], F_SETFL, O_NONBLOCK) != 0 ||
				   fcntl(complaints[0], F_SETFL, O_NONBLOCK) != 0))
		err = system_err(errno);
	const struct ends theirs = {.output = output[1], .complaints = complaints[1], .socket = -1};
	if (err == E_OK)
		err = child_begin(&image, &theirs, -1, ret_child);
	file_close(&output[1]);
	file_close(&complaints[1]);
	if (err != E_OK) {
		file_close(&output[0]);
		file_close(&complaints[0]);
		return err;
	}
	*ret_output = output[0];
	*ret_complaints = complaints[0];
	return E_OK;
}

enum err pipe_read(int fd, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	ssize_t size;
	do
		size = read(fd, buffer, capacity);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return system_err(errno);
	*ret_size = (size_t)size;
	return E_OK;
}

void child_ask_to_end(const struct child *c)
{
	if (c->pidfd >= 0)
		(void)syscall(SYS_pidfd_send_signal, c->pidfd, SIGTERM, NULL, 0);
}

enum err child_wait(struct child *c, int *ret_status)
{
	int status;
	pid_t got;
	if (c->pid <= 0)
		return E_USAGE;
	do
		got = waitpid(c->pid, &status, 0);
	while (got < 0 && errno == EINTR);
	file_close(&c->pidfd);
	file_close(&c->socket);
	c->pid = -1;
	if (got < 0)
		return system_err(errno);
	*ret_status = status;
	return E_OK;
}

void child_kill(struct child *c)
{
	int status;
	/* Not yet waited for, so the number is still this child's. */
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		(void)!child_wait(c, &status);
	}
	file_close(&c->pidfd);
	file_close(&c->socket);
}

enum err signals_open(int *ret_fd)
{
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGCHLD);
	int fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd < 0 || sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return system_err(errno);
	*ret_fd = fd;
	return E_OK;
}

int signals_next(int fd)
{
	struct signalfd_siginfo info;
	return read(fd, &info, sizeof(info)) == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}
