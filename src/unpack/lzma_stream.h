/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* Adds what an LZMA stream holds that begins with five bytes of properties and has no size; its end
 * may be unmarked. `plain` bytes are expected at most. */
MUST_CHECK enum err lzma_add(struct unpacking *u, struct bytes packed, uint64_t plain);
