/* SPDX-License-Identifier: Apache-2.0 */
#include "ask.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "base/writer.h"

static char reply[8 << 20];

int ask_connect(uint16_t port)
{
	const struct timeval patience = {60, 0}; /* the machine may be busy */
	const struct sockaddr_in to = {.sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -1;
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) == 0 &&
		connect(fd, (const struct sockaddr *)&to, sizeof(to)) == 0)
		return fd;
	close(fd);
	return -1;
}

const char *ask_bytes(uint16_t port, const char *request, size_t size)
{
	size_t got = 0;
	int fd = ask_connect(port);
	(void)!send(fd, request, size, MSG_NOSIGNAL);
	for (;;) {
		ssize_t n = recv(fd, reply + got, sizeof(reply) - 1 - got, 0);
		if (n <= 0)
			break;
		got += (size_t)n;
	}
	reply[got] = '\0';
	close(fd);
	return reply;
}

const char *ask_get(uint16_t port, const char *target, const char *headers)
{
	struct writer w;
	writer_init(&w, 65536);
	writer_text(&w, "GET ");
	writer_text(&w, target);
	writer_text(&w, " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n");
	writer_text(&w, headers);
	writer_text(&w, "\r\n");
	const char *answer = ask_bytes(port, (const char *)w.data, w.size);
	writer_release(&w);
	return answer;
}
