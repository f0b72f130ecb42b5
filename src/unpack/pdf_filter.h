/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "unpack/unpacking.h"

/* ISO 32000-1, 7.4. Those of pictures are no filters to us: what they hold is handed over packed.
 */
enum pdf_filter {
	PDF_FLATE,
	PDF_LZW,
	PDF_HEX,
	PDF_ASCII85,
	PDF_RUN_LENGTH,
	PDF_PICTURE,
	PDF_CRYPT,
	PDF_FILTER__COUNT /* one that we do not know */
};
enum pdf_filter pdf_filter_of(struct str name); /* "FlateDecode" or "Fl" */

/* Adds what the bytes hold to the member that is being read. E_SYNTAX, E_TRUNCATED: what came
 * before is added. */
MUST_CHECK enum err pdf_filter_add(
	struct unpacking *u, enum pdf_filter filter, struct bytes packed);
