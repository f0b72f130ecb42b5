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
	STAT = 1024,
	PIECE = 4096,
	AFTER_NAME_FLAGS = 6, /* words of /proc/PID/stat behind the name: proc(5) counts 3 more */
	AFTER_NAME_BEGAN = 19
};
#define KERNEL_THREAD UINT64_C(0x00200000) /* linux/include/linux/sched.h: PF_KTHREAD */

static enum err running_err(int number)
{
	return number == ESRCH ? E_NOTFOUND : system_err(number);
}

static enum err open_of(int proc, pid_t pid, const char *name, int flags, int *ret_fd)
{
	char path[2 * NAME];
	snprintf(path, sizeof(path), "%d/%s", (int)pid, name);
	int fd = openat(proc, path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return running_err(errno);
	*ret_fd = fd;
	return E_OK;
}

static enum err link_of(int proc, const char *name, char *target, size_t capacity)
{
	ssize_t size = readlinkat(proc, name, target, capacity - 1);
	if (size < 0)
		return running_err(errno);
	target[size] = '\0';
	return E_OK;
}

/* --- facts --- */

static enum err read_small(int proc, pid_t pid, const char *name, char *text, size_t capacity)
{
	int fd = -1;
	TRY(open_of(proc, pid, name, O_RDONLY, &fd));
	ssize_t size = read(fd, text, capacity - 1);
	enum err err = size < 0 ? running_err(errno) : E_OK;
	file_close(&fd);
	if (err == E_OK)
		text[size] = '\0';
	return err;
}

static struct str word_of(struct str *rest)
{
	return str_cut(*rest, ' ', rest);
}

/* Words behind "123 (name) "; a name may hold anything, parentheses too. */
static bool take_facts(const char *text, struct running_facts *facts)
{
	const char *begin = strchr(text, '(');
	const char *end = strrchr(text, ')');
	uint64_t flags = 0;
	if (!begin || !end || end < begin || end[1] != ' ')
		return false;
	size_t size = (size_t)(end - begin) - 1;
	if (size >= RUNNING_NAME)
		size = RUNNING_NAME - 1;
	memcpy(facts->name, begin + 1, size);
	facts->name[size] = '\0';
	struct str rest = str_from(end + 2);
	struct str state = word_of(&rest);
	for (int i = 1; i < AFTER_NAME_FLAGS; i++)
		word_of(&rest);
	bool whole = str_to_u64(word_of(&rest), UINT64_MAX, &flags);
	for (int i = AFTER_NAME_FLAGS + 1; i < AFTER_NAME_BEGAN; i++)
		word_of(&rest);
	whole = whole && str_to_u64(word_of(&rest), UINT64_MAX, &facts->began);
	facts->kernel = flags & KERNEL_THREAD;
	facts->ended = str_equal(state, STR("Z")) || str_equal(state, STR("X"));
	return whole;
}

enum err running_facts(int proc, pid_t pid, struct running_facts *ret_facts)
{
	char text[STAT];
	struct running_facts facts = {.name = ""};
	TRY(read_small(proc, pid, "stat", text, sizeof(text)));
	if (!take_facts(text, &facts))
		return E_SYNTAX;
	*ret_facts = facts;
	return E_OK;
}

/* --- files --- */

/* Only a plain file is opened: anything else is known before by what it is. */
static enum err open_plain(int proc, int path, int *ret_fd, struct entry_facts *ret_facts)
{
	char name[NAME];
	TRY(descriptor_facts(path, ret_facts));
	if (ret_facts->type != ENTRY_FILE)
		return E_DENIED;
	snprintf(name, sizeof(name), "self/fd/%d", path);
	int fd = openat(proc, name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0)
		return running_err(errno);
	enum err err = descriptor_facts(fd, ret_facts);
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

static enum err open_linked(
	int proc, pid_t pid, const char *name, int *ret_fd, struct entry_facts *ret_facts)
{
	int path = -1;
	TRY(open_of(proc, pid, name, O_PATH, &path));
	enum err err = open_plain(proc, path, ret_fd, ret_facts);
	file_close(&path);
	return err;
}

enum err running_program(int proc, pid_t pid, int *ret_fd, struct entry_facts *ret_facts,
	char ret_path[RUNNING_PATH])
{
	char name[NAME];
	snprintf(name, sizeof(name), "%d/exe", (int)pid);
	TRY(link_of(proc, name, ret_path, RUNNING_PATH));
	return open_linked(proc, pid, "exe", ret_fd, ret_facts);
}

enum err running_mapped(
	int proc, pid_t pid, uint64_t from, uint64_t to, int *ret_fd, struct entry_facts *ret_facts)
{
	char name[NAME];
	snprintf(name, sizeof(name), "map_files/%llx-%llx", (unsigned long long)from,
		(unsigned long long)to);
	return open_linked(proc, pid, name, ret_fd, ret_facts);
}

enum err running_maps(int proc, pid_t pid, struct writer *into)
{
	uint8_t piece[PIECE];
	int fd = -1;
	TRY(open_of(proc, pid, "maps", O_RDONLY, &fd));
	ssize_t size;
	/* Each read gives whole lines, fewer bytes than asked for. */
	while ((size = read(fd, piece, sizeof(piece))) > 0 && into->err == E_OK)
		writer_bytes(into, (struct bytes){piece, (size_t)size});
	enum err err = size < 0 ? running_err(errno) : writer_end(into);
	file_close(&fd);
	return err;
}

enum err file_content(int fd, uint64_t from, uint64_t *ret_from, uint64_t *ret_to)
{
	*ret_from = *ret_to = from;
	off_t data = lseek(fd, (off_t)from, SEEK_DATA);
	if (data < 0)
		return errno == ENXIO ? E_OK : system_err(errno);
	off_t hole = lseek(fd, data, SEEK_HOLE);
	if (hole < 0)
		return system_err(errno);
	*ret_from = (uint64_t)data;
	*ret_to = (uint64_t)hole;
	return E_OK;
}

/* --- what it holds --- */

enum err running_network(int proc, pid_t pid, uint64_t *ret_number)
{
	char name[NAME], target[NAME];
	struct str number;
	snprintf(name, sizeof(name), "%d/ns/net", (int)pid);
	TRY(link_of(proc, name, target, sizeof(target)));
	str_cut(str_from(target), '[', &number);
	if (!str_ends(number, STR("]")))
		return E_SYNTAX;
	number.size--;
	return str_to_u64(number, UINT64_MAX, ret_number) ? E_OK : E_SYNTAX;
}

enum err running_table(int proc, pid_t pid, const char *name, int *ret_fd)
{
	char path[NAME];
	snprintf(path, sizeof(path), "net/%s", name);
	return open_of(proc, pid, path, O_RDONLY, ret_fd);
}

struct links {
	int folder;
	running_link_fn *fn;
	void *context;
};

static enum err on_link(void *context, const char *name)
{
	const struct links *l = context;
	char target[RUNNING_PATH];
	/* Closed meanwhile. */
	if (link_of(l->folder, name, target, sizeof(target)) != E_OK)
		return E_OK;
	return l->fn(l->context, str_from(target));
}

enum err running_links(int proc, pid_t pid, running_link_fn *fn, void *context)
{
	struct links l = {.fn = fn, .context = context};
	TRY(open_of(proc, pid, "fd", O_RDONLY | O_DIRECTORY, &l.folder));
	enum err err = folder_each(l.folder, on_link, &l);
	file_close(&l.folder);
	return err;
}
