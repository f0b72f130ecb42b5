/* SPDX-License-Identifier: Apache-2.0 */
#include "os/entry.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/openat2.h>
#include <stddef.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/system.h"

static enum entry_type type_of(mode_t mode)
{
	return S_ISREG(mode)   ? ENTRY_FILE
	       : S_ISDIR(mode) ? ENTRY_FOLDER
	       : S_ISLNK(mode) ? ENTRY_LINK
			       : ENTRY_SPECIAL;
}

static int64_t nanoseconds(struct timespec t)
{
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

static struct entry_facts facts_of(const struct stat *s)
{
	return (struct entry_facts){.type = type_of(s->st_mode),
		.stamp = {.device = s->st_dev,
			.inode = s->st_ino,
			.size = (uint64_t)s->st_size,
			.changed = nanoseconds(s->st_ctim),
			.modified = nanoseconds(s->st_mtim)},
		.links = s->st_nlink,
		.occupied = (uint64_t)s->st_blocks * 512,
		.owner = s->st_uid,
		.mode = s->st_mode & 07777};
}

enum err entry_facts(int folder, const char *name, struct entry_facts *ret_facts)
{
	struct stat status;
	if (fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT) != 0)
		return system_err(errno);
	*ret_facts = facts_of(&status);
	return E_OK;
}

enum err descriptor_facts(int fd, struct entry_facts *ret_facts)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return system_err(errno);
	*ret_facts = facts_of(&status);
	return E_OK;
}

bool descriptor_unchangeable(int fd)
{
	int flags = 0;
	return ioctl(fd, FS_IOC_GETFLAGS, &flags) == 0 &&
	       (flags & (FS_IMMUTABLE_FL | FS_APPEND_FL)) != 0;
}

static enum err require_plain(int fd, int *ret_fd, struct entry_facts *ret_facts)
{
	enum err err = descriptor_facts(fd, ret_facts);
	if (err == E_OK && ret_facts->type != ENTRY_FILE)
		err = E_DENIED;
	if (err != E_OK)
		file_close(&fd);
	else
		*ret_fd = fd;
	return err;
}

enum err entry_open_file(int folder, const char *name, int *ret_fd, struct entry_facts *ret_facts)
{
	const int flags = O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY | O_CLOEXEC;
	int fd = openat(folder, name, flags | O_NOATIME);
	/* Leaving the access time alone is for owners and root. */
	if (fd < 0 && errno == EPERM)
		fd = openat(folder, name, flags);
	return fd < 0 ? system_err(errno) : require_plain(fd, ret_fd, ret_facts);
}

enum err entry_open_folder(int folder, const char *name, int *ret_fd)
{
	const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
	int fd = openat(folder, name, flags | O_NOATIME);
	if (fd < 0 && errno == EPERM)
		fd = openat(folder, name, flags);
	if (fd < 0)
		return system_err(errno);
	*ret_fd = fd;
	return E_OK;
}

static enum err open_inside(int root, const char *path, uint64_t flags, int *ret_fd)
{
	struct open_how how = {.flags = O_RDONLY | O_CLOEXEC | flags,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
	for (int tries = 0; tries < 64; tries++) {
		long fd = syscall(SYS_openat2, root, path, &how, sizeof(how));
		if (fd >= 0) {
			*ret_fd = (int)fd;
			return E_OK;
		}
		/* Something on the way was renamed meanwhile. */
		if (errno != EAGAIN && errno != EINTR)
			break;
	}
	return system_err(errno);
}

enum err entry_open_inside(int root, const char *path, int *ret_fd, struct entry_facts *ret_facts)
{
	int fd = -1;
	TRY(open_inside(root, path, O_NONBLOCK | O_NOCTTY, &fd));
	return require_plain(fd, ret_fd, ret_facts);
}

enum err entry_open_folder_inside(int root, const char *path, int *ret_fd)
{
	return open_inside(root, path, O_DIRECTORY, ret_fd);
}
