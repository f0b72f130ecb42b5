/* SPDX-License-Identifier: Apache-2.0 */
#include "http/connections.h"

#include <pthread.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include "os/tcp.h"

enum {
	BUCKETS = 4096,
	EVENTS = 64
};

struct connections {
	pthread_mutex_t
		lock; /* of everything but the deadlines; taken per connection, not request */
	int ends;     /* an epoll: whose other end has finished sending */
	uint64_t secret;
	size_t per_unit;
	size_t limit;
	size_t open;
	struct connection *unused;
	struct connection *buckets[BUCKETS];
	struct connection places[];
};

struct connections *connections_new(size_t limit, size_t per_unit, uint64_t secret)
{
	struct connections *c = calloc(1, sizeof(*c) + limit * sizeof(c->places[0]));
	if (!c)
		return NULL;
	c->ends = epoll_create1(EPOLL_CLOEXEC);
	if (c->ends < 0) {
		free(c);
		return NULL;
	}
	pthread_mutex_init(&c->lock, NULL);
	c->secret = secret;
	c->per_unit = per_unit;
	c->limit = limit;
	for (size_t i = limit; i-- > 0;) {
		c->places[i].socket = -1;
		c->places[i].next = c->unused;
		c->unused = &c->places[i];
	}
	return c;
}

void connections_free(struct connections *c)
{
	if (!c)
		return;
	pthread_mutex_destroy(&c->lock);
	(void)close(c->ends);
	free(c);
}

static struct connection **bucket(struct connections *c, struct unit unit)
{
	uint64_t hash = (unit.key ^ c->secret) * UINT64_C(0x9E3779B97F4A7C15);
	return &c->buckets[hash >> 52];
}

static bool same_unit(struct unit a, struct unit b)
{
	return a.key == b.key && a.v6 == b.v6;
}

bool connections_admit(struct connections *c, struct ip peer)
{
	struct unit unit = ip_unit(peer);
	size_t count = 0;
	pthread_mutex_lock(&c->lock);
	for (const struct connection *at = *bucket(c, unit); at && count < c->per_unit;
		at = at->next)
		count += same_unit(ip_unit(at->peer), unit);
	pthread_mutex_unlock(&c->lock);
	return count < c->per_unit;
}

/* Without it, such a connection is only kept until its deadline. It is forgotten when closed. */
static void watch_end(const struct connections *c, struct connection *connection)
{
	/* Once only: telling the library of it would be an event here too. */
	struct epoll_event e = {.events = EPOLLRDHUP | EPOLLONESHOT, .data.ptr = connection};
	(void)epoll_ctl(c->ends, EPOLL_CTL_ADD, connection->socket, &e);
}

struct connection *connections_open(
	struct connections *c, struct ip peer, bool trusted, int socket, uint64_t deadline)
{
	pthread_mutex_lock(&c->lock);
	struct connection *place = c->unused;
	if (place) {
		struct connection **head = bucket(c, ip_unit(peer));
		c->unused = place->next;
		place->peer = peer;
		place->trusted = trusted;
		place->socket = socket;
		place->sending = NULL;
		place->ended = false;
		connection_end_download(place);
		atomic_store_explicit(&place->deadline, deadline, memory_order_relaxed);
		place->next = *head;
		*head = place;
		c->open++;
		watch_end(c, place);
	}
	pthread_mutex_unlock(&c->lock);
	return place;
}

void connections_close(struct connections *c, struct connection *connection)
{
	if (!connection)
		return;
	pthread_mutex_lock(&c->lock);
	struct connection **link = bucket(c, ip_unit(connection->peer));
	while (*link != connection)
		link = &(*link)->next;
	*link = connection->next;
	connection->socket = -1;
	connection->next = c->unused;
	c->unused = connection;
	c->open--;
	pthread_mutex_unlock(&c->lock);
}

size_t connections_open_count(struct connections *c)
{
	pthread_mutex_lock(&c->lock);
	size_t open = c->open;
	pthread_mutex_unlock(&c->lock);
	return open;
}

/* --- deadlines --- */

static uint64_t load(const _Atomic uint64_t *value)
{
	return atomic_load_explicit(value, memory_order_relaxed);
}

static void store(_Atomic uint64_t *value, uint64_t to)
{
	atomic_store_explicit(value, to, memory_order_relaxed);
}

void connection_begin_download(
	struct connection *connection, uint64_t taken, uint64_t pace, uint64_t window)
{
	store(&connection->taken, taken);
	store(&connection->window, window);
	store(&connection->pace, pace);
}

void connection_end_download(struct connection *connection)
{
	store(&connection->pace, 0);
}

/* A download whose bytes flow gets more time; unless it has just got other orders. */
static bool moves_on(struct connection *at, uint64_t deadline, uint64_t now)
{
	uint64_t taken;
	uint64_t pace = load(&at->pace);
	if (pace == 0 || tcp_taken(at->socket, &taken) != E_OK || taken - load(&at->taken) < pace)
		return false;
	store(&at->taken, taken);
	atomic_compare_exchange_strong(&at->deadline, &deadline, now + load(&at->window));
	return true;
}

/* By now the place may have another connection: its end is asked for, not believed. */
static void learn_of_ends(struct connections *c)
{
	struct epoll_event events[EVENTS];
	int count;
	do {
		count = epoll_wait(c->ends, events, EVENTS, 0);
		for (int i = 0; i < count; i++) {
			struct connection *at = events[i].data.ptr;
			at->ended = at->socket >= 0 && tcp_peer_ended(at->socket);
		}
	} while (count == EVENTS);
}

/* The library takes what lies there for all there is, and learns of an end that came with it only
 * from the next event, which never comes. Shutting what is shut already is such an event; again in
 * each sweep, for the library may have been about to read. */
static void tell_of_end(const struct connection *at)
{
	if (at->ended)
		(void)!shutdown(at->socket, SHUT_RD);
}

size_t connections_sweep(struct connections *c, uint64_t now)
{
	size_t count = 0;
	pthread_mutex_lock(&c->lock);
	learn_of_ends(c);
	for (size_t i = 0; i < c->limit; i++) {
		struct connection *at = &c->places[i];
		uint64_t deadline = load(&at->deadline);
		if (at->socket < 0)
			continue;
		tell_of_end(at);
		if (deadline > now || moves_on(at, deadline, now))
			continue;
		/* The library sees the end and closes; until then it is not shut again. */
		(void)!shutdown(at->socket, SHUT_RDWR);
		store(&at->deadline, UINT64_MAX);
		count++;
	}
	pthread_mutex_unlock(&c->lock);
	return count;
}
