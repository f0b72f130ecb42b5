/* SPDX-License-Identifier: Apache-2.0 */
#include "http/pool.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/limits.h"
#include "http/answer.h"
#include "http/task.h"

enum {
	POOL_THREADS = 16
};

struct pool {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct task *first, *last; /* waiting */
	size_t waiting;
	bool stopping;
	pthread_t threads[POOL_THREADS];
	unsigned count;
};

/* NULL: it is over. *ret_late: it comes too late to be made. */
static struct task *take(struct pool *p, bool *ret_late)
{
	pthread_mutex_lock(&p->lock);
	while (!p->first && !p->stopping)
		pthread_cond_wait(&p->work, &p->lock);
	struct task *task = p->first;
	if (task) {
		p->first = task->next;
		p->last = p->first ? p->last : NULL;
		p->waiting--;
	}
	*ret_late = p->stopping;
	pthread_mutex_unlock(&p->lock);
	return task;
}

static void make(struct task *task, bool late)
{
	struct http_answer a;
	exchange_make(&task->x, late ? 503 : 0, &a);
	/* Files are sent by the library's own threads. */
	if (a.file.size > 0)
		exchange_make(&task->x, 500, &a);
	task->status = a.status;
	task->size = a.body->size;
	task->response = answer_response(&a, task->x.secure);
}

static void *run(void *context)
{
	struct pool *p = context;
	struct task *task;
	bool late;
	while ((task = take(p, &late))) {
		struct MHD_Connection *connection = task->x.connection;
		task->x.worker = server_worker(task->x.server);
		if (task->x.worker)
			make(task, late);
		task->made = true;
		/* From here on the task is the library's thread's. */
		MHD_resume_connection(connection);
	}
	return NULL;
}

struct pool *pool_new(unsigned threads)
{
	struct pool *p = calloc(1, sizeof(*p));
	if (!p)
		return NULL;
	pthread_mutex_init(&p->lock, NULL);
	pthread_cond_init(&p->work, NULL);
	for (unsigned i = 0; i < threads && i < POOL_THREADS; i++)
		if (pthread_create(&p->threads[p->count], NULL, run, p) == 0)
			p->count++;
	if (p->count > 0)
		return p;
	pool_free(p);
	return NULL;
}

bool pool_put(struct pool *p, struct task *task)
{
	pthread_mutex_lock(&p->lock);
	bool takes = !p->stopping && p->waiting < LIMIT_HTTP_SLOW_WAITING;
	if (takes) {
		MHD_suspend_connection(task->x.connection);
		task->next = NULL;
		if (p->last)
			p->last->next = task;
		else
			p->first = task;
		p->last = task;
		p->waiting++;
		pthread_cond_signal(&p->work);
	}
	pthread_mutex_unlock(&p->lock);
	return takes;
}

void pool_stop(struct pool *p)
{
	pthread_mutex_lock(&p->lock);
	p->stopping = true;
	pthread_cond_broadcast(&p->work);
	pthread_mutex_unlock(&p->lock);
	for (unsigned i = 0; i < p->count; i++)
		pthread_join(p->threads[i], NULL);
	p->count = 0;
}

void pool_free(struct pool *p)
{
	if (!p)
		return;
	pool_stop(p);
	pthread_cond_destroy(&p->work);
	pthread_mutex_destroy(&p->lock);
	free(p);
}
