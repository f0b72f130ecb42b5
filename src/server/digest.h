/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/err.h"

/* SHA-256 of a file from where the descriptor stands; it is put back there. */
MUST_CHECK enum err digest_file(int fd, uint8_t ret_sha256[32]);
