/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/file.h"
#include "os/system.h"

enum {
	DEEPEST = 8
};

struct giving {
	int folder;
	uid_t user;
	gid_t group;
	unsigned depth;
};

static enum err give_all(const struct giving *g);

/* What has a second name may be another's file: it stays whose it is. */
static enum err give_open(int fd, const struct giving *g)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return system_err(errno);
	bool folder = S_ISDIR(status.st_mode);
	if (!folder && (!S_ISREG(status.st_mode) || status.st_nlink != 1))
		return E_OK;
	if (fchown(fd, g->user, g->group) != 0)
		return system_err(errno);
	const struct giving below = {fd, g->user, g->group, g->depth + 1};
	return folder && below.depth < DEEPEST ? give_all(&below) : E_OK;
}

/* A pipe must not hold us up, a link not lead us out. */
static enum err give_one(void *context, const char *name)
{
	const struct giving *g = context;
	int fd = openat(g->folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ELOOP || errno == ENOENT || errno == ENXIO ? E_OK
									   : system_err(errno);
	enum err err = give_open(fd, g);
	file_close(&fd);
	return err;
}

static enum err give_all(const struct giving *g)
{
	struct giving here = *g;
	return folder_each(g->folder, give_one, &here);
}

enum err folder_give(int folder, const char *name, const char *user)
{
	struct giving g = {.folder = -1};
	int fd = -1;
	enum err err = folder_make(folder, name);
	if (err != E_OK && err != E_EXISTS)
		return err;
	if (geteuid() != 0)
		return E_OK;
	const struct passwd *entry = getpwnam(user);
	if (!entry)
		return E_NOTFOUND;
	g.user = entry->pw_uid;
	g.group = entry->pw_gid;
	TRY(folder_open(folder, name, &fd));
	err = give_open(fd, &g);
	file_close(&fd);
	return err;
}

bool folder_is_of(int folder, const char *user)
{
	struct stat status;
	const struct passwd *entry = getpwnam(user);
	return entry && entry->pw_uid != 0 && fstat(folder, &status) == 0 &&
	       status.st_uid == entry->pw_uid;
}

enum err file_give(int fd, int folder)
{
	struct stat status;
	if (geteuid() != 0)
		return E_OK;
	if (fstat(folder, &status) != 0 || fchown(fd, status.st_uid, status.st_gid) != 0)
		return system_err(errno);
	return E_OK;
}

/* --- lending --- */

static enum err lend_open(int fd, gid_t group, mode_t more)
{
	struct stat status;
	if (fstat(fd, &status) != 0)
		return system_err(errno);
	if (!S_ISDIR(status.st_mode) && (!S_ISREG(status.st_mode) || status.st_nlink != 1))
		return E_OK;
	if (fchown(fd, (uid_t)-1, group) != 0 || fchmod(fd, (status.st_mode & 07777) | more) != 0)
		return system_err(errno);
	return E_OK;
}

static enum err lend_folder(void *context, const char *name)
{
	const struct giving *g = context;
	int fd = openat(g->folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return E_OK;
	enum err err = lend_open(fd, g->group, 0050);
	file_close(&fd);
	return err;
}

static enum err lend_file(int folder, const char *name, gid_t group, bool writable)
{
	int fd = openat(folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd < 0)
		return errno == ENOENT ? E_OK : system_err(errno);
	enum err err = lend_open(fd, group, writable ? 0060 : 0040);
	file_close(&fd);
	return err;
}

enum err folder_lend(int folder, const char *user, const char *const *files, bool writable)
{
	if (geteuid() != 0)
		return E_OK;
	const struct passwd *entry = getpwnam(user);
	if (!entry)
		return E_NOTFOUND;
	struct giving g = {.folder = folder, .group = entry->pw_gid};
	TRY(lend_open(folder, g.group, 0050));
	TRY(folder_each(folder, lend_folder, &g));
	for (size_t i = 0; files[i]; i++)
		TRY(lend_file(folder, files[i], g.group, writable));
	return E_OK;
}
