/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "http/client.h"

/* Connections that begin with a PROXY header: a thread of its own accepts them, reads exactly the
 * header and hands them on with the address it names. Peers that are no proxy of ours, wrong
 * headers and late ones are closed without a word. Half-sent headers never hold up others: reading
 * does not block, each has a deadline, and of more than LIMIT_PROXY_WAITING the oldest go. */
struct accept_loop;

/* From the loop's thread; the connected socket is the receiver's to close. `client` is the peer
 * itself where the proxy asks for itself, and :: where it passes on whom it cannot name: they must
 * not be taken for the proxy. */
typedef void accept_hand_over(void *context, int socket, struct ip client, uint16_t port);

struct accept_settings {
	int socket;             /* listens, does not block; borrowed */
	struct proxies proxies; /* borrowed */
	uint32_t seconds;       /* until a whole header has come */
	accept_hand_over *hand_over;
	void *context;
};

MUST_CHECK enum err accept_start(
	const struct accept_settings *settings, struct accept_loop **ret_loop);

/* Accepts no more; headers that have begun get a second. Returns when it is over. */
void accept_stop(struct accept_loop *loop);

/* Stops it too; NULL is fine. */
void accept_free(struct accept_loop *loop);
