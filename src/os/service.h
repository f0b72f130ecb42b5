/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/* What a service manager and a service say to each other by systemd's interfaces, sd_notify(3) and
 * sd_listen_fds(3): environment variables, a datagram socket and inherited sockets. */

struct service {
	int notify;        /* -1: nobody listens */
	uint64_t watchdog; /* nanoseconds within which SERVICE_ALIVE must be said; 0: not asked for
			    */
};

/* Reads the environment and takes these variables out of it. Before the user is changed: the
 * manager's socket may be out of reach later. Without a manager it is just silent. */
void service_open(struct service *s);
void service_close(struct service *s);

#define SERVICE_READY "READY=1"
#define SERVICE_STOPPING "STOPPING=1"
#define SERVICE_ALIVE "WATCHDOG=1"

/* One or several lines NAME=value. */
void service_say(const struct service *s, const char *lines);

/* A reload begins: READY must follow. */
void service_say_reloading(const struct service *s);

/* A listening TCP socket that the manager holds and gave us: the only one, or the one that is named
 * "http". E_NOTFOUND: none was given to this process; E_AMBIGUOUS: several; E_UNKNOWN: something
 * else. The variables are taken out of the environment in any case. */
MUST_CHECK enum err service_socket(int *ret_socket);
