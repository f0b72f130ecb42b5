/* SPDX-License-Identifier: Apache-2.0 */
#include "os/path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/file.h"
#include "os/system.h"

bool path_is_plain(const char *name)
{
	return *name != '\0' && !strchr(name, '/') && strcmp(name, ".") != 0 &&
	       strcmp(name, "..") != 0;
}

static long openat2(int folder, const char *name, int flags, unsigned mode)
{
	struct open_how how = {
		.flags = (uint64_t)flags,
		.mode = flags & O_CREAT ? mode : 0,
		.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
	};
	return syscall(SYS_openat2, folder, name, &how, sizeof(how));
}

/* The next component of a name as a text of its own; false when it is none that leads down. */
static bool take_component(const char **name, char to[NAME_MAX + 1])
{
	size_t size = strcspn(*name, "/");
	if (size > NAME_MAX)
		return false;
	memcpy(to, *name, size);
	to[size] = '\0';
	*name += size + ((*name)[size] == '/');
	return path_is_plain(to);
}

/* One component after the other, none of them a link: what openat2() does at once. */
static int open_each(int folder, const char *name, int flags, unsigned mode)
{
	char component[NAME_MAX + 1];
	int at = folder;
	if (strcmp(name, ".") == 0)
		return openat(folder, name, flags | O_NOFOLLOW, mode);
	for (;;) {
		int fd = -1;
		bool last = !strchr(name, '/');
		errno = EXDEV;
		if (take_component(&name, component))
			fd = openat(at, component,
				last ? flags | O_NOFOLLOW
				     : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC,
				mode);
		if (at != folder)
			file_close(&at);
		if (last || fd < 0)
			return fd;
		at = fd;
	}
}

/* EAGAIN: something on the way was renamed meanwhile, ask again. */
static int open_beneath(int folder, const char *name, int flags, unsigned mode)
{
	for (int tries = 0; tries < 64; tries++) {
		long fd = openat2(folder, name, flags, mode);
		if (fd >= 0)
			return (int)fd;
		if (errno != EAGAIN && errno != EINTR)
			break;
	}
	/* Not there: an old container's filter, or our own without Landlock. */
	return errno == ENOSYS ? open_each(folder, name, flags, mode) : -1;
}

enum err path_open(int folder, const char *name, int flags, unsigned mode, int *ret_fd)
{
	flags |= O_CLOEXEC | O_NOCTTY;
	int fd = folder == AT_FDCWD ? openat(AT_FDCWD, name, flags, mode)
				    : open_beneath(folder, name, flags, mode);
	if (fd < 0)
		return system_err(errno);
	*ret_fd = fd;
	return E_OK;
}

enum err path_parent_open(int folder, const char *name, struct path_parent *ret_parent)
{
	char parent[PATH_MAX];
	const char *slash = strrchr(name, '/');
	struct path_parent p = {.fd = folder, .last = slash ? slash + 1 : name};
	if (!path_is_plain(p.last))
		return E_DENIED;
	if (slash) {
		size_t size = slash == name ? 1 : (size_t)(slash - name);
		if (size >= sizeof(parent))
			return E_LIMIT;
		memcpy(parent, name, size);
		parent[size] = '\0';
		TRY(folder_open(folder, parent, &p.fd));
		p.owned = true;
	}
	*ret_parent = p;
	return E_OK;
}

void path_parent_close(struct path_parent *p)
{
	if (p->owned)
		file_close(&p->fd);
}
