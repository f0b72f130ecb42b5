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
	/* Not there (an old container's filter, or our own without Landlock): plain names need no
	 * more than O_NOFOLLOW. */
	if (errno != ENOSYS)
		return -1;
	if (!path_is_plain(name) && strcmp(name, ".") != 0) {
		errno = EXDEV;
		return -1;
	}
	return openat(folder, name, flags | O_NOFOLLOW, mode);
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
