/* SPDX-License-Identifier: Apache-2.0 */
#include "server/fetch_client.h"

#include <sys/socket.h>

#include "fetch/wire.h"
#include "format/sealed.h"
#include "os/file.h"
#include "os/fork.h"
#include "os/process.h"
#include "os/system.h"

enum {
	/* Past the order's own time, which holds for each redirect anew. */
	GRACE_SECONDS = 120,
	HOPS = 6
};

#define SECOND UINT64_C(1000000000)
#define MILLISECOND UINT64_C(1000000)

static uint8_t packet[FETCH_PACKET];

struct client {
	struct child child;
	const struct transfer_watch *watch;
	struct transfer_result *result;
	uint64_t deadline;
	bool ended;
};

static enum err send_order(
	struct client *c, const struct transfer_order *order, int file, int authorities)
{
	struct writer w;
	int fds[2];
	size_t count = 0;
	if (!order->list)
		fds[count++] = file;
	if (authorities >= 0)
		fds[count++] = authorities;
	writer_init(&w, FETCH_PACKET);
	enum err err = wire_put_order(&w, order);
	if (err == E_OK)
		err = socket_send_many(c->child.socket, writer_view(&w), fds, count);
	if (w.data)
		explicit_bzero(w.data, w.size);
	writer_release(&w);
	return err;
}

static enum err take(struct client *c, struct bytes bytes)
{
	struct fetch_message m;
	TRY(wire_take(bytes, &m));
	void *context = c->watch->context;
	switch (m.tag) {
	case FETCH_BEGAN:
		return c->watch->began(context, &m.result);
	case FETCH_PROGRESS:
		return c->watch->progress(context, m.done, m.total);
	case FETCH_REPORT:
		return c->watch->report(context, &m.report);
	case FETCH_ENDED:
		*c->result = m.result;
		c->ended = true;
		return E_OK;
	case FETCH_TAG__COUNT:
		break;
	}
	return E_SYNTAX;
}

static enum err listen_to(struct client *c)
{
	while (!c->ended) {
		uint64_t now = system_monotonic();
		size_t size;
		int fd = -1;
		if (now >= c->deadline)
			return E_TIMEOUT;
		uint64_t left = (c->deadline - now) / MILLISECOND + 1;
		enum err err = socket_receive(
			c->child.socket, (int)left, packet, sizeof(packet), &size, &fd);
		file_close(&fd);
		TRY(err);
		TRY(take(c, (struct bytes){packet, size}));
	}
	return E_OK;
}

/* What it is up to is its own affair, and told as that. */
static bool is_its_own(enum err err)
{
	return err == E_TRUNCATED || err == E_TIMEOUT || err == E_SYNTAX || err == E_LIMIT;
}

enum err fetch_client_run(const struct transfer_order *order, int file, int authorities,
	const struct transfer_watch *watch, struct transfer_result *ret_result)
{
	static const char *const words[] = {"--role", "fetch", NULL};
	struct client c = {.watch = watch, .result = ret_result};
	*ret_result = (struct transfer_result){.end = TRANSFER_AWAY, .size = order->from};
	TRY(child_start(words, SOCK_SEQPACKET, &c.child));
	c.deadline = system_monotonic() + (order->most_seconds * HOPS + GRACE_SECONDS) * SECOND;
	enum err err = send_order(&c, order, file, authorities);
	if (err == E_OK)
		err = listen_to(&c);
	child_kill(&c.child);
	if (!is_its_own(err))
		return err;
	*ret_result = (struct transfer_result){
		.end = TRANSFER_AWAY, .reason = REASON_ENDED, .size = order->from};
	sealed_say(ret_result->words, FETCH_WORDS, str_from(err_name(err)));
	return E_OK;
}
