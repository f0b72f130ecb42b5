/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <sys/types.h>

#include "base/err.h"
#include "base/instant.h"
#include "base/span.h"
#include "base/writer.h"

/* Files and folders. Names are NUL-terminated. Functions that take `folder` resolve `name` below
 * that open folder with openat2(RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS): a name that leads out of it
 * or through a symbolic link is E_DENIED; AT_FDCWD lifts that. Errors are those of system_err();
 * errno says more after E_IO. Every descriptor is close-on-exec. */

/* Below a folder only regular files open, anything else is E_DENIED; with AT_FDCWD pipes do too. */
MUST_CHECK enum err file_open_read(int folder, const char *name, int *ret_fd);
MUST_CHECK enum err folder_open(int folder, const char *name, int *ret_fd);

/* Makes it the current folder of this process and of the children it starts: "." stays within reach
 * whoever the process becomes, as long as the folder itself may be read. */
MUST_CHECK enum err folder_enter(int folder);

/* Mode 0700, E_EXISTS where it is; the parent is fsynced. */
MUST_CHECK enum err folder_make(int folder, const char *name);
MUST_CHECK enum err folder_sync(int folder);

/* Lets everybody pass through an open folder (mode 0711), and read its list too (0755). */
MUST_CHECK enum err folder_share(int folder, bool readable);

/* Makes the folder where it is missing (mode 0700). As root: it and all plain files and folders in
 * it become that user's, so that a process of theirs can write what root made before. E_NOTFOUND:
 * no such user. */
MUST_CHECK enum err folder_give(int folder, const char *name, const char *user);

/* Whether it is that user's who is not root, by name: false also where there is no such user. */
bool folder_is_of(int folder, const char *user);

/* As root: an open file becomes of who owns an open folder, so that they can read what root put
 * there. */
MUST_CHECK enum err file_give(int fd, int folder);

/* As root: that user's group may read the folder and the folders in it, and of its files those
 * named (NULL-terminated; what is not there is left out), which `writable` lets it change too. */
MUST_CHECK enum err folder_lend(
	int folder, const char *user, const char *const *files, bool writable);

/* Closes and sets to -1; -1 is fine. Keeps errno. */
void file_close(int *fd);

/* All of it or an error. */
MUST_CHECK enum err file_write(int fd, struct bytes b);

/* Fills up to `capacity`; fewer only at the end of the file. */
MUST_CHECK enum err file_read(int fd, uint8_t *buffer, size_t capacity, size_t *ret_size);
MUST_CHECK enum err file_size(int fd, uint64_t *ret_size);

/* Tells one state of a file from another: differs once another file has taken the name. */
struct file_stamp {
	uint64_t device, inode, size;
	int64_t changed;  /* nanoseconds since 1970: the file or what is said of it */
	int64_t modified; /* nanoseconds since 1970: its content */
};
MUST_CHECK enum err file_stamp(int fd, struct file_stamp *ret_stamp);

/* A whole file mapped read-only; an empty file gives {NULL, 0}. */
struct mapping {
	struct bytes bytes;
};
MUST_CHECK enum err file_map(int fd, struct mapping *ret_mapping);
void file_unmap(struct mapping *m);

/* A file of at least `size` bytes that several processes map and change at once; no commit, no
 * fsync. Made where it is missing: zeros, mode 0644, owned by the user of that name when we are
 * root (NULL: stays ours). E_DENIED for what is no plain file of one name. */
MUST_CHECK enum err file_open_shared(
	int folder, const char *name, uint64_t size, const char *owner, int *ret_fd);

/* Its first `size` bytes, read and write; E_TRUNCATED where it has fewer. The descriptor may be
 * closed afterwards. */
struct shared_mapping {
	uint8_t *data;
	size_t size;
};
MUST_CHECK enum err file_map_shared(int fd, size_t size, struct shared_mapping *ret_mapping);
void file_unmap_shared(struct shared_mapping *m); /* a zeroed one is fine */

/* Fills from `offset` on, whatever the descriptor's own place is. */
MUST_CHECK enum err file_read_at(
	int fd, uint64_t offset, uint8_t *buffer, size_t capacity, size_t *ret_size);

/* A file that is only ours: mode 0600, one name, of this user; anything else is E_DENIED. Read and
 * written through one descriptor, made where it is missing. */
MUST_CHECK enum err file_open_private(int folder, const char *name, bool make, int *ret_fd);
MUST_CHECK enum err file_sync(int fd);

/* Cuts it off, or adds zeros; the place to write at is its new end. */
MUST_CHECK enum err file_cut(int fd, uint64_t size);

/* Another descriptor of the same. */
MUST_CHECK enum err file_duplicate(int fd, int *ret_fd);

/* A file without a name, in memory, that nobody can change any more. */
MUST_CHECK enum err file_sealed(struct bytes content, int *ret_fd);

/* A file without a name on the file system of an open folder, mode 0600: read, written, and gone
 * with its last descriptor. */
MUST_CHECK enum err file_nameless(int folder, int *ret_fd);

/* Appends the whole file; E_LIMIT past the writer's limit. */
MUST_CHECK enum err file_load(int folder, const char *name, struct writer *into);

/* A file that comes into being whole: written under a temporary name (".tmp-…"), then fsynced,
 * renamed onto `name` and its folder fsynced by file_new_commit(). Mode 0600, or 0644 after
 * file_new_make_public(). `name` is a plain name in the folder, without '/'. */
struct file_new {
	int folder; /* borrowed */
	int fd;
	char temporary[40];
};
MUST_CHECK enum err file_new_begin(int folder, struct file_new *ret_file);
MUST_CHECK enum err file_new_make_public(struct file_new *f);

/* Closes it in any case; on failure nothing is left but, after a failed fsync of the folder, a file
 * that may not survive a loss of power. E_EXISTS when the name is taken and replace is false. */
MUST_CHECK enum err file_new_commit(struct file_new *f, const char *name, bool replace);

/* As file_new_commit(), but its folder is not fsynced: folder_sync() once for many. */
MUST_CHECK enum err file_new_place(struct file_new *f, const char *name, bool replace);

/* Starts to bring what was written to the disk and does not wait: the fsync to come is short. */
void file_new_write_behind(const struct file_new *f);

/* Safe after commit and after a failed begin. */
void file_new_abort(struct file_new *f);

/* Begin, write, commit, replacing what is there. */
MUST_CHECK enum err file_put(int folder, const char *name, struct bytes b, bool world_readable);

/* A file goes to another folder of the same file system and keeps its name; both are fsynced.
 * E_EXISTS when the name is taken there. */
MUST_CHECK enum err file_move(int from, const char *name, int to);

/* The folder is not fsynced: folder_sync() when it matters. */
MUST_CHECK enum err file_delete(int folder, const char *name);

/* An empty one. E_EXISTS: it is not empty. */
MUST_CHECK enum err folder_remove(int folder, const char *name);

/* Calls fn for every entry but . and ..; names are borrowed. */
typedef enum err folder_entry_fn(void *context, const char *name);
MUST_CHECK enum err folder_each(int folder, folder_entry_fn *fn, void *context);

/* Advisory locks for the life of the descriptor: E_BUSY when another process holds it. */
MUST_CHECK enum err file_lock_open(int fd);
MUST_CHECK enum err file_lock(int folder, const char *name, int *ret_fd);
