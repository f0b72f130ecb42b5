/* SPDX-License-Identifier: Apache-2.0 */
#include "os/watch.h"

#include <errno.h>
#include <stdio.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "os/file.h"
#include "os/system.h"

enum err watch_open(int folder, int *ret_fd)
{
	char path[64];
	int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (fd < 0)
		return system_err(errno);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", folder);
	if (inotify_add_watch(fd, path, IN_MODIFY | IN_CREATE | IN_MOVED_TO) < 0) {
		enum err err = system_err(errno);
		file_close(&fd);
		return err;
	}
	*ret_fd = fd;
	return E_OK;
}

void watch_drain(int fd)
{
	char events[4096];
	while (read(fd, events, sizeof(events)) > 0)
		;
}
