/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "base/ip.h"
#include "base/span.h"

/* A process of ourselves in another role: fork + exec of /proc/self/exe with the given arguments, a
 * clean environment (only the sanitizers' options stay) and one end of a socket pair as
 * descriptor 3. Its standard input is empty, its standard output goes to standard error, every
 * other descriptor is closed. It is killed when the thread that started it ends. */
enum {
	CHILD_SOCKET = 3,     /* the child's end */
	CHILD_ARGUMENTS = 510 /* at most */
};

struct child {
	pid_t pid;
	int pidfd;
	int socket; /* our end: SOCK_SEQPACKET keeps messages apart, SOCK_STREAM does not */
};

/* arguments: NULL-terminated, without the program's own name. */
MUST_CHECK enum err child_start(
	const char *const *arguments, int socket_type, struct child *ret_child);

/* The same for a command of ours that is listened to: what it says to standard output and error
 * comes out of two pipes, which do not wait; it has no socket (ret_child->socket is -1). */
MUST_CHECK enum err child_start_heard(const char *const *arguments, struct child *ret_child,
	int *ret_output, int *ret_complaints);

/* What such a pipe has to give now, at most `capacity`: size 0 is its end. E_BUSY: nothing yet. */
MUST_CHECK enum err pipe_read(int fd, uint8_t *buffer, size_t capacity, size_t *ret_size);

/* SIGTERM: it may end as it sees fit. No error when it has ended. */
void child_ask_to_end(const struct child *c);

/* Waits, then closes what is open of it; status as of waitpid(). */
MUST_CHECK enum err child_wait(struct child *c, int *ret_status);

/* Kills it, waits and closes. Safe when it has already been waited for. */
void child_kill(struct child *c);

/* All of the message, with at most one descriptor (fd -1: none), which stays ours. E_TRUNCATED when
 * the other end closed, E_LIMIT when too large for one packet. */
MUST_CHECK enum err socket_send(int socket, struct bytes message, int fd);

/* One packet, or what a stream has to give. E_TIMEOUT after milliseconds (-1: never); E_TRUNCATED
 * when the other end closed; E_LIMIT when a packet is larger than capacity. *ret_fd is -1 where
 * none came. */
MUST_CHECK enum err socket_receive(int socket, int milliseconds, uint8_t *buffer, size_t capacity,
	size_t *ret_size, int *ret_fd);

/* Both ends keep messages apart (SOCK_SEQPACKET). */
MUST_CHECK enum err socket_pair(int *ret_ours, int *ret_theirs);

/* Several descriptors with one message, at most DESCRIPTORS_MOST, which stay ours. Never waits:
 * E_BUSY when nothing more fits for now. */
enum {
	DESCRIPTORS_MOST = 64
};
struct descriptors {
	int fds[DESCRIPTORS_MOST];
	size_t count;
};
void descriptors_close(struct descriptors *d);
MUST_CHECK enum err socket_send_many(
	int socket, struct bytes message, const int *fds, size_t count);

/* One packet; E_BUSY when there is none and it shall not wait; else as socket_receive(). */
MUST_CHECK enum err socket_receive_many(int socket, bool wait, uint8_t *buffer, size_t capacity,
	size_t *ret_size, struct descriptors *ret_descriptors);

/* To a socket of this machine by its path; does not wait. E_BUSY, E_NOTFOUND, E_DENIED. */
MUST_CHECK enum err socket_connect_local(const char *path, int *ret_socket);

/* Listens for TCP; port 0 lets the system choose. E_BUSY: the port is taken. */
MUST_CHECK enum err socket_listen(struct ip ip, uint16_t port, int *ret_socket);

/* Where a socket of ours is bound. */
MUST_CHECK enum err socket_address(int socket, struct ip *ret_ip, uint16_t *ret_port);
MUST_CHECK enum err socket_port(int socket, uint16_t *ret_port);

/* From now on SIGINT, SIGTERM, SIGHUP and SIGCHLD wait in this descriptor instead of interrupting:
 * poll it, then ask which came. Call before threads start. Children get them as usual. */
MUST_CHECK enum err signals_open(int *ret_fd);

/* Number of the next waiting signal, 0 when none waits. */
int signals_next(int fd);
