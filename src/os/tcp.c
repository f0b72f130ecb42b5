/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tcp.h"

#include <errno.h>
#include <linux/tcp.h> /* the C library's structure ends before the field */
#include <netinet/in.h>
#include <stddef.h>
#include <sys/socket.h>

#include "os/system.h"

enum {
	CLOSE_WAIT = 8 /* TCP_CLOSE_WAIT of netinet/tcp.h, which cannot stand beside linux/tcp.h */
};

enum err tcp_taken(int socket, uint64_t *ret_bytes)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);
	if (getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return system_err(errno);
	if (size < offsetof(struct tcp_info, tcpi_bytes_acked) + sizeof(info.tcpi_bytes_acked))
		return E_IO;
	*ret_bytes = info.tcpi_bytes_acked;
	return E_OK;
}

bool tcp_peer_ended(int socket)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);
	return getsockopt(socket, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 &&
	       info.tcpi_state == CLOSE_WAIT;
}
