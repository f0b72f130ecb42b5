/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/pool.h"

#include <stdlib.h>

#include "base/limits.h"
#include "scan/pool_parts.h"

enum {
	BATCH_JOBS = DESCRIPTORS_MOST,
	BATCH_SOON = 8, /* enough for a worker that has nothing to do */
	BATCH_BYTES = 1 << 20,
	BATCHES = 2, /* at one worker: the next waits there when one is done */
	ANSWER_ARENA = 8 << 20,
	WALL_FACTOR = 4, /* a disk may be slow, a machine busy */
	PATIENCE_NANOSECONDS = 1000000000
};

enum err pool_new(
	const struct pool_order *order, const struct pool_sink *sink, struct pool **ret_pool)
{
	struct pool *p = calloc(1, sizeof(*p));
	if (!p)
		return E_NOMEM;
	p->order = order;
	p->sink = sink;
	writer_init(&p->message, WIRE_PACKET);
	p->packet = malloc(WIRE_PACKET);
	enum err err = p->packet ? E_OK : E_NOMEM;
	for (unsigned i = 0; i < order->workers && i < POOL_WORKERS; i++) {
		struct pool_worker *w = &p->workers[i];
		w->pidfd = w->socket = -1;
		arena_init(&w->arena, ANSWER_ARENA);
		w->matches = calloc(WIRE_MATCHES, sizeof(*w->matches));
		if (!w->matches)
			err = E_NOMEM;
	}
	if (err != E_OK)
		pool_free(p);
	else
		*ret_pool = p;
	return err;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	for (unsigned i = 0; i < POOL_WORKERS; i++) {
		struct pool_worker *w = &p->workers[i];
		if (w->alive) {
			process_kill(w->pidfd);
			file_close(&w->pidfd);
			file_close(&w->socket);
		}
		job_queue_release(&w->jobs);
		arena_release(&w->arena);
		free(w->matches);
	}
	pool_maker_end(p);
	job_queue_release(&p->open);
	job_queue_release(&p->alone);
	writer_release(&p->message);
	free(p->packet);
	free(p);
}

/* --- giving --- */

static unsigned worker_count(const struct pool *p)
{
	return p->order->workers < POOL_WORKERS ? p->order->workers : POOL_WORKERS;
}

/* The one with the least to do; NULL: all have enough. One that nobody has made yet counts as
 * having nothing. */
static struct pool_worker *least_busy(struct pool *p)
{
	struct pool_worker *best = NULL;
	for (unsigned i = 0; i < worker_count(p); i++) {
		struct pool_worker *w = &p->workers[i];
		if (w->batch_count >= BATCHES || w->tasks >= LIMIT_SCAN_WORKER_TASKS)
			continue;
		if (!best || w->batch_count < best->batch_count ||
			(w->batch_count == best->batch_count && w->alive && !best->alive))
			best = w;
	}
	return best;
}

static size_t batch_most(const struct pool *p)
{
	size_t most = p->order->batch_jobs;
	return most > 0 && most < BATCH_JOBS ? most : BATCH_JOBS;
}

static bool batch_full(const struct pool *p)
{
	return p->open.count >= batch_most(p) || p->open_bytes >= BATCH_BYTES;
}

bool pool_has_room(const struct pool *p)
{
	return !batch_full(p);
}

void pool_add(struct pool *p, struct job *job)
{
	job_queue_add(&p->open, job);
	p->open_bytes += job->task.stamp.size;
}

size_t pool_jobs(const struct pool *p)
{
	size_t count = p->open.count + p->alone.count;
	for (unsigned i = 0; i < worker_count(p); i++)
		count += p->workers[i].jobs.count;
	return count;
}

/* As many of the queue as fit into one message. */
static size_t write_batch(struct pool *p, const struct job *job, int fds[BATCH_JOBS])
{
	size_t count = 0;
	writer_clear(&p->message);
	for (; job && count < batch_most(p); job = job->next) {
		size_t before = p->message.size;
		wire_write_task(&p->message, &job->task);
		if (writer_end(&p->message) != E_OK) {
			p->message.err = E_OK;
			p->message.size = before;
			break;
		}
		fds[count++] = job->fd;
	}
	return count;
}

static void note_given(struct pool *p, struct pool_worker *w, struct job_queue *from, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct job *job = job_queue_take(from);
		job->alone = count == 1;
		job->heard = 0;
		job_queue_add(&w->jobs, job);
	}
	if (w->batch_count == 0) {
		w->awake = p->awake;
		w->used = UINT64_MAX;
	}
	w->batches[w->batch_count++] = count;
	w->tasks += count;
}

static bool any_alive(const struct pool *p)
{
	for (unsigned i = 0; i < worker_count(p); i++)
		if (p->workers[i].alive)
			return true;
	return false;
}

/* No room for one more process: those that are there go on. */
static enum err ensure_alive(struct pool *p, struct pool_worker *w)
{
	enum err err = w->alive ? E_OK : pool_worker_start(p, w);
	return err != E_OK && any_alive(p) ? E_BUSY : err;
}

/* E_BUSY: not now. */
static enum err give_from(struct pool *p, struct pool_worker *w, struct job_queue *from, bool one)
{
	int fds[BATCH_JOBS];
	TRY(ensure_alive(p, w));
	size_t count = write_batch(p, from->first, fds);
	if (one && count > 1) {
		writer_clear(&p->message);
		wire_write_task(&p->message, &from->first->task);
		count = 1;
	}
	enum err err = socket_send_many(w->socket, writer_view(&p->message), fds, count);
	/* It has ended: pool_turn() will see. */
	if (err == E_TRUNCATED)
		return E_BUSY;
	if (err == E_OK)
		note_given(p, w, from, count);
	return err;
}

static enum err give_open(struct pool *p, struct pool_worker *w)
{
	TRY(give_from(p, w, &p->open, false));
	p->open_bytes = 0;
	for (const struct job *job = p->open.first; job; job = job->next)
		p->open_bytes += job->task.stamp.size;
	return E_OK;
}

static bool open_is_due(const struct pool *p, const struct pool_worker *w, bool all)
{
	return p->open.count > 0 &&
	       (all || batch_full(p) || (w->batch_count == 0 && p->open.count >= BATCH_SOON));
}

enum err pool_give(struct pool *p, bool all)
{
	enum err err = E_OK;
	while (err == E_OK) {
		struct pool_worker *w = least_busy(p);
		if (!w)
			return E_OK;
		if (p->alone.count > 0)
			err = give_from(p, w, &p->alone, true);
		else if (open_is_due(p, w, all))
			err = give_open(p, w);
		else
			return E_OK;
	}
	return err == E_BUSY ? E_OK : err;
}

/* --- ends --- */

static void fail_first(
	struct pool *p, struct pool_worker *w, enum unscanned reason, struct str about)
{
	struct job *job = job_queue_take(&w->jobs);
	if (job)
		p->sink->failed(p->sink->context, job, reason, about);
}

/* Whoever was alone with it is to blame; else nobody knows, and each is tried for itself. */
static void replace(struct pool *p, struct pool_worker *w, enum unscanned reason, bool nonsense)
{
	char buffer[STATUS_TEXT];
	struct str about = pool_worker_end(p, w, buffer);
	if (nonsense)
		about = STR("nonsense");
	if (reason == UNSCANNED_TIME)
		about = STR("");
	if (w->jobs.first && w->jobs.first->alone)
		fail_first(p, w, reason, about);
	job_queue_put_back(&p->alone, &w->jobs);
}

static bool hangs(struct pool *p, struct pool_worker *w)
{
	uint64_t limit = (uint64_t)p->order->worker.milliseconds * 1000000;
	uint64_t used;
	if (!w->jobs.first)
		return false;
	uint64_t wall = p->awake - w->awake;
	if (wall <= limit + PATIENCE_NANOSECONDS)
		return false;
	if (wall > WALL_FACTOR * limit + 10 * (uint64_t)PATIENCE_NANOSECONDS)
		return true;
	if (process_time(w->pid, &used) != E_OK)
		return false;
	/* Counted from the first look on, soon after it began. */
	if (w->used == UINT64_MAX)
		w->used = used;
	return used - w->used > limit / 4 + PATIENCE_NANOSECONDS;
}

/* Fresh ones now and then: whatever a file may have done to one does not last. */
static bool worn_out(const struct pool_worker *w)
{
	return w->tasks >= LIMIT_SCAN_WORKER_TASKS && w->jobs.count == 0;
}

static void turn_worker(struct pool *p, struct pool_worker *w)
{
	bool nonsense;
	if (!pool_worker_hear(p, w, &nonsense))
		replace(p, w, UNSCANNED_CRASH, nonsense);
	else if (hangs(p, w))
		replace(p, w, UNSCANNED_TIME, false);
	else if (worn_out(w))
		replace(p, w, UNSCANNED_CRASH, false);
}

void pool_turn(struct pool *p, uint64_t awake)
{
	p->awake = awake;
	for (unsigned i = 0; i < worker_count(p); i++)
		if (p->workers[i].alive)
			turn_worker(p, &p->workers[i]);
}

size_t pool_waits(struct pool *p, struct pollfd *fds, size_t capacity)
{
	size_t count = 0;
	for (unsigned i = 0; i < worker_count(p) && count < capacity; i++)
		if (p->workers[i].alive)
			fds[count++] =
				(struct pollfd){.fd = p->workers[i].socket, .events = POLLIN};
	return count;
}

bool pool_has_process(const struct pool *p, pid_t pid)
{
	if (p->maker_runs && p->maker.pid == pid)
		return true;
	for (unsigned i = 0; i < worker_count(p); i++)
		if (p->workers[i].alive && p->workers[i].pid == pid)
			return true;
	return false;
}

uint64_t pool_used(const struct pool *p)
{
	uint64_t sum = p->used, used;
	for (unsigned i = 0; i < worker_count(p); i++)
		if (p->workers[i].alive && process_time(p->workers[i].pid, &used) == E_OK)
			sum += used;
	return sum;
}
