/* SPDX-License-Identifier: Apache-2.0 */
#include "os/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fault.h"
#include "os/path.h"
#include "os/system.h"

/* A pipe or device in a folder that others write to would block or worse. */
static enum err file_require_regular(int fd)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return system_err(errno);
	return S_ISREG(status.st_mode) ? E_OK : E_DENIED;
}

enum err file_open_read(int folder, const char *name, int *ret_fd)
{
	int fd;
	if (folder == AT_FDCWD)
		return path_open(folder, name, O_RDONLY, 0, ret_fd);
	TRY(path_open(folder, name, O_RDONLY | O_NONBLOCK, 0, &fd));
	enum err err = file_require_regular(fd);
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

void file_close(int *fd)
{
	int saved = errno;
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	errno = saved;
}

static enum err write_all(int fd, const uint8_t *at, size_t left)
{
	while (left > 0) {
		ssize_t done = write(fd, at, left);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return system_err(errno);
		at += done;
		left -= (size_t)done;
	}
	return E_OK;
}

enum err file_write(int fd, struct bytes b)
{
	switch (fault_next()) {
	case FAULT_FULL:
		errno = ENOSPC;
		return E_NOSPACE;
	case FAULT_TEAR:
		(void)!write_all(fd, b.data, b.size / 2);
		fault_stop();
	case FAULT_NONE:
	case FAULT_STOP:
	case FAULT__COUNT:
		break;
	}
	return write_all(fd, b.data, b.size);
}

enum err file_read(int fd, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	size_t size = 0;
	while (size < capacity) {
		ssize_t done = read(fd, buffer + size, capacity - size);
		if (done < 0 && errno == EINTR)
			continue;
		if (done < 0)
			return system_err(errno);
		if (done == 0)
			break;
		size += (size_t)done;
	}
	*ret_size = size;
	return E_OK;
}

enum err file_size(int fd, uint64_t *ret_size)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return system_err(errno);
	*ret_size = (uint64_t)status.st_size;
	return E_OK;
}

enum err file_stamp(int fd, struct file_stamp *ret_stamp)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return system_err(errno);
	*ret_stamp = (struct file_stamp){.device = status.st_dev,
		.inode = status.st_ino,
		.size = (uint64_t)status.st_size,
		.changed = status.st_ctim.tv_sec * INT64_C(1000000000) + status.st_ctim.tv_nsec,
		.modified = status.st_mtim.tv_sec * INT64_C(1000000000) + status.st_mtim.tv_nsec};
	return E_OK;
}

enum err file_map(int fd, struct mapping *ret_mapping)
{
	uint64_t size = 0;
	TRY(file_size(fd, &size));
	if (size > SIZE_MAX)
		return E_LIMIT;
	if (size == 0) {
		*ret_mapping = (struct mapping){{NULL, 0}};
		return E_OK;
	}
	void *data = mmap(NULL, (size_t)size, PROT_READ, MAP_SHARED, fd, 0);
	if (data == MAP_FAILED)
		return system_err(errno);
	*ret_mapping = (struct mapping){{data, (size_t)size}};
	return E_OK;
}

void file_unmap(struct mapping *m)
{
	/* munmap() takes the address as not const though it writes nothing. */
	union {
		const uint8_t *read_only;
		void *address;
	} start = {.read_only = m->bytes.data};
	if (m->bytes.size > 0)
		munmap(start.address, m->bytes.size);
	m->bytes = (struct bytes){NULL, 0};
}

/* What the file says of its size is not asked: files of /proc say 0, others grow. */
static enum err load_open(int fd, struct writer *into)
{
	enum {
		CHUNK = 65536
	};
	uint8_t *chunk = malloc(CHUNK);
	size_t got;
	enum err err = chunk ? E_OK : E_NOMEM;
	do {
		got = 0;
		if (err == E_OK)
			err = file_read(fd, chunk, CHUNK, &got);
		writer_bytes(into, (struct bytes){chunk, got});
	} while (got == CHUNK && writer_end(into) == E_OK);
	free(chunk);
	return err == E_OK ? writer_end(into) : err;
}

enum err file_load(int folder, const char *name, struct writer *into)
{
	int fd;
	TRY(file_open_read(folder, name, &fd));
	enum err err = load_open(fd, into);
	file_close(&fd);
	return err;
}

enum err file_delete(int folder, const char *name)
{
	struct path_parent parent;
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	TRY(path_parent_open(folder, name, &parent));
	enum err err = unlinkat(parent.fd, parent.last, 0) == 0 ? E_OK : system_err(errno);
	path_parent_close(&parent);
	return err;
}

enum err file_lock_open(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) == 0 ? E_OK : system_err(errno);
}

enum err file_lock(int folder, const char *name, int *ret_fd)
{
	int fd;
	TRY(path_open(folder, name, O_RDWR | O_CREAT, 0600, &fd));
	enum err err = file_lock_open(fd);
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}
