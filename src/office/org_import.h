/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include "format/sheet.h"
#include "office/actor.h"
#include "office/org.h"

/* A table of organisations (docs/format/units.md), all of it or nothing: rows in any order, names
 * of columns in the first one. Not for several threads at once. */
struct org_import;

/* What is wrong with a row: line, and in `field` the column's name and address: "parent (B12)". */
typedef void org_problem_fn(void *context, const struct problem *problem);

MUST_CHECK enum err org_import_new(
	org_problem_fn *on_problem, void *context, struct org_import **ret_import);
void org_import_free(struct org_import *import);

/* A sheet_row_fn: context is the import. What is wrong with a row is told and counted, and does not
 * end the reading. E_NOMEM, E_LIMIT. */
MUST_CHECK enum err org_import_row(
	void *context, uint32_t number, const struct sheet_cell *cells, size_t count);

/* What a row does; rows that change nothing are not told. Texts are borrowed. */
enum org_import_effect {
	ORG_IMPORT_CREATES,
	ORG_IMPORT_CHANGES,
	ORG_IMPORT_ENDS,
	ORG_IMPORT__COUNT
};
struct str org_import_effect_name(enum org_import_effect effect); /* "new", "changed", "ended" */
struct org_import_change {
	uint32_t line;
	enum org_import_effect effect;
	const struct org *org;
	const struct org *before;         /* as it was on that day; NULL: not there, or it ends */
	struct str parent, parent_before; /* codes; empty: at the top */
};
typedef void org_import_change_fn(void *context, const struct org_import_change *change);

struct org_import_options {
	struct date day;           /* since when rows hold that do not say it */
	int64_t under;             /* what rows without a parent stand below; 0: at the top */
	struct str name;           /* of the file, for the audit */
	const struct actor *actor; /* whom every row is asked for: it may touch nothing that is
				      beside or above; NULL: may do all */
	org_import_change_fn *on_change; /* NULL: nobody wants to know */
	void *change_context;
};

struct org_import_totals {
	uint64_t rows, created, changed, ended, unchanged;
	uint64_t wrong; /* rows, or what is wrong with the whole */
};

/* Within a transaction, which the caller ends with what this returns. The same table twice changes
 * nothing. E_SYNTAX: something was wrong, which was told; nothing may be committed. */
MUST_CHECK enum err org_import_apply(struct org_import *import, struct office *o,
	const struct org_import_options *options, const struct audit_entry *by,
	struct org_import_totals *ret_totals);

/* --- the other way --- */

/* Columns as org_import_row() reads them. */
enum {
	ORG_EXPORT_COLUMNS = 11
};
struct str org_export_column(size_t i);

struct org_export_row {
	struct str cells[ORG_EXPORT_COLUMNS]; /* empty: nothing stands there */
};
typedef enum err org_export_fn(void *context, const struct org_export_row *row);

/* The tree of a day: those above before those below. Read again it changes nothing; read into an
 * empty office it gives the same tree: "since" is the day since when it has all been so, "until" is
 * left for people to fill in. Texts are borrowed until fn returns. */
MUST_CHECK enum err org_export(struct office *o, struct date day, org_export_fn *fn, void *context);
