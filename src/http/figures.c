/* SPDX-License-Identifier: Apache-2.0 */
/* The server's figures, for the one who runs it. */
#include "http/server.h"

static void gather(const struct http_server *s, struct tally *sum)
{
	for (const struct worker *w = s->workers; w; w = w->next)
		tally_unite(sum, &w->tally);
}

void http_write_metrics(const struct http_request *q, struct writer *w)
{
	struct http_server *s = q->server;
	struct tally sum;
	if (!tally_init(&sum, s->site.route_count)) {
		writer_fail(w, E_NOMEM);
		return;
	}
	pthread_mutex_lock(&s->lock);
	gather(s, &sum);
	pthread_mutex_unlock(&s->lock);
	struct shared_state shared = shared_state(s->shared);
	const struct server_figures f = {.connections = connections_open_count(s->connections),
		.refused = atomic_load(&s->refused),
		.deadline = atomic_load(&s->late),
		.shared_answers = shared.answers,
		.shared_bytes = shared.bytes};
	tally_write(w, &sum, &f, &s->site);
	tally_release(&sum);
}
