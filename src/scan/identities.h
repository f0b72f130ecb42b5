/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* A set of files, by device and inode. */
struct identity {
	uint64_t device, inode;
};

struct identities {
	struct identity *slots; /* inode 0 of device 0: free */
	size_t count, capacity;
};

void identities_release(struct identities *set);
bool identities_has(const struct identities *set, struct identity id);

/* *ret_new: it was not there yet. E_NOMEM. */
MUST_CHECK enum err identities_add(struct identities *set, struct identity id, bool *ret_new);
