/* SPDX-License-Identifier: Apache-2.0 */
#include "scan/job.h"

#include <stdlib.h>

struct job *job_new(const struct task *task, enum object_kind kind, int fd)
{
	struct job *job = malloc(sizeof(*job) + task->path.size + task->extra.size + 1);
	if (!job)
		return NULL;
	*job = (struct job){.task = *task, .kind = kind, .fd = fd};
	char *extra = job->text + task->path.size;
	if (task->path.size > 0)
		memcpy(job->text, task->path.data, task->path.size);
	if (task->extra.size > 0)
		memcpy(extra, task->extra.data, task->extra.size);
	job->task.path.data = job->text;
	job->task.extra.data = extra;
	return job;
}

void job_free(struct job *job)
{
	if (job)
		file_close(&job->fd);
	free(job);
}

void job_queue_add(struct job_queue *q, struct job *job)
{
	job->next = NULL;
	if (q->last)
		q->last->next = job;
	else
		q->first = job;
	q->last = job;
	q->count++;
}

struct job *job_queue_take(struct job_queue *q)
{
	struct job *job = q->first;
	if (!job)
		return NULL;
	q->first = job->next;
	if (!q->first)
		q->last = NULL;
	q->count--;
	job->next = NULL;
	return job;
}

void job_queue_put_back(struct job_queue *q, struct job_queue *from)
{
	if (!from->first)
		return;
	from->last->next = q->first;
	if (!q->last)
		q->last = from->last;
	q->first = from->first;
	q->count += from->count;
	*from = (struct job_queue){0};
}

void job_queue_release(struct job_queue *q)
{
	for (struct job *job; (job = job_queue_take(q));)
		job_free(job);
}
