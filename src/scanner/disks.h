/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/arena.h"
#include "base/err.h"

/* The disks of this machine: where file systems lie that are its own, those in memory (/tmp,
 * /dev/shm) too, but none of other machines' and none that the kernel makes up. */

struct disks {
	const char **paths; /* "/" first */
	size_t count;
};

/* From /proc/self/mountinfo, each file system once, however often it is mounted. Lines of another
 * form are passed over. What is given lives in the arena. E_NOMEM. */
MUST_CHECK enum err disks_read(
	struct bytes mountinfo, struct arena *arena, struct disks *ret_disks);
