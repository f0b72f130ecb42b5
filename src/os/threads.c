/* SPDX-License-Identifier: Apache-2.0 */
#include "os/threads.h"

enum {
	THREADS_MOST = 64 /* at a time */
};

struct work {
	thread_job_fn *job;
	void *context;
	size_t number;
};

static void *begin(void *argument)
{
	const struct work *w = argument;
	w->job(w->context, w->number);
	return NULL;
}

/* At most THREADS_MOST. */
static void run(size_t first, size_t count, thread_job_fn *job, void *context)
{
	pthread_t threads[THREADS_MOST];
	struct work works[THREADS_MOST];
	bool started[THREADS_MOST] = {false};
	for (size_t i = 1; i < count; i++) {
		works[i] = (struct work){job, context, first + i};
		started[i] = pthread_create(&threads[i], NULL, begin, &works[i]) == 0;
	}
	job(context, first);
	for (size_t i = 1; i < count; i++) {
		if (started[i])
			(void)pthread_join(threads[i], NULL);
		else
			job(context, first + i);
	}
}

void threads_run(size_t count, thread_job_fn *job, void *context)
{
	for (size_t first = 0; first < count; first += THREADS_MOST) {
		size_t left = count - first;
		run(first, left < THREADS_MOST ? left : THREADS_MOST, job, context);
	}
}

static void *begin_one(void *argument)
{
	struct thread *t = argument;
	t->job(t->context, 0);
	atomic_store_explicit(&t->ended, true, memory_order_release);
	return NULL;
}

void thread_begin(struct thread *t, thread_job_fn *job, void *context)
{
	t->job = job;
	t->context = context;
	atomic_init(&t->ended, false);
	t->running = pthread_create(&t->id, NULL, begin_one, t) == 0;
	if (!t->running)
		(void)begin_one(t);
}

bool thread_ended(const struct thread *t)
{
	return atomic_load_explicit(&t->ended, memory_order_acquire);
}

void thread_end(struct thread *t)
{
	if (t->running)
		(void)pthread_join(t->id, NULL);
	t->running = false;
}
