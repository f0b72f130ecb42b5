/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* Writes a file, compressed or not, piece by piece. The same bytes give the same file. */
enum packing {
	PACKING_NONE,
	PACKING_GZIP,
	PACKING_ZSTD,
	PACKING__COUNT
};

/* "", "gz", "zst": as --compress and names of files have it. */
struct str packing_suffix(enum packing packing);
bool packing_parse(struct str name, enum packing *ret_packing);

/* One for many files, one after another. */
struct packed_file;
MUST_CHECK enum err packed_file_new(enum packing packing, struct packed_file **ret_file);
void packed_file_free(struct packed_file *f);

/* fd is borrowed until the end. */
MUST_CHECK enum err packed_file_begin(struct packed_file *f, int fd);
MUST_CHECK enum err packed_file_write(struct packed_file *f, struct bytes b);
MUST_CHECK enum err packed_file_end(struct packed_file *f);
