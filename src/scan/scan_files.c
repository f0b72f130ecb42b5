/* SPDX-License-Identifier: Apache-2.0 */
/* Files on their way from the walk to the workers. */
#include "scan/scan_parts.h"

enum {
	LOOK_UP = 64,     /* steps between two looks at what workers say */
	COUNT_STEPS = 256 /* of counting while there is nothing else to do */
};

static void not_scanned(struct scan *s, const struct walked *walked, enum unscanned reason)
{
	s->totals.not_scanned++;
	scan_not_scanned(s, OBJECT_FILE, walked->path, STR(""), reason, STR(""));
}

static bool settled(const struct scan *s, const struct file_stamp *stamp)
{
	return stamp->changed < s->settled_before && stamp->modified < s->settled_before;
}

static bool known_clean(struct scan *s, const struct walked *walked)
{
	if (!s->verdicts || !walked->lasting ||
		!verdicts_clean(s->verdicts, &walked->facts.stamp, walked->path))
		return false;
	s->totals.files++;
	s->totals.cached++;
	s->totals.bytes += walked->facts.stamp.size;
	return true;
}

static enum err add_job(
	struct scan *s, const struct task *task, enum object_kind kind, int fd, bool cacheable)
{
	struct job *job = job_new(task, kind, fd);
	if (!job) {
		file_close(&fd);
		return E_NOMEM;
	}
	job->cacheable = cacheable;
	job->process = kind == OBJECT_PROCESS ? s->process : 0;
	s->read += task->stamp.size;
	pool_add(s->pool, job);
	while (!s->stopped && !pool_has_room(s->pool))
		TRY(scan_turn(s, 100, false));
	return E_OK;
}

static void note_current(struct scan *s, struct str path)
{
	writer_clear(&s->current);
	writer_str(&s->current, path);
}

/* Already, for another's sake. */
static bool looked_at(const struct scan *s, const struct entry_facts *facts)
{
	return identities_has(
		&s->looked, (struct identity){facts->stamp.device, facts->stamp.inode});
}

enum err scan_take_file(struct scan *s, const struct walked *walked)
{
	struct entry_facts facts;
	int fd;
	if (walked->facts.stamp.size > s->file_size_most) {
		not_scanned(s, walked, UNSCANNED_SIZE);
		return E_OK;
	}
	if (looked_at(s, &walked->facts) || known_clean(s, walked))
		return E_OK;
	enum err err = entry_open_file(walked->folder, walked->name, &fd, &facts);
	if (err != E_OK) {
		not_scanned(s, walked, unscanned_for(err));
		return E_OK;
	}
	note_current(s, walked->path);
	const struct task task = {
		.kind = TASK_FILE, .stamp = facts.stamp, .path = walked->path, .extra = STR("")};
	return add_job(s, &task, OBJECT_FILE, fd, walked->lasting && settled(s, &facts.stamp));
}

enum err scan_take_open(struct scan *s, const struct task *task, enum object_kind kind, int fd,
	const struct entry_facts *facts)
{
	const struct identity id = {facts->stamp.device, facts->stamp.inode};
	bool new = true;
	enum err err = E_OK;
	if (task->kind == TASK_FILE || task->kind == TASK_PLACE)
		err = identities_add(&s->looked, id, &new);
	if (err != E_OK || !new || identities_has(&s->own, id)) {
		file_close(&fd);
		return err;
	}
	note_current(s, task->path);
	return add_job(s, task, kind, fd, false);
}

static bool on_disk(int fd)
{
	enum file_system kind;
	return file_system_of(fd, &kind) == E_OK && kind == FILE_SYSTEM_DISK;
}

enum err scan_take_named(struct scan *s, struct str path, int fd, const struct entry_facts *facts)
{
	const struct identity id = {facts->stamp.device, facts->stamp.inode};
	const struct walked walked = {.path = path, .facts = *facts, .lasting = on_disk(fd)};
	const struct task task = {
		.kind = TASK_FILE, .stamp = facts->stamp, .path = path, .extra = STR("")};
	bool new;
	enum err err = identities_add(&s->looked, id, &new);
	bool wanted = err == E_OK && new && !identities_has(&s->own, id);
	bool too_large = wanted && facts->stamp.size > s->file_size_most;
	if (too_large)
		not_scanned(s, &walked, UNSCANNED_SIZE);
	if (!wanted || too_large || known_clean(s, &walked)) {
		file_close(&fd);
		return err;
	}
	note_current(s, path);
	return add_job(s, &task, OBJECT_FILE, fd, walked.lasting && settled(s, &facts->stamp));
}

/* --- the walk --- */

static enum err take_step(struct scan *s, enum walk_step step, const struct walked *walked)
{
	switch (step) {
	case WALK_FILE:
		return scan_take_file(s, walked);
	case WALK_UNSCANNED:
		not_scanned(s, walked, walked->reason);
		break;
	case WALK_FOREIGN:
		if (s->sink->foreign)
			s->sink->foreign(s->sink->context, walked->path);
		break;
	case WALK_PASSED:
	case WALK_END:
		break;
	}
	return E_OK;
}

enum err scan_walk(struct scan *s, const char *path)
{
	enum walk_step step = WALK_PASSED;
	struct walked walked;
	enum err err = walker_begin(s->walker, path);
	if (err != E_OK && err != E_NOMEM) {
		walked = (struct walked){.path = str_from(path)};
		not_scanned(s, &walked, unscanned_for(err));
		return E_OK;
	}
	for (unsigned i = 0; err == E_OK && step != WALK_END && !s->stopped; i++) {
		err = walker_next(s->walker, &step, &walked);
		if (err == E_OK)
			err = take_step(s, step, &walked);
		if (err == E_OK && i % LOOK_UP == 0)
			err = scan_turn(s, 0, false);
	}
	return err;
}

/* --- counting ahead --- */

/* The next path's beginning; false: there is none. */
static bool count_further(struct scan *s)
{
	while (s->counted_paths < s->order->path_count)
		if (walker_begin(s->counter, s->order->paths[s->counted_paths++]) == E_OK)
			return true;
	walker_free(s->counter);
	s->counter = NULL;
	return false;
}

bool scan_count(struct scan *s)
{
	enum walk_step step;
	struct walked walked;
	for (int i = 0; i < COUNT_STEPS && s->counter; i++) {
		if (walker_next(s->counter, &step, &walked) != E_OK)
			step = WALK_END;
		if (step == WALK_END && !count_further(s))
			return false;
		if (step != WALK_FILE || walked.facts.stamp.size > s->file_size_most)
			continue;
		s->expected_files++;
		s->expected_bytes += walked.facts.stamp.size;
	}
	return s->counter != NULL;
}
