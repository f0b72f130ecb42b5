/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"

/* Told when something happens to the files of a folder, which costs nothing while nothing does:
 * poll the descriptor, drain it, then look. Changes through shared memory are not told of. */
MUST_CHECK enum err watch_open(int folder, int *ret_fd);

/* Forgets what it had to tell. */
void watch_drain(int fd);
