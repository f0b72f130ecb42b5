/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"

/* A file mapped read-only that others may cut off, or whose disk may fail, while it is read: what
 * cannot be had reads as zeros from there on, and guarded_broken() tells. One at a time in a
 * process without threads; takes SIGBUS for itself. Safe inside the parse sandbox. */
MUST_CHECK enum err guarded_map(int fd, size_t size, struct bytes *ret_bytes);
bool guarded_broken(void);

/* No mapping: nothing happens. */
void guarded_unmap(void);
