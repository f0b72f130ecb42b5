/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "report/document.h"

/* Documents as files people keep. Not pure: pango reads fonts, libxlsxwriter writes a temporary
 * file; for commands only. */

/* A4, embedded fonts, text that copies correctly, outline and tags, page numbers. E_NOMEM, E_IO. */
MUST_CHECK enum err document_write_pdf(const struct document *d, struct writer *pdf);

/* A sheet of what the blocks say, then one a table; numbers as numbers. E_NOMEM, E_IO. */
MUST_CHECK enum err document_write_xlsx(const struct document *d, struct writer *xlsx);
