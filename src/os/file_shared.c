/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "os/path.h"
#include "os/system.h"

/* Whoever may write in the folder could have put a pipe there, or another name of a file that is
 * not theirs. */
static enum err require_ours(int fd)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return system_err(errno);
	return S_ISREG(status.st_mode) && status.st_nlink == 1 ? E_OK : E_DENIED;
}

static enum err give_to(int fd, const char *owner)
{
	if (!owner || geteuid() != 0)
		return E_OK;
	errno = 0;
	const struct passwd *entry = getpwnam(owner);
	if (!entry)
		return E_NOTFOUND;
	return fchown(fd, entry->pw_uid, entry->pw_gid) == 0 ? E_OK : system_err(errno);
}

static enum err make(int folder, const char *name, const char *owner, int *ret_fd)
{
	TRY(path_open(folder, name, O_RDWR | O_CREAT | O_EXCL, 0600, ret_fd));
	enum err err = give_to(*ret_fd, owner);
	if (err == E_OK && fchmod(*ret_fd, 0644) != 0)
		err = system_err(errno);
	if (err != E_OK)
		file_close(ret_fd);
	return err;
}

static enum err grow(int fd, uint64_t size)
{
	uint64_t has;
	TRY(file_size(fd, &has));
	if (has >= size)
		return E_OK;
	/* Places on the disk, so that a full one is an error now and no SIGBUS later. */
	int number = posix_fallocate(fd, 0, (off_t)size);
	errno = number;
	return number == 0 ? E_OK : system_err(number);
}

enum err file_open_shared(
	int folder, const char *name, uint64_t size, const char *owner, int *ret_fd)
{
	int fd;
	enum err err = path_open(folder, name, O_RDWR | O_NONBLOCK, 0, &fd);
	if (err == E_NOTFOUND)
		err = make(folder, name, owner, &fd);
	TRY(err);
	err = require_ours(fd);
	if (err == E_OK)
		err = grow(fd, size);
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

enum err file_map_shared(int fd, size_t size, struct shared_mapping *ret_mapping)
{
	uint64_t has;
	TRY(file_size(fd, &has));
	if (size == 0 || has < size)
		return E_TRUNCATED;
	void *data = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (data == MAP_FAILED)
		return system_err(errno);
	*ret_mapping = (struct shared_mapping){data, size};
	return E_OK;
}

void file_unmap_shared(struct shared_mapping *m)
{
	if (m->data)
		munmap(m->data, m->size);
	*m = (struct shared_mapping){NULL, 0};
}
