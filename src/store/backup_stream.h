/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Within the room: the backup file, docs/format/backup.md. Written and read as a stream, so that
 * size does not matter. */
enum {
	BACKUP_NAME_MOST = 96,
	BACKUP_DIGEST_SIZE = 32
};

/* --- writing, to an open file --- */
struct backup_writer;
MUST_CHECK enum err backup_writer_new(int fd, struct backup_writer **ret_writer);
void backup_writer_free(struct backup_writer *w);
MUST_CHECK enum err backup_writer_entry(
	struct backup_writer *w, struct str name, struct bytes data);
MUST_CHECK enum err backup_writer_finish(struct backup_writer *w);

/* --- reading, from anything --- */
struct backup_source {
	void *context;

	/* Fills up to `capacity`; 0 only at the end. */
	enum err (*read)(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size);
};

/* What to do with the entries. A name is any text; `end` comes only after the digest was right. */
struct backup_visitor {
	void *context;
	enum err (*begin)(void *context, struct str name, uint64_t size);
	enum err (*data)(void *context, struct bytes piece);
	enum err (*end)(void *context);
};

/* Reads to the end marker and checks every digest. E_SYNTAX: no backup; E_VERSION; E_CORRUPT;
 * E_TRUNCATED. */
MUST_CHECK enum err backup_read(
	const struct backup_source *source, const struct backup_visitor *visitor);
