/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* The memory of a process as the kernel lists it: /proc/PID/maps. */
struct region {
	uint64_t from, to; /* addresses, to is behind the last byte */
	bool readable, writable, executable, shared;
	uint64_t device; /* of the file it comes from, its two numbers above each other */
	uint64_t inode;  /* 0: of none */
	struct str path; /* of that file, "[stack]" and its like, or empty; borrowed */
	bool deleted;    /* that file has no name any more */
};

struct region_sink {
	void *context;
	enum err (*region)(void *context, const struct region *region);
};

/* Of all, in order. A line of another form is E_SYNTAX after all others were given; an error of the
 * sink ends it and is returned. */
MUST_CHECK enum err memory_regions_read(struct bytes maps, const struct region_sink *sink);

/* Memory that a device or the kernel itself lends: it is not read, for reading may do something. */
bool region_is_lent(const struct region *region);

/* Takes " (deleted)" off the end of a path as /proc/PID/exe and maps give it. */
bool take_deleted(struct str *path);
