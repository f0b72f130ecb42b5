/* SPDX-License-Identifier: Apache-2.0 */
#include "http/worker.h"

#include <stdlib.h>

#include "http/answer.h"

enum {
	KEPT_BYTES = 2048, /* larger answers are pages: the headers do not matter there */
	KEPT_IDLE = 64
};

struct worker *worker_new(size_t page_limit, size_t routes)
{
	struct worker *w = calloc(1, sizeof(*w));
	if (!w)
		return NULL;
	if (!tally_init(&w->tally, routes)) {
		free(w);
		return NULL;
	}
	writer_init(&w->page, page_limit);
	return w;
}

static void kept_free(struct kept_response *kept)
{
	MHD_destroy_response(kept->response);
	free(kept);
}

void worker_free(struct worker *w)
{
	if (!w)
		return;
	while (w->idle) {
		struct kept_response *next = w->idle->next;
		kept_free(w->idle);
		w->idle = next;
	}
	writer_release(&w->page);
	tally_release(&w->tally);
	free(w);
}

static bool worth_keeping(const struct http_answer *a)
{
	return a->status == 200 && a->body->size > 0 && a->body->size <= KEPT_BYTES &&
	       !a->location && !a->language && !a->vary && !a->any_origin && !a->elsewhere &&
	       !a->referrer && a->cookie_count == 0 && a->save_as.size == 0 && a->refresh == 0;
}

static struct kept_response *make(struct worker *w, const struct http_answer *a, bool secure)
{
	struct kept_response *kept = malloc(sizeof(*kept) + a->body->size);
	if (!kept)
		return NULL;
	*kept = (struct kept_response){.worker = w,
		.content_type = a->content_type,
		.cache = a->cache,
		.secure = secure,
		.size = a->body->size};
	kept->response = answer_over(a, secure, (struct bytes){kept->body, kept->size});
	if (!kept->response) {
		free(kept);
		return NULL;
	}
	return kept;
}

/* Handlers name content types by literals, so the same type is the same address; at worst two
 * literals are kept apart. */
static bool fits(const struct kept_response *kept, const struct http_answer *a, bool secure)
{
	return kept->size == a->body->size && kept->content_type == a->content_type &&
	       kept->cache == a->cache && kept->secure == secure;
}

struct kept_response *worker_take(struct worker *w, const struct http_answer *a, bool secure)
{
	struct kept_response **link = &w->idle;
	if (!worth_keeping(a))
		return NULL;
	while (*link && !fits(*link, a, secure))
		link = &(*link)->next;
	struct kept_response *kept = *link;
	if (kept) {
		*link = kept->next;
		w->idle_count--;
	} else {
		kept = make(w, a, secure);
	}
	if (kept)
		memcpy(kept->body, a->body->data, kept->size);
	return kept;
}

/* The one that has been idle longest makes room. */
static void drop_last(struct worker *w)
{
	struct kept_response **link = &w->idle;
	while ((*link)->next)
		link = &(*link)->next;
	kept_free(*link);
	*link = NULL;
	w->idle_count--;
}

void worker_give(struct kept_response *kept)
{
	struct worker *w = kept->worker;
	if (w->idle_count == KEPT_IDLE)
		drop_last(w);
	kept->next = w->idle;
	w->idle = kept;
	w->idle_count++;
}
