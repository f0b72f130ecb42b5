/* SPDX-License-Identifier: Apache-2.0 */
/* Which pages of a process there are, and what is in them. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "base/limits.h"
#include "os/running.h"
#include "os/system.h"

/* linux/include/uapi/linux/fs.h of 6.7: Debian 12 has older headers and newer kernels. */
struct scanned_run {
	uint64_t start, end, categories;
};
struct scan_argument {
	uint64_t size, flags, start, end, walk_end;
	uint64_t runs, run_count, most_pages;
	uint64_t inverted, all_of, any_of, given;
};
#define PAGES_SCAN _IOWR('f', 16, struct scan_argument)
enum {
	CATEGORY_FILE = 1 << 2,
	CATEGORY_PRESENT = 1 << 3,
	CATEGORY_SWAPPED = 1 << 4,
	CATEGORY_ZERO = 1 << 5,
	RUNS = 512,
	ENTRIES = 8192 /* of the kernel's list of pages, read at once */
};

/* linux/Documentation/admin-guide/mm/pagemap.rst */
#define PAGE_PRESENT (UINT64_C(1) << 63)
#define PAGE_SWAPPED (UINT64_C(1) << 62)
#define PAGE_FILE (UINT64_C(1) << 61)

static enum err open_of(int proc, pid_t pid, const char *name, int *ret_fd)
{
	char path[64];
	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	int fd = openat(proc, path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return errno == ESRCH ? E_NOTFOUND : system_err(errno);
	*ret_fd = fd;
	return E_OK;
}

enum err running_memory(int proc, pid_t pid, int *ret_fd)
{
	return open_of(proc, pid, "mem", ret_fd);
}

enum err running_pages_open(int proc, pid_t pid, int *ret_fd)
{
	return open_of(proc, pid, "pagemap", ret_fd);
}

static uint64_t page_size(void)
{
	return (uint64_t)sysconf(_SC_PAGESIZE);
}

void memory_read(int fd, uint64_t at, uint8_t *buffer, size_t size, size_t *ret_size)
{
	const uint64_t page = page_size();
	size_t done = 0;
	*ret_size = 0;
	while (done < size) {
		ssize_t got = pread(fd, buffer + done, size - done, (off_t)(at + done));
		if (got == 0) /* the process has ended, or so has the file */
			return;
		if (got > 0) {
			done += (size_t)got;
			*ret_size += (size_t)got;
		} else if (errno != EINTR) {
			done += page - (at + done) % page;
		}
	}
}

/* --- runs of pages --- */

/* What the kernel finds by itself: it never goes through what nobody used. */
static int scan_pages(int pages, struct scan_argument *a, struct scanned_run *runs)
{
	a->runs = (uint64_t)(uintptr_t)runs;
	a->run_count = RUNS;
	return ioctl(pages, PAGES_SCAN, a);
}

static enum err scan_runs(int pages, struct scan_argument *a, const struct page_runs *runs)
{
	struct scanned_run found[RUNS];
	while (a->start < a->end) {
		int count = scan_pages(pages, a, found);
		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return errno == ESRCH ? E_NOTFOUND : system_err(errno);
		for (int i = 0; i < count; i++)
			TRY(runs->run(runs->context, found[i].start, found[i].end));
		if (a->walk_end <= a->start)
			return E_OK;
		a->start = a->walk_end;
	}
	return E_OK;
}

static bool wanted(uint64_t entry, bool own)
{
	return (entry & PAGE_SWAPPED) || ((entry & PAGE_PRESENT) && !(own && (entry & PAGE_FILE)));
}

/* The run that is being followed. */
struct following {
	uint64_t from, to;
	const struct page_runs *runs;
};

static enum err follow(struct following *f, uint64_t from, uint64_t to)
{
	enum err err = E_OK;
	if (f->to > f->from && from == f->to) {
		f->to = to;
		return E_OK;
	}
	if (f->to > f->from)
		err = f->runs->run(f->runs->context, f->from, f->to);
	f->from = from;
	f->to = to;
	return err;
}

enum err running_pages_listed(
	int pages, uint64_t from, uint64_t to, bool own, const struct page_runs *runs)
{
	uint64_t entries[ENTRIES];
	const uint64_t page = page_size();
	struct following f = {.runs = runs};
	if (to - from > LIMIT_SCAN_RESERVED)
		return E_LIMIT;
	for (uint64_t at = from; at < to;) {
		uint64_t left = (to - at + page - 1) / page;
		size_t got;
		TRY(file_read_at(pages, at / page * sizeof(uint64_t), (uint8_t *)entries,
			(left < ENTRIES ? left : ENTRIES) * sizeof(uint64_t), &got));
		for (size_t i = 0; i < got / sizeof(uint64_t); i++)
			if (wanted(entries[i], own))
				TRY(follow(&f, at + i * page, at + (i + 1) * page));
		/* It has ended meanwhile. */
		if (got < sizeof(uint64_t))
			break;
		at += got / sizeof(uint64_t) * page;
	}
	return f.to > f.from ? runs->run(runs->context, f.from, f.to) : E_OK;
}

enum err running_pages(
	int pages, uint64_t from, uint64_t to, bool own, const struct page_runs *runs)
{
	struct scan_argument a = {.size = sizeof(a),
		.start = from,
		.end = to,
		.inverted = CATEGORY_ZERO | (own ? CATEGORY_FILE : 0),
		.all_of = CATEGORY_ZERO | (own ? CATEGORY_FILE : 0),
		.any_of = CATEGORY_PRESENT | CATEGORY_SWAPPED,
		.given = CATEGORY_PRESENT};
	struct scanned_run none[RUNS];
	struct scan_argument asked = a;
	asked.end = from;
	if (scan_pages(pages, &asked, none) >= 0)
		return scan_runs(pages, &a, runs);
	return running_pages_listed(pages, from, to, own, runs);
}
