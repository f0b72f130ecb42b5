/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/fault.h"
#include "os/file.h"
#include "os/path.h"
#include "os/system.h"

enum err file_new_begin(int folder, struct file_new *ret_file)
{
	struct file_new f = {.folder = folder, .fd = -1};
	uint64_t number;
	*ret_file = f;
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	system_random(&number, sizeof(number));
	snprintf(f.temporary, sizeof(f.temporary), ".tmp-%016llx", (unsigned long long)number);
	TRY(path_open(folder, f.temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600, &f.fd));
	*ret_file = f;
	return E_OK;
}

enum err file_new_make_public(struct file_new *f)
{
	return fchmod(f->fd, 0644) == 0 ? E_OK : system_err(errno);
}

/* Some file systems have no RENAME_NOREPLACE; a second link is as atomic. */
static int rename_fresh(int folder, const char *from, const char *to)
{
	if (renameat2(folder, from, folder, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (linkat(folder, from, folder, to, 0) != 0)
		return -1;
	(void)unlinkat(folder, from, 0);
	return 0;
}

static enum err sync_and_rename(const struct file_new *f, const char *name, bool replace)
{
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	if (fsync(f->fd) != 0)
		return system_err(errno);
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	int failed = replace ? renameat(f->folder, f->temporary, f->folder, name)
			     : rename_fresh(f->folder, f->temporary, name);
	return failed ? system_err(errno) : E_OK;
}

enum err file_new_place(struct file_new *f, const char *name, bool replace)
{
	if (f->fd < 0)
		return E_USAGE;
	enum err err = path_is_plain(name) ? sync_and_rename(f, name, replace) : E_USAGE;
	if (err != E_OK)
		file_new_abort(f);
	else
		file_close(&f->fd);
	return err;
}

enum err file_new_commit(struct file_new *f, const char *name, bool replace)
{
	TRY(file_new_place(f, name, replace));
	return folder_sync(f->folder);
}

void file_new_write_behind(const struct file_new *f)
{
	/* Only a hint: what fails here fails at the fsync too. */
	(void)sync_file_range(f->fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

void file_new_abort(struct file_new *f)
{
	int saved = errno;
	if (f->fd < 0)
		return;
	file_close(&f->fd);
	(void)unlinkat(f->folder, f->temporary, 0);
	errno = saved;
}

enum err file_put(int folder, const char *name, struct bytes b, bool world_readable)
{
	struct path_parent parent;
	struct file_new f;
	TRY(path_parent_open(folder, name, &parent));
	enum err err = file_new_begin(parent.fd, &f);
	if (err == E_OK)
		err = file_write(f.fd, b);
	if (err == E_OK && world_readable)
		err = file_new_make_public(&f);
	if (err == E_OK)
		err = file_new_commit(&f, parent.last, true);
	file_new_abort(&f);
	path_parent_close(&parent);
	return err;
}
