/* SPDX-License-Identifier: Apache-2.0 */
/* Several descriptors in one message. */
#include <errno.h>
#include <stddef.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "os/file.h"
#include "os/process.h"
#include "os/system.h"

union control {
	struct cmsghdr header;
	char bytes[CMSG_SPACE(sizeof(int) * DESCRIPTORS_MOST)];
};

static enum err socket_err(int number)
{
	if (number == EPIPE || number == ECONNRESET)
		return E_TRUNCATED;
	/* Too many descriptors under way: like a full socket. */
	if (number == ETOOMANYREFS)
		return E_BUSY;
	return number == EMSGSIZE ? E_LIMIT : system_err(number);
}

enum err socket_pair(int *ret_ours, int *ret_theirs)
{
	int ends[2];
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return system_err(errno);
	*ret_ours = ends[0];
	*ret_theirs = ends[1];
	return E_OK;
}

enum err socket_send_many(int socket, struct bytes message, const int *fds, size_t count)
{
	/* sendmsg() takes its bytes as not const though it writes none. */
	union {
		const uint8_t *read_only;
		void *base;
	} at = {.read_only = message.data};
	struct iovec part = {.iov_base = at.base, .iov_len = message.size};
	union control control = {.header = {.cmsg_len = CMSG_LEN(sizeof(int) * count),
					 .cmsg_level = SOL_SOCKET,
					 .cmsg_type = SCM_RIGHTS}};
	struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1};
	ssize_t done;
	if (count > DESCRIPTORS_MOST)
		return E_LIMIT;
	if (count > 0) {
		memcpy(CMSG_DATA(&control.header), fds, sizeof(int) * count);
		m.msg_control = &control;
		m.msg_controllen = CMSG_SPACE(sizeof(int) * count);
	}
	do
		done = sendmsg(socket, &m, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (done < 0 && errno == EINTR);
	return done < 0 ? socket_err(errno) : E_OK;
}

static void control_take(struct msghdr *m, struct descriptors *ret)
{
	const struct cmsghdr *header = CMSG_FIRSTHDR(m);
	ret->count = 0;
	if (!header || header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS)
		return;
	ret->count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(ret->fds, CMSG_DATA(header), sizeof(int) * ret->count);
}

void descriptors_close(struct descriptors *d)
{
	for (size_t i = 0; i < d->count; i++)
		file_close(&d->fds[i]);
	d->count = 0;
}

enum err socket_receive_many(int socket, bool wait, uint8_t *buffer, size_t capacity,
	size_t *ret_size, struct descriptors *ret_descriptors)
{
	struct iovec part = {.iov_base = buffer, .iov_len = capacity};
	union control control;
	struct msghdr m = {.msg_iov = &part,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control)};
	ssize_t size;
	do
		size = recvmsg(socket, &m, MSG_CMSG_CLOEXEC | (wait ? 0 : MSG_DONTWAIT));
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return socket_err(errno);
	control_take(&m, ret_descriptors);
	enum err err = size == 0                                ? E_TRUNCATED
		       : m.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ? E_LIMIT
								: E_OK;
	if (err != E_OK)
		descriptors_close(ret_descriptors);
	else
		*ret_size = (size_t)size;
	return err;
}

enum err socket_connect_local(const char *path, int *ret_socket)
{
	struct sockaddr_un to = {.sun_family = AF_UNIX};
	size_t size = strlen(path);
	if (size >= sizeof(to.sun_path))
		return E_LIMIT;
	memcpy(to.sun_path, path, size);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return system_err(errno);
	if (connect(fd, (const struct sockaddr *)&to, sizeof(to)) != 0) {
		enum err err = system_err(errno);
		file_close(&fd);
		return err;
	}
	*ret_socket = fd;
	return E_OK;
}
