/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/writer.h"

/* Rows of 32-bit words 0x00RRGGBB in the machine's own order, `stride` bytes from row to row. */
struct pixels {
	const uint8_t *data;
	size_t width, height, stride;
};

/* Appends them as a PNG of 8 bits a channel. Rows are not filtered: flat drawings with text become
 * a fifth smaller than with the filters libpng chooses. E_NOMEM, E_LIMIT of the writer. */
MUST_CHECK enum err png_write(const struct pixels *pixels, struct writer *png);
