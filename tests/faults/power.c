/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "faults.h"

/* A disk after the loss of power, at its least kind: a file has what it had at its last fsync, a
 * folder has the names it had at its own. What was written and never synced is gone. */
enum {
	THINGS_MOST = 4096,
	NAMES_MOST = 256,
	PATH_SIZE = 300
};

struct content {
	ino_t inode;
	size_t size;
	char *data;
};

struct name {
	ino_t inode;
	bool is_folder;
	char name[80]; /* a SHA-256 in hex is one */
};

struct listing {
	ino_t inode;
	size_t count;
	struct name names[NAMES_MOST];
};

static struct content contents[THINGS_MOST];
static size_t content_count;
static struct listing *listings[64];
static size_t listing_count;
static ino_t root;

static void give_up(const char *what)
{
	fprintf(stderr, "power: %s\n", what);
	_exit(99);
}

static struct content *content_of(ino_t inode)
{
	for (size_t i = 0; i < content_count; i++)
		if (contents[i].inode == inode)
			return &contents[i];
	return NULL;
}

static void keep_content(int fd, const struct stat *status)
{
	struct content *c = content_of(status->st_ino);
	if (!c) {
		if (content_count == THINGS_MOST)
			give_up("too many files");
		c = &contents[content_count++];
	}
	free(c->data);
	*c = (struct content){status->st_ino, (size_t)status->st_size, NULL};
	c->data = malloc(c->size + 1);
	if (!c->data || pread(fd, c->data, c->size, 0) != status->st_size)
		give_up("cannot read");
}

static struct listing *listing_of(ino_t inode)
{
	for (size_t i = 0; i < listing_count; i++)
		if (listings[i]->inode == inode)
			return listings[i];
	return NULL;
}

static void keep_names(const char *path, const struct stat *status)
{
	struct listing *l = listing_of(status->st_ino);
	if (!l) {
		l = listing_count < 64 ? calloc(1, sizeof(*l)) : NULL;
		if (!l)
			give_up("too many folders");
		listings[listing_count++] = l;
	}
	l->inode = status->st_ino;
	l->count = 0;
	DIR *folder = opendir(path);
	for (const struct dirent *e; folder && (e = readdir(folder));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (l->count == NAMES_MOST)
			give_up("too many names");
		struct name *name = &l->names[l->count++];
		*name = (struct name){.inode = e->d_ino, .is_folder = e->d_type == DT_DIR};
		snprintf(name->name, sizeof(name->name), "%.79s", e->d_name);
	}
	if (folder)
		closedir(folder);
}

/* The descriptor may be for writing only: it is opened anew. */
void power_fsync(int fd)
{
	char path[64];
	struct stat status;
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (fstat(fd, &status) != 0)
		return;
	if (S_ISDIR(status.st_mode)) {
		keep_names(path, &status);
		return;
	}
	int reading = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (reading < 0)
		give_up("cannot open");
	keep_content(reading, &status);
	close(reading);
}

static void begin_in(const char *path, int depth)
{
	char below[PATH_SIZE];
	int fd = openat(AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	struct stat status;
	if (fd < 0 || fstat(fd, &status) != 0)
		give_up("cannot begin");
	power_fsync(fd);
	close(fd);
	if (depth == 0)
		root = status.st_ino;
	const struct listing *l = S_ISDIR(status.st_mode) ? listing_of(status.st_ino) : NULL;
	for (size_t i = 0; l && i < l->count; i++) {
		snprintf(below, sizeof(below), "%.200s/%s", path, l->names[i].name);
		begin_in(below, depth + 1);
	}
}

void power_begin(const char *folder)
{
	begin_in(folder, 0);
}

/* The names that are durable keep what they name, under a number no file has. */
void power_unlink(int folder, const char *path)
{
	static ino_t fresh = (ino_t)1 << 60;
	struct stat status;
	if (fstatat(folder, path, &status, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	struct content *c = content_of(status.st_ino);
	if (c)
		c->inode = fresh;
	for (size_t i = 0; i < listing_count; i++)
		for (size_t j = 0; j < listings[i]->count; j++)
			if (listings[i]->names[j].inode == status.st_ino)
				listings[i]->names[j].inode = fresh;
	fresh++;
}

static void write_file(const char *path, ino_t inode)
{
	const struct content *c = content_of(inode);
	FILE *f = fopen(path, "wb");
	if (!f || (c && fwrite(c->data, 1, c->size, f) != c->size) || fclose(f) != 0)
		give_up("cannot write");
}

/* SQLite's -shm is not part of what lasts: it is made anew from the log. */
static bool is_passing(const char *name)
{
	size_t size = strlen(name);
	return size > 4 && strcmp(name + size - 4, "-shm") == 0;
}

static void fail_into(const char *path, ino_t inode)
{
	char below[PATH_SIZE];
	if (mkdirat(AT_FDCWD, path, 0700) != 0)
		give_up("cannot make");
	const struct listing *l = listing_of(inode);
	for (size_t i = 0; l && i < l->count; i++) {
		const struct name *name = &l->names[i];
		snprintf(below, sizeof(below), "%.200s/%s", path, name->name);
		if (name->is_folder)
			fail_into(below, name->inode);
		else if (!is_passing(name->name))
			write_file(below, name->inode);
	}
}

void power_fail(const char *left)
{
	fail_into(left, root);
}
