/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"

/* Files and folders. Names are NUL-terminated. Functions that take `folder` resolve `name` below
 * that open folder with openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS); AT_FDCWD lifts that. errno
 * says more after E_IO; ENOSPC and EDQUOT are E_NOSPACE, ENOENT is E_NOTFOUND, EEXIST E_EXISTS,
 * EACCES and EPERM E_DENIED. Every descriptor is close-on-exec. */

MUST_CHECK enum err file_open_read(int folder, const char *name, int *ret_fd);
MUST_CHECK enum err folder_open(int folder, const char *name, int *ret_fd);

/* Mode 0700, E_EXISTS where it is; the parent is fsynced. */
MUST_CHECK enum err folder_make(int folder, const char *name);
MUST_CHECK enum err folder_sync(int folder);

/* Closes and sets to -1; -1 is fine. Keeps errno. */
void file_close(int *fd);

/* All of it or an error. */
MUST_CHECK enum err file_write(int fd, struct bytes b);

/* Fills up to `capacity`; fewer only at the end of the file. */
MUST_CHECK enum err file_read(int fd, uint8_t *buffer, size_t capacity, size_t *ret_size);
MUST_CHECK enum err file_size(int fd, uint64_t *ret_size);

/* A whole file mapped read-only; an empty file gives {NULL, 0}. */
struct mapping {
	struct bytes bytes;
};
MUST_CHECK enum err file_map(int fd, struct mapping *ret_mapping);
void file_unmap(struct mapping *m);

/* The small file's bytes in memory the caller frees with free(); E_LIMIT past limit. */
MUST_CHECK enum err file_load(
	int folder, const char *name, uint64_t limit, struct bytes *ret_bytes);

/* A file that comes into being whole: written under a temporary name (".tmp-…"), then fsynced,
 * renamed onto `name` and its folder fsynced by file_new_commit(). Mode 0600, or 0644 for public.
 */
struct file_new {
	int folder; /* borrowed */
	int fd;
	char temporary[40];
};
MUST_CHECK enum err file_new_begin(int folder, struct file_new *ret_file);
MUST_CHECK enum err file_new_commit(struct file_new *f, const char *name, bool replace);
void file_new_abort(struct file_new *f);

/* Begin, write, commit, replacing what is there. */
MUST_CHECK enum err file_put(int folder, const char *name, struct bytes b, bool world_readable);

MUST_CHECK enum err file_delete(int folder, const char *name);

/* Calls fn for every entry but . and ..; names are borrowed. */
typedef enum err folder_entry_fn(void *context, const char *name);
MUST_CHECK enum err folder_each(int folder, folder_entry_fn *fn, void *context);

/* An advisory lock for the life of the descriptor: E_BUSY when another process holds it. */
MUST_CHECK enum err file_lock(int folder, const char *name, int *ret_fd);
