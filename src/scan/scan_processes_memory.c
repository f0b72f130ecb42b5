/* SPDX-License-Identifier: Apache-2.0 */
/* What of a process's memory is worth reading: what is in no file that is looked at anyway. */
#include <fcntl.h>

#include "scan/scan_processes.h"
#include "survey/regions.h"

enum {
	RUN_BYTES = 16,
	TASK_BYTES = 64 << 20 /* so that all workers have something to do */
};

/* --- runs of bytes become tasks --- */

static enum err give_regions(struct looking *l, int from)
{
	const struct task task = {.kind = TASK_MEMORY,
		.stamp = {.size = l->gathered},
		.path = l->label,
		.extra = writer_view_str(&l->regions)};
	const struct entry_facts none = {.type = ENTRY_FILE};
	int fd;
	if (l->regions.size == 0)
		return E_OK;
	TRY(writer_end(&l->regions));
	TRY(file_duplicate(from, &fd));
	enum err err = scan_take_open(l->s, &task, OBJECT_PROCESS, fd, &none);
	writer_clear(&l->regions);
	l->gathered = 0;
	return err;
}

static enum err add_piece(struct looking *l, int fd, uint64_t at, uint64_t size)
{
	writer_u64(&l->regions, at);
	writer_u64(&l->regions, size);
	l->gathered += size;
	if (l->regions.size + RUN_BYTES > WIRE_EXTRA || l->gathered >= TASK_BYTES)
		return give_regions(l, fd);
	return l->s->stopped ? E_BUSY : E_OK;
}

/* In pieces that a worker has room for; what lies across two is seen in one of them. */
static enum err add_run(struct looking *l, int fd, uint64_t from, uint64_t to)
{
	if (to - from > LIMIT_SCAN_PROCESS - l->bytes) {
		l->too_much = true;
		to = from + (LIMIT_SCAN_PROCESS - l->bytes);
	}
	l->bytes += to - from;
	while (to - from > MEMORY_PIECE) {
		TRY(add_piece(l, fd, from, MEMORY_PIECE));
		from += MEMORY_PIECE - MEMORY_OVERLAP;
	}
	return to > from ? add_piece(l, fd, from, to - from) : E_OK;
}

static enum err on_run(void *context, uint64_t from, uint64_t to)
{
	struct looking *l = context;
	return add_run(l, l->memory, from, to);
}

static enum err give_pages(struct looking *l, const struct region *r, bool own)
{
	const struct page_runs runs = {l, on_run};
	enum err err = running_pages(l->pages, r->from, r->to, own, &runs);
	if (err != E_LIMIT)
		return err;
	l->too_much = true;
	return E_OK;
}

/* --- files in memory --- */

/* Nameless memory that several processes share: what is in it, through the file. Reading holes
 * through the process would fill them. */
static enum err give_content(struct looking *l, int fd, uint64_t size)
{
	uint64_t from = 0, to = 0;
	enum err err = give_regions(l, l->memory);
	while (err == E_OK && to < size) {
		err = file_content(fd, to, &from, &to);
		if (err != E_OK || from == to)
			break;
		err = add_run(l, fd, from, to);
	}
	return err == E_OK ? give_regions(l, fd) : err;
}

static enum err take_nameless(struct looking *l, const struct region *r, int fd,
	const struct entry_facts *facts, bool *ret_covered)
{
	const struct task task = {
		.kind = TASK_FILE, .stamp = facts->stamp, .path = l->label, .extra = STR("")};
	const struct identity id = {facts->stamp.device, facts->stamp.inode};
	*ret_covered = true;
	/* The program itself, or what another shares with it. */
	if (identities_has(&l->s->looked, id)) {
		file_close(&fd);
		return E_OK;
	}
	if (r->executable && facts->stamp.size <= l->s->file_size_most)
		return scan_take_open(l->s, &task, OBJECT_PROCESS, fd, facts);
	enum err err = give_content(l, fd, facts->stamp.size);
	file_close(&fd);
	return err;
}

/* The same file as the kernel says; file systems of several layers have device numbers that it does
 * not say. */
static bool same_file(const struct region *r, const struct entry_facts *facts)
{
	return facts->stamp.inode == r->inode;
}

static enum err open_named(const struct region *r, int *ret_fd, struct entry_facts *ret_facts)
{
	char path[RUNNING_PATH];
	if (r->deleted || r->path.size >= sizeof(path))
		return E_DENIED;
	memcpy(path, r->path.data, r->path.size);
	path[r->path.size] = '\0';
	TRY(entry_open_file(AT_FDCWD, path, ret_fd, ret_facts));
	if (same_file(r, ret_facts))
		return E_OK;
	file_close(ret_fd);
	return E_DENIED;
}

/* *ret_covered: what is in the file is looked at, by itself or because it lies on the disk like any
 * other and nobody runs it. */
static enum err look_at_file(struct looking *l, const struct region *r, bool *ret_covered)
{
	const struct identity id = {r->device, r->inode};
	struct entry_facts facts;
	bool new;
	int fd;
	*ret_covered = identities_has(&l->s->mapped, id) || (!r->deleted && !r->executable);
	if (*ret_covered)
		return E_OK;
	enum err err = running_mapped(l->proc, l->pid, r->from, r->to, &fd, &facts);
	if (err != E_OK)
		err = open_named(r, &fd, &facts);
	if (err != E_OK)
		return E_OK;
	if (r->deleted) {
		TRY(take_nameless(l, r, fd, &facts, ret_covered));
	} else {
		TRY(scan_take_named(l->s, r->path, fd, &facts));
		*ret_covered = true;
	}
	return identities_add(&l->s->mapped, id, &new);
}

/* --- regions --- */

static bool is_secret(struct str path)
{
	return str_starts(path, STR("/secretmem"));
}

static enum err look_at_region(struct looking *l, const struct region *r)
{
	bool covered = false;
	if (is_secret(r->path)) {
		l->kept_back = true;
		return E_OK;
	}
	if (r->inode != 0)
		TRY(look_at_file(l, r, &covered));
	if (covered && r->shared)
		return E_OK;
	return give_pages(l, r, covered);
}

static enum err on_region(void *context, const struct region *r)
{
	struct looking *l = context;
	if (!r->readable || region_is_lent(r) || r->executable != l->runnable)
		return E_OK;
	return look_at_region(l, r);
}

static enum err read_maps(struct looking *l, struct bytes maps)
{
	const struct region_sink sink = {l, on_region};
	l->runnable = true;
	TRY(memory_regions_read(maps, &sink));
	l->runnable = false;
	TRY(memory_regions_read(maps, &sink));
	return give_regions(l, l->memory);
}

static enum err read_memory(struct looking *l)
{
	struct writer maps;
	writer_init(&maps, LIMIT_SCAN_MAPS);
	writer_init(&l->regions, WIRE_EXTRA);
	enum err err = running_maps(l->proc, l->pid, &maps);
	if (err == E_OK)
		err = read_maps(l, writer_view(&maps));
	writer_release(&maps);
	writer_release(&l->regions);
	return err;
}

enum err process_look_at_memory(struct looking *l)
{
	TRY(running_memory(l->proc, l->pid, &l->memory));
	enum err err = running_pages_open(l->proc, l->pid, &l->pages);
	if (err == E_OK)
		err = read_memory(l);
	file_close(&l->memory);
	file_close(&l->pages);
	if (l->too_much)
		process_missed(l, UNSCANNED_SIZE, "memory");
	if (l->kept_back)
		process_missed(l, UNSCANNED_DENIED, "memfd_secret");
	return err;
}
