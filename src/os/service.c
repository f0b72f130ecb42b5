/* SPDX-License-Identifier: Apache-2.0 */
#include "os/service.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/span.h"
#include "os/file.h"
#include "os/system.h"

enum {
	FIRST_GIVEN = 3, /* SD_LISTEN_FDS_START */
	MOST_GIVEN = 64
};

static uint64_t number_of(const char *variable)
{
	const char *value = getenv(variable);
	uint64_t number = 0;
	return value && str_to_u64(str_from(value), UINT64_MAX, &number) ? number : 0;
}

/* --- what we say --- */

/* "/run/systemd/notify", or "@name" in the abstract name space. */
static enum err notify_connect(const char *path, int *ret_fd)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t size = strlen(path);
	if ((path[0] != '/' && path[0] != '@') || size < 2)
		return E_SYNTAX;
	if (size >= sizeof(to.sun_path))
		return E_LIMIT;
	memcpy(to.sun_path, path, size);
	if (path[0] == '@')
		to.sun_path[0] = '\0';
	socklen_t length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + size);
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return system_err(errno);
	if (connect(fd, (const struct sockaddr *)&to, length) != 0) {
		enum err err = system_err(errno);
		file_close(&fd);
		return err;
	}
	*ret_fd = fd;
	return E_OK;
}

void service_open(struct service *s)
{
	const char *path = getenv("NOTIFY_SOCKET");
	uint64_t process = number_of("WATCHDOG_PID");
	uint64_t microseconds = number_of("WATCHDOG_USEC");
	*s = (struct service){.notify = -1};
	if (path && notify_connect(path, &s->notify) != E_OK)
		fprintf(stderr, "quetsach: event=no-service-manager path=\"%s\"\n", path);
	if ((process == 0 || process == (uint64_t)getpid()) && microseconds < UINT64_MAX / 1000)
		s->watchdog = microseconds * 1000;
	unsetenv("NOTIFY_SOCKET");
	unsetenv("WATCHDOG_PID");
	unsetenv("WATCHDOG_USEC");
}

void service_close(struct service *s)
{
	file_close(&s->notify);
}

void service_say(const struct service *s, const char *lines)
{
	if (s->notify >= 0)
		(void)!send(s->notify, lines, strlen(lines), MSG_NOSIGNAL | MSG_DONTWAIT);
}

void service_say_reloading(const struct service *s)
{
	char lines[64];
	(void)snprintf(lines, sizeof(lines), "RELOADING=1\nMONOTONIC_USEC=%llu",
		(unsigned long long)(system_monotonic() / 1000));
	service_say(s, lines);
}

/* --- what we are given --- */

static bool option_is(int fd, int name, int expected)
{
	int value = 0;
	socklen_t size = sizeof(value);
	return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 && value == expected;
}

static bool listens_for_tcp(int fd)
{
	int domain = 0;
	socklen_t size = sizeof(domain);
	return getsockopt(fd, SOL_SOCKET, SO_DOMAIN, &domain, &size) == 0 &&
	       (domain == AF_INET || domain == AF_INET6) &&
	       option_is(fd, SO_PROTOCOL, IPPROTO_TCP) && option_is(fd, SO_ACCEPTCONN, 1);
}

/* As one that we opened ourselves: socket_listen(). */
static enum err make_ready(int fd)
{
	const int on = 1;
	int flags = fcntl(fd, F_GETFL);
	if (!listens_for_tcp(fd))
		return E_UNKNOWN;
	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0 ||
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0)
		return system_err(errno);
	return E_OK;
}

/* Index of "http" among names with colons between; count: not there. */
static uint64_t find_name(const char *names, uint64_t count)
{
	struct str rest = str_from(names ? names : "");
	for (uint64_t i = 0; i < count; i++)
		if (str_equal(str_cut(rest, ':', &rest), STR("http")))
			return i;
	return count;
}

static enum err choose(uint64_t count, int *ret_fd)
{
	uint64_t index = count == 1 ? 0 : find_name(getenv("LISTEN_FDNAMES"), count);
	int chosen = index < count ? (int)(FIRST_GIVEN + index) : -1;
	for (int fd = FIRST_GIVEN; fd < (int)(FIRST_GIVEN + count); fd++)
		if (fd != chosen)
			(void)close(fd);
		else if (fcntl(fd, F_SETFD, FD_CLOEXEC) != 0)
			return system_err(errno);
	if (chosen < 0)
		return E_AMBIGUOUS;
	TRY(make_ready(chosen));
	*ret_fd = chosen;
	return E_OK;
}

enum err service_socket(int *ret_socket)
{
	uint64_t count = number_of("LISTEN_FDS");
	bool ours = number_of("LISTEN_PID") == (uint64_t)getpid();
	enum err err = E_NOTFOUND;
	if (ours && count > 0)
		err = count > MOST_GIVEN ? E_LIMIT : choose(count, ret_socket);
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDNAMES");
	return err;
}
