/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "os/threads.h"

/* SHA-256 of a file from where the descriptor stands, which stays there. */
MUST_CHECK enum err digest_file(int fd, uint8_t ret_sha256[32]);

/* The same while the caller goes on; the descriptor stays open, and others may read from it. Small
 * files are done when digest_begin() returns. */
struct digest {
	int fd;
	off_t start;
	enum err err;
	uint8_t sha256[32];
	struct thread thread;
	bool beside; /* in the thread */
};
void digest_begin(struct digest *d, int fd);

/* Never waits. */
bool digest_ended(const struct digest *d);

/* Waits for it. Safe again. */
MUST_CHECK enum err digest_end(struct digest *d, uint8_t ret_sha256[32]);
