/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "os/entry.h"
#include "os/system.h"

enum {
	BUFFER = 32768
};

static enum err take(struct folder_reader *r, int fd)
{
	r->at = r->size = 0;
	r->fd = fd;
	r->buffer = malloc(BUFFER);
	if (r->buffer)
		return E_OK;
	folder_reader_fold(r);
	return E_NOMEM;
}

enum err folder_reader_open(int fd, struct folder_reader *ret_reader)
{
	*ret_reader = (struct folder_reader){.fd = -1};
	return take(ret_reader, fd);
}

void folder_reader_fold(struct folder_reader *r)
{
	file_close(&r->fd);
	free(r->buffer);
	r->buffer = NULL;
	r->at = r->size = 0;
}

enum err folder_reader_unfold(struct folder_reader *r, int fd)
{
	TRY(take(r, fd));
	if (lseek(fd, r->position, SEEK_SET) >= 0)
		return E_OK;
	enum err err = system_err(errno);
	folder_reader_fold(r);
	return err;
}

void folder_reader_close(struct folder_reader *r)
{
	folder_reader_fold(r);
}

static enum entry_type type_of(unsigned char type)
{
	switch (type) {
	case DT_REG:
		return ENTRY_FILE;
	case DT_DIR:
		return ENTRY_FOLDER;
	case DT_LNK:
		return ENTRY_LINK;
	case DT_UNKNOWN:
		return ENTRY_UNKNOWN;
	}
	return ENTRY_SPECIAL;
}

static enum err fill(struct folder_reader *r)
{
	long got = syscall(SYS_getdents64, r->fd, r->buffer, BUFFER);
	if (got < 0)
		return system_err(errno);
	r->at = 0;
	r->size = (size_t)got;
	return E_OK;
}

/* The kernel lays them out as struct dirent64, each aligned for it. */
static const struct dirent64 *step(struct folder_reader *r)
{
	const struct dirent64 *entry = (const void *)(r->buffer + r->at);
	r->at += entry->d_reclen;
	r->position = entry->d_off;
	return entry;
}

enum err folder_reader_next(struct folder_reader *r, struct entry_name *ret_name)
{
	for (;;) {
		if (r->at >= r->size)
			TRY(fill(r));
		if (r->size == 0) {
			*ret_name = (struct entry_name){.name = NULL};
			return E_OK;
		}
		const struct dirent64 *entry = step(r);
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
			continue;
		*ret_name = (struct entry_name){entry->d_name, type_of(entry->d_type)};
		return E_OK;
	}
}
