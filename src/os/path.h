/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>

#include "base/err.h"

/* Within room os: names resolved below a folder. */

/* openat2() as file.h promises; plain open for AT_FDCWD. `mode` only with O_CREAT. */
MUST_CHECK enum err path_open(int folder, const char *name, int flags, unsigned mode, int *ret_fd);

/* The folder a name lies in, and its last part. `owned` says whether fd is to be closed. */
struct path_parent {
	int fd;
	bool owned;
	const char *last; /* borrowed from the name */
};
MUST_CHECK enum err path_parent_open(int folder, const char *name, struct path_parent *ret_parent);
void path_parent_close(struct path_parent *p);

/* A name without '/', not empty, not "." or "..". */
bool path_is_plain(const char *name);
