/* SPDX-License-Identifier: Apache-2.0 */
/* Processes: the file each runs, also one without a name, and what is in its memory. */
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/running.h"
#include "scan/scan_parts.h"
#include "survey/regions.h"

enum {
	LABEL = 96,
	REGION_BYTES = 16
};

/* One process. */
struct looking {
	struct scan *s;
	int proc, memory, pages;
	struct str label; /* "pid 123 (sshd)" */
	struct writer regions;
	uint64_t bytes;
	bool too_much;
};

static void missed(struct scan *s, struct str label, enum unscanned reason)
{
	s->totals.not_scanned++;
	scan_not_scanned(s, OBJECT_PROCESS, label, STR(""), reason, STR(""));
}

/* --- memory --- */

/* What has been gathered becomes a task. */
static enum err give_regions(struct looking *l)
{
	const struct task task = {
		.kind = TASK_MEMORY, .path = l->label, .extra = writer_view_str(&l->regions)};
	const struct entry_facts none = {0};
	int fd;
	if (l->regions.size == 0)
		return E_OK;
	TRY(file_duplicate(l->memory, &fd));
	enum err err = scan_take_open(l->s, &task, OBJECT_PROCESS, fd, &none);
	writer_clear(&l->regions);
	return err;
}

static enum err on_run(void *context, uint64_t from, uint64_t to)
{
	struct looking *l = context;
	if (to - from > LIMIT_SCAN_PROCESS - l->bytes) {
		l->too_much = true;
		return E_OK;
	}
	l->bytes += to - from;
	writer_u64(&l->regions, from);
	writer_u64(&l->regions, to - from);
	if (l->regions.size + REGION_BYTES > WIRE_EXTRA)
		return give_regions(l);
	return l->s->stopped ? E_BUSY : E_OK;
}

/* What comes unchanged from a file with a name is looked at there. */
static bool worth_reading(const struct region *r)
{
	if (!r->readable || str_starts(r->path, STR("/dev/")) ||
		str_equal(r->path, STR("[vvar]")) || str_equal(r->path, STR("[vsyscall]")) ||
		str_equal(r->path, STR("[vdso]")))
		return false;
	return r->inode == 0 || r->deleted || (r->writable && !r->shared);
}

static enum err on_region(void *context, const struct region *region)
{
	struct looking *l = context;
	const struct page_runs runs = {l, on_run};
	return worth_reading(region) ? running_pages(l->pages, region->from, region->to, &runs)
				     : E_OK;
}

static enum err read_memory(struct looking *l, pid_t pid)
{
	const struct region_sink sink = {l, on_region};
	struct writer maps;
	writer_init(&maps, LIMIT_SCAN_MAPS);
	enum err err = running_maps(l->proc, pid, &maps);
	if (err == E_OK)
		err = memory_regions_read(writer_view(&maps), &sink);
	if (err == E_OK)
		err = give_regions(l);
	writer_release(&maps);
	return err;
}

static enum err look_at_memory(struct looking *l, pid_t pid)
{
	TRY(running_memory(l->proc, pid, &l->memory));
	enum err err = running_pages_open(l->proc, pid, &l->pages);
	writer_init(&l->regions, WIRE_EXTRA);
	if (err == E_OK)
		err = read_memory(l, pid);
	if (err == E_OK && l->too_much)
		missed(l->s, l->label, UNSCANNED_SIZE);
	writer_release(&l->regions);
	file_close(&l->memory);
	file_close(&l->pages);
	return err;
}

/* --- one process --- */

/* A file with a name is called by it, whoever runs it; one without by the process. */
static enum err take_program(
	struct looking *l, int fd, const struct entry_facts *facts, const char *path)
{
	struct str name = str_from(path);
	bool deleted = take_deleted(&name);
	const struct task task = {.kind = TASK_FILE,
		.stamp = facts->stamp,
		.path = deleted ? l->label : name,
		.extra = STR("")};
	if (facts->stamp.size > l->s->file_size_most) {
		file_close(&fd);
		missed(l->s, l->label, UNSCANNED_SIZE);
		return E_OK;
	}
	return scan_take_open(l->s, &task, deleted ? OBJECT_PROCESS : OBJECT_FILE, fd, facts);
}

/* *ret_ours: another of ourselves, which has the rules in its memory. E_NOTFOUND: none of a
 * program, or ended. */
static enum err look_at_program(struct looking *l, pid_t pid, bool *ret_ours)
{
	char path[RUNNING_PATH];
	struct entry_facts facts;
	int fd;
	TRY(running_program(l->proc, pid, &fd, &facts, path));
	*ret_ours =
		facts.stamp.device == l->s->self.device && facts.stamp.inode == l->s->self.inode;
	if (!*ret_ours)
		return take_program(l, fd, &facts, path);
	file_close(&fd);
	return E_OK;
}

static enum err look_at(struct scan *s, int proc, pid_t pid)
{
	char name[RUNNING_NAME], label[LABEL];
	struct looking l = {.s = s, .proc = proc, .memory = -1, .pages = -1};
	bool ours = false;
	if (running_name(proc, pid, name) != E_OK)
		return E_OK;
	int size = snprintf(label, sizeof(label), "pid %d (%s)", (int)pid, name);
	l.label = (struct str){label, (size_t)size};
	enum err err = look_at_program(&l, pid, &ours);
	if (err == E_NOTFOUND || ours)
		return E_OK;
	s->totals.processes++;
	if (err == E_OK)
		err = look_at_memory(&l, pid);
	if (err == E_NOMEM || err == E_CRASHED || err == E_VERSION || err == E_CORRUPT)
		return err;
	if (err == E_DENIED || err == E_IO || err == E_LIMIT || err == E_SYNTAX)
		missed(s, l.label, unscanned_for(err));
	return E_OK;
}

/* --- all --- */

struct listing {
	struct scan *s;
	int proc;
};

static enum err on_name(void *context, const char *name)
{
	const struct listing *l = context;
	uint64_t pid;
	if (l->s->stopped)
		return E_BUSY;
	return str_to_u64(str_from(name), INT32_MAX, &pid) && pid > 0
		       ? look_at(l->s, l->proc, (pid_t)pid)
		       : E_OK;
}

static enum err look_at_these(struct scan *s, int proc)
{
	const struct scan_order *o = s->order;
	for (size_t i = 0; i < o->pid_count && !s->stopped; i++)
		TRY(look_at(s, proc, o->pids[i]));
	return E_OK;
}

enum err scan_processes(struct scan *s)
{
	struct listing l = {.s = s};
	struct entry_facts self;
	char path[RUNNING_PATH];
	int fd;
	if (folder_open(AT_FDCWD, "/proc", &l.proc) != E_OK) {
		missed(s, STR("/proc"), UNSCANNED_DENIED);
		return E_OK;
	}
	enum err err = running_program(l.proc, getpid(), &fd, &self, path);
	if (err == E_OK) {
		s->self = (struct identity){self.stamp.device, self.stamp.inode};
		file_close(&fd);
		err = s->order->pid_count > 0 ? look_at_these(s, l.proc)
					      : folder_each(l.proc, on_name, &l);
	}
	file_close(&l.proc);
	return s->stopped ? E_OK : err;
}
