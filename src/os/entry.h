/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "os/file.h"

/* Folders of others, looked at name by name: nothing is followed, nothing but plain files and
 * folders is opened, names may be any bytes. Errors are those of system_err(). */

enum entry_type {
	ENTRY_FILE,
	ENTRY_FOLDER,
	ENTRY_LINK,
	ENTRY_SPECIAL, /* device, FIFO, socket */
	ENTRY_UNKNOWN  /* a folder's list need not say */
};

struct entry_facts {
	enum entry_type type;
	struct file_stamp stamp;
	uint64_t links;
	uint64_t occupied; /* bytes on the disk: less than the size where there are holes */
	uint32_t owner;
	uint32_t mode; /* permissions, set-uid and its like */
};

/* Of what the name itself stands for, a link included; mounts nothing. */
MUST_CHECK enum err entry_facts(int folder, const char *name, struct entry_facts *ret_facts);
MUST_CHECK enum err descriptor_facts(int fd, struct entry_facts *ret_facts);

/* Whether the file system lets nobody change, rename or delete it, root included, or only add to it
 * (chattr +i, +a); false where it has no such thing. */
bool descriptor_unchangeable(int fd);

/* A plain file, for reading, without waiting and where it may be without a new access time, and
 * what it is once open. What became something else since it was asked for is E_DENIED. */
MUST_CHECK enum err entry_open_file(
	int folder, const char *name, int *ret_fd, struct entry_facts *ret_facts);

/* `name` is one name in the folder, ".." too; with AT_FDCWD any path, whose last part is no link.
 */
MUST_CHECK enum err entry_open_folder(int folder, const char *name, int *ret_fd);

/* A path as it looks from inside an alternative root: links are followed, but never out of it. */
MUST_CHECK enum err entry_open_inside(
	int root, const char *path, int *ret_fd, struct entry_facts *ret_facts);

/* The same of a folder. */
MUST_CHECK enum err entry_open_folder_inside(int root, const char *path, int *ret_fd);

/* The names of a folder, in bounded memory however many there are. */
struct folder_reader {
	int fd; /* owned; -1 while folded */
	uint8_t *buffer;
	size_t at, size;
	int64_t position; /* behind the last name given */
};

struct entry_name {
	const char *name; /* until the next call */
	enum entry_type type;
};

/* Takes the descriptor in any case. */
MUST_CHECK enum err folder_reader_open(int fd, struct folder_reader *ret_reader);

/* Without . and ..; name NULL at the end. */
MUST_CHECK enum err folder_reader_next(struct folder_reader *r, struct entry_name *ret_name);

/* Gives back descriptor and memory, keeps the place; to go on with the same folder opened anew,
 * whose descriptor is taken in any case. */
void folder_reader_fold(struct folder_reader *r);
MUST_CHECK enum err folder_reader_unfold(struct folder_reader *r, int fd);
void folder_reader_close(struct folder_reader *r);

/* What kind of file system a descriptor lies on. */
enum file_system {
	FILE_SYSTEM_DISK,   /* inode numbers and times that last: ext, xfs, btrfs, f2fs, zfs */
	FILE_SYSTEM_OTHER,  /* memory, FAT, network, layers: files like others */
	FILE_SYSTEM_KERNEL, /* no files at all: proc, sysfs, cgroup … */
	FILE_SYSTEM__COUNT
};
MUST_CHECK enum err file_system_of(int fd, enum file_system *ret_kind);
