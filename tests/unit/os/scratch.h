/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* A folder for one test, deleted with its plain files and one level of folders after it. */
struct scratch {
	char path[64];
	int fd;
};

static inline int scratch_make(void **state)
{
	struct scratch *s = calloc(1, sizeof(*s));
	if (!s)
		return -1;
	memcpy(s->path, "/tmp/quetsach-os-XXXXXX", 24);
	if (!mkdtemp(s->path))
		return -1;
	s->fd = open(s->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	*state = s;
	return s->fd < 0 ? -1 : 0;
}

static inline void scratch_empty(int folder)
{
	DIR *entries = fdopendir(folder);
	for (const struct dirent *e; entries && (e = readdir(entries));) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		if (unlinkat(folder, e->d_name, 0) == 0)
			continue;
		int below = openat(folder, e->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (below >= 0)
			scratch_empty(below);
		unlinkat(folder, e->d_name, AT_REMOVEDIR);
	}
	closedir(entries);
}

static inline int scratch_remove(void **state)
{
	struct scratch *s = *state;
	scratch_empty(s->fd);
	rmdir(s->path);
	free(s);
	return 0;
}
