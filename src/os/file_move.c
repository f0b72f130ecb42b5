/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "os/fault.h"
#include "os/file.h"
#include "os/path.h"
#include "os/system.h"

/* Where the file system cannot refuse to replace, a second link is as careful; between the two
 * steps the file has both names. */
static int move(int from, const char *name, int to)
{
	if (renameat2(from, name, to, name, RENAME_NOREPLACE) == 0)
		return 0;
	if ((errno != EINVAL && errno != ENOSYS) || linkat(from, name, to, name, 0) != 0)
		return -1;
	return unlinkat(from, name, 0);
}

enum err file_move(int from, const char *name, int to)
{
	if (!path_is_plain(name))
		return E_USAGE;
	if (fault_next() == FAULT_FULL)
		return E_NOSPACE;
	if (move(from, name, to) != 0)
		return system_err(errno);
	/* The new name first: a loss of power may leave both, never neither. */
	TRY(folder_sync(to));
	return folder_sync(from);
}
