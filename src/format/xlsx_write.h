/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/writer.h"

/* Spreadsheets (Office Open XML, ECMA-376: .xlsx) with nothing but texts: what is exchanged, not
 * read like a report. Written in memory; the same cells give the same bytes. Names of columns stand
 * in the first row, which stays in sight. */
struct xlsx_sheet {
	struct str name; /* at most 31 characters without []:*?/\ */
	const struct str *columns;
	size_t column_count;     /* at most 16,384 */
	const struct str *cells; /* row by row; empty ones are not written */
	size_t row_count;        /* at most 1,048,575 */
};

/* Every cell is text, so a leading "=" or zero stays what it is. Control characters are left out.
 * E_LIMIT: more than a spreadsheet takes. */
MUST_CHECK enum err xlsx_write(
	const struct xlsx_sheet *sheets, size_t sheet_count, struct writer *xlsx);
