/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/err.h"
#include "base/writer.h"

/* The outer shape that segments and derived files share: a header with magic and version, a body, a
 * directory of what is in the body, and a tail that says where the directory is and its checksum.
 * docs/format/segment.md draws it. */
struct frame_kind {
	char magic[9]; /* eight bytes, and the NUL */
	uint32_t version;
};

enum {
	FRAME_HEADER_SIZE = 16,
	FRAME_TAIL_SIZE = 32
};

/* XXH3-64, the checksum of everything of ours on disk. Finds accidents, not attackers. */
uint64_t checksum_of(struct bytes bytes);

void frame_write_header(const struct frame_kind *kind, struct writer *w);

/* `directory` begins at offset `at` of the file; the tail is appended to `w`. */
void frame_write_tail(
	const struct frame_kind *kind, struct writer *w, uint64_t at, struct bytes directory);

struct frame {
	struct bytes body; /* between header and directory */
	struct bytes directory;
	uint64_t checksum; /* of the directory: the file's own mark */
};

/* Checks header, tail and the directory's checksum. Borrows. */
MUST_CHECK enum err frame_open(
	const struct frame_kind *kind, struct bytes file, struct frame *ret_frame);

/* `count` pieces of stored `size` follow each other in the body: the next one, checked against its
 * checksum. */
MUST_CHECK enum err frame_piece(const struct frame *f, uint64_t offset, uint64_t size,
	uint64_t checksum, struct bytes *ret_piece);
