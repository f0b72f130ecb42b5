/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fault.h"
#include "os/file.h"
#include "os/path.h"
#include "os/system.h"

enum err folder_open(int folder, const char *name, int *ret_fd)
{
	return path_open(folder, name, O_RDONLY | O_DIRECTORY, 0, ret_fd);
}

static enum err sync_open(int fd)
{
	return fsync(fd) == 0 ? E_OK : system_err(errno);
}

enum err folder_sync(int folder)
{
	int here;
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	if (folder != AT_FDCWD)
		return sync_open(folder);
	TRY(folder_open(AT_FDCWD, ".", &here));
	enum err err = sync_open(here);
	file_close(&here);
	return err;
}

enum err folder_share(int folder, bool readable)
{
	return fchmod(folder, readable ? 0755 : 0711) == 0 ? E_OK : system_err(errno);
}

enum err folder_enter(int folder)
{
	return fchdir(folder) == 0 ? E_OK : system_err(errno);
}

enum err folder_make(int folder, const char *name)
{
	struct path_parent parent;
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	TRY(path_parent_open(folder, name, &parent));
	enum err err = mkdirat(parent.fd, parent.last, 0700) == 0 ? E_OK : system_err(errno);
	if (err == E_OK)
		err = folder_sync(parent.fd);
	path_parent_close(&parent);
	return err;
}

enum err folder_remove(int folder, const char *name)
{
	if (!path_is_plain(name))
		return E_USAGE;
	return unlinkat(folder, name, AT_REMOVEDIR) == 0 ? E_OK : system_err(errno);
}

static enum err each_entry(DIR *entries, folder_entry_fn *fn, void *context)
{
	for (;;) {
		errno = 0;
		const struct dirent *entry = readdir(entries);
		if (!entry)
			return errno == 0 ? E_OK : system_err(errno);
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		TRY(fn(context, entry->d_name));
	}
}

enum err folder_each(int folder, folder_entry_fn *fn, void *context)
{
	/* Opened anew: the caller's descriptor keeps its place. */
	int fd;
	TRY(folder_open(folder, ".", &fd));
	DIR *entries = fdopendir(fd);
	if (!entries) {
		enum err err = system_err(errno);
		file_close(&fd);
		return err;
	}
	enum err err = each_entry(entries, fn, context);
	closedir(entries);
	return err;
}
