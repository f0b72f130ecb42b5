/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "base/span.h"

/* A process of ourselves in another role: fork + exec of /proc/self/exe with the given arguments,
 * a clean environment, and one end of a socket pair as descriptor 3. */
struct child {
	pid_t pid;
	int pidfd;
	int socket; /* our end, SOCK_SEQPACKET for control messages and descriptors, or SOCK_STREAM
		     */
};

/* arguments: NULL-terminated, without the program's own name. */
MUST_CHECK enum err child_start(
	const char *const *arguments, int socket_type, struct child *ret_child);

/* Waits; exit status as of waitpid(). */
MUST_CHECK enum err child_wait(struct child *c, int *ret_status);
void child_kill(struct child *c);

/* One message with at most one descriptor (fd -1: none). */
MUST_CHECK enum err socket_send(int socket, struct bytes message, int fd);

/* E_TIMEOUT after milliseconds (-1: never); E_TRUNCATED when the other end closed. *ret_fd is -1
 * where none came. */
MUST_CHECK enum err socket_receive(int socket, int milliseconds, uint8_t *buffer, size_t capacity,
	size_t *ret_size, int *ret_fd);
