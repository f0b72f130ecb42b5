/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "base/cursor.h"
#include "base/err.h"
#include "base/problem.h"
#include "base/span.h"
#include "base/writer.h"

/* Rows of cells, as spreadsheets and CSV files hold them: what a parser hands on row by row, and
 * how rows travel from a process without rights to one that believes nothing unchecked. */
enum sheet_kind {
	SHEET_TEXT,
	SHEET_NUMBER, /* text: as stored, "1052479", "0.1": a point, no spaces */
	SHEET_DAY,    /* text: "2020-10-15" or "2020-10-15T09:30:00" */
	SHEET_TRUTH,  /* text: "1", "0" */
	SHEET_FAULT,  /* text: "#N/A": what a formula failed with */
	SHEET_KIND__COUNT
};

struct sheet_cell {
	uint32_t column; /* 0 … LIMIT_SHEET_COLUMNS - 1 */
	enum sheet_kind kind;
	struct str text; /* valid UTF-8, at most LIMIT_SHEET_CELL bytes; never empty */
};

/* One row: cells that hold something, by column, no column twice. number: from 1, as spreadsheets
 * show it; the line in a CSV file. Rows come in order; rows without such cells do not come. Texts
 * are borrowed until fn returns. */
typedef enum err sheet_row_fn(
	void *context, uint32_t number, const struct sheet_cell *cells, size_t count);

/* NULL: nothing stands there. */
const struct sheet_cell *sheet_cell_at(
	const struct sheet_cell *cells, size_t count, uint32_t column);

/* "B12". row from 1, column from 0. */
void writer_sheet_address(struct writer *w, uint32_t row, uint32_t column);

/* A CSV text (comma, semicolon or tab, as its first line has most of; a byte order mark is passed
 * over) as rows of text cells; white space around a field is not part of it. E_SYNTAX, E_LIMIT:
 * `problem` says why. */
MUST_CHECK enum err sheet_read_csv(
	struct str text, sheet_row_fn *fn, void *context, struct problem *problem);

/* --- as bytes, between processes --- */
void sheet_row_write(
	struct writer *w, uint32_t number, const struct sheet_cell *cells, size_t count);

/* One row into `cells`, room for LIMIT_SHEET_COLUMNS; texts are borrowed from the cursor's bytes.
 * Everything is checked but the order of rows. E_SYNTAX, E_TRUNCATED, E_LIMIT. */
MUST_CHECK enum err sheet_row_read(
	struct cursor *c, struct sheet_cell *cells, uint32_t *ret_number, size_t *ret_count);
