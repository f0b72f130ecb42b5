/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fault.h"
#include "os/file.h"
#include "os/path.h"
#include "os/system.h"

static enum err require_private(int fd)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return system_err(errno);
	return S_ISREG(status.st_mode) && status.st_nlink == 1 && status.st_uid == geteuid() &&
			       (status.st_mode & 0077) == 0
		       ? E_OK
		       : E_DENIED;
}

enum err file_open_private(int folder, const char *name, bool make, int *ret_fd)
{
	int fd;
	int flags = O_RDWR | O_NONBLOCK | O_NOFOLLOW | (make ? O_CREAT : 0);
	if (make && fault_next() == FAULT_FULL)
		return E_NOSPACE;
	TRY(path_open(folder, name, flags, 0600, &fd));
	enum err err = require_private(fd);
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

enum err file_sync(int fd)
{
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	return fdatasync(fd) == 0 ? E_OK : system_err(errno);
}

enum err file_cut(int fd, uint64_t size)
{
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	if (ftruncate(fd, (off_t)size) != 0 || lseek(fd, (off_t)size, SEEK_SET) < 0)
		return system_err(errno);
	return E_OK;
}

enum err file_read_at(int fd, uint64_t offset, uint8_t *buffer, size_t capacity, size_t *ret_size)
{
	size_t size = 0;
	while (size < capacity) {
		ssize_t done = pread(fd, buffer + size, capacity - size, (off_t)(offset + size));
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

enum err file_duplicate(int fd, int *ret_fd)
{
	int other = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (other < 0)
		return system_err(errno);
	*ret_fd = other;
	return E_OK;
}

enum err file_sealed(struct bytes content, int *ret_fd)
{
	const int seals = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;
	int fd = memfd_create("sealed", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		return system_err(errno);
	enum err err = file_write(fd, content);
	if (err == E_OK && fcntl(fd, F_ADD_SEALS, seals) != 0)
		err = system_err(errno);
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

enum err file_nameless(int folder, int *ret_fd)
{
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	/* O_EXCL: nobody can give it a name afterwards. */
	int fd = openat(folder, ".", O_TMPFILE | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
	if (fd < 0)
		return system_err(errno);
	*ret_fd = fd;
	return E_OK;
}
