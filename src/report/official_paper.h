/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/writer.h"
#include "report/official.h"

/* Not pure: pango reads fonts, libxlsxwriter writes a temporary file. */

/* A4, embedded Liberation Serif, text that copies correctly, tags, page numbers from the second
 * page on. E_NOMEM, E_IO; E_NOTFOUND: no serif font here has all letters of Vietnamese (Debian:
 * fonts-liberation2; MESSAGE_OFFICIAL_NO_FONT says so). */
MUST_CHECK enum err official_write_pdf(const struct official *o, struct writer *pdf);

/* Its words, then a sheet a table; numbers as numbers. E_NOMEM, E_IO. */
MUST_CHECK enum err official_write_xlsx(const struct official *o, struct writer *xlsx);
