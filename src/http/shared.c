/* SPDX-License-Identifier: Apache-2.0 */
#include "http/shared.h"

#include <pthread.h>
#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

enum {
	BUCKETS = 1024,
	OVERHEAD = 4096 /* of an answer: the header fields of both variants, its place */
};

struct slot {
	struct slot *next;            /* in its bucket */
	struct slot *newer, *older;   /* by when it was last asked for */
	struct shared_answer *answer; /* NULL: being made for the first time */
	uint64_t hash;
	uint64_t edition;
	uint64_t made;
	size_t bytes;
	bool making;
	bool secure;
	size_t path_size;
	char path[];
};

struct shared {
	pthread_mutex_t lock; /* of everything; held for a look-up, never while one is made */
	pthread_cond_t done;
	size_t answers_limit;
	size_t bytes_limit;
	uint64_t lifetime;
	uint64_t secret;
	struct slot *newest, *oldest;
	struct shared_state state;
	struct slot *buckets[BUCKETS];
};

struct shared *shared_new(size_t answers, size_t bytes, uint64_t lifetime, uint64_t secret)
{
	struct shared *s = calloc(1, sizeof(*s));
	if (!s)
		return NULL;
	pthread_mutex_init(&s->lock, NULL);
	pthread_cond_init(&s->done, NULL);
	s->answers_limit = answers;
	s->bytes_limit = bytes;
	s->lifetime = lifetime;
	s->secret = secret;
	return s;
}

/* --- answers --- */

struct shared_answer *shared_answer_new(const struct http_answer *a, bool secure)
{
	struct shared_answer *answer = calloc(1, sizeof(*answer));
	if (!answer)
		return NULL;
	if (!variants_of_answer(&answer->variants, a, secure)) {
		variants_release(&answer->variants);
		free(answer);
		return NULL;
	}
	answer->lasting = a->lasting;
	atomic_init(&answer->holders, 1);
	return answer;
}

void shared_release(struct shared_answer *answer)
{
	if (!answer || atomic_fetch_sub(&answer->holders, 1) > 1)
		return;
	/* What is being sent holds the responses themselves. */
	variants_release(&answer->variants);
	free(answer);
}

static struct shared_answer *hold(struct shared_answer *answer)
{
	atomic_fetch_add_explicit(&answer->holders, 1, memory_order_relaxed);
	return answer;
}

/* --- places --- */

static void unlink_age(struct shared *s, struct slot *slot)
{
	*(slot->newer ? &slot->newer->older : &s->newest) = slot->older;
	*(slot->older ? &slot->older->newer : &s->oldest) = slot->newer;
}

static void link_newest(struct shared *s, struct slot *slot)
{
	slot->newer = NULL;
	slot->older = s->newest;
	*(s->newest ? &s->newest->newer : &s->oldest) = slot;
	s->newest = slot;
}

static void drop(struct shared *s, struct slot *slot)
{
	struct slot **link = &s->buckets[slot->hash % BUCKETS];
	while (*link != slot)
		link = &(*link)->next;
	*link = slot->next;
	unlink_age(s, slot);
	s->state.answers--;
	s->state.bytes -= slot->bytes;
	shared_release(slot->answer);
	free(slot);
}

/* The oldest go until all is within bounds; those being made belong to their makers. */
static void make_room(struct shared *s)
{
	struct slot *at = s->oldest;
	while (at && (s->state.answers > s->answers_limit || s->state.bytes > s->bytes_limit)) {
		struct slot *newer = at->newer;
		if (!at->making)
			drop(s, at);
		at = newer;
	}
}

static struct slot *find(const struct shared *s, uint64_t hash, struct str path, bool secure)
{
	struct slot *at = s->buckets[hash % BUCKETS];
	while (at && !(at->hash == hash && at->secure == secure &&
			     str_equal((struct str){at->path, at->path_size}, path)))
		at = at->next;
	return at;
}

static struct slot *add(struct shared *s, uint64_t hash, struct str path, bool secure)
{
	struct slot *slot = calloc(1, sizeof(*slot) + path.size);
	if (!slot)
		return NULL;
	slot->hash = hash;
	slot->secure = secure;
	slot->path_size = path.size;
	memcpy(slot->path, path.data, path.size);
	slot->bytes = sizeof(*slot) + path.size;
	slot->next = s->buckets[hash % BUCKETS];
	s->buckets[hash % BUCKETS] = slot;
	link_newest(s, slot);
	s->state.answers++;
	s->state.bytes += slot->bytes;
	return slot;
}

/* --- asking and giving --- */

struct question {
	struct str path;
	uint64_t hash;
	uint64_t edition;
	uint64_t now;
	bool secure;
};

static bool usable(const struct shared *s, const struct slot *slot, uint64_t edition, uint64_t now)
{
	if (!slot || !slot->answer)
		return false;
	bool current = slot->edition == edition;
	return (current && slot->answer->lasting) ||
	       (now < slot->made + s->lifetime && (current || slot->making));
}

/* The answer, or NULL with the slot that is now the caller's to make, which may be NULL. */
static struct shared_answer *ask(struct shared *s, const struct question *q, struct slot **ret_slot)
{
	bool waited = false;
	struct slot *slot = find(s, q->hash, q->path, q->secure);
	while (slot && slot->making && !usable(s, slot, q->edition, q->now)) {
		pthread_cond_wait(&s->done, &s->lock);
		waited = true;
		slot = find(s, q->hash, q->path, q->secure);
	}
	if (usable(s, slot, q->edition, q->now)) {
		unlink_age(s, slot);
		link_newest(s, slot);
		return hold(slot->answer);
	}
	/* Waited for one that was not kept: to wait for the next would be in vain. */
	if (!slot && !waited)
		slot = add(s, q->hash, q->path, q->secure);
	if (slot)
		slot->making = true;
	*ret_slot = slot;
	return NULL;
}

struct shared_answer *shared_get(struct shared *s, struct str path, bool secure, uint64_t edition,
	uint64_t now, struct shared_ticket *ret_ticket)
{
	const struct question q = {.path = path,
		.hash = XXH3_64bits_withSeed(path.data, path.size, s->secret),
		.edition = edition,
		.now = now,
		.secure = secure};
	struct slot *slot = NULL;
	pthread_mutex_lock(&s->lock);
	struct shared_answer *answer = ask(s, &q, &slot);
	pthread_mutex_unlock(&s->lock);
	*ret_ticket = (struct shared_ticket){slot, edition, now};
	return answer;
}

static void replace(
	struct shared *s, const struct shared_ticket *ticket, struct shared_answer *answer)
{
	struct slot *slot = ticket->slot;
	size_t bytes = sizeof(*slot) + slot->path_size + OVERHEAD + answer->variants.plain.size +
		       answer->variants.gzip.size;
	s->state.bytes += bytes - slot->bytes;
	slot->bytes = bytes;
	slot->answer = hold(answer);
	slot->edition = ticket->edition;
	slot->made = ticket->made;
	make_room(s);
}

void shared_put(struct shared *s, const struct shared_ticket *ticket, struct shared_answer *answer)
{
	struct slot *slot = ticket->slot;
	if (!slot)
		return;
	pthread_mutex_lock(&s->lock);
	struct shared_answer *before = slot->answer;
	slot->answer = NULL;
	slot->making = false;
	if (answer)
		replace(s, ticket, answer);
	else
		drop(s, slot);
	pthread_cond_broadcast(&s->done);
	pthread_mutex_unlock(&s->lock);
	shared_release(before);
}

struct shared_state shared_state(struct shared *s)
{
	pthread_mutex_lock(&s->lock);
	struct shared_state state = s->state;
	pthread_mutex_unlock(&s->lock);
	return state;
}

void shared_free(struct shared *s)
{
	if (!s)
		return;
	for (struct slot *at = s->newest, *older; at; at = older) {
		older = at->older;
		shared_release(at->answer);
		free(at);
	}
	pthread_cond_destroy(&s->done);
	pthread_mutex_destroy(&s->lock);
	free(s);
}
