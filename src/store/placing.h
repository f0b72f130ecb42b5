/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "os/file.h"
#include "store/folder.h"

/* Files that are written and on their way to the disk while more comes in: synced one by one as
 * they end, each would be waited for. */
enum {
	PLACING_MOST = 32 /* descriptors held open */
};

struct placing {
	struct {
		struct file_new file;
		enum folder_part part;
		int64_t id;
	} files[PLACING_MOST];
	size_t count;
};

/* No room for the two files of another segment: settle first. */
bool placing_full(const struct placing *p);

/* Where the next file begins, or is handed over. */
struct file_new *placing_next(struct placing *p, enum folder_part part, int64_t id);

/* All of them durable under their names: each file, then both folders once. */
MUST_CHECK enum err placing_settle(struct placing *p, const struct data_folder *folder);

/* Those that have no name yet are gone. */
void placing_forget(struct placing *p);
