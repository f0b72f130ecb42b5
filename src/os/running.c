/* SPDX-License-Identifier: Apache-2.0 */
#include "os/running.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "os/system.h"

enum {
	NAME = 64,
	ENTRIES = 8192, /* of the kernel's list of pages, read at once */
	GAP = 64 << 10
};
/* linux/Documentation/admin-guide/mm/pagemap.rst */
#define PAGE_PRESENT (UINT64_C(1) << 63)
#define PAGE_SWAPPED (UINT64_C(1) << 62)

static enum err running_err(int number)
{
	return number == ESRCH ? E_NOTFOUND : system_err(number);
}

static enum err open_of(int proc, pid_t pid, const char *name, int *ret_fd)
{
	char path[NAME];
	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return running_err(errno);
	*ret_fd = fd;
	return E_OK;
}

enum err running_name(int proc, pid_t pid, char ret_name[RUNNING_NAME])
{
	int fd;
	size_t size;
	TRY(open_of(proc, pid, "comm", &fd));
	enum err err = file_read(fd, (uint8_t *)ret_name, RUNNING_NAME - 1, &size);
	file_close(&fd);
	TRY(err);
	while (size > 0 && ret_name[size - 1] == '\n')
		size--;
	ret_name[size] = '\0';
	return E_OK;
}

enum err running_program(int proc, pid_t pid, int *ret_fd, struct entry_facts *ret_facts,
	char ret_path[RUNNING_PATH])
{
	char name[NAME];
	snprintf(name, sizeof(name), "%d/exe", (int)pid);
	ssize_t size = readlinkat(proc, name, ret_path, RUNNING_PATH - 1);
	if (size < 0)
		return running_err(errno);
	ret_path[size] = '\0';
	TRY(open_of(proc, pid, "exe", ret_fd));
	enum err err = descriptor_facts(*ret_fd, ret_facts);
	if (err != E_OK)
		file_close(ret_fd);
	return err;
}

enum err running_memory(int proc, pid_t pid, int *ret_fd)
{
	return open_of(proc, pid, "mem", ret_fd);
}

enum err running_maps(int proc, pid_t pid, struct writer *into)
{
	uint8_t piece[4096];
	size_t size = 0;
	int fd;
	TRY(open_of(proc, pid, "maps", &fd));
	enum err err = E_OK;
	do {
		err = file_read(fd, piece, sizeof(piece), &size);
		if (err == E_OK)
			writer_bytes(into, (struct bytes){piece, size});
	} while (err == E_OK && size == sizeof(piece) && into->err == E_OK);
	file_close(&fd);
	return err == E_OK ? writer_end(into) : err;
}

enum err running_pages_open(int proc, pid_t pid, int *ret_fd)
{
	return open_of(proc, pid, "pagemap", ret_fd);
}

/* The run that is being followed. */
struct following {
	uint64_t from, to;
	const struct page_runs *runs;
};

static enum err follow(struct following *f, uint64_t from, uint64_t to)
{
	if (f->to > f->from && from - f->to <= GAP) {
		f->to = to;
		return E_OK;
	}
	enum err err = E_OK;
	if (f->to > f->from)
		err = f->runs->run(f->runs->context, f->from, f->to);
	f->from = from;
	f->to = to;
	return err;
}

enum err running_pages(int pages, uint64_t from, uint64_t to, const struct page_runs *runs)
{
	uint64_t entries[ENTRIES];
	const uint64_t page = (uint64_t)sysconf(_SC_PAGESIZE);
	struct following f = {.runs = runs};
	for (uint64_t at = from; at < to;) {
		uint64_t left = (to - at + page - 1) / page;
		size_t got;
		TRY(file_read_at(pages, at / page * sizeof(uint64_t), (uint8_t *)entries,
			(left < ENTRIES ? left : ENTRIES) * sizeof(uint64_t), &got));
		for (size_t i = 0; i < got / sizeof(uint64_t); i++)
			if (entries[i] & (PAGE_PRESENT | PAGE_SWAPPED))
				TRY(follow(&f, at + i * page, at + (i + 1) * page));
		/* It has ended meanwhile. */
		if (got < sizeof(uint64_t))
			break;
		at += got / sizeof(uint64_t) * page;
	}
	return f.to > f.from ? runs->run(runs->context, f.from, f.to) : E_OK;
}
