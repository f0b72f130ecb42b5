/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/err.h"
#include "base/span.h"
#include "base/writer.h"

/* A spreadsheet of one sheet with nothing but texts: what is exchanged, not read like a report.
 * Names of columns in the first row, which stays in sight. */
struct plain_sheet {
	struct str name; /* of the sheet; at most 31 characters without []:*?/\ */
	const struct str *columns;
	size_t column_count;
	const struct str *cells; /* row by row; empty ones are not written */
	size_t row_count;
};

/* Writes it as .xlsx. Every cell is text, so a leading "=" or zero stays what it is. Uses a
 * temporary file. E_LIMIT: a text longer than spreadsheets take. */
MUST_CHECK enum err plain_sheet_write_xlsx(const struct plain_sheet *sheet, struct writer *xlsx);
