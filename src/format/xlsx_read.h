/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/sheet.h"

/* Reads the cells of one sheet of a spreadsheet (Office Open XML, ECMA-376: .xlsx), wherever it was
 * written: shared and inline texts, numbers, days by their number format, results of formulas.
 * Formulas are not computed, nothing but the file is looked at: no document type, no entities of
 * its own, no outside ones. Opens nothing; for a process without rights. */

/* Does this begin like one (a zip file)? */
bool xlsx_recognised(struct bytes head);

/* `sheet`: name of the sheet; empty: the first that is not hidden. E_SYNTAX, E_LIMIT: `problem`
 * says why (PROBLEM_NO_SHEET: none of that name); else errors of fn. Memory is bounded by
 * LIMIT_SHEET_FILE and LIMIT_SHEET_TEXTS, time by LIMIT_SHEET_UNPACKED. */
MUST_CHECK enum err xlsx_read(struct bytes file, struct str sheet, sheet_row_fn *fn, void *context,
	struct problem *problem);

/* Call once before entering a sandbox that forbids to open files. */
MUST_CHECK enum err xlsx_warm_up(void);
