/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/address.h"
#include "os/file.h"
#include "os/process.h"
#include "os/system.h"

/* Room for one descriptor, aligned as the kernel wants it. */
union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int))];
};

static enum err socket_err(int number)
{
	if (number == EPIPE || number == ECONNRESET)
		return E_TRUNCATED;
	return number == EMSGSIZE ? E_LIMIT : system_err(number);
}

static void control_put(union control *control, struct msghdr *m, int fd)
{
	*control = (union control){.header = {.cmsg_len = CMSG_LEN(sizeof(int)),
					   .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS}};
	memcpy(CMSG_DATA(&control->header), &fd, sizeof(fd));
	m->msg_control = control;
	m->msg_controllen = sizeof(*control);
}

enum err socket_send(int socket, struct bytes message, int fd)
{
	/* sendmsg() takes its bytes as not const though it writes none. */
	union {
		const uint8_t *read_only;
		void *base;
	} at = {.read_only = message.data};
	struct iovec part = {.iov_base = at.base, .iov_len = message.size};
	union control control;
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	if (fd >= 0)
		control_put(&control, &m, fd);
	do {
		ssize_t done = sendmsg(socket, &m, MSG_NOSIGNAL);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return socket_err(errno);
		part.iov_base = (char *)part.iov_base + done;
		part.iov_len -= (size_t)done;
		/* The descriptor went with the first part of a stream. */
		m.msg_control = NULL;
		m.msg_controllen = 0;
	} while (part.iov_len > 0);
	return E_OK;
}

static enum err socket_await(int socket, int milliseconds)
{
	struct pollfd wait = {.fd = socket, .events = POLLIN};
	uint64_t start = system_monotonic();
	for (;;) {
		uint64_t passed = (system_monotonic() - start) / 1000000;
		int left = milliseconds < 0                   ? -1
			   : passed >= (uint64_t)milliseconds ? 0
							      : milliseconds - (int)passed;
		int ready = poll(&wait, 1, left);
		if (ready > 0)
			return E_OK;
		if (ready == 0)
			return E_TIMEOUT;
		if (errno != EINTR)
			return system_err(errno);
	}
}

static int control_take(struct msghdr *m)
{
	int fd = -1;
	const struct cmsghdr *header = CMSG_FIRSTHDR(m);
	if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
		header->cmsg_len == CMSG_LEN(sizeof(int)))
		memcpy(&fd, CMSG_DATA(header), sizeof(fd));
	return fd;
}

enum err socket_receive(int socket, int milliseconds, uint8_t *buffer, size_t capacity,
	size_t *ret_size, int *ret_fd)
{
	struct iovec part = {.iov_base = buffer, .iov_len = capacity};
	union control control;
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		/* Exactly one descriptor: CMSG_SPACE() would leave room for a second. */
		.msg_controllen = CMSG_LEN(sizeof(int))};
	ssize_t size;
	TRY(socket_await(socket, milliseconds));
	do
		size = recvmsg(socket, &m, MSG_CMSG_CLOEXEC);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return socket_err(errno);
	int fd = control_take(&m);
	enum err err = size == 0                                ? E_TRUNCATED
		       : m.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? E_LIMIT
								: E_OK;
	if (err != E_OK) {
		file_close(&fd);
		return err;
	}
	*ret_size = (size_t)size;
	*ret_fd = fd;
	return E_OK;
}

enum err socket_listen(struct ip ip, uint16_t port, int *ret_socket)
{
	struct sockaddr_storage storage;
	socklen_t size = address_fill(&storage, ip, port);
	const int on = 1;
	int fd = socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return system_err(errno);
	if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on)) != 0 ||
		setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on)) != 0 ||
		bind(fd, (const struct sockaddr *)&storage, size) != 0 ||
		listen(fd, SOMAXCONN) != 0) {
		enum err err = system_err(errno);
		file_close(&fd);
		return err;
	}
	*ret_socket = fd;
	return E_OK;
}

enum err socket_address(int socket, struct ip *ret_ip, uint16_t *ret_port)
{
	struct sockaddr_storage storage;
	socklen_t size = sizeof(storage);
	if (getsockname(socket, (struct sockaddr *)&storage, &size) != 0)
		return system_err(errno);
	address_read((const struct sockaddr *)&storage, ret_ip, ret_port);
	return E_OK;
}

enum err socket_port(int socket, uint16_t *ret_port)
{
	struct ip ip;
	return socket_address(socket, &ip, ret_port);
}
