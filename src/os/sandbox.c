/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sandbox.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "os/filter.h"
#include "os/landlock.h"
#include "os/system.h"

void sandbox_exit(int status)
{
	_exit(status);
}

unsigned sandbox_landlock_version(void)
{
	return landlock_version();
}

/* Landlock binds only the thread that enters: others would stay free. */
static bool runs_threads(void)
{
	struct stat status;
	/* "." and ".." and one link for each thread; without /proc nobody can tell. */
	return stat("/proc/self/task", &status) == 0 && status.st_nlink > 3;
}

enum err sandbox_harden(unsigned descriptors)
{
	const struct rlimit no_core = {0, 0};
	struct rlimit files;
	if (runs_threads())
		return E_USAGE;
	if (getrlimit(RLIMIT_NOFILE, &files) != 0)
		return system_err(errno);
	if (files.rlim_max > descriptors)
		files.rlim_max = descriptors;
	files.rlim_cur = files.rlim_max;
	if (setrlimit(RLIMIT_CORE, &no_core) != 0 || setrlimit(RLIMIT_NOFILE, &files) != 0 ||
		prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
		prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return system_err(errno);
	return E_OK;
}
