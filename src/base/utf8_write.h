/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <stdint.h>

#include "base/writer.h"

/* A character, U+0000 … U+10FFFF and no surrogate, as UTF-8 (RFC 3629). */
void writer_utf8(struct writer *w, uint32_t c);
