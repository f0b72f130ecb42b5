/* SPDX-License-Identifier: Apache-2.0 */
/* What workers say. They may have been taken over by what they looked at: they can lie about the
 * tasks they hold, nothing else. */
#include "scan/pool_parts.h"

#include <stdlib.h>

static bool keep(struct pool_worker *w, struct str *s)
{
	*s = arena_copy(&w->arena, *s);
	return s->data != NULL;
}

static bool begin_finding(struct pool_worker *w, const struct answer *a)
{
	arena_clear(&w->arena);
	w->finding = a->finding;
	w->finding_socket = a->socket;
	w->match_count = 0;
	w->telling = keep(w, &w->finding.object) && keep(w, &w->finding.md5) &&
		     keep(w, &w->finding.sha1) && keep(w, &w->finding.sha256);
	return w->telling;
}

static bool add_match(struct pool_worker *w, const struct answer *a)
{
	if (!w->telling || w->match_count == WIRE_MATCHES)
		return false;
	struct rule_match *m = &w->matches[w->match_count++];
	*m = a->match;
	return keep(w, &m->set) && keep(w, &m->rule) && keep(w, &m->author) && keep(w, &m->family);
}

/* What was told before the job was given again is not told twice. */
static void pass_on(struct pool *p, struct job *job, const struct answer *a)
{
	if (job->heard++ < job->told)
		return;
	job->told = job->heard;
	p->sink->answer(p->sink->context, job, a);
}

static bool end_finding(struct pool *p, struct pool_worker *w)
{
	struct answer a = {
		.kind = ANSWER_FINDING, .finding = w->finding, .socket = w->finding_socket};
	if (!w->telling || w->match_count == 0 || w->finding.match_total < w->match_count)
		return false;
	w->telling = false;
	a.finding.matches = w->matches;
	a.finding.match_count = w->match_count;
	pass_on(p, w->jobs.first, &a);
	return true;
}

static void end_job(struct pool *p, struct pool_worker *w, const struct answer *a)
{
	struct job *job = job_queue_take(&w->jobs);
	if (--w->batches[0] == 0) {
		w->batches[0] = w->batches[1];
		w->batch_count--;
	}
	w->awake = p->awake;
	w->used = UINT64_MAX;
	p->sink->done(p->sink->context, job, a->whole, a->bytes);
}

static bool hear_one(struct pool *p, struct pool_worker *w, const struct answer *a)
{
	if (!w->jobs.first || (w->telling && a->kind != ANSWER_MATCH && a->kind != ANSWER_FOUND))
		return false;
	switch (a->kind) {
	case ANSWER_FINDING:
		return begin_finding(w, a);
	case ANSWER_MATCH:
		return add_match(w, a);
	case ANSWER_FOUND:
		return end_finding(p, w);
	case ANSWER_ENTRY:
		if (w->jobs.first->task.kind != TASK_PLACE)
			return false;
		pass_on(p, w->jobs.first, a);
		return true;
	case ANSWER_UNSCANNED:
		pass_on(p, w->jobs.first, a);
		return true;
	case ANSWER_DONE:
		end_job(p, w, a);
		return true;
	case ANSWER__COUNT:
		break;
	}
	return false;
}

static bool hear_packet(struct pool *p, struct pool_worker *w, struct bytes packet)
{
	struct cursor c;
	cursor_init(&c, packet);
	while (cursor_left(&c) > 0) {
		struct answer a;
		if (wire_read_answer(&c, &a) != E_OK || !hear_one(p, w, &a))
			return false;
	}
	return true;
}

bool pool_worker_hear(struct pool *p, struct pool_worker *w, bool *ret_nonsense)
{
	struct descriptors descriptors;
	*ret_nonsense = false;
	for (;;) {
		size_t size;
		enum err err = socket_receive_many(
			w->socket, false, p->packet, WIRE_PACKET, &size, &descriptors);
		if (err == E_BUSY)
			return true;
		if (err != E_OK)
			return false;
		*ret_nonsense = descriptors.count > 0 ||
				!hear_packet(p, w, (struct bytes){p->packet, size});
		descriptors_close(&descriptors);
		if (*ret_nonsense)
			return false;
	}
}
