/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "os/entry.h"
#include "scan/identities.h"
#include "scan/scan.h"

/* Goes through folders, one plain file after the other. Follows no link, opens no device or pipe,
 * needs no more memory for a large folder than for a small one and a few bytes for each level of a
 * deep one; files with several names are given once. */

struct walker_order {
	bool cross_mounts;
	const char *const *excludes;
	size_t exclude_count;
	const struct identities *own;
	size_t open_levels; /* folders held open, more are opened again; 0: WALKER_LEVELS */
};

enum {
	WALKER_LEVELS = 64
};

enum walk_step {
	WALK_FILE,
	WALK_UNSCANNED, /* path and reason: a folder that could not be read, a name gone */
	WALK_FOREIGN,   /* path of a folder of another file system, left out */
	WALK_PASSED,    /* something that is not looked at: nothing to do */
	WALK_END
};

struct walked {
	struct str path;          /* until the next step */
	struct entry_facts facts; /* FILE */
	int folder;               /* FILE: to open the name below it */
	const char *name;         /* FILE */
	bool lasting;             /* FILE: on a disk whose inodes and times can be relied on */
	enum unscanned reason;    /* UNSCANNED */
};

struct walker;
MUST_CHECK enum err walker_new(const struct walker_order *order, struct walker **ret_walker);
void walker_free(struct walker *w);

/* Begins at a file or folder that a person named: links on the way there are followed, and its path
 * is given without them. E_NOTFOUND, E_DENIED, E_IO; E_NOMEM. */
MUST_CHECK enum err walker_begin(struct walker *w, const char *path);

/* One name further. E_NOMEM. */
MUST_CHECK enum err walker_next(
	struct walker *w, enum walk_step *ret_step, struct walked *ret_walked);

/* "denied", "vanished", "io" for what a call of os said. */
enum unscanned unscanned_for(enum err err);
