/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/ip.h"

/* Sockets of the network as the kernel lists them: /proc/net/{tcp,tcp6,udp,udp6}, or the same below
 * /proc/PID/net for another network namespace. */

enum {
	CONNECTION_OPEN = 1,    /* `state` as the kernel counts, of TCP */
	CONNECTION_LISTENS = 10 /* remote is all zeros */
};

struct connection {
	struct ip local, remote;
	uint16_t local_port, remote_port;
	uint8_t state;
	uint32_t owner; /* user id */
	uint64_t inode; /* joins it to "socket:[N]" of /proc/PID/fd; 0: no process holds it */
};

struct connection_sink {
	void *context;
	enum err (*connection)(void *context, const struct connection *connection);
};

/* One such table. The heading is passed over. A line of another form is E_SYNTAX after all others
 * were given; an error of the sink ends it and is returned. */
MUST_CHECK enum err connections_read(struct bytes table, const struct connection_sink *sink);

/* "socket:[123]", as the links of /proc/PID/fd say; false for others. */
bool socket_inode(struct str link, uint64_t *ret_inode);
