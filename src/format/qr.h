/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/html.h"

/* A QR code (ISO/IEC 18004, error correction M, 4 modules of quiet zone) as one SVG path, black on
 * white in every theme, with `title` for those who do not see it: <svg class="qr" role="img">, as
 * wide as its place. Text over LIMIT_QR_BYTES: E_LIMIT in the writer; empty: E_USAGE. */
void qr_write(struct html *h, struct str text, struct str title);
