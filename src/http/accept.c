/* SPDX-License-Identifier: Apache-2.0 */
#include "http/accept.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "http/proxy_protocol.h"
#include "os/address.h"
#include "os/system.h"
#include "os/tcp.h"

enum {
	EVENTS = 64,
	AT_ONCE = 64, /* accepted before those that wait are looked at again */
	PAUSE_MILLISECONDS = 10
};

#define SECOND UINT64_C(1000000000)

/* A connection whose header has not come yet. */
struct waiting {
	int socket; /* -1: free */
	struct ip peer;
	uint16_t port;
	uint64_t deadline;
	struct waiting *older;
	struct waiting *newer;
};

struct accept_loop {
	struct accept_settings settings;
	int epoll;
	int wake; /* an eventfd: it is over */
	pthread_t thread;
	bool has_thread;
	bool stopping;          /* the loop's own */
	uint64_t last;          /* no longer than this, once stopping */
	struct waiting *unused; /* by `newer` */
	struct waiting *oldest; /* all have the same time, so it is the first to be late */
	struct waiting *newest;
	uint8_t buffer[PROXY_HEADER_BYTES];
	struct waiting places[];
};

/* --- those who wait --- */

static void unlink_waiting(struct accept_loop *l, struct waiting *w)
{
	if (w->older)
		w->older->newer = w->newer;
	else
		l->oldest = w->newer;
	if (w->newer)
		w->newer->older = w->older;
	else
		l->newest = w->older;
	w->socket = -1;
	w->newer = l->unused;
	l->unused = w;
}

static void give_up(struct accept_loop *l, struct waiting *w)
{
	(void)close(w->socket);
	unlink_waiting(l, w);
}

static void give_up_late(struct accept_loop *l, uint64_t now)
{
	while (l->oldest && (l->oldest->deadline <= now || (l->stopping && l->last <= now)))
		give_up(l, l->oldest);
}

/* Whoever has waited longest makes room: an honest proxy's header comes with the connection. */
static struct waiting *place_for(struct accept_loop *l, int socket, struct ip peer, uint16_t port)
{
	if (!l->unused)
		give_up(l, l->oldest);
	struct waiting *w = l->unused;
	l->unused = w->newer;
	*w = (struct waiting){.socket = socket,
		.peer = peer,
		.port = port,
		.deadline = system_monotonic() + l->settings.seconds * SECOND,
		.older = l->newest};
	if (l->newest)
		l->newest->newer = w;
	else
		l->oldest = w;
	l->newest = w;
	return w;
}

/* --- one connection --- */

/* Takes the header off the connection. E_TRUNCATED: not all of it is there. */
static enum err take_header(struct accept_loop *l, int socket, struct proxy_header *ret_header)
{
	struct proxy_header h = {0};
	ssize_t size;
	do
		size = recv(socket, l->buffer, sizeof(l->buffer), MSG_PEEK);
	while (size < 0 && errno == EINTR);
	if (size < 0)
		return errno == EAGAIN ? E_TRUNCATED : system_err(errno);
	if (size == 0)
		return E_IO;
	TRY(proxy_header_parse((struct bytes){l->buffer, (size_t)size}, &h));
	if (recv(socket, l->buffer, h.size, 0) != (ssize_t)h.size)
		return E_IO;
	*ret_header = h;
	return E_OK;
}

/* Done with the socket, one way or the other. */
static void part_with(struct accept_loop *l, int socket, const struct proxy_header *h,
	struct ip peer, uint16_t port)
{
	if (!h)
		(void)close(socket);
	else if (h->known)
		l->settings.hand_over(l->settings.context, socket, h->client, h->port);
	else if (h->local)
		l->settings.hand_over(l->settings.context, socket, peer, port);
	else
		l->settings.hand_over(l->settings.context, socket, (struct ip){0}, 0);
}

/* Its place may have gone to another since the event: the end is asked for, not believed. */
static void look_at(struct accept_loop *l, struct waiting *w)
{
	struct proxy_header h = {0};
	struct epoll_event none = {0};
	const struct waiting was = *w;
	if (w->socket < 0)
		return;
	enum err err = take_header(l, w->socket, &h);
	if (err == E_TRUNCATED && !tcp_peer_ended(w->socket))
		return;
	/* Handed on, it is not ours to be woken for. */
	(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, was.socket, &none);
	unlink_waiting(l, w);
	part_with(l, was.socket, err == E_OK ? &h : NULL, was.peer, was.port);
}

/* Woken by what comes, not by what lies there: a header in single bytes costs a look each. */
static void await_header(struct accept_loop *l, int socket, struct ip peer, uint16_t port)
{
	struct waiting *w = place_for(l, socket, peer, port);
	struct epoll_event e = {.events = EPOLLIN | EPOLLRDHUP | EPOLLET, .data.ptr = w};
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, socket, &e) != 0)
		give_up(l, w);
}

static void welcome(struct accept_loop *l, int socket, struct ip peer, uint16_t port)
{
	struct proxy_header h = {0};
	enum err err =
		proxies_trust(&l->settings.proxies, peer) ? take_header(l, socket, &h) : E_DENIED;
	if (err == E_TRUNCATED)
		await_header(l, socket, peer, port);
	else
		part_with(l, socket, err == E_OK ? &h : NULL, peer, port);
}

/* No descriptors or memory left: somebody has to go, or time to pass. */
static void make_room(struct accept_loop *l)
{
	const struct timespec pause = {0, PAUSE_MILLISECONDS * 1000000};
	if (l->oldest)
		give_up(l, l->oldest);
	else
		(void)nanosleep(&pause, NULL);
}

static void accept_some(struct accept_loop *l)
{
	for (int i = 0; i < AT_ONCE; i++) {
		struct sockaddr_storage from = {0};
		socklen_t size = sizeof(from);
		struct ip peer;
		uint16_t port;
		int socket = accept4(l->settings.socket, (struct sockaddr *)&from, &size,
			SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (socket >= 0) {
			address_read((const struct sockaddr *)&from, &peer, &port);
			welcome(l, socket, peer, port);
			continue;
		}
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			make_room(l);
		/* Else nobody is there, or who was there has gone. */
		return;
	}
}

/* --- the loop --- */

static int patience(const struct accept_loop *l, uint64_t now)
{
	if (!l->oldest)
		return -1;
	uint64_t until = l->oldest->deadline;
	if (l->stopping && l->last < until)
		until = l->last;
	return until <= now ? 0 : (int)((until - now) / 1000000) + 1;
}

static void begin_to_stop(struct accept_loop *l)
{
	struct epoll_event none = {0};
	(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->settings.socket, &none);
	(void)epoll_ctl(l->epoll, EPOLL_CTL_DEL, l->wake, &none);
	l->stopping = true;
	l->last = system_monotonic() + SECOND;
}

static void act(struct accept_loop *l, const struct epoll_event *e)
{
	if (e->data.ptr == &l->wake)
		begin_to_stop(l);
	else if (e->data.ptr == &l->settings)
		accept_some(l);
	else
		look_at(l, e->data.ptr);
}

static void *run(void *context)
{
	struct accept_loop *l = context;
	struct epoll_event events[EVENTS];
	while (!l->stopping || l->oldest) {
		int count = epoll_wait(l->epoll, events, EVENTS, patience(l, system_monotonic()));
		for (int i = 0; i < count; i++)
			act(l, &events[i]);
		give_up_late(l, system_monotonic());
	}
	return NULL;
}

/* --- beginning and end --- */

static enum err watch(struct accept_loop *l, int fd, void *what)
{
	struct epoll_event e = {.events = EPOLLIN, .data.ptr = what};
	return epoll_ctl(l->epoll, EPOLL_CTL_ADD, fd, &e) == 0 ? E_OK : system_err(errno);
}

static enum err open_loop(struct accept_loop *l)
{
	l->epoll = epoll_create1(EPOLL_CLOEXEC);
	l->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (l->epoll < 0 || l->wake < 0)
		return system_err(errno);
	TRY(watch(l, l->settings.socket, &l->settings));
	TRY(watch(l, l->wake, &l->wake));
	l->has_thread = pthread_create(&l->thread, NULL, run, l) == 0;
	return l->has_thread ? E_OK : E_NOMEM;
}

enum err accept_start(const struct accept_settings *settings, struct accept_loop **ret_loop)
{
	struct accept_loop *l = calloc(1, sizeof(*l) + LIMIT_PROXY_WAITING * sizeof(l->places[0]));
	if (!l)
		return E_NOMEM;
	l->settings = *settings;
	for (size_t i = LIMIT_PROXY_WAITING; i-- > 0;) {
		l->places[i] = (struct waiting){.socket = -1, .newer = l->unused};
		l->unused = &l->places[i];
	}
	enum err err = open_loop(l);
	if (err != E_OK)
		accept_free(l);
	else
		*ret_loop = l;
	return err;
}

void accept_stop(struct accept_loop *loop)
{
	if (!loop->has_thread)
		return;
	const uint64_t one = 1;
	(void)!write(loop->wake, &one, sizeof(one));
	pthread_join(loop->thread, NULL);
	loop->has_thread = false;
}

void accept_free(struct accept_loop *loop)
{
	if (!loop)
		return;
	accept_stop(loop);
	if (loop->epoll >= 0)
		(void)close(loop->epoll);
	if (loop->wake >= 0)
		(void)close(loop->wake);
	free(loop);
}
