/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/problem.h"
#include "base/span.h"

/* Reads one file that may be compressed (.gz .xz .zst .bz2) or stand alone in an archive (.zip,
 * .tar, also compressed): decided by its first bytes, unpacked in this process, a piece at a time,
 * without temporary files or helper programs. */
struct archive_reader;

/* Where the packed bytes come from. Fills up to `capacity`; a size of 0 is the end. */
struct archive_source {
	void *context;
	enum err (*read)(void *context, uint8_t *buffer, size_t capacity, size_t *ret_size);
};

/* Call once before entering a sandbox that forbids to open files: makes the libraries load what
 * they load on first use. */
MUST_CHECK enum err archive_warm_up(void);

/* `limit`: unpacked bytes, PROBLEM_TOO_LARGE past it. */
MUST_CHECK enum err archive_reader_open(const struct archive_source *source, uint64_t limit,
	struct archive_reader **ret_reader, struct problem *problem);
void archive_reader_close(struct archive_reader *r);

/* Fills the buffer; less only at the end, where *ret_size is 0 at last. After E_SYNTAX or E_LIMIT
 * `problem` says why the file is refused: bad, encrypted, more than one file, too dense. */
MUST_CHECK enum err archive_reader_read(struct archive_reader *r, uint8_t *buffer, size_t capacity,
	size_t *ret_size, struct problem *problem);

/* Name of the file inside, "" where there is none; borrowed from the reader. */
struct str archive_reader_member_name(const struct archive_reader *r);

/* Packed bytes read so far. */
uint64_t archive_reader_consumed(const struct archive_reader *r);
