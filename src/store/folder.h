/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/span.h"
#include "os/file.h"

/* Within the room: what lies where in a data folder. */
enum folder_part {
	FOLDER_SEGMENTS,
	FOLDER_DERIVED,
	FOLDER_JOINED, /* lies in the same folder under names of its own */
	FOLDER_NETWORK,
	FOLDER_PUBLIC,
	FOLDER_PART__COUNT
};

struct data_folder {
	int root;
	int parts[FOLDER_PART__COUNT];
	int lock;             /* -1: not held */
	char *catalogue_path; /* for SQLite, which opens by name */
	char *public_path;
};

enum {
	PART_NAME_SIZE = 32
};

/* "segments" and so on. */
const char *folder_part_name(enum folder_part part);

/* The file of a numbered thing: "00000001.seg". Public files have no numbers. */
void folder_file_name(enum folder_part part, int64_t id, char ret_name[PART_NAME_SIZE]);

/* The number in such a name; false for any other name. */
bool folder_file_id(enum folder_part part, struct str name, int64_t *ret_id);

/* Makes the folder, its parts and the lock where they are missing. E_EXISTS: a data folder is
 * there already, or something else is. */
MUST_CHECK enum err data_folder_make(struct str path, struct data_folder *ret_folder);

/* E_NOTFOUND: no data folder. With `lock`, E_BUSY when another process has it. */
MUST_CHECK enum err data_folder_open(struct str path, bool lock, struct data_folder *ret_folder);
void data_folder_close(struct data_folder *f);

/* Maps a numbered file. */
MUST_CHECK enum err data_folder_map(const struct data_folder *f, enum folder_part part, int64_t id,
	struct mapping *ret_mapping);

extern const char catalogue_name[];
