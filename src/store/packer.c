/* SPDX-License-Identifier: Apache-2.0 */
#include "store/packer.h"

#include <errno.h>
#include <stdlib.h>

enum err packer_init(struct packer *p, const struct data_folder *folder, struct str feed)
{
	*p = (struct packer){.folder = folder, .feed = feed};
	p->owner = pthread_self();
	(void)pthread_mutex_init(&p->lock, NULL);
	(void)pthread_cond_init(&p->work, NULL);
	(void)pthread_cond_init(&p->room, NULL);
	writer_init(&p->derived_file, UINT32_MAX);
	p->writer = segment_writer_new(folder->parts[FOLDER_SEGMENTS]);
	p->derived = derived_builder_new();
	return p->writer && p->derived ? E_OK : E_NOMEM;
}

static void end_release(struct segment_end *end)
{
	text_table_free(end->names);
	text_table_free(end->columns);
}

void packer_release(struct packer *p)
{
	(void)!packer_wait(p);
	for (size_t i = 0; i < p->spare_count; i++)
		batch_free(p->spare[i]);
	placing_forget(&p->placing);
	segment_writer_free(p->writer);
	derived_builder_free(p->derived);
	writer_release(&p->derived_file);
	free(p->segments);
	(void)pthread_cond_destroy(&p->work);
	(void)pthread_cond_destroy(&p->room);
	(void)pthread_mutex_destroy(&p->lock);
}

/* --- on the thread --- */

static enum err build_derived(
	struct packer *p, const struct segment_end *end, const struct new_segment *segment)
{
	size_t count = text_table_count(end->names);
	struct str *names = calloc(count + 1, sizeof(*names));
	if (!names)
		return E_NOMEM;
	for (size_t i = 0; i < count; i++)
		names[i] = text_table_get(end->names, i);
	enum err err = derived_builder_write(
		p->derived, segment->facts.checksum, names, count, &p->derived_file);
	free(names);
	return err;
}

static enum err write_derived(
	struct packer *p, const struct segment_end *end, const struct new_segment *segment)
{
	TRY(build_derived(p, end, segment));
	struct file_new *file = placing_next(&p->placing, FOLDER_DERIVED, segment->id);
	TRY(file_new_begin(p->folder->parts[FOLDER_DERIVED], file));
	TRY(file_write(file->fd, writer_view(&p->derived_file)));
	file_new_write_behind(file);
	return E_OK;
}

static enum err write_segment(
	struct packer *p, const struct segment_end *end, struct new_segment *segment)
{
	struct file_new *file = placing_next(&p->placing, FOLDER_SEGMENTS, segment->id);
	return segment_writer_close(
		p->writer, p->feed, end->names, end->columns, &segment->facts, file);
}

static struct new_segment *push_segment(struct packer *p, int64_t id)
{
	if (p->segment_count == p->segment_capacity) {
		size_t capacity = p->segment_capacity ? p->segment_capacity * 2 : 8;
		struct new_segment *grown = realloc(p->segments, capacity * sizeof(*grown));
		if (!grown)
			return NULL;
		p->segments = grown;
		p->segment_capacity = capacity;
	}
	struct new_segment *segment = &p->segments[p->segment_count++];
	*segment = (struct new_segment){.id = id};
	return segment;
}

static enum err end_segment(struct packer *p, const struct segment_end *end)
{
	struct new_segment *segment = push_segment(p, end->id);
	if (!segment)
		return E_NOMEM;
	if (placing_full(&p->placing))
		TRY(placing_settle(&p->placing, p->folder));
	TRY(write_segment(p, end, segment));
	return write_derived(p, end, segment);
}

static enum err pack(struct packer *p, const struct packer_job *job)
{
	TRY(segment_writer_add(p->writer, job->block));
	TRY(derived_builder_add(p->derived, job->block));
	return job->ends ? end_segment(p, &job->end) : E_OK;
}

static void pack_first(struct packer *p)
{
	struct packer_job *job = &p->jobs[p->first];
	if (p->err == E_OK) {
		(void)pthread_mutex_unlock(&p->lock);
		enum err err = pack(p, job);
		int error = errno;
		(void)pthread_mutex_lock(&p->lock);
		p->err = err;
		p->error = error;
	}
	end_release(&job->end);
	batch_clear(job->block);
	p->spare[p->spare_count++] = job->block;
	*job = (struct packer_job){0};
	p->first = (p->first + 1) % PACKER_AHEAD;
	p->count--;
	(void)pthread_cond_signal(&p->room);
}

/* True: there is a block. Where the system gave no thread nobody could bring another. */
static bool await(struct packer *p)
{
	while (p->count == 0 && !p->ending && !pthread_equal(p->owner, pthread_self()))
		(void)pthread_cond_wait(&p->work, &p->lock);
	return p->count > 0;
}

static void run(void *context, size_t job)
{
	struct packer *p = context;
	(void)job;
	(void)pthread_mutex_lock(&p->lock);
	while (await(p))
		pack_first(p);
	(void)pthread_mutex_unlock(&p->lock);
}

/* --- on the caller's --- */

enum err packer_wait(struct packer *p)
{
	(void)pthread_mutex_lock(&p->lock);
	p->ending = true;
	(void)pthread_cond_signal(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
	thread_end(&p->thread);
	p->ending = false;
	errno = p->error;
	return p->err;
}

static void push(struct packer *p, const struct packer_job *job, struct batch **ret_spare)
{
	(void)pthread_mutex_lock(&p->lock);
	while (p->count == PACKER_AHEAD)
		(void)pthread_cond_wait(&p->room, &p->lock);
	p->jobs[(p->first + p->count++) % PACKER_AHEAD] = *job;
	*ret_spare = p->spare_count > 0 ? p->spare[--p->spare_count] : NULL;
	(void)pthread_cond_signal(&p->work);
	(void)pthread_mutex_unlock(&p->lock);
	if (!p->thread.running)
		thread_begin(&p->thread, run, p);
}

static enum err so_far(struct packer *p)
{
	(void)pthread_mutex_lock(&p->lock);
	enum err err = p->err;
	errno = p->error;
	(void)pthread_mutex_unlock(&p->lock);
	return err;
}

enum err packer_take(struct packer *p, struct batch **block, const struct segment_end *end)
{
	struct packer_job job = {.block = *block, .ends = end != NULL};
	if (end)
		job.end = *end;
	push(p, &job, block);
	if (!*block)
		*block = batch_new();
	return *block ? so_far(p) : E_NOMEM;
}
